//! Tokens for pipelines: the list, making one, and the one time it is seen.
//!
//! Invariant: a token stands in [`NewTokenView`] alone, which only the signing window is shown.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NameView;

/// The tokens for the tenant in front.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TokensView {
    /// The tenant.
    pub tenant_id: String,
    /// In the order of their making.
    pub tokens: Vec<TokenRow>,
    /// Longest life, in days.
    pub most_days: u32,
    /// False when the signed-in person is no ADMIN of the tenant, and can only look and revoke.
    pub may_create: bool,
}

/// One token, without its secret.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TokenRow {
    /// `service/<uuid>`.
    pub id: String,
    /// Title of its service account.
    pub title: String,
    /// ADMIN, ANALYST, APPROVER or VIEWER; whatever it is, a token never decides.
    pub role: String,
    /// The person who made and owns it, and cannot decide on what it makes.
    pub owner: NameView,
    /// When it was made.
    pub created_at: String,
    /// From when on it is refused.
    pub expires_at: String,
    /// When it was last used, if it was.
    pub last_used_at: Option<String>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<String>,
    /// Whether it opens anything.
    pub state: TokenState,
}

/// Whether a token opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// It does.
    Good,
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
    /// The account of its owner was closed.
    OwnerDisabled,
    /// Somebody else than its owner made it: a program from before allowed that.
    OtherOwner,
}

impl TokenState {
    /// The word of lists.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::OwnerDisabled => "owner disabled",
            Self::OtherOwner => "made by another",
        }
    }
}

/// What an admin fills in to make a token for the tenant in front.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct TokenDraft {
    /// Title of its service account.
    pub title: String,
    /// ADMIN, ANALYST, APPROVER or VIEWER.
    pub role: String,
    /// How long it lasts, in days.
    pub life_days: u32,
}

/// A token before it is made.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CreateTokenView {
    /// "Make a token for nightly build."
    pub sentence: String,
    /// "Analyst in retail-eu".
    pub role: String,
    /// How long it lasts, in days.
    pub life_days: u32,
    /// Admin who makes it, owns it, and cannot decide on what it makes.
    pub name: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// What the person typed on this sheet before the console was locked; empty: nothing.
    pub typed_reason: String,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}

/// A token that was made, shown once.
#[derive(Clone, Serialize, Type)]
pub struct NewTokenView {
    /// "The token of nightly build, shown once."
    pub sentence: String,
    /// The token.
    pub token: String,
    /// "Analyst in retail-eu".
    pub role: String,
    /// Who owns it.
    pub owner: String,
    /// From when on it is refused.
    pub expires_at: String,
}

impl std::fmt::Debug for NewTokenView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewTokenView").finish_non_exhaustive()
    }
}
