//! The core from founding to a signed model, replayed by the ledger's own rules.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use governance::text::{Reason, Title};
use ledger::replay::Replay;
use ledger::{
    Decision, Digest, Name, Part, Status, SubjectDigest, TenantId, Tier, Timestamp, Version,
};
use security::passphrase::Passphrase;
use store::WorkspaceKind;

use crate::ErrorCode;
use crate::administering::RoleWish;
use crate::edge::{Clock, Edge, SystemEntropy};
use crate::failure::ConsoleError;
use crate::keychain::{KeychainThread, MemoryKeychain};
use crate::login::Nobody;
use crate::proposing::ChangeOutcome;
use crate::registering::{ModelSubmission, PromptSubmission};
use crate::reviewing::Verdict;
use crate::session::{Entry, Session, UnlockedKey, Who};
use crate::views::KeyStorage;
use crate::workspace::{Founding, NewWorkspace, Workspace};

const PASSPHRASE: &str = "correct horse battery staple";

/// A clock that moves a millisecond at every look.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1000, Ordering::Relaxed)).unwrap()
    }
}

fn passphrase() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(PASSPHRASE).unwrap())
}

struct Bench {
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeychainThread::start(Arc::new(MemoryKeychain::default())).unwrap();
        let start = Timestamp::parse("2026-11-22T18:35:02.000000Z").unwrap().as_micros();
        let edge = Edge {
            clock: Arc::new(TestClock(AtomicI64::new(start))),
            entropy: Arc::new(SystemEntropy),
            keychain: keys.clone(),
            login: Arc::new(Nobody),
            encryption_key: None,
            settings: None,
            data: None,
        };
        let new = NewWorkspace {
            title: Title::parse("Northmere Bank").unwrap(),
            tenant_id: TenantId::parse("credit").unwrap(),
            tenant_title: Title::parse("Credit").unwrap(),
            admin: Title::parse("Ada Lovelace").unwrap(),
            reason: Reason::parse("created").unwrap(),
            kind: WorkspaceKind::Own,
            keys: KeyStorage::Keychain,
        };
        let founding = Founding::prepare(new, &passphrase(), &edge).unwrap();
        let place = folder.path().join("bank");
        let workspace = founding.commit(&place, keys).await.unwrap();
        Self { workspace, _folder: folder }
    }

    async fn sign_in(&self, name: &str) -> Session {
        self.workspace.sign_in(Who::Name(name), &passphrase(), Entry::SignIn).await.unwrap()
    }

    async fn key(&self, session: &Session) -> UnlockedKey {
        let key = self.workspace.unlock(&session.person, &session.tenant_id, &passphrase()).await;
        key.unwrap()
    }

    async fn join(&self, admin: &Session, name: &str, role: ledger::Role) -> Session {
        let person = self.workspace.add_person(admin, name, "joins the desk").await.unwrap();
        let own = self.workspace.make_key(&passphrase()).await.unwrap();
        let key = self.key(admin).await;
        let wish = RoleWish { person: &person, role, group: None, reason: "reviews models" };
        let outcomes = self.workspace.enrol(admin, &key, &own, wish).await.unwrap();
        assert!(outcomes.iter().all(|outcome| matches!(outcome, ChangeOutcome::Applied { .. })));
        self.sign_in(name).await
    }

    async fn decide(
        &self,
        session: &Session,
        request: &ledger::RequestId,
        decision: Decision,
    ) -> Result<crate::reviewing::Receipt, ConsoleError> {
        let mut review = self.workspace.open_review(session, request).await?;
        review.open_part(Part::Overview);
        review.acknowledge();
        let key = self.key(session).await;
        let verdict = Verdict { decision, reason: "limits hold", seconds: 74 };
        let id = self.workspace.correlation();
        self.workspace.decide(session, &key, &review, verdict, id.as_str()).await
    }

    async fn replay(&self, tenant: &str) -> Replay {
        let tenant = TenantId::parse(tenant).unwrap();
        let mut replay = Replay::new(self.workspace.id().clone(), tenant.clone());
        for row in self.workspace.store.rows(&tenant, 0, 4096).await.unwrap() {
            let record = ledger::AuditRecord::parse(&row.leaf).unwrap();
            let bound = ledger::replay::bound_by(&record).unwrap();
            let found: BTreeMap<Digest, Vec<u8>> =
                self.workspace.store.attestations(&tenant, &bound).await.unwrap();
            replay.read(&row.leaf, &found).unwrap();
        }
        replay
    }
}

fn model(tier: Tier) -> ModelSubmission {
    ModelSubmission {
        name: Name::parse("credit-pd").unwrap(),
        version: Version::parse("3").unwrap(),
        checksum: SubjectDigest::Sha256(Digest::of(b"weights")),
        tier,
        card: r#"{"intended_use":"Probability of default","limits":"None"}"#.to_owned(),
        reason: "Recalibrated".to_owned(),
    }
}

#[tokio::test]
async fn a_model_of_high_tier_is_signed_by_two_people_and_the_log_holds() {
    let bench = Bench::found().await;
    let ada = bench.sign_in("ada lovelace").await;
    let bob = bench.join(&ada, "Bob Noyce", ledger::Role::Approver).await;
    let eve = bench.join(&ada, "Eve Moore", ledger::Role::Approver).await;
    let made = bench.workspace.register_model(&ada, &model(Tier::High), "one").await.unwrap();
    let again = bench.workspace.register_model(&ada, &model(Tier::High), "one").await.unwrap();
    assert_eq!(made, again, "a command sent twice is carried out once");
    let own = bench.decide(&ada, &made.request_id, Decision::Approved).await.unwrap_err();
    assert_eq!(own.code(), ErrorCode::NotAllowed, "{own}");
    let first = bench.decide(&bob, &made.request_id, Decision::Approved).await.unwrap();
    assert_eq!((first.status, first.final_seq), (Status::Pending, None));
    let twice = bench.decide(&bob, &made.request_id, Decision::Approved).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::InvalidState, "{twice}");
    let second = bench.decide(&eve, &made.request_id, Decision::Approved).await.unwrap();
    assert_eq!((second.status, second.final_seq), (Status::Approved, Some(second.seq + 1)));
    bench.workspace.settle().await.unwrap();
    let replay = bench.replay("credit").await;
    assert_eq!(replay.findings(), &[]);
    let (_, request) = replay.requests().all().next().unwrap();
    assert_eq!(request.status, Status::Approved);
    assert_eq!(request.votes.len(), 2);
    assert_eq!(bench.replay("_workspace").await.findings(), &[]);
}

#[tokio::test]
async fn a_prompt_is_superseded_by_its_next_version_and_rejected_once() {
    let bench = Bench::found().await;
    let ada = bench.sign_in("Ada Lovelace").await;
    let bob = bench.join(&ada, "Bob Noyce", ledger::Role::Approver).await;
    let mut prompt = PromptSubmission {
        name: Name::parse("kyc-summary").unwrap(),
        based_on: 0,
        text: "Summarise the file.\n".to_owned(),
        tier: None,
        reason: "First version".to_owned(),
    };
    let first = bench.workspace.write_prompt(&ada, &prompt, "p1").await.unwrap();
    prompt.based_on = 1;
    prompt.text.push_str("Cite each document.\n");
    let second = bench.workspace.write_prompt(&ada, &prompt, "p2").await.unwrap();
    let old = bench.decide(&bob, &first.request_id, Decision::Approved).await.unwrap_err();
    assert_eq!(old.code(), ErrorCode::InvalidState, "{old}");
    let stale = bench.workspace.write_prompt(&ada, &prompt, "p3").await.unwrap_err();
    assert_eq!(stale.code(), ErrorCode::StaleReview, "{stale}");
    let end = bench.decide(&bob, &second.request_id, Decision::Rejected).await.unwrap();
    assert_eq!(end.status, Status::Rejected);
    assert_eq!(bench.replay("credit").await.findings(), &[]);
}

#[tokio::test]
async fn with_two_admins_a_role_waits_for_the_second_signature() {
    let bench = Bench::found().await;
    let ada = bench.sign_in("Ada Lovelace").await;
    let grace = bench.join(&ada, "Grace Hopper", ledger::Role::Admin).await;
    let person = bench.workspace.add_person(&ada, "Bob Noyce", "joins").await.unwrap();
    let own = bench.workspace.make_key(&passphrase()).await.unwrap();
    let key = bench.key(&ada).await;
    let wish =
        RoleWish { person: &person, role: ledger::Role::Approver, group: None, reason: "reviews" };
    let outcomes = bench.workspace.enrol(&ada, &key, &own, wish).await.unwrap();
    let early = bench.workspace.sign_in(Who::Name("Bob Noyce"), &passphrase(), Entry::SignIn).await;
    assert_eq!(early.unwrap_err(), ConsoleError::NotEnrolled);
    for outcome in &outcomes {
        let ChangeOutcome::Waiting { request_id } = outcome else { panic!("it applied at once") };
        let own = bench.decide(&ada, request_id, Decision::Approved).await.unwrap_err();
        assert_eq!(own.code(), ErrorCode::NotAllowed, "{own}");
        let end = bench.decide(&grace, request_id, Decision::Approved).await.unwrap();
        assert_eq!(end.status, Status::Approved);
    }
    bench.sign_in("Bob Noyce").await;
    let replay = bench.replay("credit").await;
    assert_eq!(replay.findings(), &[]);
    let controls: Vec<_> =
        replay.authority().grants().map(|(_, grant)| grant.control.as_str()).collect();
    assert!(controls.contains(&"dual"), "{controls:?}");
}

#[tokio::test]
async fn wrong_passphrases_slow_down_and_are_on_record() {
    let bench = Bench::found().await;
    let wrong = Arc::new(Passphrase::from_text("not the passphrase").unwrap());
    let mut codes = Vec::new();
    for _ in 0..4 {
        let failed =
            bench.workspace.sign_in(Who::Name("Ada Lovelace"), &wrong, Entry::SignIn).await;
        codes.push(failed.unwrap_err().code());
    }
    assert_eq!(codes[0], ErrorCode::WrongPassphrase);
    assert_eq!(codes[3], ErrorCode::Throttled);
    let unknown = bench.workspace.sign_in(Who::Name("Nobody"), &wrong, Entry::SignIn).await;
    assert_eq!(unknown.unwrap_err().code(), ErrorCode::WrongPassphrase);
    let replay = bench.replay("_workspace").await;
    assert!(replay.past().size() >= 6, "{} records", replay.past().size());
}
