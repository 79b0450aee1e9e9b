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

mod accounts;
mod administration;
mod alarms;
mod atomicity;
mod bad_input;
mod cheating;
mod command_line;
mod elsewhere;
mod enrolling;
mod evidence;
mod evidence_files;
mod evidence_page;
mod exports;
mod gate;
mod hands;
mod kills;
mod lifecycle;
mod meddling;
mod outside;
mod permissions;
mod pipelines;
mod reading;
mod recovery;
mod restarts;
mod rollback;
mod rotation;
mod secrets;
mod signers;
mod stale;
mod tidy;
mod tokens;
mod verification;
