//! Inclusion and consistency proofs from the stored rows of a log of a million records
//! (performance.md, row 8).
//!
//! Invariant: the log is made through the store; a proof is what a caller waits for, the way to the
//! store's thread and back included, and a sample of them is verified against the root.

use std::time::{Duration, Instant};

use ledger::proof::Plan;
use ledger::tree::{self, verify_consistency, verify_inclusion};
use ledger::{
    Action, Actor, AuditRecord, CorrelationId, Digest, RecordId, RecordParts, ResourceType,
    TenantId, Timestamp, WorkspaceId,
};
use store::{Commit, LogRow, SqliteStore, Store, WorkspaceKind, WorkspaceRow};
use tests::chance::Chance;
use tokio::runtime::Runtime;

use crate::figures::{Reach, measure};

const RECORDS: u64 = 1_000_000;
const IN_A_COMMIT: u64 = 1_000;
const PROOFS: usize = 5_000;
const VERIFIED: usize = 500;
const REACH: Reach = Reach { percentile: 99, below: Duration::from_micros(150) };

/// A log and whoever asks it.
struct Log {
    store: SqliteStore,
    tenant: TenantId,
    runtime: Runtime,
}

impl Log {
    fn prove(&self, plan: &Plan) -> Vec<Digest> {
        let found = self.runtime.block_on(self.store.hashes(&self.tenant, &plan.places()));
        plan.fold(&found.unwrap()).unwrap()
    }

    fn commit(&self, first: u64) {
        let commit = commit(&self.tenant, first);
        self.runtime.block_on(self.store.commit(commit)).unwrap();
    }
}

pub(crate) fn run() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let tenant = TenantId::parse("credit").unwrap();
    let began = Instant::now();
    let log = Log {
        store: SqliteStore::create(&folder.path().join("bank"), &workspace(), &commit(&tenant, 0))
            .unwrap(),
        tenant,
        runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
    };
    (1..RECORDS / IN_A_COMMIT).for_each(|number| log.commit(number * IN_A_COMMIT));
    println!("a log of {RECORDS} records, made in {:.1} s", began.elapsed().as_secs_f64());
    let mut chance = Chance::of_seed(7);
    let records = usize::try_from(RECORDS).unwrap();
    let places: Vec<u64> = (0..PROOFS).map(|_| chance.below(records) as u64).collect();
    let inclusion = |place: u64| Plan::inclusion(place, RECORDS).unwrap();
    let consistency = |place: u64| Plan::consistency(place + 1, RECORDS).unwrap();
    verify(&log, &places[..VERIFIED]);
    let first = measure("inclusion proof, 1 000 000 records", PROOFS, REACH, |round| {
        log.prove(&inclusion(places[round]));
    });
    let second = measure("consistency proof, 1 000 000 records", PROOFS, REACH, |round| {
        log.prove(&consistency(places[round]));
    });
    first && second
}

/// What is timed holds: each proof leads to the root, from the leaf or from the earlier root.
fn verify(log: &Log, places: &[u64]) {
    let root = log.runtime.block_on(log.store.head(&log.tenant)).unwrap().root;
    for place in places.iter().copied() {
        let hash = tree::leaf_hash(&leaf(&log.tenant, place));
        let proof = log.prove(&Plan::inclusion(place, RECORDS).unwrap());
        verify_inclusion(place, RECORDS, &hash, &proof, &root).unwrap();
        let size = place + 1;
        let peaks = log.store.hashes(&log.tenant, &tree::peak_positions(size));
        let peaks = log.runtime.block_on(peaks).unwrap();
        let first = tree::Frontier::from_parts(size, peaks).unwrap().root();
        let proof = log.prove(&Plan::consistency(size, RECORDS).unwrap());
        verify_consistency(size, RECORDS, &first, &root, &proof).unwrap();
    }
}

fn commit(tenant: &TenantId, first: u64) -> Commit {
    let row = |seq| LogRow {
        tenant_id: tenant.clone(),
        seq,
        leaf: leaf(tenant, seq),
        seal: Some([7; 32]),
    };
    Commit {
        expected: vec![(tenant.clone(), first)],
        rows: (first..first + IN_A_COMMIT).map(row).collect(),
        ..Commit::default()
    }
}

fn id(number: u64) -> String {
    format!("01930000-0000-7000-8000-{number:012x}")
}

fn leaf(tenant: &TenantId, seq: u64) -> Vec<u8> {
    let second = i64::try_from(seq).unwrap() * Timestamp::SECOND;
    let parts = RecordParts {
        action: Action::GateAllow,
        actor: Actor::parse(&format!("service/{}", id(1))).unwrap(),
        correlation_id: CorrelationId::parse(&id(seq)).unwrap(),
        device_id: None,
        id: RecordId::parse(&id(0x1000_0000 + seq)).unwrap(),
        metadata: serde_json::Map::new(),
        reason: String::new(),
        resource_id: "credit-pd@3".to_owned(),
        resource_type: ResourceType::Model,
        seq,
        tenant_id: tenant.clone(),
        timestamp_utc: Timestamp::from_micros(1_790_000_000_000_000 + second).unwrap(),
        v: 1,
    };
    AuditRecord::new(parts).unwrap().to_leaf().unwrap()
}

fn workspace() -> WorkspaceRow {
    WorkspaceRow {
        id: WorkspaceId::parse(&id(0xa)).unwrap(),
        title: "Risk desk".to_owned(),
        created_at: Timestamp::from_micros(1_790_000_000_000_000).unwrap(),
        kdf_salt: vec![3; 16],
        kdf_iterations: 600_000,
        key_storage: "keychain".to_owned(),
        kind: WorkspaceKind::Own,
    }
}
