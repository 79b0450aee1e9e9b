//! Templates with sample inputs, as their page asks for them.

use super::*;
use crate::views::{DiffLayout, RenderDraft, RenderedView, SampleDraft, WhitespaceView};

const ONE: &str = "Summarise {{file}} in {{language}}.\nBe brief.\n";
const TWO: &str = "Summarise {{file}} for {{ reader }}.\nBe brief.\n";

fn draft(base: u32, version: u32, text: Option<&str>, samples: &[(&str, &str)]) -> RenderDraft {
    let sample = |(name, value): &(&str, &str)| SampleDraft {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    RenderDraft {
        name: "letters".to_owned(),
        base,
        version,
        text: text.map(str::to_owned),
        samples: samples.iter().map(sample).collect(),
        whitespace: WhitespaceView::Exact,
    }
}

/// Both texts, as their rows say.
async fn says(bench: &Bench, view: &RenderedView) -> [String; 2] {
    let rows = bench.rows(&view.diff.diff_id, DiffLayout::SideBySide, (0, 100)).await.unwrap();
    let line = |line: &Option<crate::views::DiffLine>| {
        let runs = line.iter().flat_map(|line| &line.runs);
        runs.map(|run| run.text.as_str()).collect::<String>()
    };
    let left = rows.iter().map(|row| line(&row.left)).collect::<Vec<_>>().join("\n");
    let right = rows.iter().map(|row| line(&row.right)).collect::<Vec<_>>().join("\n");
    [left, right]
}

async fn two_versions(tier: &str) -> Bench {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    for (based_on, text) in [(0, ONE), (1, TWO)] {
        let draft = PromptDraft { tier: tier.to_owned(), ..prompt("letters", based_on, text) };
        bench.desk.save_prompt(draft, bench.key()).await.unwrap();
    }
    bench
}

#[tokio::test]
async fn two_versions_are_rendered_with_the_same_samples_beside_each_other() {
    let bench = two_versions("medium").await;
    let samples = [("file", "of {{Vaillant}}"), ("reader", "Ann"), ("tone", "kind")];
    let view = bench.desk.render_prompt(draft(1, 2, None, &samples)).await.unwrap();
    let [left, right] = says(&bench, &view).await;
    assert_eq!(left, "Summarise of {{Vaillant}} in {{language}}.\nBe brief.");
    assert_eq!(right, "Summarise of {{Vaillant}} for Ann.\nBe brief.");
    let told: Vec<_> = view
        .variables
        .iter()
        .map(|one| (one.name.as_str(), one.left, one.right, one.given))
        .collect();
    let expected = [
        ("file", true, true, true),
        ("reader", false, true, true),
        ("language", true, false, false),
    ];
    assert_eq!(told, expected);
    assert_eq!(view.unused, ["tone"]);
    assert_eq!((view.diff.all_changes, view.diff.facts.len()), (1, 0));
    assert_eq!(view.diff.left.as_ref().unwrap().version, "1");
    let alone = bench.desk.render_prompt(draft(0, 2, None, &samples)).await.unwrap();
    assert!(alone.diff.left.is_none());
    assert_eq!(alone.unused, ["tone"]);
}

#[tokio::test]
async fn a_draft_is_rendered_beside_a_version_and_without_one() {
    let bench = two_versions("medium").await;
    let samples = [("reader", "Ann")];
    let view = bench.desk.render_prompt(draft(2, 0, Some("To {{reader}}.\n"), &samples)).await;
    let [left, right] = says(&bench, &view.unwrap()).await;
    assert_eq!(left.lines().next(), Some("Summarise {{file}} for Ann."));
    assert_eq!(right.trim_end(), "To Ann.");
    let new = RenderDraft { name: String::new(), ..draft(0, 0, Some(""), &samples) };
    assert_eq!(bench.desk.render_prompt(new).await.unwrap().unused, ["reader"]);
    for (base, version, text) in [(9, 2, None), (1, 9, None), (1, 0, None), (9, 0, Some("x"))] {
        let answer = bench.desk.render_prompt(draft(base, version, text, &samples)).await;
        assert_eq!(code(answer), ErrorCode::NotFound, "{base} {version} {text:?}");
    }
    let huge = "{{reader}}".repeat(1_000);
    let answer =
        bench.desk.render_prompt(draft(2, 0, Some(&huge), &[("reader", &"x".repeat(5_000))]));
    assert_eq!(code(answer.await), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn a_protected_text_is_rendered_once_it_was_revealed_and_samples_are_on_no_record() {
    let bench = two_versions("high").await;
    let refused = |answer: Answer<RenderedView>| {
        let refused = answer.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Protected);
        assert!(!format!("{refused:?}").contains("Summarise"), "{refused:?}");
        refused.message
    };
    let samples = [("file", "sample-that-is-kept-nowhere")];
    let ask = |draft: RenderDraft| bench.desk.render_prompt(draft);
    assert!(refused(ask(draft(1, 2, None, &samples)).await).starts_with("Versions 1 and 2"));
    assert!(refused(ask(draft(0, 2, None, &samples)).await).starts_with("Version 2 "));
    assert!(refused(ask(draft(1, 0, Some(ONE), &samples)).await).starts_with("Version 1 "));
    assert!(ask(draft(0, 0, Some("Mine {{file}}"), &samples)).await.is_ok(), "it is their own");
    let (kind, name) = ("prompt".to_owned(), "letters".to_owned());
    bench.desk.reveal(kind, name, "2".to_owned()).await.unwrap();
    bench.desk.answer_reveal("Compares".to_owned(), typed("Ann")).await.unwrap();
    assert!(refused(ask(draft(1, 2, None, &samples)).await).starts_with("Version 1 "));
    let before = bench.desk.audit(crate::views::AuditFilter::default(), None).await.unwrap();
    let view = ask(draft(0, 2, None, &samples)).await.unwrap();
    assert!(says(&bench, &view).await[1].contains("sample-that-is-kept-nowhere"), "the control");
    let after = bench.desk.audit(crate::views::AuditFilter::default(), None).await.unwrap();
    assert_eq!(before.rows.len(), after.rows.len());
    for entry in std::fs::read_dir(bench.folder.path().join("data/northmere-bank")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let found = bytes.windows(16).any(|window| window == b"sample-that-is-k");
        assert!(!found, "a sample was written down");
    }
}
