//! Passphrases and sign-in strings: one form, one answer.

use proptest::prelude::*;

use super::{MAX_CHARACTERS, Passphrase, SignInHash};
use crate::SecurityError;
use crate::entropy::fixed::{CountingEntropy, NoEntropy};
use crate::error::PassphraseFault::{
    self, Empty, NotText, SignInMalformed, TooLong, TooShort, Wrong,
};
use crate::kdf::Kdf;
use crate::strength::Strength;

const STORED: &str = "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$7xdxRO7JQgy8EJPSqLNEqSvFBtDU7JwCjdGfgyTYweY";

fn typed(text: &str) -> Passphrase {
    Passphrase::from_text(text).unwrap()
}

fn text_of(made: Result<Passphrase, SecurityError>) -> Result<String, PassphraseFault> {
    match made {
        Ok(passphrase) => Ok(passphrase.as_secret().expose().to_owned()),
        Err(SecurityError::Passphrase { fault }) => Err(fault),
        Err(other) => panic!("unexpected: {other}"),
    }
}

#[test]
fn a_passphrase_is_kept_in_nfc() {
    let cases = [
        ("plain", "plain"),
        ("a\u{308}rger", "\u{e4}rger"),
        ("\u{212b}", "\u{c5}"),
        ("\u{fb01}", "\u{fb01}"),
        (" spaces kept ", " spaces kept "),
        ("\u{1d160}", "\u{1d158}\u{1d165}\u{1d16e}"),
    ];
    for (entered, kept) in cases {
        assert_eq!(text_of(Passphrase::from_text(entered)).as_deref(), Ok(kept));
    }
}

#[test]
fn from_a_file_exactly_one_final_line_ending_is_dropped() {
    let cases: &[(&[u8], Result<&str, PassphraseFault>)] = &[
        (b"pass", Ok("pass")),
        (b"pass\n", Ok("pass")),
        (b"pass\r\n", Ok("pass")),
        (b"pass\n\n", Ok("pass\n")),
        (b"pass\r\n\r\n", Ok("pass\r\n")),
        (b"pass\r", Ok("pass\r")),
        (b"pass ", Ok("pass ")),
        (b"\npass", Ok("\npass")),
        (b"", Err(Empty)),
        (b"\n", Err(Empty)),
        (b"\r\n", Err(Empty)),
        (b"pass\xff\n", Err(NotText)),
    ];
    for (bytes, expected) in cases {
        let made = text_of(Passphrase::from_file(bytes));
        assert_eq!(made, expected.clone().map(str::to_owned), "{bytes:?}");
    }
}

#[test]
fn a_new_passphrase_has_12_characters_or_more() {
    let too_short = Err(TooShort { min_characters: 12 }.into());
    let cases = [
        ("elevenchars", too_short.clone()),
        ("twelve chars", Ok(())),
        // Characters, not bytes; and counted in NFC.
        ("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}", too_short.clone()),
        ("a\u{308}a\u{308}a\u{308}a\u{308}a\u{308}a\u{308}", too_short),
        ("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}", Ok(())),
    ];
    for (text, expected) in cases {
        assert_eq!(typed(text).check_new(), expected, "{text}");
    }
    assert_eq!(
        SignInHash::make(&typed("elevenchars"), &CountingEntropy::default()).err(),
        Some(TooShort { min_characters: 12 }.into())
    );
}

#[test]
fn a_passphrase_has_an_upper_bound() {
    assert!(Passphrase::from_text(&"a".repeat(MAX_CHARACTERS)).is_ok());
    let refused = text_of(Passphrase::from_text(&"a".repeat(MAX_CHARACTERS + 1)));
    assert_eq!(refused, Err(TooLong { max_characters: MAX_CHARACTERS }));
}

#[test]
fn only_the_right_passphrase_is_recognised() {
    let stored = SignInHash::parse(STORED).unwrap();
    assert_eq!(stored.verify(&typed("correct horse battery staple")), Ok(()));
    for other in ["correct horse battery stapl", "Correct horse battery staple", "x"] {
        assert_eq!(stored.verify(&typed(other)), Err(Wrong.into()), "{other}");
    }
}

#[test]
fn each_sign_in_string_has_its_own_salt_and_reads_back() {
    let entropy = CountingEntropy::default();
    let passphrase = typed("correct horse battery staple");
    let first = SignInHash::make(&passphrase, &entropy).unwrap().to_text();
    let second = SignInHash::make(&passphrase, &entropy).unwrap().to_text();
    assert_ne!(first, second);
    assert_eq!(first.len(), STORED.len());
    assert_eq!(SignInHash::parse(&first).unwrap().verify(&passphrase), Ok(()));
    assert!(SignInHash::make(&passphrase, &NoEntropy).is_err());
}

#[test]
fn a_sign_in_string_has_one_form() {
    assert_eq!(SignInHash::parse(STORED).unwrap().to_text(), STORED);
    let malformed = [
        String::new(),
        STORED[1..].to_owned(),
        format!("{STORED}\n"),
        format!("{STORED}="),
        format!(" {STORED}"),
        format!("{STORED}$"),
        STORED.replace("sha256", "sha512"),
        STORED.replace("i=600000", "i=0600000"),
        STORED.replace("i=600000", "i=+600000"),
        STORED.replace("i=600000", "i=99999999999"),
        STORED.replace("i=600000", "i=0"),
        STORED.replace("i=600000", "i="),
        STORED.replace(",l=32", ""),
        STORED.replace("l=32", "l=16"),
        STORED.replace("i=600000,l=32", "l=32,i=600000"),
        // Unused bits set: the same bytes to a lenient reader.
        STORED.replace("DA0ODw$", "DA0ODx$"),
        STORED.replace("TYweY", "TYweZ"),
        // A salt of 15 and of 17 bytes, a hash of 31.
        STORED.replace("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0O"),
        STORED.replace("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODxA"),
        STORED.replace("weY", "w"),
        STORED.replace('$', "&"),
    ];
    for text in malformed {
        assert_eq!(SignInHash::parse(&text).err(), Some(SignInMalformed.into()), "{text:?}");
    }
}

#[test]
fn the_strength_is_that_of_the_text() {
    assert_eq!(typed("correct horse battery staple").strength(), Strength::Good);
}

proptest! {
    // One round: what is tested here is the form, not the derivation.
    #[test]
    fn composed_and_decomposed_typing_give_the_same_passphrase(text in "[a-zäöüéå ]{12,40}") {
        use unicode_normalization::UnicodeNormalization;
        let decomposed: String = text.nfd().collect();
        let kdf = Kdf::new(&[7; 16], 1).unwrap();
        let stored = SignInHash::with_kdf(&typed(&text), kdf);
        prop_assert_eq!(stored.verify(&typed(&decomposed)), Ok(()));
        let again = SignInHash::parse(&stored.to_text()).unwrap();
        prop_assert_eq!(again.verify(&typed(&text)), Ok(()));
    }

    #[test]
    fn no_stored_text_makes_it_panic(text in "\\$pbkdf2-sha256\\$i=[0-9]{0,12},l=32\\$.{0,30}\\$.{0,50}") {
        let _ = SignInHash::parse(&text);
    }

    #[test]
    fn no_file_makes_it_panic(bytes: Vec<u8>) {
        let _ = Passphrase::from_file(&bytes);
    }
}
