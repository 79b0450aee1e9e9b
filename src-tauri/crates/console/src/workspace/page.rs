//! An open page of a tenant's log: what a use case decides on, and the records it adds.
//!
//! Invariant 2: the records of a page and the state they explain are committed together or not at
//! all; a page decided on a log that moved meanwhile is not written.

use std::sync::Arc;

use governance::ServiceAccounts;
use governance::audit::{LogHead, Occasion, RecordBuilder, RecordDraft, Written};
use ledger::checkpoint::Checkpoint;
use ledger::replay::Authority;
use ledger::{Actor, AuditRecord, CorrelationId, TenantId, Timestamp, tree};
use store::{AttestationRow, Commit, Head, Idempotency, LogRow, StateWrite, StoreError};

use super::{Device, LogView, Workspace, lock};
use crate::failure::ConsoleError;

/// How often a log that others write to meanwhile is read again before a page is opened.
const READ_AGAIN: usize = 64;

/// One tenant's log while a use case decides.
pub(crate) struct Page<'a> {
    pub(crate) records: RecordBuilder<'a>,
    pub(crate) head: Head,
    view: Arc<LogView>,
    device: Option<Arc<Device>>,
}

/// What is written beside the records.
#[derive(Default)]
pub(crate) struct Writes {
    pub(crate) state: Vec<StateWrite>,
    pub(crate) attestations: Vec<AttestationRow>,
    pub(crate) idempotency: Option<Idempotency>,
}

impl Page<'_> {
    /// Who may do what, at the head this page is decided on.
    pub(crate) fn authority(&self) -> &Authority {
        &self.view.authority
    }

    /// What the workspace's own log says of tokens, at the head this page is decided on.
    pub(crate) fn services(&self) -> &ServiceAccounts {
        &self.view.services
    }

    /// The tenant.
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.records.occasion().tenant_id
    }

    /// The clock as read when the page was opened.
    pub(crate) fn now(&self) -> Timestamp {
        self.records.occasion().now
    }

    /// A checkpoint over this page's records, of a log that they found.
    pub(crate) fn founding_note(
        &self,
        device: &Device,
        origin: &str,
    ) -> Result<String, ConsoleError> {
        let rows = sealed_rows(self.records.records(), Some(device), origin)?;
        founding_note(rows.iter().map(|row| &row.leaf[..]), device, origin)
    }

    /// Adds a record.
    pub(crate) fn record(
        &mut self,
        actor: &Actor,
        draft: RecordDraft,
    ) -> Result<Written, ConsoleError> {
        Ok(self.records.record(actor, draft)?)
    }
}

/// An archived tenant takes no governed state any more.
fn demand_open(pages: &[Page<'_>], writes: &Writes) -> Result<(), ConsoleError> {
    let governs = !(writes.state.is_empty() && writes.attestations.is_empty());
    match pages.iter().find(|page| page.view.archived_at.is_some()) {
        Some(page) if governs => Err(ConsoleError::Archived { tenant: page.tenant().clone() }),
        Some(_) | None => Ok(()),
    }
}

/// A checkpoint over the first records of a log, before they are written.
pub(super) fn founding_note<'a>(
    leaves: impl Iterator<Item = &'a [u8]>,
    device: &Device,
    origin: &str,
) -> Result<String, ConsoleError> {
    let hashes: Vec<ledger::Digest> = leaves.map(tree::leaf_hash).collect();
    let size = hashes.len() as u64;
    let root = tree::root_of(hashes);
    let checkpoint = Checkpoint { origin: origin.to_owned(), size, root };
    Ok(checkpoint.sign_with(device)?.text().to_owned())
}

/// The rows of records made here: each with this device's seal, if it has a log key.
pub(super) fn sealed_rows(
    records: &[AuditRecord],
    device: Option<&Device>,
    origin: &str,
) -> Result<Vec<LogRow>, ConsoleError> {
    let row = |record: &AuditRecord| {
        let leaf = record.to_leaf()?;
        let parts = record.parts();
        let hash = tree::leaf_hash(&leaf);
        let seal = device.map(|device| device.seal.seal(origin, parts.seq, hash.as_bytes()));
        Ok(LogRow { tenant_id: parts.tenant_id.clone(), seq: parts.seq, leaf, seal })
    };
    records.iter().map(row).collect()
}

impl Workspace {
    /// Opens a page at the head of a tenant's log. Hold a [`super::Turn`] while it is open.
    pub(crate) async fn page(
        &self,
        tenant: &TenantId,
        correlation_id: &CorrelationId,
    ) -> Result<Page<'_>, ConsoleError> {
        let device = self.device().await?;
        let (view, head) = self.view_at_head(tenant).await?;
        let occasion = Occasion {
            tenant_id: tenant.clone(),
            correlation_id: correlation_id.clone(),
            device_id: device.as_ref().map(|device| device.id.clone()),
            now: self.now(),
        };
        let at = LogHead { next_seq: head.size, last_stamp: head.last_stamp };
        Ok(Page { records: RecordBuilder::new(occasion, at, &self.ids), head, view, device })
    }

    /// What a log says and the head that it says it at. Another process may write between the two:
    /// that is read as well, a few times; a log that never is as long as its head says is not read
    /// for ever.
    async fn view_at_head(&self, tenant: &TenantId) -> Result<(Arc<LogView>, Head), ConsoleError> {
        let mut view = self.log(tenant).await?;
        let mut head = self.store.head(tenant).await?;
        for _ in 0..READ_AGAIN {
            if head.size == view.size {
                break;
            }
            view = self.log(tenant).await?;
            head = self.store.head(tenant).await?;
        }
        if head.size == view.size {
            return Ok((view, head));
        }
        let (expected, actual) = (view.size, head.size);
        Err(StoreError::HeadMoved { tenant: tenant.clone(), expected, actual }.into())
    }

    /// Writes the pages with what belongs to them in one transaction. `false` when another process
    /// wrote first: decide again from fresh state.
    pub(crate) async fn write(
        &self,
        pages: Vec<Page<'_>>,
        writes: Writes,
    ) -> Result<bool, ConsoleError> {
        demand_open(&pages, &writes)?;
        let commit = self.commit_of(&pages, writes)?;
        self.commit(commit).await
    }

    /// The same for an act that sets a log right, whatever is wrong with it.
    pub(crate) async fn write_in_spite(
        &self,
        pages: Vec<Page<'_>>,
        writes: Writes,
    ) -> Result<bool, ConsoleError> {
        demand_open(&pages, &writes)?;
        let commit = self.commit_of(&pages, writes)?;
        self.commit_in_spite(commit).await
    }

    /// What the pages and what belongs to them write.
    pub(super) fn commit_of(
        &self,
        pages: &[Page<'_>],
        writes: Writes,
    ) -> Result<Commit, ConsoleError> {
        let mut commit = Commit {
            state: writes.state,
            attestations: writes.attestations,
            idempotency: writes.idempotency,
            ..Commit::default()
        };
        for page in pages {
            let tenant = page.tenant();
            commit.expected.push((tenant.clone(), page.head.size));
            let origin = self.origin(tenant);
            let made = page.records.records();
            commit.rows.extend(sealed_rows(made, page.device.as_deref(), origin.as_str())?);
        }
        Ok(commit)
    }

    /// Writes to logs that agree with their anchors. `false` when another process wrote first.
    pub(super) async fn commit(&self, commit: Commit) -> Result<bool, ConsoleError> {
        for (tenant, size) in &commit.expected {
            if *size == 0 {
                lock(&self.compared).insert(tenant.clone());
            }
            self.demand_compared(tenant).await?;
            if let Some(alarm) = self.alarm(tenant) {
                return Err(ConsoleError::from(&alarm));
            }
        }
        self.commit_in_spite(commit).await
    }

    /// Writes, whatever is wrong with the logs: for the acts that set them right.
    pub(super) async fn commit_in_spite(&self, commit: Commit) -> Result<bool, ConsoleError> {
        let logs = commit.expected.clone();
        match self.store.commit(commit).await {
            Ok(_) => {
                lock(&self.unsettled).extend(logs.into_iter().map(|(tenant, _)| tenant));
                Ok(true)
            }
            // Another process wrote first, or made another secret primary after this was sealed.
            Err(StoreError::HeadMoved { .. } | StoreError::OtherSecret { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
