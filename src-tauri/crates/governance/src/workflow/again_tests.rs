//! Asking again: when it is possible, and what it leaves standing.

use ledger::statement::Conditions;
use ledger::{Effect, Status, Tier, Timestamp};
use security::rbac::Action as Verb;

use super::{ApprovalWorkflow, Cause, Requested};
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::testing::*;

fn again(
    world: &mut World,
    name: &str,
    (subject, last): (&SubjectRecord, &ApprovalRequest),
    cause: Option<Cause>,
) -> Result<Requested, GovernanceError> {
    let permit = world.permit(name, Verb::Create)?;
    let why = reason("looked at once more");
    let stands = (world.effect(subject, None), cause);
    world.act(|authority, records| {
        ApprovalWorkflow::request_again(
            &permit,
            subject,
            Some(last),
            stands,
            &why,
            authority,
            records,
        )
    })
}

#[test]
fn what_was_rejected_withdrawn_or_revoked_is_pending_again_and_decided_anew() {
    for end in ["rejected", "withdrawn", "revoked"] {
        let mut world = World::new();
        let (mut subject, mut last) = world.request("credit-pd", Tier::Medium);
        match end {
            "rejected" => {
                let voted = world.reject(BOB, (&subject, &last)).unwrap();
                (subject, last) = (voted.subject.unwrap(), voted.request);
            }
            "withdrawn" => {
                let permit = world.permit(EVE, Verb::Create).unwrap();
                let why = reason("not yet");
                last = world
                    .act(|_, records| ApprovalWorkflow::withdraw(&permit, &last, &why, records))
                    .unwrap();
            }
            _ => {
                let voted = world.approve(BOB, (&subject, &last)).unwrap();
                (subject, last) = (voted.subject.unwrap(), voted.request);
                last = world.revoke(CYD, (&subject, &last)).unwrap();
            }
        }
        let asked = again(&mut world, EVE, (&subject, &last), None).unwrap();
        assert_eq!(asked.subject.status(), Status::Pending, "{end}");
        assert_eq!(asked.subject.request_id(), Some(&asked.request.id), "{end}");
        assert_ne!(asked.request.id, last.id, "{end}: a request of its own");
        let effect = world.effect(&asked.subject, None);
        assert_ne!(effect, Effect::InForce, "{end}: asking approves nothing");
        let voted = world.approve(BOB, (&asked.subject, &asked.request)).unwrap();
        assert_eq!(voted.subject.unwrap().status(), Status::Approved, "{end}");
        assert_eq!(world.effect(&asked.subject, None), Effect::InForce, "{end}");
    }
}

#[test]
fn what_waits_or_is_in_force_without_a_cause_is_not_asked_for_again() {
    let mut world = World::new();
    let (subject, open) = world.request("credit-pd", Tier::Medium);
    let waiting = GovernanceError::AlreadyRequested { request_id: open.id.clone() };
    assert_eq!(again(&mut world, EVE, (&subject, &open), None), Err(waiting));
    let voted = world.approve(BOB, (&subject, &open)).unwrap();
    let (subject, request) = (voted.subject.unwrap(), voted.request);
    let name = subject.subject().name;
    let stands = GovernanceError::StillInForce { subject: name };
    assert_eq!(again(&mut world, EVE, (&subject, &request), None), Err(stands));
    for (name, may) in [(ADA, true), (EVE, true), (BOB, false), (VIC, false)] {
        let cause = Some(Cause::ReliedOn);
        let mut world = World::new();
        let (subject, request) = world.in_force("credit-pd", Conditions::default());
        assert_eq!(again(&mut world, name, (&subject, &request), cause).is_ok(), may, "{name}");
    }
}

#[test]
fn a_new_look_leaves_the_approval_standing_whatever_comes_of_it() {
    for (cause, approves) in
        [(Cause::ReliedOn, true), (Cause::ReliedOn, false), (Cause::Limited, true)]
    {
        let mut world = World::new();
        let limits = world.limits(Some(3_600), &[]);
        let (subject, first) = world.in_force("credit-pd", limits);
        let asked = again(&mut world, EVE, (&subject, &first), Some(cause)).unwrap();
        assert_eq!(asked.subject, subject, "the row keeps its approval");
        assert_eq!(world.effect(&subject, None), Effect::InForce);
        let on = (&asked.subject, &asked.request);
        let voted = if approves { world.approve(CYD, on) } else { world.reject(CYD, on) };
        let voted = voted.unwrap();
        if approves {
            let renewed = voted.subject.unwrap();
            assert_eq!(renewed.request_id(), Some(&asked.request.id));
            world.pass(3_600 * Timestamp::SECOND);
            assert_eq!(world.effect(&subject, None), Effect::InForce, "without the old end");
        } else {
            assert_eq!(voted.subject, None, "a rejection ends no approval");
            assert_eq!(voted.request.status, Status::Rejected);
            assert_eq!(world.effect(&subject, None), Effect::InForce);
            world.pass(3_600 * Timestamp::SECOND);
            assert_eq!(world.effect(&subject, None), Effect::Lapsed);
        }
    }
}

#[test]
fn an_approval_whose_end_has_passed_cannot_be_signed() {
    use crate::error::Mismatch;
    use ledger::Decision;
    for (seconds, is_taken) in [(-1, false), (0, false), (60, true)] {
        let mut world = World::new();
        let (subject, request) = world.request("credit-pd", Tier::Medium);
        let limits = world.limits(Some(seconds), &[]);
        let answer =
            world.vote_with(BOB, Decision::Approved, (&subject, &request), |_, _, predicate| {
                predicate.conditions = limits
            });
        let refused = GovernanceError::StatementMismatch { what: Mismatch::Conditions };
        assert_eq!(answer.is_ok(), is_taken, "{seconds}");
        assert!(is_taken || answer == Err(refused), "{seconds}");
    }
}
