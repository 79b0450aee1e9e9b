//! Where keys lie, and what happens when that place fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use security::secret::SecretText;

use super::{ADMIN, Bench, draft, person_id, typed};
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Kept, Keychain, KeychainError, MemoryKeychain};
use crate::views::{KeyStorage, KeychainFound, SessionView, SigningView, WorkspaceDraft};

/// A keychain whose owner turned it off for a while.
#[derive(Default)]
struct Moody {
    items: MemoryKeychain,
    off: AtomicBool,
}

impl Moody {
    fn demand_on(&self) -> Result<(), KeychainError> {
        match self.off.load(Ordering::Relaxed) {
            true => {
                Err(KeychainError::Unavailable { detail: "its owner turned it off".to_owned() })
            }
            false => Ok(()),
        }
    }
}

impl Keychain for Moody {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.demand_on()?;
        self.items.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        self.demand_on()?;
        self.items.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.demand_on()?;
        self.items.delete(account)
    }

    fn describe(&self) -> Kept {
        Kept::Os
    }
}

#[tokio::test]
async fn a_keychain_that_fails_is_told_by_its_code_and_the_same_kit_founds_later() {
    let keychain = Arc::new(Moody::default());
    let bench = Bench::with(Arc::clone(&keychain) as Arc<dyn Keychain>, None);
    bench.desk.create_workspace(draft()).await.unwrap();
    let shown = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    keychain.off.store(true, Ordering::Relaxed);
    let refused = bench.desk.kit_saved().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Keychain);
    assert_eq!(refused.hint, ErrorCode::Keychain.hint());
    assert!(!bench.folder.path().join("data/northmere-bank").exists(), "half a workspace");
    let still = bench.desk.signing().await.unwrap();
    assert_eq!(format!("{still:?}"), format!("{shown:?}"), "the kit that was saved stays good");
    keychain.off.store(false, Ordering::Relaxed);
    bench.desk.kit_saved().await.unwrap();
    assert!(matches!(bench.desk.session().await, Ok(SessionView::Open { .. })));
}

#[tokio::test]
async fn encryption_key_opens_a_key_file_and_no_passphrase_is_asked_for() {
    let keychain = Arc::new(Moody::default());
    keychain.off.store(true, Ordering::Relaxed);
    let bench = Bench::with(keychain, Some("the key of this server"));
    let in_a_file = WorkspaceDraft { keys: KeyStorage::KeyFile, ..draft() };
    bench.desk.create_workspace(in_a_file).await.unwrap();
    let kit = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    assert!(matches!(kit, SigningView::Kit { secret: None, .. }), "S is the variable");
    bench.desk.kit_saved().await.unwrap();
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    bench.desk.close_workspace().await.unwrap();
    let again = bench.desk.open_last().await.unwrap();
    bench.desk.sign_in(person_id(&again, ADMIN)).await.unwrap();
    bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
    let text = bench.desk.prompt_text("kyc-summary".to_owned(), 1).await.unwrap();
    assert_eq!(text.text, "Summarise the file.\n");
}

/// The keychain as the sheet that makes a workspace shows it.
async fn shown_at_create(bench: &Bench, keys: KeyStorage) -> Option<KeychainFound> {
    bench.desk.create_workspace(WorkspaceDraft { keys, ..draft() }).await.unwrap();
    let shown = bench.desk.signing().await.unwrap();
    let SigningView::Create { keychain, .. } = shown else { panic!("{shown:?}") };
    keychain.map(|view| view.found)
}

#[tokio::test]
async fn the_keychain_is_tried_before_a_workspace_is_made_and_each_time_anew() {
    let keychain = Arc::new(Moody::default());
    let bench = Bench::with(Arc::clone(&keychain) as Arc<dyn Keychain>, None);
    for (is_off, found) in [
        (false, KeychainFound::Available),
        (true, KeychainFound::Missing),
        (false, KeychainFound::Available),
    ] {
        keychain.off.store(is_off, Ordering::Relaxed);
        let tried = bench.desk.check_keychain().await.unwrap();
        assert_eq!(tried.found, found);
        assert_eq!(tried.next.is_empty(), !is_off, "{tried:?}");
        assert_eq!(shown_at_create(&bench, KeyStorage::Keychain).await, Some(found));
        assert_eq!(shown_at_create(&bench, KeyStorage::KeyFile).await, None, "it is not used");
    }
    let left = keychain.items.read(&ItemName::probe(std::process::id())).unwrap();
    assert!(left.is_none(), "trying it left something behind");
}
