//! Why bytes were refused: one variant per cause, each with the name of what failed.
//!
//! Invariant: an error never carries a protected value; it names positions, keys and kinds.

use thiserror::Error;

/// What went wrong in reading, checking or writing bytes of the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// The text is not JSON at all.
    #[error("not JSON: {reason}")]
    Json {
        /// The parser's words, with line and column.
        reason: String,
    },
    /// JSON, but not in the one form of RFC 8785 (white space, order of keys, escapes), or not
    /// with exactly the keys that its kind has.
    #[error("not the canonical form of this JSON")]
    NotCanonical,
    /// An object names a key twice.
    #[error("the key {key:?} stands twice in one object")]
    DuplicateKey {
        /// The repeated key.
        key: String,
    },
    /// Arrays and objects are nested deeper than the limit.
    #[error("nested deeper than {limit} levels")]
    Depth {
        /// The deepest level allowed.
        limit: usize,
    },
    /// A number that is no integer with |n| ≤ 2^53 − 1.
    #[error("a number is not an integer between -(2^53 - 1) and 2^53 - 1")]
    Number,
    /// A text or a key holds U+0000.
    #[error("a text holds U+0000")]
    NulCharacter,
    /// More bytes than the format allows.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// What was measured.
        what: &'static str,
        /// The most bytes allowed.
        limit: usize,
    },
    /// A value that is not written as its format demands.
    #[error("{what}: {reason}")]
    Format {
        /// The kind of value, as formats.md names it.
        what: &'static str,
        /// Which rule it breaks.
        reason: String,
    },
    /// A public key that no strict verifier takes: not a canonical point, or of small order.
    #[error("not a usable Ed25519 public key")]
    PublicKey,
    /// A signature that does not hold for this key and message.
    #[error("the signature does not hold")]
    Signature,
    /// A signature by a key that is not among the ones expected.
    #[error("signed by an unknown key")]
    UnknownKey,
    /// The signer that was asked did not sign: its key is locked, gone, or no longer its own.
    #[error("not signed: {reason}")]
    Signer {
        /// The signer's words.
        reason: String,
    },
    /// A Merkle proof that does not lead to the root.
    #[error("the {what} proof does not hold: {reason}")]
    Proof {
        /// `inclusion` or `consistency`.
        what: &'static str,
        /// Where it fails.
        reason: &'static str,
    },
}

impl LedgerError {
    /// A [`LedgerError::Format`] in one call.
    pub fn format(what: &'static str, reason: impl Into<String>) -> Self {
        Self::Format { what, reason: reason.into() }
    }
}
