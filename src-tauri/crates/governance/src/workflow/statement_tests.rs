//! A statement serves exactly one act: stale reviews and statements that say something else.

use ledger::statement::ReviewerRole;
use ledger::{Decision, Digest, Policy, Role, SubjectDigest, Tier, Timestamp};

use super::*;
use crate::error::{Mismatch, Stale};
use crate::testing::*;

#[test]
fn a_review_of_something_else_than_what_stands_now_is_stale() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let other = Digest::of(b"one byte changed");
    let stale = |what| Err(GovernanceError::StaleReview { what });
    let on = (&subject, &request);
    let vote = Decision::Approved;

    let changed = world.vote_with(BOB, vote, on, |current, _, _| {
        current.digest = SubjectDigest::Sha256(other);
    });
    assert_eq!(changed, stale(Stale::Subject), "the artefact changed on disk");
    let reviewed_other = world.vote_with(BOB, vote, on, |_, signed, _| {
        signed.digest = SubjectDigest::Sha256(other);
    });
    assert_eq!(reviewed_other, stale(Stale::Subject), "the signer saw other bytes");
    let folder = world.vote_with(BOB, vote, on, |_, signed, _| {
        signed.digest = SubjectDigest::DirHash1(*signed.digest.digest());
    });
    assert_eq!(folder, stale(Stale::Subject), "a folder is no file");
    let card = world.vote_with(BOB, vote, on, |current, _, _| {
        current.documents.insert("card".to_owned(), other);
    });
    assert_eq!(card, stale(Stale::Documents), "the card was swapped");
    let card = world.vote_with(BOB, vote, on, |_, _, signed| {
        signed.reviewed.documents.clear();
    });
    assert_eq!(card, stale(Stale::Documents), "the signer saw no card");
    let policy = world.vote_with(BOB, vote, on, |_, _, signed| {
        signed.policy.as_mut().unwrap().sha256 = other;
    });
    assert_eq!(policy, stale(Stale::Policy));
    let lax = Policy { four_eyes: false, ..world.policy(&request) };
    let counted_otherwise = world.vote_under((&lax, 0), BOB, vote, on, |_, _, _| {});
    assert_eq!(counted_otherwise, stale(Stale::Policy), "it would be counted under another policy");
    assert!(world.approve(BOB, on).is_ok(), "unbent, the same vote is taken");
}

#[test]
fn a_statement_serves_only_the_act_that_it_names() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let (_, twin) = world.request("credit-lgd", Tier::Medium);
    let on = (&subject, &request);
    let decided = world.vote_with(BOB, Decision::Approved, on, |_, subject, signed| {
        signed.decision = Decision::Rejected;
        signed.meaning =
            ledger::statement::meaning(Decision::Rejected, &subject.name).unwrap_or_default();
    });
    let mismatch = |what| Err(GovernanceError::StatementMismatch { what });
    assert_eq!(decided, mismatch(Mismatch::Decision));

    type Bend = fn(&mut ledger::statement::Predicate, &ApprovalRequest);
    let cases: [(Mismatch, Bend); 16] = [
        (Mismatch::Request, |signed, twin| signed.request.id = twin.id.clone()),
        (Mismatch::Request, |signed, _| signed.request.reason.push('.')),
        (Mismatch::Request, |signed, _| signed.request.makers.clear()),
        (Mismatch::Request, |signed, _| signed.request.tier = Some(Tier::Low)),
        (Mismatch::Request, |signed, twin| signed.request.requested_at = twin.requested_at),
        (Mismatch::Request, |signed, _| signed.request.requested_by = ledger::Actor::System),
        (Mismatch::Place, |signed, _| {
            signed.tenant_id = ledger::TenantId::parse("fraud").unwrap();
        }),
        (Mismatch::Place, |signed, _| {
            let other = "01930000-0000-7000-8000-00000000000b";
            signed.workspace_id = ledger::WorkspaceId::parse(other).unwrap();
        }),
        (Mismatch::Reviewer, |signed, twin| signed.reviewer.id = twin.requested_by.clone()),
        (Mismatch::Reviewer, |signed, _| signed.reviewer.name = "Robert".to_owned()),
        (Mismatch::Reviewer, |signed, _| signed.reviewer.role = ReviewerRole::Role(Role::Admin)),
        (Mismatch::Occasion, |signed, _| {
            let other = "01930000-0000-7000-8000-0000000000ff";
            signed.correlation_id = ledger::CorrelationId::parse(other).unwrap();
        }),
        (Mismatch::Time, |signed, _| {
            signed.decided_at = signed.decided_at.plus_micros(1).unwrap();
        }),
        (Mismatch::Time, |signed, _| {
            let limit = 300 * Timestamp::SECOND + 1;
            signed.decided_at = signed.decided_at.plus_micros(-limit).unwrap();
        }),
        (Mismatch::History, |signed, _| signed.reviewed.log_size += 1),
        (Mismatch::HiddenCharacters, |signed, _| signed.reviewed.hidden_characters = 1),
    ];
    for (expected, bend) in cases {
        let answer =
            world.vote_with(BOB, Decision::Approved, on, |_, _, signed| bend(signed, &twin));
        assert_eq!(answer, mismatch(expected));
    }
    let unseen = world.vote_with(BOB, Decision::Approved, on, |_, _, signed| {
        signed.reviewed.log_size = request.seq;
    });
    assert_eq!(unseen, mismatch(Mismatch::History), "signed before the request was in the log");
    let other_subject = world.vote_with(BOB, Decision::Approved, on, |_, subject, _| {
        *subject = twin.subject.clone();
    });
    assert_eq!(other_subject, mismatch(Mismatch::Request));
    assert!(world.approve(BOB, on).is_ok(), "unbent, the same vote is taken");
}

#[test]
fn hidden_characters_are_signed_as_counted() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let on = (&subject, &request);
    let unsaid = world.vote_with(BOB, Decision::Approved, on, |current, _, _| {
        current.hidden_characters = 3;
    });
    let what = Mismatch::HiddenCharacters;
    assert_eq!(unsaid, Err(GovernanceError::StatementMismatch { what }));
    let said = world.vote_with(BOB, Decision::Approved, on, |current, _, signed| {
        current.hidden_characters = 3;
        signed.reviewed.hidden_characters = 3;
    });
    assert!(said.is_ok());
}
