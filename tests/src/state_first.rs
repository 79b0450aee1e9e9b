//! The negative control of atomicity: a store as one would write it who has not understood
//! invariant 2. It brings the state to the disk in a transaction of its own, and the records after
//! it.
//!
//! Invariant: everything but the order of writing is the real store's, so that a check which this
//! store passes has checked nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use governance::state::{
    ApprovalRequest, ModelRecord, Person, PromptRecord, ServiceAccount, Tenant,
};
use ledger::tree::StoredHash;
use ledger::{Actor, Digest, Name, RecordId, RequestId, SubjectKind, TenantId, Timestamp, Version};
use store::{
    Alike, Answer, AuditQuery, Commit, CopyWatch, DraftRow, Facets, Head, NamesQuery, Newest,
    OpenQuery, RequestCounts, RequestsQuery, SealedColumn, SealedValue, SecretRow, SqliteStore,
    Store, StoreError, StoredCheckpoint, StoredRow, Urgent, VersionStanding, WhichVersions,
    WorkspaceRow,
};

use crate::dump::{change, connect};

/// The tables of governed state, without the logs.
const STATE: [&str; 10] = [
    "secret",
    "tenant",
    "person",
    "sign_in",
    "service",
    "standing",
    "subject_name",
    "model_version",
    "prompt_version",
    "request",
];

/// How long state is there without its records: as on a slow disk, so that a kill finds the gap.
const GAP: Duration = Duration::from_millis(25);

/// The real store, but state comes first.
pub struct StateFirst {
    real: SqliteStore,
    database: PathBuf,
}

impl StateFirst {
    /// Opens the workspace of a folder.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let real = SqliteStore::open(folder).unwrap();
        Self { real, database: folder.join("workspace.db") }
    }

    /// Carries the commit out on a copy without hindrances, and takes the state over from there.
    async fn write_state(&self, commit: Commit) -> Result<(), StoreError> {
        let scratch = tempfile::tempdir().unwrap();
        let copy = scratch.path().join("workspace.db");
        let path = copy.to_str().unwrap();
        connect(&self.database).execute("VACUUM INTO ?1", [path]).unwrap();
        #[cfg(unix)]
        for (path, mode) in [(scratch.path(), 0o700), (copy.as_path(), 0o600)] {
            let private = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(path, private).unwrap();
        }
        change(&copy, "DROP TRIGGER IF EXISTS log_fails;");
        SqliteStore::open(scratch.path()).unwrap().commit(commit).await?;
        let taken: String = STATE
            .iter()
            .map(|table| {
                format!(
                    "DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM copy.{table};"
                )
            })
            .collect();
        let statements = format!(
            "PRAGMA foreign_keys = off; ATTACH '{path}' AS copy; BEGIN IMMEDIATE; {taken} COMMIT;"
        );
        change(&self.database, &statements);
        Ok(())
    }
}

impl Store for StateFirst {
    fn commit(&self, commit: Commit) -> Answer<'_, Vec<(TenantId, Head)>> {
        Box::pin(async move {
            self.write_state(commit.clone()).await?;
            std::thread::sleep(GAP);
            self.real.commit(Commit { state: Vec::new(), ..commit }).await
        })
    }

    fn workspace(&self) -> Answer<'_, WorkspaceRow> {
        self.real.workspace()
    }

    fn idempotent(&self, key: &str) -> Answer<'_, Option<String>> {
        self.real.idempotent(key)
    }

    fn size(&self, tenant: &TenantId) -> Answer<'_, u64> {
        self.real.size(tenant)
    }

    fn head(&self, tenant: &TenantId) -> Answer<'_, Head> {
        self.real.head(tenant)
    }

    fn rows(&self, tenant: &TenantId, from: u64, limit: u32) -> Answer<'_, Vec<StoredRow>> {
        self.real.rows(tenant, from, limit)
    }

    fn hashes(&self, tenant: &TenantId, places: &[StoredHash]) -> Answer<'_, Vec<Digest>> {
        self.real.hashes(tenant, places)
    }

    fn row(&self, tenant: &TenantId, seq: u64) -> Answer<'_, Option<StoredRow>> {
        self.real.row(tenant, seq)
    }

    fn attestations(
        &self,
        tenant: &TenantId,
        digests: &[Digest],
    ) -> Answer<'_, BTreeMap<Digest, Vec<u8>>> {
        self.real.attestations(tenant, digests)
    }

    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<StoredRow>> {
        self.real.audit(query)
    }

    fn facets(&self, tenant: &TenantId) -> Answer<'_, Facets> {
        self.real.facets(tenant)
    }

    fn checkpoint(&self, tenant: &TenantId) -> Answer<'_, Option<StoredCheckpoint>> {
        self.real.checkpoint(tenant)
    }

    fn put_checkpoint(&self, tenant: &TenantId, checkpoint: StoredCheckpoint) -> Answer<'_, ()> {
        self.real.put_checkpoint(tenant, checkpoint)
    }

    fn people(&self) -> Answer<'_, Vec<Person>> {
        self.real.people()
    }

    fn person(&self, id: &Actor) -> Answer<'_, Option<Person>> {
        self.real.person(id)
    }

    fn services(&self) -> Answer<'_, Vec<ServiceAccount>> {
        self.real.services()
    }

    fn service(&self, id: &Actor) -> Answer<'_, Option<ServiceAccount>> {
        self.real.service(id)
    }

    fn tenants(&self) -> Answer<'_, Vec<Tenant>> {
        self.real.tenants()
    }

    fn model(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<ModelRecord>> {
        self.real.model(tenant, name, version)
    }

    fn model_card(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<String>> {
        self.real.model_card(tenant, name, version)
    }

    fn models(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<ModelRecord>>> {
        self.real.models(query)
    }

    fn model_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<ModelRecord>> {
        self.real.model_versions(tenant, name)
    }

    fn prompt(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<PromptRecord>> {
        self.real.prompt(tenant, name, version)
    }

    fn prompt_text(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<String>> {
        self.real.prompt_text(tenant, name, version)
    }

    fn prompts(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<PromptRecord>>> {
        self.real.prompts(query)
    }

    fn prompt_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<PromptRecord>> {
        self.real.prompt_versions(tenant, name)
    }

    fn version_standings(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        which: WhichVersions,
    ) -> Answer<'_, Vec<VersionStanding>> {
        self.real.version_standings(tenant, kind, which)
    }

    fn request(&self, tenant: &TenantId, id: &RequestId) -> Answer<'_, Option<ApprovalRequest>> {
        self.real.request(tenant, id)
    }

    fn requests_of(
        &self,
        tenant: &TenantId,
        ids: &[RequestId],
    ) -> Answer<'_, Vec<ApprovalRequest>> {
        self.real.requests_of(tenant, ids)
    }

    fn requests(&self, query: RequestsQuery) -> Answer<'_, Vec<ApprovalRequest>> {
        self.real.requests(query)
    }

    fn open_requests(&self, tenant: &TenantId) -> Answer<'_, Vec<ApprovalRequest>> {
        self.real.open_requests(tenant)
    }

    fn most_urgent(&self, query: OpenQuery) -> Answer<'_, Vec<Urgent>> {
        self.real.most_urgent(query)
    }

    fn open_alike(&self, tenant: &TenantId, now: Timestamp) -> Answer<'_, Vec<Alike>> {
        self.real.open_alike(tenant, now)
    }

    fn next_expiry(&self, tenant: &TenantId, after: Timestamp) -> Answer<'_, Option<Timestamp>> {
        self.real.next_expiry(tenant, after)
    }

    fn others_wrote(&self) -> Answer<'_, i64> {
        self.real.others_wrote()
    }

    fn request_counts(&self, tenant: &TenantId) -> Answer<'_, RequestCounts> {
        self.real.request_counts(tenant)
    }

    fn secrets(&self) -> Answer<'_, Vec<SecretRow>> {
        self.real.secrets()
    }

    fn sealed_counts(&self) -> Answer<'_, BTreeMap<String, u64>> {
        self.real.sealed_counts()
    }

    fn sealed_under(
        &self,
        key_id: &str,
        column: SealedColumn,
        after: Option<&RecordId>,
    ) -> Answer<'_, Vec<SealedValue>> {
        self.real.sealed_under(key_id, column, after)
    }

    fn sealed(
        &self,
        tenant: &TenantId,
        column: SealedColumn,
        row_id: &RecordId,
    ) -> Answer<'_, Option<String>> {
        self.real.sealed(tenant, column, row_id)
    }

    fn put_draft(&self, draft: DraftRow) -> Answer<'_, ()> {
        self.real.put_draft(draft)
    }

    fn draft(
        &self,
        tenant: &TenantId,
        person: &Actor,
        place: &str,
    ) -> Answer<'_, Option<DraftRow>> {
        self.real.draft(tenant, person, place)
    }

    fn drop_draft(&self, tenant: &TenantId, person: &Actor, place: &str) -> Answer<'_, ()> {
        self.real.drop_draft(tenant, person, place)
    }

    fn copy_to(&self, file: PathBuf, watch: CopyWatch) -> Answer<'_, ()> {
        self.real.copy_to(file, watch)
    }

    fn check(&self) -> Answer<'_, ()> {
        self.real.check()
    }
}
