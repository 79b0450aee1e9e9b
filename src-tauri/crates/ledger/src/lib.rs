//! The bytes of the log and what they mean: canonical JSON, leaf hashes and the Merkle tree,
//! signed notes and checkpoints, DSSE envelopes.
//!
//! Invariant: a pure crate. It reads no clock, no file, no network and no entropy, and it holds no
//! private key (a checkpoint's signature is asked for through `checkpoint::CheckpointSigner`).
//! It also compiles alone, for verifiers. It will not write anything it would refuse to read.
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

pub mod checkpoint;
pub mod digest;
pub mod dsse;
pub mod error;
pub mod json;
pub mod key;
pub mod note;
pub mod tree;

pub use digest::Digest;
pub use error::LedgerError;
pub use key::{PublicKey, Signature};
