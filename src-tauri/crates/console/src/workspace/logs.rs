//! What a tenant's log says about authority, and the workspace's own about tokens, kept up to date
//! as the log grows.
//!
//! Invariant: who holds which key and role comes from signed records, never from a table. Records
//! are only ever read once; what another process wrote is read before anything is decided on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::ServiceAccounts;
use ledger::replay::{Authority, Check, Refusal, bound_by, signed_by};
use ledger::tree::{self, Frontier};
use ledger::{AuditRecord, Digest, LedgerError, TenantId, Timestamp};
use store::StoredRow;

use super::{Alarm, Workspace, lock};
use crate::failure::ConsoleError;

/// How the canonical form of a record begins that archives its tenant.
const ARCHIVES: &[u8] = b"{\"action\":\"tenant.archive\"";
/// Rows read at once.
const CHUNK: u32 = 4096;

/// Authority after the first `size` records of a log.
#[derive(Clone)]
pub(crate) struct LogView {
    pub(crate) authority: Authority,
    /// Service accounts; none but in the workspace's own log.
    pub(crate) services: ServiceAccounts,
    /// The edge of the tree over its bytes; of the workspace's own log alone.
    edge: Frontier,
    pub(crate) size: u64,
    /// Since when the tenant is archived: its log takes no governed state any more.
    pub(crate) archived_at: Option<Timestamp>,
}

impl Workspace {
    /// The state of a tenant's log as it is now. An unknown tenant has an empty log.
    pub(crate) async fn log(&self, tenant: &TenantId) -> Result<Arc<LogView>, ConsoleError> {
        let known = lock(&self.logs).get(tenant).cloned();
        let known = known.unwrap_or_else(|| {
            let authority = Authority::new(self.row.id.clone(), tenant.clone());
            let (services, edge) = (ServiceAccounts::default(), Frontier::new());
            Arc::new(LogView { authority, services, edge, size: 0, archived_at: None })
        });
        if self.store.size(tenant).await? == known.size {
            return Ok(known);
        }
        let mut view = LogView::clone(&known);
        loop {
            let rows = self.store.rows(tenant, view.size, CHUNK).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                if tenant.is_workspace() {
                    self.take_workspace(&mut view, row)?;
                }
                self.take(&mut view, tenant, row.seq, &row.leaf).await?;
            }
        }
        let view = Arc::new(view);
        lock(&self.logs).insert(tenant.clone(), Arc::clone(&view));
        Ok(view)
    }

    /// What the workspace's own log says of tokens is signed by nobody: each record is hashed as it is
    /// read, so that it is the one that the anchor covers.
    fn take_workspace(&self, view: &mut LogView, row: &StoredRow) -> Result<(), ConsoleError> {
        let completed = view.edge.push(tree::leaf_hash(&row.leaf))?;
        if completed.to_bytes() != row.hashes {
            let what = "has stored hashes that are not those of its bytes";
            self.raise(Alarm::broken(&TenantId::workspace(), row.seq, what));
        }
        view.services.pass(&row.leaf);
        Ok(())
    }

    async fn take(
        &self,
        view: &mut LogView,
        tenant: &TenantId,
        seq: u64,
        leaf: &[u8],
    ) -> Result<(), ConsoleError> {
        view.size = seq + 1;
        if leaf.starts_with(ARCHIVES) {
            let record = AuditRecord::parse(leaf).ok();
            let at = record.map(|record| record.parts().timestamp_utc);
            view.archived_at = view.archived_at.or(at);
        }
        let applied = if seq == 0 || Authority::concerns(leaf) {
            self.apply(view, tenant, leaf).await?
        } else if tenant.is_workspace() && ServiceAccounts::concerns(leaf) {
            read_service(view, leaf)
        } else {
            return Ok(());
        };
        if let Err(Refusal { check, detail }) = applied {
            // It grants nothing; verification names it, and nothing more is signed over it.
            let what = format!("does not hold: {detail} ({check})");
            self.raise(Alarm::broken(tenant, seq, &what));
        }
        Ok(())
    }

    /// An act of authority that is malformed is refused like one that does not hold: the log is
    /// read on.
    async fn apply(
        &self,
        view: &mut LogView,
        tenant: &TenantId,
        leaf: &[u8],
    ) -> Result<Result<(), Refusal>, ConsoleError> {
        let shape = |error: LedgerError| Refusal { check: Check::Shape, detail: error.to_string() };
        let parsed = AuditRecord::parse(leaf)
            .and_then(|record| bound_by(&record).map(|digests| (record, digests)));
        let (record, digests) = match parsed.map_err(shape) {
            Ok(parsed) => parsed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let envelopes: BTreeMap<Digest, Vec<u8>> =
            self.store.attestations(tenant, &digests).await?;
        Ok(signed_by(&record, &envelopes).and_then(|signed| view.authority.apply(&record, &signed)))
    }
}

/// A record about a token. One that does not hold is refused like an act of authority.
fn read_service(view: &mut LogView, leaf: &[u8]) -> Result<(), Refusal> {
    let shape = |error: LedgerError| Refusal { check: Check::Shape, detail: error.to_string() };
    let record = AuditRecord::parse(leaf).map_err(shape)?;
    let read = view.services.read(&record, &view.authority);
    read.map_err(|fault| Refusal { check: Check::Authority, detail: fault.to_string() })
}
