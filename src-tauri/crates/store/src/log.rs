//! What goes into a log and what comes out of it: rows, heads, checkpoints and the questions of the
//! audit page.
//!
//! Invariant: `leaf` is the truth; everything else here derives from it. Nothing here judges a
//! signature, a seal or a proof.

use ledger::{Action, Actor, CorrelationId, Digest, ResourceType, TenantId, Timestamp};

/// A record to append. The caller computed `seq` from the head it decided on, and the seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Whose log.
    pub tenant_id: TenantId,
    /// Position in that log.
    pub seq: u64,
    /// Canonical bytes of the record.
    pub leaf: Vec<u8>,
    /// The writing device's seal, if it has a log key (formats.md, "Checkpoint").
    pub seal: Option<[u8; 32]>,
}

/// A signed statement to keep beside the records of the same commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationRow {
    /// Whose log binds it.
    pub tenant_id: TenantId,
    /// SHA-256 of the signed payload: the name under which records bind it.
    pub payload_sha256: Digest,
    /// The DSSE envelope, canonical.
    pub envelope: Vec<u8>,
}

/// Where a log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Records in the log; also the position of the next one.
    pub size: u64,
    /// Root of its Merkle tree (RFC 6962).
    pub root: Digest,
    /// Stamp of the last record; none in an empty log.
    pub last_stamp: Option<Timestamp>,
}

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Position in the log.
    pub seq: u64,
    /// The leaf hash, then the root of every perfect subtree that this leaf completes, 32 bytes
    /// each.
    pub hashes: Vec<u8>,
    /// Canonical bytes of the record.
    pub leaf: Vec<u8>,
    /// The device's seal.
    pub seal: Option<[u8; 32]>,
}

/// The newest checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Records under it.
    pub size: u64,
    /// The signed note, verbatim.
    pub note: String,
}

/// What the records of a page were done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceFilter {
    /// Everything of this type.
    OfType(ResourceType),
    /// Exactly this resource.
    Exactly(ResourceType, String),
}

/// A page of the audit log, newest first. Filters that are set must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// Whose log.
    pub tenant_id: TenantId,
    /// Who acted.
    pub actor: Option<Actor>,
    /// What was done.
    pub action: Option<Action>,
    /// To what.
    pub resource: Option<ResourceFilter>,
    /// Under which correlation id.
    pub correlation_id: Option<CorrelationId>,
    /// Only records before this position: the last one of the page before.
    pub before: Option<u64>,
    /// How many rows; at most [`crate::PAGE_LIMIT`] are given.
    pub limit: u32,
}

impl AuditQuery {
    /// The newest records of a tenant, unfiltered.
    pub const fn newest(tenant_id: TenantId, limit: u32) -> Self {
        Self {
            tenant_id,
            actor: None,
            action: None,
            resource: None,
            correlation_id: None,
            before: None,
            limit,
        }
    }
}

/// What the filters of the audit page offer, with how many records each has, by word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Everybody who acted.
    pub actors: Vec<(Actor, u64)>,
    /// Everything that was done.
    pub actions: Vec<(Action, u64)>,
}
