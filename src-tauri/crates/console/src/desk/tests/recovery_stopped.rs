//! A recovery that was stopped anywhere is done again from the beginning; a kit is tried before it is
//! needed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ledger::TenantId;
use security::secret::SecretText;

use super::recovery::{Lines, come_back, copied, founded, keys_here, set_anchor, text, with_kit};
use super::{ADMIN, Bench, TENANT, code, draft, typed};
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Kept, Keychain, KeychainError, MemoryKeychain};
use crate::login::Nobody;
use crate::views::{KitSecret, SigningView};

/// A keychain that stops writing after so many items, as a computer that loses power does.
struct StoppingKeychain {
    inner: Arc<MemoryKeychain>,
    left: AtomicUsize,
}

impl Keychain for StoppingKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.inner.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(KeychainError::Unavailable { detail: "it stopped".to_owned() });
        }
        self.left.store(left - 1, Ordering::Relaxed);
        self.inner.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        match self.left.load(Ordering::Relaxed) {
            0 => Err(KeychainError::Unavailable { detail: "it stopped".to_owned() }),
            _ => self.inner.delete(account),
        }
    }

    fn describe(&self) -> Kept {
        self.inner.describe()
    }
}

#[tokio::test]
async fn stopped_anywhere_it_is_done_again_from_the_beginning() {
    // Items are written in this order: secret, the person's key, the log key. Then comes the commit.
    for writes in 0..3 {
        let (bench, lines) = founded().await;
        bench.desk.close_workspace().await.unwrap();
        let inner = Arc::new(MemoryKeychain::new());
        let stopping =
            StoppingKeychain { inner: Arc::clone(&inner), left: AtomicUsize::new(writes) };
        let (there, copy) = bench.copied_to(Arc::new(stopping));
        with_kit(&there, &copy, &lines).await.unwrap();
        let before = size_of(&there).await;
        let stopped = come_back(&there).await;
        assert_eq!(code(stopped), ErrorCode::Keychain, "after {writes} items");
        assert_eq!(size_of(&there).await, before, "nothing is on record");
        again(there, copy, &lines, inner).await;
    }
}

#[tokio::test]
async fn keys_that_were_kept_and_never_enrolled_do_not_pass_for_the_workspaces_own() {
    // Stopped between the keychain and the commit: all items are there, no record is.
    let (there, copy, lines) = copied().await;
    let keychain = Arc::new(MemoryKeychain::new());
    let (bench, recovered_copy) = there_with(&copy, Arc::clone(&keychain));
    with_kit(&bench, &recovered_copy, &lines).await.unwrap();
    come_back(&bench).await.unwrap();
    let log_key = ItemName::log_key(bench.desk.workspace().unwrap().id());
    let kept = keychain.read(&log_key).unwrap().unwrap();
    bench.desk.close_workspace().await.unwrap();
    // The same items over the copy as it was before.
    let (again_there, again_copy) = there_with(&copy, Arc::clone(&keychain));
    again_there.desk.open_folder(Some(again_copy.clone())).await.unwrap();
    assert!(!keys_here(&again_there).await);
    again(again_there, again_copy, &lines, Arc::clone(&keychain)).await;
    assert!(keychain.read(&log_key).unwrap().unwrap().expose() == kept.expose(), "one device");
    drop(there);
}

fn there_with(copy: &Path, keychain: Arc<MemoryKeychain>) -> (Bench, PathBuf) {
    let there = Bench::with(keychain, None);
    there.pass(120 * 1_000_000);
    there.keys.store(2_000, Ordering::Relaxed);
    let to = there.folder.path().join("copy");
    crate::settings::make_private(&to).unwrap();
    for entry in std::fs::read_dir(copy).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    (there, to)
}

async fn size_of(bench: &Bench) -> u64 {
    let workspace = bench.desk.workspace().unwrap();
    workspace.store.head(&TenantId::workspace()).await.unwrap().size
}

/// A new start of the program with the keychain as it was left.
async fn again(bench: Bench, copy: PathBuf, lines: &Lines, keychain: Arc<MemoryKeychain>) {
    bench.desk.close_workspace().await.unwrap();
    let Bench { folder, clock, .. } = bench;
    let again = Bench::of(folder, clock, (keychain, Arc::new(Nobody)), None);
    again.keys.store(3_000, Ordering::Relaxed);
    let asked = with_kit(&again, &copy, lines).await.unwrap();
    assert!(matches!(asked, SigningView::Recover(_)), "{asked:?}");
    let done = come_back(&again).await.unwrap();
    assert!(matches!(done, SigningView::Recovered(_)), "{done:?}");
    set_anchor(&again, "_workspace").await;
    set_anchor(&again, TENANT).await;
    again.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
}

#[tokio::test]
async fn the_kit_is_tried_before_it_is_said_to_be_saved() {
    let bench = Bench::empty();
    bench.desk.create_workspace(draft()).await.unwrap();
    let shown = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::Kit { secret: Some(secret), recovery, tried: false, .. } = shown else {
        panic!("{shown:?}")
    };
    let asked = bench.desk.try_kit().await.unwrap();
    let SigningView::KitLines(view) = &asked else { panic!("{asked:?}") };
    assert_eq!((view.secret, view.trial), (KitSecret::Needed, true));
    assert!(!format!("{asked:?}").contains(&recovery), "the lines are out of sight");
    for (first, second, message) in [
        ("", recovery.as_str(), "The line SECRET"),
        (&secret, "", "The line RECOVERY"),
        (&recovery, &secret, "the other line"),
    ] {
        let refused = bench.desk.answer_kit(text(first), text(second)).await.unwrap_err();
        assert!(refused.message.contains(message), "{}", refused.message);
    }
    let back = bench.desk.leave_trial().await.unwrap();
    assert!(matches!(back, SigningView::Kit { tried: false, .. }), "{back:?}");
    bench.desk.try_kit().await.unwrap();
    let path = bench.folder.path().join("kit.txt");
    let saved = format!("SECRET: {secret}\nRECOVERY: {recovery}\n");
    std::fs::write(&path, saved).unwrap();
    let fits = bench.desk.load_kit(path).await.unwrap();
    assert!(matches!(fits, SigningView::Kit { tried: true, .. }), "{fits:?}");
    assert!(!bench.folder.path().join("data").exists(), "nothing is made by a trial");
    bench.desk.kit_saved().await.unwrap();
}
