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

pub mod action;
pub mod change;
pub mod checkpoint;
pub mod digest;
pub mod dsse;
pub mod error;
pub mod ids;
pub mod json;
pub mod key;
pub mod metadata;
pub mod note;
pub mod offline;
pub mod policy;
pub mod proof;
pub mod record;
pub mod replay;
pub mod statement;
pub mod subject;
pub mod terms;
pub mod time;
pub mod tree;

pub use action::{Action, ResourceType};
pub use digest::Digest;
pub use error::LedgerError;
pub use ids::{
    Actor, ChangeId, CorrelationId, DeviceId, Name, PrincipalId, RecordId, RequestId, TenantId,
    Version, WorkspaceId,
};
pub use key::{PublicKey, Signature};
pub use policy::Policy;
pub use record::{AuditRecord, RecordParts};
pub use statement::Statement;
pub use subject::{Subject, SubjectDigest, SubjectName};
pub use terms::{Control, Decision, Effect, Lifecycle, Part, Role, Status, SubjectKind, Tier};
pub use time::Timestamp;
