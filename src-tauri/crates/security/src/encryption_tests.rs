//! Values at rest: what opens, and everything that must not.

use proptest::prelude::*;

use super::EncryptionService;
use crate::SecurityError;
use crate::error::EncryptionFault::{
    self, ContentUnexpected, KeyEmpty, KeyMissing, OtherPlace, StoredForm, TokenRefused,
};
use crate::kdf::{DEFAULT_ROUNDS, Kdf};
use crate::place::Place;
use crate::secret::{SecretBytes, SecretText};

fn service(byte: u8) -> EncryptionService {
    EncryptionService::from_derived(&SecretBytes::copy_of(&[byte; 32])).unwrap()
}

fn place(row_id: &str) -> Place {
    Place::row("w", "credit", "prompt_version", row_id, "text").unwrap()
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn refused<T>(fault: EncryptionFault) -> Result<T, SecurityError> {
    Err(SecurityError::Encryption { fault })
}

#[test]
fn a_key_that_is_missing_or_empty_is_refused_at_construction() {
    let kdf = Kdf::new(&[0; 16], DEFAULT_ROUNDS).unwrap();
    let (empty, full) = (secret(""), secret("secret"));
    let cases: [(Option<&SecretText>, Option<&SecretText>, EncryptionFault); 5] = [
        (None, None, KeyMissing),
        (None, Some(&empty), KeyEmpty),
        (Some(&empty), None, KeyEmpty),
        (Some(&empty), Some(&empty), KeyEmpty),
        (Some(&empty), Some(&full), KeyEmpty),
    ];
    for (key, environment, fault) in cases {
        let made = EncryptionService::new(key, environment, &kdf);
        assert_eq!(made.err(), Some(fault.into()));
    }
}

#[test]
fn the_environment_counts_only_when_no_key_is_given() {
    let kdf = Kdf::new(&[0; 16], DEFAULT_ROUNDS).unwrap();
    let (given, environment) = (secret("given"), secret("environment"));
    let key_id = |key: Option<&SecretText>, environment: Option<&SecretText>| {
        EncryptionService::new(key, environment, &kdf).unwrap().key_id().to_owned()
    };
    let from_environment = key_id(None, Some(&environment));
    let from_both = key_id(Some(&given), Some(&environment));
    assert_ne!(from_both, from_environment);
    assert_eq!(from_both, key_id(Some(&given), None));
}

#[test]
fn another_salt_or_round_count_is_another_key() {
    let key = secret("secret");
    let key_id = |salt: u8, rounds: u32| {
        let kdf = Kdf::new(&[salt; 16], rounds).unwrap();
        EncryptionService::new(Some(&key), None, &kdf).unwrap().key_id().to_owned()
    };
    assert_eq!(key_id(0, 1), key_id(0, 1));
    assert_ne!(key_id(0, 1), key_id(1, 1));
    assert_ne!(key_id(0, 1), key_id(0, 2));
}

#[test]
fn the_same_value_never_gives_the_same_token() {
    let sealing = service(1);
    assert_ne!(sealing.encrypt("value"), sealing.encrypt("value"));
}

#[test]
fn another_key_opens_nothing() {
    let token = service(1).encrypt("value");
    assert_eq!(service(2).decrypt(&token), refused(TokenRefused));
    let stored = service(1).seal_value(&place("1"), "value").unwrap();
    let other = EncryptionFault::OtherKey {
        expected: service(2).key_id().to_owned(),
        found: service(1).key_id().to_owned(),
    };
    assert_eq!(service(2).open_value(&place("1"), &stored), refused(other));
    // Renaming the key id does not help.
    let renamed = stored.replace(service(1).key_id(), service(2).key_id());
    assert_eq!(service(2).open_value(&place("1"), &renamed), refused(TokenRefused));
}

#[test]
fn a_value_opens_in_its_own_place_only() {
    let sealing = service(1);
    let stored = sealing.seal_value(&place("1"), "value").unwrap();
    assert_eq!(sealing.open_value(&place("1"), &stored).as_deref(), Ok("value"));
    let elsewhere = [
        place("2"),
        Place::row("w", "fraud", "prompt_version", "1", "text").unwrap(),
        Place::row("x", "credit", "prompt_version", "1", "text").unwrap(),
        Place::row("w", "credit", "model_version", "1", "text").unwrap(),
        Place::row("w", "credit", "prompt_version", "1", "card").unwrap(),
        Place::item("w", "credit", "1").unwrap(),
    ];
    for other in elsewhere {
        let fault = OtherPlace { expected: other.as_str().to_owned() };
        assert_eq!(sealing.open_value(&other, &stored), refused(fault));
    }
}

#[test]
fn a_stored_value_is_a_key_id_and_a_token() {
    let sealing = service(1);
    let (id, token) = (sealing.key_id(), sealing.encrypt("value"));
    let malformed = [
        String::new(),
        ":".to_owned(),
        token.clone(),
        format!(":{token}"),
        format!("{}:{token}", &id[..15]),
        format!("{id}0:{token}"),
        format!("{}:{token}", "G".repeat(16)),
        format!("{}:{token}", "A".repeat(16)),
        format!(" {id}:{token}"),
    ];
    for stored in malformed {
        assert_eq!(sealing.open_value(&place("1"), &stored), refused(StoredForm), "{stored}");
    }
    assert_eq!(sealing.open_value(&place("1"), &format!("{id}:")), refused(TokenRefused));
}

#[test]
fn a_token_that_holds_anything_but_the_canonical_pair_is_refused() {
    let sealing = service(1);
    let at = place("1");
    let at_text = at.as_str();
    let open = |plaintext: &str| {
        let token = sealing.encrypt(plaintext);
        sealing.open_value(&at, &format!("{}:{token}", sealing.key_id()))
    };
    let right = format!(r#"{{"at":"{at_text}","value":"v"}}"#);
    assert_eq!(open(&right).as_deref(), Ok("v"));
    let others = [
        String::new(),
        "v".to_owned(),
        format!("{right}\n"),
        right.replace(',', ", "),
        format!(r#"{{"value":"v","at":"{at_text}"}}"#),
        format!(r#"{{"at":"{at_text}"}}"#),
        format!(r#"{{"at":"{at_text}","value":"v","value":"w"}}"#),
        format!(r#"{{"at":"{at_text}","note":"","value":"v"}}"#),
        format!(r#"{{"at":"{at_text}","value":7}}"#),
        format!(r#"{{"at":"{at_text}","value":"\u0076"}}"#),
    ];
    for plaintext in others {
        assert_eq!(open(&plaintext), refused(ContentUnexpected), "{plaintext}");
    }
}

#[test]
fn a_token_that_holds_no_text_is_refused() {
    let sealing = service(1);
    let token = sealing.fernet.encrypt(&[0xff, 0xfe]);
    assert_eq!(sealing.decrypt(&token), refused(ContentUnexpected));
}

#[test]
fn a_token_has_one_spelling() {
    let sealing = service(1);
    // One byte of plaintext makes 73 bytes: two padding characters, four unused bits.
    let token = sealing.encrypt("v");
    assert!(token.ends_with("=="));
    assert_eq!(sealing.decrypt(&token).as_deref(), Ok("v"));
    let unpadded = token.trim_end_matches('=');
    let (kept, last) = unpadded.split_at(unpadded.len() - 1);
    let mut spellings = vec![
        unpadded.to_owned(),
        format!("{unpadded}="),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
    ];
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let others = alphabet.chars().filter(|other| !last.contains(*other));
    spellings.extend(others.map(|other| format!("{kept}{other}==")));
    assert_eq!(spellings.len(), 5 + 63);
    for spelling in spellings {
        assert_eq!(sealing.decrypt(&spelling), refused(TokenRefused), "{spelling:?}");
    }
}

#[test]
fn the_key_id_has_16_hex_digits_and_differs_by_key() {
    assert_eq!(service(1).key_id().len(), 16);
    assert_ne!(service(1).key_id(), service(2).key_id());
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_went_in(value: String) {
        let sealing = service(1);
        let token = sealing.encrypt(&value);
        prop_assert_eq!(sealing.decrypt(&token), Ok(value.clone()));
        let stored = sealing.seal_value(&place("1"), &value).unwrap();
        prop_assert!(stored.starts_with(sealing.key_id()));
        prop_assert_eq!(sealing.open_value(&place("1"), &stored), Ok(value));
    }

    #[test]
    fn no_text_makes_it_panic(text: String) {
        prop_assert!(service(1).decrypt(&text).is_err());
        prop_assert!(service(1).open_value(&place("1"), &text).is_err());
    }
}
