//! Tokens for a pipeline: an admin of the workspace makes, lists and revokes them.
//!
//! Invariant: the one line that carries a secret is that of a token just made, which is shown once.

use governance::state::ServiceAccount;
use ledger::{Actor, Role};
use serde::Serialize;

use super::Pipeline;
use crate::failure::ConsoleError;
use crate::tokens::{ListedToken, TokenWish};
use crate::views::TokenState;

/// A token as typed.
#[derive(Debug, Clone)]
pub struct TokenTexts {
    /// Title of its service account.
    pub title: String,
    /// ADMIN, ANALYST, APPROVER or VIEWER.
    pub role: String,
    /// How long it lasts, such as `90d`.
    pub expires: String,
    /// Why.
    pub reason: String,
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct TokenLine {
    /// `service/<uuid>`.
    pub id: String,
    /// Title.
    pub name: String,
    /// The tenant it is for.
    pub tenant_id: String,
    /// Its role there.
    pub role: String,
    /// `person/<uuid>`.
    pub owner: String,
    /// Their name.
    pub owner_name: String,
    /// When it was made.
    pub created_at: String,
    /// From when on it is refused.
    pub expires_at: String,
    /// When it was last used, if it was.
    pub last_used_at: Option<String>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<String>,
    /// `good`, `revoked`, `expired`, `owner_disabled` or `other_owner`.
    pub state: TokenState,
}

/// A token that was just made.
#[derive(Serialize)]
pub struct NewTokenLine {
    /// What is on record.
    #[serde(flatten)]
    pub line: TokenLine,
    /// The token: now, and never again.
    pub token: String,
}

impl Pipeline {
    /// Makes a token for the tenant in front, owned by whoever asks.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn create_token(&self, texts: &TokenTexts) -> Result<NewTokenLine, ConsoleError> {
        let session = self.session()?;
        // Before anything is parsed: who may not make tokens is told nothing but that.
        self.workspace.demand_makes_tokens(session).await?;
        let wish = TokenWish {
            title: &texts.title,
            role: Role::parse(&texts.role)?,
            life_days: days(&texts.expires)?,
            reason: &texts.reason,
        };
        let made = self.workspace.create_token(session, wish).await?;
        let token = made.text().expose().to_owned();
        let listed = ListedToken { account: made.account, end: None };
        Ok(NewTokenLine { line: self.line(listed).await?, token })
    }

    /// The tokens for the tenant in front, in the order of their making.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn tokens(&self) -> Result<Vec<TokenLine>, ConsoleError> {
        let mut lines = Vec::new();
        for listed in self.workspace.tokens(self.session()?).await? {
            lines.push(self.line(listed).await?);
        }
        Ok(lines)
    }

    /// Ends a token for good; `id` with or without `service/`.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`], also for another tenant's.
    pub async fn revoke_token(&self, id: &str, reason: &str) -> Result<TokenLine, ConsoleError> {
        let session = self.session()?;
        let id = format!("service/{}", id.strip_prefix("service/").unwrap_or(id));
        let id = Actor::parse(&id).map_err(|_| ConsoleError::NotFound { what: "token" })?;
        let account = self.workspace.revoke_token(session, &id, reason).await?;
        self.line(ListedToken { account, end: Some(governance::TokenEnd::Revoked) }).await
    }

    async fn line(&self, listed: ListedToken) -> Result<TokenLine, ConsoleError> {
        let state = listed.state();
        let ServiceAccount { id, title, tenant_id, role, owner, .. } = &listed.account;
        let person = self.workspace.store.person(owner).await?;
        Ok(TokenLine {
            id: id.to_string(),
            name: title.clone(),
            tenant_id: tenant_id.to_string(),
            role: role.to_string(),
            owner: owner.to_string(),
            owner_name: person.map_or_else(|| owner.to_string(), |person| person.title),
            created_at: listed.account.created_at.to_string(),
            expires_at: listed.account.expires_at.to_string(),
            last_used_at: listed.account.last_used_at.map(|at| at.to_string()),
            revoked_at: listed.account.revoked_at.map(|at| at.to_string()),
            state,
        })
    }
}

/// `90d`, in days.
fn days(text: &str) -> Result<u32, ConsoleError> {
    let number = text.strip_suffix('d').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let days = number.and_then(|digits| digits.parse().ok());
    days.ok_or(ConsoleError::Input { what: "expires", reason: "not a number of days like 90d" })
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn a_life_is_a_number_of_days() {
        assert_eq!(days("90d").ok(), Some(90));
        assert_eq!(days("0d").ok(), Some(0), "that is too short, which is judged elsewhere");
        for text in ["", "d", "90", "90h", "-1d", "+1d", "1.5d", "90 d", "90D", "99999999999d"] {
            assert!(days(text).is_err(), "{text:?}");
        }
    }
}
