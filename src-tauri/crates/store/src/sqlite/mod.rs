//! The store in one SQLite file: made, opened, and asked through its own threads.
//!
//! Invariant: a workspace exists whole or not at all. It is made in a folder beside its place and
//! moved there once its first commit is on the disk.

mod audit;
mod checkpoints;
mod columns;
mod comments;
mod connect;
mod copying;
mod drafts;
mod failure;
mod files;
mod index;
mod log;
mod migrate;
mod open_requests;
mod people;
mod recent;
mod requests;
mod secrets;
mod services;
mod standings;
mod threads;
mod unfinished;
mod version_columns;
mod versions;
mod workspace;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use governance::state::{
    ApprovalRequest, ModelRecord, Person, PromptRecord, ServiceAccount, Tenant,
};
use ledger::{
    Actor, Digest, Name, RecordId, RequestId, SubjectKind, TenantId, Timestamp, Version, tree,
};

use self::threads::Threads;
pub use self::unfinished::Unfinished;
use self::writer::{Syncing, Writer};
use crate::{
    Alike, Answer, AuditQuery, Commit, CopyWatch, DraftRow, Facets, Head, NamesQuery, Newest,
    OpenQuery, RequestCounts, RequestsQuery, SealedColumn, SealedValue, SecretRow, Store,
    StoreError, StoredCheckpoint, StoredRow, Urgent, VersionStanding, WhichVersions, WorkspaceRow,
};

/// A workspace in one folder of this machine.
pub struct SqliteStore {
    threads: Threads,
}

impl SqliteStore {
    /// Makes a workspace with its first records (the genesis of its logs) and opens it. The folder
    /// must be absent or empty; if anything fails nothing remains. Blocks for as long as the disk
    /// needs.
    ///
    /// # Errors
    /// [`StoreError::FolderNotEmpty`]; those of [`Store::commit`] for the first commit.
    pub fn create(
        folder: &Path,
        workspace: &WorkspaceRow,
        first: &Commit,
    ) -> Result<Self, StoreError> {
        let unfinished = Unfinished::beside(folder, &workspace.id)?;
        drop(unfinished.create(workspace, first)?);
        unfinished.finish()?;
        Self::open(folder)
    }

    /// Opens a workspace; a schema of an older version is brought forward, after a backup. Blocks
    /// for as long as the disk needs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::LoosePermissions`], [`StoreError::NotADatabase`],
    /// [`StoreError::ForeignApplication`], [`StoreError::NewerVersion`], [`StoreError::ReadOnly`],
    /// [`StoreError::Damaged`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        files::check_private(folder)?;
        let mut connection = connect::to_write(folder)?;
        connect::check_ours(&connection)?;
        migrate::check_known(&connection, migrate::MIGRATIONS)?;
        connect::make_durable(&connection)?;
        migrate::migrate(&mut connection, folder, migrate::MIGRATIONS)?;
        workspace::read(&connection)?;
        Ok(Self {
            threads: Threads::start(folder, Writer::new(connection, Syncing::EveryCommit)?)?,
        })
    }

    /// Drops the search projection and builds it again from the log.
    pub fn rebuild_index(&self) -> Answer<'_, ()> {
        self.threads.write(Writer::rebuild_index)
    }
}

impl Store for SqliteStore {
    fn workspace(&self) -> Answer<'_, WorkspaceRow> {
        self.threads.read(workspace::read)
    }

    fn commit(&self, commit: Commit) -> Answer<'_, Vec<(TenantId, Head)>> {
        self.threads.write(move |writer| writer.commit(&commit))
    }

    fn idempotent(&self, key: &str) -> Answer<'_, Option<String>> {
        let key = key.to_owned();
        self.threads.read(move |connection| recent::answer_to(connection, &key))
    }

    fn others_wrote(&self) -> Answer<'_, i64> {
        self.threads.write(|writer| writer.others_wrote())
    }

    fn size(&self, tenant: &TenantId) -> Answer<'_, u64> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| log::size(connection, &tenant))
    }

    fn head(&self, tenant: &TenantId) -> Answer<'_, Head> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| log::head(connection, &tenant))
    }

    fn rows(&self, tenant: &TenantId, from: u64, limit: u32) -> Answer<'_, Vec<StoredRow>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| log::rows(connection, &tenant, from, limit))
    }

    fn row(&self, tenant: &TenantId, seq: u64) -> Answer<'_, Option<StoredRow>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| {
            let rows = log::rows(connection, &tenant, seq, 1)?;
            Ok(rows.into_iter().find(|row| row.seq == seq))
        })
    }

    fn hashes(&self, tenant: &TenantId, places: &[tree::StoredHash]) -> Answer<'_, Vec<Digest>> {
        let (tenant, places) = (tenant.clone(), places.to_vec());
        self.threads.read(move |connection| log::hashes(connection, &tenant, &places))
    }

    fn attestations(
        &self,
        tenant: &TenantId,
        digests: &[Digest],
    ) -> Answer<'_, BTreeMap<Digest, Vec<u8>>> {
        let (tenant, digests) = (tenant.clone(), digests.to_vec());
        self.threads.read(move |connection| recent::attestations(connection, &tenant, &digests))
    }

    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<StoredRow>> {
        self.threads.read(move |connection| audit::page(connection, &query))
    }

    fn facets(&self, tenant: &TenantId) -> Answer<'_, Facets> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| index::facets(connection, &tenant))
    }

    fn checkpoint(&self, tenant: &TenantId) -> Answer<'_, Option<StoredCheckpoint>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| checkpoints::newest(connection, &tenant))
    }

    fn put_checkpoint(&self, tenant: &TenantId, checkpoint: StoredCheckpoint) -> Answer<'_, ()> {
        let tenant = tenant.clone();
        self.threads.write(move |writer| writer.put_checkpoint(&tenant, &checkpoint))
    }

    fn people(&self) -> Answer<'_, Vec<Person>> {
        self.threads.read(people::all)
    }

    fn person(&self, id: &Actor) -> Answer<'_, Option<Person>> {
        let id = id.clone();
        self.threads.read(move |connection| people::one(connection, &id))
    }

    fn services(&self) -> Answer<'_, Vec<ServiceAccount>> {
        self.threads.read(services::all)
    }

    fn service(&self, id: &Actor) -> Answer<'_, Option<ServiceAccount>> {
        let id = id.clone();
        self.threads.read(move |connection| services::one(connection, &id))
    }

    fn tenants(&self) -> Answer<'_, Vec<Tenant>> {
        self.threads.read(people::all_tenants)
    }

    fn model(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<ModelRecord>> {
        let (tenant, name, version) = (tenant.clone(), name.clone(), version.clone());
        self.threads
            .read(move |connection| versions::one(connection, &tenant, &name, version.as_str()))
    }

    fn model_card(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Answer<'_, Option<String>> {
        let (tenant, name, version) = (tenant.clone(), name.clone(), version.clone());
        self.threads.read(move |connection| {
            versions::sealed::<ModelRecord>(connection, &tenant, &name, version.as_str())
        })
    }

    fn models(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<ModelRecord>>> {
        self.threads.read(move |connection| versions::page(connection, &query))
    }

    fn model_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<ModelRecord>> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.threads.read(move |connection| versions::all_of(connection, &tenant, &name))
    }

    fn prompt(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<PromptRecord>> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.threads
            .read(move |connection| versions::one(connection, &tenant, &name, &version.to_string()))
    }

    fn prompt_text(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Answer<'_, Option<String>> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.threads.read(move |connection| {
            versions::sealed::<PromptRecord>(connection, &tenant, &name, &version.to_string())
        })
    }

    fn prompts(&self, query: NamesQuery) -> Answer<'_, Vec<Newest<PromptRecord>>> {
        self.threads.read(move |connection| versions::page(connection, &query))
    }

    fn prompt_versions(&self, tenant: &TenantId, name: &Name) -> Answer<'_, Vec<PromptRecord>> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.threads.read(move |connection| versions::all_of(connection, &tenant, &name))
    }

    fn version_standings(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        which: WhichVersions,
    ) -> Answer<'_, Vec<VersionStanding>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| standings::some(connection, &tenant, kind, &which))
    }

    fn request(&self, tenant: &TenantId, id: &RequestId) -> Answer<'_, Option<ApprovalRequest>> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.threads.read(move |connection| requests::one(connection, &tenant, &id))
    }

    fn requests_of(
        &self,
        tenant: &TenantId,
        ids: &[RequestId],
    ) -> Answer<'_, Vec<ApprovalRequest>> {
        let (tenant, ids) = (tenant.clone(), ids.to_vec());
        self.threads.read(move |connection| requests::some(connection, &tenant, &ids))
    }

    fn requests(&self, query: RequestsQuery) -> Answer<'_, Vec<ApprovalRequest>> {
        self.threads.read(move |connection| requests::page(connection, &query))
    }

    fn open_requests(&self, tenant: &TenantId) -> Answer<'_, Vec<ApprovalRequest>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| open_requests::all(connection, &tenant))
    }

    fn most_urgent(&self, query: OpenQuery) -> Answer<'_, Vec<Urgent>> {
        self.threads.read(move |connection| open_requests::page(connection, &query))
    }

    fn open_alike(&self, tenant: &TenantId, now: Timestamp) -> Answer<'_, Vec<Alike>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| open_requests::alike(connection, &tenant, now))
    }

    fn next_expiry(&self, tenant: &TenantId, after: Timestamp) -> Answer<'_, Option<Timestamp>> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| open_requests::next_expiry(connection, &tenant, after))
    }

    fn request_counts(&self, tenant: &TenantId) -> Answer<'_, RequestCounts> {
        let tenant = tenant.clone();
        self.threads.read(move |connection| requests::counts(connection, &tenant))
    }

    fn secrets(&self) -> Answer<'_, Vec<SecretRow>> {
        self.threads.read(secrets::all)
    }

    fn sealed_counts(&self) -> Answer<'_, BTreeMap<String, u64>> {
        self.threads.read(secrets::counts)
    }

    fn sealed_under(
        &self,
        key_id: &str,
        column: SealedColumn,
        after: Option<&RecordId>,
    ) -> Answer<'_, Vec<SealedValue>> {
        let (key_id, after) = (key_id.to_owned(), after.cloned());
        self.threads
            .read(move |connection| secrets::batch(connection, &key_id, column, after.as_ref()))
    }

    fn sealed(
        &self,
        tenant: &TenantId,
        column: SealedColumn,
        row_id: &RecordId,
    ) -> Answer<'_, Option<String>> {
        let (tenant, row_id) = (tenant.clone(), row_id.clone());
        self.threads.read(move |connection| secrets::one(connection, &tenant, column, &row_id))
    }

    fn put_draft(&self, draft: DraftRow) -> Answer<'_, ()> {
        self.threads.write(move |writer| writer.put_draft(&draft))
    }

    fn draft(
        &self,
        tenant: &TenantId,
        person: &Actor,
        place: &str,
    ) -> Answer<'_, Option<DraftRow>> {
        let (tenant, person, place) = (tenant.clone(), person.clone(), place.to_owned());
        self.threads.read(move |connection| drafts::one(connection, &tenant, &person, &place))
    }

    fn drop_draft(&self, tenant: &TenantId, person: &Actor, place: &str) -> Answer<'_, ()> {
        let (tenant, person, place) = (tenant.clone(), person.clone(), place.to_owned());
        self.threads.write(move |writer| writer.drop_draft(&tenant, &person, &place))
    }

    fn copy_to(&self, file: PathBuf, mut watch: CopyWatch) -> Answer<'_, ()> {
        self.threads.read(move |connection| copying::copy_into(connection, &file, &mut watch))
    }

    fn check(&self) -> Answer<'_, ()> {
        self.threads.read(workspace::check)
    }
}
