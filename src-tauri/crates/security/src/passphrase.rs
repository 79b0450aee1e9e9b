//! Passphrases, and the sign-in string that recognises one.
//!
//! Invariant: a passphrase is in NFC from the moment it exists, so that the same keys typed on
//! another machine give the same bytes; what is stored is a PHC string with its own salt, read
//! only in exactly the form that is written. It will not say how a wrong passphrase is wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

use crate::error::PassphraseFault;
use crate::kdf::{Kdf, SALT_BYTES};
use crate::secret::{SecretBytes, SecretText};
use crate::strength::Strength;
use crate::{Entropy, SecurityError};

/// Fewest characters of a new passphrase.
pub const MIN_CHARACTERS: usize = 12;
/// Most characters of any passphrase.
pub const MAX_CHARACTERS: usize = 1_000;
/// NFC text has at most three times the bytes of what it was made from (UAX #15).
const NFC_GROWTH: usize = 3;

/// A passphrase as it was typed or read from a file, in NFC.
pub struct Passphrase(SecretText);

impl Passphrase {
    /// A passphrase as typed.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] when it is empty or has more than 1 000 characters.
    pub fn from_text(text: &str) -> Result<Self, SecurityError> {
        if text.is_empty() {
            return Err(PassphraseFault::Empty.into());
        }
        if text.chars().count() > MAX_CHARACTERS {
            return Err(PassphraseFault::TooLong { max_characters: MAX_CHARACTERS }.into());
        }
        // Room for the longest form at once: growing would leave copies behind.
        let mut normalised = String::with_capacity(text.len() * NFC_GROWTH);
        normalised.extend(text.nfc());
        Ok(Self(SecretText::new(normalised)))
    }

    /// A passphrase from the bytes of a file: exactly one final line ending (`\n` or `\r\n`) is
    /// dropped, nothing else.
    ///
    /// # Errors
    /// As [`Passphrase::from_text`], or when the file is not UTF-8.
    pub fn from_file(bytes: &[u8]) -> Result<Self, SecurityError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PassphraseFault::NotText)?;
        let line =
            text.strip_suffix('\n').map_or(text, |rest| rest.strip_suffix('\r').unwrap_or(rest));
        Self::from_text(line)
    }

    /// Demands what a new passphrase needs: at least 12 characters (code points of its NFC form).
    /// Nothing is demanded of an existing one.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] naming the least length.
    pub fn check_new(&self) -> Result<(), SecurityError> {
        if self.0.expose().chars().count() < MIN_CHARACTERS {
            return Err(PassphraseFault::TooShort { min_characters: MIN_CHARACTERS }.into());
        }
        Ok(())
    }

    /// How hard it looks to guess: a hint for the screen, not a rule.
    #[must_use]
    pub fn strength(&self) -> Strength {
        Strength::of(self.0.expose())
    }

    /// The text, as the key of an [`crate::encryption::EncryptionService`] (the key file).
    #[must_use]
    pub fn as_secret(&self) -> &SecretText {
        &self.0
    }
}

/// A sign-in string, `$pbkdf2-sha256$i=600000,l=32$<salt>$<hash>`: recognises a passphrase, proves
/// nothing in the log.
pub struct SignInHash {
    kdf: Kdf,
    hash: SecretBytes,
}

impl SignInHash {
    /// The sign-in string of a new passphrase, with a fresh salt.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] when it is too short, [`SecurityError::Entropy`] when the
    /// source fails.
    pub fn make(passphrase: &Passphrase, entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        passphrase.check_new()?;
        Ok(Self::with_kdf(passphrase, Kdf::generate(entropy)?))
    }

    /// Reads a stored sign-in string, in exactly the form that is written.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] for any other form, and for fewer than 600 000 rounds.
    pub fn parse(text: &str) -> Result<Self, SecurityError> {
        let parsed = parse_phc(text).ok_or(PassphraseFault::SignInMalformed)?;
        // Demands equal bytes: no leading zeros, signs, or second encodings of salt and hash.
        if parsed.to_text() != text {
            return Err(PassphraseFault::SignInMalformed.into());
        }
        Ok(parsed)
    }

    /// Recognises the passphrase, in constant time.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] with `Wrong` when it is another.
    pub fn verify(&self, passphrase: &Passphrase) -> Result<(), SecurityError> {
        let derived = self.kdf.derive(passphrase.0.expose());
        if bool::from(derived.expose().ct_eq(self.hash.expose())) {
            Ok(())
        } else {
            Err(PassphraseFault::Wrong.into())
        }
    }

    /// The sign-in string to store; to be kept from the web view and from logs like any secret.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "$pbkdf2-sha256$i={},l=32${}${}",
            self.kdf.iterations(),
            STANDARD_NO_PAD.encode(self.kdf.salt()),
            STANDARD_NO_PAD.encode(self.hash.expose())
        )
    }

    pub(crate) fn with_kdf(passphrase: &Passphrase, kdf: Kdf) -> Self {
        let hash = kdf.derive(passphrase.0.expose());
        Self { kdf, hash }
    }
}

/// The parts of a PHC string; the caller demands that they write the same text again.
fn parse_phc(text: &str) -> Option<SignInHash> {
    let (parameters, rest) = text.strip_prefix("$pbkdf2-sha256$i=")?.split_once('$')?;
    let iterations = parameters.strip_suffix(",l=32")?.parse().ok()?;
    let (salt, hash) = rest.split_once('$')?;
    let salt: [u8; SALT_BYTES] = STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
    let hash: [u8; 32] = STANDARD_NO_PAD.decode(hash).ok()?.try_into().ok()?;
    Some(SignInHash { kdf: Kdf::new(&salt, iterations).ok()?, hash: SecretBytes::copy_of(&hash) })
}

#[cfg(test)]
#[path = "passphrase_tests.rs"]
mod tests;
