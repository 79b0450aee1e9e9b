//! Who cannot sign, and what is not signed: told before the window opens, and on record.

use ledger::change::{Change, ChangeBody, ChangeKind, PolicyChangeBody};
use ledger::{Digest, Policy, Subject, SubjectDigest, SubjectKind, Tier};

use super::{ADMIN, Bench, code, free, typed};
use crate::error::ErrorCode;
use crate::views::{DecisionDraft, InboxTab, LifecycleView, ModelDraft, SigningView};

#[tokio::test]
async fn requester_analyst_and_viewer_cannot_sign_and_each_try_is_on_record() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    let mut denials = 0;
    for (name, why) in [
        (ADMIN, "You requested this."),
        ("Ann", "Your role is Analyst."),
        ("Vic", "Your role is Viewer."),
    ] {
        bench.sit(name).await;
        let review = bench.open(&made.request_id).await;
        assert!(!review.foot.may_decide);
        assert_eq!(review.foot.why_not, why);
        for decision in [DecisionDraft::Approve, DecisionDraft::Reject] {
            let refused = bench.desk.decide(review.review_id.clone(), decision).await;
            assert_eq!(code(refused), ErrorCode::NotAllowed, "{name}");
            denials += 1;
        }
        let asked = bench.desk.signing().await.unwrap();
        assert!(matches!(asked, SigningView::Idle {}), "the window has nothing to ask");
        assert_eq!(bench.recorded("permission.deny").await, denials);
    }
    println!("{denials} denials on record");
    bench.sit("Bob").await;
    let signed = bench.decide(&made.request_id, DecisionDraft::Approve).await;
    assert!(signed.is_ok(), "the one who may, can: {signed:?}");
}

#[tokio::test]
async fn what_changed_since_it_was_opened_is_not_signed() {
    let bench = Bench::staffed().await;
    let made = bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    bench.sit("Bob").await;
    let swapped = |review_id: &str| {
        let mut state = bench.desk.state();
        let opened = state.review(review_id).unwrap();
        let other = SubjectDigest::Sha256(Digest::of(b"other bytes"));
        opened.review.subject = Subject { digest: other, ..opened.review.subject.clone() };
    };
    let review = bench.open(&made.request_id).await;
    swapped(&review.review_id);
    let early = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(early), ErrorCode::StaleReview, "before the window opens");
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await.unwrap();
    swapped(&review.review_id);
    assert_eq!(code(bench.sign().await), ErrorCode::StaleReview, "with the window open");
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    bench.sit("Ann").await;
    let newer = bench.prompt("kyc-summary", 1, "Summarise the file, briefly.\n").await;
    assert_ne!(newer.request_id, made.request_id);
    bench.sit("Bob").await;
    let late = bench.decide(&made.request_id, DecisionDraft::Approve).await;
    assert_eq!(code(late), ErrorCode::InvalidState, "a newer version took its place");
    assert_eq!(bench.recorded("approval.vote").await, 0);
}

#[tokio::test]
async fn hidden_characters_are_acknowledged_before_anything_is_signed() {
    let bench = Bench::staffed().await;
    let made = bench.prompt("kyc-summary", 0, "Never state a risk\u{200b}rating.\n").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    assert_eq!((review.hidden_characters, review.hidden_acknowledged), (1, false));
    assert_eq!(review.hidden[0].code_point, "U+200B");
    for decision in [DecisionDraft::Approve, DecisionDraft::Reject] {
        let refused = bench.desk.decide(review.review_id.clone(), decision).await;
        assert_eq!(code(refused), ErrorCode::HiddenCharacters);
    }
    let seen = bench.desk.acknowledge_hidden(review.review_id.clone()).await.unwrap();
    assert!(seen.hidden_acknowledged);
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Decide(view) = asked else { panic!("{asked:?}") };
    let hidden = view.facts.iter().find(|fact| fact.label == "Hidden").unwrap();
    assert_eq!(hidden.value, "1 character seen and acknowledged");
    assert!(matches!(bench.sign().await, Ok(SigningView::Receipt(_))));
}

#[tokio::test]
async fn a_wrong_passphrase_keeps_the_window_and_slows_the_next_try() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let mut codes = Vec::new();
    for _ in 0..4 {
        let answer =
            bench.desk.answer_decision("Fine".to_owned(), free(), typed(ADMIN), bench.key());
        codes.push(code(answer.await));
        let asked = bench.desk.signing().await.unwrap();
        assert!(matches!(asked, SigningView::Decide(_)), "the window stays");
    }
    let wrong = ErrorCode::WrongPassphrase;
    assert_eq!(codes, [wrong, wrong, wrong, ErrorCode::Throttled]);
    assert_eq!(code(bench.sign().await), ErrorCode::Throttled, "the right one waits too");
    bench.pass(3_000_000);
    assert!(matches!(bench.sign().await, Ok(SigningView::Receipt(_))));
}

#[tokio::test]
async fn a_command_sent_twice_is_carried_out_once() {
    let bench = Bench::staffed().await;
    let draft = ModelDraft {
        name: "credit-pd".to_owned(),
        version: "1".to_owned(),
        artefact_id: bench.artefact(b"weights").await,
        card: "{}".to_owned(),
        tier: "medium".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    let key = bench.key();
    let once = bench.desk.register_model(draft.clone(), key.clone()).await.unwrap();
    let again = bench.desk.register_model(draft.clone(), key.clone()).await.unwrap();
    assert_eq!((once.request_id.as_str(), once.seq), (again.request_id.as_str(), again.seq));
    assert_eq!(bench.recorded("model.register").await, 1);
    let other = bench.desk.register_model(draft, bench.key()).await;
    assert_eq!(code(other), ErrorCode::AlreadyExists, "another command is another act");

    bench.sit("Bob").await;
    let review = bench.open(&once.request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let reason = || "Limits hold".to_owned();
    // The key that the admin's page used is nobody else's.
    let first =
        bench.desk.answer_decision(reason(), free(), typed("Bob"), key.clone()).await.unwrap();
    let second = bench.desk.answer_decision(reason(), free(), typed("Bob"), key).await.unwrap();
    let (SigningView::Receipt(first), SigningView::Receipt(second)) = (first, second) else {
        panic!("no receipts")
    };
    assert_eq!(first.seq, second.seq);
    assert_eq!(bench.recorded("approval.vote").await, 1);
}

/// Requests for models of medium tier expire after an hour from here on.
async fn let_requests_expire(bench: &Bench) {
    let at = bench.desk.at_work().await.unwrap();
    let (workspace, session) = (&at.workspace, &at.session);
    let tenant = &session.tenant_id;
    let policy = Policy {
        expires_after_seconds: Some(3600),
        ..Policy::standard(tenant, SubjectKind::Model, Tier::Medium)
    };
    let change = Change {
        body: ChangeBody::PolicyChange(PolicyChangeBody { policy }),
        id: workspace.ids.change(),
        kind: ChangeKind::PolicyChange,
        proposed_by: session.person.clone(),
        reason: "Nothing waits for ever".to_owned(),
        tenant_id: tenant.clone(),
        v: 1,
        workspace_id: workspace.id().clone(),
    };
    let given = typed(ADMIN).read().unwrap();
    let key = workspace.unlock(&session.person, tenant, &given).await.unwrap();
    workspace.propose_one_change(session, &key, change).await.unwrap();
}

#[tokio::test]
async fn a_request_past_its_time_is_expired_on_record_and_not_signed() {
    let bench = Bench::founded().await;
    bench.join("Bob", "APPROVER").await;
    let_requests_expire(&bench).await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    assert!(bench.open(&made.request_id).await.foot.may_decide, "control: in time he may");
    bench.pass(3_601_000_000);
    bench.sit("Bob").await;
    assert_eq!(bench.recorded("approval.expire").await, 1);
    let inbox = bench.inbox(InboxTab::Decided).await;
    assert_eq!((inbox.needs_me, inbox.rows[0].lifecycle), (0, LifecycleView::Expired));
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.foot.why_not, "Its time is over.");
    let late = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(late), ErrorCode::InvalidState);
    bench.sit("Bob").await;
    assert_eq!(bench.recorded("approval.expire").await, 1, "written once");
}
