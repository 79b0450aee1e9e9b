//! Service accounts: a token for a pipeline is made, used and revoked.
//!
//! Invariant: an ADMIN of the workspace makes a token, for the tenant they administer too, with an
//! end, and owns it: whoever saw the secret cannot decide on what it makes. What it may do is decided
//! at each use from the records alone. A token never decides: the permit matrix gives no service
//! account a permit to approve.

mod accounts;

pub use accounts::{ServiceAccounts, TokenEnd, TokenFault};

use ledger::{Action, Actor, Digest, ResourceType, Role, TenantId, Timestamp};
use security::rbac::AdminPermit;
use serde_json::Map;

use self::accounts::{AccountKind, TokenMetadata};
use crate::acting::Acting;
use crate::audit::{RecordBuilder, RecordDraft};
use crate::error::GovernanceError;
use crate::state::ServiceAccount;
use crate::text::{Reason, Title};

/// Longest life of a token, in days.
pub const TOKEN_LIFE_DAYS: u32 = 366;
const DAY_MICROS: i64 = 24 * 60 * 60 * Timestamp::SECOND;

/// A token to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The service account, `service/<uuid>`.
    pub id: Actor,
    /// Its title.
    pub title: Title,
    /// The tenant it is for.
    pub tenant_id: TenantId,
    /// Its role there.
    pub role: Role,
    /// SHA-256 of the token's 32 bytes.
    pub token_sha256: Digest,
    /// How long it lasts, in days.
    pub life_days: u32,
    /// Why.
    pub reason: Reason,
}

/// The registry of service accounts.
#[derive(Debug, Clone, Copy)]
pub struct TokenRegistry;

impl TokenRegistry {
    /// Makes a token and writes `token.create`, which holds all of it but its secret. `permit` is
    /// for the workspace, `over` for the tenant that the token is for. Its owner is who makes it: a
    /// token in somebody else's name would let its maker decide on what they made with it.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] where a permit is for something else;
    /// [`GovernanceError::ReservedTenant`]; [`GovernanceError::TokenLife`].
    pub fn create_token(
        permit: &AdminPermit,
        over: &AdminPermit,
        new: &NewToken,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ServiceAccount, GovernanceError> {
        let acting = Acting::as_admin(permit, &TenantId::workspace())?;
        let there = Acting::as_admin(over, &new.tenant_id)?;
        if new.tenant_id.is_workspace() {
            return Err(GovernanceError::ReservedTenant);
        }
        if there.actor != acting.actor {
            let reason = "the workspace and the tenant are administered by two people";
            return Err(GovernanceError::InvalidChange { reason });
        }
        demand_life(new.life_days)?;
        let created_at = records.next()?.at;
        let metadata = TokenMetadata {
            expires_at: created_at.plus_micros(i64::from(new.life_days) * DAY_MICROS)?,
            kind: AccountKind::Service,
            owner: acting.actor.clone(),
            role: new.role,
            tenant_id: new.tenant_id.clone(),
            title: new.title.as_str().to_owned(),
            token_sha256: new.token_sha256,
        };
        let resource = (ResourceType::Service, new.id.to_string());
        let draft = RecordDraft::of(Action::TokenCreate, resource, new.reason.as_str(), &metadata)?;
        let written = records.record(&acting.actor, draft)?;
        Ok(ServiceAccount {
            id: new.id.clone(),
            title: metadata.title,
            tenant_id: metadata.tenant_id,
            role: metadata.role,
            owner: metadata.owner,
            token_sha256: metadata.token_sha256,
            created_at: written.at,
            expires_at: metadata.expires_at,
            last_used_at: None,
            revoked_at: None,
        })
    }

    /// Ends a token for good and writes `token.revoke`.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit for the workspace;
    /// [`GovernanceError::TokenRevoked`].
    pub fn revoke_token(
        permit: &AdminPermit,
        account: &ServiceAccount,
        reason: &Reason,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ServiceAccount, GovernanceError> {
        let acting = Acting::as_admin(permit, &TenantId::workspace())?;
        if account.revoked_at.is_some() {
            return Err(GovernanceError::TokenRevoked);
        }
        let resource = (ResourceType::Service, account.id.to_string());
        let draft = RecordDraft::of(Action::TokenRevoke, resource, reason.as_str(), &Map::new())?;
        let written = records.record(&acting.actor, draft)?;
        Ok(ServiceAccount { revoked_at: Some(written.at), ..account.clone() })
    }

    /// Begins a session of a token that is good now and writes `token.use`.
    ///
    /// # Errors
    /// [`GovernanceError::TokenRefused`] with what ended it.
    pub fn use_token(
        accounts: &ServiceAccounts,
        id: &Actor,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ServiceAccount, GovernanceError> {
        let account = accounts.in_force(id, records.next()?.at)?;
        let resource = (ResourceType::Service, id.to_string());
        let draft = RecordDraft::of(Action::TokenUse, resource, "", &Map::new())?;
        let written = records.record(id, draft)?;
        Ok(ServiceAccount { last_used_at: Some(written.at), ..account.clone() })
    }
}

/// Demands that a token has an end, and not too late a one.
///
/// # Errors
/// [`GovernanceError::TokenLife`] that names the limit.
pub fn demand_life(days: u32) -> Result<(), GovernanceError> {
    match (1..=TOKEN_LIFE_DAYS).contains(&days) {
        true => Ok(()),
        false => Err(GovernanceError::TokenLife { most_days: TOKEN_LIFE_DAYS }),
    }
}

#[cfg(test)]
mod tests;
