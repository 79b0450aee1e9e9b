//! Another tenant's ids are answered like ids that do not exist, by every command (rule 10, T8).

use std::fmt::Debug;

use super::{Bench, TENANT, free, prompt, typed};
use crate::desk::Answer;
use crate::error::ErrorCode;
use crate::views::{
    AuditFilter, DecisionDraft, DiffLayout, DiffSpan, InboxFilter, InboxTab, ModelDraft,
    RegistryFilter, RenderDraft, ReviewPart, SessionView, WhitespaceView,
};

const OTHER: &str = "retail-uk";
const NOWHERE: &str = "retail-xx";
const NO_REQUEST: &str = "01930000-0000-7000-8000-00000000000a";
const NO_REVIEW: &str = "00000000000000000000000000000000";

/// Ids of a tenant that Bob has no role in.
struct Foreign {
    request: String,
    review: String,
    diff: String,
}

/// A second tenant with a model and a prompt, both under review by its admin.
async fn second_tenant(bench: &Bench) -> Foreign {
    bench.found_tenant(OTHER).await;
    let made = bench.model("secret-model", "medium").await;
    bench.prompt("secret-prompt", 0, "The other bank's text {{name}}.\n").await;
    let review = bench.open(&made.request_id).await.review_id;
    let diff = bench.changes(&review, None).await.unwrap().diff_id;
    Foreign { request: made.request_id, review, diff }
}

/// What a command said, without what must differ: the id itself and the incident.
fn said<T: Debug>(answer: Answer<T>, id: &str) -> String {
    match answer {
        Ok(view) => format!("{view:?}"),
        Err(mut refusal) => {
            refusal.incident.clear();
            format!("{refusal:?}")
        }
    }
    .replace(id, "ID")
}

#[tokio::test]
async fn foreign_and_absent_are_answered_alike_by_every_command_that_takes_an_id() {
    let bench = Bench::founded().await;
    bench.join("Bob", "ADMIN").await;
    let foreign = second_tenant(&bench).await;
    bench.sit("Bob").await;
    let desk = &bench.desk;
    let artefact = bench.artefact(b"weights").await;
    let mut tried = 0;
    let mut leaks = Vec::new();
    macro_rules! alike {
        ($command:literal, $foreign:expr, $absent:expr, |$id:ident| $call:expr) => {
            let both = [$foreign.to_owned(), $absent.to_owned()].map(|id: String| id);
            let mut answers = Vec::new();
            for id in &both {
                let $id = id.clone();
                answers.push(said($call.await, id));
            }
            tried += 1;
            let stamps = |text: &str| {
                let digits = |letter: char| if letter.is_ascii_hexdigit() { '0' } else { letter };
                text.chars().map(digits).collect::<String>()
            };
            if stamps(&answers[0]) != stamps(&answers[1]) || answers[0].contains("secret") {
                leaks.push(format!("{}: {} | {}", $command, answers[0], answers[1]));
            }
        };
    }
    let (request, review) = (foreign.request.as_str(), foreign.review.as_str());
    alike!("open_review", request, NO_REQUEST, |id| desk.open_review(id));
    alike!("open_part", review, NO_REVIEW, |id| desk.open_part(id, ReviewPart::Changes));
    alike!("review_changes", review, NO_REVIEW, |id| desk.review_changes(
        id,
        None,
        WhitespaceView::Exact
    ));
    alike!("diff_rows", foreign.diff.as_str(), NO_REVIEW, |id| desk.diff_rows(
        id,
        DiffLayout::Unified,
        vec![DiffSpan { from: 0, rows: 9 }]
    ));
    alike!("diff_search", foreign.diff.as_str(), NO_REVIEW, |id| desk
        .diff_search(id, "a".to_owned()));
    alike!("review_history", review, NO_REVIEW, |id| desk.review_history(id));
    alike!("acknowledge_hidden", review, NO_REVIEW, |id| desk.acknowledge_hidden(id));
    alike!("decide", review, NO_REVIEW, |id| desk.decide(id, DecisionDraft::Approve));
    alike!("model", "secret-model", "absent-model", |id| desk.model(id));
    alike!("models", "secret-model", "absent-model", |id| desk.models(None, searched(id)));
    alike!("prompt", "secret-prompt", "absent-prompt", |id| desk.prompt(id));
    alike!("prompts", "secret-prompt", "absent-prompt", |id| desk.prompts(None, searched(id)));
    alike!("prompt_text", "secret-prompt", "absent-prompt", |id| desk.prompt_text(id, 1));
    alike!("timeline", "secret-prompt", "absent-prompt", |id| desk
        .timeline("prompt".to_owned(), id));
    alike!("render_prompt", "secret-prompt", "absent-prompt", |id| desk.render_prompt(drafted(id)));
    alike!("prompt_diff", "secret-prompt", "absent-prompt", |id| desk.prompt_diff(
        id,
        0,
        1,
        WhitespaceView::Exact
    ));
    alike!("model_diff", "secret-model", "absent-model", |id| desk.model_diff(
        id,
        String::new(),
        "1".to_owned(),
        WhitespaceView::Exact
    ));
    alike!("prompt_draft_diff", "secret-prompt", "absent-prompt", |id| desk.prompt_draft_diff(
        id,
        "Text".to_owned(),
        WhitespaceView::Exact
    ));
    alike!("choose_tenant", OTHER, NOWHERE, |id| desk.choose_tenant(id));
    alike!("save_prompt", "secret-prompt", "absent-prompt", |id| desk
        .save_prompt(prompt(&id, 1, "Text"), bench.key()));
    alike!("register_model", "Secret-Model", "Absent-Model", |id| desk.register_model(
        ModelDraft {
            name: id,
            version: "1".to_owned(),
            artefact_id: artefact.clone(),
            card: "{}".to_owned(),
            tier: "low".to_owned(),
            reason: "New".to_owned(),
        },
        bench.key()
    ));
    alike!("audit", "model/secret-model@1", "model/absent-model@1", |id| desk.audit(
        AuditFilter {
            resource: Some(id),
            correlation_id: Some(NO_REQUEST.to_owned()),
            ..Default::default()
        },
        None
    ));
    alike!("end_alarm", OTHER, NOWHERE, |id| desk.end_alarm(id));
    println!("{tried} commands tried with a foreign and an absent id");
    assert!(tried >= 21, "a command is missing from the table");
    assert_eq!(leaks, [] as [String; 0]);
    let own = bench.inbox(InboxTab::All).await;
    assert!(own.rows.iter().all(|row| !row.name.contains("secret")), "{:?}", own.rows);
    assert!(bench.recorded("tenant.deny").await >= 2, "foreign and absent differ on record");
    bench.sit(super::ADMIN).await;
    desk.choose_tenant(OTHER.to_owned()).await.unwrap();
    let control = said(desk.model("secret-model".to_owned()).await, "ID");
    assert!(control.contains("secret"), "control: whoever has a role there sees it");
}

#[tokio::test]
async fn without_a_session_every_command_says_so_and_nothing_else() {
    let bench = Bench::founded().await;
    let made = bench.model("credit-pd", "medium").await;
    let review = bench.open(&made.request_id).await.review_id;
    bench.desk.sign_out().await.unwrap();
    let desk = &bench.desk;
    let mut tried = 0;
    macro_rules! refused {
        ($($call:expr),+ $(,)?) => {$(
            tried += 1;
            assert_eq!(super::code($call.await), ErrorCode::NotSignedIn, stringify!($call));
        )+};
    }
    let name = || "credit-pd".to_owned();
    refused!(
        desk.inbox(InboxTab::All, InboxFilter::default(), None),
        desk.open_review(made.request_id.clone()),
        desk.open_part(review.clone(), ReviewPart::Changes),
        desk.review_changes(review.clone(), None, WhitespaceView::Exact),
        desk.diff_rows(review.clone(), DiffLayout::SideBySide, Vec::new()),
        desk.diff_search(review.clone(), name()),
        desk.review_history(review.clone()),
        desk.acknowledge_hidden(review.clone()),
        desk.decide(review.clone(), DecisionDraft::Approve),
        desk.answer_decision(name(), free(), typed("Bob"), bench.key()),
        desk.models(None, None),
        desk.model(name()),
        desk.prompts(None, None),
        desk.timeline("model".to_owned(), name()),
        desk.render_prompt(drafted(name())),
        desk.prompt(name()),
        desk.prompt_text(name(), 1),
        desk.prompt_diff(name(), 0, 1, WhitespaceView::Exact),
        desk.model_diff(name(), String::new(), name(), WhitespaceView::Exact),
        desk.prompt_draft_diff(name(), name(), WhitespaceView::Exact),
        desk.hash_artefact(bench.folder.path().join("artefact.bin"), std::sync::Arc::new(|_| ())),
        desk.save_prompt(prompt("a", 0, "Text"), bench.key()),
        desk.audit(AuditFilter::default(), None),
        desk.record(0),
        desk.verify_log(std::sync::Arc::new(|_| ())),
        desk.people(),
        desk.matrix(),
        desk.choose_tenant(TENANT.to_owned()),
        desk.answer_enrol(typed("Bob"), typed("Bob"), typed("Bob")),
        desk.answer_change(typed("Bob")),
        desk.end_alarm(TENANT.to_owned()),
        desk.answer_alarm(name(), typed("Bob")),
    );
    println!("{tried} commands refused without a session");
    let session = desk.session().await.unwrap();
    assert!(matches!(session, SessionView::SignedOut { .. }));
}

fn searched(name: String) -> Option<RegistryFilter> {
    Some(RegistryFilter { search: Some(name), ..RegistryFilter::default() })
}

fn drafted(name: String) -> RenderDraft {
    let (samples, whitespace) = (Vec::new(), WhitespaceView::Exact);
    RenderDraft { name, base: 0, version: 1, text: None, samples, whitespace }
}
