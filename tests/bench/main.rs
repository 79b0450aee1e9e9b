//! `cargo xtask bench`: what proofs, evidence, diffs and the tables of the registries cost, on this machine.
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
mod registry;

use std::process::ExitCode;

/// A part by its name; it says whether it reached its figures.
type Part = (&'static str, fn() -> bool);

/// Which part is timed: all, or the one named.
fn main() -> ExitCode {
    let only = std::env::args().nth(1);
    let parts: [Part; 4] = [
        ("diffs", diffs::run),
        ("evidence", evidence::run),
        ("registry", registry::run),
        ("proofs", proofs::run),
    ];
    println!("{}", figures::HEAD);
    let wanted = parts.into_iter().filter(|(name, _)| only.as_deref().is_none_or(|o| o == *name));
    let reached: Vec<bool> = wanted.map(|(_, run)| run()).collect();
    let all = !reached.is_empty() && reached.iter().all(|reached| *reached);
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
