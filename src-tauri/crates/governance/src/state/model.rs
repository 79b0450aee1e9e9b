//! A registered model version.
//!
//! Invariant: everything but the decision (`status`, `approved_by`, `approved_at`, `request_id`)
//! is fixed at registration.

use ledger::metadata::Documents;
use ledger::{
    Actor, Name, RecordId, RequestId, Status, Subject, SubjectDigest, SubjectName, TenantId, Tier,
    Timestamp, Version,
};

/// One version of a model in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRecord {
    /// Id of the row; the card's token is bound to it.
    pub row_id: RecordId,
    /// The tenant that owns it.
    pub tenant_id: TenantId,
    /// Name, unique in the tenant but for its versions, also when case is ignored.
    pub model_name: Name,
    /// Version, unique for the name.
    pub version: Version,
    /// SHA-256 of the artefact: of a file or of a folder, and the two never match.
    pub checksum: SubjectDigest,
    /// How much it can do.
    pub tier: Tier,
    /// Digests of what else a reviewer is shown: `card`.
    pub documents: Documents,
    /// Who registered it, sorted; for a service also its owner. None of them decides on it.
    pub makers: Vec<Actor>,
    /// Who registered it: the actor of its `model.register` record.
    pub author: Actor,
    /// Why, as given.
    pub reason: String,
    /// Stamp of its `model.register` record.
    pub created_at: Timestamp,
    /// Position of its `model.register` record in the tenant's log.
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

impl ModelRecord {
    /// Whether it was approved. Whether it may be used *now* is its effect, which only the log
    /// tells.
    pub const fn approved(&self) -> bool {
        matches!(self.status, Status::Approved)
    }

    /// What is decided on: name, version and checksum.
    pub fn subject(&self) -> Subject {
        Subject {
            digest: self.checksum,
            name: SubjectName::Model(self.model_name.clone(), self.version.clone()),
        }
    }
}
