//! A rotation that is stopped at every one of its steps, one after the other.
//!
//! Invariant: the steps are counted off, not listed: each call to the keychain about a secret, done
//! or not when it fails, and each commit. After each every value opens in a new process, which
//! carries the rotation to its end. The control sees that a lost secret is noticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use console::edge::Edge;
use console::keychain::{Kept, Keychain, KeychainError, KeychainThread};
use console::{SecretText, Workspace};
use store::{SecretStanding, Store as _};
use tests::dump::change;
use tests::house::{ADA, House};
use tests::items::Items;

use super::{furnished, keys, rotate, secret_items, unreadable};

/// What was done of the call that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fails {
    Before,
    After,
}

/// A keychain whose calls about secrets fail from one on: the computer ends there.
struct Fuse {
    items: Arc<Items>,
    left: AtomicUsize,
    fails: Fails,
}

impl Fuse {
    fn ended() -> KeychainError {
        KeychainError::Unavailable { detail: "a test ended it".to_owned() }
    }

    fn call<T>(
        &self,
        account: &str,
        call: impl FnOnce() -> Result<T, KeychainError>,
    ) -> Result<T, KeychainError> {
        if !account.starts_with("workspace-secret/") {
            return call();
        }
        let before = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match before {
            Ok(2..) => call(),
            Ok(_) if self.fails == Fails::After => call().and_then(|_| Err(Self::ended())),
            Ok(_) | Err(_) => Err(Self::ended()),
        }
    }
}

impl Keychain for Fuse {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.call(account, || self.items.read(account))
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        self.call(account, || self.items.write(account, value))
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.call(account, || self.items.delete(account))
    }

    fn describe(&self) -> Kept {
        Kept::Os
    }
}

async fn behind_a_fuse(house: &House, calls: usize, fails: Fails) -> Workspace {
    let fuse = Fuse { items: Arc::clone(&house.items), left: AtomicUsize::new(calls), fails };
    let keychain = KeychainThread::start(Arc::new(fuse)).unwrap();
    let edge = Edge { keychain: keychain.clone(), ..house.edge.clone() };
    Workspace::open(&house.place, keychain, edge).await.unwrap()
}

/// What the next process finds, and that it brings to its end.
async fn demand_whole(house: &House, at: &str) {
    let next = house.open_again().await.unwrap();
    assert_eq!(unreadable(house, &next).await, Vec::<String>::new(), "{at}");
    let ada = house.session(ADA);
    let secrets = house.store().secrets().await.unwrap();
    if secrets.iter().any(|secret| secret.standing == SecretStanding::Reading) {
        super::finish(&next, &ada).await.unwrap();
    }
    let last = house.open_again().await.unwrap();
    assert_eq!(unreadable(house, &last).await, Vec::<String>::new(), "{at}, at the end");
    let [key] = &keys(house).await[..] else { panic!("{at}: values under several keys") };
    let secrets = house.store().secrets().await.unwrap();
    let primary = secrets.iter().find(|secret| secret.standing == SecretStanding::Primary);
    assert!(primary.is_none_or(|primary| primary.key_id == *key), "{at}");
    // What is left beside the workspace's own secret never sealed anything.
    let own = format!("workspace-secret/{}", next.id());
    for item in secret_items(house) {
        let is_on_record = secrets.iter().any(|secret| item.ends_with(&secret.key_id));
        assert!(item == own || !is_on_record, "{at}: {item} is left");
    }
}

#[tokio::test]
async fn a_rotation_that_ends_at_any_call_to_the_keychain_loses_nothing() {
    for fails in [Fails::Before, Fails::After] {
        let mut stopped = 0;
        for calls in 1.. {
            let house = furnished().await;
            let workspace = behind_a_fuse(&house, calls, fails).await;
            let rotated = rotate(&workspace, &house.session(ADA)).await;
            drop(workspace);
            demand_whole(&house, &format!("{fails:?} call {calls}")).await;
            if rotated.is_ok() {
                break;
            }
            stopped += 1;
        }
        println!("rotation: stopped {fails:?} each of {stopped} calls to the keychain");
        assert!(stopped >= 8, "only {stopped}");
    }
}

#[tokio::test]
async fn a_rotation_that_ends_at_any_commit_loses_nothing() {
    let mut stopped = 0;
    for commits in 0.. {
        let house = furnished().await;
        change(
            &house.database(),
            &format!(
                "CREATE TABLE fuse (commits INTEGER); INSERT INTO fuse VALUES ({commits});
                 CREATE TRIGGER log_fails BEFORE INSERT ON log
                 BEGIN
                   SELECT RAISE(ABORT, 'a test ended it') FROM fuse WHERE commits = 0;
                   UPDATE fuse SET commits = commits - 1;
                 END;"
            ),
        );
        let workspace = house.open_again().await.unwrap();
        let rotated = rotate(&workspace, &house.session(ADA)).await;
        drop(workspace);
        change(&house.database(), "DROP TRIGGER log_fails; DROP TABLE fuse");
        demand_whole(&house, &format!("commit {commits}")).await;
        if rotated.is_ok() {
            break;
        }
        stopped += 1;
    }
    println!("rotation: stopped at each of {stopped} commits");
    // It begins, takes a batch of each column, and ends.
    assert_eq!(stopped, 4);
}

#[tokio::test]
async fn a_secret_that_is_lost_in_the_middle_is_noticed() {
    let house = furnished().await;
    let ada = house.session(ADA);
    let new = house.workspace.new_secret(&ada).await.unwrap();
    house.workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
    let own = format!("workspace-secret/{}", house.workspace.id());
    house.items.delete(&own).unwrap();
    let next = house.open_again().await.unwrap();
    assert_eq!(unreadable(&house, &next).await.len(), 4);
    let refused = super::finish(&next, &ada).await.unwrap_err();
    assert!(matches!(refused, console::ConsoleError::SealedUnreadable { values: 4 }), "{refused}");
    assert_eq!(secret_items(&house).len(), 1, "the new one stays");
}
