//! A link leads to a review, once somebody is there; it does nothing else.

use super::{ADMIN, Bench, code, person_id, typed};
use crate::desk::{DeskEvent, LINK_PREFIX};
use crate::error::ErrorCode;
use crate::views::{DecisionDraft, LinkView, SessionView, SigningView};

const NOBODYS: &str = "01930000-0000-7000-8000-000000000304";

fn link_to(id: &str) -> String {
    format!("{LINK_PREFIX}{id}")
}

#[tokio::test]
async fn a_link_waits_for_a_person_and_leads_once() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "low").await;
    let to = LinkView::Review { request_id: made.request_id.clone() };
    let out = bench.desk.sign_out().await.unwrap();
    bench.heard();
    bench.desk.take_link(&link_to(&made.request_id));
    assert_eq!(bench.heard(), [DeskEvent::LinkArrived]);
    assert_eq!(bench.desk.link().await.unwrap(), LinkView::Kept {}, "nobody is here");
    assert!(!bench.desk.asks(), "a link asks for no passphrase");
    bench.desk.sign_in(person_id(&out, "Bob")).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    assert_eq!(bench.desk.link().await.unwrap(), to);
    assert_eq!(bench.desk.link().await.unwrap(), LinkView::None {}, "once");

    bench.desk.lock().await.unwrap();
    bench.desk.take_link("countersign://review/nonsense");
    bench.desk.take_link(&link_to(&made.request_id));
    assert_eq!(bench.desk.link().await.unwrap(), LinkView::Kept {}, "locked");
    let session = bench.desk.session().await.unwrap();
    let SessionView::Locked { person, .. } = session else { panic!("{session:?}") };
    bench.desk.sign_in(person.id).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    assert_eq!(bench.desk.link().await.unwrap(), to, "the last one counts");
}

#[tokio::test]
async fn a_link_waits_while_the_signing_window_asks_and_never_opens_it() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "low").await;
    bench.sit("Bob").await;
    let review = bench.open(&made.request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    bench.desk.take_link(&link_to(NOBODYS));
    assert_eq!(bench.desk.link().await.unwrap(), LinkView::Kept {});
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Decide(_))));
    bench.desk.cancel_signing().await.unwrap();
    assert!(matches!(bench.desk.link().await, Ok(LinkView::Review { .. })));
    assert!(!bench.desk.asks());
}

#[tokio::test]
async fn what_is_no_link_is_refused_in_words_of_our_own() {
    let bench = Bench::founded().await;
    for text in ["countersign://review/<img>", "countersign://approve/x", "countersign:"] {
        bench.desk.take_link(text);
        let answer = bench.desk.link().await.unwrap();
        let LinkView::Refused { sentence } = answer else { panic!("{answer:?}") };
        assert!(!sentence.contains(text) && sentence.contains("names no review"), "{sentence}");
    }
}

#[tokio::test]
async fn a_foreign_review_and_an_absent_one_look_alike_behind_a_link() {
    let bench = Bench::staffed().await;
    bench.found_tenant("retail-uk").await;
    let foreign = bench.model("lgd", "low").await;
    bench.desk.choose_tenant("retail-eu".to_owned()).await.unwrap();
    // Who reaches the other tenant is told where it is.
    bench.desk.take_link(&link_to(&foreign.request_id));
    let elsewhere = LinkView::Elsewhere {
        tenant_id: "retail-uk".to_owned(),
        request_id: foreign.request_id.clone(),
    };
    assert_eq!(bench.desk.link().await.unwrap(), elsewhere, "{ADMIN} is in both");
    bench.sit("Bob").await;
    let mut refusals = Vec::new();
    for id in [foreign.request_id.as_str(), NOBODYS] {
        bench.desk.take_link(&link_to(id));
        let led = bench.desk.link().await.unwrap();
        assert_eq!(led, LinkView::Review { request_id: id.to_owned() });
        let refused = bench.desk.open_review(id.to_owned()).await.unwrap_err();
        refusals.push((refused.code, refused.message, refused.hint));
    }
    assert_eq!(refusals[0], refusals[1]);
    assert_eq!(refusals[0].0, ErrorCode::NotFound);
    assert_eq!(code(bench.desk.open_review(String::new()).await), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn an_argument_of_the_programs_own_scheme_is_a_link_and_no_other_is() {
    let bench = Bench::founded().await;
    let started_with = |arguments: &[&str]| {
        bench.desk.take_arguments(arguments.iter().map(Into::into));
    };
    for none in [&["countersign:"][..], &["desktop"], &["desktop", "--flag", "https://a", "count"]]
    {
        started_with(none);
        assert_eq!(bench.desk.link().await.unwrap(), LinkView::None {}, "{none:?}");
    }
    for ill in ["countersign:", "COUNTERSIGN://review/x"] {
        started_with(&["desktop", "--flag", ill]);
        assert!(matches!(bench.desk.link().await, Ok(LinkView::Refused { .. })), "{ill}");
    }
    started_with(&["desktop", &link_to(NOBODYS)]);
    let led = LinkView::Review { request_id: NOBODYS.to_owned() };
    assert_eq!(bench.desk.link().await.unwrap(), led);
}
