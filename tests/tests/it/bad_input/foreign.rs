//! Another tenant's ids: told like what does not exist, and on record (domain.md, rule 10).

use console::session::Session;
use console::{ConsoleError, ErrorCode};
use ledger::{Action, Decision, RequestId, Tier};
use tests::house::{ADA, ANN, CREDIT, House, MARKETS, MAX, MIA};
use tests::logs::{records, size};

/// What a caller sees, whole.
fn told(error: &ConsoleError) -> (ErrorCode, String, String) {
    let view = error.view("the same incident");
    (view.code, view.message, view.hint)
}

/// The records that an act left, in the order of the two logs.
async fn trail(house: &House, from: (u64, u64)) -> Vec<(String, Action)> {
    let mut trail = Vec::new();
    for (tenant, from) in [(CREDIT, from.0), (MARKETS, from.1)] {
        let made = records(&house.store(), tenant, from).await;
        trail.extend(made.iter().map(|record| (tenant.to_owned(), record.parts().action)));
    }
    trail
}

async fn sizes(house: &House) -> (u64, u64) {
    (size(&house.store(), CREDIT).await, size(&house.store(), MARKETS).await)
}

/// Everything that takes the id of a request.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Review,
    Withdraw,
}

async fn ask(house: &House, ask: Ask, session: &Session, id: &RequestId) -> ConsoleError {
    match ask {
        Ask::Review => house.workspace.open_review(session, id).await.unwrap_err(),
        Ask::Withdraw => house.workspace.withdraw(session, id, "not mine").await.unwrap_err(),
    }
}

#[tokio::test]
async fn a_foreign_request_is_told_like_an_absent_one_and_is_on_record() {
    let house = House::new().await;
    let foreign = house.register("credit-pd", Tier::Low).await.request_id;
    let absent = RequestId::parse("01930000-0000-7000-8000-000000000300").unwrap();
    let cases = [(Ask::Review, MIA), (Ask::Review, MAX), (Ask::Withdraw, MAX)];
    for (what, who) in cases {
        let there = house.session_in(who, MARKETS);
        let from = sizes(&house).await;
        let absent = ask(&house, what, &there, &absent).await;
        let quiet = trail(&house, from).await;
        let foreign = ask(&house, what, &there, &foreign).await;
        let loud = trail(&house, from).await;
        assert_eq!(told(&foreign), told(&absent), "{what:?} by {who}");
        assert_eq!(told(&absent).0, ErrorCode::NotFound);
        assert_eq!(quiet, [], "{what:?} by {who}");
        assert_eq!(loud, [(MARKETS.to_owned(), Action::TenantDeny)], "{what:?} by {who}");
    }
    println!("bad input: {} foreign ids told like absent ones", cases.len());
}

#[tokio::test]
async fn a_tenant_that_is_not_theirs_is_told_like_one_that_is_not_there() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Low).await.request_id;
    let (inside, outside) = (house.session_in(MIA, CREDIT), house.session_in(MIA, "nowhere"));
    let from = sizes(&house).await;
    let foreign = house.workspace.open_review(&inside, &request).await.unwrap_err();
    assert_eq!(trail(&house, from).await, [(CREDIT.to_owned(), Action::TenantDeny)]);
    let absent = house.workspace.open_review(&outside, &request).await.unwrap_err();
    assert_eq!(told(&foreign), told(&absent));
}

#[tokio::test]
async fn a_page_of_one_tenant_signs_nothing_in_another() {
    let house = House::new().await;
    let request = house.write("kyc-summary", 0, None).await.request_id;
    let here = house.session(tests::house::BOB);
    let review = house.review(&here, &request).await.unwrap();
    let there = house.session_in(tests::house::BOB, MARKETS);
    let before = tests::dump::dump(&house.database());
    let refused = house.sign(tests::house::BOB, &there, &review, Decision::Approved).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::NotSignedIn);
    assert!(tests::dump::dump(&house.database()) == before, "it left a trace");
    house.sign(tests::house::BOB, &here, &review, Decision::Approved).await.unwrap();
    let ann = house.session(ANN);
    assert!(house.workspace.open_review(&ann, &request).await.is_ok());
    assert!(house.workspace.open_review(&house.session(ADA), &request).await.is_ok());
}
