//! The one writer: every commit, one IMMEDIATE transaction, synced before it is answered.
//!
//! Invariant 2: records, attestations and state are written together or not at all; state without a
//! record is refused. What is remembered of a log is only what a finished commit left there, and is
//! read again whenever another connection has written.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Actor, TenantId};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::log::{Beside, OpenLog};
use super::recent::Recent;
use super::{
    checkpoints, comments, drafts, index, open_requests, people, requests, secrets, services,
    versions,
};
use crate::{Commit, DraftRow, Head, StateWrite, StoreError, StoredCheckpoint};

/// Records that the projection takes in one transaction, of each log.
const CATCH_UP_BATCH: u32 = 1000;

type Logs = BTreeMap<TenantId, OpenLog>;

/// When commits are brought to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syncing {
    /// Each before it is answered.
    EveryCommit,
    /// All of them together, by whoever finishes the file.
    AtTheEnd,
}

/// The connection that writes, with what it remembers.
pub(super) struct Writer {
    connection: Connection,
    logs: Logs,
    recent: Option<Recent>,
    data_version: i64,
    syncing: Syncing,
    synced: bool,
    behind: u64,
}

impl Writer {
    /// Takes over a connection made by `connect::to_write` and made durable.
    pub(super) fn new(connection: Connection, syncing: Syncing) -> Result<Self, StoreError> {
        if syncing == Syncing::AtTheEnd {
            connection.pragma_update(None, "synchronous", "off")?;
        }
        let data_version = data_version(&connection)?;
        // Whether the projection is complete is found out by the first catch-up.
        Ok(Self {
            connection,
            logs: Logs::new(),
            recent: None,
            data_version,
            syncing,
            synced: true,
            behind: 1,
        })
    }

    /// Records, at least, that the projection has not taken; 0: none.
    pub(super) const fn behind(&self) -> u64 {
        self.behind
    }

    /// Writes everything of a commit, or nothing.
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<Vec<(TenantId, Head)>, StoreError> {
        refuse_without_record(commit)?;
        self.sync_every_commit()?;
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let data_version = data_version(&transaction)?;
        if data_version != self.data_version {
            self.logs.clear();
            self.recent = None;
            self.data_version = data_version;
        }
        let recent = match self.recent.take() {
            Some(recent) => recent,
            None => Recent::load(&transaction)?,
        };
        let recent = self.recent.insert(recent);
        let (logs, bound) = write(&transaction, &self.logs, recent, commit)?;
        if let Err(error) = transaction.commit() {
            self.logs.clear();
            self.recent = None;
            return Err(error.into());
        }
        recent.extend(bound);
        let heads = commit
            .expected
            .iter()
            .filter_map(|(tenant, _)| logs.get(tenant).map(|log| (tenant.clone(), log.head())))
            .collect();
        self.logs.extend(logs);
        self.behind += u64::try_from(commit.rows.len()).unwrap_or(u64::MAX);
        Ok(heads)
    }

    /// SQLite's own count of what other connections wrote. The readers of this process write nothing.
    pub(super) fn others_wrote(&self) -> Result<i64, StoreError> {
        data_version(&self.connection)
    }

    /// Keeps a checkpoint unless a newer one is kept.
    pub(super) fn put_checkpoint(
        &mut self,
        tenant: &TenantId,
        checkpoint: &StoredCheckpoint,
    ) -> Result<(), StoreError> {
        self.sync_every_commit()?;
        checkpoints::put(&self.connection, tenant, checkpoint)
    }

    /// Keeps a draft. Whoever waits for it to be on the disk waits for the next commit.
    pub(super) fn put_draft(&mut self, draft: &DraftRow) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        drafts::put(&transaction, draft)?;
        Ok(transaction.commit()?)
    }

    /// Forgets a draft.
    pub(super) fn drop_draft(
        &self,
        tenant: &TenantId,
        person: &Actor,
        place: &str,
    ) -> Result<(), StoreError> {
        drafts::drop_one(&self.connection, tenant, person, place)
    }

    /// Takes the next records into the projection. What fails is tried again after the next
    /// commit: readers scan the tail meanwhile.
    pub(super) fn catch_up(&mut self) {
        match self.advance(CATCH_UP_BATCH) {
            Ok(taken) if taken < u64::from(CATCH_UP_BATCH) => self.behind = 0,
            Ok(taken) => self.behind = self.behind.saturating_sub(taken).max(1),
            Err(error) => {
                tracing::warn!(%error, "the search projection could not be filled");
                self.behind = 0;
            }
        }
    }

    /// Takes up to `limit` records of each log into the projection. It can be built again from the
    /// log, so its commits need not be synced; the next audited commit syncs them along.
    pub(super) fn advance(&mut self, limit: u32) -> Result<u64, StoreError> {
        if self.syncing == Syncing::EveryCommit {
            self.synced = false;
            self.connection.pragma_update(None, "synchronous", "normal")?;
        }
        self.recent = None;
        open_requests::sweep(&self.connection)?;
        index::advance(&mut self.connection, limit)
    }

    /// Empties the projection and fills it from the log.
    pub(super) fn rebuild_index(&mut self) -> Result<(), StoreError> {
        index::clear(&mut self.connection)?;
        while self.advance(CATCH_UP_BATCH)? > 0 {}
        Ok(())
    }

    fn sync_every_commit(&mut self) -> Result<(), StoreError> {
        if !self.synced {
            self.connection.pragma_update(None, "synchronous", "full")?;
            self.synced = true;
        }
        Ok(())
    }
}

/// Writes into the open transaction; gives the logs as they are after it, and what it bound.
fn write(
    transaction: &Transaction<'_>,
    remembered: &Logs,
    recent: &Recent,
    commit: &Commit,
) -> Result<(Logs, Recent), StoreError> {
    if let Some(done) = &commit.idempotency
        && let Some(answer) = recent.answer_to(transaction, &done.key)?
    {
        return Err(StoreError::AlreadyDone { answer });
    }
    let mut logs = open_expected(transaction, remembered, commit)?;
    refuse_repeated(transaction, recent, commit)?;
    let bound = append(transaction, &mut logs, commit)?;
    for change in &commit.state {
        let tenant = change.tenant_id();
        let log = logs
            .get(&tenant)
            .ok_or_else(|| StoreError::TenantNotExpected { tenant: tenant.clone() })?;
        match change {
            StateWrite::PutPerson(person) => people::put(transaction, person)?,
            StateWrite::PutService(account) => services::put(transaction, account)?,
            StateWrite::PutTenant(tenant) => people::put_tenant(transaction, log.number(), tenant)?,
            StateWrite::PutModel { model, card } => {
                versions::put(transaction, log.number(), model, card.as_deref())?;
            }
            StateWrite::PutPrompt { prompt, text } => {
                versions::put(transaction, log.number(), prompt, text.as_deref())?;
            }
            StateWrite::PutRequest(request) => {
                requests::put(transaction, log.number(), request)?;
            }
            StateWrite::PutComment(comment) => {
                comments::put(transaction, log.number(), comment)?;
            }
            StateWrite::BeginRotation(begun) => secrets::begin(transaction, begun)?,
            StateWrite::Reseal(resealed) => secrets::reseal(transaction, resealed)?,
            StateWrite::EndRotation { from, ended_at } => {
                secrets::end(transaction, from, *ended_at)?;
            }
        }
    }
    Ok((logs, bound))
}

/// The logs of a commit, if they still are as it expects.
fn open_expected(
    transaction: &Transaction<'_>,
    remembered: &Logs,
    commit: &Commit,
) -> Result<Logs, StoreError> {
    let mut logs = Logs::new();
    for (tenant, expected) in &commit.expected {
        let log = match remembered.get(tenant) {
            Some(log) => log.clone(),
            None => OpenLog::open(transaction, tenant)?,
        };
        if log.size() != *expected {
            return Err(StoreError::HeadMoved {
                tenant: tenant.clone(),
                expected: *expected,
                actual: log.size(),
            });
        }
        logs.insert(tenant.clone(), log);
    }
    Ok(logs)
}

/// Appends the records. A tenant's attestations lie in its first row of the commit, the key of the
/// command in the first row of all.
fn append(
    transaction: &Transaction<'_>,
    logs: &mut Logs,
    commit: &Commit,
) -> Result<Recent, StoreError> {
    let mut bound = Recent::default();
    let mut attestations: BTreeMap<&TenantId, Vec<_>> = BTreeMap::new();
    for attestation in &commit.attestations {
        attestations.entry(&attestation.tenant_id).or_default().push(attestation);
    }
    let mut idempotency = commit.idempotency.as_ref();
    for row in &commit.rows {
        let tenant = || StoreError::TenantNotExpected { tenant: row.tenant_id.clone() };
        let log = logs.get_mut(&row.tenant_id).ok_or_else(tenant)?;
        let beside = Beside {
            attestations: attestations.remove(&row.tenant_id).unwrap_or_default(),
            idempotency: idempotency.take(),
        };
        log.append(transaction, row, &beside)?;
        let digests = beside.attestations.iter().map(|attestation| attestation.payload_sha256);
        bound.add(log.number().position(row.seq), digests, beside.idempotency);
    }
    match attestations.keys().next() {
        Some(tenant) => Err(StoreError::TenantNotExpected { tenant: (*tenant).clone() }),
        None => Ok(bound),
    }
}

fn refuse_repeated(
    transaction: &Transaction<'_>,
    recent: &Recent,
    commit: &Commit,
) -> Result<(), StoreError> {
    let mut seen = BTreeSet::new();
    for attestation in &commit.attestations {
        let digest = &attestation.payload_sha256;
        if !seen.insert(digest) || recent.position_of(transaction, digest)?.is_some() {
            return Err(StoreError::AttestationRepeated);
        }
    }
    Ok(())
}

fn refuse_without_record(commit: &Commit) -> Result<(), StoreError> {
    let has_record = |tenant: &TenantId| commit.rows.iter().any(|row| row.tenant_id == *tenant);
    if commit.rows.is_empty() || !commit.state.iter().all(|state| has_record(&state.tenant_id())) {
        return Err(StoreError::StateWithoutRecord);
    }
    Ok(())
}

fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
