//! The time line of a prompt: what was in force when, by which records.

use super::lifecycle::{approve, gate, revoked};
use super::*;
use crate::views::{SpellEndView, TimelineView};

async fn timeline(bench: &Bench) -> TimelineView {
    bench.desk.timeline("prompt".to_owned(), "letters".to_owned()).await.unwrap()
}

fn told(line: &TimelineView) -> Vec<(&str, SpellEndView, bool)> {
    let spells = line.spells.iter();
    spells.map(|spell| (spell.version.as_str(), spell.end, spell.is_current)).collect()
}

#[tokio::test]
async fn a_time_line_says_what_was_in_force_from_when_to_when_and_by_whom() {
    use SpellEndView::{Lapsed, Revoked, Running};
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("letters", 0, "Be kind.\n").await;
    assert!(told(&timeline(&bench).await).is_empty(), "nobody approved it yet");
    approve(&bench, &first.request_id, "", "").await;
    bench.sit("Ann").await;
    let second = bench.prompt("letters", 1, "Be brief.\n").await;
    approve(&bench, &second.request_id, "2026-11-23 09:00", "staging").await;
    let line = timeline(&bench).await;
    assert_eq!(told(&line), [("2", Running, true), ("1", Running, false)]);
    assert_eq!(line.spells[0].conditions, "until 2026-11-23 09:00 UTC, in staging only");
    assert_eq!(line.spells[0].until.as_deref(), Some("2026-11-23T09:00:00.000000Z"));
    let record = bench.desk.record(line.spells[1].from_seq).await.unwrap();
    assert_eq!(
        (record.row.action.as_str(), &record.row.at),
        ("approval.approve", &line.spells[1].from)
    );

    // Back to 1, which ends 2; then 2 is approved again.
    bench.sit("Eve").await;
    bench.desk.roll_back("prompt/letters@1".to_owned()).await.unwrap();
    revoked(&bench, 0).await.unwrap();
    let line = timeline(&bench).await;
    assert_eq!(told(&line), [("2", Revoked, false), ("1", Running, true)]);
    let record = bench.desk.record(line.spells[0].until_seq.unwrap()).await.unwrap();
    assert_eq!(record.row.action, "prompt.revoke");
    bench.sit("Ann").await;
    let again = bench.desk.request_again(
        "prompt/letters@2".to_owned(),
        "Once more".to_owned(),
        bench.key(),
    );
    approve(&bench, &again.await.unwrap().request_id, "2026-11-23 10:00", "").await;
    let line = timeline(&bench).await;
    assert_eq!(told(&line), [("2", Running, true), ("2", Revoked, false), ("1", Running, false)]);
    bench.pass(16 * 3_600 * 1_000_000);
    bench.sit("Vic").await;
    let line = timeline(&bench).await;
    assert_eq!(told(&line), [("2", Lapsed, false), ("2", Revoked, false), ("1", Running, true)]);

    let said: Vec<&str> = line.entries.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(said.len(), 9, "{said:?}");
    assert!(said.contains(&"revoked @2") && said.contains(&"wrote @1"), "{said:?}");
    assert!(line.entries.is_sorted_by(|later, earlier| later.seq > earlier.seq) && !line.more);
    let kinds = [("model", "letters"), ("prompt", "absent")];
    for (kind, name) in kinds {
        let answer = bench.desk.timeline(kind.to_owned(), name.to_owned()).await;
        assert_eq!(code(answer), ErrorCode::NotFound, "{kind} {name}");
    }
    let page = bench.desk.prompt("letters".to_owned()).await.unwrap();
    assert!(page.versions.iter().all(|version| version.later_in_force.is_empty()));
}

#[tokio::test]
async fn a_version_says_what_going_back_to_it_would_end() {
    let bench = Bench::staffed().await;
    for based_on in 0..3 {
        bench.sit("Ann").await;
        let made = bench.prompt("letters", based_on, &format!("Text {based_on}.\n")).await;
        approve(&bench, &made.request_id, "", "").await;
    }
    let ends = async || {
        let page = bench.desk.prompt("letters".to_owned()).await.unwrap();
        let told = page.versions.into_iter();
        told.map(|version| (version.later_in_force.join(" "), version.may_roll_back))
            .collect::<Vec<_>>()
    };
    let back = |text: &str, may| (text.to_owned(), may);
    assert_eq!(ends().await, [back("", false), back("3", true), back("3 2", true)]);
    bench.sit("Ann").await;
    assert_eq!(ends().await, [back("", false), back("3", false), back("3 2", false)]);
}

#[tokio::test]
async fn a_version_that_is_used_often_keeps_its_history() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    approve(&bench, &made.request_id, "", "").await;
    let said = async || {
        let line = timeline(&bench).await;
        line.entries.into_iter().map(|entry| (entry.seq, entry.what)).collect::<Vec<_>>()
    };
    let before = said().await;
    for _ in 0..120 {
        assert!(gate(&bench, "prompt/letters@1", None).await.0);
    }
    assert_eq!(bench.recorded("gate.allow").await, 100, "the control: more than a page of them");
    assert_eq!((said().await, before.len()), (before.clone(), 3));
}
