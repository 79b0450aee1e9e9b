//! SHA-256 digests, and the strict hexadecimal and base64 in which bytes are written.
//!
//! Invariant: every value has exactly one spelling. Hex is lower case; base64 is RFC 4648 §4 with
//! padding and zero unused bits. It will not read a second spelling of the same bytes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

use crate::LedgerError;

/// A SHA-256 digest: 32 bytes, in JSON 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The SHA-256 of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_parts(&[bytes])
    }

    /// The SHA-256 of these parts, one after the other, without copying them together.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// A digest that was computed or stored elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads exactly 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for any other length or character, upper case included.
    pub fn from_hex(text: &str) -> Result<Self, LedgerError> {
        from_hex(text).map(Self)
    }

    /// Reads strict base64 of exactly 32 bytes, as notes and proofs write digests.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for another length or another spelling.
    pub fn from_base64(text: &str) -> Result<Self, LedgerError> {
        from_base64_array("digest", text).map(Self)
    }

    /// Strict base64 of the 32 bytes.
    pub fn to_base64(&self) -> String {
        to_base64(&self.0)
    }

    /// 64 lower-case hex digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(D::Error::custom)
    }
}

/// Lists of digests that a file writes in base64: proofs and the hashes beside a range.
pub(crate) mod in_base64 {
    use super::{Deserialize, Deserializer, Digest, Serializer};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(list: &[Digest], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().map(Digest::to_base64))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Digest>, D::Error> {
        let list = Vec::<String>::deserialize(from)?;
        list.iter().map(|text| Digest::from_base64(text).map_err(D::Error::custom)).collect()
    }
}

/// RFC 4648 §4 with padding.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base64 of RFC 4648 §4: decodes, encodes again and demands the same text.
///
/// # Errors
/// [`LedgerError::Format`] for missing padding, unused bits that are set, white space or the URL
/// alphabet.
pub fn from_base64(text: &str) -> Result<Vec<u8>, LedgerError> {
    let bytes =
        STANDARD.decode(text).map_err(|error| LedgerError::format("base64", error.to_string()))?;
    if to_base64(&bytes) != text {
        return Err(LedgerError::format("base64", "not the one spelling of these bytes"));
    }
    Ok(bytes)
}

/// Strict base64 of exactly `N` bytes; `what` names the value in the error.
///
/// # Errors
/// [`LedgerError::Format`] for another length or another spelling.
pub fn from_base64_array<const N: usize>(
    what: &'static str,
    text: &str,
) -> Result<[u8; N], LedgerError> {
    let bytes = from_base64(text)?;
    <[u8; N]>::try_from(bytes.as_slice())
        .map_err(|_| LedgerError::format(what, format!("{} bytes instead of {N}", bytes.len())))
}

fn from_hex(text: &str) -> Result<[u8; 32], LedgerError> {
    let refuse = || LedgerError::format("digest", "not 64 lower-case hex digits");
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(refuse());
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| refuse())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_digest_is_written_and_read_as_lower_case_hex() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string(), EMPTY);
        assert_eq!(Digest::from_hex(EMPTY), Ok(digest));
        assert_eq!(serde_json::to_string(&digest).unwrap(), format!("\"{EMPTY}\""));
        assert_eq!(serde_json::from_str::<Digest>(&format!("\"{EMPTY}\"")).unwrap(), digest);
        assert_eq!(Digest::of_parts(&[b"a", b"", b"bc"]), Digest::of(b"abc"));
    }

    #[test]
    fn another_spelling_of_a_digest_is_refused() {
        let cases = [
            String::new(),
            EMPTY[1..].to_owned(),
            format!("{EMPTY}0"),
            format!("{EMPTY}00"),
            EMPTY.to_uppercase(),
            format!("E{}", &EMPTY[1..]),
            format!(" {}", &EMPTY[1..]),
            format!("0x{}", &EMPTY[2..]),
            format!("g{}", &EMPTY[1..]),
            format!("é{}", &EMPTY[2..]),
        ];
        for text in cases {
            assert!(Digest::from_hex(&text).is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        for (bytes, text) in [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v")] {
            assert_eq!(to_base64(bytes), text);
            assert_eq!(from_base64(text).unwrap(), bytes);
        }
        for text in ["Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Zg==\n", " Zg==", "Z g=", "_-8=", "===="]
        {
            assert!(from_base64(text).is_err(), "accepted {text:?}");
        }
        assert!(from_base64_array::<2>("digest", "Zg==").is_err());
        assert_eq!(Digest::from_base64(&Digest::of(b"x").to_base64()), Ok(Digest::of(b"x")));
    }
}
