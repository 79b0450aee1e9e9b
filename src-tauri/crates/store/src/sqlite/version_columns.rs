//! The columns that models and prompts share, between row and record.
//!
//! Invariant: a record read back equals the one written.

use governance::state::{ModelRecord, PromptRecord};
use ledger::metadata::Documents;
use ledger::{
    Actor, Name, RecordId, RequestId, Status, SubjectDigest, SubjectKind, TenantId, Tier,
    Timestamp, Version,
};
use rusqlite::Row;
use rusqlite::types::Value;

use super::columns::{from_json, parsed, parsed_if_any, to_json};
use super::log::{self, TenantNumber};
use crate::StoreError;

/// What every statement on versions selects, of `v` and `s`.
pub(super) const SELECTED: &str = "v.position, v.row_id, v.name, v.version, v.digest, v.tier, \
     v.documents, v.makers, v.author, v.reason, v.created_at, \
     s.status, s.approved_by, s.approved_at, s.request_id";

/// The columns that are written once, but for the sealed value.
pub(super) const FACTS: &str = "position, tenant_no, row_id, name, version, digest, tier, \
     documents, makers, author, reason, created_at";

/// A record that is stored as a version.
pub(super) trait VersionRecord: Sized {
    /// Which table it lies in.
    const KIND: SubjectKind;
    /// As it is stored.
    fn to_columns(&self) -> VersionColumns;
    /// As it was stored.
    fn from_columns(columns: VersionColumns, tenant: &TenantId) -> Result<Self, StoreError>;
}

/// One version of either kind.
#[derive(Debug)]
pub(super) struct VersionColumns {
    pub(super) seq: u64,
    pub(super) row_id: RecordId,
    pub(super) name: Name,
    pub(super) version: String,
    pub(super) digest: SubjectDigest,
    pub(super) tier: Tier,
    pub(super) documents: Documents,
    pub(super) makers: Vec<Actor>,
    pub(super) author: Actor,
    pub(super) reason: String,
    pub(super) created_at: Timestamp,
    pub(super) status: Status,
    pub(super) approved_by: Option<Actor>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) request_id: Option<RequestId>,
}

impl VersionColumns {
    /// Reads [`SELECTED`].
    pub(super) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: log::seq_of(row.get("position")?),
            row_id: parsed(row, "row_id", RecordId::parse)?,
            name: parsed(row, "name", Name::parse)?,
            version: row.get("version")?,
            digest: parsed(row, "digest", SubjectDigest::parse)?,
            tier: parsed(row, "tier", Tier::parse)?,
            documents: from_json(row, "documents")?,
            makers: from_json(row, "makers")?,
            author: parsed(row, "author", Actor::parse)?,
            reason: row.get("reason")?,
            created_at: parsed(row, "created_at", Timestamp::parse)?,
            status: parsed(row, "status", Status::parse)?,
            approved_by: parsed_if_any(row, "approved_by", Actor::parse)?,
            approved_at: parsed_if_any(row, "approved_at", Timestamp::parse)?,
            request_id: parsed_if_any(row, "request_id", RequestId::parse)?,
        })
    }

    /// What is written once: the values of [`FACTS`].
    pub(super) fn facts(&self, number: TenantNumber) -> Result<[Value; 12], StoreError> {
        Ok([
            Value::Integer(number.position(self.seq)),
            Value::Integer(number.as_i64()),
            Value::Text(self.row_id.to_string()),
            Value::Text(self.name.to_string()),
            Value::Text(self.version.clone()),
            Value::Text(self.digest.to_string()),
            Value::Text(self.tier.to_string()),
            Value::Text(to_json(&self.documents)?),
            Value::Text(to_json(&self.makers)?),
            Value::Text(self.author.to_string()),
            Value::Text(self.reason.clone()),
            Value::Text(self.created_at.to_string()),
        ])
    }
}

impl VersionRecord for ModelRecord {
    const KIND: SubjectKind = SubjectKind::Model;

    fn to_columns(&self) -> VersionColumns {
        VersionColumns {
            seq: self.seq,
            row_id: self.row_id.clone(),
            name: self.model_name.clone(),
            version: self.version.to_string(),
            digest: self.checksum,
            tier: self.tier,
            documents: self.documents.clone(),
            makers: self.makers.clone(),
            author: self.author.clone(),
            reason: self.reason.clone(),
            created_at: self.created_at,
            status: self.status,
            approved_by: self.approved_by.clone(),
            approved_at: self.approved_at,
            request_id: self.request_id.clone(),
        }
    }

    fn from_columns(columns: VersionColumns, tenant: &TenantId) -> Result<Self, StoreError> {
        Ok(Self {
            row_id: columns.row_id,
            tenant_id: tenant.clone(),
            model_name: columns.name,
            version: Version::parse(&columns.version).map_err(StoreError::damaged)?,
            checksum: columns.digest,
            tier: columns.tier,
            documents: columns.documents,
            makers: columns.makers,
            author: columns.author,
            reason: columns.reason,
            created_at: columns.created_at,
            seq: columns.seq,
            status: columns.status,
            approved_by: columns.approved_by,
            approved_at: columns.approved_at,
            request_id: columns.request_id,
        })
    }
}

impl VersionRecord for PromptRecord {
    const KIND: SubjectKind = SubjectKind::Prompt;

    fn to_columns(&self) -> VersionColumns {
        VersionColumns {
            seq: self.seq,
            row_id: self.row_id.clone(),
            name: self.name.clone(),
            version: self.version.to_string(),
            digest: SubjectDigest::Sha256(self.digest),
            tier: self.tier,
            documents: self.documents.clone(),
            makers: self.makers.clone(),
            author: self.author.clone(),
            reason: self.reason.clone(),
            created_at: self.created_at,
            status: self.status,
            approved_by: self.approved_by.clone(),
            approved_at: self.approved_at,
            request_id: self.request_id.clone(),
        }
    }

    fn from_columns(columns: VersionColumns, tenant: &TenantId) -> Result<Self, StoreError> {
        Ok(Self {
            row_id: columns.row_id,
            tenant_id: tenant.clone(),
            name: columns.name,
            version: columns.version.parse().map_err(StoreError::damaged)?,
            digest: match columns.digest {
                SubjectDigest::Sha256(digest) => digest,
                SubjectDigest::DirHash1(_) => {
                    return Err(StoreError::damaged("a prompt has the digest of a folder"));
                }
            },
            tier: columns.tier,
            documents: columns.documents,
            makers: columns.makers,
            author: columns.author,
            reason: columns.reason,
            created_at: columns.created_at,
            seq: columns.seq,
            status: columns.status,
            approved_by: columns.approved_by,
            approved_at: columns.approved_at,
            request_id: columns.request_id,
        })
    }
}
