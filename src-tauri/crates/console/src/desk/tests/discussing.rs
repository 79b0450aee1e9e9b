//! The discussion of a request as the windows use it.

use super::{Bench, code};
use crate::error::ErrorCode;
use crate::views::{DecisionDraft, DiscussionView, RemarkDraft, RemarkKind, ReviewView};

fn finding(blocking: bool) -> RemarkDraft {
    RemarkDraft::Finding {
        severity: "high".to_owned(),
        blocking,
        owner: None,
        due: Some("2026-11-30".to_owned()),
    }
}

async fn say(bench: &Bench, review: &ReviewView, draft: RemarkDraft, text: &str) -> DiscussionView {
    let id = review.review_id.clone();
    bench.desk.say(id, draft, text.to_owned(), bench.key()).await.unwrap()
}

#[tokio::test]
async fn a_blocking_finding_stops_approval_until_it_is_closed() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "low").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    let said = say(&bench, &review, finding(true), "The sample ends in 2019.").await;
    assert_eq!((said.said.blocking, said.entries.len()), (1, 1));
    let opened = said.entries[0].clone();
    assert_eq!(opened.text.as_deref(), Some("The sample ends in 2019."));
    let about = opened.finding.unwrap();
    assert!(about.may_close && !about.overdue && about.closing.is_none());

    let review = bench.open(&made.request_id).await;
    assert_eq!((review.said.remarks, review.said.blocking), (1, 1));
    let refused = bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidState);
    assert!(refused.message.contains("a blocking finding is open"), "{}", refused.message);
    assert!(refused.hint.contains("Close the blocking findings"), "{}", refused.hint);
    bench.desk.decide(review.review_id.clone(), DecisionDraft::Reject).await.unwrap();
    bench.desk.cancel_signing().await.unwrap();

    // Whoever is asked to sign already is refused as well.
    bench.sit("Eve").await;
    let open = bench.open(&made.request_id).await;
    let closing = RemarkDraft::Closing { finding: opened.id.clone() };
    let said = say(&bench, &open, closing, "2020 to 2025 were added.").await;
    assert_eq!(said.said.blocking, 0);
    let entry = said.entries[0].finding.as_ref().unwrap();
    assert_eq!(entry.closing.as_ref().unwrap().text.as_deref(), Some("2020 to 2025 were added."));
    bench.desk.decide(open.review_id.clone(), DecisionDraft::Approve).await.unwrap();
    say(&bench, &open, finding(true), "One more.").await;
    assert_eq!(code(bench.sign().await), ErrorCode::InvalidState);
    let (votes, found) =
        (bench.recorded("approval.vote").await, bench.recorded("finding.open").await);
    assert_eq!((votes, found), (0, 2));
    let verified = bench.desk.verify_log(std::sync::Arc::new(|_| ())).await.unwrap();
    assert!(verified.verified, "{:?}", verified.findings);
}

#[tokio::test]
async fn the_one_who_asked_answers_and_never_closes_what_a_reviewer_found() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("kyc", 0, "Summarise {{case}}.\n").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    let found =
        say(&bench, &review, finding(true), "It names no source.").await.entries[0].id.clone();
    let wanted = say(&bench, &review, RemarkDraft::ChangesWanted {}, "Name the source.").await;
    assert_eq!(wanted.entries[1].kind, RemarkKind::ChangesWanted);

    bench.sit("Ann").await;
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.said.changes_wanted_by.as_ref().map(|by| by.name.as_str()), Some("Bob"));
    let seen = bench.desk.discussion(review.review_id.clone()).await.unwrap();
    assert!(seen.may_speak && !seen.may_ask_for_changes);
    assert!(!seen.entries[0].finding.as_ref().unwrap().may_close);
    let answer = RemarkDraft::Answer { finding: found.clone() };
    let said = say(&bench, &review, answer, "It will be in version 2.").await;
    assert_eq!(said.entries[0].finding.as_ref().unwrap().answers.len(), 1);
    let closing = RemarkDraft::Closing { finding: found };
    let id = review.review_id.clone();
    let refused = bench.desk.say(id, closing, "done".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    assert_eq!(bench.recorded("permission.deny").await, 1);

    bench.sit("Vic").await;
    let review = bench.open(&made.request_id).await;
    let seen = bench.desk.discussion(review.review_id.clone()).await.unwrap();
    assert!(!seen.may_speak && seen.entries.len() == 2);
    let id = review.review_id.clone();
    let refused = bench.desk.say(id, RemarkDraft::Comment {}, "hm".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
}

#[tokio::test]
async fn a_comment_sent_twice_is_said_once_and_an_empty_one_never() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "low").await;
    let review = bench.open(&made.request_id).await;
    let key = bench.key();
    for _ in 0..2 {
        let id = review.review_id.clone();
        let said =
            bench.desk.say(id, RemarkDraft::Comment {}, "Read it.".to_owned(), key.clone()).await;
        assert_eq!(said.unwrap().entries.len(), 1);
    }
    for text in [" \n", &"x".repeat(10_001)] {
        let id = review.review_id.clone();
        let refused =
            bench.desk.say(id, RemarkDraft::Comment {}, text.to_owned(), bench.key()).await;
        assert_eq!(code(refused), ErrorCode::InvalidInput);
    }
    let id = review.review_id.clone();
    let never = RemarkDraft::Finding {
        severity: "low".to_owned(),
        blocking: false,
        owner: None,
        due: Some("2026-02-30".to_owned()),
    };
    let refused = bench.desk.say(id, never, "x".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::InvalidInput);
    assert_eq!(bench.recorded("comment.add").await, 1);
}

/// Ann asks, Bob finds, Ann takes it back and asks again: the finding is still there.
#[tokio::test]
async fn a_blocking_finding_is_not_got_round_by_asking_again() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("kyc", 0, "Summarise {{case}}.\n").await;
    bench.sit("Bob").await;
    let review = bench.open(&first.request_id).await;
    say(&bench, &review, finding(false), "A comma is missing.").await;
    let found = say(&bench, &review, finding(true), "It names no source.").await;
    let found = found.entries[1].clone();
    bench.sit("Ann").await;
    bench.desk.withdraw(first.request_id.clone(), "Once more".to_owned()).await.unwrap();
    let subject = "prompt/kyc@1".to_owned();
    let again = bench.desk.request_again(subject, "As it was".to_owned(), bench.key()).await;
    let again = again.unwrap().request_id;

    // The new review lists it, and says where it comes from.
    bench.sit("Eve").await;
    let review = bench.open(&again).await;
    assert_eq!((review.said.remarks, review.said.blocking), (1, 1));
    let seen = bench.desk.discussion(review.review_id.clone()).await.unwrap();
    let entries: Vec<&str> = seen.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(entries, [found.id.as_str()]);
    let about = seen.entries[0].finding.clone().unwrap();
    assert!(about.may_close && about.carried_over);
    assert!(!found.finding.unwrap().carried_over);
    let refused = bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await;
    assert_eq!(code(refused), ErrorCode::InvalidState);

    // Whoever asked answers it and does not close it; a reviewer closes it from the new review.
    bench.sit("Ann").await;
    let own = bench.open(&again).await;
    let answer = RemarkDraft::Answer { finding: found.id.clone() };
    let said = say(&bench, &own, answer, "Line 3 names it.").await;
    assert_eq!(said.entries[0].finding.as_ref().unwrap().answers.len(), 1);
    let closing = RemarkDraft::Closing { finding: found.id.clone() };
    let id = own.review_id.clone();
    let refused = bench.desk.say(id, closing.clone(), "so it is".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    bench.sit("Eve").await;
    let review = bench.open(&again).await;
    let said = say(&bench, &review, closing.clone(), "So it does.").await;
    assert_eq!((said.said.blocking, said.entries.len()), (0, 1));
    // It is closed where it was opened as well, once.
    let before = bench.open(&first.request_id).await;
    let said = bench.desk.discussion(before.review_id.clone()).await.unwrap();
    let ended = said.entries[1].finding.clone().unwrap().closing;
    assert_eq!(ended.unwrap().text.as_deref(), Some("So it does."));
    let refused = bench.desk.say(before.review_id, closing, "again".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::InvalidState);
    assert!(matches!(
        bench.decide(&again, DecisionDraft::Approve).await.unwrap(),
        crate::views::SigningView::Receipt(_)
    ));
    super::lifecycle::holds(&bench).await;
}

/// Whoever asked again is tied to what stops it, also where it was found.
#[tokio::test]
async fn whoever_asked_again_closes_no_finding_of_the_earlier_request() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("kyc", 0, "Summarise {{case}}.\n").await;
    bench.sit("Bob").await;
    let review = bench.open(&first.request_id).await;
    let found = say(&bench, &review, finding(true), "It names no source.").await;
    let closing = RemarkDraft::Closing { finding: found.entries[0].id.clone() };
    bench.sit("Ann").await;
    bench.desk.withdraw(first.request_id.clone(), "Once more".to_owned()).await.unwrap();
    bench.sit(super::ADMIN).await;
    let subject = "prompt/kyc@1".to_owned();
    bench.desk.request_again(subject, "As it was".to_owned(), bench.key()).await.unwrap();
    let before = bench.open(&first.request_id).await;
    let seen = bench.desk.discussion(before.review_id.clone()).await.unwrap();
    assert!(!seen.entries[0].finding.as_ref().unwrap().may_close);
    let refused = bench.desk.say(before.review_id, closing, "fine".to_owned(), bench.key()).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
}
