//! Failures are counted once for all: at every shell, in every process, after every restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use governance::state::Person;
use governance::text::{Reason, Title};
use ledger::{Action, Actor, TenantId, Timestamp};
use security::passphrase::Passphrase;
use store::WorkspaceKind;

use crate::ErrorCode;
use crate::edge::{Clock, Edge, SystemEntropy};
use crate::failure::ConsoleError;
use crate::keychain::{KeychainThread, MemoryKeychain};
use crate::login::Nobody;
use crate::pipeline::{Asker, Front, Pipeline};
use crate::session::{Entry, Who};
use crate::views::KeyStorage;
use crate::workspace::{Founding, NewWorkspace, Workspace};

const ADA: &str = "Ada Lovelace";
const SECOND: i64 = 1_000_000;

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

/// A workspace that several programs open.
struct Bank {
    folder: tempfile::TempDir,
    edge: Edge,
    clock: Arc<Hand>,
    ada: Actor,
}

fn given(text: &str) -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(text).unwrap())
}

fn right() -> Arc<Passphrase> {
    given("correct horse battery staple")
}

fn wrong() -> Arc<Passphrase> {
    given("wrong horse battery staple")
}

impl Bank {
    async fn found() -> Self {
        let start = Timestamp::parse("2026-11-22T18:35:02.000000Z").unwrap().as_micros();
        let clock = Arc::new(Hand(AtomicI64::new(start)));
        let edge = Edge {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
            keychain: KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap(),
            login: Arc::new(Nobody),
            encryption_key: None,
            settings: None,
            data: None,
        };
        let new = NewWorkspace {
            title: Title::parse("Northmere Bank").unwrap(),
            tenant_id: TenantId::parse("credit").unwrap(),
            tenant_title: Title::parse("Credit").unwrap(),
            admin: Title::parse(ADA).unwrap(),
            reason: Reason::parse("created").unwrap(),
            kind: WorkspaceKind::Own,
            keys: KeyStorage::Keychain,
        };
        let folder = tempfile::tempdir().unwrap();
        let founding = Founding::prepare(new, &right(), &edge).unwrap();
        let place = folder.path().join("bank");
        let workspace = founding.commit(&place, edge.keychain.clone()).await.unwrap();
        let ada = workspace.store.people().await.unwrap().remove(0).id;
        Self { folder, edge, clock, ada }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("bank")
    }

    /// Another program opens it.
    async fn program(&self) -> Workspace {
        let keys = self.edge.keychain.clone();
        Workspace::open(&self.place(), keys, self.edge.clone()).await.unwrap()
    }

    async fn person(&self) -> Person {
        self.program().await.store.person(&self.ada).await.unwrap().unwrap()
    }

    fn pass(&self, micros: i64) {
        self.clock.0.fetch_add(micros, Ordering::Relaxed);
    }
}

/// Where a passphrase is typed.
#[derive(Debug, Clone, Copy)]
enum Door {
    SignIn,
    Unlock,
    Signature,
    CommandLine,
}

const DOORS: [Door; 4] = [Door::SignIn, Door::Unlock, Door::Signature, Door::CommandLine];

/// Each attempt is made by a program of its own.
async fn attempt(bank: &Bank, door: Door, passphrase: &Arc<Passphrase>) -> Result<(), ErrorCode> {
    let code = |error: ConsoleError| error.code();
    let workspace = bank.program().await;
    let who = Who::Id(&bank.ada);
    match door {
        Door::SignIn => {
            workspace.sign_in(who, passphrase, Entry::SignIn).await.map(drop).map_err(code)
        }
        Door::Unlock => {
            workspace.sign_in(who, passphrase, Entry::Unlock).await.map(drop).map_err(code)
        }
        Door::Signature => {
            let tenant = TenantId::parse("credit").unwrap();
            workspace.unlock(&bank.ada, &tenant, passphrase).await.map(drop).map_err(code)
        }
        Door::CommandLine => {
            let asker = Asker::Person { name: ADA.to_owned(), passphrase: Arc::clone(passphrase) };
            open(&bank.place(), &bank.edge, asker).await.map_err(code)
        }
    }
}

async fn open(place: &Path, edge: &Edge, asker: Asker) -> Result<(), ConsoleError> {
    let nobody = || panic!("the keys lie in the keychain");
    Pipeline::open(place, edge, Front::Only, asker, &nobody).await.map(drop)
}

#[tokio::test]
async fn three_failures_at_any_doors_make_every_door_wait_after_a_restart_too() {
    use ErrorCode::{Throttled, WrongPassphrase};
    for first in DOORS {
        let bank = Bank::found().await;
        let others = [first, Door::Signature, Door::CommandLine];
        for (index, door) in others.into_iter().enumerate() {
            let refused = attempt(&bank, door, &wrong()).await;
            assert_eq!(refused, Err(WrongPassphrase), "{door:?}");
            let counted = bank.person().await.failures;
            assert_eq!(usize::try_from(counted).unwrap(), index + 1, "{door:?}");
        }
        for door in DOORS {
            for passphrase in [wrong(), right()] {
                let waits = attempt(&bank, door, &passphrase).await;
                assert_eq!(waits, Err(Throttled), "{door:?} after {first:?}");
            }
        }
        assert_eq!(bank.person().await.failures, 3, "nobody looked at those");
        bank.pass(2 * SECOND);
        attempt(&bank, Door::Signature, &right()).await.unwrap();
        assert_eq!(bank.person().await.failures, 3, "a signature is no sign-in");
        attempt(&bank, first, &wrong()).await.unwrap_err();
        bank.pass(2 * SECOND);
        assert_eq!(attempt(&bank, first, &right()).await, Err(Throttled), "twice as long");
        bank.pass(2 * SECOND);
        attempt(&bank, Door::SignIn, &right()).await.unwrap();
        assert_eq!(bank.person().await.failures, 0);
        let failures = failures_on_record(&bank).await;
        assert_eq!(failures, 4, "every failure stands in the log, {first:?}");
    }
    println!("attempts: {} doors", DOORS.len());
}

async fn failures_on_record(bank: &Bank) -> usize {
    let workspace = bank.program().await;
    let own = TenantId::workspace();
    let size = workspace.store.size(&own).await.unwrap();
    let mut failures = 0;
    for seq in 0..size {
        let record = workspace.recorded(&own, seq).await.unwrap();
        let parts = record.parts();
        if parts.action == Action::SessionFail {
            assert_eq!(parts.resource_id, bank.ada.to_string());
            assert_eq!(parts.actor, Actor::System);
            failures += 1;
        }
    }
    failures
}

/// Guesses made at once are answered as if they had been made one after the other: whoever was let
/// in before others failed waits as long as they do.
#[tokio::test]
async fn an_attempt_that_others_overtook_is_answered_as_the_next_one_would_be() {
    let bank = Bank::found().await;
    let slow = bank.program().await;
    let id = slow.ids.correlation();
    for _ in 0..3 {
        attempt(&bank, Door::CommandLine, &wrong()).await.unwrap_err();
    }
    let right = slow.let_in(&bank.ada, Action::SessionSignIn, &id).await.unwrap_err();
    let wrong = slow.count_failure(&bank.ada, &id).await;
    assert_eq!((right.code(), wrong.code()), (ErrorCode::Throttled, ErrorCode::Throttled));
    assert_eq!(bank.person().await.failures, 4, "it counts all the same");
    bank.pass(4 * SECOND);
    slow.let_in(&bank.ada, Action::SessionSignIn, &id).await.unwrap();
    assert_eq!(bank.person().await.failures, 0);
}
