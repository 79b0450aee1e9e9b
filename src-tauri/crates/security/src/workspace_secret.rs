//! The workspace secret S: the text from which the key of values at rest is derived.
//!
//! Invariant: S is base64url without padding of 32 random bytes, 43 characters, and reads back
//! only in that form. It will not stand for `ENCRYPTION_KEY`, which is any text and has no bytes
//! for a recovery kit.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::error::KeyFault;
use crate::secret::{SecretBytes, SecretText};
use crate::{Entropy, SecurityError};

/// The secret of one workspace.
pub struct WorkspaceSecret {
    bytes: SecretBytes,
    text: SecretText,
}

impl WorkspaceSecret {
    /// A new secret.
    ///
    /// # Errors
    /// [`SecurityError::Entropy`] when the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        Ok(Self::from_bytes(SecretBytes::generate(entropy)?))
    }

    /// The secret as the keychain gives it.
    ///
    /// # Errors
    /// [`SecurityError::KeyFormat`] for anything but 43 characters of base64url.
    pub fn parse(text: &SecretText) -> Result<Self, SecurityError> {
        let decoded = URL_SAFE_NO_PAD
            .decode(text.expose())
            .map(Zeroizing::new)
            .map_err(|_| KeyFault::WorkspaceSecretMalformed)?;
        let bytes = SecretBytes::filled(|bytes| {
            if decoded.len() != bytes.len() {
                return Err(KeyFault::WorkspaceSecretMalformed.into());
            }
            bytes.copy_from_slice(&decoded);
            Ok(())
        })?;
        Ok(Self::from_bytes(bytes))
    }

    /// The text S: what the keychain stores, and the key of
    /// [`crate::encryption::EncryptionService::new`].
    #[must_use]
    pub fn text(&self) -> &SecretText {
        &self.text
    }

    pub(crate) fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    pub(crate) fn from_bytes(bytes: SecretBytes) -> Self {
        let text = SecretText::new(URL_SAFE_NO_PAD.encode(bytes.expose()));
        Self { bytes, text }
    }
}

#[cfg(test)]
mod tests {
    use super::WorkspaceSecret;
    use crate::entropy::fixed::{CountingEntropy, NoEntropy};
    use crate::secret::SecretText;

    #[test]
    fn a_new_secret_has_43_characters_and_reads_back() {
        let secret = WorkspaceSecret::generate(&CountingEntropy::default()).unwrap();
        assert_eq!(secret.text().expose().len(), 43);
        let again = WorkspaceSecret::parse(secret.text()).unwrap();
        assert_eq!(again.bytes().expose(), secret.bytes().expose());
        assert!(WorkspaceSecret::generate(&NoEntropy).is_err());
    }

    #[test]
    fn another_form_is_refused() {
        let right = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let cases = [
            String::new(),
            right[..42].to_owned(),
            format!("{right}="),
            format!("{right}\n"),
            format!("{right}A"),
            right.replace("Hh8", "Hh9"),
            right.replace("Hh8", "H+8"),
        ];
        assert!(WorkspaceSecret::parse(&SecretText::new(right.to_owned())).is_ok());
        for text in cases {
            assert!(WorkspaceSecret::parse(&SecretText::new(text.clone())).is_err(), "{text:?}");
        }
    }
}
