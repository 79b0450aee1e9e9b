//! Who cannot sign (issue "First sign-off", done when 3): everybody but people whose role and part
//! in the matter allow it, each once.
//!
//! Invariant: a refusal changes nothing but the log, where it stands if it is for who somebody is;
//! the control of every table is somebody who can.

use console::ErrorCode;
use console::session::{Entry, Session, Who};
use ledger::{Action, Actor, Decision, RequestId, Role, Status, Tier};
use security::principal::Principal;
use security::rbac::{self, RbacService};
use tests::dump::dump;
use tests::house::{ADA, ANN, BOB, CREDIT, EVE, House, MARKETS, MIA, NED, PASSPHRASE, REX, VIC};
use tests::logs::{records, size};

/// The lines of the dump that are no records.
fn state(house: &House) -> Vec<String> {
    let kept = |line: &String| !line.starts_with("log: ") && !line.starts_with("checkpoint: ");
    dump(&house.database()).into_iter().filter(kept).collect()
}

/// Somebody tries to sign and is refused.
struct Try {
    who: &'static str,
    what: &'static str,
    code: ErrorCode,
    /// What stands in the log afterwards; none where nobody of that name got in at all.
    recorded: Option<Action>,
}

/// Refused with its code, on record in the tenant's log and nowhere else, all else as it was.
async fn refuses(house: &House, request: &RequestId, case: &Try) {
    let (before, others) = (state(house), size(&house.store(), MARKETS).await);
    let from = size(&house.store(), CREDIT).await;
    // Opened by somebody who may look, for those who may not: the worst case of a page left open.
    let session = house.session(case.who);
    let refused = match house.review(&session, request).await {
        Ok(review) => house.sign(case.who, &session, &review, Decision::Approved).await,
        Err(refused) => Err(refused),
    };
    let refused = refused.expect_err(case.what);
    assert_eq!(refused.code(), case.code, "{}: {refused}", case.what);
    let made = records(&house.store(), CREDIT, from).await;
    let actions: Vec<Action> = made.iter().map(|record| record.parts().action).collect();
    assert_eq!(actions, Vec::from_iter(case.recorded), "{}", case.what);
    for record in &made {
        assert_eq!(record.parts().actor, session.person, "{}", case.what);
    }
    assert_eq!(size(&house.store(), MARKETS).await, others, "{}", case.what);
    assert_eq!(state(house), before, "{}: the state changed", case.what);
}

#[tokio::test]
async fn whoever_made_it_or_has_no_role_for_it_cannot_sign() {
    let house = House::new().await;
    let model = house.register("credit-pd", Tier::High).await.request_id;
    let prompt = house.write("kyc-summary", 0, Some(Tier::Low)).await.request_id;
    let denied = Some(Action::PermissionDeny);
    let cases = [
        (ADA, "the registrant and requester of a model", ErrorCode::NotAllowed, denied, &model),
        (ANN, "an ANALYST, author of the prompt", ErrorCode::NotAllowed, denied, &prompt),
        (ANN, "an ANALYST who made nothing of it", ErrorCode::NotAllowed, denied, &model),
        (VIC, "a VIEWER", ErrorCode::NotAllowed, denied, &model),
        (
            REX,
            "an enrolled person without a role",
            ErrorCode::NotFound,
            Some(Action::TenantDeny),
            &model,
        ),
        (
            MIA,
            "an APPROVER of another tenant",
            ErrorCode::NotFound,
            Some(Action::TenantDeny),
            &model,
        ),
    ];
    for (who, what, code, recorded, request) in &cases {
        let case = Try { who, what, code: *code, recorded: *recorded };
        refuses(&house, request, &case).await;
    }
    println!("signers: {} refused of {}", cases.len(), cases.len());
    // The control: the same page, the same key, somebody who may.
    house.decide(BOB, &prompt, Decision::Approved).await.unwrap();
}

#[tokio::test]
async fn an_author_who_became_approver_cannot_sign_their_own_version() {
    let house = House::new().await;
    let first = house.write("kyc-summary", 0, Some(Tier::Low)).await;
    house.decide(BOB, &first.request_id, Decision::Approved).await.unwrap();
    let ada = house.session(ADA);
    let wish = console::administering::RoleWish {
        group: None,
        person: tests::house::person(ANN),
        role: Role::Approver,
        reason: "moves to the desk",
    };
    let second = house.write("kyc-summary", 1, None).await.request_id;
    house.workspace.grant_role(&ada, house.key(ADA), wish).await.unwrap();
    let case = Try {
        who: ANN,
        what: "who last edited the prompt",
        code: ErrorCode::NotAllowed,
        recorded: Some(Action::PermissionDeny),
    };
    refuses(&house, &second, &case).await;
    house.decide(EVE, &second, Decision::Approved).await.unwrap();
}

#[tokio::test]
async fn a_role_that_was_lost_while_the_page_was_open_signs_nothing() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Medium).await.request_id;
    let bob = house.session(BOB);
    let review = house.review(&bob, &request).await.unwrap();
    let ada = house.session(ADA);
    house
        .workspace
        .revoke_role(&ada, house.key(ADA), tests::house::person(BOB), "left")
        .await
        .unwrap();
    let before = state(&house);
    let refused = house.sign(BOB, &bob, &review, Decision::Approved).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound, "{refused}");
    assert_eq!(state(&house), before);
}

#[tokio::test]
async fn high_tier_needs_two_people_and_one_person_counts_once() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::High).await.request_id;
    let first = house.decide(BOB, &request, Decision::Approved).await.unwrap();
    assert_eq!((first.status, first.final_seq), (Status::Pending, None));
    for decision in [Decision::Approved, Decision::Rejected] {
        let before = dump(&house.database());
        let again = house.decide(BOB, &request, decision).await.unwrap_err();
        assert_eq!(again.code(), ErrorCode::InvalidState, "{again}");
        assert_eq!(dump(&house.database()), before, "a second vote left a trace");
    }
    let second = house.decide(EVE, &request, Decision::Approved).await.unwrap();
    assert_eq!((second.status, second.final_seq), (Status::Approved, Some(second.seq + 1)));
}

#[tokio::test]
async fn who_has_no_key_cannot_sign_in_or_unlock() {
    let house = House::new().await;
    let passphrase =
        std::sync::Arc::new(security::passphrase::Passphrase::from_text(PASSPHRASE).unwrap());
    let ned = house.session(NED);
    let entered = house.workspace.sign_in(Who::Name(NED), &passphrase, Entry::SignIn).await;
    assert_eq!(entered.unwrap_err().code(), ErrorCode::NotAllowed);
    let unlocked = house.workspace.unlock(&ned.person, &ned.tenant_id, &passphrase).await;
    assert_eq!(unlocked.err().map(|error| error.code()), Some(ErrorCode::NotAllowed));
    // A key that is enrolled in one tenant opens nothing in another.
    let mia = house.session_in(MIA, CREDIT);
    let unlocked = house.workspace.unlock(&mia.person, &mia.tenant_id, &passphrase).await;
    assert_eq!(unlocked.err().map(|error| error.code()), Some(ErrorCode::NotAllowed));
}

#[tokio::test]
async fn another_persons_key_or_page_signs_nothing() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Medium).await.request_id;
    let (bob, eve) = (house.session(BOB), house.session(EVE));
    let review = house.review(&bob, &request).await.unwrap();
    let before = dump(&house.database());
    let cases: [(&str, &Session); 2] = [(EVE, &bob), (EVE, &eve)];
    for (key, session) in cases {
        let refused = house.sign(key, session, &review, Decision::Approved).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::NotSignedIn, "{key}: {refused}");
    }
    assert_eq!(dump(&house.database()), before);
    house.sign(BOB, &bob, &review, Decision::Approved).await.unwrap();
}

#[tokio::test]
async fn a_service_gets_no_proof_no_session_and_no_way_to_sign() {
    let service = "service/01930000-0000-7000-8000-000000000777";
    let owner = tests::house::person(ADA).to_string();
    let mut refused = 0;
    for role in rbac::Role::ALL {
        let principal = Principal::service(service, &owner, CREDIT, role).unwrap();
        assert!(RbacService::permit(&principal, rbac::Action::Approve).is_err(), "{role:?}");
        assert!(RbacService::administer(&principal).is_err(), "{role:?}");
        refused += 2;
    }
    println!("signers: a service was refused {refused} proofs");
    let person = Principal::person(&owner, CREDIT, rbac::Role::Approver).unwrap();
    assert!(RbacService::permit(&person, rbac::Action::Approve).is_ok(), "the control");
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Low).await.request_id;
    let passphrase =
        std::sync::Arc::new(security::passphrase::Passphrase::from_text(PASSPHRASE).unwrap());
    let id = Actor::parse(service).unwrap();
    let entered = house.workspace.sign_in(Who::Id(&id), &passphrase, Entry::SignIn).await;
    assert_eq!(entered.unwrap_err().code(), ErrorCode::WrongPassphrase);
    let session = Session { person: id, ..house.session(BOB) };
    let from = size(&house.store(), CREDIT).await;
    let opened = house.review(&session, &request).await.unwrap_err();
    assert_eq!(opened.code(), ErrorCode::NotFound);
    let made = records(&house.store(), CREDIT, from).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].parts().action, Action::TenantDeny);
}
