//! The metadata that verifiers read, one type an action (formats.md, "Metadata that verifiers
//! read").
//!
//! Invariant: exactly the keys named there. Other actions carry free metadata.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::change::{Change, ChangeKind};
use crate::ids::{Actor, RequestId};
use crate::subject::Subject;
use crate::terms::{Control, Decision, Effect, Status, Tier};
use crate::time::Timestamp;
use crate::{Action, AuditRecord, Digest, LedgerError};

/// Digests of what else a reviewer is shown (`card`, `metrics`), by name.
pub type Documents = BTreeMap<String, Digest>;

/// Of an authority act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityMetadata {
    /// Payload digests: the proposal, then the second admin's approval if there is one.
    pub attestations: Vec<Digest>,
    /// What holds from here on.
    pub change: Change,
    /// Under which control.
    pub control: Control,
}

/// Of `model.register`, `prompt.register` and `prompt.update`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakingMetadata {
    /// What else a reviewer is shown.
    pub documents: Documents,
    /// Who made it, sorted.
    pub makers: Vec<Actor>,
    /// What was made.
    pub subject: Subject,
    /// Its tier.
    pub tier: Tier,
}

/// Of `approval.request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestMetadata {
    /// The change that waits for its second admin; absent for models and prompts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change: Option<Change>,
    /// What else a reviewer is shown.
    pub documents: Documents,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// Who made the subject, sorted.
    pub makers: Vec<Actor>,
    /// The pinned policy; null for a change.
    pub policy_sha256: Option<Digest>,
    /// Its id; for a change the change's.
    pub request_id: RequestId,
    /// What approval is asked for.
    pub subject: Subject,
    /// Its tier; null for a change.
    pub tier: Option<Tier>,
}

/// Of `approval.vote`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteMetadata {
    /// SHA-256 of the signed payload.
    pub attestation_sha256: Digest,
    /// For or against.
    pub decision: Decision,
    /// The request.
    pub request_id: RequestId,
}

/// Of `approval.approve` and `approval.reject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeMetadata {
    /// Payload digests of the votes, in order.
    pub attestations: Vec<Digest>,
    /// The request.
    pub request_id: RequestId,
}

/// Of `model.revoke` and `prompt.revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationMetadata {
    /// SHA-256 of the signed payload.
    pub attestation_sha256: Digest,
    /// The request whose approval ends.
    pub request_id: RequestId,
}

/// Of `evidence.export`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportMetadata {
    /// Payload digests of the statements in the bundle, sorted.
    pub attestations: Vec<Digest>,
    /// Effect of the approval at this record.
    pub effect: Effect,
    /// APPROVED or REJECTED.
    pub outcome: Status,
    /// The other records of the bundle, ascending.
    pub records: Vec<u64>,
    /// The request.
    pub request_id: RequestId,
}

/// Of `approval.withdraw`, `approval.expire` and `approval.supersede`: the request that left the
/// queue. Free metadata by formats.md; this is what this program writes and reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveMetadata {
    /// The request.
    pub request_id: RequestId,
}

/// Demands that a record's metadata is that of its action, where formats.md gives it.
///
/// # Errors
/// [`LedgerError::Format`] when keys are missing, added or of another type.
pub fn demand_known(record: &AuditRecord) -> Result<(), LedgerError> {
    let action = record.parts().action;
    if ChangeKind::ALL.iter().any(|kind| kind.action() == action) {
        return record.metadata_as::<AuthorityMetadata>().map(drop);
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "all other actions carry free metadata")]
    match action {
        Action::ModelRegister | Action::PromptRegister | Action::PromptUpdate => {
            record.metadata_as::<MakingMetadata>().map(drop)
        }
        Action::ApprovalRequest => record.metadata_as::<RequestMetadata>().map(drop),
        Action::ApprovalVote => record.metadata_as::<VoteMetadata>().map(drop),
        Action::ApprovalApprove | Action::ApprovalReject => {
            record.metadata_as::<OutcomeMetadata>().map(drop)
        }
        Action::ModelRevoke | Action::PromptRevoke => {
            record.metadata_as::<RevocationMetadata>().map(drop)
        }
        Action::EvidenceExport => record.metadata_as::<ExportMetadata>().map(drop),
        _ => Ok(()),
    }
}

/// The object that stands in a record for this metadata.
///
/// # Errors
/// [`LedgerError::Format`] when the value is no object; it always is for the types above.
pub fn to_object<T: Serialize>(metadata: &T) -> Result<Map<String, Value>, LedgerError> {
    match serde_json::to_value(metadata) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(LedgerError::format("metadata", "not an object")),
        Err(error) => Err(LedgerError::format("metadata", error.to_string())),
    }
}
