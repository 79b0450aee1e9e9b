//! `cargo xtask bench`: what proofs, evidence and diffs cost, on this machine.
//!
//! Invariant: every figure says what was measured, on how much and how often; everything that is
//! timed is also checked. Timings live here and in no test.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what it measured, and fails loudly"
)]

mod diffs;
mod evidence;
mod figures;
mod proofs;

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("{}", figures::HEAD);
    let reached = [diffs::run(), evidence::run(), proofs::run()];
    if reached == [true; 3] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
