//! People and tenants as the workspace keeps them.
//!
//! Invariant: an account opens the view and proves nothing in the log. Which key and which role a
//! person holds is derived from the log of each tenant and is no part of these types.

use ledger::{Actor, Digest, TenantId, Timestamp};

/// An account of a person in the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `person/<uuid>`.
    pub id: Actor,
    /// The title they sign in by, as given.
    pub title: String,
    /// The title folded for comparison (`text::fold_title`), unique in the workspace.
    pub title_key: String,
    /// One for each key they made, in the order of the key ids; none until they are enrolled.
    pub sign_ins: Vec<SignIn>,
    /// Whether they may sign in.
    pub status: PersonStatus,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Failed sign-ins since the last good one.
    pub failures: u32,
    /// When the last of those was.
    pub last_failure_at: Option<Timestamp>,
}

/// What a passphrase is compared with, and the key that was made with that passphrase: it opens the
/// view only while that key is good in some log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The key; none for a sign-in from before keys were noted, which counts with any key.
    pub keyid: Option<Digest>,
    /// A PHC string.
    pub hash: String,
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonStatus {
    /// They may.
    Active,
    /// The account was closed.
    Disabled,
}

impl PersonStatus {
    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == text)
    }
}

/// A tenant of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its title, as given.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
}
