//! Approvals that rest on something that has changed: they are told and listed, and stay in force.

use super::acts::policy;
use super::lifecycle::{approve, gate, holds, revoke, version};
use super::*;
use crate::views::EffectView;

async fn register(bench: &Bench, name: &str, version: &str, card: &str) -> String {
    bench.sit(ADMIN).await;
    let draft = ModelDraft {
        name: name.to_owned(),
        version: version.to_owned(),
        artefact_id: bench.artefact(format!("{name}{version}").as_bytes()).await,
        card: card.to_owned(),
        tier: "medium".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    let made = bench.desk.register_model(draft, bench.key()).await.unwrap();
    approve(bench, &made.request_id, "", "").await;
    made.request_id
}

#[tokio::test]
async fn who_holds_an_approval_is_told_when_what_it_relied_on_changes() {
    let bench = Bench::staffed().await;
    let base = register(&bench, "base", "1", CARD).await;
    let card = r#"{"intended_use":"Scores","lineage":{"base_model":"base@1","prompts":[]}}"#;
    let request = register(&bench, "scores", "1", card).await;
    assert!(bench.desk.re_reviews().await.unwrap().is_empty(), "nothing has changed");
    register(&bench, "base", "2", CARD).await;
    let listed = bench.desk.re_reviews().await.unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0].subject, "model/scores@1");
    let newer = "It relies on model base, version 1; model base, version 2, came into force since.";
    assert_eq!(listed[0].changed, [newer]);
    revoke(&bench, &base).await.unwrap();
    let listed = bench.desk.re_reviews().await.unwrap();
    assert_eq!(listed[0].changed, ["The approval of model base, version 1, was revoked.", newer]);
    assert!(!listed[0].mine && !listed[0].may_ask, "Eve neither made it nor asks");
    assert!(gate(&bench, "model/scores@1", None).await.0, "a notice ends no approval");

    bench.sit(ADMIN).await;
    let listed = bench.desk.re_reviews().await.unwrap();
    assert!(listed[0].mine && listed[0].may_ask);
    assert_eq!(listed[0].holders[0].name, ADMIN);
    let again = bench.desk.request_again(
        "model/scores@1".to_owned(),
        "The base was replaced".to_owned(),
        bench.key(),
    );
    let again = again.await.unwrap();
    let waits = bench.desk.re_reviews().await.unwrap();
    assert_eq!(waits[0].waiting.as_deref(), Some(again.request_id.as_str()));
    assert!(!waits[0].may_ask);
    let since = bench.open(&again.request_id).await.since.unwrap();
    assert_eq!(since.request_id, request);
    let told = since.facts.iter().filter(|fact| fact.label == "Relied on").count();
    assert_eq!(told, 2, "{since:?}");
    approve(&bench, &again.request_id, "", "").await;
    assert!(bench.desk.re_reviews().await.unwrap().is_empty(), "it was looked at again");
    holds(&bench).await;
}

#[tokio::test]
async fn a_policy_that_changes_lists_what_was_approved_under_the_one_before() {
    let bench = Bench::staffed().await;
    register(&bench, "scores", "1", CARD).await;
    bench.sit(ADMIN).await;
    bench.act(ActDraft::ChangePolicy(policy(2))).await.unwrap();
    let listed = bench.desk.re_reviews().await.unwrap();
    assert_eq!(listed[0].changed, ["The policy for models of medium tier has changed."]);
    let page = bench.desk.model("scores".to_owned()).await.unwrap();
    assert_eq!(page.versions[0].changed.len(), 1);
    assert!(page.versions[0].may_ask_again);
}

#[tokio::test]
async fn an_approval_by_a_key_found_compromised_is_listed_as_void() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let made = bench.prompt("letters", 0, "Be kind.\n").await;
    approve(&bench, &made.request_id, "", "").await;
    bench.sit(ADMIN).await;
    let keys = bench.desk.keys().await.unwrap().keys;
    let bob = keys.into_iter().find(|key| key.owner.name == "Bob").unwrap();
    let act = ActDraft::CompromiseKey { keyid: bob.keyid, since: 0 };
    bench.act(act).await.unwrap();
    let rows = bench.desk.prompts(None, None).await.unwrap().rows;
    assert_eq!((rows[0].effect, rows[0].in_force.as_deref()), (EffectView::Void, None));
    assert_eq!(version(&bench, "letters", "1").await.effect, EffectView::Void);
    let review = bench.open(&made.request_id).await;
    assert_eq!(review.effect, EffectView::Void);
    assert!(!review.foot.may_revoke && review.foot.may_ask_again);
    assert!(!gate(&bench, "prompt/letters@1", None).await.0);
}
