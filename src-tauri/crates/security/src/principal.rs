//! Who acts: a person, a service account with its owner, or the system itself.
//!
//! Invariant: a principal belongs to exactly one tenant and its actor text is well formed; the
//! system never holds a role. It will not find out who somebody is or what role they hold: that
//! is derived from the log, and handed in.

use uuid::Uuid;

use crate::SecurityError;
use crate::rbac::Role;

/// The actor text of the system itself.
pub const SYSTEM_ACTOR: &str = "system";

/// What kind of actor a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A human being.
    Person,
    /// A service account (a pipeline's token), which can never decide.
    Service {
        /// The person who owns it, `person/<uuid>`.
        owner: String,
    },
    /// The program itself, for records without a human cause.
    System,
}

/// Somebody who acts in one tenant, with the role they hold there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    actor: String,
    kind: PrincipalKind,
    tenant_id: String,
    role: Option<Role>,
}

impl Principal {
    /// A person, `person/<uuid>`, in the role that the tenant's log gives them.
    ///
    /// # Errors
    /// [`SecurityError::Actor`] when `actor` is malformed, [`SecurityError::TenantIsolation`] when
    /// `tenant_id` is empty.
    pub fn person(actor: &str, tenant_id: &str, role: Role) -> Result<Self, SecurityError> {
        check_actor(actor, "person")?;
        Self::build(actor, PrincipalKind::Person, tenant_id, Some(role))
    }

    /// A service account, `service/<uuid>`, owned by the person `owner`.
    ///
    /// # Errors
    /// As [`Principal::person`], for `actor` or `owner`.
    pub fn service(
        actor: &str,
        owner: &str,
        tenant_id: &str,
        role: Role,
    ) -> Result<Self, SecurityError> {
        check_actor(actor, "service")?;
        check_actor(owner, "person")?;
        let kind = PrincipalKind::Service { owner: owner.to_owned() };
        Self::build(actor, kind, tenant_id, Some(role))
    }

    /// The program itself, at work in one tenant.
    ///
    /// # Errors
    /// [`SecurityError::TenantIsolation`] when `tenant_id` is empty.
    pub fn system(tenant_id: &str) -> Result<Self, SecurityError> {
        Self::build(SYSTEM_ACTOR, PrincipalKind::System, tenant_id, None)
    }

    /// The actor as records name it: `person/<uuid>`, `service/<uuid>` or `system`.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// What kind of actor this is.
    #[must_use]
    pub fn kind(&self) -> &PrincipalKind {
        &self.kind
    }

    /// The tenant in which the principal acts.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// The role held in that tenant; `None` for the system.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// The person behind the act: the person, a service's owner; `None` for the system.
    #[must_use]
    pub fn person_behind(&self) -> Option<&str> {
        match &self.kind {
            PrincipalKind::Person => Some(&self.actor),
            PrincipalKind::Service { owner } => Some(owner),
            PrincipalKind::System => None,
        }
    }

    fn build(
        actor: &str,
        kind: PrincipalKind,
        tenant_id: &str,
        role: Option<Role>,
    ) -> Result<Self, SecurityError> {
        if tenant_id.trim().is_empty() {
            return Err(crate::error::TenantFault::RequestTenantEmpty.into());
        }
        Ok(Self { actor: actor.to_owned(), kind, tenant_id: tenant_id.to_owned(), role })
    }
}

/// Demands `<prefix>/<uuid>` with the UUID in lower case and with hyphens, since actors are
/// compared whole, everywhere.
fn check_actor(actor: &str, prefix: &'static str) -> Result<(), SecurityError> {
    let id = actor.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
    let well_formed =
        id.is_some_and(|id| Uuid::try_parse(id).is_ok_and(|uuid| uuid.to_string() == id));
    if well_formed { Ok(()) } else { Err(SecurityError::Actor { expected: prefix }) }
}

#[cfg(test)]
mod tests {
    use super::{Principal, PrincipalKind};
    use crate::SecurityError;
    use crate::rbac::Role;

    const ADA: &str = "person/01930000-0000-7000-8000-000000000ada";
    const PIPELINE: &str = "service/01930000-0000-7000-8000-000000000c1c";

    #[test]
    fn an_actor_is_its_kind_and_a_lower_case_uuid() {
        let cases: &[(&str, bool)] = &[
            (ADA, true),
            ("", false),
            ("person/", false),
            ("person", false),
            ("system", false),
            (PIPELINE, false),
            ("01930000-0000-7000-8000-000000000ada", false),
            ("person/01930000-0000-7000-8000-000000000ADA", false),
            ("person/01930000000070008000000000000ada", false),
            ("person/{01930000-0000-7000-8000-000000000ada}", false),
            ("person/01930000-0000-7000-8000-000000000ada ", false),
            ("Person/01930000-0000-7000-8000-000000000ada", false),
            ("person//01930000-0000-7000-8000-000000000ada", false),
        ];
        for (actor, accepted) in cases {
            let made = Principal::person(actor, "credit", Role::Viewer);
            assert_eq!(made.is_ok(), *accepted, "{actor:?}");
            if !accepted {
                assert_eq!(made.err(), Some(SecurityError::Actor { expected: "person" }));
            }
        }
    }

    #[test]
    fn a_service_has_a_person_as_its_owner() {
        let service = Principal::service(PIPELINE, ADA, "credit", Role::Analyst).unwrap();
        assert_eq!(service.kind(), &PrincipalKind::Service { owner: ADA.to_owned() });
        assert_eq!(service.person_behind(), Some(ADA));
        for owner in ["", "system", PIPELINE] {
            assert_eq!(
                Principal::service(PIPELINE, owner, "credit", Role::Analyst).err(),
                Some(SecurityError::Actor { expected: "person" })
            );
        }
        assert_eq!(
            Principal::service(ADA, ADA, "credit", Role::Analyst).err(),
            Some(SecurityError::Actor { expected: "service" })
        );
    }

    #[test]
    fn the_system_has_no_role_and_nobody_behind_it() {
        let system = Principal::system("credit").unwrap();
        assert_eq!((system.actor(), system.role(), system.person_behind()), ("system", None, None));
    }

    #[test]
    fn nobody_acts_without_a_tenant() {
        for tenant in ["", " ", "\t"] {
            assert!(Principal::person(ADA, tenant, Role::Admin).is_err());
            assert!(Principal::service(PIPELINE, ADA, tenant, Role::Admin).is_err());
            assert!(Principal::system(tenant).is_err());
        }
    }
}
