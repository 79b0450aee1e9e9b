//! A model or a prompt version, whichever is decided on.
//!
//! Invariant: both are decided alike; what differs is said here once.

use ledger::metadata::Documents;
use ledger::{Actor, RequestId, Status, Subject, SubjectKind, TenantId, Tier, Timestamp};

use super::{ModelRecord, PromptRecord};

/// What a request for approval is about, changes aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectRecord {
    /// A model version.
    Model(ModelRecord),
    /// A prompt version.
    Prompt(PromptRecord),
}

impl SubjectRecord {
    /// The tenant that owns it.
    pub const fn tenant_id(&self) -> &TenantId {
        match self {
            Self::Model(model) => &model.tenant_id,
            Self::Prompt(prompt) => &prompt.tenant_id,
        }
    }

    /// Name and digest.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Model(model) => model.subject(),
            Self::Prompt(prompt) => prompt.subject(),
        }
    }

    /// Model or prompt.
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Model(_) => SubjectKind::Model,
            Self::Prompt(_) => SubjectKind::Prompt,
        }
    }

    /// Its tier.
    pub const fn tier(&self) -> Tier {
        match self {
            Self::Model(model) => model.tier,
            Self::Prompt(prompt) => prompt.tier,
        }
    }

    /// Who made it, sorted.
    pub fn makers(&self) -> &[Actor] {
        match self {
            Self::Model(model) => &model.makers,
            Self::Prompt(prompt) => &prompt.makers,
        }
    }

    /// Digests of what else a reviewer is shown.
    pub const fn documents(&self) -> &Documents {
        match self {
            Self::Model(model) => &model.documents,
            Self::Prompt(prompt) => &prompt.documents,
        }
    }

    /// Decision state.
    pub const fn status(&self) -> Status {
        match self {
            Self::Model(model) => model.status,
            Self::Prompt(prompt) => prompt.status,
        }
    }

    /// The request that decided it, or the one last opened for it.
    pub const fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Model(model) => model.request_id.as_ref(),
            Self::Prompt(prompt) => prompt.request_id.as_ref(),
        }
    }

    /// The same, PENDING again under a new request: what was decided before stands in the log.
    pub(crate) fn pending_again(&self, request_id: &RequestId) -> Self {
        let (status, request_id) = (Status::Pending, Some(request_id.clone()));
        let (approved_by, approved_at) = (None, None);
        match self {
            Self::Model(model) => Self::Model(ModelRecord {
                status,
                request_id,
                approved_by,
                approved_at,
                ..model.clone()
            }),
            Self::Prompt(prompt) => Self::Prompt(PromptRecord {
                status,
                request_id,
                approved_by,
                approved_at,
                ..prompt.clone()
            }),
        }
    }

    /// The same, approved anew by another request while the approval before still stood.
    pub(crate) fn renewed(&self, request_id: &RequestId, by: &Actor, at: Timestamp) -> Self {
        let (request_id, approved_by) = (Some(request_id.clone()), Some(by.clone()));
        let approved_at = Some(at);
        match self {
            Self::Model(model) => {
                Self::Model(ModelRecord { request_id, approved_by, approved_at, ..model.clone() })
            }
            Self::Prompt(prompt) => Self::Prompt(PromptRecord {
                request_id,
                approved_by,
                approved_at,
                ..prompt.clone()
            }),
        }
    }

    /// The same with a request opened for it.
    pub(crate) fn with_request(&self, request_id: &RequestId) -> Self {
        let request_id = Some(request_id.clone());
        match self {
            Self::Model(model) => Self::Model(ModelRecord { request_id, ..model.clone() }),
            Self::Prompt(prompt) => Self::Prompt(PromptRecord { request_id, ..prompt.clone() }),
        }
    }
}
