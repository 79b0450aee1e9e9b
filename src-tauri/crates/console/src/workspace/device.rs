//! This installation's log key for one workspace: it seals rows and signs checkpoints.
//!
//! Invariant: the key is made here for one workspace alone, lies in its keychain, and signs nothing
//! but checkpoint bodies.

use ledger::checkpoint::CheckpointSigner;
use ledger::{DeviceId, LedgerError, PublicKey, Signature};
use security::seal::SealKey;
use security::secret::SecretText;
use security::signing::SigningKey;
use serde::Deserialize;

use crate::failure::ConsoleError;

/// The log key with the installation's id.
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) seal: SealKey,
    public_key: PublicKey,
    key: SigningKey,
}

/// The keychain item, canonical JSON.
#[derive(Deserialize)]
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
        let refused = || ConsoleError::KeyItem { item: "log key" };
        let Item { device_id, seed, v } =
            serde_json::from_str(text.expose()).map_err(|_| refused())?;
        let seed = SecretText::new(seed);
        if v != 1 {
            return Err(refused());
        }
        Self::new(device_id, SigningKey::from_seed_text(&seed)?)
    }

    /// The public half, by which checkpoints are verified.
    pub(crate) const fn verifying_key(&self) -> PublicKey {
        self.public_key
    }

    /// The keychain item: canonical, and written in one place that is wiped.
    pub(crate) fn to_item(&self) -> SecretText {
        let seed = self.key.seed_text();
        let parts =
            ["{\"device_id\":\"", self.id.as_str(), "\",\"seed\":\"", seed.expose(), "\",\"v\":1}"];
        // Room for all of it at once: growing would leave copies behind.
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        text.extend(parts);
        SecretText::new(text)
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

#[cfg(test)]
mod tests {
    use ledger::DeviceId;
    use ledger::json::parse_canonical;
    use security::signing::SigningKey;

    use super::Device;
    use crate::edge::SystemEntropy;

    #[test]
    fn the_item_is_canonical_and_reads_back() {
        let id = DeviceId::parse("01930000-0000-7000-8000-000000000de5").unwrap();
        let device = Device::new(id, SigningKey::generate(&SystemEntropy).unwrap()).unwrap();
        let item = device.to_item();
        let value = parse_canonical(item.expose().as_bytes()).unwrap();
        assert_eq!(value["v"], 1);
        let again = Device::from_item(&item).unwrap();
        assert_eq!(again.id, device.id);
        assert_eq!(again.verifying_key(), device.verifying_key());
    }
}
