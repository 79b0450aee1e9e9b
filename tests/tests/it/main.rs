//! The one integration binary: what holds between crates, and the house rules.
//!
//! Invariant: one binary, so that the workspace is linked once for all of it. Windows are opened
//! by `tests/desktop`, never here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests: a failure is a panic, and each harness prints what it looked at"
)]

mod alarms;
mod atomicity;
mod bad_input;
mod command_line;
mod elsewhere;
mod evidence;
mod evidence_files;
mod evidence_page;
mod exports;
mod gate;
mod hands;
mod kills;
mod outside;
mod pipelines;
mod recovery;
mod restarts;
mod rollback;
mod signers;
mod stale;
mod tidy;
mod verification;
