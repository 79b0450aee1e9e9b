//! Acts of authority under single and dual control; each record is read back by the replay.

use ledger::change::{Change, ChangeBody, ChangeKind, RoleGrantBody};
use ledger::{Decision, Lifecycle, Policy, Role, Status, SubjectKind, Tier};

use super::*;
use crate::error::{Mismatch, PolicyGap};
use crate::testing::*;

/// A tenant where Ada and Dan are both ADMIN.
fn two_admins() -> World {
    let mut world = World::new();
    world.hire(DAN, Role::Admin, None);
    world
}

fn promotion(world: &World, proposer: &str) -> Change {
    let body = RoleGrantBody { group: None, person_id: world.actor(VIC), role: Role::Analyst };
    world.change(proposer, ChangeKind::RoleGrant, ChangeBody::RoleGrant(body))
}

fn waiting(world: &mut World, change: &Change) -> ApprovalRequest {
    match world.propose(ADA, change) {
        Ok(Proposal::Waiting(request)) => *request,
        other => panic!("{other:?}"),
    }
}

fn answer(
    world: &mut World,
    name: &str,
    decision: Decision,
    request: &ApprovalRequest,
) -> Result<ApprovalRequest, GovernanceError> {
    let predicate = world.predicate(name, decision, request);
    let signed = world.sign(name, request.subject.clone(), predicate);
    let admin = world.admin(name);
    world.act(|authority, records| match decision {
        Decision::Approved => {
            ApprovalWorkflow::approve_change(&admin, request, &signed, (0, 0), authority, records)
        }
        Decision::Rejected | Decision::Revoked | Decision::Proposed => {
            ApprovalWorkflow::reject_change(&admin, request, &signed, 0, authority, records)
        }
    })
}

fn role_of_vic(world: &World) -> Role {
    world.authority().grant(&world.actor(VIC)).unwrap().role
}

#[test]
fn with_one_admin_a_change_holds_at_once() {
    let mut world = World::new();
    let change = promotion(&world, ADA);
    let Ok(Proposal::Applied(written)) = world.propose(ADA, &change) else { panic!("it waits") };
    assert_eq!(written.seq + 1, world.head.next_seq);
    assert_eq!(role_of_vic(&world), Role::Analyst);
    assert_eq!(world.authority().applied(&change.id), Some(written.seq));
}

#[test]
fn with_two_admins_a_change_waits_for_the_second() {
    let mut world = two_admins();
    let change = promotion(&world, ADA);
    let request = waiting(&mut world, &change);
    assert_eq!(role_of_vic(&world), Role::Viewer, "nothing holds yet");
    assert_eq!(request.id.as_str(), change.id.as_str());
    assert_eq!((request.tier, request.policy_sha256), (None, None));
    let at = world.occasion.now;
    let missing = who_is_missing(None, &request, world.authority(), at).unwrap();
    assert_eq!((missing.needed, missing.can_sign), (1, vec![world.actor(DAN)]));

    for decision in [Decision::Approved, Decision::Rejected] {
        let own = answer(&mut world, ADA, decision, &request);
        assert_eq!(own, Err(GovernanceError::SecondAdminNeeded), "the proposer is not the second");
    }
    let before = world.head.next_seq;
    let done = answer(&mut world, DAN, Decision::Approved, &request).unwrap();
    assert_eq!((done.status, done.lifecycle), (Status::Approved, Lifecycle::Decided));
    assert_eq!(done.decided_seq, Some(before + 1), "the act, then approval.approve; no vote");
    assert_eq!(role_of_vic(&world), Role::Analyst);
    let again = answer(&mut world, DAN, Decision::Approved, &done).map(|_| ());
    let (lifecycle, status) = (Lifecycle::Decided, Status::Approved);
    assert_eq!(
        again,
        Err(GovernanceError::InvalidWorkflowState { lifecycle, status, blocking: 0 })
    );
}

#[test]
fn the_second_admin_may_reject_and_the_proposer_withdraw() {
    let mut world = two_admins();
    let change = promotion(&world, ADA);
    let request = waiting(&mut world, &change);
    let rejected = answer(&mut world, DAN, Decision::Rejected, &request).unwrap();
    assert_eq!((rejected.status, rejected.votes.len()), (Status::Rejected, 1));

    let change = promotion(&world, ADA);
    let request = waiting(&mut world, &change);
    let permit = world.permit(ADA, security::rbac::Action::Create).unwrap();
    let why = reason("not needed");
    let withdrawn = world
        .act(|_, records| ApprovalWorkflow::withdraw(&permit, &request, &why, records))
        .unwrap();
    assert_eq!(withdrawn.lifecycle, Lifecycle::Withdrawn);
    assert_eq!(role_of_vic(&world), Role::Viewer);
    let late = answer(&mut world, DAN, Decision::Approved, &withdrawn);
    assert!(matches!(late, Err(GovernanceError::InvalidWorkflowState { .. })));
}

#[test]
fn a_change_is_proposed_by_its_proposer_in_its_own_log_and_applied_once() {
    let mut world = World::new();
    let good = promotion(&world, ADA);
    let fraud = ledger::TenantId::parse("fraud").unwrap();
    let elsewhere = Change { tenant_id: fraud, ..good.clone() };
    assert!(matches!(world.propose(ADA, &elsewhere), Err(GovernanceError::Security(_))));
    let other = ledger::WorkspaceId::parse("01930000-0000-7000-8000-00000000000b").unwrap();
    let bob = world.actor(BOB);
    for (bent, expected) in [
        (Change { workspace_id: other, ..good.clone() }, "it is for another log"),
        (Change { proposed_by: bob, ..good.clone() }, "it names another proposer"),
        (
            Change { kind: ChangeKind::TenantCreate, ..good.clone() },
            "a genesis stands at record 0 and only there",
        ),
    ] {
        let refused = world.propose(ADA, &bent);
        assert_eq!(refused, Err(GovernanceError::InvalidChange { reason: expected }));
    }
    let blank = Change { reason: "  ".to_owned(), ..good.clone() };
    assert!(matches!(world.propose(ADA, &blank), Err(GovernanceError::Text { .. })));
    assert!(world.propose(ADA, &good).is_ok());
    let reason = "it was applied before";
    assert_eq!(world.propose(ADA, &good), Err(GovernanceError::InvalidChange { reason }));
}

#[test]
fn a_proposal_is_signed_for_exactly_this_change() {
    let mut world = World::new();
    let (change, other) = (promotion(&world, ADA), promotion(&world, ADA));
    let signed = world.sign_proposal(ADA, &other);
    let admin = world.admin(ADA);
    let refused = world.act(|authority, records| {
        ApprovalWorkflow::request_change(&admin, &change, &signed, 0, authority, records)
    });
    let what = Mismatch::Request;
    assert_eq!(refused, Err(GovernanceError::StatementMismatch { what }));

    let signed = world.sign_proposal(ADA, &change);
    let bent = Change { reason: "another reason".to_owned(), ..change.clone() };
    let refused = world.act(|authority, records| {
        ApprovalWorkflow::request_change(&admin, &bent, &signed, 0, authority, records)
    });
    assert!(matches!(refused, Err(GovernanceError::StaleReview { .. })), "{refused:?}");
}

#[test]
fn somebody_who_is_no_admin_in_the_log_proposes_nothing() {
    let mut world = World::new();
    // A permit made from a stale cache: the log knows Bob as APPROVER.
    let change = promotion(&world, BOB);
    let reason = "its proposer is no ADMIN";
    assert_eq!(world.propose(BOB, &change), Err(GovernanceError::InvalidChange { reason }));
}

#[test]
fn a_change_whose_proposer_lost_the_role_is_not_signed() {
    let mut world = two_admins();
    let change = promotion(&world, ADA);
    let request = waiting(&mut world, &change);
    let body = RoleGrantBody { group: None, person_id: world.actor(ADA), role: Role::Viewer };
    let demotion = Change {
        reason: "she moves on".to_owned(),
        ..world.change(DAN, ChangeKind::RoleGrant, ChangeBody::RoleGrant(body))
    };
    let Ok(Proposal::Waiting(demotion)) = world.propose(DAN, &demotion) else { panic!("applied") };
    answer(&mut world, ADA, Decision::Approved, &demotion).unwrap();
    let reason = "its proposer is no ADMIN";
    let refused = answer(&mut world, DAN, Decision::Approved, &request);
    assert_eq!(refused, Err(GovernanceError::InvalidChange { reason }));
}

#[test]
fn a_policy_that_nobody_could_meet_is_refused() {
    let mut world = World::new();
    let standard =
        Policy::standard(&world.occasion.tenant_id.clone(), SubjectKind::Prompt, Tier::High);
    let with = |approvals, groups: &[&str]| Policy {
        approvals,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..standard.clone()
    };
    let people = PolicyGap::People { needed: 4, enrolled: 3 };
    let risk = PolicyGap::Group { group: "Risk".to_owned() };
    let cases =
        [(with(3, &[]), None), (with(4, &[]), Some(people)), (with(1, &["Risk"]), Some(risk))];
    for (policy, gap) in cases {
        let answer = world.set_policy(policy).map(|_| ());
        let expected = gap.map_or(Ok(()), |gap| Err(GovernanceError::PolicyUnmeetable { gap }));
        assert_eq!(answer, expected);
    }
    let nobody = with(0, &[]);
    assert!(matches!(world.set_policy(nobody), Err(GovernanceError::Ledger(_))));
    world.hire("Fay", Role::Approver, Some("Risk"));
    assert!(world.set_policy(with(1, &["Risk"])).is_ok());
}

#[test]
fn a_vote_takes_no_change_and_the_second_admin_no_model() {
    let mut world = two_admins();
    let change = promotion(&world, ADA);
    let request = waiting(&mut world, &change);
    let permit = world.permit(DAN, security::rbac::Action::Approve).unwrap();
    let policy = Policy::standard(&world.occasion.tenant_id, SubjectKind::Model, Tier::Low);
    let at = world.occasion.now;
    let by_vote = ApprovalWorkflow::check_voter(&permit, &request, &policy, at);
    assert_eq!(by_vote, Err(GovernanceError::SecondAdminNeeded));
    let (_, model) = world.request("credit-pd", Tier::Medium);
    let refused = answer(&mut world, DAN, Decision::Approved, &model);
    assert!(matches!(refused, Err(GovernanceError::InvalidChange { .. })));
}
