//! Drafts: what a person is writing and has not sent.
//!
//! Invariant: a draft is no governed state: it has no record, and is written beside the commits. It is
//! one person's in one tenant; there are only so many of them, and they hold only so much.

use ledger::{Actor, RecordId, TenantId, Timestamp};

/// Most drafts that a person has in one tenant; the one kept longest ago makes room.
pub const DRAFTS_LIMIT: u32 = 64;
/// Most characters of all tokens together that a person keeps in one tenant.
pub const DRAFTS_CHARACTERS: u64 = 32 << 20;

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// In which tenant.
    pub tenant_id: TenantId,
    /// Names the row that its token is bound to.
    pub row_id: RecordId,
    /// Whose.
    pub person: Actor,
    /// What it is a draft of.
    pub place: String,
    /// When it was kept last.
    pub kept_at: Timestamp,
    /// The text as a Fernet token.
    pub text: String,
}
