//! The evidence bundle: everything that stands for one decision, in one file (formats.md, "Evidence
//! bundle").
//!
//! Invariant: a [`Bundle`] that was read has exactly the keys of the format, in its one spelling.
//! Whether it proves anything is for [`Bundle::verify`] and a trust file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shape;
use crate::digest::{in_base64, to_base64};
use crate::dsse::Envelope;
use crate::ids::{Actor, TenantId, WorkspaceId};
use crate::json::MAX_INTEGER;
use crate::metadata::demand_known;
use crate::replay::Refusal;
use crate::tree::MAX_PROOF_HASHES;
use crate::{AuditRecord, Digest, LedgerError, Policy, PublicKey, Statement, Subject, json};

/// Largest bundle, in bytes.
pub const EVIDENCE_LIMIT: usize = 16 * 1024 * 1024;

const MEDIA_TYPE: &str = "application/vnd.countersign.evidence.v1+json";
/// SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Evidence of one decided request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Every statement that the records bind.
    pub attestations: Vec<Envelope>,
    /// The note over all records, verbatim.
    pub checkpoint: String,
    /// For each size that a signer saw, in decimal: the proof that it is in the log's past.
    pub consistency: BTreeMap<String, Hashes>,
    /// The keys of the signers, by key id.
    pub keys: Vec<BundleKey>,
    #[serde(rename = "mediaType")]
    media_type: String,
    /// The pinned policy.
    pub policy: Policy,
    /// The records, ascending; the last is this export's.
    pub records: Vec<BundleRecord>,
    /// What was decided on.
    pub subject: Subject,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
}

/// A proof: hashes, lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hashes(#[serde(with = "in_base64")] pub Vec<Digest>);

/// A signer's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleKey {
    /// Digest of the raw key.
    pub keyid: Digest,
    /// Whose; `system` for the recovery key.
    pub owner: Actor,
    /// The key, in PEM.
    #[serde(with = "in_pem")]
    pub public_key: PublicKey,
}

/// A record with its place and proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRecord {
    /// Its place in the log.
    pub index: u64,
    /// Its bytes.
    #[serde(with = "leaf_in_base64")]
    pub leaf: Vec<u8>,
    /// RFC 6962 inclusion proof under the checkpoint.
    #[serde(with = "in_base64")]
    pub proof: Vec<Digest>,
}

/// The parts of a bundle, before it is one.
#[derive(Debug, Clone)]
pub struct BundleParts {
    /// Every statement that the records bind, in the order in which they bind them.
    pub attestations: Vec<Envelope>,
    /// The note over all records, verbatim.
    pub checkpoint: String,
    /// Consistency proofs by the size that a signer saw.
    pub consistency: BTreeMap<u64, Vec<Digest>>,
    /// The keys of the signers.
    pub keys: Vec<BundleKey>,
    /// The pinned policy.
    pub policy: Policy,
    /// The records, ascending.
    pub records: Vec<BundleRecord>,
    /// What was decided on.
    pub subject: Subject,
}

impl Bundle {
    /// Puts a bundle together.
    pub fn new(workspace_id: WorkspaceId, tenant_id: TenantId, parts: BundleParts) -> Self {
        let BundleParts {
            attestations,
            checkpoint,
            consistency,
            mut keys,
            policy,
            records,
            subject,
        } = parts;
        keys.sort_by_key(|key| key.keyid);
        let consistency =
            consistency.into_iter().map(|(size, proof)| (size.to_string(), Hashes(proof)));
        Self {
            attestations,
            checkpoint,
            consistency: consistency.collect(),
            keys,
            media_type: MEDIA_TYPE.to_owned(),
            policy,
            records,
            subject,
            tenant_id,
            workspace_id,
        }
    }

    /// Reads a bundle strictly; nothing is verified by this.
    ///
    /// # Errors
    /// [`Refusal`] of `shape`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > EVIDENCE_LIMIT {
            return Err(shape(LedgerError::TooLarge { what: "bundle", limit: EVIDENCE_LIMIT }));
        }
        let bundle: Self = json::parse_as(bytes).map_err(shape)?;
        bundle.check().map_err(shape)?;
        Ok(bundle)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] over 16 MiB.
    pub fn to_canonical(&self) -> Result<Vec<u8>, LedgerError> {
        let bytes = json::canonical_of(self)?;
        if bytes.len() > EVIDENCE_LIMIT {
            return Err(LedgerError::TooLarge { what: "bundle", limit: EVIDENCE_LIMIT });
        }
        Ok(bytes)
    }

    /// The consistency proofs by size.
    pub(super) fn proofs(&self) -> Result<BTreeMap<u64, &[Digest]>, LedgerError> {
        let listed = self.consistency.iter();
        listed.map(|(size, proof)| Ok((decimal(size)?, proof.0.as_slice()))).collect()
    }

    /// What its types cannot say.
    fn check(&self) -> Result<(), LedgerError> {
        let refuse = |reason: &str| Err(LedgerError::format("bundle", reason));
        if self.media_type != MEDIA_TYPE {
            return refuse("a type that this version does not know");
        }
        if !self.keys.is_sorted_by(|left, right| left.keyid < right.keyid) {
            return refuse("its keys are not sorted, each once");
        }
        if self.keys.iter().any(|key| key.public_key.keyid() != key.keyid) {
            return refuse("a key id is not that of its key");
        }
        if !self.records.is_sorted_by(|left, right| left.index < right.index) {
            return refuse("its records are not in order, each once");
        }
        let proofs = self.proofs()?;
        // A consistency proof can have one hash more: the subtree that the first tree ends with.
        if self.records.iter().any(|record| record.proof.len() > MAX_PROOF_HASHES)
            || proofs.values().any(|proof| proof.len() > MAX_PROOF_HASHES + 1)
        {
            return refuse("a proof is longer than any can be");
        }
        self.policy.check()?;
        for record in &self.records {
            let parsed = AuditRecord::parse(&record.leaf)?;
            if parsed.parts().seq != record.index || parsed.parts().tenant_id != self.tenant_id {
                return refuse("a record is not of this log and place");
            }
            demand_known(&parsed)?;
        }
        for envelope in &self.attestations {
            Statement::parse(envelope.payload())?;
        }
        Ok(())
    }
}

fn decimal(text: &str) -> Result<u64, LedgerError> {
    match text.parse::<u64>() {
        Ok(size) if (1..=MAX_INTEGER).contains(&size) && size.to_string() == text => Ok(size),
        Ok(_) | Err(_) => Err(LedgerError::format("consistency", "its key is no size")),
    }
}

/// PEM of SubjectPublicKeyInfo: one line of 60 characters, final newline.
mod in_pem {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use super::{LedgerError, PublicKey, SPKI, to_base64};
    use crate::digest::from_base64_array;

    const BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
    const END: &str = "\n-----END PUBLIC KEY-----\n";

    pub(super) fn serialize<S: Serializer>(key: &PublicKey, to: S) -> Result<S::Ok, S::Error> {
        let info = to_base64(&[&SPKI[..], key.as_bytes()].concat());
        to.collect_str(&format_args!("{BEGIN}{info}{END}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PublicKey, D::Error> {
        read(&String::deserialize(from)?).map_err(D::Error::custom)
    }

    fn read(text: &str) -> Result<PublicKey, LedgerError> {
        let refuse = || LedgerError::format("public key", "not the PEM of an Ed25519 key");
        let line = text.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
        let info: [u8; 44] = from_base64_array("public key", line.ok_or_else(refuse)?)?;
        let raw = info.strip_prefix(&SPKI).and_then(|raw| raw.try_into().ok());
        PublicKey::from_bytes(raw.ok_or_else(refuse)?)
    }
}

mod leaf_in_base64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use super::to_base64;
    use crate::digest::from_base64;

    pub(super) fn serialize<S: Serializer>(leaf: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base64(leaf))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        from_base64(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
