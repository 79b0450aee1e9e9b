//! A person's signing key as the keychain keeps it: under their passphrase.
//!
//! Invariant: the item has a salt of its own (with the sign-in salt, the stored sign-in hash would
//! be this key), is bound to its name `person-key/<workspace>/<keyid>`, and opens to exactly the
//! key of that keyid. It will not remember a passphrase or an opened key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::encryption::EncryptionService;
use crate::error::{EncryptionFault, KeyFault, PassphraseFault};
use crate::kdf::Kdf;
use crate::passphrase::Passphrase;
use crate::place::Place;
use crate::signing::SigningKey;
use crate::{Entropy, SecurityError};

/// First part of the item's name.
const ITEM_KIND: &str = "person-key";
/// The one version of the item that is known.
const ITEM_VERSION: u8 = 1;

/// The item: where it belongs, and what it holds. Without the passphrase it gives nothing away.
pub struct LockedKey {
    name: Place,
    content: String,
}

/// The content of the item, in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    i: u32,
    salt: String,
    token: String,
    v: u8,
}

impl LockedKey {
    /// Locks `key` under a new passphrase. The token's plaintext is canonical
    /// `{"at":item name,"value":base64 of the seed}`.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] when it is too short, [`SecurityError::Encryption`] for a
    /// malformed workspace id, [`SecurityError::Entropy`] when the source fails.
    pub fn lock(
        workspace_id: &str,
        key: &SigningKey,
        passphrase: &Passphrase,
        entropy: &dyn Entropy,
    ) -> Result<Self, SecurityError> {
        passphrase.check_new()?;
        Self::lock_with_kdf(workspace_id, key, passphrase, &Kdf::generate(entropy)?)
    }

    /// The name of the item that holds the key `keyid`: `person-key/<workspace>/<keyid>`.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when a part is empty or holds `/`.
    pub fn item_name(workspace_id: &str, keyid: &str) -> Result<String, SecurityError> {
        Ok(Place::item(ITEM_KIND, workspace_id, keyid)?.as_str().to_owned())
    }

    /// An item as read from the keychain under the name of `keyid`.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when the name would be malformed.
    pub fn stored(workspace_id: &str, keyid: &str, content: &str) -> Result<Self, SecurityError> {
        let name = Place::item(ITEM_KIND, workspace_id, keyid)?;
        Ok(Self { name, content: content.to_owned() })
    }

    /// The name to store it under.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The content to store: canonical `{"i":rounds,"salt":base64,"token":Fernet,"v":1}`.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Opens the item.
    ///
    /// # Errors
    /// [`SecurityError::Passphrase`] with `Wrong` for a wrong passphrase or a changed token (Fernet
    /// does not tell these apart), [`SecurityError::KeyFormat`] for an item in another form, moved
    /// from another name, or holding another key.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<SigningKey, SecurityError> {
        let (item, kdf) = self.parse().ok_or(KeyFault::ItemMalformed)?;
        let service = EncryptionService::new(Some(passphrase.as_secret()), None, &kdf)?;
        let seed = service
            .open_token(&self.name, &item.token)
            .map_err(|error| self.why_it_stays_locked(error))?;
        let key = SigningKey::from_seed_text(&seed)?;
        if self.name.as_str().rsplit('/').next() != Some(key.keyid().as_str()) {
            return Err(self.other_key());
        }
        Ok(key)
    }

    pub(crate) fn lock_with_kdf(
        workspace_id: &str,
        key: &SigningKey,
        passphrase: &Passphrase,
        kdf: &Kdf,
    ) -> Result<Self, SecurityError> {
        let name = Place::item(ITEM_KIND, workspace_id, &key.keyid())?;
        let service = EncryptionService::new(Some(passphrase.as_secret()), None, kdf)?;
        let item = Item {
            i: kdf.iterations(),
            salt: STANDARD.encode(kdf.salt()),
            token: service.seal_token(&name, &key.seed_text())?,
            v: ITEM_VERSION,
        };
        let content = canonical(&item).ok_or(KeyFault::ItemMalformed)?;
        Ok(Self { name, content })
    }

    /// The parts of the content, if they write exactly the same bytes again.
    fn parse(&self) -> Option<(Item, Kdf)> {
        let item: Item = serde_json::from_str(&self.content).ok()?;
        let salt = STANDARD.decode(&item.salt).ok()?;
        let kdf = Kdf::new(&salt, item.i).ok()?;
        let as_written = item.v == ITEM_VERSION && canonical(&item)? == self.content;
        as_written.then_some((item, kdf))
    }

    /// What a refused token means here: the passphrase is the key, and the place is the name.
    fn why_it_stays_locked(&self, error: SecurityError) -> SecurityError {
        if error == EncryptionFault::TokenRefused.into() {
            PassphraseFault::Wrong.into()
        } else if matches!(
            error,
            SecurityError::Encryption { fault: EncryptionFault::OtherPlace { .. } }
        ) {
            self.other_key()
        } else {
            error
        }
    }

    fn other_key(&self) -> SecurityError {
        let keyid = self.name.as_str().rsplit('/').next().unwrap_or_default();
        KeyFault::OtherKey { keyid: keyid.to_owned() }.into()
    }
}

fn canonical(item: &Item) -> Option<String> {
    serde_json_canonicalizer::to_string(item).ok()
}

#[cfg(test)]
#[path = "locked_key_tests.rs"]
mod tests;
