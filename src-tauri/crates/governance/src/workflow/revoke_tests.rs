//! Revoking and rolling back: what ends, who may end it, and what stays.

use ledger::statement::Conditions;
use ledger::{Digest, Effect, Name, Role, Status, SubjectDigest, SubjectKind, Tier, Version};
use security::SecurityError;
use security::rbac::{Action as Verb, RbacService};

use super::{Approval, ApprovalWorkflow, approved_later};
use crate::error::{GovernanceError, Mismatch, Stale};
use crate::registry::{ModelRegistry, NewModel};
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::testing::*;
use ledger::Decision;

#[test]
fn whoever_may_decide_revokes_whoever_they_are_and_nobody_else_does() {
    for (name, may) in [(ADA, true), (BOB, true), (CYD, true), (EVE, false), (VIC, false)] {
        // Ada made it and Bob approved it: four eyes are for approving.
        let mut world = World::new();
        let (subject, request) = world.in_force("credit-pd", Conditions::default());
        let revoked = world.revoke(name, (&subject, &request));
        match (may, revoked) {
            (true, Ok(revoked)) => {
                assert_eq!(revoked.revoked_seq, Some(world.head.next_seq - 1));
                assert_eq!(revoked.effect_at(world.occasion.now), Effect::Revoked, "{name}");
                assert_eq!(world.effect(&subject, None), Effect::Revoked, "{name}");
                let same = ApprovalRequest { revoked_seq: None, ..revoked };
                assert_eq!(same, request, "the approval stays as it was");
            }
            (false, Err(GovernanceError::Security(SecurityError::Authorization { .. }))) => {
                assert_eq!(world.effect(&subject, None), Effect::InForce, "{name}");
            }
            (_, answer) => panic!("{name}: {answer:?}"),
        }
    }
}

#[test]
fn a_service_never_revokes() {
    let mut world = World::new();
    let (subject, request) = world.in_force("credit-pd", Conditions::default());
    let service = world.service(BOB, Role::Approver);
    assert!(RbacService::permit(&service, Verb::Approve).is_err(), "no permit to begin with");
    assert_eq!(world.effect(&subject, None), request.effect_at(world.occasion.now));
}

#[test]
fn only_what_is_in_force_is_revoked_and_only_once() {
    let mut world = World::new();
    let (subject, open) = world.request("credit-pd", Tier::Medium);
    let name = || subject.subject().name;
    let none = GovernanceError::ModelNotApproved { subject: name(), effect: Effect::None };
    assert_eq!(world.revoke(BOB, (&subject, &open)), Err(none));
    let voted = world.approve(BOB, (&subject, &open)).unwrap();
    let (subject, request) = (voted.subject.unwrap(), voted.request);
    let revoked = world.revoke(CYD, (&subject, &request)).unwrap();
    let again = GovernanceError::ModelNotApproved { subject: name(), effect: Effect::Revoked };
    assert_eq!(world.revoke(BOB, (&subject, &revoked)), Err(again));

    let limits = world.limits(Some(60), &["staging"]);
    let (subject, request) = world.in_force("credit-lgd", limits);
    assert_eq!(world.effect(&subject, Some("staging")), Effect::InForce);
    assert_eq!(world.effect(&subject, Some("production")), Effect::None, "out of scope");
    world.pass(60 * ledger::Timestamp::SECOND);
    assert_eq!(world.effect(&subject, Some("staging")), Effect::Lapsed);
    assert_eq!(request.effect_at(world.occasion.now), Effect::Lapsed, "as the row says it");
    let name = subject.subject().name;
    let lapsed = GovernanceError::ModelNotApproved { subject: name, effect: Effect::Lapsed };
    assert_eq!(world.revoke(BOB, (&subject, &request)), Err(lapsed));
}

#[test]
fn what_was_signed_is_what_is_revoked() {
    type Bend = fn(
        &mut crate::workflow::CurrentSubject,
        &mut ledger::Subject,
        &mut ledger::statement::Predicate,
    );
    let stale = |what| GovernanceError::StaleReview { what };
    let mismatch = |what| GovernanceError::StatementMismatch { what };
    let cases: [(&str, Bend, GovernanceError); 9] = [
        (
            "the bytes changed",
            |current, _, _| current.digest = SubjectDigest::Sha256(Digest::of(b"other")),
            stale(Stale::Subject),
        ),
        (
            "the card changed",
            |current, _, _| {
                current.documents.insert("card".to_owned(), Digest::of(b"other"));
            },
            stale(Stale::Documents),
        ),
        (
            "another policy was signed",
            |_, _, predicate| {
                let sha256 = Digest::of(b"other");
                predicate.policy = Some(ledger::statement::PolicyReference { sha256 });
            },
            stale(Stale::Policy),
        ),
        (
            "another subject was signed",
            |_, subject, _| subject.digest = SubjectDigest::Sha256(Digest::of(b"other")),
            stale(Stale::Subject),
        ),
        (
            "an approval was signed",
            |_, subject, predicate| {
                predicate.decision = Decision::Approved;
                predicate.meaning =
                    ledger::statement::meaning(Decision::Approved, &subject.name).unwrap();
            },
            mismatch(Mismatch::Decision),
        ),
        (
            "a revocation with conditions",
            |_, _, predicate| predicate.conditions.scope = Some(vec!["staging".to_owned()]),
            mismatch(Mismatch::Conditions),
        ),
        (
            "a log from before the approval",
            |_, _, predicate| predicate.reviewed.log_size = 1,
            mismatch(Mismatch::History),
        ),
        (
            "hidden characters that nobody counted",
            |current, _, _| current.hidden_characters = 1,
            mismatch(Mismatch::HiddenCharacters),
        ),
        (
            "signed too long ago",
            |_, _, predicate| {
                let before = -6 * 60 * ledger::Timestamp::SECOND;
                predicate.decided_at = predicate.decided_at.plus_micros(before).unwrap();
            },
            mismatch(Mismatch::Time),
        ),
    ];
    for (what, bend, refusal) in cases {
        let mut world = World::new();
        let (subject, request) = world.in_force("credit-pd", Conditions::default());
        let before = world.head;
        let answer =
            world.revoke_with(CYD, (&subject, &request), |current, _, signed, predicate| {
                bend(current, signed, predicate);
            });
        assert_eq!(answer, Err(refusal), "{what}");
        assert_eq!(world.head, before, "{what}: a record was written");
        assert!(world.revoke(CYD, (&subject, &request)).is_ok(), "the control of {what}");
    }
}

/// Three versions of a model, each approved after the other.
fn three(world: &mut World) -> Vec<(SubjectRecord, ApprovalRequest)> {
    ["1", "2", "3"].map(|number| version(world, number)).into()
}

fn version(world: &mut World, number: &str) -> (SubjectRecord, ApprovalRequest) {
    let permit = world.permit(ADA, Verb::RegisterModel).unwrap();
    let new = NewModel {
        version: Version::parse(number).unwrap(),
        checksum: SubjectDigest::Sha256(Digest::of(number.as_bytes())),
        ..new_model("credit-pd", Tier::Medium)
    };
    let names = [Name::parse("credit-pd").unwrap()];
    let model = world
        .act(|_, records| ModelRegistry::register_model(&permit, &names, None, &new, records))
        .unwrap();
    let (subject, request) = world.ask(EVE, &SubjectRecord::Model(model));
    let voted = world.approve(BOB, (&subject, &request)).unwrap();
    (voted.subject.unwrap(), voted.request)
}

/// Cyd goes back to a version, signing for each of the versions named.
fn go_back(
    world: &mut World,
    versions: &[(SubjectRecord, ApprovalRequest)],
    to: usize,
    signed_for: &[usize],
) -> Result<Vec<ApprovalRequest>, GovernanceError> {
    let permit = world.permit(CYD, Verb::Approve)?;
    let now = world.occasion.now;
    let signed: Vec<_> = signed_for
        .iter()
        .map(|at| {
            let request = &versions[*at].1;
            let predicate = world.predicate(CYD, Decision::Revoked, request);
            world.sign(CYD, request.subject.clone(), predicate)
        })
        .collect();
    let current: Vec<_> = versions.iter().map(|(subject, _)| World::current(subject)).collect();
    world.act(|authority, records| {
        let others: Vec<Approval<'_>> = versions
            .iter()
            .zip(&current)
            .map(|((_, request), subject)| Approval {
                request,
                subject,
                effect: request.effect_at(now),
            })
            .collect();
        let to = &versions[to].1;
        let to = (to, to.effect_at(now));
        ApprovalWorkflow::roll_back(&permit, to, &others, &signed, authority, records)
    })
}

#[test]
fn going_back_revokes_every_later_version_in_force_and_approves_nothing() {
    let mut world = World::new();
    let mut versions = three(&mut world);
    let ended = go_back(&mut world, &versions, 0, &[2, 1]).unwrap();
    assert_eq!(ended.len(), 2, "one signature for each version that ends");
    for ended in &ended {
        let at = versions.iter().position(|(_, request)| request.id == ended.id).unwrap();
        versions[at].1 = ended.clone();
    }
    let effects: Vec<Effect> =
        versions.iter().map(|(subject, _)| world.effect(subject, None)).collect();
    assert_eq!(effects, [Effect::InForce, Effect::Revoked, Effect::Revoked]);
    let statuses: Vec<Status> = versions.iter().map(|(_, request)| request.status).collect();
    assert_eq!(statuses, [Status::Approved; 3], "the approvals stay as they were");
    let again = go_back(&mut world, &versions, 0, &[]);
    assert_eq!(again, Err(GovernanceError::NothingLater));
}

#[test]
fn each_version_that_ends_has_a_signature_of_its_own() {
    for (signed_for, what) in [(vec![], "none"), (vec![2], "fewer"), (vec![2, 1, 0], "more")] {
        let mut world = World::new();
        let versions = three(&mut world);
        let answer = go_back(&mut world, &versions, 0, &signed_for);
        let stale = GovernanceError::StaleReview { what: Stale::Subject };
        assert_eq!(answer, Err(stale), "{what}");
        assert_eq!(world.effect(&versions[2].0, None), Effect::InForce, "{what}");
    }
    // Two signatures for the same version are not one for each.
    let mut world = World::new();
    let versions = three(&mut world);
    assert!(go_back(&mut world, &versions, 0, &[2, 2]).is_err());
    assert_eq!(world.effect(&versions[1].0, None), Effect::InForce);
}

#[test]
fn only_a_version_in_force_is_gone_back_to_and_the_last_one_has_nothing_later() {
    let mut world = World::new();
    let mut versions = three(&mut world);
    let nothing = go_back(&mut world, &versions, 2, &[]);
    assert_eq!(nothing, Err(GovernanceError::NothingLater));
    let (subject, request) = versions[0].clone();
    versions[0].1 = world.revoke(ADA, (&subject, &request)).unwrap();
    let subject = subject.subject().name;
    let revoked = GovernanceError::ModelNotApproved { subject, effect: Effect::Revoked };
    assert_eq!(go_back(&mut world, &versions, 0, &[2, 1]), Err(revoked));
    let later: Vec<u64> = {
        let current = World::current(&versions[1].0);
        let others = versions.iter().map(|(_, request)| Approval {
            request,
            subject: &current,
            effect: request.effect_at(world.occasion.now),
        });
        let later = approved_later(&versions[1].1, others);
        later.iter().filter_map(|approval| approval.request.decided_seq).collect()
    };
    assert_eq!(later, [versions[2].1.decided_seq.unwrap()]);
    assert_eq!(versions[2].1.subject.name.kind(), Some(SubjectKind::Model));
}
