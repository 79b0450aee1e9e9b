//! Service tokens: what a pipeline holds instead of a passphrase.
//!
//! Invariant: a token is `cst_`, the UUID of its service, `_` and base64url of 32 random bytes, and
//! reads back only in that form; what is kept of it is the SHA-256 of those bytes, which is compared
//! in constant time. It will not find out whose it is or what it may do: that is on record.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::KeyFault;
use crate::secret::{SecretBytes, SecretText};
use crate::{Entropy, SecurityError};

const PREFIX: &str = "cst_";
const UUID_CHARACTERS: usize = 36;
const SECRET_CHARACTERS: usize = 43;

/// The token of one service account.
pub struct ServiceToken {
    service: Uuid,
    secret: SecretBytes,
}

impl ServiceToken {
    /// A new token for the service of this id.
    ///
    /// # Errors
    /// [`SecurityError::KeyFormat`] when the id is no lower-case UUID v7;
    /// [`SecurityError::Entropy`] when the source fails.
    pub fn generate(service_id: &str, entropy: &dyn Entropy) -> Result<Self, SecurityError> {
        let service = read_uuid(service_id)?;
        Ok(Self { service, secret: SecretBytes::generate(entropy)? })
    }

    /// The token as a pipeline hands it in.
    ///
    /// # Errors
    /// [`SecurityError::KeyFormat`] for anything but the form that [`ServiceToken::text`] writes.
    pub fn parse(text: &SecretText) -> Result<Self, SecurityError> {
        let rest = text.expose().strip_prefix(PREFIX).ok_or(KeyFault::TokenMalformed)?;
        let (id, rest) = rest.split_at_checked(UUID_CHARACTERS).ok_or(KeyFault::TokenMalformed)?;
        let encoded = rest.strip_prefix('_').ok_or(KeyFault::TokenMalformed)?;
        if encoded.len() != SECRET_CHARACTERS {
            return Err(KeyFault::TokenMalformed.into());
        }
        let decoded = URL_SAFE_NO_PAD
            .decode(encoded)
            .map(Zeroizing::new)
            .map_err(|_| KeyFault::TokenMalformed)?;
        let secret = SecretBytes::filled(|bytes| {
            if decoded.len() != bytes.len() {
                return Err(KeyFault::TokenMalformed.into());
            }
            bytes.copy_from_slice(&decoded);
            Ok(())
        })?;
        Ok(Self { service: read_uuid(id)?, secret })
    }

    /// The whole token, to be shown once and kept by its pipeline alone.
    #[must_use]
    pub fn text(&self) -> SecretText {
        let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.secret.expose()));
        let length = PREFIX.len() + UUID_CHARACTERS + 1 + SECRET_CHARACTERS;
        // Room for all of it: growing would leave copies behind.
        let mut text = String::with_capacity(length);
        text.push_str(PREFIX);
        text.push_str(&self.service.to_string());
        text.push('_');
        text.push_str(&encoded);
        SecretText::new(text)
    }

    /// The service it claims to be of, `service/<uuid>`.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("service/{}", self.service)
    }

    /// SHA-256 of its 32 bytes: what is kept of it.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.secret.expose()).into()
    }

    /// Whether this is the token of which `kept` was kept, in constant time.
    #[must_use]
    pub fn matches(&self, kept: &[u8; 32]) -> bool {
        self.sha256().ct_eq(kept).into()
    }
}

/// A lower-case UUID v7 with its hyphens: service ids are compared whole, everywhere.
fn read_uuid(text: &str) -> Result<Uuid, SecurityError> {
    let uuid = Uuid::try_parse(text).map_err(|_| KeyFault::TokenMalformed)?;
    if uuid.get_version_num() == 7 && uuid.to_string() == text {
        Ok(uuid)
    } else {
        Err(KeyFault::TokenMalformed.into())
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::ServiceToken;
    use crate::SecurityError;
    use crate::entropy::fixed::{CountingEntropy, NoEntropy};
    use crate::error::KeyFault;
    use crate::secret::SecretText;

    const ID: &str = "01930000-0000-7000-8000-000000000c1c";
    /// Of the 32 bytes 0 to 31, by another implementation.
    const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn parse(text: &str) -> Result<ServiceToken, SecurityError> {
        ServiceToken::parse(&SecretText::new(text.to_owned()))
    }

    #[test]
    fn a_token_names_its_service_and_keeps_the_hash_of_its_bytes() {
        let token = parse(&format!("cst_{ID}_{SECRET}")).unwrap();
        assert_eq!(token.actor(), format!("service/{ID}"));
        let bytes: Vec<u8> = (0..32).collect();
        assert_eq!(token.sha256()[..], Sha256::digest(bytes)[..]);
        assert_eq!(token.text().expose(), format!("cst_{ID}_{SECRET}"));
    }

    #[test]
    fn a_new_token_reads_back_and_matches_itself_alone() {
        let entropy = CountingEntropy::default();
        let one = ServiceToken::generate(ID, &entropy).unwrap();
        let other = ServiceToken::generate(ID, &entropy).unwrap();
        let again = ServiceToken::parse(&one.text()).unwrap();
        assert!(again.matches(&one.sha256()));
        assert!(!again.matches(&other.sha256()));
        for bit in 0..256 {
            let mut changed = one.sha256();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!again.matches(&changed), "bit {bit}");
        }
        assert_eq!(ServiceToken::generate(ID, &NoEntropy).err(), Some(SecurityError::Entropy));
    }

    #[test]
    fn anything_but_the_form_that_is_written_is_refused() {
        let upper = ID.to_uppercase();
        let version_4 = "01930000-0000-4000-8000-000000000c1c";
        let cases = [
            String::new(),
            "cst_".to_owned(),
            format!("cst_{ID}"),
            format!("cst_{ID}_"),
            format!("cst_{ID}{SECRET}"),
            format!("cst_{ID}-{SECRET}"),
            format!("CST_{ID}_{SECRET}"),
            format!("{ID}_{SECRET}"),
            format!(" cst_{ID}_{SECRET}"),
            format!("cst_{ID}_{SECRET}\n"),
            format!("cst_{ID}_{SECRET}="),
            format!("cst_{ID}_{SECRET}A"),
            format!("cst_{ID}_{}", &SECRET[..42]),
            // The last character carries two unused bits, which are zero.
            format!("cst_{ID}_{}", SECRET.replace("Hh8", "Hh9")),
            format!("cst_{ID}_{}", SECRET.replace("Hh8", "H+8")),
            format!("cst_{upper}_{SECRET}"),
            format!("cst_{version_4}_{SECRET}"),
            format!("cst_{}_{SECRET}", "0193000000007000800000000000c1c0".repeat(2)),
            format!("cst_{}é_{SECRET}", &ID[..35]),
        ];
        for text in cases {
            let refused = parse(&text).err();
            assert_eq!(refused, Some(KeyFault::TokenMalformed.into()), "{text:?}");
        }
        for id in ["", &upper, version_4, "01930000000070008000000000000c1c"] {
            assert!(ServiceToken::generate(id, &CountingEntropy::default()).is_err(), "{id:?}");
        }
    }
}
