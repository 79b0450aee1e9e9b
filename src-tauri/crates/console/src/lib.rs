//! Use cases: what a person or a pipeline can do, for every shell alike.
//!
//! Invariant: nothing is done without a proof of `security`, nothing is changed without its record
//! in the same transaction, and what is shown is a plain view. Clock, entropy and keys enter at
//! [`edge::Edge`] and nowhere else.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stdout,
        reason = "a test may fail loudly and say what it ran"
    )
)]

pub mod administering;
pub mod artefact;
pub mod card;
pub mod diff;
pub mod edge;
pub mod error;
pub mod failure;
pub mod hidden;
mod ids;
pub mod keychain;
pub mod registering;
pub mod reviewing;
pub mod session;
mod statements;
pub mod variables;
pub mod views;
pub mod words;
pub mod workspace;

pub use edge::{Clock, Edge};
pub use error::ErrorCode;
pub use failure::ConsoleError;
pub use workspace::Workspace;

#[cfg(test)]
mod core_tests;
