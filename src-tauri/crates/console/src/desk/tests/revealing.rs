//! Protected values at the desk: shown once their reading is on record, to whom it is on record for.

use std::sync::Arc;

use ledger::{Digest, TenantId};
use serde_json::Value;

use super::{ADMIN, Bench, CARD, code, draft, prompt, typed};
use crate::desk::{Answer, DeskEvent};
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Keychain, MemoryKeychain};
use crate::views::{
    ActDraft, AuditFilter, DecisionDraft, ModelDraft, PolicyDraft, PromptDraft, RequestedView,
    RevealView, SigningView, WhitespaceView,
};

const EXACT: WhitespaceView = WhitespaceView::Exact;
const NAME: &str = "kyc/letters";
const ONE: &str = "Refuse {{name}} politely.\n";
const TWO: &str = "Refuse {{name}} at once.\n";
const WHY: &str = "Asked by the auditor";

/// A prompt of tier high with two versions, and a model of tier high.
async fn bench() -> Bench {
    let bench = Bench::staffed().await;
    high(&bench, 0, ONE).await;
    high(&bench, 1, TWO).await;
    bench.model("credit-pd", "high").await;
    bench
}

async fn high(bench: &Bench, based_on: u32, text: &str) -> RequestedView {
    let draft = PromptDraft { tier: "high".to_owned(), ..prompt(NAME, based_on, text) };
    bench.desk.save_prompt(draft, bench.key()).await.unwrap()
}

/// Asks to reveal a version of the prompt.
async fn asked(bench: &Bench, version: u32) -> RevealView {
    ask(bench, version).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Reveal(view) = asked else { panic!("{asked:?}") };
    *view
}

async fn ask(bench: &Bench, version: u32) -> Answer<()> {
    bench.desk.reveal("prompt".to_owned(), NAME.to_owned(), version.to_string()).await
}

async fn answered(bench: &Bench, reason: &str, who: &str) -> Answer<SigningView> {
    bench.desk.answer_reveal(reason.to_owned(), typed(who)).await
}

async fn revealed(bench: &Bench, version: u32) {
    asked(bench, version).await;
    let idle = answered(bench, WHY, &bench.front()).await;
    assert!(matches!(idle, Ok(SigningView::Idle {})), "{idle:?}");
}

async fn text(bench: &Bench, version: u32) -> Answer<String> {
    bench.desk.prompt_text(NAME.to_owned(), version).await.map(|view| view.text)
}

/// What the records of reading say, the newest first.
async fn readings(bench: &Bench) -> Vec<Value> {
    let filter = AuditFilter { action: Some("data.decrypt".to_owned()), ..AuditFilter::default() };
    let rows = bench.desk.audit(filter, None).await.unwrap().rows;
    let mut leaves = Vec::new();
    for row in rows {
        let leaf = bench.desk.record(row.seq).await.unwrap().leaf;
        leaves.push(serde_json::from_str(&leaf).unwrap());
    }
    leaves
}

async fn withheld(bench: &Bench) -> Vec<bool> {
    let page = bench.desk.prompt(NAME.to_owned()).await.unwrap();
    page.versions.iter().map(|version| version.withheld).collect()
}

#[tokio::test]
async fn a_protected_text_is_read_once_that_is_on_record_with_reason_and_digest() {
    let bench = bench().await;
    bench.sit("Vic").await;
    assert_eq!(withheld(&bench).await, [true, true]);
    assert_eq!(code(text(&bench, 2).await), ErrorCode::Protected);
    let view = asked(&bench, 2).await;
    assert_eq!(view.sentence, "Reveal the text of kyc/letters, version 2.");
    assert_eq!(view.subject, "prompt/kyc/letters@2");
    let digest = Digest::of(TWO.as_bytes()).to_hex();
    assert_eq!((view.digest.as_str(), view.name.as_str()), (digest.as_str(), "Vic"));
    assert_eq!((view.role.as_str(), view.asks_passphrase), ("Viewer", true));
    assert_eq!(code(answered(&bench, " ", "Vic").await), ErrorCode::InvalidInput);
    assert_eq!(code(answered(&bench, WHY, "Bob").await), ErrorCode::WrongPassphrase);
    assert_eq!(code(text(&bench, 2).await), ErrorCode::Protected);
    assert_eq!(readings(&bench).await.len(), 0, "nothing was read so far");

    bench.heard();
    assert!(matches!(answered(&bench, WHY, "Vic").await, Ok(SigningView::Idle {})));
    let heard = bench.heard();
    assert!(heard.contains(&DeskEvent::SigningFinished), "{heard:?}");
    assert!(heard.contains(&DeskEvent::RecordsChanged), "{heard:?}");
    assert_eq!(text(&bench, 2).await.unwrap(), TWO);
    assert_eq!(withheld(&bench).await, [false, true], "the other version is another value");
    let read = readings(&bench).await;
    let [leaf] = &read[..] else { panic!("{read:?}") };
    assert_eq!(
        (&leaf["resource_type"], &leaf["resource_id"]),
        (&"prompt".into(), &"kyc/letters@2".into())
    );
    assert_eq!((&leaf["reason"], &leaf["tenant_id"]), (&WHY.into(), &"retail-eu".into()));
    assert_eq!(leaf["metadata"], serde_json::json!({ "sha256": digest, "value": "text" }));
    assert!(!leaf.to_string().contains("Refuse"), "the text is not in it");
    // Read on and on, it is one record; asked for again, nothing is asked.
    text(&bench, 2).await.unwrap();
    ask(&bench, 2).await.unwrap();
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
    assert_eq!(readings(&bench).await.len(), 1);
}

#[tokio::test]
async fn both_sides_of_a_comparison_are_revealed_and_the_one_that_is_not_is_named() {
    let bench = bench().await;
    let compare = || bench.desk.prompt_diff(NAME.to_owned(), 1, 2, EXACT);
    let refused = compare().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Protected);
    assert!(refused.message.starts_with("Versions 1 and 2 are protected"), "{refused:?}");
    revealed(&bench, 2).await;
    let refused = compare().await.unwrap_err();
    assert!(refused.message.starts_with("Version 1 is protected"), "{refused:?}");
    revealed(&bench, 1).await;
    assert_eq!((compare().await.unwrap().added, readings(&bench).await.len()), (1, 2));
    // The editor begins from the newest text, and compares with it.
    let draft = bench.desk.prompt_draft_diff(NAME.to_owned(), "Refuse.\n".to_owned(), EXACT);
    assert_eq!(draft.await.unwrap().added, 1);
}

#[tokio::test]
async fn what_was_revealed_ends_with_a_lock_a_sign_out_and_another_tenant() {
    let bench = bench().await;
    for leave in ["lock", "sign out", "tenant"] {
        revealed(&bench, 1).await;
        assert_eq!(text(&bench, 1).await.unwrap(), ONE, "{leave}");
        match leave {
            "lock" => {
                let session = bench.desk.lock().await.unwrap();
                let crate::views::SessionView::Locked { person, .. } = session else {
                    panic!("{session:?}")
                };
                bench.desk.sign_in(person.id).await.unwrap();
                bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
            }
            "sign out" => drop(bench.sit(ADMIN).await),
            _ => {
                bench.found_tenant("retail-uk").await;
                bench.desk.choose_tenant(super::TENANT.to_owned()).await.unwrap();
            }
        }
        assert_eq!(code(text(&bench, 1).await), ErrorCode::Protected, "{leave}");
    }
    assert_eq!(readings(&bench).await.len(), 3);
    // What was asked of one person is answered by nobody else.
    asked(&bench, 1).await;
    bench.sit("Bob").await;
    assert!(matches!(answered(&bench, WHY, "Bob").await, Ok(SigningView::Idle {})));
    assert_eq!(code(text(&bench, 1).await), ErrorCode::Protected);
}

#[tokio::test]
async fn a_review_shows_what_it_is_about_and_puts_that_on_record_once_a_session() {
    let bench = bench().await;
    let made = bench.model("alpha", "high").await;
    bench.sit("Bob").await;
    let first = bench.open(&made.request_id).await;
    assert!(first.withheld.is_none() && !first.facts.is_empty(), "{first:?}");
    bench.open(&made.request_id).await;
    bench.changes(&first.review_id, None).await.unwrap();
    let read = readings(&bench).await;
    let [leaf] = &read[..] else { panic!("{read:?}") };
    assert_eq!(
        (&leaf["resource_type"], &leaf["resource_id"]),
        (&"model".into(), &"alpha@1".into())
    );
    assert_eq!(leaf["reason"], "opened for review");
    assert_eq!(leaf["metadata"]["sha256"], Digest::of(CARD.as_bytes()).to_hex());
    // Outside of the review it is revealed like everything else.
    let card = || bench.desk.model_card("alpha".to_owned(), "1".to_owned());
    assert_eq!(code(card().await), ErrorCode::Protected);
    let reveal = bench.desk.reveal("model".to_owned(), "alpha".to_owned(), "1".to_owned());
    reveal.await.unwrap();
    answered(&bench, WHY, "Bob").await.unwrap();
    assert_eq!(card().await.unwrap().metrics.len(), 1);
    bench.sit("Eve").await;
    bench.open(&made.request_id).await;
    assert_eq!(readings(&bench).await.len(), 3, "each person and session once");
    let history = bench.desk.review_history(bench.open(&made.request_id).await.review_id).await;
    assert!(history.unwrap().iter().all(|entry| entry.action != "data.decrypt"));
}

#[tokio::test]
async fn the_version_that_a_review_compares_with_is_read_on_record_too() {
    let bench = bench().await;
    let page = bench.desk.prompt(NAME.to_owned()).await.unwrap();
    let request = page.versions[0].request_id.clone().unwrap();
    bench.sit("Bob").await;
    let review = bench.open(&request).await;
    let one = bench.changes(&review.review_id, Some("1")).await;
    assert_eq!(one.unwrap().added, 1);
    let ids: Vec<Value> =
        readings(&bench).await.iter().map(|leaf| leaf["resource_id"].clone()).collect();
    assert_eq!(ids, ["kyc/letters@1", "kyc/letters@2"]);
    // A model's review that shows nothing protected writes nothing.
    let plain = bench.desk.inbox(crate::views::InboxTab::All, Default::default(), None).await;
    assert!(plain.unwrap().rows.len() >= 2);
}

#[tokio::test]
async fn a_card_is_held_against_that_of_the_version_in_force_once_both_may_be_read() {
    let bench = bench().await;
    for tier in ["low", "high"] {
        let name = format!("gini-{tier}");
        for version in ["1", "2"] {
            bench.sit(ADMIN).await;
            let draft = ModelDraft {
                name: name.clone(),
                version: version.to_owned(),
                artefact_id: bench.artefact(format!("{name}{version}").as_bytes()).await,
                card: CARD.to_owned(),
                tier: tier.to_owned(),
                reason: "Recalibrated".to_owned(),
            };
            let made = bench.desk.register_model(draft, bench.key()).await.unwrap();
            for person in if version == "2" { &[][..] } else { &["Bob", "Eve"][..] } {
                bench.sit(person).await;
                let review = bench.open(&made.request_id).await;
                let decided = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
                if decided.is_ok() {
                    bench.sign().await.unwrap();
                }
            }
        }
        bench.sit("Ann").await;
        let card =
            async |version: &str| bench.desk.model_card(name.clone(), version.to_owned()).await;
        let reveal = async |version: &str| {
            let kind = "model".to_owned();
            bench.desk.reveal(kind, name.clone(), version.to_owned()).await.unwrap();
            answered(&bench, WHY, "Ann").await.unwrap();
        };
        if tier == "high" {
            reveal("2").await;
            let alone = card("2").await.unwrap();
            assert_eq!((alone.base_version, &alone.metrics[0].base), (None, &None), "not revealed");
            reveal("1").await;
        }
        let second = card("2").await.unwrap();
        assert_eq!(second.base_version.as_deref(), Some("1"), "{tier}");
        assert!(second.metrics[0].base.is_some(), "{tier}");
        assert_eq!(card("1").await.unwrap().base_version, None, "it is the one in force");
    }
}

#[tokio::test]
async fn what_is_of_a_lower_tier_is_read_as_ever_and_leaves_no_record() {
    let bench = bench().await;
    bench.prompt("plain", 0, "Summarise.\n").await;
    let made = bench.model("small", "low").await;
    bench.sit("Bob").await;
    let page = bench.desk.prompt("plain".to_owned()).await.unwrap();
    assert!(!page.versions[0].withheld);
    bench.desk.prompt_text("plain".to_owned(), 1).await.unwrap();
    bench.desk.prompt_diff("plain".to_owned(), 0, 1, EXACT).await.unwrap();
    bench.desk.prompt_draft_diff("plain".to_owned(), "x".to_owned(), EXACT).await.unwrap();
    bench.desk.model_card("small".to_owned(), "1".to_owned()).await.unwrap();
    bench.open(&made.request_id).await;
    assert_eq!(readings(&bench).await.len(), 0);
    let asked = bench.desk.reveal("prompt".to_owned(), "plain".to_owned(), "1".to_owned()).await;
    assert_eq!(code(asked), ErrorCode::InvalidInput);
    for (kind, name, version) in
        [("prompt", "plain", "2"), ("prompt", "nobody", "1"), ("model", "small", "9")]
    {
        let absent = bench.desk.reveal(kind.to_owned(), name.to_owned(), version.to_owned()).await;
        assert_eq!(code(absent), ErrorCode::NotFound, "{kind}/{name}@{version}");
    }
}

#[tokio::test]
async fn where_the_policy_lets_a_passphrase_stand_it_is_not_asked_for_again() {
    let bench = bench().await;
    let policy = PolicyDraft {
        resource_type: "prompt".to_owned(),
        tier: "high".to_owned(),
        approvals: 2,
        groups: Vec::new(),
        expires_after_seconds: None,
        reauth_seconds: 300,
        four_eyes: true,
        artefact_check: false,
    };
    bench.act(ActDraft::ChangePolicy(policy)).await.unwrap();
    let made = high(&bench, 2, "Refuse.\n").await;
    bench.sit("Bob").await;
    // Revealing itself keeps no key open.
    revealed(&bench, 1).await;
    assert!(asked(&bench, 2).await.asks_passphrase);
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    assert!(!asked(&bench, 2).await.asks_passphrase);
    let idle =
        bench.desk.answer_reveal(WHY.to_owned(), super::Passphrase::new(String::new())).await;
    assert!(matches!(idle, Ok(SigningView::Idle {})), "{idle:?}");
    asked(&bench, 3).await;
    bench.pass(301 * 1_000_000);
    let late =
        bench.desk.answer_reveal(WHY.to_owned(), super::Passphrase::new(String::new())).await;
    assert!(late.is_err(), "the time is over");
    assert_eq!(code(text(&bench, 3).await), ErrorCode::Protected);
}

#[tokio::test]
async fn where_it_cannot_be_put_on_record_nothing_protected_is_shown_and_the_rest_is() {
    let keychain = Arc::new(MemoryKeychain::new());
    let bench = Bench::with(Arc::clone(&keychain) as Arc<dyn Keychain>, None);
    bench.desk.create_workspace(draft()).await.unwrap();
    bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    bench.desk.kit_saved().await.unwrap();
    bench.join("Bob", "APPROVER").await;
    bench.join("Eve", "APPROVER").await;
    let made = high(&bench, 0, ONE).await;
    let id = bench.desk.workspace().unwrap().id().clone();
    let anchor = ItemName::anchor(&id, &TenantId::parse(super::TENANT).unwrap());
    bench.desk.close_workspace().await.unwrap();
    let kept = keychain.read(&anchor).unwrap().unwrap();
    keychain.delete(&anchor).unwrap();
    bench.desk.open_last().await.unwrap();
    bench.sit("Bob").await;
    let review = bench.desk.open_review(made.request_id.clone()).await.unwrap();
    let why = review.withheld.clone().unwrap();
    assert!(why.contains("cannot be put on record") && why.contains("no anchor"), "{why}");
    assert_eq!((review.facts.len(), review.changes, review.hidden.len()), (0, 0, 0));
    assert_eq!((review.name.as_str(), review.requester.name.as_str()), (NAME, ADMIN));
    assert!(!review.foot.may_decide && !review.foot.lines.is_empty() && review.history > 0);
    let shown = serde_json::to_string(&review).unwrap();
    assert!(!shown.contains("name}}") && !shown.contains("Refuse"), "{shown}");
    let seen = bench.desk.acknowledge_hidden(review.review_id.clone()).await.unwrap();
    assert_eq!((seen.hidden_characters, seen.hidden_acknowledged, seen.changes), (0, false, 0));
    let changes = bench.changes(&review.review_id, None).await;
    assert_eq!(code(changes), ErrorCode::VerificationFailed);
    let decided = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(decided), ErrorCode::VerificationFailed);
    assert_eq!(code(ask(&bench, 1).await), ErrorCode::VerificationFailed);
    assert_eq!(code(text(&bench, 1).await), ErrorCode::Protected);
    // The control: with its anchor back it is shown.
    bench.desk.close_workspace().await.unwrap();
    keychain.write(&anchor, &kept).unwrap();
    bench.desk.open_last().await.unwrap();
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    assert!(review.withheld.is_none() && review.foot.may_decide, "{review:?}");
}

/// The passphrase takes longer to try than a few looks at the session: the other act comes meanwhile.
/// Should it come before, nothing is asked any more, and all the same nothing is read.
#[tokio::test]
async fn whoever_gives_up_or_is_locked_out_meanwhile_reads_nothing() {
    let bench = bench().await;
    for locks in [false, true] {
        asked(&bench, 1).await;
        let meanwhile = async {
            for _ in 0..3 {
                bench.desk.session().await.unwrap();
            }
            match locks {
                true => drop(bench.desk.lock().await.unwrap()),
                false => bench.desk.cancel_signing().await.unwrap(),
            }
        };
        let (read, ()) = tokio::join!(answered(&bench, WHY, ADMIN), meanwhile);
        println!("locks: {locks}: {:?}", read.map_err(|error| error.code));
        if locks {
            bench.sit(ADMIN).await;
        }
        assert_eq!(readings(&bench).await.len(), 0, "locks: {locks}");
        assert_eq!(code(text(&bench, 1).await), ErrorCode::Protected);
    }
    // The control: whoever stays reads it.
    revealed(&bench, 1).await;
    assert_eq!((readings(&bench).await.len(), text(&bench, 1).await.unwrap().as_str()), (1, ONE));
}
