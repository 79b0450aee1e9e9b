//! Who may do what, in which tenant, and how secrets are kept: roles and proof tokens, tenant
//! isolation, encryption at rest, passphrases, signing keys, service tokens, row seals and the
//! recovery kit.
//!
//! Invariant: this crate does no I/O and reads no clock, no environment and no entropy of its own;
//! all of that is handed in. (One known exception: the `fernet` crate stamps its tokens with the
//! system clock and draws their IV itself.) Secrets live only in types without `Debug`, `Display`
//! or `Serialize`, and are wiped when dropped.
//!
//! It will not verify signatures: that is strict, and lives in `ledger`, so that verifiers need no
//! code that could sign.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stdout,
        clippy::disallowed_methods,
        reason = "tests stop at the first surprise, read vector files and print what they exercised"
    )
)]

pub mod encryption;
pub mod entropy;
pub mod error;
pub mod kdf;
pub mod kit;
pub mod locked_key;
pub mod passphrase;
pub mod place;
pub mod principal;
pub mod rbac;
pub mod seal;
pub mod secret;
pub mod signing;
pub mod strength;
pub mod tenant_context;
pub mod throttle;
pub mod token;
pub mod workspace_secret;

#[cfg(test)]
mod vectors;

pub use entropy::Entropy;
pub use error::SecurityError;
