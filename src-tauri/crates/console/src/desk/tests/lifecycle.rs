//! What becomes of requests and approvals beside a decision: taken back, asked again, limited, ended,
//! gone back to, looked at again. The gate is asked each time.

use ledger::{SubjectKind, TenantId};

use super::*;
use crate::gate::{GateCause, GateQuestion};
use crate::views::{EffectView, LifecycleView, StatusView, VersionView};

/// The gate's answer about a version, in an environment if one is named.
pub(super) async fn gate(bench: &Bench, subject: &str, scope: Option<&str>) -> (bool, String) {
    let at = bench.desk.at_work().await.unwrap();
    at.workspace.settle().await.unwrap();
    let (kind, rest) = subject.split_once('/').unwrap();
    let (name, version) = rest.rsplit_once('@').unwrap();
    let question = GateQuestion {
        tenant_id: TenantId::parse(TENANT).unwrap(),
        kind: SubjectKind::parse(kind).unwrap(),
        name: name.to_owned(),
        version: version.to_owned(),
        given: None,
        scope: scope.map(str::to_owned),
        trust: None,
    };
    let answer = at.workspace.gate(&question, None).await;
    assert!(matches!(answer.cause, GateCause::Approved | GateCause::NotApproved), "{answer:?}");
    (answer.is_yes(), answer.reason)
}

/// Whether all of the log holds, rows included.
pub(super) async fn holds(bench: &Bench) {
    let at = bench.desk.at_work().await.unwrap();
    let tenant = TenantId::parse(TENANT).unwrap();
    let mut watch = |_| crate::artefact::Continue::Yes;
    let verified = at.workspace.verify_log(&tenant, Some(&at.session), &[], &mut watch).await;
    let verified = verified.unwrap();
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
}

/// Bob approves, under these conditions.
pub(super) async fn approve(
    bench: &Bench,
    request_id: &str,
    end: &str,
    environments: &str,
) -> SigningView {
    bench.sit("Bob").await;
    let review = bench.open(request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let conditions = ConditionsDraft { end: end.to_owned(), environments: environments.to_owned() };
    let signed =
        bench.desk.answer_decision("Limits hold".to_owned(), conditions, typed("Bob"), bench.key());
    signed.await.unwrap()
}

/// Eve ends the approval of a request.
pub(super) async fn revoke(bench: &Bench, request_id: &str) -> Answer<SigningView> {
    bench.sit("Eve").await;
    let review = bench.open(request_id).await;
    bench.desk.revoke(review.review_id).await?;
    revoked(bench, 0).await
}

pub(super) async fn revoked(bench: &Bench, acknowledged: u32) -> Answer<SigningView> {
    let (front, key) = (bench.front(), bench.key());
    bench.desk.answer_revocation("Drifts".to_owned(), acknowledged, typed(&front), key).await
}

pub(super) async fn version(bench: &Bench, name: &str, version: &str) -> VersionView {
    let page = bench.desk.prompt(name.to_owned()).await.unwrap();
    page.versions.into_iter().find(|view| view.version == version).unwrap()
}

#[tokio::test]
async fn a_request_is_taken_back_by_who_asked_and_asked_again_with_what_is_different_first() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("letters", 0, "Be kind.\n").await;
    assert!(bench.open(&first.request_id).await.foot.may_withdraw);
    bench.sit(ADMIN).await;
    assert!(!bench.open(&first.request_id).await.foot.may_withdraw);
    let refused = bench.desk.withdraw(first.request_id.clone(), "no".to_owned()).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    bench.sit("Ann").await;
    bench.desk.withdraw(first.request_id.clone(), "A word is wrong".to_owned()).await.unwrap();
    let left = bench.open(&first.request_id).await;
    assert_eq!((left.status, left.lifecycle), (StatusView::Pending, LifecycleView::Withdrawn));
    assert!(left.foot.may_ask_again && !left.foot.may_withdraw);

    let ask = |key: String| {
        bench.desk.request_again("prompt/letters@1".to_owned(), "It is right".to_owned(), key)
    };
    let key = bench.key();
    let again = ask(key.clone()).await.unwrap();
    assert_eq!(ask(key).await.unwrap().request_id, again.request_id, "sent twice, asked once");
    assert_eq!(code(ask(bench.key()).await), ErrorCode::InvalidState, "one waits");
    let review = bench.open(&again.request_id).await;
    let since = review.since.unwrap();
    assert_eq!((since.request_id, since.base), (first.request_id.clone(), None));
    let facts: Vec<(&str, &str)> =
        since.facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Came of it", "The request for @1 was withdrawn"),
            ("Content", "The same bytes as then"),
            ("Policy", "As then"),
        ]
    );
    approve(&bench, &again.request_id, "", "").await;
    assert!(gate(&bench, "prompt/letters@1", None).await.0);
    assert!(bench.open(&first.request_id).await.since.is_none());
    holds(&bench).await;
}

#[tokio::test]
async fn after_a_rejection_the_next_version_is_compared_with_what_was_reviewed() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("letters", 0, "Be kind.\n").await;
    bench.sit("Bob").await;
    bench.decide(&first.request_id, DecisionDraft::Reject).await.unwrap();
    bench.sit("Ann").await;
    let second = bench.prompt("letters", 1, "Be kind and brief.\n").await;
    let since = bench.open(&second.request_id).await.since.unwrap();
    assert_eq!((since.version.as_str(), since.base.as_deref()), ("1", Some("1")));
    let of = |label: &str| {
        since.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.clone()).unwrap()
    };
    assert!(of("Came of it").starts_with("@1 was rejected by Bob, 2026-11-22"), "{since:?}");
    assert_eq!(of("Reason"), "Limits hold");
    assert_eq!(of("Content"), "Changed since @1: see Changes");

    // The first one is asked for again, and both give way to a third.
    let again = bench.desk.request_again(
        "prompt/letters@1".to_owned(),
        "As it was".to_owned(),
        bench.key(),
    );
    let again = again.await.unwrap();
    bench.prompt("letters", 2, "Be kind, brief and clear.\n").await;
    for request in [&again, &second] {
        assert_eq!(bench.open(&request.request_id).await.lifecycle, LifecycleView::Superseded);
    }
    holds(&bench).await;
}

#[tokio::test]
async fn a_limited_approval_ends_at_its_time_and_holds_where_it_says() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await.unwrap();
    for (end, environments) in
        [("2026-11-22 18:00", ""), ("tomorrow", ""), ("", "Staging"), ("2027-02-30 10:00", "")]
    {
        let conditions =
            ConditionsDraft { end: end.to_owned(), environments: environments.to_owned() };
        let answer = bench.desk.answer_decision(
            "Limits hold".to_owned(),
            conditions,
            typed("Bob"),
            bench.key(),
        );
        assert_eq!(code(answer.await), ErrorCode::InvalidInput, "{end} {environments}");
    }
    let signed = approve(&bench, &made.request_id, "2026-11-23 09:00", "uat, staging").await;
    let SigningView::Receipt(receipt) = signed else { panic!("{signed:?}") };
    let conditions = "until 2026-11-23 09:00 UTC, in staging and uat only";
    let said = format!("letters, version 1, is approved and in force in retail-eu, {conditions}.");
    assert_eq!(receipt.sentence, said);
    for (scope, may) in [(Some("staging"), true), (Some("uat"), true), (Some("prod"), false)] {
        assert_eq!(gate(&bench, "prompt/letters@1", scope).await.0, may, "{scope:?}");
    }
    let (may, why) = gate(&bench, "prompt/letters@1", None).await;
    assert!(!may && why.contains("other environments"), "{why}");
    let shown = version(&bench, "letters", "1").await;
    assert_eq!((shown.effect, shown.conditions.as_str()), (EffectView::InForce, conditions));
    assert_eq!(bench.open(&made.request_id).await.conditions, conditions);

    bench.pass(15 * 3_600 * 1_000_000);
    bench.sit("Ann").await;
    let shown = version(&bench, "letters", "1").await;
    assert_eq!((shown.effect, shown.conditions.as_str()), (EffectView::Lapsed, conditions));
    let rows = bench.desk.prompts(None, None).await.unwrap().rows;
    assert_eq!((rows[0].effect, rows[0].in_force.as_deref()), (EffectView::Lapsed, None));
    let (may, why) = gate(&bench, "prompt/letters@1", Some("staging")).await;
    assert!(!may && why.contains("a time that is over"), "{why}");
    assert!(shown.may_ask_again);
    let again = bench.desk.request_again(
        "prompt/letters@1".to_owned(),
        "Still needed".to_owned(),
        bench.key(),
    );
    approve(&bench, &again.await.unwrap().request_id, "", "").await;
    assert!(gate(&bench, "prompt/letters@1", None).await.0);
    holds(&bench).await;
}

#[tokio::test]
async fn a_revocation_is_signed_effective_at_the_gate_and_comes_back_by_a_new_request() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    approve(&bench, &made.request_id, "", "").await;
    assert!(gate(&bench, "prompt/letters@1", None).await.0);
    for name in ["Ann", "Vic"] {
        bench.sit(name).await;
        let review = bench.open(&made.request_id).await;
        assert!(!review.foot.may_revoke, "{name}");
        assert_eq!(code(bench.desk.revoke(review.review_id).await), ErrorCode::NotAllowed);
    }
    bench.sit("Eve").await;
    let review = bench.open(&made.request_id).await;
    assert!(review.foot.may_revoke && !review.foot.may_ask_again);
    bench.desk.revoke(review.review_id).await.unwrap();
    let SigningView::Revoke(asked) = bench.desk.signing().await.unwrap() else { panic!() };
    assert_eq!(asked.sentence, "Revoke the approval of prompt letters, version 1, in retail-eu.");
    assert_eq!(asked.meaning, "I revoke the approval of this prompt.");
    assert_eq!(asked.ends[0].digest, review.digest);
    assert_eq!(asked.facts[0].value, "No version is in force: the gate says no");
    let wrong = bench.desk.answer_revocation("Drifts".to_owned(), 0, typed("Bob"), bench.key());
    assert_eq!(code(wrong.await), ErrorCode::WrongPassphrase);
    assert!(gate(&bench, "prompt/letters@1", None).await.0, "nothing was signed yet");
    let key = bench.key();
    let signed =
        bench.desk.answer_revocation("Drifts".to_owned(), 0, typed("Eve"), key.clone()).await;
    let SigningView::Revoked(receipt) = signed.unwrap() else { panic!() };
    assert_eq!(receipt.sentence, "letters, version 1, is revoked in retail-eu.");
    let record = bench.desk.record(receipt.ended[0].seq).await.unwrap();
    assert_eq!(record.row.action, "prompt.revoke");
    let (may, why) = gate(&bench, "prompt/letters@1", None).await;
    assert!(!may && why.contains("revoked"), "{why}");
    assert_eq!(version(&bench, "letters", "1").await.effect, EffectView::Revoked);
    let review = bench.open(&made.request_id).await;
    assert_eq!((review.status, review.effect), (StatusView::Approved, EffectView::Revoked));
    assert_eq!(review.foot.why_not, "This was approved, and revoked since.");
    assert_eq!(code(revoke(&bench, &made.request_id).await), ErrorCode::NotApproved);
    holds(&bench).await;

    bench.sit("Ann").await;
    let again = bench.desk.request_again(
        "prompt/letters@1".to_owned(),
        "Repaired around it".to_owned(),
        bench.key(),
    );
    let again = again.await.unwrap();
    assert!(!gate(&bench, "prompt/letters@1", None).await.0, "asking approves nothing");
    let since = bench.open(&again.request_id).await.since.unwrap();
    assert!(since.facts[0].value.ends_with("; the approval was revoked"), "{since:?}");
    assert_eq!(since.facts[1].value, "Drifts");
    approve(&bench, &again.request_id, "", "").await;
    assert!(gate(&bench, "prompt/letters@1", None).await.0);
    holds(&bench).await;
}

/// Bob's approval ends before Eve gives hers: nothing is granted that has ended already.
#[tokio::test]
async fn an_approval_whose_time_is_over_is_joined_by_no_second_one() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "high").await;
    approve(&bench, &made.request_id, "2026-11-22 18:40", "").await;
    bench.sit("Eve").await;
    // In time, she is asked; when she signs, it is over.
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id.clone(), DecisionDraft::Approve).await.unwrap();
    bench.pass(5 * 60 * 1_000_000);
    for refused in [
        bench.sign().await.map(drop),
        bench.desk.decide(review.review_id, DecisionDraft::Approve).await,
    ] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
        assert!(refused.message.contains("has reached its end"), "{}", refused.message);
        assert!(refused.message.contains("ask again"), "{}", refused.message);
    }
    assert_eq!(bench.recorded("approval.vote").await, 1);
    assert_eq!(bench.recorded("approval.approve").await, 0);
    bench.decide(&made.request_id, DecisionDraft::Reject).await.unwrap();
    let subject = "model/credit-pd@1".to_owned();
    bench.sit(ADMIN).await;
    bench.desk.request_again(subject, "As said".to_owned(), bench.key()).await.unwrap();
    holds(&bench).await;
}
