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

mod account_agreement;
pub mod accounts;
mod acts;
pub mod administering;
mod administering_tenant;
mod agreement;
mod agreement_secrets;
mod approvals;
pub mod artefact;
mod attempts;
pub mod backing_up;
pub mod card;
mod consequences;
pub mod demo;
pub mod desk;
mod devices;
pub mod diff;
pub mod discussing;
pub mod doctor;
pub mod drafting;
pub mod edge;
pub mod error;
mod expiring;
pub mod exporting;
pub mod failure;
pub mod gate;
pub mod hidden;
mod ids;
pub mod keychain;
pub mod keychain_check;
pub mod listing;
pub mod login;
mod memory;
pub mod notifying;
pub mod opening;
mod own_settings;
pub mod past;
pub mod pipeline;
mod principals;
pub mod proposing;
pub mod registering;
mod registry_list;
mod relying;
mod reopening;
pub mod rereading;
pub mod revealing;
pub mod reviewing;
pub mod secret_status;
mod service_rows;
pub mod session;
pub mod settings;
mod sign_ins;
mod signatures;
mod spells;
mod statements;
pub mod tokens;
pub mod trail;
mod unlocking;
pub mod verify;
pub mod views;
mod void_approvals;
pub mod words;
pub mod workspace;

pub use desk::{Desk, DeskEvent, Passphrase};
pub use edge::{Clock, Edge};
pub use error::ErrorCode;
pub use failure::ConsoleError;
pub use security::secret::SecretText;
pub use workspace::Workspace;

#[cfg(test)]
mod core_tests;
