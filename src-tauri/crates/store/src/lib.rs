//! The only SQL: what the program keeps, behind one trait that SQLite answers now and PostgreSQL
//! will answer later.
//!
//! Invariant 2: state and its audit records are written in one transaction or not at all
//! ([`Store::commit`]). Invariant 5: every question names its tenant. The store judges nothing: it
//! holds no key, reads no clock and decides no vote; protected values reach it as tokens.
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

mod draft;
mod error;
mod log;
mod secret;
mod sqlite;
mod standing;
mod state;
mod urgency;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::Pin;

use governance::state::{
    ApprovalRequest, ModelRecord, Person, PromptRecord, ServiceAccount, Tenant,
};
use ledger::{
    Actor, Digest, Name, RecordId, RequestId, SubjectKind, TenantId, Timestamp, Version, tree,
};

pub use draft::{DRAFTS_CHARACTERS, DRAFTS_LIMIT, DraftRow};
pub use error::StoreError;
pub use log::{
    AttestationRow, AuditQuery, Facets, Head, LogRow, ResourceFilter, StoredCheckpoint, StoredRow,
};
pub use secret::{Resealed, RotationBegun, SealedColumn, SealedValue, SecretRow, SecretStanding};
pub use sqlite::{SqliteStore, Unfinished};
pub use standing::{RequestStanding, STANDINGS_LIMIT, VersionStanding, WhichVersions};
pub use state::{
    CommentRow, Commit, Idempotency, NamesQuery, Newest, PAGE_LIMIT, RequestCounts, RequestKind,
    RequestSearch, RequestsQuery, StateWrite, WorkspaceKind, WorkspaceRow,
};
pub use urgency::{Alike, Band, OpenQuery, Urgency, Urgent};

/// What every method gives: an answer later, on any executor.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// How far a copy is, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress {
    /// Copied so far.
    pub done: u32,
    /// In all.
    pub total: u32,
}

/// Whoever watches a copy, and may stop it.
pub type CopyWatch = Box<dyn FnMut(CopyProgress) -> ControlFlow<()> + Send>;

/// Everything the program asks of its data. A tenant without a log has an empty one; what is not
/// there is `None` or an empty list, never an error. Every method can fail with the causes of
/// [`StoreError`] that concern the file and the machine; those of its own are named.
pub trait Store: Send + Sync {
    /// The workspace.
    fn workspace(&self) -> Answer<'_, WorkspaceRow>;

    /// Writes records, attestations and state, all or nothing, and answers with the new heads of
    /// the logs it names, in their order. When it answers, the data is on the disk.
    ///
    /// # Errors
    /// [`StoreError::HeadMoved`], [`StoreError::AlreadyDone`], [`StoreError::StateWithoutRecord`],
    /// [`StoreError::RowOutOfOrder`], [`StoreError::TenantNotExpected`],
    /// [`StoreError::AttestationRepeated`], [`StoreError::Conflict`], [`StoreError::OtherSecret`],
    /// [`StoreError::SecretInUse`].
    fn commit(&self, commit: Commit) -> Answer<'_, Vec<(TenantId, Head)>>;

    /// The answer stored with an idempotency key.
    fn idempotent(&self, key: &str) -> Answer<'_, Option<String>>;

    /// A number that changes when another process wrote, and stays when this one did. Cheap enough to
    /// be asked again and again.
    fn others_wrote(&self) -> Answer<'_, i64>;

    /// How many records a log has; 0 for a tenant without one. One look-up, whatever the length of the
    /// log, where [`Store::head`] reads the edge of its tree too.
    fn size(&self, tenant: &TenantId) -> Answer<'_, u64>;

    /// Where a log stands.
    fn head(&self, tenant: &TenantId) -> Answer<'_, Head>;

    /// At most `limit` records from position `from` on, ascending.
    fn rows(&self, tenant: &TenantId, from: u64, limit: u32) -> Answer<'_, Vec<StoredRow>>;

    /// One record.
    fn row(&self, tenant: &TenantId, seq: u64) -> Answer<'_, Option<StoredRow>>;

    /// Subtree hashes of a log from where they are stored, in the order asked for, in one question:
    /// one look-up a hash, whatever the length of the log. Proofs are folded from them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a row is missing or does not complete that subtree.
    fn hashes(&self, tenant: &TenantId, places: &[tree::StoredHash]) -> Answer<'_, Vec<Digest>>;

    /// Envelopes of a tenant's attestations, by payload digest; unknown ones are left out.
    fn attestations(
        &self,
        tenant: &TenantId,
        digests: &[Digest],
    ) -> Answer<'_, BTreeMap<Digest, Vec<u8>>>;

    /// A page of the audit log, newest first.
    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<StoredRow>>;

    /// What the filters of the audit page offer.
    fn facets(&self, tenant: &TenantId) -> Answer<'_, Facets>;

    /// The newest checkpoint of a log.
    fn checkpoint(&self, tenant: &TenantId) -> Answer<'_, Option<StoredCheckpoint>>;

    /// Keeps a checkpoint if it is newer than the one kept.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`].
    fn put_checkpoint(&self, tenant: &TenantId, checkpoint: StoredCheckpoint) -> Answer<'_, ()>;

    /// Every account, by title.
    fn people(&self) -> Answer<'_, Vec<Person>>;

    /// One account.
    fn person(&self, id: &Actor) -> Answer<'_, Option<Person>>;

    /// Every service account, in the order of their making.
    fn services(&self) -> Answer<'_, Vec<ServiceAccount>>;

    /// One service account.
    fn service(&self, id: &Actor) -> Answer<'_, Option<ServiceAccount>>;

    /// Every tenant, by title.
    fn tenants(&self) -> Answer<'_, Vec<Tenant>>;

    /// One model version.
    fn model(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<ModelRecord>>;

    /// The card of a model version, as the token it was given as.
    fn model_card(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<String>>;

    /// A page of models, one row a name.
    fn models(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<ModelRecord>>>;

    /// The versions of the model whose name this is when case is ignored, newest first.
    fn model_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<ModelRecord>>;

    /// One prompt version.
    fn prompt(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<PromptRecord>>;

    /// The text of a prompt version, as the token it was given as.
    fn prompt_text(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<String>>;

    /// A page of prompts, one row a name.
    fn prompts(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<PromptRecord>>>;

    /// The versions of the prompt whose name this is when case is ignored, newest first.
    fn prompt_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<PromptRecord>>;

    /// Versions with where they stand, without their texts and reasons: what lists are made from.
    fn version_standings(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        which: WhichVersions,
    ) -> Answer<'_, Vec<VersionStanding>>;

    /// One request with its votes.
    fn request(&self, tenant: &TenantId, id: &RequestId) -> Answer<'_, Option<ApprovalRequest>>;

    /// Those of these requests that are there, in one question and in no order.
    fn requests_of(&self, tenant: &TenantId, ids: &[RequestId])
    -> Answer<'_, Vec<ApprovalRequest>>;

    /// A page of requests, newest first.
    fn requests(&self, query: RequestsQuery) -> Answer<'_, Vec<ApprovalRequest>>;

    /// Every request that is open, oldest first.
    fn open_requests(&self, tenant: &TenantId) -> Answer<'_, Vec<ApprovalRequest>>;

    /// A page of requests that wait at that time, most urgent first ([`Urgency`]). Of `request` and
    /// its votes as many rows are read as are given.
    fn most_urgent(&self, query: OpenQuery) -> Answer<'_, Vec<Urgent>>;

    /// The requests that wait at that time, counted: those that are alike in everything that says who
    /// may decide stand together.
    fn open_alike(&self, tenant: &TenantId, now: Timestamp) -> Answer<'_, Vec<Alike>>;

    /// When the next open request expires, after that time.
    fn next_expiry(&self, tenant: &TenantId, after: Timestamp) -> Answer<'_, Option<Timestamp>>;

    /// How many requests there are.
    fn request_counts(&self, tenant: &TenantId) -> Answer<'_, RequestCounts>;

    /// Every secret on record, oldest first. None: the workspace has its first secret and no other.
    fn secrets(&self) -> Answer<'_, Vec<SecretRow>>;

    /// How many values are sealed under which key, in all tenants: one secret is for all of them.
    fn sealed_counts(&self) -> Answer<'_, BTreeMap<String, u64>>;

    /// The next values of a column, of all tenants, that are sealed under this key: by row id, from
    /// after `after` on, as many as one commit takes.
    fn sealed_under(
        &self,
        key_id: &str,
        column: SealedColumn,
        after: Option<&RecordId>,
    ) -> Answer<'_, Vec<SealedValue>>;

    /// The sealed value at one place, as the token it is now.
    fn sealed(
        &self,
        tenant: &TenantId,
        column: SealedColumn,
        row_id: &RecordId,
    ) -> Answer<'_, Option<String>>;

    /// Keeps a draft in the place of the one before. It is no governed state: no record explains it,
    /// and the next commit syncs it along.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], [`StoreError::OtherSecret`].
    fn put_draft(&self, draft: DraftRow) -> Answer<'_, ()>;

    /// A person's draft of something.
    fn draft(&self, tenant: &TenantId, person: &Actor, place: &str)
    -> Answer<'_, Option<DraftRow>>;

    /// Forgets one; none is as good.
    fn drop_draft(&self, tenant: &TenantId, person: &Actor, place: &str) -> Answer<'_, ()>;

    /// Copies everything, as it is at one moment, into an empty file that is there already: a backup,
    /// to be opened by [`SqliteStore::open_copy`].
    ///
    /// # Errors
    /// [`StoreError::Stopped`] by whoever watches; the file is then not finished.
    fn copy_to(&self, file: PathBuf, watch: CopyWatch) -> Answer<'_, ()>;

    /// Reads the whole file and checks its structure (`doctor`).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that does not hold.
    fn check(&self) -> Answer<'_, ()>;
}
