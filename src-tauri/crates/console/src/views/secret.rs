//! The workspace secret: which keys values are sealed under, and a rotation from one to the next.

use serde::Serialize;
use specta::Type;

use super::NameView;

/// The secrets of the workspace, by the ids of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KeyStatusView {
    /// The primary one first, then the others, newest first.
    pub secrets: Vec<SecretView>,
    /// The rotation that is under way, if one is.
    pub rotation: Option<RotationView>,
    /// True where the secret is `ENCRYPTION_KEY`, which the console cannot rotate.
    pub variable: bool,
    /// Values under keys that are on record nowhere: they open with no secret of this workspace.
    pub strange: u32,
}

/// One secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SecretView {
    /// Id of its key.
    pub key_id: String,
    /// What it is good for.
    pub standing: SecretWord,
    /// Since when values are sealed under it.
    pub since: String,
    /// When it was retired.
    pub ended_at: Option<String>,
    /// Values that are sealed under it.
    pub values: u32,
}

/// What a secret is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretWord {
    /// It seals and reads.
    Primary,
    /// It still reads, until its values are sealed anew.
    Reading,
    /// It is removed.
    Retired,
}

/// A rotation under way. It can be continued; there is no way back but another rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RotationView {
    /// Id of the old secret's key.
    pub from: String,
    /// Id of the new one's.
    pub to: String,
    /// Who began it.
    pub by: NameView,
    /// When.
    pub begun_at: String,
    /// Why.
    pub reason: String,
    /// Values under the new secret.
    pub done: u32,
    /// Values in all.
    pub total: u32,
    /// The record that began it, in the workspace's own log.
    pub seq: u32,
    /// Under which all of its records stand.
    pub correlation_id: String,
}

/// A rotation in front of its reason and passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RotateSecretView {
    /// Id of the key that is primary.
    pub from: String,
    /// Id of the key that will be.
    pub to: String,
    /// Values that will be sealed anew.
    pub values: u32,
    /// Admin who does it.
    pub name: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// What the person typed on this sheet before the console was locked; empty: nothing.
    pub typed_reason: String,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}
