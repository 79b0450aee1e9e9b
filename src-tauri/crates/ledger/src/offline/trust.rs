//! The trust file: one tenant's genesis and log keys, the only thing to get by a trusted way
//! (formats.md, "Trust file").
//!
//! Invariant: a checkpoint counts only by a key listed here, at a size that the key may sign.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Origin, SignedCheckpoint};
use crate::ids::{TenantId, WorkspaceId};
use crate::note::NoteKey;
use crate::replay::Authority;
use crate::{Digest, LedgerError, PublicKey, json};

const MEDIA_TYPE: &str = "application/vnd.countersign.trust.v1+json";

/// What a verifier believes before it reads anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Leaf hash of record 0.
    pub genesis: Digest,
    /// Keys whose checkpoints count.
    pub log_keys: Vec<TrustedLogKey>,
    #[serde(rename = "mediaType")]
    media_type: String,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
}

/// A log key and the sizes that it may sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedLogKey {
    /// Smallest size.
    pub from: u64,
    /// Largest size; none while the key is in use.
    pub to: Option<u64>,
    /// The key, under the log's origin as its name.
    pub vkey: String,
}

impl Trust {
    /// The trust file of a log as its own records have it, in the order of enrolment.
    ///
    /// # Errors
    /// None in practice; the type is that of [`NoteKey::new`].
    pub fn of(authority: &Authority, genesis: Digest) -> Result<Self, LedgerError> {
        let (workspace, tenant) = (authority.workspace(), authority.tenant());
        let origin = Origin::new(workspace, tenant);
        let listed = |key: &crate::replay::LogKey| {
            let vkey = NoteKey::new(origin.as_str(), key.public_key)?.to_string();
            // A key of the genesis counts from the start, a later one from its own record on.
            let from = if key.enrolled_at == 0 { 0 } else { key.enrolled_at + 1 };
            Ok(TrustedLogKey { from, to: key.revoked_at, vkey })
        };
        let keys: Result<Vec<_>, LedgerError> =
            authority.log_keys().map(|(_, key)| listed(key)).collect();
        let mut log_keys = keys?;
        log_keys.sort_by(|left, right| (left.from, &left.vkey).cmp(&(right.from, &right.vkey)));
        Ok(Self {
            genesis,
            log_keys,
            media_type: MEDIA_TYPE.to_owned(),
            tenant_id: tenant.clone(),
            workspace_id: workspace.clone(),
        })
    }

    /// Reads a trust file strictly.
    ///
    /// # Errors
    /// [`LedgerError`] that names what does not hold.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let trust: Self = json::parse_as(bytes)?;
        let refuse = |reason: &str| Err(LedgerError::format("trust file", reason));
        if trust.media_type != MEDIA_TYPE {
            return refuse("a type that this version does not know");
        }
        if trust.log_keys.is_empty() {
            return refuse("it names no log key");
        }
        let by_size = |key: &TrustedLogKey| (key.from, key.vkey.clone());
        if !trust.log_keys.is_sorted_by(|left, right| by_size(left) < by_size(right)) {
            return refuse("its log keys are not in order, each once");
        }
        let origin = trust.origin();
        for key in &trust.log_keys {
            if key.vkey.parse::<NoteKey>()?.name() != origin.as_str() {
                return refuse("a log key is not under the name of the log");
            }
            if key.to.is_some_and(|to| to < key.from) {
                return refuse("a log key ends before it begins");
            }
        }
        Ok(trust)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`LedgerError::Number`] when a size passes 2^53 − 1.
    pub fn to_canonical(&self) -> Result<Vec<u8>, LedgerError> {
        json::canonical_of(self)
    }

    /// The log that this is about.
    pub fn origin(&self) -> Origin {
        Origin::new(&self.workspace_id, &self.tenant_id)
    }

    /// Reads a checkpoint note and demands that a key listed here signed it at a size that the key
    /// may sign.
    ///
    /// # Errors
    /// Those of [`SignedCheckpoint::parse_and_verify`]; [`LedgerError::UnknownKey`] for a key
    /// outside its sizes.
    pub fn verify(&self, note: &str) -> Result<SignedCheckpoint, LedgerError> {
        let keys = self.keys(|_| true)?;
        let signed = SignedCheckpoint::parse_and_verify(note, &self.origin(), &keys)?;
        let size = signed.checkpoint().size;
        let good = self.keys(|key| key.from <= size && key.to.is_none_or(|to| size <= to))?;
        if good.contains(signed.signer()) { Ok(signed) } else { Err(LedgerError::UnknownKey) }
    }

    fn keys(&self, wanted: impl Fn(&TrustedLogKey) -> bool) -> Result<Vec<PublicKey>, LedgerError> {
        let parsed = |key: &TrustedLogKey| Ok(*key.vkey.parse::<NoteKey>()?.public_key());
        self.log_keys.iter().filter(|key| wanted(key)).map(parsed).collect()
    }
}
