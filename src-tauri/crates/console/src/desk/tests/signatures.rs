//! What was signed is read back from the log: on the receipt, on the time line and at any time later,
//! the same, and from the statement alone.

use super::{ADMIN, Bench, code, typed};
use crate::error::ErrorCode;
use crate::views::{
    ActDraft, ConditionsDraft, DecisionDraft, HistoryView, ReceiptView, ReviewPart, SignatureView,
    SigningView,
};

fn receipt(answer: SigningView) -> ReceiptView {
    let SigningView::Receipt(receipt) = answer else { panic!("{answer:?}") };
    *receipt
}

async fn signed(bench: &Bench, seq: u32) -> Vec<SignatureView> {
    bench.desk.signed_record(seq).await.unwrap().signatures
}

async fn history(bench: &Bench, request_id: &str) -> Vec<HistoryView> {
    let review = bench.open(request_id).await;
    bench.desk.review_history(review.review_id).await.unwrap()
}

fn same(one: &SignatureView, other: &SignatureView) {
    // The log has grown meanwhile; everything else is what it was.
    let text = |view: &SignatureView| {
        let mut view = serde_json::to_value(view).unwrap();
        for key in ["log_size", "log_root", "checkpoint"] {
            view["logged"].as_object_mut().unwrap().remove(key);
        }
        view["evidence_of"].take();
        view
    };
    assert_eq!(text(one), text(other));
}

#[tokio::test]
async fn the_receipt_says_what_was_signed_and_it_can_be_read_again_at_any_time() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "high").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    bench.desk.open_part(review.review_id.clone(), ReviewPart::History).await.unwrap();
    bench.pass(74_000_000);
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Decide(view) = asked else { panic!("{asked:?}") };
    let facts: Vec<_> =
        view.facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str())).collect();
    assert!(view.seen.starts_with("Overview, History; opened "), "{}", view.seen);
    let [("Time", time), ("Artefact", artefact), ..] = facts[..] else { panic!("{facts:?}") };
    assert!(time.starts_with("Counted from ") && time.contains("until you sign"), "{time}");
    assert_eq!(artefact, "Not checked");
    let until = ConditionsDraft { end: "2027-03-31 17:00".to_owned(), ..Default::default() };
    let answer =
        bench.desk.answer_decision("Limits hold".to_owned(), until, typed("Bob"), bench.key());
    let first = receipt(answer.await.unwrap());
    let page = &first.signature;
    assert_eq!(page.title, "Approval of model credit-pd, version 1, in retail-eu");
    assert_eq!(page.meaning, "I reviewed this model and approve it for production use.");
    assert_eq!((page.signer.name.as_str(), page.role.as_str()), ("Bob", "APPROVER"));
    assert_eq!(page.reviewed.parts, ["overview", "history"]);
    assert!((74..=76).contains(&page.reviewed.seconds), "{}", page.reviewed.seconds);
    assert_eq!((page.reason.as_str(), page.keyid == first.keyid), ("Limits hold", true));
    assert_eq!(page.conditions, "until 2027-03-31 17:00 UTC");
    assert_eq!((page.digest.as_str(), page.digest.len()), (first.digest.as_str(), 64));
    assert_eq!(page.logged.statement_sha256, first.attestation_sha256);
    assert_eq!((page.logged.seq, page.evidence_of.as_deref()), (first.seq, None));
    assert!(page.logged.log_size > first.seq && page.logged.log_root.len() == 64);

    bench.sit("Eve").await;
    let second = receipt(bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap());
    assert_eq!(second.signature.evidence_of.as_deref(), Some(made.request_id.as_str()));
    bench.sit("Vic").await;
    let again = signed(&bench, first.seq).await;
    let [again] = &again[..] else { panic!("{again:?}") };
    same(again, page);
    assert_eq!(again.evidence_of.as_deref(), Some(made.request_id.as_str()));
    bench.desk.workspace().unwrap().settle().await.unwrap();
    let covered = signed(&bench, first.seq).await;
    assert!(covered[0].logged.checkpoint && covered[0].logged.log_size > first.seq);

    let line = history(&bench, &made.request_id).await;
    let signed: Vec<_> = line.iter().map(|entry| entry.signed.as_ref().map(|at| at.seq)).collect();
    assert_eq!(signed, [Some(second.seq), Some(first.seq), None, None]);
    let recorded = line[1].signed.as_ref().unwrap().reviewed.as_ref().unwrap();
    assert_eq!(recorded.seconds, page.reviewed.seconds, "the value that was signed");
}

#[tokio::test]
async fn revocations_and_changes_have_theirs_and_most_records_have_none() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("kyc", 0, "Be kind.\n").await;
    bench.sit("Bob").await;
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    let review = bench.open(&made.request_id).await;
    bench.desk.revoke(review.review_id).await.unwrap();
    let ended =
        bench.desk.answer_revocation("It drifts".to_owned(), 0, typed("Bob"), bench.key()).await;
    let SigningView::Revoked(revoked) = ended.unwrap() else { panic!("no receipt") };
    let [page] = &revoked.signatures[..] else { panic!("{revoked:?}") };
    assert_eq!(page.title, "Revocation of the approval of prompt kyc, version 1, in retail-eu");
    assert_eq!((page.reason.as_str(), page.logged.seq), ("It drifts", revoked.ended[0].seq));
    let line = history(&bench, &made.request_id).await;
    assert_eq!(line[0].signed.as_ref().map(|at| at.seq), Some(page.logged.seq));

    bench.sit(ADMIN).await;
    let (bob, vic) = (bench.id_of("Bob").await, bench.id_of("Vic").await);
    let grant = |person_id: &str, role: &str| ActDraft::GrantRole {
        person_id: person_id.to_owned(),
        role: role.to_owned(),
        group: None,
    };
    let single = receipt(bench.act(grant(&bob, "ADMIN")).await.unwrap());
    assert_eq!(single.sentence, "Bob becomes Admin in retail-eu.");
    assert_eq!(single.signature.change, single.sentence);
    assert_eq!(single.signature.title, "Proposal of a change in retail-eu");
    assert_eq!((single.signers.len(), single.evidence_of.as_deref()), (1, None));
    let waiting = receipt(bench.act(grant(&vic, "ANALYST")).await.unwrap());
    assert_eq!(waiting.sentence, "The change waits for one more person to sign in retail-eu.");
    assert_eq!(waiting.signers.len(), 2, "one signed, one open");
    let request_id = waiting.signature.request.id.clone();
    bench.sit("Bob").await;
    let second = receipt(bench.decide(&request_id, DecisionDraft::Approve).await.unwrap());
    assert_eq!(second.signature.title, "Approval of a change in retail-eu");
    assert_eq!(second.signature.change, "Vic becomes Analyst in retail-eu.");
    // The act binds both: the proposal, and the approval of the second admin.
    let both = signed(&bench, second.seq).await;
    let who: Vec<_> = both.iter().map(|page| page.signer.name.as_str()).collect();
    assert_eq!(who, [ADMIN, "Bob"]);
    same(&both[0], &SignatureView { logged: both[0].logged.clone(), ..waiting.signature });
    let line = history(&bench, &request_id).await;
    let places: Vec<_> = line.iter().map(|entry| entry.signed.as_ref().map(|at| at.seq)).collect();
    assert_eq!(places, [Some(second.seq), Some(waiting.seq)]);

    let size = bench.desk.audit(Default::default(), None).await.unwrap().size;
    let mut binding = 0;
    for seq in 0..size {
        binding += usize::from(!signed(&bench, seq).await.is_empty());
    }
    assert!(binding >= 10 && binding < size as usize, "{binding} of {size}");
    assert_eq!(code(bench.desk.signed_record(size).await), ErrorCode::NotFound);
}
