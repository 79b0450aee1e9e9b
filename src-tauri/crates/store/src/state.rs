//! Governed state as it goes in and comes out: what a commit writes, and the questions of the
//! lists.
//!
//! Invariant 2: a [`StateWrite`] travels only in a [`Commit`], with the records that explain it.
//! Pages are asked for by the last row of the page before, never by a count of rows to skip.

use governance::state::{
    ApprovalRequest, ModelRecord, Person, PromptRecord, ServiceAccount, Tenant,
};
use ledger::{
    Actor, Lifecycle, Name, RecordId, Status, SubjectName, TenantId, Tier, Timestamp, WorkspaceId,
};

use crate::{AttestationRow, LogRow, Resealed, RotationBegun};

/// Most rows of a page, whatever is asked.
pub const PAGE_LIMIT: u32 = 100;

/// Whether a workspace is somebody's own or the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceKind {
    /// Real work.
    Own,
    /// The demo.
    Demo,
}

/// What a workspace is; written once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceRow {
    /// Its id.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Salt of the derivation of its Fernet key.
    pub kdf_salt: Vec<u8>,
    /// Rounds of that derivation.
    pub kdf_iterations: u32,
    /// Where its keys lie, in the words of `console`.
    pub key_storage: String,
    /// Own or demo.
    pub kind: WorkspaceKind,
}

/// Everything that one act changes, all of it or nothing.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// The logs that it was decided on and extends, each with the size it had then.
    pub expected: Vec<(TenantId, u64)>,
    /// The records, by log in order.
    pub rows: Vec<LogRow>,
    /// The statements that these records bind.
    pub attestations: Vec<AttestationRow>,
    /// The state that they explain.
    pub state: Vec<StateWrite>,
    /// Key and answer of the command, so that a repetition is recognised.
    pub idempotency: Option<Idempotency>,
}

/// The key under which a command was asked for, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Chosen by the caller, unique in the workspace.
    pub key: String,
    /// Given again when the key comes again.
    pub answer: String,
}

/// One piece of state, as it is from now on.
#[expect(clippy::large_enum_variant, reason = "a commit holds a handful, for one transaction")]
#[derive(Debug, Clone)]
pub enum StateWrite {
    /// An account, new or changed; its record stands in `_workspace`.
    PutPerson(Person),
    /// A tenant, new or changed.
    PutTenant(Tenant),
    /// A service account: new, used or revoked; its record stands in `_workspace`.
    PutService(ServiceAccount),
    /// A model version: new, or with a new decision state.
    PutModel {
        /// The version.
        model: ModelRecord,
        /// The card as a Fernet token; only when the version is new.
        card: Option<String>,
    },
    /// A prompt version: new, or with a new decision state.
    PutPrompt {
        /// The version.
        prompt: PromptRecord,
        /// The text as a Fernet token; only when the version is new.
        text: Option<String>,
    },
    /// A request with its votes: new, or moved on.
    PutRequest(ApprovalRequest),
    /// The text of a remark, new: never changed.
    PutComment(CommentRow),
    /// Another secret is primary; its record stands in `_workspace`, as do those of the next two.
    BeginRotation(RotationBegun),
    /// A value sealed anew under the primary secret.
    Reseal(Resealed),
    /// The secret before is retired: no value is left under it.
    EndRotation {
        /// Id of its key.
        from: String,
        /// When.
        ended_at: Timestamp,
    },
}

impl StateWrite {
    /// The tenant in whose log its record stands.
    pub(crate) fn tenant_id(&self) -> TenantId {
        match self {
            Self::PutPerson(_)
            | Self::PutService(_)
            | Self::BeginRotation(_)
            | Self::Reseal(_)
            | Self::EndRotation { .. } => TenantId::workspace(),
            Self::PutTenant(tenant) => tenant.id.clone(),
            Self::PutModel { model, .. } => model.tenant_id.clone(),
            Self::PutPrompt { prompt, .. } => prompt.tenant_id.clone(),
            Self::PutRequest(request) => request.tenant_id.clone(),
            Self::PutComment(comment) => comment.tenant_id.clone(),
        }
    }
}

/// The text of a remark; everything else of it stands in its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// Whose.
    pub tenant_id: TenantId,
    /// Position of its record.
    pub seq: u64,
    /// Id of its record.
    pub row_id: RecordId,
    /// The text as a Fernet token.
    pub text: String,
}

/// A name with its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest<T> {
    /// The version made last.
    pub record: T,
    /// How many versions the name has.
    pub versions: u32,
}

/// A page of models or prompts, one row a name, by name without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesQuery {
    /// Whose.
    pub tenant_id: TenantId,
    /// Only names that contain this text, without regard to case.
    pub containing: Option<String>,
    /// Only names whose newest version has this status.
    pub status: Option<Status>,
    /// Only names after this one: the last of the page before.
    pub after: Option<Name>,
    /// How many rows; at most [`PAGE_LIMIT`] are given.
    pub limit: u32,
}

/// What requests are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// A model version.
    Model,
    /// A prompt version.
    Prompt,
    /// An act of authority that waits for its second admin.
    Change,
}

impl RequestKind {
    /// The word that stands before the name of a subject.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Prompt => "prompt",
            Self::Change => "change",
        }
    }
}

/// A text that is looked for in the names and the reasons of requests, without regard to the case
/// of ASCII letters. A change has no name here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSearch {
    /// The text, not empty.
    pub text: String,
    /// Requesters whom the text names: the store knows no titles.
    pub requesters: Vec<Actor>,
}

/// A page of requests, newest first. Filters that are set must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestsQuery {
    /// Whose.
    pub tenant_id: TenantId,
    /// Decision state.
    pub status: Option<Status>,
    /// Life cycle as it was written down: a request past its time is still `open` here until its
    /// `approval.expire` is.
    pub lifecycle: Option<Lifecycle>,
    /// Models, prompts or changes.
    pub kind: Option<RequestKind>,
    /// Tier of the subject.
    pub tier: Option<Tier>,
    /// Who asked.
    pub requested_by: Option<Actor>,
    /// About exactly this subject.
    pub subject: Option<SubjectName>,
    /// Found by a text.
    pub search: Option<RequestSearch>,
    /// Only requests whose record stands before this position: the last of the page before.
    pub before: Option<u64>,
    /// How many rows; at most [`PAGE_LIMIT`] are given.
    pub limit: u32,
}

impl RequestsQuery {
    /// The newest requests of a tenant, unfiltered.
    pub const fn newest(tenant_id: TenantId, limit: u32) -> Self {
        Self {
            tenant_id,
            status: None,
            lifecycle: None,
            kind: None,
            tier: None,
            requested_by: None,
            subject: None,
            search: None,
            before: None,
            limit,
        }
    }
}

/// How many requests a tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestCounts {
    /// Still in the queue.
    pub open: u64,
    /// All that were ever made.
    pub all: u64,
}
