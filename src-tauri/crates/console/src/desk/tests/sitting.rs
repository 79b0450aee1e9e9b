//! The chair: locked by hand and by rest, opened by its person alone.

use super::{ADMIN, Bench, code, person_id, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::views::{
    DecisionDraft, InboxFilter, InboxTab, PersonDraft, ReviewPart, SessionView, SigningView,
    WhitespaceView,
};

const MINUTE: i64 = 60_000_000;

#[tokio::test]
async fn a_lock_keeps_the_place_and_wipes_what_was_open() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await.unwrap();
    bench.heard();
    let locked = bench.desk.lock().await.unwrap();
    let SessionView::Locked { person, .. } = &locked else { panic!("{locked:?}") };
    assert!(bench.heard().contains(&DeskEvent::SigningFinished));
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
    let refused = bench.desk.open_review(made.request_id.clone()).await;
    assert_eq!(code(refused), ErrorCode::NotSignedIn);
    assert_eq!(code(bench.sign().await), ErrorCode::NotSignedIn);

    let bob = person.id.clone();
    bench.desk.sign_in(bob).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(asked, SigningView::SignIn { unlock: true, .. }), "{asked:?}");
    let wrong = bench.desk.answer_sign_in(typed("Eve")).await;
    assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    let session = bench.desk.session().await.unwrap();
    let SessionView::Open { person, tenant, .. } = session else { panic!("{session:?}") };
    assert_eq!((person.name.as_str(), tenant.id.as_str()), ("Bob", "retail-eu"));
    let gone = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(gone), ErrorCode::NotFound, "reviews are opened anew");
}

/// The next person may be at the desk before the leaving of the last one is on the disk: the window
/// in which they are asked must not be closed by it.
#[tokio::test]
async fn what_is_asked_while_somebody_leaves_stays_asked() {
    let bench = Bench::staffed().await;
    let out = bench.desk.sign_out().await.unwrap();
    let bob = person_id(&out, "Bob");
    for locks in [false, true] {
        bench.sit("Bob").await;
        bench.heard();
        let leaving =
            async { if locks { bench.desk.lock().await } else { bench.desk.sign_out().await } };
        let mut leaving = std::pin::pin!(leaving);
        tokio::select! {
            biased;
            _ = &mut leaving => panic!("leaving waits for the disk"),
            () = std::future::ready(()) => {}
        }
        assert!(bench.heard().contains(&DeskEvent::SigningFinished), "told before it waits");
        bench.desk.sign_in(bob.clone()).await.unwrap();
        leaving.await.unwrap();
        assert!(!bench.heard().contains(&DeskEvent::SigningFinished), "locks: {locks}");
        assert!(bench.desk.asks());
        bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
        bench.desk.sign_out().await.unwrap();
    }
}

#[tokio::test]
async fn ten_minutes_without_an_act_lock_whatever_a_page_reads_by_itself() {
    let bench = Bench::founded().await;
    bench.pass(9 * MINUTE);
    let made = bench.model("credit-pd", "low").await;
    let id = bench.open(&made.request_id).await.review_id;
    bench.desk.attend().await.unwrap();
    bench.pass(9 * MINUTE);
    assert!(matches!(bench.desk.session().await, Ok(SessionView::Open { .. })));
    // What a page asks for when somebody else wrote something.
    assert!(bench.desk.models(None, None).await.is_ok());
    assert!(bench.desk.inbox(InboxTab::All, InboxFilter::default(), None).await.is_ok());
    assert_eq!(bench.desk.waiting().await, 0);
    assert!(bench.desk.open_review(made.request_id.clone()).await.is_ok());
    assert!(bench.desk.open_part(id.clone(), ReviewPart::Discussion).await.is_ok());
    assert!(bench.desk.discussion(id.clone()).await.is_ok());
    assert!(bench.desk.review_history(id.clone()).await.is_ok());
    assert!(bench.desk.review_changes(id, None, WhitespaceView::Exact).await.is_ok());
    bench.pass(2 * MINUTE);
    let idle = bench.desk.models(None, None).await;
    assert_eq!(code(idle), ErrorCode::NotSignedIn, "reading is no act");
    assert!(matches!(bench.desk.session().await, Ok(SessionView::Locked { .. })));
}

/// What counts is the time since the computer was started, its sleep included (T4, T10).
#[tokio::test]
async fn a_computer_that_slept_too_long_wakes_up_locked_whatever_the_wall_says() {
    for (slept, moved, is_locked) in [
        (9 * MINUTE, 0, false),
        (11 * MINUTE, 0, true),
        (11 * MINUTE, -10 * MINUTE, false),
        (24 * 60 * MINUTE, -10 * MINUTE, true),
    ] {
        let bench = Bench::founded().await;
        bench.sleep(slept);
        bench.pass(moved);
        let first = bench.desk.models(None, None).await;
        match is_locked {
            true => assert_eq!(code(first), ErrorCode::NotSignedIn, "{slept}"),
            false => assert!(first.is_ok(), "{slept}: {first:?}"),
        }
        let shown = bench.desk.session().await.unwrap();
        assert_eq!(matches!(shown, SessionView::Locked { .. }), is_locked, "{shown:?}");
    }
}

#[tokio::test]
async fn only_the_person_who_locked_it_opens_a_locked_chair() {
    let bench = Bench::staffed().await;
    let out = bench.desk.sign_out().await.unwrap();
    let (bob, eve) = (person_id(&out, "Bob"), person_id(&out, "Eve"));
    bench.sit("Bob").await;
    let taken = bench.desk.sign_in(eve.clone()).await;
    assert_eq!(code(taken), ErrorCode::InvalidInput, "somebody sits here");
    bench.desk.lock().await.unwrap();
    assert_eq!(code(bench.desk.sign_in(eve.clone()).await), ErrorCode::NotSignedIn);
    bench.desk.sign_in(bob).await.unwrap();
    bench.desk.sign_out().await.unwrap();
    let late = bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    assert!(matches!(late, SigningView::Idle {}), "what was asked before is forgotten");
    assert!(matches!(bench.desk.session().await, Ok(SessionView::SignedOut { .. })));
    bench.desk.sign_in(eve).await.unwrap();
    bench.desk.answer_sign_in(typed("Eve")).await.unwrap();
}

#[tokio::test]
async fn somebody_added_and_not_enrolled_can_do_nothing_until_they_are() {
    let bench = Bench::founded().await;
    let draft = PersonDraft {
        name: "Kay".to_owned(),
        role: "APPROVER".to_owned(),
        reason: "joins".to_owned(),
    };
    bench.desk.add_person(draft.clone()).await.unwrap();
    let differ = bench.desk.answer_enrol(typed("Kay"), typed("Eve"), typed(ADMIN)).await;
    assert_eq!(code(differ), ErrorCode::InvalidInput);
    let short = || crate::desk::Passphrase::new("short".to_owned());
    let weak = bench.desk.answer_enrol(short(), short(), typed(ADMIN)).await;
    assert_eq!(code(weak), ErrorCode::WeakPassphrase);
    let not_hers = bench.desk.answer_enrol(typed("Kay"), typed("Kay"), typed("Kay")).await;
    assert_eq!(code(not_hers), ErrorCode::WrongPassphrase, "the admin's own passphrase is asked");
    bench.desk.cancel_signing().await.unwrap();
    assert_eq!(code(bench.desk.add_person(draft).await), ErrorCode::AlreadyExists);
    let grid = bench.desk.people().await.unwrap();
    let kay = grid.people.iter().find(|row| row.person.name == "Kay").unwrap();
    assert!(!kay.person.enrolled);
    let out = bench.desk.sign_out().await.unwrap();
    assert_eq!(code(bench.desk.sign_in(person_id(&out, "Kay")).await), ErrorCode::NotAllowed);
    bench.sit(ADMIN).await;
    bench.ask_for_role(&kay.person.id, "APPROVER").await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(asked, SigningView::Enrol { .. }), "{asked:?}");
    bench.desk.answer_enrol(typed("Kay"), typed("Kay"), typed(ADMIN)).await.unwrap();
    bench.sit("Kay").await;
}

#[tokio::test]
async fn an_inbox_is_paged_by_urgency_without_losing_or_repeating_a_row() {
    let bench = Bench::founded().await;
    bench.join("Bob", "APPROVER").await;
    for number in 0..103 {
        bench.prompt(&format!("letter-{number}"), 0, "Write to {{name}}.\n").await;
    }
    bench.model("credit-pd", "high").await;
    bench.sit("Bob").await;
    for tab in [InboxTab::NeedsMe, InboxTab::All] {
        let first = bench.inbox(tab).await;
        assert_eq!((first.needs_me, first.rows.len()), (104, 100));
        assert_eq!(first.rows[0].name, "credit-pd", "high tier, and asked last");
        let rest = bench.desk.inbox(tab, InboxFilter::default(), first.next.clone()).await.unwrap();
        assert_eq!((rest.rows.len(), rest.next), (4, None));
        let mut ids: Vec<&str> =
            first.rows.iter().chain(&rest.rows).map(|row| row.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 104);
    }
    let only = InboxFilter { kind: Some("model".to_owned()), ..InboxFilter::default() };
    assert_eq!(bench.desk.inbox(InboxTab::NeedsMe, only, None).await.unwrap().rows.len(), 1);
    let names = bench.desk.prompts(None, None).await.unwrap();
    assert_eq!((names.rows.len(), names.total), (100, 103));
    let rest = bench.desk.prompts(names.next, None).await.unwrap();
    assert_eq!((rest.rows.len(), rest.total, rest.next), (3, 103, None));
}

#[tokio::test]
async fn somebody_with_a_key_keeps_it_in_a_further_tenant() {
    let bench = Bench::founded().await;
    bench.join("Bob", "APPROVER").await;
    bench.found_tenant("retail-uk").await;
    let grid = bench.desk.people().await.unwrap();
    let bob = grid.people.iter().find(|row| row.person.name == "Bob").unwrap().person.clone();
    assert_eq!(bob.roles, "Approver in retail-eu");
    bench.ask_for_role(&bob.id, "VIEWER").await.unwrap();
    let new = bench.desk.answer_enrol(typed("Rob"), typed("Rob"), typed(ADMIN)).await;
    assert_eq!(code(new), ErrorCode::WrongPassphrase, "the key they have is asked for");
    bench.desk.answer_enrol(typed("Bob"), typed("Bob"), typed(ADMIN)).await.unwrap();
    bench.desk.choose_tenant("retail-eu".to_owned()).await.unwrap();
    let made = bench.model("credit-pd", "medium").await;
    let session = bench.sit("Bob").await;
    let SessionView::Open { tenants, person, .. } = session else { panic!("{session:?}") };
    assert_eq!(person.roles, "Approver in retail-eu, Viewer in retail-uk");
    assert_eq!(tenants.len(), 2);
    let review = bench.open(&made.request_id).await;
    let there = bench.desk.choose_tenant("retail-uk".to_owned()).await.unwrap();
    assert!(matches!(there, SessionView::Open { waiting: 0, .. }), "{there:?}");
    let elsewhere = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(elsewhere), ErrorCode::NotFound, "what lay open was of the other tenant");
    bench.desk.lock().await.unwrap();
    bench.desk.sign_in(person.id).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    let back = bench.desk.session().await.unwrap();
    let SessionView::Open { tenant, .. } = back else { panic!("{back:?}") };
    assert_eq!(tenant.id, "retail-uk", "the place is kept");
}
