//! Ed25519 public keys and signatures, verified strictly.
//!
//! Invariant: a [`PublicKey`] is a canonical point that is not of small order, and a signature
//! holds only by `verify_strict` (canonical S and R, no small-order R, no cofactor), so that every
//! verifier of the world that accepts less agrees with us. It will not sign: private keys live in
//! `security`.

use std::fmt;

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::digest::{from_base64_array, to_base64};
use crate::{Digest, LedgerError};

/// An Ed25519 public key of a person, a device or a recovery kit; base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Takes the 32 raw bytes of a key.
    ///
    /// # Errors
    /// [`LedgerError::PublicKey`] for bytes that are no point, a point written in a second way, or
    /// one of small order (under which signatures hold for messages nobody signed).
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, LedgerError> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| LedgerError::PublicKey)?;
        let is_canonical = key.to_edwards().compress().as_bytes() == &bytes;
        if !is_canonical || key.is_weak() {
            return Err(LedgerError::PublicKey);
        }
        Ok(Self(bytes))
    }

    /// The 32 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of the raw key: the `keyid` of formats.md.
    pub fn keyid(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// Checks a signature of this key on a message.
    ///
    /// # Errors
    /// [`LedgerError::Signature`] when it does not hold strictly.
    pub fn verify_strict(&self, message: &[u8], signature: &Signature) -> Result<(), LedgerError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&self.0)
            .and_then(|key| key.verify_strict(message, &signature))
            .map_err(|_| LedgerError::Signature)
    }

    /// Reads strict base64 of a key.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for another spelling or length, and those of [`Self::from_bytes`].
    pub fn from_base64(text: &str) -> Result<Self, LedgerError> {
        Self::from_bytes(from_base64_array("public key", text)?)
    }

    /// Strict base64 of the 32 bytes.
    pub fn to_base64(&self) -> String {
        to_base64(&self.0)
    }
}

/// An Ed25519 signature: 64 bytes, base64 in JSON. Whether it holds is only known with a key and a
/// message.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Takes the 64 raw bytes.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Takes raw bytes of unknown length.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for any length but 64.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, LedgerError> {
        let wrong_length =
            |_| LedgerError::format("signature", format!("{} bytes instead of 64", bytes.len()));
        bytes.try_into().map(Self).map_err(wrong_length)
    }

    /// The 64 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// Reads strict base64 of a signature.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for another spelling or length.
    pub fn from_base64(text: &str) -> Result<Self, LedgerError> {
        from_base64_array("signature", text).map(Self)
    }

    /// Strict base64 of the 64 bytes.
    pub fn to_base64(&self) -> String {
        to_base64(&self.0)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({})", self.to_base64())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signature({})", self.to_base64())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).map_err(D::Error::custom)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    #[test]
    fn small_order_and_second_spellings_of_a_point_are_no_keys() {
        // Low-order points and alternative encodings of C2SP/CCTV's ed25519 README.
        for hex_key in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ] {
            let bytes: [u8; 32] = hex::decode(hex_key).unwrap().try_into().unwrap();
            assert_eq!(PublicKey::from_bytes(bytes), Err(LedgerError::PublicKey), "{hex_key}");
        }
        // y and p + y are one point of full order where y < 19; p ends in 0xed.
        let second_spellings = (2..19_u8).filter(|y| {
            let (mut first, mut second) = ([0; 32], [0xff; 32]);
            (first[0], second[0], second[31]) = (*y, 0xed + y, 0x7f);
            assert_eq!(PublicKey::from_bytes(second), Err(LedgerError::PublicKey), "y = {y}");
            PublicKey::from_bytes(first).is_ok()
        });
        assert!(second_spellings.count() >= 5, "none of the y is a point: nothing was tested");
    }

    #[test]
    fn a_signature_holds_for_its_key_and_message_only() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let other = SigningKey::from_bytes(&[8; 32]);
        let key = PublicKey::from_bytes(signing.verifying_key().to_bytes()).unwrap();
        let signature = Signature::from_bytes(signing.sign(b"message").to_bytes());
        let foreign = Signature::from_bytes(other.sign(b"message").to_bytes());
        assert_eq!(key.verify_strict(b"message", &signature), Ok(()));
        assert_eq!(key.verify_strict(b"massage", &signature), Err(LedgerError::Signature));
        assert_eq!(key.verify_strict(b"message", &foreign), Err(LedgerError::Signature));
        assert!(Signature::from_slice(&signature.as_bytes()[1..]).is_err());
        let text = serde_json::to_string(&(key, signature)).unwrap();
        let read: (PublicKey, Signature) = serde_json::from_str(&text).unwrap();
        assert_eq!(read, (key, signature));
    }
}
