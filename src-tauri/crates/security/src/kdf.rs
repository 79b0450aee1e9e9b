//! PBKDF2-HMAC-SHA256, the one derivation of keys from texts.
//!
//! Invariant: fewer than 600 000 rounds are refused outside of this crate's own unit tests; there
//! is no default salt. It will not remember what it derived.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::EncryptionFault;
use crate::secret::SecretBytes;
use crate::{Entropy, SecurityError};

/// Rounds of a new derivation.
pub const DEFAULT_ROUNDS: u32 = 600_000;
/// Bytes of a new salt, and the least that is accepted.
pub const SALT_BYTES: usize = 16;

/// Fewest rounds accepted. Only the unit tests of the derivation itself (the vectors of another
/// implementation at 100 000 rounds) go below.
pub(crate) const MIN_ROUNDS: u32 = if cfg!(test) { 1 } else { DEFAULT_ROUNDS };
/// Most rounds accepted, about a second: whoever can write the stored number cannot hang us.
const MAX_ROUNDS: u32 = 10_000_000;
const MAX_SALT_BYTES: usize = 64;

/// Salt and rounds, as a workspace, a sign-in string or a key item stores them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kdf {
    salt: Vec<u8>,
    iterations: u32,
}

impl Kdf {
    /// A derivation as stored.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] for a salt outside of 16 to 64 bytes, fewer than 600 000
    /// rounds, or more than 10 000 000.
    pub fn new(salt: &[u8], iterations: u32) -> Result<Self, SecurityError> {
        if !(SALT_BYTES..=MAX_SALT_BYTES).contains(&salt.len()) {
            return Err(EncryptionFault::SaltLength {
                found: salt.len(),
                min: SALT_BYTES,
                max: MAX_SALT_BYTES,
            }
            .into());
        }
        if !(MIN_ROUNDS..=MAX_ROUNDS).contains(&iterations) {
            return Err(EncryptionFault::Rounds {
                found: iterations,
                min: MIN_ROUNDS,
                max: MAX_ROUNDS,
            }
            .into());
        }
        Ok(Self { salt: salt.to_vec(), iterations })
    }

    /// A new derivation: 16 fresh bytes of salt, 600 000 rounds.
    ///
    /// # Errors
    /// [`SecurityError::Entropy`] when the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt)?;
        Self::new(&salt, DEFAULT_ROUNDS)
    }

    /// The salt, 16 to 64 bytes; no secret.
    #[must_use]
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The number of rounds.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        self.iterations
    }

    /// 32 bytes from `secret`: PBKDF2-HMAC-SHA256 (RFC 8018).
    pub(crate) fn derive(&self, secret: &str) -> SecretBytes {
        let mut key = Zeroizing::new([0; 32]);
        pbkdf2_hmac::<Sha256>(secret.as_bytes(), &self.salt, self.iterations, &mut *key);
        SecretBytes::copy_of(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_ROUNDS, Kdf};
    use crate::entropy::fixed::{CountingEntropy, NoEntropy};

    #[test]
    fn a_new_derivation_has_its_own_salt_and_the_default_rounds() {
        let entropy = CountingEntropy::default();
        let first = Kdf::generate(&entropy).unwrap();
        let second = Kdf::generate(&entropy).unwrap();
        assert_eq!((first.salt().len(), first.iterations()), (16, DEFAULT_ROUNDS));
        assert_ne!(first.salt(), second.salt());
        assert!(Kdf::generate(&NoEntropy).is_err());
    }

    #[test]
    fn salts_and_rounds_have_bounds() {
        let cases = [
            (0, DEFAULT_ROUNDS, false),
            (15, DEFAULT_ROUNDS, false),
            (16, DEFAULT_ROUNDS, true),
            (64, DEFAULT_ROUNDS, true),
            (65, DEFAULT_ROUNDS, false),
            (16, 0, false),
            (16, 10_000_000, true),
            (16, 10_000_001, false),
            (16, u32::MAX, false),
        ];
        for (salt_bytes, rounds, accepted) in cases {
            let made = Kdf::new(&vec![7; salt_bytes], rounds);
            assert_eq!(made.is_ok(), accepted, "{salt_bytes} bytes, {rounds} rounds");
        }
    }
}
