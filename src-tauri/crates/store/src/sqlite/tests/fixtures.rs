//! Workspaces and commits for the tests, made of real records.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use governance::state::{ApprovalRequest, CastVote, ModelRecord, PromptRecord};
use ledger::metadata::Documents;
use ledger::statement::Conditions;
use ledger::{
    Action, Actor, AuditRecord, CorrelationId, Decision, Digest, Lifecycle, Name, RecordId,
    RecordParts, RequestId, ResourceType, Role, Status, SubjectDigest, TenantId, Tier, Timestamp,
    Version, WorkspaceId,
};

use crate::{
    AttestationRow, CommentRow, Commit, LogRow, SqliteStore, StateWrite, Store, StoreError,
    WorkspaceKind, WorkspaceRow,
};

/// Waits for an answer without an executor: parks until the store's thread wakes.
pub(super) fn wait<T>(answer: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut answer = pin!(answer);
    loop {
        match answer.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

pub(super) fn tenant(text: &str) -> TenantId {
    TenantId::parse(text).unwrap()
}

pub(super) fn credit() -> TenantId {
    tenant("credit")
}

pub(super) fn id(number: u64) -> String {
    format!("01930000-0000-7000-8000-{number:012x}")
}

pub(super) fn person(number: u64) -> Actor {
    Actor::parse(&format!("person/{}", id(number))).unwrap()
}

pub(super) fn at(second: u64) -> Timestamp {
    let second = i64::try_from(second).unwrap();
    Timestamp::from_micros(1_790_000_000_000_000 + second * Timestamp::SECOND).unwrap()
}

pub(super) fn parts(tenant: &TenantId, seq: u64) -> RecordParts {
    RecordParts {
        action: Action::GateAllow,
        actor: person(1),
        correlation_id: CorrelationId::parse(&id(seq)).unwrap(),
        device_id: None,
        id: RecordId::parse(&id(0x10_0000 + seq)).unwrap(),
        metadata: serde_json::Map::new(),
        reason: String::new(),
        resource_id: "credit-pd@3".to_owned(),
        resource_type: ResourceType::Model,
        seq,
        tenant_id: tenant.clone(),
        timestamp_utc: at(seq),
        v: 1,
    }
}

pub(super) fn row_of(parts: RecordParts) -> LogRow {
    let (tenant_id, seq) = (parts.tenant_id.clone(), parts.seq);
    let leaf = AuditRecord::new(parts).unwrap().to_leaf().unwrap();
    LogRow { tenant_id, seq, leaf, seal: Some([7; 32]) }
}

pub(super) fn row(tenant: &TenantId, seq: u64) -> LogRow {
    row_of(parts(tenant, seq))
}

/// A commit of `count` records on a log of `size`.
pub(super) fn records(tenant: &TenantId, size: u64, count: u64) -> Commit {
    Commit {
        expected: vec![(tenant.clone(), size)],
        rows: (size..size + count).map(|seq| row(tenant, seq)).collect(),
        ..Commit::default()
    }
}

pub(super) fn with_state(mut commit: Commit, state: Vec<StateWrite>) -> Commit {
    commit.state = state;
    commit
}

pub(super) fn attestation(tenant: &TenantId, number: u64, length: usize) -> AttestationRow {
    let mut envelope = number.to_be_bytes().to_vec();
    envelope.resize(length, 0x61);
    AttestationRow {
        tenant_id: tenant.clone(),
        payload_sha256: Digest::of(&number.to_be_bytes()),
        envelope,
    }
}

pub(super) fn workspace() -> WorkspaceRow {
    WorkspaceRow {
        id: WorkspaceId::parse(&id(0xa)).unwrap(),
        title: "Risk desk".to_owned(),
        created_at: at(0),
        kdf_salt: vec![3; 16],
        kdf_iterations: 600_000,
        key_storage: "keychain".to_owned(),
        kind: WorkspaceKind::Own,
    }
}

/// A workspace with one record in `credit`, in a folder that lives as long as the guard.
pub(super) struct Desk {
    pub(super) guard: tempfile::TempDir,
    pub(super) store: SqliteStore,
}

impl Desk {
    pub(super) fn new() -> Self {
        let guard = tempfile::tempdir().unwrap();
        let first = records(&credit(), 0, 1);
        let store = SqliteStore::create(&guard.path().join("desk"), &workspace(), &first).unwrap();
        Self { guard, store }
    }

    pub(super) fn folder(&self) -> std::path::PathBuf {
        self.guard.path().join("desk")
    }

    /// Closes the store and keeps the files.
    pub(super) fn close(self) -> tempfile::TempDir {
        drop(self.store);
        self.guard
    }

    pub(super) fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        wait(self.store.commit(commit)).map(drop)
    }

    pub(super) fn size(&self, tenant: &TenantId) -> u64 {
        wait(self.store.head(tenant)).unwrap().size
    }
}

pub(super) fn model(tenant: &TenantId, name: &str, version: &str, seq: u64) -> ModelRecord {
    ModelRecord {
        row_id: RecordId::parse(&id(0x20_0000 + seq)).unwrap(),
        tenant_id: tenant.clone(),
        model_name: Name::parse(name).unwrap(),
        version: Version::parse(version).unwrap(),
        checksum: SubjectDigest::DirHash1(Digest::of(name.as_bytes())),
        tier: Tier::High,
        documents: Documents::from([("card".to_owned(), Digest::of(b"card"))]),
        makers: vec![person(1), person(2)],
        author: person(2),
        reason: "first of its kind".to_owned(),
        created_at: at(seq),
        seq,
        status: Status::Pending,
        approved_by: None,
        approved_at: None,
        request_id: None,
    }
}

pub(super) fn prompt(tenant: &TenantId, name: &str, version: u32, seq: u64) -> PromptRecord {
    PromptRecord {
        row_id: RecordId::parse(&id(0x20_0000 + seq)).unwrap(),
        tenant_id: tenant.clone(),
        name: Name::parse(name).unwrap(),
        version,
        digest: Digest::of(name.as_bytes()),
        tier: Tier::Medium,
        documents: Documents::new(),
        makers: vec![person(3)],
        author: person(3),
        reason: "tone".to_owned(),
        created_at: at(seq),
        seq,
        status: Status::Pending,
        approved_by: None,
        approved_at: None,
        request_id: None,
    }
}

pub(super) fn comment(tenant: &TenantId, seq: u64, text: &str) -> CommentRow {
    CommentRow {
        tenant_id: tenant.clone(),
        seq,
        row_id: RecordId::parse(&id(0x20_0000 + seq)).unwrap(),
        text: text.to_owned(),
    }
}

pub(super) fn request_for(model: &ModelRecord, seq: u64) -> ApprovalRequest {
    ApprovalRequest {
        id: RequestId::parse(&id(0x30_0000 + seq)).unwrap(),
        tenant_id: model.tenant_id.clone(),
        subject: model.subject(),
        makers: model.makers.clone(),
        requested_by: model.author.clone(),
        requested_at: at(seq),
        seq,
        reason: "please review".to_owned(),
        tier: Some(model.tier),
        policy_sha256: Some(Digest::of(b"policy")),
        documents: model.documents.clone(),
        expires_at: Some(at(seq + 1000)),
        change: None,
        proposal_sha256: None,
        status: Status::Pending,
        lifecycle: Lifecycle::Open,
        decided_seq: None,
        revoked_seq: None,
        votes: Vec::new(),
    }
}

/// Model, card and request at `seq` and `seq + 1`.
pub(super) fn registration(tenant: &TenantId, name: &str, version: &str, seq: u64) -> Commit {
    let model = model(tenant, name, version, seq);
    let request = request_for(&model, seq + 1);
    let put = StateWrite::PutModel { model, card: Some(format!("token of {name}")) };
    with_state(records(tenant, seq, 2), vec![put, StateWrite::PutRequest(request)])
}

/// The last vote on a registration of `made_at`: two records, one statement, new standings.
pub(super) fn approval(tenant: &TenantId, name: &str, made_at: u64, size: u64) -> Commit {
    let mut model = model(tenant, name, "1", made_at);
    let mut request = request_for(&model, made_at + 1);
    let statement = attestation(tenant, size, 2_300);
    request.votes.push(CastVote {
        seq: size,
        actor: person(9),
        role: Role::Approver,
        decision: Decision::Approved,
        attestation_sha256: statement.payload_sha256,
        conditions: Conditions {
            expires_at: Some(at(size + 9_000)),
            scope: Some(vec!["production".to_owned(), "staging".to_owned()]),
        },
        at: at(size),
    });
    request.status = Status::Approved;
    request.lifecycle = Lifecycle::Decided;
    request.decided_seq = Some(size + 1);
    model.status = Status::Approved;
    model.approved_by = Some(person(9));
    model.approved_at = Some(at(size + 1));
    model.request_id = Some(request.id.clone());
    let mut commit = records(tenant, size, 2);
    commit.attestations = vec![statement];
    commit.state =
        vec![StateWrite::PutModel { model, card: None }, StateWrite::PutRequest(request)];
    commit
}
