//! Values at rest: Fernet tokens under a key derived from the workspace secret, each bound to its
//! place.
//!
//! Invariant: what was changed, comes from another key or from another place is refused; there is
//! no global state and no key that was not given. It will not expire tokens: values at rest stay
//! readable. (The `fernet` crate refuses a token stamped more than 60 s ahead of the system clock.)

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use fernet::Fernet;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::SecurityError;
use crate::error::EncryptionFault;
use crate::kdf::Kdf;
use crate::place::Place;
use crate::secret::{SecretBytes, SecretText};

/// Hex digits of a key id.
const KEY_ID_LENGTH: usize = 16;

/// Encrypts and decrypts under one key.
pub struct EncryptionService {
    fernet: Fernet,
    key_id: String,
}

/// The plaintext of a token at rest, in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placed<'value> {
    at: std::borrow::Cow<'value, str>,
    value: std::borrow::Cow<'value, str>,
}

impl EncryptionService {
    /// The service for `key`, or for the value of `ENCRYPTION_KEY` (read at the edge, handed in as
    /// `environment`) when no key is given. The Fernet key is the URL-safe base64 of
    /// PBKDF2-HMAC-SHA256(key, salt, iterations, 32 bytes).
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when neither is given, or the one that counts is empty: an
    /// empty key never falls back to the environment.
    pub fn new(
        key: Option<&SecretText>,
        environment: Option<&SecretText>,
        kdf: &Kdf,
    ) -> Result<Self, SecurityError> {
        let secret = key.or(environment).ok_or(EncryptionFault::KeyMissing)?;
        if secret.expose().is_empty() {
            return Err(EncryptionFault::KeyEmpty.into());
        }
        Self::from_derived(&kdf.derive(secret.expose()))
    }

    /// A Fernet token of `value`.
    #[must_use]
    pub fn encrypt(&self, value: &str) -> String {
        self.fernet.encrypt(value.as_bytes())
    }

    /// The value of a Fernet token, whoever made it with this key.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] for another key, any change, or content that is not UTF-8.
    pub fn decrypt(&self, token: &str) -> Result<String, SecurityError> {
        let plaintext = self.decrypt_bytes(token)?;
        let text =
            std::str::from_utf8(&plaintext).map_err(|_| EncryptionFault::ContentUnexpected)?;
        Ok(text.to_owned())
    }

    /// First 16 hex digits of SHA-256(`countersign key id v1\n` ‖ key): names the key, tells
    /// nothing about it.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// `<key id>:<token>`, the token holding canonical `{"at":place,"value":value}`.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when the value cannot be written as JSON.
    pub fn seal_value(&self, place: &Place, value: &str) -> Result<String, SecurityError> {
        let placed = Placed { at: place.as_str().into(), value: value.into() };
        let plaintext = canonical(&placed)?;
        Ok(format!("{}:{}", self.key_id, self.fernet.encrypt(&plaintext)))
    }

    /// The value that [`EncryptionService::seal_value`] stored at this very place.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when the value names another key, was changed, or comes from
    /// another place. That it is the newest of its place is for the caller to see, by the digest
    /// in the log.
    pub fn open_value(&self, place: &Place, stored: &str) -> Result<String, SecurityError> {
        let (key_id, token) = split_stored(stored)?;
        if key_id != self.key_id {
            return Err(EncryptionFault::OtherKey {
                expected: self.key_id.clone(),
                found: key_id.to_owned(),
            }
            .into());
        }
        let value = self.open_token(place, token)?;
        Ok(value.expose().to_owned())
    }

    /// A token of canonical `{"at":place,"value":value}` without the key id before it.
    pub(crate) fn seal_token(
        &self,
        place: &Place,
        value: &SecretText,
    ) -> Result<String, SecurityError> {
        let placed = Placed { at: place.as_str().into(), value: value.expose().into() };
        Ok(self.fernet.encrypt(&canonical(&placed)?))
    }

    /// What [`EncryptionService::seal_token`] wrote, for this very place.
    pub(crate) fn open_token(
        &self,
        place: &Place,
        token: &str,
    ) -> Result<SecretText, SecurityError> {
        let plaintext = self.decrypt_bytes(token)?;
        let placed: Placed<'_> =
            serde_json::from_slice(&plaintext).map_err(|_| EncryptionFault::ContentUnexpected)?;
        if canonical(&placed)? != plaintext {
            return Err(EncryptionFault::ContentUnexpected.into());
        }
        if placed.at != place.as_str() {
            return Err(EncryptionFault::OtherPlace { expected: place.as_str().to_owned() }.into());
        }
        Ok(SecretText::new(placed.value.into_owned()))
    }

    /// The plaintext of a token in the one encoding that this program writes: Fernet's base64 is
    /// decoded strictly first, since a lenient decoder reads several texts as one token.
    pub(crate) fn decrypt_bytes(&self, token: &str) -> Result<Zeroizing<Vec<u8>>, SecurityError> {
        URL_SAFE.decode(token).map_err(|_| EncryptionFault::TokenRefused)?;
        let plaintext = self.fernet.decrypt(token).map_err(|_| EncryptionFault::TokenRefused)?;
        Ok(Zeroizing::new(plaintext))
    }

    /// The service for a key that is derived already.
    pub(crate) fn from_derived(key: &SecretBytes) -> Result<Self, SecurityError> {
        let encoded = Zeroizing::new(URL_SAFE.encode(key.expose()));
        let fernet = Fernet::new(&encoded).ok_or(EncryptionFault::KeyMissing)?;
        let digest = Sha256::new()
            .chain_update(b"countersign key id v1\n")
            .chain_update(key.expose())
            .finalize();
        let mut key_id = hex::encode(digest);
        key_id.truncate(KEY_ID_LENGTH);
        Ok(Self { fernet, key_id })
    }
}

fn canonical(placed: &Placed<'_>) -> Result<Zeroizing<Vec<u8>>, SecurityError> {
    serde_json_canonicalizer::to_vec(placed)
        .map(Zeroizing::new)
        .map_err(|_| EncryptionFault::ContentUnexpected.into())
}

/// Key id and token of a stored value; the id has exactly 16 lower-case hex digits.
fn split_stored(stored: &str) -> Result<(&str, &str), SecurityError> {
    stored
        .split_once(':')
        .filter(|(key_id, _)| {
            key_id.len() == KEY_ID_LENGTH
                && key_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
        .ok_or_else(|| EncryptionFault::StoredForm.into())
}

#[cfg(test)]
#[path = "encryption_tests.rs"]
mod tests;
