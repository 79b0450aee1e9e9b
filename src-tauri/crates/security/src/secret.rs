//! The two shapes a secret has in memory: text, and 32 bytes.
//!
//! Invariant: neither has `Debug`, `Display`, `Clone` or `Serialize`, and both are wiped when
//! dropped. They will not compare themselves: comparing secrets is the business of the code that
//! knows what they are, in constant time.

use zeroize::{Zeroize, Zeroizing};

use crate::{Entropy, SecurityError};

/// A secret text: a passphrase, a workspace secret, a line of the recovery kit.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes `text` over; its memory is wiped when the secret is dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Whoever asks answers for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// 32 secret bytes: an Ed25519 seed, a derived key, the bytes of a workspace secret. They lie on
/// the heap, so that moving the secret leaves no copy behind.
pub struct SecretBytes(Box<[u8; 32]>);

impl SecretBytes {
    /// Copies `bytes` in; the caller wipes its own.
    #[must_use]
    pub fn copy_of(bytes: &[u8; 32]) -> Self {
        Self(Box::new(*bytes))
    }

    /// Draws 32 fresh bytes.
    ///
    /// # Errors
    /// [`SecurityError::Entropy`] when the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        Self::filled(|bytes| entropy.fill(bytes))
    }

    /// The bytes themselves. Whoever asks answers for where they go.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Lets `write` fill the bytes where they will stay.
    pub(crate) fn filled(
        write: impl FnOnce(&mut [u8; 32]) -> Result<(), SecurityError>,
    ) -> Result<Self, SecurityError> {
        let mut secret = Self(Box::new([0; 32]));
        write(&mut secret.0)?;
        Ok(secret)
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::SecretBytes;
    use crate::SecurityError;
    use crate::entropy::fixed::{CountingEntropy, NoEntropy};

    #[test]
    fn generated_bytes_differ_from_draw_to_draw() {
        let entropy = CountingEntropy::default();
        let first = SecretBytes::generate(&entropy).unwrap();
        let second = SecretBytes::generate(&entropy).unwrap();
        assert_ne!(first.expose(), second.expose());
    }

    #[test]
    fn a_dry_source_gives_no_secret() {
        assert_eq!(SecretBytes::generate(&NoEntropy).err(), Some(SecurityError::Entropy));
    }
}
