//! Service accounts as the workspace keeps them.
//!
//! Invariant: what a token may do is believed only as the records of `_workspace` say it
//! ([`crate::service::ServiceAccounts`]), and never as a table does. Of the token a hash is kept.

use ledger::{Actor, Digest, Role, TenantId, Timestamp};

/// A service account with its one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// `service/<uuid>`.
    pub id: Actor,
    /// Its title, as given.
    pub title: String,
    /// The tenant it is for.
    pub tenant_id: TenantId,
    /// Its role there.
    pub role: Role,
    /// The person who owns it.
    pub owner: Actor,
    /// SHA-256 of the token's 32 bytes.
    pub token_sha256: Digest,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When a session of it last began.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}
