//! The workspace's secrets as the store knows them: by the ids of their keys, and by the values that
//! are sealed under each.
//!
//! Invariant: [`SealedColumn`] is every column that holds sealed values; what is not in it would stay
//! behind when the secret is rotated. No secret ever comes here.

use ledger::{RecordId, TenantId, Timestamp};

/// Where sealed values lie: a column of a table. The names are part of the format (formats.md, "At
/// rest").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealedColumn {
    /// A prompt version's text.
    PromptText,
    /// A model version's card.
    ModelCard,
    /// The text of a comment, a finding or an answer.
    CommentText,
    /// The text of a draft.
    DraftText,
}

impl SealedColumn {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::PromptText, Self::ModelCard, Self::CommentText, Self::DraftText];

    /// The table.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::PromptText => "prompt_version",
            Self::ModelCard => "model_version",
            Self::CommentText => "comment",
            Self::DraftText => "draft",
        }
    }

    /// The column.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::PromptText | Self::CommentText | Self::DraftText => "text",
            Self::ModelCard => "card",
        }
    }
}

/// What a secret is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretStanding {
    /// Values are sealed and read with it.
    Primary,
    /// Values are still read with it, and are being sealed anew.
    Reading,
    /// No value is sealed under it, and it is removed.
    Retired,
}

impl SecretStanding {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Reading => "reading",
            Self::Retired => "retired",
        }
    }
}

/// A secret, by the id of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// Id of its key, the start of every value sealed under it.
    pub key_id: String,
    /// What it is good for.
    pub standing: SecretStanding,
    /// Since when values are sealed under it.
    pub since: Timestamp,
    /// The record in `_workspace` that made it primary; none for the first secret.
    pub begun_seq: Option<u64>,
    /// When it was retired.
    pub ended_at: Option<Timestamp>,
}

/// A rotation that begins: another secret is primary from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationBegun {
    /// Key of the secret that was primary.
    pub from: String,
    /// Since when it was; counts only for the first secret, of which nothing is stored yet.
    pub from_since: Timestamp,
    /// Key of the new one.
    pub to: String,
    /// The position of the record that says so.
    pub begun_seq: u64,
    /// Its stamp.
    pub begun_at: Timestamp,
}

/// A value that is sealed under another secret from now on. Its place and what it says stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resealed {
    /// The value as it was read.
    pub was: SealedValue,
    /// Its token under the primary secret.
    pub token: String,
}

/// A sealed value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedValue {
    /// Whose.
    pub tenant_id: TenantId,
    /// Column.
    pub column: SealedColumn,
    /// Row.
    pub row_id: RecordId,
    /// `<key_id>:<token>`.
    pub token: String,
}
