//! From the principal of a proof token to the actor, role and makers that records name.
//!
//! Invariant: the actor of a record is the one that the proof token names, never a parameter
//! beside it.

use ledger::{Actor, Role, TenantId};
use security::rbac::{self, AdminPermit, Permit, Principal};
use security::tenant_context::TenantContext;

use crate::error::GovernanceError;

/// The actor of this principal.
///
/// # Errors
/// [`GovernanceError::Ledger`] when its id is not of the form that records have.
pub fn actor_of(principal: &Principal) -> Result<Actor, GovernanceError> {
    Ok(Actor::parse(principal.actor())?)
}

/// The role as records write it.
pub const fn role_of(role: rbac::Role) -> Role {
    match role {
        rbac::Role::Admin => Role::Admin,
        rbac::Role::Analyst => Role::Analyst,
        rbac::Role::Approver => Role::Approver,
        rbac::Role::Viewer => Role::Viewer,
    }
}

/// The role as the matrix reads it.
pub const fn matrix_role(role: Role) -> rbac::Role {
    match role {
        Role::Admin => rbac::Role::Admin,
        Role::Analyst => rbac::Role::Analyst,
        Role::Approver => rbac::Role::Approver,
        Role::Viewer => rbac::Role::Viewer,
    }
}

/// Whoever makes something as this principal: the actor, and the person behind a service; sorted.
///
/// # Errors
/// As [`actor_of`].
pub fn makers_of(principal: &Principal) -> Result<Vec<Actor>, GovernanceError> {
    let mut makers = vec![actor_of(principal)?];
    if let Some(person) = principal.person_behind() {
        makers.push(Actor::parse(person)?);
    }
    makers.sort();
    makers.dedup();
    Ok(makers)
}

/// A proof token in use: the actor it names, and the tenant it is for, as the log writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acting {
    pub(crate) actor: Actor,
    pub(crate) tenant_id: TenantId,
}

impl Acting {
    /// Uses a permit for this action on something of `resource_tenant`.
    pub(crate) fn by(
        permit: &Permit,
        action: rbac::Action,
        resource_tenant: &TenantId,
    ) -> Result<Self, GovernanceError> {
        permit.covers(action, resource_tenant.as_str())?;
        Ok(Self { actor: actor_of(permit.principal())?, tenant_id: resource_tenant.clone() })
    }

    /// Uses an administrator's permit on something of `resource_tenant`.
    pub(crate) fn as_admin(
        permit: &AdminPermit,
        resource_tenant: &TenantId,
    ) -> Result<Self, GovernanceError> {
        TenantContext::validate_access(resource_tenant.as_str(), permit.tenant_id())?;
        Ok(Self { actor: actor_of(permit.principal())?, tenant_id: resource_tenant.clone() })
    }
}
