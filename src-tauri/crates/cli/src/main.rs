//! `countersign`: the command line for pipelines and automation.
//!
//! Invariant: it asks, registers, gates, verifies and administers; it cannot approve or reject,
//! there is no such command and no such path. Every error ends with the exit status of its cause,
//! and secrets appear in no argument, output or log but the kit of `init`, its new line of
//! `key rotate`, the passphrases of `demo` and the token of `token create`.

mod arguments;
mod asking;
mod commands;
mod failure;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser as _;
use console::Edge;
use tracing_subscriber::EnvFilter;

use crate::arguments::Arguments;
use crate::failure::{Failure, Status};
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    log();
    let mut output = Output::new(arguments.global.json);
    let status = match run(&arguments, &mut output) {
        Ok(status) => status,
        Err(failure) => failure.tell(arguments.global.json),
    };
    status.into()
}

fn run(arguments: &Arguments, output: &mut Output) -> Result<Status, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|cause| Failure::unexpected(&cause))?;
    let edge = Edge::system()?;
    let correlation_id = arguments.global.correlation_id.as_deref();
    let command = commands::run(arguments, &edge, output);
    runtime.block_on(console::pipeline::under(correlation_id, &edge, command))?
}

/// Diagnostics go to standard error, and only when `COUNTERSIGN_LOG` asks for them.
fn log() {
    let filter =
        EnvFilter::try_from_env("COUNTERSIGN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
