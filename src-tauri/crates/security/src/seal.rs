//! Row seals: how a device recognises the records that it wrote itself.
//!
//! Invariant: seal = HMAC-SHA256(K, origin `\n` seq `\n` leaf hash), with seq in decimal and the
//! leaf hash as its 32 raw bytes; K = HMAC-SHA256(log key seed, `countersign seal key v1`).
//! It will not read rows: whoever signs a checkpoint hands them in.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::SecurityError;
use crate::secret::SecretBytes;
use crate::signing::SigningKey;

const SEAL_KEY_LABEL: &[u8] = b"countersign seal key v1";
/// Block of SHA-256; HMAC pads a shorter key with zeros up to it (RFC 2104).
const BLOCK_BYTES: usize = 64;

/// The key that seals the rows of one device in one workspace.
pub struct SealKey(SecretBytes);

impl SealKey {
    /// The seal key that belongs to a log key.
    #[must_use]
    pub fn derive(log_key: &SigningKey) -> Self {
        let mut mac = keyed(&log_key.seed());
        mac.update(SEAL_KEY_LABEL);
        let key = Zeroizing::new(mac.finalize().into_bytes().into());
        Self(SecretBytes::copy_of(&key))
    }

    /// The seal of the record at `seq` in the log `origin`.
    #[must_use]
    pub fn seal(&self, origin: &str, seq: u64, leaf_hash: &[u8; 32]) -> [u8; 32] {
        self.mac(origin, seq, leaf_hash).finalize().into_bytes().into()
    }

    /// Demands that `seal` is this device's, in constant time.
    ///
    /// # Errors
    /// [`SecurityError::Seal`] with `seq` when the record was written behind this device's back,
    /// moved, or changed.
    pub fn verify(
        &self,
        origin: &str,
        seq: u64,
        leaf_hash: &[u8; 32],
        seal: &[u8],
    ) -> Result<(), SecurityError> {
        self.mac(origin, seq, leaf_hash).verify_slice(seal).map_err(|_| SecurityError::Seal { seq })
    }

    fn mac(&self, origin: &str, seq: u64, leaf_hash: &[u8; 32]) -> Hmac<Sha256> {
        let mut mac = keyed(&self.0);
        mac.update(origin.as_bytes());
        mac.update(format!("\n{seq}\n").as_bytes());
        mac.update(leaf_hash);
        mac
    }
}

/// HMAC-SHA256 under a key of 32 bytes. Padding it to the block here is what HMAC does anyway,
/// and cannot fail.
fn keyed(key: &SecretBytes) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; BLOCK_BYTES]);
    block[..32].copy_from_slice(key.expose());
    Hmac::<Sha256>::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use super::SealKey;
    use crate::SecurityError;
    use crate::secret::SecretBytes;
    use crate::signing::SigningKey;

    fn key(byte: u8) -> SealKey {
        let seed = SecretBytes::copy_of(&[byte; 32]);
        SealKey::derive(&SigningKey::from_seed(&seed))
    }

    #[test]
    fn a_seal_holds_for_one_device_origin_position_and_leaf() {
        let seal = key(13).seal("o/w/credit", 6, &[1; 32]);
        assert_eq!(key(13).verify("o/w/credit", 6, &[1; 32], &seal), Ok(()));
        let refused = |device: u8, origin: &str, seq: u64, leaf: u8, seal: &[u8]| {
            let answer = key(device).verify(origin, seq, &[leaf; 32], seal);
            assert_eq!(answer, Err(SecurityError::Seal { seq }), "{device} {origin} {seq} {leaf}");
        };
        refused(14, "o/w/credit", 6, 1, &seal);
        refused(13, "o/w/fraud", 6, 1, &seal);
        refused(13, "o/w/credit", 7, 1, &seal);
        refused(13, "o/w/credit", 6, 2, &seal);
        refused(13, "o/w/credit", 6, 1, &seal[..31]);
        refused(13, "o/w/credit", 6, 1, &[]);
    }

    #[test]
    fn every_changed_bit_of_a_seal_is_refused() {
        let sealing = key(13);
        let seal = sealing.seal("o", 0, &[1; 32]);
        for bit in 0..256 {
            let mut changed = seal;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(sealing.verify("o", 0, &[1; 32], &changed).is_err(), "bit {bit}");
        }
    }
}
