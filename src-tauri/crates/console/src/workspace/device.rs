//! This installation's log key for one workspace: it seals rows and signs checkpoints.
//!
//! Invariant: the key is made here for one workspace alone, lies in its keychain, and signs nothing
//! but checkpoint bodies.

use ledger::checkpoint::CheckpointSigner;
use ledger::{DeviceId, LedgerError, PublicKey, Signature};
use security::seal::SealKey;
use security::secret::SecretText;
use security::signing::SigningKey;
use serde::{Deserialize, Serialize};

use crate::failure::ConsoleError;

/// The log key with the installation's id.
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) seal: SealKey,
    public_key: PublicKey,
    key: SigningKey,
}

/// The keychain item, canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    device_id: DeviceId,
    seed: String,
    v: u8,
}

impl Device {
    pub(crate) fn new(id: DeviceId, key: SigningKey) -> Result<Self, ConsoleError> {
        Ok(Self { id, seal: SealKey::derive(&key), public_key: public_key(&key)?, key })
    }

    /// Reads the keychain item.
    pub(crate) fn from_item(text: &SecretText) -> Result<Self, ConsoleError> {
        let item: Item = serde_json::from_str(text.expose())
            .map_err(|_| ConsoleError::KeyItem { item: "log key" })?;
        let key = SigningKey::from_seed_text(&SecretText::new(item.seed))?;
        Self::new(item.device_id, key)
    }

    /// The public half, by which checkpoints are verified.
    pub(crate) const fn verifying_key(&self) -> PublicKey {
        self.public_key
    }

    /// The keychain item.
    pub(crate) fn to_item(&self) -> Result<SecretText, ConsoleError> {
        let item = Item {
            device_id: self.id.clone(),
            seed: self.key.seed_text().expose().to_owned(),
            v: 1,
        };
        String::from_utf8(ledger::json::canonical_of(&item)?)
            .map(SecretText::new)
            .map_err(|_| ConsoleError::KeyItem { item: "log key" })
    }
}

impl CheckpointSigner for Device {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, LedgerError> {
        Ok(Signature::from_bytes(self.key.sign(message)))
    }
}

/// The public half in the ledger's type.
pub(crate) fn public_key(key: &SigningKey) -> Result<PublicKey, ConsoleError> {
    Ok(PublicKey::from_bytes(key.public_key())?)
}
