//! Rules of the keychain's thread, against keychains that block until a test lets them go.

use std::future::Future;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ledger::{TenantId, WorkspaceId};
use security::secret::SecretText;
use tokio::task::JoinSet;

use super::{KeychainThread, LIMIT, QUEUE};
use crate::keychain::{ItemName, Kept, Keychain, KeychainError, MemoryKeychain};

/// A limit that a keychain which waits for a test is sure to pass.
const SHORT: Duration = Duration::from_millis(40);

/// Passes each call on to memory once the test has sent it a permit; tells which have begun.
struct Gated {
    inner: MemoryKeychain,
    permits: Mutex<Receiver<()>>,
    begun: Mutex<Sender<String>>,
}

impl Gated {
    fn new() -> (Arc<Self>, Sender<()>, Receiver<String>) {
        let ((permit, permits), (begin, begun)) = (channel(), channel());
        let inner = MemoryKeychain::new();
        let gated = Self { inner, permits: Mutex::new(permits), begun: Mutex::new(begin) };
        (Arc::new(gated), permit, begun)
    }

    fn wait(&self, account: &str) {
        self.begun.lock().unwrap().send(account.to_owned()).unwrap();
        // A test that is over lets everything go.
        let _ = self.permits.lock().unwrap().recv();
    }
}

impl Keychain for Gated {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.wait(account);
        self.inner.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        self.wait(account);
        self.inner.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.wait(account);
        self.inner.delete(account)
    }

    fn describe(&self) -> Kept {
        Kept::File
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn item(tenant: &str) -> ItemName {
    let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
    ItemName::anchor(&workspace, &TenantId::parse(tenant).unwrap())
}

fn text(value: &str) -> SecretText {
    SecretText::new(value.to_owned())
}

async fn read(thread: &KeychainThread, item: &ItemName) -> Result<Option<String>, KeychainError> {
    Ok(thread.read(item).await?.map(|value| value.expose().to_owned()))
}

#[test]
fn calls_are_answered_by_the_keychain_behind() {
    let thread = KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap();
    let (one, other) = (item("one"), item("other"));
    assert_eq!((thread.describe(), thread.limit), (Kept::Os, LIMIT));
    run(async {
        assert_eq!(read(&thread, &one).await, Ok(None));
        thread.write(&one, text("first")).await.unwrap();
        thread.clone().write(&other, text("second")).await.unwrap();
        assert_eq!(read(&thread, &one).await, Ok(Some("first".to_owned())));
        thread.delete(&one).await.unwrap();
        assert_eq!(read(&thread, &one).await, Ok(None));
        assert_eq!(read(&thread, &other).await, Ok(Some("second".to_owned())));
        let long = thread.write(&one, text(&"a".repeat(1_201))).await;
        assert!(matches!(long, Err(KeychainError::TooLong { found: 1_201, .. })), "{long:?}");
    });
    assert!(!thread.waits_for_owner());
}

#[test]
fn several_calls_can_be_one_with_an_error_of_the_callers_own() {
    #[derive(Debug, PartialEq)]
    enum Own {
        Behind,
        Keychain(KeychainError),
    }
    impl From<KeychainError> for Own {
        fn from(error: KeychainError) -> Self {
            Self::Keychain(error)
        }
    }
    let forward_only = |next: u32| {
        move |keychain: &dyn Keychain| {
            let kept = keychain.read("anchor/w/credit")?;
            if kept.is_some_and(|kept| kept.expose().parse::<u32>().unwrap() > next) {
                return Err(Own::Behind);
            }
            Ok(keychain.write("anchor/w/credit", &text(&next.to_string()))?)
        }
    };
    let thread = KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap();
    run(async {
        assert_eq!(thread.ask(forward_only(3)).await, Ok(()));
        assert_eq!(thread.ask(forward_only(2)).await, Err(Own::Behind));
        let named = thread.ask(|keychain| Ok(keychain.delete("nameless")?)).await;
        let expected = KeychainError::Name { account: "nameless".to_owned() };
        assert_eq!(named, Err(Own::Keychain(expected)));
    });
}

#[test]
fn a_keychain_that_waits_for_its_owner_is_seen_and_goes_on_afterwards() {
    let (gated, permit, begun) = Gated::new();
    let thread = KeychainThread::start_with_limit(gated, SHORT).unwrap();
    let (one, queued, late) = (item("one"), item("queued"), item("late"));
    run(async {
        let overdue = KeychainError::TimedOut { after: SHORT };
        let (first, second) = tokio::join!(thread.write(&one, text("kept")), thread.read(&queued));
        assert_eq!(first, Err(overdue.clone()));
        assert_eq!(second.err(), Some(overdue));
        assert!(thread.waits_for_owner());
        assert_eq!(read(&thread, &late).await, Err(KeychainError::Busy));

        // The owner unlocks: the write that was begun happens, the read nobody waits for does not.
        for _ in 0..2 {
            permit.send(()).unwrap();
        }
        while thread.waits_for_owner() {
            std::thread::yield_now();
        }
        assert_eq!(read(&thread, &one).await, Ok(Some("kept".to_owned())));
    });
    drop(thread);
    assert_eq!(begun.iter().collect::<Vec<_>>(), [one.to_string(), one.to_string()]);
}

#[test]
fn calls_do_not_pile_up() {
    let (gated, _permit, _begun) = Gated::new();
    let thread = KeychainThread::start_with_limit(gated, SHORT).unwrap();
    let extra = 3;
    let (mut busy, mut timed_out) = (0, 0);
    run(async {
        let mut calls = JoinSet::new();
        for _ in 0..1 + QUEUE + extra {
            let thread = thread.clone();
            calls.spawn(async move { read(&thread, &item("one")).await });
        }
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Err(KeychainError::Busy) => busy += 1,
                Err(KeychainError::TimedOut { .. }) => timed_out += 1,
                other => panic!("{other:?}"),
            }
        }
    });
    // One more is turned away if the thread has not yet taken the first when the last arrives.
    assert!((extra..=extra + 1).contains(&busy), "{busy} turned away, {timed_out} in line");
    assert_eq!(busy + timed_out, 1 + QUEUE + extra);
}

#[test]
fn a_thread_that_ended_is_said_to_have_ended() {
    let thread = KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap();
    run(async {
        let during: Result<(), KeychainError> =
            thread.ask(|_| panic!("a fault of the platform's code, on purpose")).await;
        assert!(matches!(during, Err(KeychainError::Unavailable { .. })), "{during:?}");
        while !matches!(thread.read(&item("one")).await, Err(KeychainError::Unavailable { .. })) {
            std::thread::yield_now();
        }
    });
    assert!(!thread.waits_for_owner());
}
