//! Comparing and searching what is protected: nothing of it is told before its reading is on record,
//! and no handle outlives the sitting in which it was.

use ledger::{Digest, TenantId};

use super::*;
use crate::keychain::ItemName;
use crate::views::{DiffLayout, DiffView, SignatureLine, WhitespaceView};

const EXACT: WhitespaceView = WhitespaceView::Exact;
const BOTH: [WhitespaceView; 2] = [EXACT, WhitespaceView::Ignored];
const PROMPT: &str = "kyc/letters";
const ONE: &str = "# Heading one\nRefuse {{name}} politely.\n";
const TWO: &str = "# Heading two\nRefuse {{name}} at once,\u{200b} within 12 days.\n";
/// What texts and cards of these tests say, and nothing else does.
const SECRETS: [&str; 8] =
    ["Refuse", "Heading", "name}}", "politely", "12 days", "200B", "Probability", "0.6"];

/// A prompt and a model of tier high, each in two versions; Bob sits there.
async fn bench() -> Bench {
    let bench = Bench::staffed().await;
    for (based_on, text) in [(0, ONE), (1, TWO)] {
        let draft = PromptDraft { tier: "high".to_owned(), ..prompt(PROMPT, based_on, text) };
        bench.desk.save_prompt(draft, bench.key()).await.unwrap();
    }
    bench.model("credit-pd", "high").await;
    let draft = ModelDraft {
        name: "credit-pd".to_owned(),
        version: "2".to_owned(),
        artefact_id: bench.artefact(b"other weights").await,
        card: CARD.replace("0.640", "0.650"),
        tier: "high".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    bench.desk.register_model(draft, bench.key()).await.unwrap();
    bench.sit("Bob").await;
    bench
}

async fn reveal(bench: &Bench, kind: &str, name: &str, version: &str) {
    bench.desk.reveal(kind.to_owned(), name.to_owned(), version.to_owned()).await.unwrap();
    let why = "Asked by the auditor".to_owned();
    bench.desk.answer_reveal(why, typed(&bench.front())).await.unwrap();
}

async fn models(
    bench: &Bench,
    left: &str,
    right: &str,
    blanks: WhitespaceView,
) -> Answer<DiffView> {
    let (left, right) = (left.to_owned(), right.to_owned());
    bench.desk.model_diff("credit-pd".to_owned(), left, right, blanks).await
}

async fn prompts(bench: &Bench, left: u32, right: u32, blanks: WhitespaceView) -> Answer<DiffView> {
    bench.desk.prompt_diff(PROMPT.to_owned(), left, right, blanks).await
}

async fn draft_diff(bench: &Bench, text: &str, blanks: WhitespaceView) -> Answer<DiffView> {
    bench.desk.prompt_draft_diff(PROMPT.to_owned(), text.to_owned(), blanks).await
}

/// Refused, in words that tell nothing of any text.
fn protected(answer: Answer<DiffView>) -> String {
    let refused = answer.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Protected, "{refused:?}");
    let told = format!("{refused:?}");
    assert!(SECRETS.iter().all(|secret| !told.contains(secret)), "{told}");
    refused.message
}

/// What a page can learn by this handle: rows of both layouts, and whether texts are found.
async fn looked(bench: &Bench, diff_id: &str) -> Vec<Option<String>> {
    let mut told = Vec::new();
    for layout in [DiffLayout::SideBySide, DiffLayout::Unified] {
        let rows = bench.rows(diff_id, layout, (0, 100)).await;
        told.push(rows.ok().map(|rows| serde_json::to_string(&rows).unwrap()));
    }
    for text in ["Refuse", "0.650", "absent"] {
        let hits = bench.desk.diff_search(diff_id.to_owned(), text.to_owned()).await;
        told.push(hits.ok().map(|hits| hits.total.to_string()));
    }
    told
}

const NOTHING: [Option<String>; 5] = [None, None, None, None, None];

#[tokio::test]
async fn two_versions_of_a_protected_prompt_are_compared_once_both_were_revealed() {
    let bench = bench().await;
    for blanks in BOTH {
        assert!(protected(prompts(&bench, 1, 2, blanks).await).starts_with("Versions 1 and 2"));
        assert!(protected(prompts(&bench, 0, 1, blanks).await).starts_with("Version 1 "));
        // Not even whether what somebody guesses is what it says.
        protected(draft_diff(&bench, TWO, blanks).await);
        protected(draft_diff(&bench, "x", blanks).await);
    }
    reveal(&bench, "prompt", PROMPT, "2").await;
    assert!(protected(prompts(&bench, 1, 2, EXACT).await).starts_with("Version 1 "));
    assert!(protected(prompts(&bench, 2, 1, EXACT).await).starts_with("Version 1 "));
    assert_eq!(draft_diff(&bench, TWO, EXACT).await.unwrap().all_changes, 0);
    assert_eq!(bench.desk.state().diffs_open(), 1, "what was refused is kept for nobody");
    reveal(&bench, "prompt", PROMPT, "1").await;
    let diff = prompts(&bench, 1, 2, EXACT).await.unwrap();
    let told = looked(&bench, &diff.diff_id).await;
    assert!(told[0].as_ref().unwrap().contains("politely"), "the control: {told:?}");
    assert_eq!(told[2].as_deref(), Some("2"));
}

#[tokio::test]
async fn cards_of_protected_models_are_compared_once_both_were_revealed() {
    let bench = bench().await;
    for blanks in BOTH {
        assert!(protected(models(&bench, "1", "2", blanks).await).starts_with("Versions 1 and 2"));
        assert!(protected(models(&bench, "", "2", blanks).await).starts_with("Version 2 "));
    }
    reveal(&bench, "model", "credit-pd", "1").await;
    assert!(protected(models(&bench, "1", "2", EXACT).await).starts_with("Version 2 "));
    assert!(protected(models(&bench, "2", "1", EXACT).await).starts_with("Version 2 "));
    assert_eq!(bench.desk.state().diffs_open(), 0);
    reveal(&bench, "model", "credit-pd", "2").await;
    let diff = models(&bench, "1", "2", EXACT).await.unwrap();
    assert_eq!(diff.facts[0].text, "Metrics: Gini: value: 0.640 became 0.650");
    assert_eq!(looked(&bench, &diff.diff_id).await[3].as_deref(), Some("1"));
}

#[tokio::test]
async fn what_a_review_read_on_record_is_searched_there_and_compared_nowhere_else() {
    let bench = bench().await;
    let request = |page: crate::views::SubjectPage| page.versions[0].request_id.clone().unwrap();
    let prompt = request(bench.desk.prompt(PROMPT.to_owned()).await.unwrap());
    let review = bench.open(&prompt).await;
    let diff = bench.changes(&review.review_id, Some("1")).await.unwrap();
    assert_eq!(looked(&bench, &diff.diff_id).await[2].as_deref(), Some("2"));
    protected(prompts(&bench, 1, 2, EXACT).await);
    protected(draft_diff(&bench, TWO, EXACT).await);
    let model = request(bench.desk.model("credit-pd".to_owned()).await.unwrap());
    let review = bench.open(&model).await;
    bench.changes(&review.review_id, Some("1")).await.unwrap();
    protected(models(&bench, "1", "2", EXACT).await);
}

#[tokio::test]
async fn no_handle_outlives_the_sitting_in_which_its_texts_were_read() {
    let bench = bench().await;
    bench.sit(ADMIN).await;
    for leave in ["lock", "sign out", "tenant", "close"] {
        for (kind, name) in [("prompt", PROMPT), ("model", "credit-pd")] {
            for version in ["1", "2"] {
                reveal(&bench, kind, name, version).await;
            }
        }
        let handles = [
            prompts(&bench, 1, 2, EXACT).await.unwrap().diff_id,
            models(&bench, "1", "2", EXACT).await.unwrap().diff_id,
            draft_diff(&bench, "x", EXACT).await.unwrap().diff_id,
        ];
        // As kept by a command that was still comparing when its person left.
        let mut late = Vec::new();
        for handle in &handles {
            assert!(looked(&bench, handle).await.iter().all(Option::is_some), "{leave}");
            late.push(bench.desk.state().diff(handle).cloned().unwrap());
        }
        match leave {
            "lock" => {
                let session = bench.desk.lock().await.unwrap();
                let SessionView::Locked { person, .. } = session else { panic!("{session:?}") };
                bench.desk.sign_in(person.id).await.unwrap();
                bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
            }
            "sign out" => drop(bench.sit(ADMIN).await),
            "tenant" => {
                bench.found_tenant("retail-uk").await;
                assert_eq!(looked(&bench, &handles[0]).await, NOTHING, "in the other tenant");
                bench.desk.choose_tenant(TENANT.to_owned()).await.unwrap();
            }
            _ => {
                bench.desk.close_workspace().await.unwrap();
                bench.desk.open_last().await.unwrap();
                bench.sit(ADMIN).await;
            }
        }
        for (handle, open) in handles.iter().zip(late) {
            assert_eq!(looked(&bench, handle).await, NOTHING, "{leave}");
            bench.desk.state().keep_diff(handle.clone(), open);
            assert_eq!(looked(&bench, handle).await, NOTHING, "kept late, after: {leave}");
        }
    }
}

#[tokio::test]
async fn a_withheld_review_is_compared_with_nothing_and_opens_no_diff() {
    let keychain = Arc::new(MemoryKeychain::new());
    let bench = Bench::with(Arc::clone(&keychain) as Arc<dyn Keychain>, None);
    bench.desk.create_workspace(draft()).await.unwrap();
    bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    bench.desk.kit_saved().await.unwrap();
    bench.join("Bob", "APPROVER").await;
    let mut made = Vec::new();
    for (based_on, text) in [(0, ONE), (1, TWO)] {
        let draft = PromptDraft { tier: "high".to_owned(), ..prompt(PROMPT, based_on, text) };
        made.push(bench.desk.save_prompt(draft, bench.key()).await.unwrap().request_id);
    }
    let id = bench.desk.workspace().unwrap().id().clone();
    bench.desk.close_workspace().await.unwrap();
    keychain.delete(&ItemName::anchor(&id, &TenantId::parse(TENANT).unwrap())).unwrap();
    bench.desk.open_last().await.unwrap();
    bench.sit("Bob").await;
    for request in &made {
        let review = bench.desk.open_review(request.clone()).await.unwrap();
        assert!(review.withheld.is_some() && review.changes == 0);
        let signed = |line: &SignatureLine| matches!(line, SignatureLine::Signed { .. });
        assert!(!review.foot.lines.iter().any(signed));
        for base in [None, Some("1".to_owned()), Some("2".to_owned())] {
            for blanks in BOTH {
                let id = review.review_id.clone();
                let Err(refused) = bench.desk.review_changes(id, base.clone(), blanks).await else {
                    panic!("{base:?}");
                };
                let told = format!("{refused:?}");
                assert!(SECRETS.iter().all(|secret| !told.contains(secret)), "{told}");
            }
        }
        assert_eq!(looked(&bench, &review.review_id).await, NOTHING);
        let digest = Digest::of(TWO.as_bytes()).to_hex();
        assert_eq!(looked(&bench, &digest).await, NOTHING);
    }
    assert_eq!(bench.desk.state().diffs_open(), 0);
}
