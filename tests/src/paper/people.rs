//! Who appears in logs on paper: people, an installation and a recovery kit, each with the key of
//! a fixed seed.
//!
//! Invariant: the same person has the same key in every run and every log. These keys are for
//! paper only: their seeds stand here.

use ledger::checkpoint::CheckpointSigner;
use ledger::digest::to_base64;
use ledger::{Digest, LedgerError, PublicKey, Signature};
use security::secret::SecretText;
use security::signing::SigningKey;

/// Somebody who signs with one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// Title under which the key is enrolled.
    pub name: &'static str,
    /// As records name them.
    pub actor: &'static str,
    /// Every byte of the key's seed.
    pub seed: u8,
}

/// The first admin.
pub const ADA: Signer = person("Ada Lovelace", "person/01930000-0000-7000-8000-000000000ada", 0x0a);
/// An admin beside her.
pub const MAX: Signer = person("Max Planck", "person/01930000-0000-7000-8000-000000000a0a", 0x1a);
/// An approver.
pub const BOB: Signer = person("Bob Noyce", "person/01930000-0000-7000-8000-000000000b0b", 0x0b);
/// Another approver.
pub const EVE: Signer = person("Eve Curie", "person/01930000-0000-7000-8000-000000000e0e", 0x1e);
/// An analyst.
pub const ANN: Signer = person("Ann Hopper", "person/01930000-0000-7000-8000-000000000a11", 0x1c);
/// The recovery kit.
pub const KIT: Signer = person("recovery kit", "system", 0x0e);
/// An installation's log key.
pub const DEVICE: Signer = person("device", "system", 0x0d);
/// A key that nobody enrolled.
pub const STRAY: u8 = 0x77;
/// The installation.
pub const DEVICE_ID: &str = "01930000-0000-7000-8000-000000000de5";
/// A service account.
pub const SERVICE: &str = "service/01930000-0000-7000-8000-000000000cc1";

/// Everybody whose key may stand in a bundle.
pub const ALL: [Signer; 6] = [ADA, MAX, BOB, EVE, ANN, KIT];

const fn person(name: &'static str, actor: &'static str, seed: u8) -> Signer {
    Signer { name, actor, seed }
}

impl Signer {
    /// The same person with another key.
    #[must_use]
    pub const fn with_key(self, seed: u8) -> Self {
        Self { seed, ..self }
    }

    /// The public key in base64, as bodies and genesis write it.
    #[must_use]
    pub fn public_text(&self) -> String {
        self.public_key().to_base64()
    }

    /// Digest of the raw key.
    #[must_use]
    pub fn keyid(&self) -> Digest {
        self.public_key().keyid()
    }

    /// Signs bytes as they are.
    #[must_use]
    pub fn sign_bytes(&self, message: &[u8]) -> Signature {
        Signature::from_bytes(self.key().sign(message))
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_seed_text(&SecretText::new(to_base64(&[self.seed; 32]))).unwrap()
    }
}

impl CheckpointSigner for Signer {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.key().public_key()).unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, LedgerError> {
        Ok(self.sign_bytes(message))
    }
}
