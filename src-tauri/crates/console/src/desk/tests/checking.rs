//! The artefact checked in place: what was found stands in the review, in the sheet and in what is
//! signed, and a policy may ask for it.

use ledger::Digest;
use ledger::dsse::Envelope;

use super::*;
use crate::views::{CheckView, PolicyDraft, ProgressView};

/// Larger than what is read at once.
const LONG: usize = (5 << 20) + 7;

async fn check(bench: &Bench, review_id: &str, name: &str, bytes: &[u8]) -> CheckView {
    let path = bench.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    checked(bench, review_id, path).await
}

async fn checked(bench: &Bench, review_id: &str, path: PathBuf) -> CheckView {
    let quiet = Arc::new(|_| ());
    let review = bench.desk.check_artefact(review_id.to_owned(), Some(path), quiet).await;
    review.unwrap().unwrap().artefact.unwrap()
}

/// What the signing window says of the artefact.
async fn told(bench: &Bench) -> String {
    let view = bench.desk.signing().await.unwrap();
    let facts = if let SigningView::Decide(view) = view {
        view.facts
    } else if let SigningView::Revoke(view) = view {
        view.facts
    } else {
        panic!("{view:?}")
    };
    facts.into_iter().find(|fact| fact.label == "Artefact").unwrap().value
}

/// Signs, and reads back what was signed.
async fn signed(bench: &Bench) -> serde_json::Value {
    let SigningView::Receipt(receipt) = bench.sign().await.unwrap() else { panic!("no receipt") };
    let at = bench.desk.at_work().await.unwrap();
    let digest = Digest::from_hex(&receipt.attestation_sha256).unwrap();
    let found = at.workspace.store.attestations(&at.session.tenant_id, &[digest]).await.unwrap();
    let envelope = Envelope::parse(found.values().next().unwrap()).unwrap();
    let statement: serde_json::Value = serde_json::from_slice(envelope.payload()).unwrap();
    statement["predicate"]["reviewed"]["artefact_checked"].clone()
}

async fn asks_for_checks(bench: &Bench, kind: &str) {
    let policy = PolicyDraft {
        resource_type: kind.to_owned(),
        tier: "medium".to_owned(),
        approvals: 1,
        groups: Vec::new(),
        expires_after_seconds: None,
        reauth_seconds: 0,
        four_eyes: true,
        artefact_check: true,
    };
    bench.act(ActDraft::ChangePolicy(policy)).await.unwrap();
    let now = bench.desk.policies().await.unwrap().policies;
    assert!(now.iter().any(|now| now.resource_type == kind && now.artefact_check));
}

#[tokio::test]
async fn what_was_found_is_shown_and_what_is_signed_says_so() {
    for (bytes, matches, says) in [
        (None, None, "Not checked"),
        (Some("credit-pd"), Some(true), "model.onnx matches, checked 18:35 UTC"),
        (Some("other"), Some(false), "model.onnx does not match, checked 18:35 UTC"),
    ] {
        let bench = Bench::staffed().await;
        let made = bench.model("credit-pd", "medium").await;
        bench.sit("Bob").await;
        let review = bench.open(&made.request_id).await;
        let before = review.artefact.unwrap();
        assert!(!before.required && before.found.is_none() && before.stopped.is_none());
        if let Some(bytes) = bytes {
            let found =
                check(&bench, &review.review_id, "model.onnx", bytes.as_bytes()).await.found;
            let found = found.unwrap();
            assert_eq!(Some(found.matches), matches);
            assert_eq!(found.digest, Digest::of(bytes.as_bytes()).to_hex());
            assert_eq!((found.name.as_str(), found.digest_kind.as_str()), ("model.onnx", "sha256"));
        }
        bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
        assert_eq!(told(&bench).await, says);
        assert_eq!(signed(&bench).await, matches == Some(true), "{says}");
    }
}

#[tokio::test]
async fn what_was_found_last_counts_and_kinds_never_match_each_other() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let id = bench.open(&made.request_id).await.review_id;
    assert!(check(&bench, &id, "right", b"credit-pd").await.found.unwrap().matches);
    let folder = bench.folder.path().join("as-folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("right"), b"credit-pd").unwrap();
    let found = checked(&bench, &id, folder).await.found.unwrap();
    assert_eq!((found.matches, found.digest_kind.as_str()), (false, "dirHash1"));
    let gone = bench.folder.path().join("nothing-here");
    let refused = bench.desk.check_artefact(id.clone(), Some(gone), Arc::new(|_| ())).await;
    assert_eq!(code(refused), ErrorCode::Artefact);
    let turned_back = bench.desk.check_artefact(id.clone(), None, Arc::new(|_| ())).await;
    assert!(turned_back.unwrap().is_none());
    bench.desk.decide(id, DecisionDraft::Approve).await.unwrap();
    assert_eq!(signed(&bench).await, false, "neither takes back what was found");
}

#[tokio::test]
async fn a_policy_may_ask_for_it_before_anything_is_signed() {
    let bench = Bench::staffed().await;
    asks_for_checks(&bench, "model").await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    assert!(review.artefact.unwrap().required);
    assert!(review.foot.policy.ends_with("with the artefact checked"), "{}", review.foot.policy);
    let id = review.review_id;
    let ask = |decision| bench.desk.decide(id.clone(), decision);
    for decision in [DecisionDraft::Approve, DecisionDraft::Reject] {
        assert_eq!(code(ask(decision).await), ErrorCode::ArtefactUnchecked);
    }
    check(&bench, &id, "wrong", b"other").await;
    assert_eq!(code(ask(DecisionDraft::Approve).await), ErrorCode::ArtefactUnchecked);
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
    assert_eq!(bench.recorded("permission.deny").await, 0, "it is no denial");

    check(&bench, &id, "right", b"credit-pd").await;
    ask(DecisionDraft::Approve).await.unwrap();
    // With the window open: what is signed is what it says.
    check(&bench, &id, "wrong", b"other").await;
    assert_eq!(code(bench.sign().await), ErrorCode::StaleReview);
    assert_eq!(bench.recorded("approval.vote").await, 0);
    check(&bench, &id, "right", b"credit-pd").await;
    assert_eq!(signed(&bench).await, true);
    assert_eq!(bench.recorded("approval.approve").await, 1);
    super::lifecycle::holds(&bench).await;
}

#[tokio::test]
async fn what_is_found_while_the_window_is_open_is_not_signed_unseen() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let id = bench.open(&made.request_id).await.review_id;
    bench.desk.decide(id.clone(), DecisionDraft::Approve).await.unwrap();
    check(&bench, &id, "right", b"credit-pd").await;
    assert_eq!(code(bench.sign().await), ErrorCode::StaleReview, "it says: not checked");
    bench.desk.cancel_signing().await.unwrap();
    bench.desk.decide(id, DecisionDraft::Approve).await.unwrap();
    assert_eq!(told(&bench).await, "right matches, checked 18:35 UTC");
    assert_eq!(signed(&bench).await, true);
}

#[tokio::test]
async fn a_revocation_says_what_its_window_said() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    let id = bench.open(&made.request_id).await.review_id;
    check(&bench, &id, "found-there", b"other").await;
    bench.desk.revoke(id).await.unwrap();
    assert_eq!(told(&bench).await, "found-there does not match, checked 18:35 UTC");
}

#[tokio::test]
async fn whoever_finds_another_artefact_can_reject_it() {
    let bench = Bench::staffed().await;
    asks_for_checks(&bench, "model").await;
    let made = bench.model("credit-pd", "medium").await;
    bench.sit("Bob").await;
    let id = bench.open(&made.request_id).await.review_id;
    check(&bench, &id, "wrong", b"other").await;
    bench.desk.decide(id, DecisionDraft::Reject).await.unwrap();
    assert_eq!(told(&bench).await, "wrong does not match, checked 18:35 UTC");
    assert_eq!(signed(&bench).await, true, "it was checked");
    assert_eq!(bench.recorded("approval.reject").await, 1);
    super::lifecycle::holds(&bench).await;
}

#[tokio::test]
async fn a_prompt_is_checked_by_its_file_and_a_change_by_nothing() {
    let bench = Bench::staffed().await;
    asks_for_checks(&bench, "prompt").await;
    let made = bench.prompt("kyc", 0, "Summarise.\n").await;
    let eve = bench.id_of("Eve").await;
    let admin = ActDraft::GrantRole { person_id: eve, role: "ADMIN".to_owned(), group: None };
    bench.act(admin).await.unwrap();
    let bob = bench.id_of("Bob").await;
    bench.ask_for_role(&bob, "VIEWER").await.unwrap();
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    bench.sit("Eve").await;
    let rows = bench.inbox(InboxTab::NeedsMe).await.rows;
    let change = rows.iter().find(|row| row.kind == "change").unwrap();
    let review = bench.open(&change.id).await;
    assert!(review.artefact.is_none());
    let path = Some(bench.folder.path().join("artefact.bin"));
    let refused = bench.desk.check_artefact(review.review_id, path, Arc::new(|_| ())).await;
    assert_eq!(code(refused), ErrorCode::InvalidInput);

    let id = bench.open(&made.request_id).await.review_id;
    assert!(!check(&bench, &id, "kyc.txt", b"Summarise.").await.found.unwrap().matches);
    assert!(check(&bench, &id, "kyc.txt", b"Summarise.\n").await.found.unwrap().matches);
    bench.desk.decide(id, DecisionDraft::Approve).await.unwrap();
    assert_eq!(signed(&bench).await, true);
}

/// Progress that is written down; the first of it stops all work.
fn stopping(bench: &Bench) -> (Arc<Mutex<Vec<String>>>, crate::desk::Progress) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let desk = Desk { inner: Arc::clone(&bench.desk.inner) };
    let told = Arc::clone(&seen);
    let progress = move |now: ProgressView| {
        told.lock().unwrap().push(now.text);
        desk.state().stop_works();
    };
    (seen, Arc::new(progress))
}

#[tokio::test]
async fn a_check_that_was_stopped_goes_on_where_it_was() {
    let bench = Bench::staffed().await;
    let other = bench.model("credit-lgd", "medium").await;
    let long = vec![7; LONG];
    let draft = ModelDraft {
        name: "credit-pd".to_owned(),
        version: "1".to_owned(),
        artefact_id: bench.artefact(&long).await,
        card: CARD.to_owned(),
        tier: "medium".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    let made = bench.desk.register_model(draft, bench.key()).await.unwrap();
    bench.sit("Bob").await;
    let id = bench.open(&made.request_id).await.review_id;
    let nothing = bench.desk.continue_check(id.clone(), Arc::new(|_| ())).await;
    assert_eq!(code(nothing), ErrorCode::NotFound, "nothing was stopped");
    let path = bench.folder.path().join("artefact.bin");
    let mut steps = 0;
    let (_, progress) = stopping(&bench);
    let review = bench.desk.check_artefact(id.clone(), Some(path.clone()), progress).await;
    let mut view = review.unwrap().unwrap().artefact.unwrap();
    let mut told = vec![view.stopped.clone().unwrap().text];
    // Another artefact between takes nothing of it away.
    let beside = bench.open(&other.request_id).await.review_id;
    check(&bench, &beside, "other.bin", b"credit-lgd").await;
    while view.stopped.is_some() {
        assert!(view.found.is_none());
        let (seen, progress) = stopping(&bench);
        let review = bench.desk.continue_check(id.clone(), progress).await.unwrap();
        view = review.artefact.unwrap();
        told.extend(seen.lock().unwrap().iter().cloned());
        steps += 1;
        assert!(steps < 10, "{told:?}");
    }
    assert!(view.found.unwrap().matches);
    assert_eq!(
        told,
        ["1.0 MB", "2.1 MB", "3.1 MB", "4.2 MB", "5.2 MB", "5.2 MB"]
            .map(|done| { format!("{done} of 5.2 MB") })
    );
    println!("gone on {steps} times");
}

#[tokio::test]
async fn what_was_checked_stays_checked_when_the_request_is_opened_anew_and_not_after_a_lock() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "medium").await;
    let other = bench.model("credit-lgd", "medium").await;
    bench.sit("Bob").await;
    let first = bench.open(&made.request_id).await.review_id;
    let second = bench.open(&made.request_id).await.review_id;
    check(&bench, &first, "right", b"credit-pd").await;
    check(&bench, &second, "wrong", b"other").await;
    let (_, progress) = stopping(&bench);
    let path = Some(bench.folder.path().join("right"));
    bench.desk.check_artefact(second, path, progress).await.unwrap();
    let anew = bench.open(&made.request_id).await.artefact.unwrap();
    assert!(!anew.found.unwrap().matches, "the check made last counts");
    assert!(bench.open(&other.request_id).await.artefact.unwrap().found.is_none());
    bench.sit("Eve").await;
    assert!(bench.open(&made.request_id).await.artefact.unwrap().found.is_none());
    bench.sit("Bob").await;
    let later = bench.open(&made.request_id).await.artefact.unwrap();
    assert!(later.found.is_none() && later.stopped.is_none(), "{later:?}");
}
