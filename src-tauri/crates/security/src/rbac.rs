//! The permission matrix, and the proofs that it hands out.
//!
//! Invariant 6: authorisation happens here and nowhere else, and a [`Permit`], [`AdminPermit`] or
//! [`Granted`] cannot be made anywhere else: their fields are private, and no function here makes
//! one without the check. It will not look up who holds which role: the [`Principal`] says so.

use crate::SecurityError;
use crate::error::Denial;
use crate::tenant_context::TenantContext;

pub use crate::principal::{Principal, PrincipalKind};

/// The role of a person or service account in one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything in the matrix, and administration.
    Admin,
    /// Creates and views.
    Analyst,
    /// Approves and views.
    Approver,
    /// Views.
    Viewer,
}

impl Role {
    /// All roles, in the order of the specification.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Analyst, Self::Approver, Self::Viewer];

    /// The name in records, tables and screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Analyst => "ANALYST",
            Self::Approver => "APPROVER",
            Self::Viewer => "VIEWER",
        }
    }

    /// Reads exactly what [`Role::as_str`] writes.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SecurityError> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Denial::UnknownRole { role: text.to_owned() }.into())
    }
}

/// A verb of the matrix. Administration is none of them: see [`RbacService::administer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Prompts, prompt versions, approval requests, comments on one's own requests.
    Create,
    /// Decide, revoke, comment.
    Approve,
    /// Everything in the tenant, the audit log included.
    View,
    /// Register models.
    RegisterModel,
}

impl Action {
    /// All actions, in the order of the specification.
    pub const ALL: [Self; 4] = [Self::Create, Self::Approve, Self::View, Self::RegisterModel];

    /// The name as callers and records give it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Approve => "approve",
            Self::View => "view",
            Self::RegisterModel => "register_model",
        }
    }

    /// Reads exactly what [`Action::as_str`] writes.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] for anything else: an unknown action is a denied one.
    pub fn parse(text: &str) -> Result<Self, SecurityError> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or_else(|| Denial::UnknownAction { action: text.to_owned() }.into())
    }
}

/// Proof that the matrix grants `action` to `role`. It names nobody: changing functions demand a
/// [`Permit`].
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    role: Role,
    action: Action,
}

impl Granted {
    /// The role that was asked about.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The action that is granted.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
}

/// Proof that this principal may do this action in this tenant; changing functions demand it.
///
/// It cannot be written down by hand:
/// ```compile_fail,E0451
/// use security::rbac::{Action, Permit, Principal, Role};
/// let principal = Principal::system("credit").unwrap();
/// let forged = Permit { principal, action: Action::Approve, role: Role::Admin };
/// ```
#[derive(Debug)]
pub struct Permit {
    principal: Principal,
    action: Action,
    role: Role,
}

impl Permit {
    /// What is permitted.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who is permitted.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The tenant in which it is permitted.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        self.principal.tenant_id()
    }

    /// The role by which it is permitted.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Demands that the permit is for `action`, and covers a resource of `resource_tenant`.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] when it is for another action,
    /// [`SecurityError::TenantIsolation`] when it is for another tenant.
    pub fn covers(&self, action: Action, resource_tenant: &str) -> Result<(), SecurityError> {
        if self.action != action {
            let permitted = self.action;
            return Err(Denial::PermitForOtherAction { permitted, asked: action }.into());
        }
        TenantContext::validate_access(resource_tenant, self.tenant_id())
    }
}

/// Proof that this person administers this tenant.
///
/// It cannot be written down by hand:
/// ```compile_fail,E0451
/// use security::rbac::{AdminPermit, Principal};
/// let forged = AdminPermit { principal: Principal::system("credit").unwrap() };
/// ```
#[derive(Debug)]
pub struct AdminPermit {
    principal: Principal,
}

impl AdminPermit {
    /// Who administers.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The tenant that is administered.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        self.principal.tenant_id()
    }
}

/// One row of the matrix, for screens and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatrixRow {
    /// The role of the row.
    pub role: Role,
    /// Every action, in the order of [`Action::ALL`], and whether the role has it.
    pub cells: [(Action, bool); 4],
}

/// The one place that authorises.
#[derive(Debug, Clone, Copy)]
pub struct RbacService;

impl RbacService {
    /// Asks the matrix about a role and an action by its name.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] for an unknown action and for every denied pair.
    pub fn check_permission(role: Role, action: &str) -> Result<Granted, SecurityError> {
        grant(role, Action::parse(action)?)
    }

    /// Proves that `principal` may do `action` in its tenant. A service never gets a permit to
    /// approve, whatever its role; the system, which has no role, never gets any.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] with the reason.
    pub fn permit(principal: &Principal, action: Action) -> Result<Permit, SecurityError> {
        match (principal.kind(), action) {
            (PrincipalKind::Service { .. }, Action::Approve) => {
                return Err(Denial::ServiceCannotDecide.into());
            }
            (
                PrincipalKind::Person | PrincipalKind::Service { .. } | PrincipalKind::System,
                Action::Create | Action::Approve | Action::View | Action::RegisterModel,
            ) => {}
        }
        let role = principal.role().ok_or(Denial::SystemHasNoRole)?;
        let granted = grant(role, action)?;
        Ok(Permit { principal: principal.clone(), action: granted.action, role: granted.role })
    }

    /// Proves that `principal` administers its tenant: a person in the role ADMIN.
    ///
    /// # Errors
    /// [`SecurityError::Authorization`] with the reason.
    pub fn administer(principal: &Principal) -> Result<AdminPermit, SecurityError> {
        match principal.kind() {
            PrincipalKind::Service { .. } | PrincipalKind::System => {
                return Err(Denial::AdministrationNeedsPerson.into());
            }
            PrincipalKind::Person => {}
        }
        match principal.role().ok_or(Denial::SystemHasNoRole)? {
            Role::Admin => Ok(AdminPermit { principal: principal.clone() }),
            role @ (Role::Analyst | Role::Approver | Role::Viewer) => {
                Err(Denial::AdministrationNeedsAdmin { role }.into())
            }
        }
    }

    /// The whole matrix, row by row.
    #[must_use]
    pub fn matrix() -> [MatrixRow; 4] {
        Role::ALL.map(|role| MatrixRow {
            role,
            cells: Action::ALL.map(|action| (action, allows(role, action))),
        })
    }
}

fn grant(role: Role, action: Action) -> Result<Granted, SecurityError> {
    if allows(role, action) {
        Ok(Granted { role, action })
    } else {
        Err(Denial::RoleLacksAction { role, action }.into())
    }
}

/// The matrix of the specification, cell by cell.
const fn allows(role: Role, action: Action) -> bool {
    match (role, action) {
        (Role::Admin, Action::Create | Action::Approve | Action::View | Action::RegisterModel)
        | (Role::Analyst, Action::Create | Action::View)
        | (Role::Approver, Action::Approve | Action::View)
        | (Role::Viewer, Action::View) => true,
        (Role::Analyst, Action::Approve | Action::RegisterModel)
        | (Role::Approver, Action::Create | Action::RegisterModel)
        | (Role::Viewer, Action::Create | Action::Approve | Action::RegisterModel) => false,
    }
}

#[cfg(test)]
#[path = "rbac_tests.rs"]
mod tests;
