//! Reading logs back: sizes, records, and what they say when they are replayed.
//!
//! Invariant: only stored leaves and envelopes are read here, never a column of state.

use std::collections::BTreeMap;

use console::gate::GateQuestion;
use ledger::replay::{Replay, bound_by};
use ledger::{AuditRecord, Digest, RequestId, SubjectKind, TenantId, WorkspaceId};
use store::{RequestsQuery, Store};

/// Rows read at once.
const CHUNK: u32 = 4_096;

/// A tenant's id.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

/// The gate is asked about a version, with nothing at hand and for no environment.
#[must_use]
pub fn question(of: &str, kind: SubjectKind, name: &str, version: &str) -> GateQuestion {
    GateQuestion {
        tenant_id: tenant(of),
        kind,
        name: name.to_owned(),
        version: version.to_owned(),
        given: None,
        scope: None,
        trust: None,
    }
}

/// Records in a log.
pub async fn size(store: &dyn Store, of: &str) -> u64 {
    store.head(&tenant(of)).await.unwrap().size
}

/// The records of a log from a position on.
pub async fn records(store: &dyn Store, of: &str, from: u64) -> Vec<AuditRecord> {
    let rows = store.rows(&tenant(of), from, CHUNK).await.unwrap();
    rows.iter().map(|row| AuditRecord::parse(&row.leaf).unwrap()).collect()
}

/// A replay of one log that goes on where it stopped.
pub struct Reader {
    /// What was read so far.
    pub replay: Replay,
    tenant: TenantId,
}

impl Reader {
    /// Nothing read yet.
    #[must_use]
    pub fn new(workspace: &WorkspaceId, of: &str) -> Self {
        let tenant = tenant(of);
        Self { replay: Replay::new(workspace.clone(), tenant.clone()), tenant }
    }

    /// Reads what is new; gives the requests of the tenant whose rows do not say what the log says.
    pub async fn read_on(&mut self, store: &dyn Store) {
        loop {
            let from = self.replay.past().size();
            let rows = store.rows(&self.tenant, from, CHUNK).await.unwrap();
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let record = AuditRecord::parse(&row.leaf).unwrap();
                let bound = bound_by(&record).unwrap();
                let found: BTreeMap<Digest, Vec<u8>> =
                    store.attestations(&self.tenant, &bound).await.unwrap();
                self.replay.read(&row.leaf, &found).unwrap();
            }
        }
        assert_eq!(store.head(&self.tenant).await.unwrap().root, self.replay.past().root());
    }

    /// What does not hold: findings of the replay, and rows of requests that say something else.
    pub async fn faults(&self, store: &dyn Store) -> Vec<String> {
        let findings = self.replay.findings().iter().map(ToString::to_string);
        let mut faults: Vec<String> = findings.collect();
        let rows = self.standings(store).await;
        let known: BTreeMap<RequestId, String> = self
            .replay
            .requests()
            .all()
            .map(|(id, state)| {
                let votes: Vec<u64> = state.votes.iter().map(|vote| vote.seq).collect();
                let decided = state.decided_at;
                (id.clone(), standing(state.status, state.lifecycle, decided, &votes))
            })
            .collect();
        for (id, row) in &rows {
            if known.get(id) != Some(row) {
                faults
                    .push(format!("request {id}: {row} in its row, {:?} on record", known.get(id)));
            }
        }
        if rows.len() != known.len() {
            faults.push(format!("{} rows of requests, {} on record", rows.len(), known.len()));
        }
        faults
    }

    async fn standings(&self, store: &dyn Store) -> BTreeMap<RequestId, String> {
        let mut rows = BTreeMap::new();
        let mut query = RequestsQuery::newest(self.tenant.clone(), store::PAGE_LIMIT);
        loop {
            let page = store.requests(query.clone()).await.unwrap();
            let Some(last) = page.last() else { return rows };
            query.before = Some(last.seq);
            for row in page {
                let votes: Vec<u64> = row.votes.iter().map(|vote| vote.seq).collect();
                let text = standing(row.status, row.lifecycle, row.decided_seq, &votes);
                rows.insert(row.id, text);
            }
        }
    }
}

fn standing(
    status: ledger::Status,
    lifecycle: ledger::Lifecycle,
    decided: Option<u64>,
    votes: &[u64],
) -> String {
    format!("{status}, {lifecycle}, decided {decided:?}, votes {votes:?}")
}
