//! `cargo xtask bench`: what proofs and evidence cost, on this machine.
//!
//! Invariant: every figure says what was measured, on how much and how often; everything that is
//! timed is also checked. Timings live here and in no test.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what it measured, and fails loudly"
)]

mod evidence;
mod figures;
mod proofs;

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("{}", figures::HEAD);
    let reached = [evidence::run(), proofs::run()];
    if reached == [true; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
