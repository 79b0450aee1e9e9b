//! Bringing a workspace back by its kit: what the signing window asks, and what came of it.

use serde::Serialize;
use specta::Type;

/// Whether the line SECRET is to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KitSecret {
    /// Nothing else here opens the stored texts.
    Needed,
    /// The secret in use opens them.
    Optional,
    /// The kit has none: the secret is `ENCRYPTION_KEY`.
    LeftOut,
}

/// The lines of a kit are asked for: typed, or read from its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KitLinesView {
    /// Workspace title.
    pub title: String,
    /// Its id, which the kit names too.
    pub workspace_id: String,
    /// Whether SECRET is asked for.
    pub secret: KitSecret,
    /// True for a restore in trial, before the workspace is made.
    pub trial: bool,
}

/// The kit fits: who comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecoverView {
    /// Workspace title.
    pub title: String,
    /// Admins whose key the kit can enrol.
    pub admins: Vec<RecoverableView>,
    /// True where none of its keys lie here: this computer becomes a new installation.
    pub elsewhere: bool,
    /// Longest reason, in characters.
    pub reason_limit: u32,
}

/// An admin who may come back by the kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecoverableView {
    /// `person/<uuid>`.
    pub id: String,
    /// Name.
    pub name: String,
    /// "the workspace’s own log, retail-eu": where they are admin.
    pub logs: String,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct BackupView {
    /// Its file's name.
    pub name: String,
    /// The `backup.create` in the workspace's own log.
    pub seq: u32,
    /// Records that it holds, of all logs.
    pub records: u32,
}

/// The recovery is done and on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecoveredView {
    /// "Ada Lovelace has a new key, marked recovery for ever."
    pub sentence: String,
    /// What went on record, the workspace's own log first.
    pub records: Vec<super::EndingRecord>,
    /// What is still to be done, a sentence each.
    pub left: Vec<String>,
    /// Correlation id of all of it.
    pub correlation_id: String,
}
