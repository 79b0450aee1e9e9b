//! What a decision says for the record, before it has a place, an id and a stamp.
//!
//! Invariant: a draft holds no protected value: callers hand digests.

use ledger::subject::SubjectName;
use ledger::{Action, Digest, ResourceType};
use security::SecurityError;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::GovernanceError;

/// Longest id of a resource asked for in vain that is written as it stands, in bytes
/// (formats.md, the table of logs).
const ASKED_ID_LIMIT: usize = 200;

/// What a record says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordDraft {
    /// What was done.
    pub action: Action,
    /// Type of what it was done to.
    pub resource_type: ResourceType,
    /// What it was done to, without the type.
    pub resource_id: String,
    /// Why; empty where no reason is required.
    pub reason: String,
    /// The keys that formats.md gives for the action; free for the others.
    pub metadata: Map<String, Value>,
}

impl RecordDraft {
    /// A record about a model, prompt version or change.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when the metadata is no object.
    pub fn about<T: Serialize>(
        subject: &SubjectName,
        action: Action,
        reason: &str,
        metadata: &T,
    ) -> Result<Self, GovernanceError> {
        let resource_type = match subject {
            SubjectName::Model(..) => ResourceType::Model,
            SubjectName::Prompt(..) => ResourceType::Prompt,
            SubjectName::Change(_) => ResourceType::Change,
        };
        Self::of(action, (resource_type, subject.resource_id()), reason, metadata)
    }

    /// A record about anything.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when the metadata is no object.
    pub fn of<T: Serialize>(
        action: Action,
        (resource_type, resource_id): (ResourceType, String),
        reason: &str,
        metadata: &T,
    ) -> Result<Self, GovernanceError> {
        let metadata = ledger::metadata::to_object(metadata)?;
        Ok(Self { action, resource_type, resource_id, reason: reason.to_owned(), metadata })
    }

    /// The record of a refusal by role or tenant, in the log of the session's tenant: what was
    /// asked for, and why not. None for refusals that are no denials (a wrong passphrase, a format).
    pub fn denial(
        (resource_type, asked_id): (ResourceType, &str),
        refusal: &SecurityError,
    ) -> Option<Self> {
        let (action, cause) = match refusal {
            SecurityError::Authorization { denial } => (Action::PermissionDeny, denial.to_string()),
            // The tenant asked for is not named here: its log and its name are not the asker's.
            SecurityError::TenantIsolation { .. } => {
                (Action::TenantDeny, "not of this tenant".to_owned())
            }
            SecurityError::Encryption { .. }
            | SecurityError::Passphrase { .. }
            | SecurityError::KeyFormat { .. }
            | SecurityError::Seal { .. }
            | SecurityError::Throttled { .. }
            | SecurityError::Actor { .. }
            | SecurityError::Entropy => return None,
        };
        let metadata = Map::from_iter([("cause".to_owned(), Value::String(cause))]);
        let resource_id = asked_resource_id(asked_id);
        Some(Self { action, resource_type, resource_id, reason: String::new(), metadata })
    }
}

/// The id asked for as it is written: over 200 bytes, or with U+0000, by its SHA-256.
pub fn asked_resource_id(asked_id: &str) -> String {
    if asked_id.len() > ASKED_ID_LIMIT || asked_id.contains('\0') {
        Digest::of(asked_id.as_bytes()).to_hex()
    } else {
        asked_id.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use security::rbac::{RbacService, Role};
    use security::tenant_context::TenantContext;

    use super::*;

    #[test]
    fn a_denial_says_what_was_asked_for_and_never_whose_it_is() {
        let by_role = RbacService::check_permission(Role::Viewer, "approve").unwrap_err();
        let by_tenant = TenantContext::validate_access("fraud", "credit").unwrap_err();
        let long = "x".repeat(201);
        let digest = Digest::of(long.as_bytes()).to_hex();
        let cases = [
            (&by_role, "a@1", Some((Action::PermissionDeny, "a@1"))),
            (&by_tenant, "a@1", Some((Action::TenantDeny, "a@1"))),
            (&by_tenant, &long[..200], Some((Action::TenantDeny, &long[..200]))),
            (&by_tenant, &long, Some((Action::TenantDeny, &digest))),
            (&SecurityError::Entropy, "a@1", None),
        ];
        for (refusal, asked, expected) in cases {
            let draft = RecordDraft::denial((ResourceType::Model, asked), refusal);
            let said = draft.as_ref().map(|draft| (draft.action, draft.resource_id.as_str()));
            assert_eq!(said, expected);
            if let Some(draft) = draft {
                let metadata = Value::Object(draft.metadata).to_string();
                assert!(!metadata.contains("fraud"), "{metadata}");
            }
        }
    }
}
