//! The lines of administration.
//!
//! Invariant: as in [`super::lines`]: a field that stands here keeps its name and meaning.

use serde::Serialize;

/// What came of administering a person.
#[derive(Debug, Clone, Serialize)]
pub struct ActLine {
    /// The tenant in which it holds or waits.
    pub tenant_id: String,
    /// `person/<uuid>`.
    pub person: String,
    /// Their name.
    pub name: String,
    /// The acts of authority, in their order.
    pub changes: Vec<ChangeLine>,
}

/// One act of authority.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeLine {
    /// `key.enroll`, `role.grant`, `role.revoke`, `device.revoke`.
    pub kind: &'static str,
    /// `applied` at once, under single control, or `waiting` for a second admin.
    pub state: &'static str,
    /// Its record, once it applies.
    pub seq: Option<u64>,
    /// The request that waits.
    pub request_id: Option<String>,
    /// Who can sign that, by name.
    pub can_sign: Vec<String>,
}

/// What came of administering an installation.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceActLine {
    /// The tenant in which it holds or waits.
    pub tenant_id: String,
    /// Id of the installation.
    pub id: String,
    /// The act of authority.
    pub change: ChangeLine,
}

/// How the log key of this installation stands in a log.
#[derive(Debug, Clone, Serialize)]
pub struct EnrolledLine {
    /// The log.
    pub tenant_id: String,
    /// Id of the installation.
    pub id: String,
    /// SHA-256 of its public key, hex.
    pub keyid: String,
    /// `applied` at once, under single control, `waiting` for a second admin, `known` from before, or
    /// `retired` there and left alone.
    pub state: &'static str,
    /// The record that enrolled it, or that retired it.
    pub seq: Option<u64>,
    /// The request that waits.
    pub request_id: Option<String>,
    /// Who can sign that, by name.
    pub can_sign: Vec<String>,
    /// What is wrong with the log, if something is: an admin ends that in the console.
    pub alarm: Option<&'static str>,
}

/// A tenant of whoever asks.
#[derive(Debug, Clone, Serialize)]
pub struct TenantLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The role of whoever asks.
    pub role: String,
    /// `single` with one admin, `dual` with more.
    pub control: String,
    /// How many admins it has.
    pub admins: usize,
    /// When it was archived; null: it is at work.
    pub archived_at: Option<String>,
}

/// The log key of an installation.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceLine {
    /// Id of the installation.
    pub id: String,
    /// SHA-256 of its public key, hex.
    pub keyid: String,
    /// The record that enrolled it.
    pub enrolled_seq: u64,
    /// The record that retired it, if one did.
    pub revoked_seq: Option<u64>,
    /// True for the installation that answers.
    pub here: bool,
}
