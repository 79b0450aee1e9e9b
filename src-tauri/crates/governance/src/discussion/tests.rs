//! Who may say what about a request, as a table; every record is read back.

use ledger::{Lifecycle, Status, Tier};
use security::SecurityError;

use super::*;
use crate::audit::Ids as _;
use crate::testing::*;

fn text(text: &str) -> RemarkText {
    RemarkText::parse(text).unwrap()
}

fn finding(blocking: bool) -> Said {
    Said::Finding { severity: Severity::High, blocking, owner: None, due: None }
}

/// Says it as the shell would: with a permit to approve, or else to create.
fn say(
    world: &mut World,
    who: &str,
    request: &ApprovalRequest,
    earlier: &mut Vec<Remark>,
    said: Said,
) -> Result<Remark, GovernanceError> {
    let permit = world.permit(who, Verb::Approve).or_else(|_| world.permit(who, Verb::Create))?;
    let new = NewRemark { said, text: text("the sample is from 2019") };
    let remark = world.act(|_, records| {
        let requests = [request.clone()];
        let talk = Talk { request, requests: &requests, said: earlier };
        let remark = Discussion::say(&permit, &talk, &new, records)?;
        let read = Remark::read(records.records().last().unwrap())?;
        assert_eq!(read.as_ref(), Some(&remark), "a record says what was said");
        Ok(remark)
    })?;
    earlier.push(remark.clone());
    Ok(remark)
}

#[derive(Debug, PartialEq)]
enum Answer {
    Said,
    NoRight,
    NotYours,
    Tied,
}

fn answer(said: Result<Remark, GovernanceError>) -> Answer {
    match said {
        Ok(_) => Answer::Said,
        Err(GovernanceError::Security(SecurityError::Authorization { .. })) => Answer::NoRight,
        Err(GovernanceError::NotYourRequest) => Answer::NotYours,
        Err(GovernanceError::FourEyes { .. }) => Answer::Tied,
        Err(other) => panic!("{other:?}"),
    }
}

/// Eve (ANALYST) asked for what Ada (ADMIN) registered; Bob and Cyd are APPROVER, Vic VIEWER.
#[test]
fn each_role_says_what_the_matrix_allows() {
    use Answer::{NoRight, NotYours, Said as Yes, Tied};
    let mut world = World::new();
    let (_, of_eve) = world.request("credit-pd", Tier::High);
    let model = world.register("credit-lgd", Tier::Low);
    let (_, of_ada) = world.ask(ADA, &crate::state::SubjectRecord::Model(model));
    let mut said = Vec::new();
    let opened = say(&mut world, BOB, &of_eve, &mut said, finding(false)).unwrap().id;
    let cases = [
        // who, on whose request, comment, open, answer, close Bob's, ask for changes
        (ADA, &of_eve, [Yes, Yes, Yes, Tied, Tied]),
        (CYD, &of_eve, [Yes, Yes, Yes, Yes, Yes]),
        (EVE, &of_eve, [Yes, Yes, Yes, NoRight, NoRight]),
        (VIC, &of_eve, [NoRight, NoRight, NoRight, NoRight, NoRight]),
        (EVE, &of_ada, [NotYours, NotYours, NotYours, NotYours, NotYours]),
    ];
    let mut tried = 0;
    for (who, request, expected) in cases {
        let acts = [
            Said::Comment,
            finding(false),
            Said::Answer { finding: opened.clone() },
            Said::Closing { finding: opened.clone() },
            Said::ChangesWanted,
        ];
        for (act, expected) in acts.into_iter().zip(expected) {
            // Each from the same beginning.
            let mut earlier = said.clone();
            let answered = answer(say(&mut world, who, request, &mut earlier, act.clone()));
            assert_eq!(answered, expected, "{who} {act:?}");
            tried += 1;
        }
    }
    println!("{tried} remarks of 5 people tried");
    assert_eq!(tried, 25);
}

#[test]
fn its_opener_closes_a_finding_whoever_they_are_and_once() {
    let mut world = World::new();
    let (_, request) = world.request("credit-pd", Tier::High);
    let mut said = Vec::new();
    let own = say(&mut world, EVE, &request, &mut said, finding(true)).unwrap().id;
    assert_eq!(open_blocking(&said), 1);
    let closing = Said::Closing { finding: own.clone() };
    say(&mut world, EVE, &request, &mut said, closing.clone()).unwrap();
    assert_eq!(open_blocking(&said), 0);
    for again in [closing, Said::Answer { finding: own }] {
        let refused = say(&mut world, EVE, &request, &mut said, again);
        assert_eq!(refused, Err(GovernanceError::FindingClosed));
    }
    let nowhere = Said::Answer { finding: world.ids.record_id() };
    let refused = say(&mut world, BOB, &request, &mut said, nowhere);
    assert_eq!(refused, Err(GovernanceError::NotFound { what: "finding" }));
}

#[test]
fn a_request_that_waits_no_more_takes_comments_and_nothing_that_would_stop_it() {
    let mut world = World::new();
    let (_, open) = world.request("credit-pd", Tier::High);
    let closed =
        ApprovalRequest { lifecycle: Lifecycle::Decided, status: Status::Approved, ..open };
    for (act, is_fine) in [
        (Said::Comment, true),
        (finding(false), true),
        (finding(true), false),
        (Said::ChangesWanted, false),
    ] {
        let done = say(&mut world, BOB, &closed, &mut Vec::new(), act.clone());
        match done {
            Ok(_) => assert!(is_fine, "{act:?}"),
            Err(GovernanceError::InvalidWorkflowState { blocking, .. }) => {
                assert!(!is_fine && blocking == 0, "{act:?}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_open_blocking_finding_refuses_approval_and_never_a_rejection() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Low);
    let refused = world.vote_blocked(BOB, ledger::Decision::Approved, (&subject, &request), 2);
    let Err(GovernanceError::InvalidWorkflowState { blocking: 2, .. }) = refused else {
        panic!("{refused:?}")
    };
    world.vote_blocked(BOB, ledger::Decision::Rejected, (&subject, &request), 2).unwrap();
    let (subject, request) = world.request("credit-lgd", Tier::Low);
    world.vote_blocked(BOB, ledger::Decision::Approved, (&subject, &request), 0).unwrap();
}

#[test]
fn answers_and_ends_are_found_with_their_findings() {
    let mut world = World::new();
    let (_, request) = world.request("credit-pd", Tier::High);
    let mut said = Vec::new();
    let first = say(&mut world, BOB, &request, &mut said, finding(true)).unwrap().id;
    say(&mut world, CYD, &request, &mut said, Said::Comment).unwrap();
    let second = say(&mut world, CYD, &request, &mut said, finding(true)).unwrap().id;
    say(&mut world, EVE, &request, &mut said, Said::Answer { finding: first.clone() }).unwrap();
    say(&mut world, CYD, &request, &mut said, Said::Closing { finding: first.clone() }).unwrap();
    let found = findings(&said);
    let shape: Vec<_> = found
        .iter()
        .map(|finding| (&finding.remark.id, finding.answers.len(), finding.closing.is_some()))
        .collect();
    assert_eq!(shape, [(&first, 1, true), (&second, 0, false)]);
    assert_eq!(open_blocking(&said), 1);
}

#[test]
fn a_record_with_the_keys_of_another_kind_is_no_remark() {
    let mut world = World::new();
    let (_, request) = world.request("credit-pd", Tier::High);
    let bob = world.actor(BOB);
    let metadata = Said::Comment.metadata(&request.id, text("x").digest());
    let name = request.subject.name.clone();
    world
        .act(|_, records| {
            let draft = RecordDraft::about(&name, ledger::Action::FindingOpen, "", &metadata)?;
            records.record(&bob, draft)?;
            let read = Remark::read(records.records().last().unwrap());
            assert!(matches!(read, Err(GovernanceError::Ledger(_))), "{read:?}");
            let wrong = finding(true).metadata(&request.id, text("x").digest());
            let draft = RecordDraft::about(&name, ledger::Action::CommentAdd, "", &wrong)?;
            records.record(&bob, draft)?;
            let read = Remark::read(records.records().last().unwrap());
            assert!(matches!(read, Err(GovernanceError::Ledger(_))), "{read:?}");
            Ok(())
        })
        .unwrap();
}

/// Bob finds what stops the first request; Eve, then Ada, ask again. Who closes it from where.
#[test]
fn a_finding_stops_later_requests_and_is_closed_by_nobody_tied_to_one_of_them() {
    let mut world = World::new();
    let (_, first) = world.request("credit-pd", Tier::High);
    let mut said = Vec::new();
    let minor = say(&mut world, BOB, &first, &mut said, finding(false)).unwrap().id;
    let ended = say(&mut world, BOB, &first, &mut said, finding(true)).unwrap().id;
    let opened = say(&mut world, BOB, &first, &mut said, finding(true)).unwrap().id;
    say(&mut world, CYD, &first, &mut said, Said::Comment).unwrap();
    say(&mut world, CYD, &first, &mut said, Said::Closing { finding: ended }).unwrap();
    let later = |by: Actor, number: u64| ApprovalRequest {
        seq: first.seq + 10 + number,
        requested_by: by,
        ..first.clone()
    };
    let (mut second, mut third) = (later(world.actor(EVE), 0), later(world.actor(ADA), 20));
    (second.id, third.id) = (world.ids.request_id(), world.ids.request_id());
    second.makers.clear();
    third.makers.clear();
    let before = ApprovalRequest { makers: Vec::new(), ..first.clone() };
    let of = |request: &ApprovalRequest, said: &[Remark]| {
        let said = in_discussion_of(request, said.to_vec());
        said.into_iter().map(|remark| remark.id).collect::<Vec<_>>()
    };
    assert_eq!(
        of(&second, &said),
        std::slice::from_ref(&opened),
        "neither what is closed nor what is minor"
    );
    assert!(of(&first, &said).contains(&minor) && of(&first, &said).len() == 5);
    let bobs = said.iter().find(|remark| remark.id == opened).unwrap().clone();
    assert!(carries_over(&second, &bobs) && !carries_over(&first, &bobs));

    // From the first one's review and from the second's alike.
    let requests = [before.clone(), second.clone(), third.clone()];
    let closing = NewRemark { said: Said::Closing { finding: opened }, text: text("done") };
    let mut tried = 0;
    for (who, expected) in
        [(BOB, Answer::Said), (CYD, Answer::Said), (ADA, Answer::Tied), (EVE, Answer::NoRight)]
    {
        for request in [&before, &second] {
            let permit =
                world.permit(who, Verb::Approve).or_else(|_| world.permit(who, Verb::Create));
            let here = in_discussion_of(request, said.clone());
            let talk = Talk { request, requests: &requests, said: &here };
            let done =
                world.act(|_, records| Discussion::say(&permit.unwrap(), &talk, &closing, records));
            if let Ok(done) = &done {
                let after: Vec<Remark> = said.iter().cloned().chain([done.clone()]).collect();
                for request in &requests[..2] {
                    let here = in_discussion_of(request, after.clone());
                    assert_eq!(open_blocking(&here), 0, "closed once, it is closed everywhere");
                }
            }
            assert_eq!(answer(done), expected, "{who} on {}", request.seq);
            tried += 1;
        }
    }
    assert_eq!(tried, 8);
    // A finding whose request is not at hand is not judged.
    let here = in_discussion_of(&second, said.clone());
    let talk = Talk { request: &second, requests: &requests[1..], said: &here };
    let permit = world.permit(CYD, Verb::Approve).unwrap();
    let lost = world.act(|_, records| Discussion::say(&permit, &talk, &closing, records));
    assert_eq!(lost, Err(GovernanceError::NotFound { what: "request" }));
}
