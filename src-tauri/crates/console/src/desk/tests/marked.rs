//! Characters that cannot be seen, wherever somebody reads what others wrote.

use super::*;
use crate::views::{DiffLine, RemarkDraft};

const ZERO_WIDTH: &str = "no\u{200b}risk";
const WRITTEN: &str = "no[U+200B]risk";

fn drawn(line: &DiffLine) -> (u32, Vec<&str>) {
    (line.number, line.runs.iter().map(|run| run.text.as_str()).collect())
}

#[tokio::test]
async fn the_text_of_a_prompt_marks_and_counts_them() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    bench.prompt("plain", 0, "One.\nTwo: žádost.\n").await;
    bench.prompt("hidden", 0, &format!("One.\nState {ZERO_WIDTH}.\nThree.\n")).await;
    bench.prompt("windows", 0, "One.\r\nTwo\u{202e}.\r\n").await;
    for (name, expected, count) in [
        ("plain", vec![], 0),
        ("hidden", vec![(2, vec!["State no", "U+200B ZERO WIDTH SPACE", "risk."])], 1),
        (
            "windows",
            vec![(2, vec!["Two", "U+202E RIGHT-TO-LEFT OVERRIDE", ".", "U+000D CARRIAGE RETURN"])],
            1,
        ),
    ] {
        let read = bench.desk.prompt_text(name.to_owned(), 1).await.unwrap();
        let marked: Vec<_> = read.marked.iter().map(drawn).collect();
        assert_eq!((marked, read.hidden_characters), (expected, count), "{name}");
    }
}

#[tokio::test]
async fn reasons_and_remarks_write_them_out() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let draft = PromptDraft { reason: ZERO_WIDTH.to_owned(), ..prompt("kyc", 0, "Be brief.\n") };
    let made = bench.desk.save_prompt(draft, bench.key()).await.unwrap();
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.reason, WRITTEN);
    let (id, text) = (review.review_id, format!("Why {ZERO_WIDTH}?"));
    let said = RemarkDraft::Comment {};
    let told = bench.desk.say(id.clone(), said, text, bench.key()).await.unwrap();
    assert_eq!(told.entries[0].text.as_deref(), Some("Why no[U+200B]risk?"));
    assert_eq!(bench.inbox(InboxTab::All).await.rows[0].reason, WRITTEN);
    assert_eq!(bench.desk.review_history(id).await.unwrap()[0].reason, WRITTEN);
    let page = bench.desk.prompt("kyc".to_owned()).await.unwrap();
    assert_eq!(page.versions[0].reason, WRITTEN);
}
