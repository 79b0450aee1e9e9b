//! The workflow as tables of state, act and answer; every record is read back by the replay.

use ledger::{
    Decision, Effect, Lifecycle, Policy, Role, Status, SubjectKind, SubjectName, Tier, Timestamp,
};
use security::rbac::{Action as Verb, RbacService};

use super::*;
use crate::error::Tie;
use crate::registry::ModelRegistry;
use crate::state::SubjectRecord;
use crate::testing::*;

fn invalid(lifecycle: Lifecycle, status: Status) -> GovernanceError {
    GovernanceError::InvalidWorkflowState { lifecycle, status, blocking: 0 }
}

#[test]
fn a_high_tier_needs_two_different_people() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::High);
    let first = world.approve(BOB, (&subject, &request)).unwrap();
    assert_eq!((first.request.status, first.subject), (Status::Pending, None));
    assert_eq!(
        world.approve(BOB, (&subject, &first.request)),
        Err(GovernanceError::AlreadyVoted),
        "one vote a person"
    );
    let last = world.approve(CYD, (&subject, &first.request)).unwrap();
    assert_eq!(last.request.status, Status::Approved);
    assert_eq!(last.request.lifecycle, Lifecycle::Decided);
    assert_eq!(last.request.decided_seq, Some(world.head.next_seq - 1));
    let voters: Vec<_> = last.request.votes.iter().map(|vote| vote.actor.clone()).collect();
    assert_eq!(voters, [world.actor(BOB), world.actor(CYD)]);
    let Some(SubjectRecord::Model(model)) = last.subject else { panic!("no model") };
    assert!(model.approved());
    assert_eq!(model.approved_by, Some(world.actor(CYD)));
    assert_eq!(model.approved_at, world.head.last_stamp);
    assert_eq!(model.request_id, Some(request.id));
    let effect = world.replay.effect(&request.subject, world.occasion.now, None);
    assert_eq!((effect.effect, effect.in_scope), (Effect::InForce, true));
}

#[test]
fn the_first_rejection_ends_it() {
    let mut world = World::new();
    for (name, decisions) in [
        ("at-once", &[(BOB, Decision::Rejected)][..]),
        ("after-one", &[(BOB, Decision::Approved), (CYD, Decision::Rejected)]),
    ] {
        let (subject, mut request) = world.request(name, Tier::High);
        let mut decided = None;
        for (who, decision) in decisions {
            let voted =
                world.vote_with(who, *decision, (&subject, &request), |_, _, _| {}).unwrap();
            (request, decided) = (voted.request, voted.subject);
        }
        assert_eq!((request.status, request.lifecycle), (Status::Rejected, Lifecycle::Decided));
        let Some(SubjectRecord::Model(model)) = decided else { panic!("no model") };
        assert_eq!((model.status, model.approved_by), (Status::Rejected, None));
    }
}

#[test]
fn only_an_open_request_is_decided_or_withdrawn() {
    let mut world = World::new();
    let (subject, open) = world.request("credit-pd", Tier::High);
    let cases = [
        (Lifecycle::Withdrawn, Status::Pending),
        (Lifecycle::Expired, Status::Pending),
        (Lifecycle::Superseded, Status::Pending),
        (Lifecycle::Decided, Status::Approved),
        (Lifecycle::Decided, Status::Rejected),
    ];
    for (lifecycle, status) in cases {
        let request = ApprovalRequest { lifecycle, status, ..open.clone() };
        let expected = Err(invalid(lifecycle, status));
        assert_eq!(world.approve(BOB, (&subject, &request)), expected, "approve");
        assert_eq!(world.reject(BOB, (&subject, &request)), expected, "reject");
        let permit = world.permit(EVE, Verb::Create).unwrap();
        let why = reason("no longer needed");
        let withdrawn = world
            .act(|_, records| ApprovalWorkflow::withdraw(&permit, &request, &why, records))
            .map(|_| ());
        assert_eq!(withdrawn, Err(invalid(lifecycle, status)), "withdraw");
    }
    assert!(world.approve(BOB, (&subject, &open)).is_ok(), "the open one takes votes");
}

#[test]
fn expiry_is_read_off_the_clock() {
    let mut world = World::new();
    let tenant = world.occasion.tenant_id.clone();
    let mut policy = Policy::standard(&tenant, SubjectKind::Model, Tier::Low);
    policy.expires_after_seconds = Some(3_600);
    world.set_policy(policy).unwrap();
    let (subject, request) = world.request("credit-pd", Tier::Low);
    let end = request.requested_at.plus_micros(3_600 * Timestamp::SECOND).unwrap();
    assert_eq!(request.expires_at, Some(end));
    assert_eq!(world.act(|_, records| ApprovalWorkflow::expire(&request, records)), Ok(None));

    world.occasion.now = end.plus_micros(-1).unwrap();
    let permit = world.permit(BOB, Verb::Approve).unwrap();
    let policy = world.policy(&request);
    let may = |at| ApprovalWorkflow::check_voter(&permit, &request, &policy, at);
    assert_eq!(may(end.plus_micros(-1).unwrap()), Ok(()));
    assert_eq!(may(end), Err(invalid(Lifecycle::Expired, Status::Pending)));

    world.occasion.now = end;
    assert_eq!(
        world.approve(BOB, (&subject, &request)),
        Err(invalid(Lifecycle::Expired, Status::Pending))
    );
    let expired =
        world.act(|_, records| ApprovalWorkflow::expire(&request, records)).unwrap().unwrap();
    assert_eq!((expired.lifecycle, expired.status), (Lifecycle::Expired, Status::Pending));
    assert_eq!(world.act(|_, records| ApprovalWorkflow::expire(&expired, records)), Ok(None));
}

/// domain.md, rule 1: whoever requested, registered, authored or owns the service that did.
#[test]
fn four_eyes_hold_over_requester_maker_and_owner_of_a_service() {
    let mut world = World::new();
    world.grant(EVE, Role::Admin, None);
    let model = SubjectRecord::Model(world.register("by-ada", Tier::Medium));
    let (subject, request) = world.ask(EVE, &model);
    let four_eyes = |tie| Err(GovernanceError::FourEyes { tie });
    assert_eq!(world.approve(EVE, (&subject, &request)), four_eyes(Tie::Requested));
    assert_eq!(world.reject(EVE, (&subject, &request)), four_eyes(Tie::Requested));
    assert_eq!(world.approve(ADA, (&subject, &request)), four_eyes(Tie::Made));

    // Bob owns the service that registered this one.
    let principal = world.service(BOB, Role::Admin);
    let permit = RbacService::permit(&principal, Verb::RegisterModel).unwrap();
    let new = new_model("by-service", Tier::Medium);
    let model = world
        .act(|_, records| ModelRegistry::register_model(&permit, &[], None, &new, records))
        .unwrap();
    assert!(model.makers.contains(&world.actor(BOB)) && model.makers.len() == 2);
    let (subject, request) = world.ask(EVE, &SubjectRecord::Model(model));
    assert_eq!(world.approve(BOB, (&subject, &request)), four_eyes(Tie::Made));
    assert!(world.approve(CYD, (&subject, &request)).is_ok(), "Cyd has no tie");
}

#[test]
fn without_four_eyes_a_maker_may_vote() {
    let mut world = World::new();
    let tenant = world.occasion.tenant_id.clone();
    let policy =
        Policy { four_eyes: false, ..Policy::standard(&tenant, SubjectKind::Model, Tier::Medium) };
    world.set_policy(policy).unwrap();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let voted = world.approve(ADA, (&subject, &request)).unwrap();
    assert_eq!(voted.request.status, Status::Approved);
}

#[test]
fn a_policy_may_ask_for_a_check_of_the_artefact() {
    let mut world = World::new();
    let tenant = world.occasion.tenant_id.clone();
    let policy = Policy {
        artefact_check: true,
        ..Policy::standard(&tenant, SubjectKind::Model, Tier::Medium)
    };
    world.set_policy(policy).unwrap();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let on = (&subject, &request);
    assert_eq!(world.approve(BOB, on), Err(GovernanceError::ArtefactUnchecked));
    let checked = world.vote_with(BOB, Decision::Approved, on, |_, _, signed| {
        signed.reviewed.artefact_checked = true;
    });
    assert_eq!(checked.unwrap().request.status, Status::Approved);
}

#[test]
fn a_vote_of_somebody_who_has_lost_the_role_stays_and_does_not_count() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::High);
    let first = world.approve(BOB, (&subject, &request)).unwrap();
    world.dismiss(BOB);
    let second = world.approve(CYD, (&subject, &first.request)).unwrap();
    assert_eq!((second.request.votes.len(), second.request.status), (2, Status::Pending));
    world.hire("Fay", Role::Approver, None);
    let third = world.approve("Fay", (&subject, &second.request)).unwrap();
    assert_eq!(third.request.status, Status::Approved);
}

#[test]
fn each_group_of_a_policy_must_be_represented() {
    let mut world = World::new();
    world.hire("Fay", Role::Approver, Some("Risk"));
    let tenant = world.occasion.tenant_id.clone();
    let policy = Policy {
        groups: vec!["Risk".to_owned()],
        ..Policy::standard(&tenant, SubjectKind::Model, Tier::Medium)
    };
    world.set_policy(policy).unwrap();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let first = world.approve(BOB, (&subject, &request)).unwrap();
    assert_eq!(first.request.status, Status::Pending, "Bob is of no group");
    let second = world.approve("Fay", (&subject, &first.request)).unwrap();
    assert_eq!(second.request.status, Status::Approved);
}

#[test]
fn only_its_requester_withdraws_a_request() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let why = reason("asked too early");
    for (name, expected) in [(ADA, Err(GovernanceError::NotTheRequester)), (EVE, Ok(()))] {
        let permit = world.permit(name, Verb::Create).unwrap();
        let withdrawn =
            world.act(|_, records| ApprovalWorkflow::withdraw(&permit, &request, &why, records));
        if let Ok(withdrawn) = &withdrawn {
            assert_eq!(
                (withdrawn.lifecycle, withdrawn.status),
                (Lifecycle::Withdrawn, Status::Pending)
            );
        }
        assert_eq!(withdrawn.map(|_| ()), expected, "{name}");
    }
    let (_, again) = world.ask(EVE, &subject);
    assert_ne!(again.id, request.id, "the model is still PENDING and may be asked for again");
}

#[test]
fn a_request_is_opened_once_for_a_pending_subject_under_a_policy() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let permit = world.permit(EVE, Verb::Create).unwrap();
    let why = reason("again");
    let again = world
        .act(|authority, records| {
            let waiting = Some(&request);
            ApprovalWorkflow::request_approval(&permit, &subject, waiting, &why, authority, records)
        })
        .map(|_| ());
    assert_eq!(again, Err(GovernanceError::AlreadyRequested { request_id: request.id.clone() }));

    let approved = world.approve(BOB, (&subject, &request)).unwrap().subject.unwrap();
    let decided = world
        .act(|authority, records| {
            ApprovalWorkflow::request_approval(&permit, &approved, None, &why, authority, records)
        })
        .map(|_| ());
    let status = Status::Approved;
    assert_eq!(decided, Err(GovernanceError::InvalidModelState { status }));
    let voted = world.approve(CYD, (&approved, &request));
    assert_eq!(voted, Err(GovernanceError::InvalidModelState { status }), "never decided twice");

    let elsewhere = ledger::replay::Authority::new(
        world.authority().workspace().clone(),
        world.authority().tenant().clone(),
    );
    let (kind, tier) = (SubjectKind::Model, Tier::Medium);
    let no_policy = world
        .act(|_, records| {
            ApprovalWorkflow::request_approval(&permit, &subject, None, &why, &elsewhere, records)
        })
        .map(|_| ());
    assert_eq!(no_policy, Err(GovernanceError::PolicyMissing { kind, tier }));
}

#[test]
fn who_is_missing_names_those_who_can_still_sign() {
    let mut world = World::founded();
    world.hire(EVE, Role::Analyst, None);
    let (subject, request) = world.request("credit-pd", Tier::High);
    let missing = |world: &World, request: &ApprovalRequest| {
        let policy = world.policy(request);
        who_is_missing(Some(&policy), request, world.authority(), world.occasion.now)
    };
    let said = |world: &World, request: &ApprovalRequest| {
        missing(world, request).map(|missing| missing.to_string())
    };
    assert_eq!(said(&world, &request).as_deref(), Some("needs 2, nobody can sign yet"));
    world.hire(BOB, Role::Approver, None);
    assert_eq!(said(&world, &request).as_deref(), Some("needs 2, only 1 can sign yet"));
    world.hire(CYD, Role::Approver, None);
    let both = missing(&world, &request).unwrap();
    assert_eq!(both.can_sign, [world.actor(BOB), world.actor(CYD)]);
    let first = world.approve(BOB, (&subject, &request)).unwrap().request;
    assert_eq!(missing(&world, &first).unwrap().can_sign, [world.actor(CYD)]);
    assert_eq!(said(&world, &first).as_deref(), Some("needs 1, 1 can sign"));
    let last = world.approve(CYD, (&subject, &first)).unwrap().request;
    assert_eq!(said(&world, &last), None);
}

#[test]
fn a_request_names_its_subject_as_it_was_made() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    assert_eq!(request.subject, subject.subject());
    assert_eq!(request.makers, subject.makers());
    assert_eq!(&request.documents, subject.documents());
    assert!(
        matches!(&request.subject.name, SubjectName::Model(name, _) if name.as_str() == "credit-pd")
    );
}
