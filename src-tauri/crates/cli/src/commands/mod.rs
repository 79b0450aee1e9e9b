//! The commands, one file for each word.
//!
//! Invariant: a command asks `console::pipeline`, settles the log, and prints; it decides nothing.

mod administration;
mod audit;
mod doctor;
mod evidence;
mod founding;
mod gate;
mod key;
mod model;
mod people;
mod prompt;
mod request;
mod token;

use console::Edge;

use crate::arguments::{Arguments, Command};
use crate::failure::{Failure, Status};
use crate::output::Output;

/// Carries out what was typed.
pub(crate) async fn run(
    arguments: &Arguments,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Init(init) => founding::init(init, global, edge, output).await,
        Command::Demo(demo) => founding::demo(demo, edge, output).await,
        Command::Doctor => doctor::run(global, edge, output).await,
        Command::Model(model) => model::run(model, global, edge, output).await,
        Command::Prompt(prompt) => prompt::run(prompt, global, edge, output).await,
        Command::Request(request) => request::run(request, global, edge, output).await,
        Command::Gate(gate) => gate::run(gate, global, edge, output).await,
        Command::Audit(audit) => audit::run(audit, global, edge, output).await,
        Command::Evidence(command) => evidence::run(command, global, edge, output).await,
        Command::Trust(command) => evidence::trust(command, global, edge, output).await,
        Command::Role(role) => people::roles(role, global, edge, output).await,
        Command::User(user) => people::users(user, global, edge, output).await,
        Command::Tenant(tenant) => administration::tenants(tenant, global, edge, output).await,
        Command::Device(device) => administration::devices(device, global, edge, output).await,
        Command::Token(token) => token::run(token, global, edge, output).await,
        Command::Key(key) => key::run(key, global, edge, output).await,
    }
}
