//! The main path: from no workspace to a model in force.

use super::{ADMIN, Bench, code, draft, prompt, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::views::{
    DecisionDraft, EffectView, InboxTab, LogBadge, RegistryFilter, SessionView, SignatureLine,
    SigningView, StatusView, WhitespaceView,
};

#[tokio::test]
async fn a_workspace_exists_once_its_kit_is_kept_and_not_before() {
    let bench = Bench::empty();
    let data = bench.folder.path().join("data");
    bench.desk.create_workspace(draft()).await.unwrap();
    let differ = bench.desk.answer_create(typed(ADMIN), typed("somebody else")).await;
    assert_eq!(code(differ), ErrorCode::InvalidInput);
    let kit = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::Kit { secret: Some(secret), recovery, saved: false, .. } = &kit else {
        panic!("{kit:?}")
    };
    let file = bench.folder.path().join("kit.txt");
    let kept = bench.desk.save_kit(file.clone()).await.unwrap();
    assert!(matches!(kept, SigningView::Kit { saved: true, .. }));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains(secret.as_str()) && written.contains(recovery.as_str()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let jammed = bench.desk.print_kit(|| Err("no printer".to_owned())).await.unwrap_err();
    assert_eq!(jammed.code, ErrorCode::Unexpected);
    assert!(jammed.hint.contains("Save the kit to a file"), "{jammed:?}");
    let shown = bench.desk.signing().await.unwrap();
    assert!(matches!(shown, SigningView::Kit { printed: false, saved: true, .. }));
    let printed = bench.desk.print_kit(|| Ok(())).await.unwrap();
    assert!(matches!(printed, SigningView::Kit { printed: true, saved: true, .. }));
    bench.desk.try_kit().await.unwrap();
    let back = bench.desk.leave_trial().await.unwrap();
    assert!(matches!(back, SigningView::Kit { printed: true, .. }), "{back:?}");
    assert!(!data.exists(), "something was written before the kit was confirmed");
    bench.desk.cancel_signing().await.unwrap();
    assert!(matches!(bench.desk.kit_saved().await, Ok(SigningView::Idle {})));
    assert!(!data.exists(), "giving up left something behind");
    let nothing = bench.desk.print_kit(|| panic!("there is no kit any more")).await;
    assert!(matches!(nothing, Ok(SigningView::Idle {})), "{nothing:?}");
    assert!(matches!(bench.desk.session().await, Ok(SessionView::Closed {})));

    bench.desk.create_workspace(draft()).await.unwrap();
    bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    bench.heard();
    bench.desk.kit_saved().await.unwrap();
    assert!(data.join("northmere-bank").is_dir());
    let heard = bench.heard();
    assert!(heard.contains(&DeskEvent::SigningFinished), "{heard:?}");
    let session = bench.desk.session().await.unwrap();
    let SessionView::Open { person, tenant, log, .. } = session else { panic!("{session:?}") };
    assert_eq!((person.name.as_str(), tenant.role.as_str()), (ADMIN, "ADMIN"));
    assert!(matches!(log, LogBadge::Verified { .. }), "{log:?}");
    let first = bench.desk.first_page().await.unwrap();
    assert_eq!(first.last.unwrap().title, "Northmere Bank");
    bench.desk.close_workspace().await.unwrap();
    let again = bench.desk.open_last().await.unwrap();
    assert!(matches!(again, SessionView::SignedOut { .. }), "{again:?}");
}

#[tokio::test]
async fn a_model_of_high_tier_is_in_force_after_two_people_signed() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "high").await;
    assert_eq!(made.subject, "model/credit-pd@1");
    let own = bench.inbox(InboxTab::WaitingOnOthers).await;
    assert_eq!((own.needs_me, own.waiting_on_others), (0, 1));
    assert_eq!((own.rows[0].votes, own.rows[0].needed), (0, 2));

    let session = bench.sit("Bob").await;
    assert!(matches!(session, SessionView::Open { waiting: 1, .. }), "{session:?}");
    let review = bench.open(&made.request_id).await;
    assert!(review.foot.may_decide, "{}", review.foot.why_not);
    assert_eq!(review.changes, 1, "a first version is one change");
    assert_eq!(review.metrics.len(), 1);
    let lines = &review.foot.lines;
    assert!(matches!(&lines[0], SignatureLine::OpenToYou { others } if others == &["Eve"]));
    assert!(matches!(&lines[1], SignatureLine::Open { people } if people == &["Eve"]));
    let changes = bench.changes(&review.review_id, None).await.unwrap();
    assert_eq!(changes.changes, [0, 0, changes.right.lines]);
    assert!(changes.left.is_none());
    bench.pass(74_000_000);
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Decide(view) = asked else { panic!("{asked:?}") };
    assert_eq!(
        view.sentence,
        "Approve model credit-pd, version 1, for production use in retail-eu."
    );
    assert_eq!((view.digest, view.name.as_str()), (review.digest, "Bob"));
    assert!(view.seen.starts_with("Overview; opened "), "{}", view.seen);
    let SigningView::Receipt(first) = bench.sign().await.unwrap() else { panic!("no receipt") };
    assert_eq!(first.final_seq, None);
    assert_eq!(first.signers.len(), 2, "one signed, one open");
    assert!(first.sentence.contains("waits for one more person"), "{}", first.sentence);
    assert_eq!(bench.inbox(InboxTab::NeedsMe).await.needs_me, 0);

    bench.sit("Eve").await;
    let end = bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    let SigningView::Receipt(end) = end else { panic!("{end:?}") };
    assert_eq!(end.final_seq, Some(end.seq + 1));
    assert_eq!(end.sentence, "credit-pd, version 1, is approved and in force in retail-eu.");
    bench.heard();
    bench.desk.cancel_signing().await.unwrap();
    assert_eq!(bench.heard(), [DeskEvent::SigningFinished]);

    let inbox = bench.inbox(InboxTab::Decided).await;
    assert_eq!((inbox.needs_me, inbox.waiting_on_others), (0, 0));
    assert_eq!((inbox.rows[0].status, inbox.rows[0].votes), (StatusView::Approved, 2));
    let page = bench.desk.model("credit-pd".to_owned()).await.unwrap();
    assert_eq!(page.versions[0].effect, EffectView::InForce);
    assert_eq!(page.versions[0].approved_by.as_ref().unwrap().name, "Eve");
    let search = Some("CREDIT".to_owned());
    let filter = RegistryFilter { search, ..RegistryFilter::default() };
    let list = bench.desk.models(None, Some(filter)).await.unwrap();
    assert_eq!((list.total, list.rows[0].in_force.as_deref()), (1, Some("1")));
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.foot.why_not, "This was approved.");
    let history = bench.desk.review_history(review.review_id).await.unwrap();
    let said: Vec<&str> = history.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        said,
        ["approved @1, in force since", "approved @1", "asked for approval of @1", "registered @1"]
    );
    assert_eq!(review.history, 4);
    let found = bench.desk.verify_log(std::sync::Arc::new(|_| ())).await.unwrap();
    assert!(found.verified, "{:?}", found.findings);
}

#[tokio::test]
async fn a_prompt_is_compared_with_the_version_in_force() {
    let bench = Bench::staffed().await;
    let first = bench.prompt("kyc-summary", 0, "Summarise {{file}}.\nBe brief.\n").await;
    bench.sit("Bob").await;
    bench.decide(&first.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit("Ann").await;
    let text = "Summarise {{file}} for {{analyst}}.\nBe brief.\n";
    let (name, draft) = ("kyc-summary".to_owned(), text.to_owned());
    let drafted = bench.desk.prompt_draft_diff(name, draft, WhitespaceView::Exact).await.unwrap();
    assert_eq!(drafted.facts[0].text, "New variable {{analyst}}");
    let second = bench.prompt("kyc-summary", 1, text).await;
    let stale = bench.desk.save_prompt(prompt("kyc-summary", 1, "Other"), bench.key()).await;
    assert_eq!(code(stale), ErrorCode::StaleReview);
    let review = bench.open(&second.request_id).await;
    assert_eq!(review.foot.why_not, "You requested this.");
    bench.sit("Bob").await;
    let review = bench.open(&second.request_id).await;
    assert_eq!(review.base_version.as_deref(), Some("1"));
    let diff = bench.changes(&review.review_id, None).await.unwrap();
    assert_eq!((diff.all_changes, diff.changes), (review.changes, vec![0, 1, 1]));
    assert_eq!((diff.added, diff.removed), (1, 1));
    assert_eq!(diff.facts[0].text, "New variable {{analyst}}");
    let bases: Vec<_> = diff.bases.iter().map(|base| (&*base.version, &*base.word)).collect();
    assert_eq!((bases, diff.signed_base.as_deref()), (vec![("1", "in force")], Some("1")));
    let absent = bench.changes(&review.review_id, Some("9")).await;
    assert_eq!(code(absent), ErrorCode::NotFound);
    let end = bench.decide(&second.request_id, DecisionDraft::Reject).await.unwrap();
    assert!(matches!(end, SigningView::Receipt(_)));
    let page = bench.desk.prompt("kyc-summary".to_owned()).await.unwrap();
    assert_eq!(page.versions[0].status, StatusView::Rejected);
    let list = bench.desk.prompts(None, None).await.unwrap();
    assert_eq!(list.rows[0].in_force.as_deref(), Some("1"));
    let text = bench.desk.prompt_text("kyc-summary".to_owned(), 2).await.unwrap();
    assert_eq!(text.variables, ["file", "analyst"]);
    let name = "kyc-summary".to_owned();
    let two = bench.desk.prompt_diff(name, 1, 2, WhitespaceView::Exact).await.unwrap();
    assert_eq!(two.left.unwrap().version, "1");
}

#[tokio::test]
async fn with_two_admins_a_role_waits_for_the_second_signature() {
    let bench = Bench::staffed().await;
    let grid = bench.desk.people().await.unwrap();
    let vic = grid.people.iter().find(|row| row.person.name == "Vic").unwrap().person.id.clone();
    bench.ask_for_role(&vic, "ADMIN").await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Change { sentence, control, .. } = asked else { panic!("{asked:?}") };
    assert_eq!(sentence, "Vic becomes Admin in retail-eu.");
    assert_eq!(control, "Applies at once and is marked single");
    let wrong = bench.desk.answer_change(typed("nobody")).await;
    assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();

    bench.ask_for_role(&vic, "APPROVER").await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Change { digest, control, .. } = asked else { panic!("{asked:?}") };
    assert_eq!(control, "Waits for a second admin of retail-eu");
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    let grid = bench.desk.people().await.unwrap();
    let cell = |grid: &crate::views::PeopleView| {
        grid.people.iter().find(|row| row.person.id == vic).unwrap().cells[0].clone()
    };
    let waiting = cell(&grid);
    assert_eq!(waiting.role.as_deref(), Some("ADMIN"));
    assert_eq!(waiting.proposed.as_deref(), Some("APPROVER"));
    let request = waiting.request_id.unwrap();
    let own = bench.open(&request).await;
    assert_eq!(own.foot.why_not, "You proposed this.");
    assert_eq!(own.digest, digest, "what was shown is what was signed");
    bench.sit("Vic").await;
    assert_eq!(bench.inbox(InboxTab::NeedsMe).await.rows[0].kind, "change");
    let end = bench.decide(&request, DecisionDraft::Approve).await.unwrap();
    assert!(matches!(end, SigningView::Receipt(_)), "{end:?}");
    bench.sit(ADMIN).await;
    assert_eq!(cell(&bench.desk.people().await.unwrap()).role.as_deref(), Some("APPROVER"));
    let matrix = bench.desk.matrix().await.unwrap();
    let may: Vec<(&str, &[bool])> =
        matrix.iter().map(|row| (row.role.as_str(), row.may.as_slice())).collect();
    assert_eq!(
        may,
        [
            ("ADMIN", [true, true, true, true].as_slice()),
            ("ANALYST", &[true, false, true, false]),
            ("APPROVER", &[false, true, true, false]),
            ("VIEWER", &[false, false, true, false]),
        ]
    );
}
