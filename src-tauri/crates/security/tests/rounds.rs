//! Fewer than 600 000 rounds are refused wherever a round count is read. This lies outside of the
//! crate on purpose: its own unit tests may go below, everybody else may not.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use security::SecurityError;
use security::error::{EncryptionFault, KeyFault, PassphraseFault};
use security::kdf::Kdf;
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};

const STORED: &str = "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$7xdxRO7JQgy8EJPSqLNEqSvFBtDU7JwCjdGfgyTYweY";

#[test]
fn a_derivation_with_fewer_rounds_is_refused() {
    assert!(Kdf::new(&[0; 16], 600_000).is_ok());
    for found in [0, 1, 100_000, 599_999] {
        let refused: SecurityError =
            EncryptionFault::Rounds { found, min: 600_000, max: 10_000_000 }.into();
        assert_eq!(Kdf::new(&[0; 16], found).err(), Some(refused));
    }
}

#[test]
fn a_sign_in_string_with_fewer_rounds_is_refused() {
    assert!(SignInHash::parse(STORED).is_ok());
    for rounds in ["1", "100000", "599999"] {
        let weaker = STORED.replace("600000", rounds);
        let refused: SecurityError = PassphraseFault::SignInMalformed.into();
        assert_eq!(SignInHash::parse(&weaker).err(), Some(refused), "{rounds}");
    }
}

#[test]
fn a_key_item_with_fewer_rounds_is_refused() {
    let passphrase = Passphrase::from_text("correct horse battery staple").unwrap();
    let item = |rounds: u32| {
        let salt = "AAECAwQFBgcICQoLDA0ODw==";
        let content = format!(r#"{{"i":{rounds},"salt":"{salt}","token":"gAAAAA==","v":1}}"#);
        LockedKey::stored("w", "k", &content).unwrap().unlock(&passphrase).err()
    };
    assert_eq!(item(599_999), Some(KeyFault::ItemMalformed.into()));
    // The control: with enough rounds the same item is read, and its token refused.
    assert_eq!(item(600_000), Some(PassphraseFault::Wrong.into()));
}
