//! A version of a prompt.
//!
//! Invariant: versions of a name are 1, 2, 3… without gaps, and everything but the decision is
//! fixed when a version is written.

use ledger::metadata::Documents;
use ledger::{
    Actor, Digest, Name, RecordId, RequestId, Status, Subject, SubjectDigest, SubjectName,
    TenantId, Tier, Timestamp,
};

/// One version of a prompt in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptRecord {
    /// Id of the row; the text's token is bound to it.
    pub row_id: RecordId,
    /// The tenant that owns it.
    pub tenant_id: TenantId,
    /// Name, unique in the tenant but for its versions, also when case is ignored.
    pub name: Name,
    /// 1, 2, 3…
    pub version: u32,
    /// SHA-256 of the text's UTF-8 bytes as stored.
    pub digest: Digest,
    /// How much it can do.
    pub tier: Tier,
    /// Digests of what else a reviewer is shown.
    pub documents: Documents,
    /// Who wrote this version, sorted; for a service also its owner. None of them decides on it.
    pub makers: Vec<Actor>,
    /// Who wrote this version: the actor of its record.
    pub author: Actor,
    /// Why it was written or changed, as given.
    pub reason: String,
    /// Stamp of its `prompt.register` or `prompt.update` record.
    pub created_at: Timestamp,
    /// Position of that record in the tenant's log.
    pub seq: u64,
    /// Decision state.
    pub status: Status,
    /// Signer of the vote that approved it. All signers are in the request.
    pub approved_by: Option<Actor>,
    /// Stamp of that vote's `approval.approve` record.
    pub approved_at: Option<Timestamp>,
    /// The request that decided it, or the one last opened for it.
    pub request_id: Option<RequestId>,
}

impl PromptRecord {
    /// Whether it was approved. Whether it may be used *now* is its effect, which only the log
    /// tells.
    pub const fn approved(&self) -> bool {
        matches!(self.status, Status::Approved)
    }

    /// What is decided on: name, version and digest of the text.
    pub fn subject(&self) -> Subject {
        Subject {
            digest: SubjectDigest::Sha256(self.digest),
            name: SubjectName::Prompt(self.name.clone(), self.version),
        }
    }
}
