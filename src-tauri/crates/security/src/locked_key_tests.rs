//! The key item: what it is made of, and who can open it.

use super::LockedKey;
use crate::encryption::EncryptionService;
use crate::entropy::fixed::CountingEntropy;
use crate::error::KeyFault::{self, ItemMalformed};
use crate::error::PassphraseFault::{TooShort, Wrong};
use crate::kdf::{DEFAULT_ROUNDS, Kdf};
use crate::passphrase::Passphrase;
use crate::place::Place;
use crate::secret::SecretBytes;
use crate::signing::SigningKey;

const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";
/// Account names and values of the Windows keychain end here.
const KEYCHAIN_LIMIT_CHARACTERS: usize = 1_200;

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&SecretBytes::copy_of(&[byte; 32]))
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_text(text).unwrap()
}

fn right() -> Passphrase {
    passphrase("correct horse battery staple")
}

/// One round: the item's form is at stake, not the derivation.
fn quickly_locked(byte: u8) -> LockedKey {
    let kdf = Kdf::new(&[7; 16], 1).unwrap();
    LockedKey::lock_with_kdf(WORKSPACE, &key(byte), &right(), &kdf).unwrap()
}

#[test]
fn a_locked_key_opens_with_its_passphrase_only() {
    let locked =
        LockedKey::lock(WORKSPACE, &key(11), &right(), &CountingEntropy::default()).unwrap();
    assert_eq!(locked.unlock(&right()).unwrap().public_key(), key(11).public_key());
    assert_eq!(
        locked.unlock(&passphrase("correct horse battery stable")).err(),
        Some(Wrong.into())
    );
}

#[test]
fn a_key_is_never_locked_under_a_short_passphrase() {
    let refused =
        LockedKey::lock(WORKSPACE, &key(11), &passphrase("short"), &CountingEntropy::default());
    assert_eq!(refused.err(), Some(TooShort { min_characters: 12 }.into()));
}

#[test]
fn the_item_is_canonical_named_by_its_key_and_fits_every_keychain() {
    let entropy = CountingEntropy::default();
    let locked = LockedKey::lock(WORKSPACE, &key(11), &right(), &entropy).unwrap();
    let name = format!("person-key/{WORKSPACE}/{}", key(11).keyid());
    assert_eq!(locked.name(), name);
    assert_eq!(LockedKey::item_name(WORKSPACE, &key(11).keyid()), Ok(name));
    let start = format!(r#"{{"i":{DEFAULT_ROUNDS},"salt":""#);
    assert!(locked.content().starts_with(&start), "{}", locked.content());
    assert!(locked.content().contains(r#"","token":"gAAAAA"#));
    assert!(locked.content().ends_with(r#"","v":1}"#));
    assert!(locked.content().len() < KEYCHAIN_LIMIT_CHARACTERS);
    let again = LockedKey::lock(WORKSPACE, &key(11), &right(), &entropy).unwrap();
    let salt = |locked: &LockedKey| locked.parse().unwrap().1.salt().to_vec();
    assert_ne!(salt(&locked), salt(&again), "each item has a salt of its own");
}

#[test]
fn an_item_moved_to_another_name_is_refused() {
    let bobs = quickly_locked(11);
    let adas_keyid = key(10).keyid();
    let moved = LockedKey::stored(WORKSPACE, &adas_keyid, bobs.content()).unwrap();
    assert_eq!(moved.unlock(&right()).err(), Some(KeyFault::OtherKey { keyid: adas_keyid }.into()));
    let elsewhere = LockedKey::stored("other-workspace", &key(11).keyid(), bobs.content()).unwrap();
    assert!(elsewhere.unlock(&right()).is_err());
}

#[test]
fn an_item_that_holds_another_key_than_its_name_says_is_refused() {
    let kdf = Kdf::new(&[7; 16], 1).unwrap();
    let service = EncryptionService::new(Some(right().as_secret()), None, &kdf).unwrap();
    let unlock = |named: u8, held: u8| {
        let keyid = key(named).keyid();
        let name = Place::item("person-key", WORKSPACE, &keyid).unwrap();
        let token = service.seal_token(&name, &key(held).seed_text()).unwrap();
        let salt = "BwcHBwcHBwcHBwcHBwcHBw==";
        let content = format!(r#"{{"i":1,"salt":"{salt}","token":"{token}","v":1}}"#);
        LockedKey::stored(WORKSPACE, &keyid, &content).unwrap().unlock(&right()).err()
    };
    assert_eq!(unlock(10, 10), None, "the control opens");
    assert_eq!(unlock(10, 11), Some(KeyFault::OtherKey { keyid: key(10).keyid() }.into()));
}

#[test]
fn an_item_in_another_form_is_refused() {
    let locked = quickly_locked(11);
    let content = locked.content();
    assert!(locked.unlock(&right()).is_ok(), "the control opens");
    let malformed = [
        String::new(),
        "{}".to_owned(),
        format!("{content}\n"),
        format!(" {content}"),
        content.replace(r#""v":1"#, r#""v":2"#),
        content.replace(r#""v":1"#, r#""v":1,"w":1"#),
        content.replace(r#""v":1"#, r#""v":1,"v":1"#),
        content.replace(r#","v":1"#, ""),
        content.replace(r#""i":1"#, r#""i":0"#),
        content.replace(r#""i":1"#, r#""i":1.0"#),
        content.replace(r#""i":1"#, r#""i":4294967296"#),
        content.replace("BwcHBwcHBwcHBwcHBwcHBw==", "BwcHBwcHBwcHBwcHBwcHBw"),
        content.replace("BwcHBwcHBwcHBwcHBwcHBw==", "BwcHBwcHBwcHBwcHBwcHBx=="),
        content.replace("BwcHBwcHBwcHBwcHBwcHBw==", "BwcHBw=="),
    ];
    for content in malformed {
        let stored = LockedKey::stored(WORKSPACE, &key(11).keyid(), &content).unwrap();
        assert_eq!(stored.unlock(&right()).err(), Some(ItemMalformed.into()), "{content}");
    }
}

#[test]
fn an_item_whose_token_or_salt_was_changed_does_not_open() {
    let locked = quickly_locked(11);
    let changed = [
        locked.content().replacen("gAAAAA", "gAAAAB", 1),
        locked.content().replace("BwcHBwcHBwcHBwcHBwcHBw==", "CAcHBwcHBwcHBwcHBwcHBw=="),
    ];
    for content in changed {
        assert_ne!(content, locked.content());
        let stored = LockedKey::stored(WORKSPACE, &key(11).keyid(), &content).unwrap();
        assert_eq!(stored.unlock(&right()).err(), Some(Wrong.into()));
    }
}
