//! The audit record and its leaf: the bytes that the log consists of (formats.md, "Audit leaf").
//!
//! Invariant: an [`AuditRecord`] never changes; there is no setter, and its leaf is the canonical
//! JSON of exactly its thirteen keys. It will not hold a protected value: callers hand digests.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::action::{Action, ResourceType};
use crate::ids::{Actor, CorrelationId, DeviceId, RecordId, TenantId};
use crate::metadata::to_object;
use crate::time::Timestamp;
use crate::{LedgerError, json};

/// Largest leaf, in bytes.
pub const LEAF_LIMIT: usize = 512 * 1024;
/// Largest metadata of a record, in bytes of its canonical JSON.
pub const METADATA_LIMIT: usize = 256 * 1024;
/// Largest position in a log: 2^53 − 1.
pub const SEQ_LIMIT: u64 = (1 << 53) - 1;

/// Everything a record says; the only way to make one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordParts {
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub actor: Actor,
    /// What belongs together.
    pub correlation_id: CorrelationId,
    /// The installation that wrote it, if it has a log key.
    pub device_id: Option<DeviceId>,
    /// Id of the record.
    pub id: RecordId,
    /// JSON object; its keys are given in formats.md for the actions that verifiers read.
    pub metadata: Map<String, Value>,
    /// Why; empty where no reason is required.
    pub reason: String,
    /// What it was done to, without the type.
    pub resource_id: String,
    /// Type of what it was done to.
    pub resource_type: ResourceType,
    /// Position in the tenant's log, from 0 without gaps.
    pub seq: u64,
    /// The log it stands in.
    pub tenant_id: TenantId,
    /// Stamp, UTC.
    pub timestamp_utc: Timestamp,
    /// Version of the format: 1.
    pub v: u8,
}

/// An immutable record of one action.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord(RecordParts);

impl AuditRecord {
    /// Makes a record of its parts.
    ///
    /// # Errors
    /// [`LedgerError`] when a limit of the format is passed or the version is not 1.
    pub fn new(parts: RecordParts) -> Result<Self, LedgerError> {
        Self(parts).checked()
    }

    /// Reads a leaf: canonical bytes of exactly the keys of a record, or refused.
    ///
    /// # Errors
    /// [`LedgerError`] that names what does not hold.
    pub fn parse(leaf: &[u8]) -> Result<Self, LedgerError> {
        if leaf.len() > LEAF_LIMIT {
            return Err(LedgerError::TooLarge { what: "leaf", limit: LEAF_LIMIT });
        }
        Self(json::parse_as(leaf)?).checked()
    }

    /// The leaf: the bytes that are hashed, sealed and stored.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] over 512 KiB; a number in the metadata that is no integer.
    pub fn to_leaf(&self) -> Result<Vec<u8>, LedgerError> {
        let leaf = json::canonical_of(&self.0)?;
        if leaf.len() > LEAF_LIMIT {
            return Err(LedgerError::TooLarge { what: "leaf", limit: LEAF_LIMIT });
        }
        Ok(leaf)
    }

    /// All parts, for reading.
    pub const fn parts(&self) -> &RecordParts {
        &self.0
    }

    /// Reads the metadata as the type that its action has, and demands that writing it gives the
    /// same: a key that may be null is there all the same, and one that is absent is no null.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when keys are missing, added or of another type.
    pub fn metadata_as<T: DeserializeOwned + Serialize>(&self) -> Result<T, LedgerError> {
        let parsed: T = serde_json::from_value(Value::Object(self.0.metadata.clone()))
            .map_err(|error| LedgerError::format("metadata", error.to_string()))?;
        if to_object(&parsed)? != self.0.metadata {
            return Err(LedgerError::format("metadata", "not exactly the keys of its action"));
        }
        Ok(parsed)
    }

    fn checked(self) -> Result<Self, LedgerError> {
        if self.0.v != 1 {
            return Err(LedgerError::format("record", "a version other than 1"));
        }
        if self.0.seq > SEQ_LIMIT {
            return Err(LedgerError::format("record", "a position above 2^53 - 1"));
        }
        if json::canonical_of(&self.0.metadata)?.len() > METADATA_LIMIT {
            return Err(LedgerError::TooLarge { what: "metadata", limit: METADATA_LIMIT });
        }
        Ok(self)
    }
}
