//! Going back, and what ends while it is looked at again: each approval ends by a signature of its own,
//! and by nothing else.

use super::lifecycle::{approve, gate, holds, revoke, revoked, version};
use super::*;
use crate::views::{EffectView, HiddenView};

#[tokio::test]
async fn going_back_ends_every_later_version_in_one_signed_act() {
    let bench = Bench::staffed().await;
    for (based_on, text) in [(0, "One.\n"), (1, "Two.\n"), (2, "Three\u{200b}.\n")] {
        bench.sit("Ann").await;
        let made = bench.prompt("letters", based_on, text).await;
        bench.sit("Bob").await;
        let review = bench.open(&made.request_id).await;
        bench.desk.acknowledge_hidden(review.review_id.clone()).await.unwrap();
        bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
        bench.sign().await.unwrap();
    }
    let back = || bench.desk.roll_back("prompt/letters@1".to_owned());
    bench.sit("Ann").await;
    assert_eq!(code(back().await), ErrorCode::NotAllowed);
    assert!(!version(&bench, "letters", "1").await.may_roll_back);
    bench.sit("Eve").await;
    let may = [("1", true), ("2", true), ("3", false)];
    for (number, may) in may {
        assert_eq!(version(&bench, "letters", number).await.may_roll_back, may, "{number}");
    }
    let nothing = bench.desk.roll_back("prompt/letters@3".to_owned()).await;
    assert_eq!(code(nothing), ErrorCode::InvalidState);
    back().await.unwrap();
    let SigningView::Revoke(asked) = bench.desk.signing().await.unwrap() else { panic!() };
    let said = "Go back to prompt letters, version 1: revoke two later approvals in retail-eu.";
    assert_eq!(asked.sentence, said);
    let ends: Vec<&str> = asked.ends.iter().map(|end| end.subject.as_str()).collect();
    assert_eq!(
        (ends, asked.back_to.as_deref()),
        (vec!["prompt/letters@3", "prompt/letters@2"], Some("1"))
    );
    assert_eq!(asked.facts[0].value, "@1 is in force");
    assert_eq!(asked.hidden_characters, 1);
    // Which they are is read on the sheet: nobody reviewed what ends for it.
    let counts: Vec<u32> = asked.ends.iter().map(|end| end.hidden_characters).collect();
    assert_eq!(counts, [1, 0]);
    let shown = asked.ends.iter().flat_map(|end| &end.hidden);
    let of = |one: &HiddenView| (one.code_point.clone(), one.place.clone(), one.line);
    let shown: Vec<(String, String, u32)> = shown.map(of).collect();
    assert_eq!(shown, [("U+200B".to_owned(), "subject".to_owned(), 1)]);
    assert_eq!(code(revoked(&bench, 0).await), ErrorCode::HiddenCharacters);
    let SigningView::Revoked(receipt) = revoked(&bench, 1).await.unwrap() else { panic!() };
    assert_eq!(receipt.sentence, "letters, version 1, is the version in force in retail-eu.");
    assert_eq!(receipt.ended.len(), 2);
    let texts = [("1", true), ("2", false), ("3", false)];
    for (number, may) in texts {
        assert_eq!(gate(&bench, &format!("prompt/letters@{number}"), None).await.0, may);
    }
    assert_eq!(bench.recorded("prompt.revoke").await, 2);
    assert_eq!(bench.recorded("approval.approve").await, 3, "nothing was approved by it");
    assert_eq!(code(back().await), ErrorCode::InvalidState);
    holds(&bench).await;
}

#[tokio::test]
async fn what_came_into_force_since_the_rollback_was_shown_refuses_it() {
    let bench = Bench::staffed().await;
    let mut last = String::new();
    for (based_on, text) in [(0, "One.\n"), (1, "Two.\n"), (2, "Three.\n")] {
        bench.sit("Ann").await;
        last = bench.prompt("letters", based_on, text).await.request_id;
        if based_on < 2 {
            approve(&bench, &last, "", "").await;
        }
    }
    bench.sit("Eve").await;
    bench.desk.roll_back("prompt/letters@1".to_owned()).await.unwrap();
    // Somebody else approves meanwhile, on another computer.
    let asked = bench.desk.state().asked().1;
    approve(&bench, &last, "", "").await;
    bench.sit("Eve").await;
    bench.desk.ask(asked);
    assert_eq!(code(revoked(&bench, 0).await), ErrorCode::StaleReview);
    for number in ["1", "2", "3"] {
        assert!(gate(&bench, &format!("prompt/letters@{number}"), None).await.0, "{number}");
    }
}

#[tokio::test]
async fn an_approval_that_ends_while_it_is_looked_at_again_ends_and_the_new_one_counts() {
    for (decision, may) in [(DecisionDraft::Approve, true), (DecisionDraft::Reject, false)] {
        let bench = Bench::staffed().await;
        bench.sit("Ann").await;
        let made = bench.prompt("letters", 0, "Be kind.\n").await;
        approve(&bench, &made.request_id, "", "staging").await;
        bench.sit("Ann").await;
        let again = bench.desk.request_again(
            "prompt/letters@1".to_owned(),
            "For production as well".to_owned(),
            bench.key(),
        );
        let again = again.await.unwrap();
        assert!(gate(&bench, "prompt/letters@1", Some("staging")).await.0, "what stands stays");
        holds(&bench).await;
        revoke(&bench, &made.request_id).await.unwrap();
        assert!(!gate(&bench, "prompt/letters@1", Some("staging")).await.0);
        assert_eq!(version(&bench, "letters", "1").await.effect, EffectView::Revoked);
        holds(&bench).await;
        bench.sit("Bob").await;
        bench.decide(&again.request_id, decision).await.unwrap();
        assert_eq!(gate(&bench, "prompt/letters@1", None).await.0, may);
        holds(&bench).await;
    }
}

#[tokio::test]
async fn a_rejection_of_the_new_look_leaves_what_stands_until_it_is_revoked() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    approve(&bench, &made.request_id, "", "staging").await;
    bench.sit("Ann").await;
    let again = bench.desk.request_again(
        "prompt/letters@1".to_owned(),
        "For production as well".to_owned(),
        bench.key(),
    );
    let again = again.await.unwrap();
    bench.sit("Bob").await;
    bench.decide(&again.request_id, DecisionDraft::Reject).await.unwrap();
    assert!(gate(&bench, "prompt/letters@1", Some("staging")).await.0);
    assert_eq!(bench.open(&again.request_id).await.effect, EffectView::None);
    holds(&bench).await;
    revoke(&bench, &made.request_id).await.unwrap();
    assert!(!gate(&bench, "prompt/letters@1", Some("staging")).await.0);
    holds(&bench).await;
}

/// What is protected is read by whoever ends it, and that they read it is on record.
#[tokio::test]
async fn hidden_characters_of_a_protected_text_are_shown_at_a_rollback_once_that_is_on_record() {
    let bench = Bench::staffed().await;
    for (based_on, text) in [(0, "One.\n"), (1, "Two\u{202e}.\n")] {
        bench.sit("Ann").await;
        let draft = PromptDraft { tier: "high".to_owned(), ..prompt("letters", based_on, text) };
        let made = bench.desk.save_prompt(draft, bench.key()).await.unwrap();
        for name in ["Bob", "Eve"] {
            bench.sit(name).await;
            let review = bench.open(&made.request_id).await;
            bench.desk.acknowledge_hidden(review.review_id.clone()).await.unwrap();
            bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
            bench.sign().await.unwrap();
        }
    }
    bench.sit(ADMIN).await;
    let before = bench.recorded("data.decrypt").await;
    bench.desk.roll_back("prompt/letters@1".to_owned()).await.unwrap();
    let SigningView::Revoke(asked) = bench.desk.signing().await.unwrap() else { panic!() };
    assert_eq!(asked.ends[0].hidden[0].code_point, "U+202E");
    assert_eq!(bench.recorded("data.decrypt").await, before + 1);
    assert_eq!(code(revoked(&bench, 0).await), ErrorCode::HiddenCharacters);
    revoked(&bench, 1).await.unwrap();
    holds(&bench).await;
}
