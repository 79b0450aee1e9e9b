//! What another process does is told here: to the page, and where the person wants it to the desktop.

use super::acts::policy;
use super::lifecycle::approve;
use super::{ADMIN, Bench, CARD, person_id, prompt, typed};
use crate::desk::{Desk, DeskEvent};
use crate::keychain::ItemName;
use crate::views::{
    ActDraft, ConditionsDraft, DecisionDraft, InboxTab, ModelDraft, Notifications, PolicyDraft,
    ReviewPart, SessionView,
};

/// Somebody sits down at another console.
async fn sits(desk: &Desk, name: &str) {
    let session = desk.session().await.unwrap();
    desk.sign_in(person_id(&session, name)).await.unwrap();
    desk.answer_sign_in(typed(name)).await.unwrap();
}

#[tokio::test]
async fn what_another_process_writes_is_told_and_seen() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "high").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.foot.lines.len(), 2);
    let other = bench.beside().await;
    sits(&other, "Ann").await;
    bench.heard();
    other.save_prompt(prompt("kyc", 0, "Summarise.\n"), bench.key()).await.unwrap();
    bench.hears(DeskEvent::RecordsChanged).await;
    assert_eq!(bench.inbox(InboxTab::NeedsMe).await.needs_me, 2);
    assert_eq!(bench.desk.waiting().await, 2);

    // A signature elsewhere changes the review that lies open here.
    other.sign_out().await.unwrap();
    sits(&other, "Eve").await;
    let there = other.open_review(made.request_id.clone()).await.unwrap();
    other.open_part(there.review_id.clone(), ReviewPart::Overview).await.unwrap();
    other.decide(there.review_id, DecisionDraft::Approve).await.unwrap();
    bench.heard();
    let free = ConditionsDraft::default();
    other.answer_decision("Holds".to_owned(), free, typed("Eve"), bench.key()).await.unwrap();
    bench.hears(DeskEvent::RecordsChanged).await;
    let row = bench.inbox(InboxTab::NeedsMe).await.rows.remove(0);
    assert_eq!(
        (row.name.as_str(), row.votes, row.signed),
        ("credit-pd", 1, vec!["Eve".to_owned()])
    );
}

#[tokio::test]
async fn who_follows_without_an_act_is_locked_all_the_same() {
    let bench = Bench::staffed().await;
    bench.sit("Bob").await;
    let other = bench.beside().await;
    sits(&other, "Ann").await;
    for number in 0..2 {
        bench.heard();
        let name = format!("letter-{number}");
        other.save_prompt(prompt(&name, 0, "Write.\n"), bench.key()).await.unwrap();
        bench.hears(DeskEvent::RecordsChanged).await;
        bench.inbox(InboxTab::NeedsMe).await;
        bench.pass(6 * 60_000_000);
        other.attend().await.unwrap();
    }
    let session = bench.desk.session().await.unwrap();
    assert!(matches!(session, SessionView::Locked { .. }), "{session:?}");
}

#[tokio::test]
async fn the_desktop_is_told_of_what_waits_only_where_the_person_wants_it() {
    for (wish, role, is_told) in [
        (Notifications::On, "Bob", true),
        (Notifications::Off, "Bob", false),
        // Who cannot decide is told of nothing.
        (Notifications::On, "Vic", false),
    ] {
        let bench = Bench::staffed().await;
        bench.sit(role).await;
        let own = bench.desk.choose_notifications(wish).await.unwrap();
        assert_eq!(own.notifications, Some(wish));
        let other = bench.beside().await;
        sits(&other, "Ann").await;
        bench.heard();
        other.save_prompt(prompt("first", 0, "Write.\n"), bench.key()).await.unwrap();
        if is_told {
            bench.hears(DeskEvent::SomethingWaits).await;
        } else {
            // Told of the next one, it was not of the first.
            bench.hears(DeskEvent::RecordsChanged).await;
            other.save_prompt(prompt("second", 0, "Write.\n"), bench.key()).await.unwrap();
            let mut heard = Vec::new();
            let told = async {
                while !heard.contains(&DeskEvent::RecordsChanged) {
                    heard.extend(bench.heard());
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(60), told).await.unwrap();
            assert!(!heard.contains(&DeskEvent::SomethingWaits), "{role}");
        }
    }
}

/// The policy of prompts becomes one that asks for so many approvals.
async fn changes_policy(desk: &Desk, approvals: u32) {
    let of_prompts = PolicyDraft { resource_type: "prompt".to_owned(), ..policy(approvals) };
    let act = ActDraft::ChangePolicy(of_prompts);
    desk.propose(act, "As agreed".to_owned()).await.unwrap();
    desk.answer_change(typed(ADMIN)).await.unwrap();
}

/// A model of the admin's that Bob approved until then.
async fn approved_model(bench: &Bench, name: &str, (card, end): (&str, &str)) {
    bench.sit(ADMIN).await;
    let draft = ModelDraft {
        name: name.to_owned(),
        version: "1".to_owned(),
        artefact_id: bench.artefact(name.as_bytes()).await,
        card: card.to_owned(),
        tier: "medium".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    let made = bench.desk.register_model(draft, bench.key()).await.unwrap();
    approve(bench, &made.request_id, end, "").await;
}

/// The admin, who wants to be told, with a second console at which they sit, too: what they ask for
/// there is nothing that they may decide on.
async fn told_of_again(bench: &Bench) -> Desk {
    bench.sit(ADMIN).await;
    bench.desk.choose_notifications(Notifications::On).await.unwrap();
    let other = bench.beside().await;
    sits(&other, ADMIN).await;
    looked(bench, &other, "before").await;
    other
}

#[tokio::test]
async fn what_a_person_did_themself_is_no_news_to_them() {
    let bench = Bench::staffed().await;
    approved_model(&bench, "scores", (CARD, "")).await;
    let other = told_of_again(&bench).await;
    bench.act(ActDraft::ChangePolicy(policy(2))).await.unwrap();
    let heard = looked(&bench, &other, "after").await;
    assert!(!heard.contains(&DeskEvent::SomethingWaits), "{heard:?}");
    let listed = bench.desk.re_reviews().await.unwrap();
    assert_eq!(listed.iter().map(|row| row.mine).collect::<Vec<_>>(), [true]);
}

#[tokio::test]
async fn what_ends_by_its_own_terms_is_told_when_it_does() {
    let bench = Bench::staffed().await;
    approved_model(&bench, "base", (CARD, "2026-12-31 17:00")).await;
    let card = r#"{"intended_use":"Scores","lineage":{"base_model":"base@1"}}"#;
    approved_model(&bench, "scores", (card, "")).await;
    let _other = told_of_again(&bench).await;
    assert!(bench.desk.re_reviews().await.unwrap().is_empty());
    bench.heard();
    bench.pass(60 * 86_400 * 1_000_000);
    bench.hears(DeskEvent::SomethingWaits).await;
}

/// What was told until two prompts of another console were: the look that tells of the second began
/// after the first, and after whatever was written before, was done with.
async fn looked(bench: &Bench, other: &Desk, name: &str) -> Vec<DeskEvent> {
    // What was told of their own acts says nothing of a look.
    let mut all = bench.heard();
    for number in 0..2 {
        let draft = prompt(&format!("{name}-{number}"), 0, "Write.\n");
        other.save_prompt(draft, bench.key()).await.unwrap();
        let mut heard = Vec::new();
        while !heard.contains(&DeskEvent::RecordsChanged) {
            heard.extend(bench.heard());
            tokio::task::yield_now().await;
        }
        all.extend(heard);
    }
    all
}

#[tokio::test]
async fn who_holds_an_approval_is_told_once_that_what_it_rests_on_has_changed() {
    for (person, is_told) in [("Ann", true), ("Vic", false)] {
        let bench = Bench::staffed().await;
        bench.sit("Ann").await;
        let made = bench.prompt("kyc", 0, "Summarise.\n").await;
        approve(&bench, &made.request_id, "", "").await;
        bench.sit(person).await;
        bench.desk.choose_notifications(Notifications::On).await.unwrap();
        assert!(bench.desk.re_reviews().await.unwrap().is_empty());
        let other = bench.beside().await;
        sits(&other, ADMIN).await;
        looked(&bench, &other, "before").await;
        let mut told = Vec::new();
        for approvals in [2, 3] {
            changes_policy(&other, approvals).await;
            let heard = looked(&bench, &other, &format!("after-{approvals}")).await;
            told.push(heard.contains(&DeskEvent::SomethingWaits));
        }
        assert_eq!(told, [is_told, false], "{person}");
        let listed = bench.desk.re_reviews().await.unwrap();
        assert_eq!(listed.iter().map(|row| row.mine).collect::<Vec<_>>(), [is_told]);
    }
}

#[tokio::test]
async fn somebody_away_is_told_too_and_a_locked_console_shows_nothing() {
    let bench = Bench::staffed().await;
    bench.sit("Bob").await;
    bench.desk.choose_notifications(Notifications::On).await.unwrap();
    let other = bench.beside().await;
    sits(&other, "Ann").await;
    bench.desk.lock().await.unwrap();
    bench.heard();
    other.save_prompt(prompt("kyc", 0, "Summarise.\n"), bench.key()).await.unwrap();
    bench.hears(DeskEvent::SomethingWaits).await;
    assert_eq!(bench.desk.waiting().await, 0);
}

#[tokio::test]
async fn a_log_key_that_came_to_this_computer_meanwhile_is_noticed() {
    let bench = Bench::staffed().await;
    let workspace = bench.desk.workspace().unwrap();
    let item = ItemName::log_key(workspace.id());
    let key = bench.keychain.read(&item).unwrap().unwrap();
    bench.keychain.delete(&item).unwrap();
    workspace.forget_device();
    bench.sit("Bob").await;
    assert!(workspace.device().await.unwrap().is_none());
    bench.keychain.write(&item, &key).unwrap();
    assert!(workspace.device().await.unwrap().is_none(), "the keychain is not asked at every page");
    let other = bench.beside().await;
    sits(&other, "Ann").await;
    bench.heard();
    other.save_prompt(prompt("kyc", 0, "Summarise.\n"), bench.key()).await.unwrap();
    bench.hears(DeskEvent::RecordsChanged).await;
    assert!(workspace.device().await.unwrap().is_some());
}
