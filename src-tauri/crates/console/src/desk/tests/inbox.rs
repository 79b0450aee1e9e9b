//! The inbox: whose turn it is, by name; in the order of urgency; found by filters and a search.

use super::{ADMIN, Bench, code};
use crate::desk::{Answer, DeskEvent};
use crate::error::ErrorCode;
use crate::views::{
    ActDraft, DecisionDraft, InboxFilter, InboxTab, InboxView, LifecycleView, PolicyDraft,
    RequestState, UrgencyView,
};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// From now on requests of a tier expire.
async fn expires(bench: &Bench, tier: &str, days: i64) {
    let policy = PolicyDraft {
        resource_type: "model".to_owned(),
        tier: tier.to_owned(),
        approvals: if tier == "high" { 2 } else { 1 },
        expires_after_seconds: Some(u32::try_from(days * DAY / 1_000_000).unwrap()),
        reauth_seconds: 0,
        four_eyes: true,
        artefact_check: false,
        groups: Vec::new(),
    };
    bench.act(ActDraft::ChangePolicy(policy)).await.unwrap();
}

async fn filtered(bench: &Bench, tab: InboxTab, filter: InboxFilter) -> Answer<InboxView> {
    bench.desk.inbox(tab, filter, None).await
}

fn names(view: &InboxView) -> Vec<&str> {
    view.rows.iter().map(|row| row.name.as_str()).collect()
}

#[tokio::test]
async fn what_expires_soon_stands_first_and_says_so_until_it_is_over() {
    let bench = Bench::staffed().await;
    bench.model("older", "low").await;
    bench.model("newer", "low").await;
    bench.model("important", "high").await;
    expires(&bench, "low", 30).await;
    bench.model("in-a-month", "low").await;
    expires(&bench, "low", 5).await;
    bench.model("this-week", "low").await;
    expires(&bench, "medium", 1).await;
    bench.model("in-a-day", "medium").await;
    bench.pass(HOUR);
    bench.sit("Bob").await;
    let inbox = bench.inbox(InboxTab::NeedsMe).await;
    let rows: Vec<_> =
        inbox.rows.iter().map(|row| (row.name.as_str(), row.urgency.unwrap())).collect();
    let expected = [
        ("in-a-day", UrgencyView::Today),
        ("this-week", UrgencyView::Week),
        ("important", UrgencyView::Later),
        ("older", UrgencyView::Later),
        ("newer", UrgencyView::Later),
        ("in-a-month", UrgencyView::Later),
    ];
    assert_eq!(rows, expected);
    assert_eq!((inbox.needs_me, inbox.decided, inbox.all), (6, 0, 6));
    bench.pass(DAY);
    bench.sit("Bob").await;
    let later = bench.inbox(InboxTab::NeedsMe).await;
    assert_eq!(names(&later)[0], "this-week", "the other one is over");
    assert_eq!((later.needs_me, later.decided, later.all), (5, 1, 6));
    let over = bench.inbox(InboxTab::Decided).await;
    assert_eq!((over.rows[0].lifecycle, over.rows[0].urgency), (LifecycleView::Expired, None));
}

#[tokio::test]
async fn a_row_names_who_signed_and_who_still_can() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "high").await;
    let row = bench.inbox(InboxTab::WaitingOnOthers).await.rows.remove(0);
    assert!(!row.open_to_you, "who requested it cannot");
    assert_eq!((row.can_sign, row.more_can_sign), (vec!["Bob".to_owned(), "Eve".to_owned()], 0));
    bench.sit("Bob").await;
    let row = bench.inbox(InboxTab::NeedsMe).await.rows.remove(0);
    assert!(row.open_to_you);
    assert_eq!((row.can_sign, row.signed.len()), (vec!["Eve".to_owned()], 0));
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    let row = bench.inbox(InboxTab::WaitingOnOthers).await.rows.remove(0);
    assert_eq!((row.open_to_you, &row.signed), (false, &vec!["Bob".to_owned()]));
    assert_eq!(row.can_sign, ["Eve"]);
    bench.sit("Eve").await;
    bench.decide(&made.request_id, DecisionDraft::Reject).await.unwrap();
    let row = bench.inbox(InboxTab::Decided).await.rows.remove(0);
    assert_eq!((row.signed, row.can_sign.len()), (vec!["Bob".to_owned(), "Eve".to_owned()], 0));
}

#[tokio::test]
async fn filters_and_the_search_narrow_every_tab_and_never_the_counts() {
    let bench = Bench::staffed().await;
    let made = bench.model("credit-pd", "low").await;
    bench.model("Fraud-graph", "high").await;
    bench.sit("Ann").await;
    bench.prompt("kyc/summary", 0, "Summarise {{file}}.\n").await;
    bench.sit("Bob").await;
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    let ann = bench.inbox(InboxTab::All).await;
    let ann = ann.requesters.iter().find(|name| name.name == "Ann").unwrap().id.clone();
    let of =
        |search: &str| InboxFilter { search: Some(search.to_owned()), ..InboxFilter::default() };
    let in_state = |state| InboxFilter { state: Some(state), ..InboxFilter::default() };
    let by = |id: &str| InboxFilter { requester: Some(id.to_owned()), ..InboxFilter::default() };
    let kind = |kind: &str| InboxFilter { kind: Some(kind.to_owned()), ..InboxFilter::default() };
    let cases: [(InboxTab, InboxFilter, &[&str]); 14] = [
        (InboxTab::All, of("fraud"), &["Fraud-graph"]),
        (InboxTab::All, of(" KYC "), &["kyc/summary"]),
        (InboxTab::All, of("asked FOR by"), &["kyc/summary"]),
        (InboxTab::All, of("ann"), &["kyc/summary"]),
        (InboxTab::All, of("ada"), &["Fraud-graph", "credit-pd"]),
        (InboxTab::All, of("nothing is called so"), &[]),
        (InboxTab::All, of("  "), &["kyc/summary", "Fraud-graph", "credit-pd"]),
        (InboxTab::All, in_state(RequestState::Approved), &["credit-pd"]),
        (InboxTab::All, in_state(RequestState::Open), &["kyc/summary", "Fraud-graph"]),
        (InboxTab::All, in_state(RequestState::Rejected), &[]),
        (InboxTab::NeedsMe, by(&ann), &["kyc/summary"]),
        (InboxTab::NeedsMe, of("graph"), &["Fraud-graph"]),
        (InboxTab::Decided, kind("model"), &["credit-pd"]),
        (InboxTab::Decided, kind("prompt"), &[]),
    ];
    for (tab, filter, expected) in cases {
        let view = filtered(&bench, tab, filter.clone()).await.unwrap();
        assert_eq!(names(&view), expected, "{tab:?} {filter:?}");
        let counts = (view.needs_me, view.waiting_on_others, view.decided, view.all);
        assert_eq!(counts, (2, 0, 1, 3), "{tab:?} {filter:?}");
    }
    let long = filtered(&bench, InboxTab::All, of(&"x".repeat(201))).await;
    assert_eq!(code(long), ErrorCode::InvalidInput);
    for after in ["", "x", "0", "9.0.0.0", "0.0.0.x", "-1.0.0.0"] {
        let page =
            bench.desk.inbox(InboxTab::NeedsMe, InboxFilter::default(), Some(after.to_owned()));
        assert_eq!(code(page.await), ErrorCode::InvalidInput, "{after}");
    }
}

#[tokio::test]
async fn the_title_counts_what_waits_and_nothing_at_a_locked_console() {
    let bench = Bench::staffed().await;
    bench.model("credit-pd", "low").await;
    assert_eq!(bench.desk.waiting().await, 0, "{ADMIN} requested it");
    bench.sit("Bob").await;
    assert_eq!(bench.desk.waiting().await, 1);
    bench.heard();
    bench.desk.lock().await.unwrap();
    assert!(bench.heard().contains(&DeskEvent::SessionChanged));
    assert_eq!(bench.desk.waiting().await, 0);
}
