//! Ed25519 keys that sign: a person's, an installation's log key, a workspace's recovery key.
//!
//! Invariant: a private key lives only in [`SigningKey`], which is wiped when dropped and is never
//! `Debug`, `Clone` or `Serialize`. It signs the bytes it is given: what they mean (a DSSE
//! pre-authentication encoding, a checkpoint's text, an enrolment proof) is the caller's. It will
//! not verify.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::KeyFault;
use crate::secret::{SecretBytes, SecretText};
use crate::{Entropy, SecurityError};

/// An Ed25519 private key (RFC 8032).
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SecurityError::Entropy`] when the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        Ok(Self::from_seed(&SecretBytes::generate(entropy)?))
    }

    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: &SecretBytes) -> Self {
        Self(Box::new(ed25519_dalek::SigningKey::from_bytes(seed.expose())))
    }

    /// The key of a seed as [`SigningKey::seed_text`] writes it.
    ///
    /// # Errors
    /// [`SecurityError::KeyFormat`] for anything but padded base64 of 32 bytes.
    pub fn from_seed_text(text: &SecretText) -> Result<Self, SecurityError> {
        let decoded = STANDARD
            .decode(text.expose())
            .map(Zeroizing::new)
            .map_err(|_| KeyFault::SeedMalformed)?;
        let seed = SecretBytes::filled(|bytes| {
            if decoded.len() != bytes.len() {
                return Err(KeyFault::SeedMalformed.into());
            }
            bytes.copy_from_slice(&decoded);
            Ok(())
        })?;
        Ok(Self::from_seed(&seed))
    }

    /// The seed as padded base64 (RFC 4648 §4), for the keychain and nothing else.
    #[must_use]
    pub fn seed_text(&self) -> SecretText {
        SecretText::new(STANDARD.encode(self.0.as_bytes()))
    }

    /// The raw public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Lower-case hex SHA-256 of the raw public key.
    #[must_use]
    pub fn keyid(&self) -> String {
        hex::encode(Sha256::digest(self.public_key()))
    }

    /// Signs `message` as it stands (pure Ed25519, deterministic).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    pub(crate) fn seed(&self) -> SecretBytes {
        SecretBytes::copy_of(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::SigningKey;
    use crate::entropy::fixed::{CountingEntropy, NoEntropy};
    use crate::error::KeyFault;
    use crate::secret::SecretText;

    #[test]
    fn a_seed_text_gives_the_same_key_again() {
        let key = SigningKey::generate(&CountingEntropy::default()).unwrap();
        let again = SigningKey::from_seed_text(&key.seed_text()).unwrap();
        assert_eq!(key.public_key(), again.public_key());
        assert_eq!(key.sign(b"statement"), again.sign(b"statement"));
    }

    #[test]
    fn only_padded_base64_of_32_bytes_is_a_seed() {
        let cases = [
            "",
            "DQ0N",
            "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0",
            "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ1=",
            "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0=\n",
            "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0N",
        ];
        for text in cases {
            let refused = SigningKey::from_seed_text(&SecretText::new(text.to_owned())).err();
            assert_eq!(refused, Some(KeyFault::SeedMalformed.into()), "{text:?}");
        }
        let right = "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0=";
        assert!(SigningKey::from_seed_text(&SecretText::new(right.to_owned())).is_ok());
    }

    #[test]
    fn without_entropy_there_is_no_key() {
        assert!(SigningKey::generate(&NoEntropy).is_err());
    }
}
