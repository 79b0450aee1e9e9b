//! DSSE 1.0.2 envelopes: a payload and the one signature on it.
//!
//! Invariant: an [`Envelope`] is written and read in one form only: canonical JSON with exactly
//! `payload`, `payloadType` (in-toto) and one signature. It will not look into the payload; what a
//! statement means is `statement`'s.

use serde::{Deserialize, Serialize};

use crate::digest::{from_base64, to_base64};
use crate::{Digest, LedgerError, PublicKey, Signature, json};

/// The type of every payload that we sign.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The pre-authentication encoding of DSSE: the bytes that are signed.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head =
        format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    [head.as_slice(), payload].concat()
}

/// A signed payload. The `keyid` is a hint where to look; what counts is the key enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Envelope {
    payload: Vec<u8>,
    keyid: Digest,
    signature: Signature,
}

impl Envelope {
    /// Puts a signature of `key` on [`pae`] of the payload into an envelope.
    ///
    /// # Errors
    /// [`LedgerError::Signature`] when the signature does not hold: an envelope that its own
    /// verifier refuses is never made.
    pub fn new(
        payload: Vec<u8>,
        key: &PublicKey,
        signature: Signature,
    ) -> Result<Self, LedgerError> {
        let envelope = Self { payload, keyid: key.keyid(), signature };
        envelope.verify(key)?;
        Ok(envelope)
    }

    /// Reads an envelope; the signature is not verified by this.
    ///
    /// # Errors
    /// Those of [`json::parse_as`]: any byte that [`Envelope::to_canonical`] would not write.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        json::parse_as(bytes)
    }

    /// The envelope as it is stored and sent.
    ///
    /// # Errors
    /// None in practice; the type is that of [`json::canonical_of`].
    pub fn to_canonical(&self) -> Result<Vec<u8>, LedgerError> {
        json::canonical_of(self)
    }

    /// The signed bytes, as they were signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// `attestation_sha256`: SHA-256 of the payload bytes.
    pub fn payload_sha256(&self) -> Digest {
        Digest::of(&self.payload)
    }

    /// The key that is said to have signed.
    pub const fn keyid(&self) -> &Digest {
        &self.keyid
    }

    /// The signature.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Checks that this key signed this payload.
    ///
    /// # Errors
    /// [`LedgerError::UnknownKey`] when the envelope names another key, [`LedgerError::Signature`]
    /// when the signature does not hold.
    pub fn verify(&self, key: &PublicKey) -> Result<(), LedgerError> {
        if self.keyid != key.keyid() {
            return Err(LedgerError::UnknownKey);
        }
        key.verify_strict(&pae(PAYLOAD_TYPE, &self.payload), &self.signature)
    }
}

/// The envelope as JSON has it. Serde's array of one is "exactly one signature".
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: [WrittenSignature; 1],
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignature {
    keyid: Digest,
    sig: Signature,
}

impl From<Envelope> for Written {
    fn from(envelope: Envelope) -> Self {
        Self {
            payload: to_base64(&envelope.payload),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: [WrittenSignature { keyid: envelope.keyid, sig: envelope.signature }],
        }
    }
}

impl TryFrom<Written> for Envelope {
    type Error = LedgerError;

    fn try_from(written: Written) -> Result<Self, LedgerError> {
        if written.payload_type != PAYLOAD_TYPE {
            return Err(LedgerError::format("payloadType", "not the type of an in-toto statement"));
        }
        let [WrittenSignature { keyid, sig }] = written.signatures;
        Ok(Self { payload: from_base64(&written.payload)?, keyid, signature: sig })
    }
}
