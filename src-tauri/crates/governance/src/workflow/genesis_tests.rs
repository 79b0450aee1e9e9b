//! Record 0: what a genesis must be, one fault at a time.

use ledger::change::{Change, ChangeBody, ChangeKind, GenesisBody};
use ledger::{Policy, TenantId};
use security::rbac::RbacService;

use super::*;
use crate::error::Mismatch;
use crate::testing::*;

fn with_body(change: &Change, bend: impl FnOnce(&mut GenesisBody)) -> Change {
    let mut change = change.clone();
    if let ChangeBody::Genesis(body) = &mut change.body {
        bend(body);
    }
    change
}

#[test]
fn a_genesis_founds_a_log_with_its_admin_and_policies() {
    let mut world = World::empty();
    let change = world.genesis();
    let written = world.found(&change).unwrap();
    assert_eq!(written.seq, 0);
    assert_eq!(world.authority().title(), "Credit");
    assert_eq!(world.authority().admins().collect::<Vec<_>>(), [&world.actor(ADA)]);
    assert_eq!(world.authority().policies().count(), 6);
}

#[test]
fn a_genesis_stands_at_record_0_and_only_there() {
    let mut world = World::founded();
    let again = world.genesis();
    let reason = "a genesis stands at record 0 and only there";
    assert_eq!(world.found(&again), Err(GovernanceError::InvalidChange { reason }));
}

#[test]
fn a_genesis_with_one_fault_is_refused() {
    let mut world = World::empty();
    let good = world.genesis();
    let fraud = TenantId::parse("fraud").unwrap();
    let refused = |reason| GovernanceError::InvalidChange { reason };
    world.introduce(DAN);
    let dan = world.actor(DAN);
    let cases = [
        (
            Change { kind: ChangeKind::WorkspaceCreate, ..good.clone() },
            refused("the genesis is not of this kind of log"),
        ),
        (Change { proposed_by: dan.clone(), ..good.clone() }, refused("it names another proposer")),
        (
            with_body(&good, |body| body.admins.clear()),
            refused("a genesis names one admin; others are granted their role"),
        ),
        (
            with_body(&good, |body| {
                body.policies = Policy::standard_six(&fraud);
            }),
            refused("it holds a policy of another tenant"),
        ),
        (
            with_body(&good, |body| body.admins[0].person_id = dan.clone()),
            GovernanceError::StatementMismatch { what: Mismatch::Reviewer },
        ),
        (
            with_body(&good, |body| body.name = "  ".to_owned()),
            GovernanceError::Text { what: "title", reason: "it is empty" },
        ),
        (
            Change { reason: String::new(), ..good.clone() },
            GovernanceError::Text { what: "reason", reason: "it is empty" },
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(world.found(&change), Err(expected));
    }
    assert!(world.found(&good).is_ok(), "unbent, it founds the log");
}

#[test]
fn only_an_admin_of_the_workspace_founds_a_tenant() {
    let mut world = World::empty();
    let change = world.genesis();
    let signed = world.sign_proposal(ADA, &change);
    let of_the_tenant = world.admin(ADA);
    let refused = world.act(|_, records| {
        ApprovalWorkflow::found_tenant(&of_the_tenant, &change, &signed, records)
    });
    assert!(matches!(refused, Err(GovernanceError::Security(_))));
    assert!(RbacService::administer(of_the_tenant.principal()).is_ok(), "an admin, but not there");
}
