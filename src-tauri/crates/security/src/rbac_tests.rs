//! The matrix as the specification prints it, kept by hand, apart from the code that it checks.

use super::{Action, PrincipalKind, RbacService, Role};
use crate::SecurityError;
use crate::error::Denial;
use crate::principal::Principal;

const ADA: &str = "person/01930000-0000-7000-8000-000000000ada";
const PIPELINE: &str = "service/01930000-0000-7000-8000-000000000c1c";

/// role, create, approve, view, register_model: copied from the specification's table.
const SPECIFIED: [(&str, [bool; 4]); 4] = [
    ("ADMIN", [true, true, true, true]),
    ("ANALYST", [true, false, true, false]),
    ("APPROVER", [false, true, true, false]),
    ("VIEWER", [false, false, true, false]),
];
const ACTIONS: [&str; 4] = ["create", "approve", "view", "register_model"];

fn person(role: Role) -> Principal {
    Principal::person(ADA, "credit", role).unwrap()
}

fn service(role: Role) -> Principal {
    Principal::service(PIPELINE, ADA, "credit", role).unwrap()
}

#[test]
fn every_pair_of_the_matrix_is_answered_as_specified() {
    let mut asked = 0;
    for (role_name, row) in SPECIFIED {
        let role = Role::parse(role_name).unwrap();
        for (action_name, allowed) in ACTIONS.into_iter().zip(row) {
            let action = Action::parse(action_name).unwrap();
            let denied: SecurityError = Denial::RoleLacksAction { role, action }.into();

            let by_name = RbacService::check_permission(role, action_name);
            let by_principal = RbacService::permit(&person(role), action);
            if allowed {
                let granted = by_name.unwrap();
                assert_eq!((granted.role(), granted.action()), (role, action));
                let permit = by_principal.unwrap();
                assert_eq!((permit.role(), permit.action()), (role, action));
                assert_eq!((permit.tenant_id(), permit.principal().actor()), ("credit", ADA));
            } else {
                assert_eq!(by_name.err(), Some(denied.clone()), "{role_name} {action_name}");
                assert_eq!(by_principal.err(), Some(denied), "{role_name} {action_name}");
            }
            asked += 1;
        }
    }
    assert_eq!(asked, Role::ALL.len() * Action::ALL.len());
}

#[test]
fn the_matrix_for_screens_is_the_specified_one() {
    for (row, (role_name, allowed)) in RbacService::matrix().into_iter().zip(SPECIFIED) {
        assert_eq!(row.role.as_str(), role_name);
        assert_eq!(row.cells.map(|(action, _)| action.as_str()), ACTIONS);
        assert_eq!(row.cells.map(|(_, granted)| granted), allowed);
    }
}

#[test]
fn any_other_action_is_denied_to_every_role() {
    let others =
        ["", " ", "CREATE", "Approve", "view ", " view", "delete", "admin", "register-model", "*"];
    for role in Role::ALL {
        for action in others {
            assert_eq!(
                RbacService::check_permission(role, action).err(),
                Some(Denial::UnknownAction { action: action.to_owned() }.into()),
            );
        }
    }
}

#[test]
fn role_and_action_names_read_back_and_nothing_else_does() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Ok(role));
        assert!(Role::parse(&role.as_str().to_lowercase()).is_err());
    }
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Ok(action));
    }
    assert_eq!(
        Role::parse("OWNER").err(),
        Some(Denial::UnknownRole { role: "OWNER".to_owned() }.into())
    );
}

#[test]
fn a_service_never_gets_a_permit_to_approve_whatever_its_role() {
    for role in Role::ALL {
        assert_eq!(
            RbacService::permit(&service(role), Action::Approve).err(),
            Some(Denial::ServiceCannotDecide.into())
        );
        for action in [Action::Create, Action::View, Action::RegisterModel] {
            let as_person = RbacService::permit(&person(role), action).is_ok();
            assert_eq!(RbacService::permit(&service(role), action).is_ok(), as_person);
        }
    }
}

#[test]
fn the_system_gets_no_permit_at_all() {
    let system = Principal::system("credit").unwrap();
    assert_eq!(system.kind(), &PrincipalKind::System);
    for action in Action::ALL {
        assert_eq!(
            RbacService::permit(&system, action).err(),
            Some(Denial::SystemHasNoRole.into())
        );
    }
}

#[test]
fn only_a_person_in_the_role_admin_administers() {
    let admin = RbacService::administer(&person(Role::Admin)).unwrap();
    assert_eq!((admin.tenant_id(), admin.principal().actor()), ("credit", ADA));
    for role in [Role::Analyst, Role::Approver, Role::Viewer] {
        assert_eq!(
            RbacService::administer(&person(role)).err(),
            Some(Denial::AdministrationNeedsAdmin { role }.into())
        );
    }
    for role in Role::ALL {
        assert_eq!(
            RbacService::administer(&service(role)).err(),
            Some(Denial::AdministrationNeedsPerson.into())
        );
    }
    assert!(RbacService::administer(&Principal::system("credit").unwrap()).is_err());
}

#[test]
fn a_permit_covers_its_own_action_in_its_own_tenant_only() {
    let permit = RbacService::permit(&person(Role::Admin), Action::Create).unwrap();
    assert_eq!(permit.covers(Action::Create, "credit"), Ok(()));
    for tenant in ["fraud", "", "Credit", "credit ", "_workspace"] {
        let refused = permit.covers(Action::Create, tenant);
        assert!(matches!(refused, Err(SecurityError::TenantIsolation { .. })), "{tenant:?}");
    }
    for action in [Action::Approve, Action::View, Action::RegisterModel] {
        assert_eq!(
            permit.covers(action, "credit").err(),
            Some(Denial::PermitForOtherAction { permitted: Action::Create, asked: action }.into())
        );
    }
}
