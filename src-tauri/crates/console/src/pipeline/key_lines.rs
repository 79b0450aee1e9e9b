//! The lines about keys and the workspace secret.
//!
//! Invariant: as in [`super::lines`]: fields keep their names, and no line carries a secret.

use serde::Serialize;

/// A key of a person or of an installation in a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct KeyLine {
    /// `person` or `device`.
    pub kind: &'static str,
    /// SHA-256 of the public key, 64 hex digits.
    pub keyid: String,
    /// `person/<uuid>`, or the id of the installation.
    pub owner: String,
    /// The name under which it was enrolled; empty for an installation.
    pub name: String,
    /// The record that enrolled it.
    pub enrolled_seq: u64,
    /// Its stamp.
    pub enrolled_at: String,
    /// The record that ended it; null while it is good.
    pub ended_seq: Option<u64>,
    /// Its stamp.
    pub ended_at: Option<String>,
    /// Record from which its signatures are void, if it was found compromised.
    pub compromised_since: Option<u64>,
}

/// The workspace's secrets.
#[derive(Debug, Clone, Serialize)]
pub struct SecretStatusLine {
    /// The primary one first.
    pub secrets: Vec<SecretLine>,
    /// The rotation that is under way; null without one.
    pub rotation: Option<RotationLine>,
    /// True where the secret is `ENCRYPTION_KEY`.
    pub is_variable: bool,
    /// Values under keys that are on record nowhere.
    pub strange: u64,
}

/// One secret.
#[derive(Debug, Clone, Serialize)]
pub struct SecretLine {
    /// Id of its key.
    pub key_id: String,
    /// `primary`, `reading` or `retired`.
    pub standing: &'static str,
    /// Since when values are sealed under it.
    pub since: String,
    /// Whole days since then.
    pub age_days: i64,
    /// When it was retired; null for the others.
    pub ended_at: Option<String>,
    /// Values that are sealed under it.
    pub values: u64,
}

/// A rotation under way.
#[derive(Debug, Clone, Serialize)]
pub struct RotationLine {
    /// Id of the old secret's key.
    pub from: String,
    /// Id of the new one's.
    pub to: String,
    /// Values that are still under the old one.
    pub left: u64,
    /// When it began.
    pub begun_at: String,
    /// Who began it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The record that began it, in `_workspace`.
    pub seq: u64,
}
