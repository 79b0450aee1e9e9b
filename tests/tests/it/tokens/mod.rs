//! Tokens for pipelines: what they can do, what they never can, and what is believed about them.
//!
//! Invariant: whatever is refused is on record, and told alike whatever the cause.

mod believed;
mod command_line;

use console::pipeline::{Asker, Front, Pipeline};
use console::session::Session;
use console::tokens::{MadeToken, TokenWish};
use console::views::TokenState;
use console::{ConsoleError, ErrorCode, SecretText, Workspace};
use ledger::replay::Replay;
use ledger::{Action, AuditRecord, Decision, ResourceType, Role, SubjectKind, Tier};
use store::Store as _;
use tests::house::{ADA, BOB, CREDIT, EVE, House, MARKETS, edge, model, person, prompt};
use tests::items::Items;
use tests::logs::{Reader, question, records, size, tenant};

const HOME: &str = "_workspace";

const fn wish(role: Role) -> TokenWish<'static> {
    TokenWish {
        title: "nightly build",
        role,
        life_days: 90,
        reason: "registers what the nightly build made",
    }
}

/// A token that Ada makes.
async fn made(house: &House, role: Role) -> MadeToken {
    made_by(house, ADA, role).await
}

/// A token that an admin makes: their own.
async fn made_by(house: &House, admin: &str, role: Role) -> MadeToken {
    house.workspace.create_token(&house.session(admin), wish(role)).await.unwrap()
}

async fn begin(house: &House, token: &MadeToken) -> Session {
    house.workspace.sign_in_by_token(&token.text()).await.unwrap()
}

/// The records written to a log since a position.
async fn since(house: &House, log: &str, from: u64) -> Vec<AuditRecord> {
    records(&house.store(), log, from).await
}

async fn replay(house: &House, log: &str) -> Replay {
    let mut reader = Reader::new(house.workspace.id(), log);
    reader.read_on(&house.store()).await;
    assert_eq!(reader.faults(&house.store()).await, Vec::<String>::new());
    reader.replay
}

fn text<'a>(record: &'a AuditRecord, key: &str) -> Option<&'a str> {
    record.parts().metadata.get(key).and_then(serde_json::Value::as_str)
}

#[tokio::test]
async fn a_token_registers_as_its_role_allows_and_its_owner_cannot_decide_on_it() {
    let house = House::new().await;
    house.second_admin(BOB).await;
    let token = made_by(&house, BOB, Role::Admin).await;
    let session = begin(&house, &token).await;
    assert_eq!(
        (session.person.clone(), session.tenant_id.as_str()),
        (token.account.id.clone(), CREDIT)
    );
    let submission = model("credit-pd", Tier::Low);
    let model = house.workspace.register_model(&session, &submission, "one").await.unwrap();
    let prompt = house.workspace.write_prompt(&session, &prompt("kyc", 0), "two").await.unwrap();
    for request in [&model.request_id, &prompt.request_id] {
        let row = house.store().request(&session.tenant_id, request).await.unwrap().unwrap();
        let mut makers = vec![person(BOB).clone(), token.account.id.clone()];
        makers.sort();
        assert_eq!((row.makers, row.requested_by), (makers, token.account.id.clone()));
        let from = size(&house.store(), CREDIT).await;
        let own = house.decide(BOB, request, Decision::Approved).await.unwrap_err();
        assert_eq!(own.code(), ErrorCode::NotAllowed, "{own}");
        let denied = since(&house, CREDIT, from).await;
        assert_eq!(denied[0].parts().action, Action::PermissionDeny);
        house.decide(EVE, request, Decision::Approved).await.unwrap();
    }
    let replay = replay(&house, CREDIT).await;
    assert_eq!(replay.requests().all().filter(|(_, request)| request.votes.len() == 1).count(), 2);
}

#[tokio::test]
async fn a_token_never_decides_or_administers_whatever_its_role_and_each_denial_is_on_record() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Low).await.request_id;
    let mut denials = 0;
    for role in Role::ALL {
        let token = made(&house, *role).await;
        let session = begin(&house, &token).await;
        let review = house.review(&session, &request).await.unwrap();
        let from = size(&house.store(), CREDIT).await;
        let workspace = &house.workspace;
        let mut refused = vec![
            workspace.check_decision(&session, &review, Decision::Approved).await.err(),
            workspace.create_token(&session, wish(*role)).await.err(),
            workspace.tokens(&session).await.err(),
            workspace.revoke_token(&session, &token.account.id, "no need").await.err(),
            workspace.add_person(&session, "Eve Il", "joins").await.err(),
        ];
        // What its role does not allow a person, it does not allow a token.
        let registers = model(&format!("made-by-{}", role.as_str().to_lowercase()), Tier::Low);
        let registered = workspace.register_model(&session, &registers, role.as_str()).await;
        assert_eq!(registered.is_ok(), *role == Role::Admin, "{role}");
        let registered_denied = usize::from(registered.is_err());
        refused.extend(registered.err().map(Some));
        for refusal in &refused {
            let refusal = refusal.as_ref().unwrap();
            assert_eq!(refusal.code(), ErrorCode::NotAllowed, "{role}: {refusal}");
        }
        let made = since(&house, CREDIT, from).await;
        let denied: Vec<&AuditRecord> =
            made.iter().filter(|record| record.parts().action == Action::PermissionDeny).collect();
        assert_eq!(denied.len(), 5 + registered_denied, "{role}");
        assert!(denied.iter().all(|record| record.parts().actor == token.account.id));
        assert_eq!(text(denied[0], "cause"), Some("a service account can never approve"));
        // A person's key in a token's hands signs nothing.
        let stolen = house.sign(BOB, &session, &review, Decision::Approved).await.unwrap_err();
        assert_eq!(stolen, ConsoleError::NotSignedIn);
        denials += denied.len();
    }
    println!("tokens: {denials} denials on record");
    assert!(denials >= 20);
    house.decide(BOB, &request, Decision::Approved).await.expect("the control: a person decides");
}

#[tokio::test]
async fn a_token_is_told_of_its_own_tenant_and_of_no_other() {
    let house = House::new().await;
    let token = made(&house, Role::Analyst).await.text();
    let never = || panic!("the keychain asks nobody");
    let asker = Asker::Service { token };
    let opened = Pipeline::open(&house.place, &house.edge, Front::Only, asker, &never).await;
    let lines = opened.unwrap().tenants().await.unwrap();
    let told: Vec<(&str, &str)> =
        lines.iter().map(|line| (line.id.as_str(), line.role.as_str())).collect();
    assert_eq!(told, [(CREDIT, "ANALYST")], "its owner is an admin of both");
}

#[tokio::test]
async fn a_token_works_in_its_own_tenant_alone() {
    let house = House::new().await;
    let token = made(&house, Role::Analyst).await;
    let session = begin(&house, &token).await;
    let from = size(&house.store(), CREDIT).await;
    let mut told = Vec::new();
    for name in [MARKETS, HOME, "no-such-tenant"] {
        let tenant = tenant(name);
        let refused = house.workspace.enter(&session, &tenant).await.unwrap_err();
        told.push((refused.code(), refused.view("").message));
        // A session that was moved by another hand gets no further.
        let moved = Session { tenant_id: tenant, ..session.clone() };
        let looked = house.workspace.list_models(&moved, None).await;
        assert!(looked.is_err(), "{moved:?}");
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert_eq!(told[0].0, ErrorCode::NotFound);
    let denied = since(&house, CREDIT, from).await;
    assert_eq!(denied.len(), 3);
    assert!(denied.iter().all(|record| record.parts().action == Action::TenantDeny));
    // Who administers the workspace and not the tenant makes no token for it.
    let foreign = Session { tenant_id: tenant(MARKETS), ..house.session(BOB) };
    assert!(house.workspace.create_token(&foreign, wish(Role::Viewer)).await.is_err());
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_told_alike_and_is_on_record_by_its_digest() {
    let house = House::new().await;
    let good = made(&house, Role::Analyst).await;
    let other = made(&house, Role::Analyst).await;
    let revoked = made(&house, Role::Analyst).await;
    let ada = house.session(ADA);
    house.workspace.revoke_token(&ada, &revoked.account.id, "leaked").await.unwrap();
    let (good, other) = (good.text(), other.text());
    let swapped = format!("{}{}", &good.expose()[..41], &other.expose()[41..]);
    let unknown = format!("cst_01930000-0000-7000-8000-000000000999{}", &good.expose()[40..]);
    let cases = [
        ("revoked", revoked.text().expose().to_owned(), "revoked"),
        ("another's secret", swapped, "unknown"),
        ("of no service", unknown, "unknown"),
        ("no token", "correct horse battery staple".to_owned(), "malformed"),
        ("empty", String::new(), "malformed"),
    ];
    let mut told = Vec::new();
    for (name, token, cause) in &cases {
        let from = size(&house.store(), HOME).await;
        let refused = house.workspace.sign_in_by_token(&SecretText::new(token.clone())).await;
        told.push(refused.unwrap_err());
        let made = since(&house, HOME, from).await;
        let [record] = &made[..] else { panic!("{name}: {made:?}") };
        let parts = record.parts();
        assert_eq!(
            (parts.action, parts.resource_type),
            (Action::SessionFail, ResourceType::Person)
        );
        assert_eq!(text(record, "cause"), Some(*cause), "{name}");
        let leaf = String::from_utf8(record.to_leaf().unwrap()).unwrap();
        assert!(token.is_empty() || !leaf.contains(token.as_str()), "{name}: {leaf}");
        assert_eq!(text(record, "token_sha256").is_some(), *cause != "malformed", "{name}");
    }
    println!("tokens: {} kinds of a no", told.len());
    assert!(told.iter().all(|error| *error == ConsoleError::TokenRefused), "{told:?}");
    // The control, and that each use is on record with the last use in the same commit.
    let from = size(&house.store(), HOME).await;
    let session = house.workspace.sign_in_by_token(&good).await.unwrap();
    let made = since(&house, HOME, from).await;
    assert_eq!(made.len(), 1);
    assert_eq!(
        (made[0].parts().action, &made[0].parts().actor),
        (Action::TokenUse, &session.person)
    );
    let row = house.store().service(&session.person).await.unwrap().unwrap();
    assert_eq!(row.last_used_at, Some(made[0].parts().timestamp_utc));
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let house = House::new().await;
    let token = made(&house, Role::Admin).await;
    let session = begin(&house, &token).await;
    let submission = model("credit-pd", Tier::Low);
    let ada = house.session(ADA);
    house.workspace.revoke_token(&ada, &token.account.id, "leaked").await.unwrap();
    let from = size(&house.store(), CREDIT).await;
    let refused = house.workspace.register_model(&session, &submission, "one").await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound, "{refused}");
    let denied = since(&house, CREDIT, from).await;
    assert_eq!(denied.len(), 1);
    assert_eq!(denied[0].parts().action, Action::TenantDeny);
}

#[tokio::test]
async fn a_token_expires_and_a_clock_that_is_set_back_does_not_revive_it() {
    let house = House::new().await;
    let token = made(&house, Role::Analyst).await;
    begin(&house, &token).await;
    for (start, cause) in [
        ("2026-09-01T08:00:00.000000Z", "expired"),
        // The newest stamp in the log tells how late it is.
        ("2026-03-02T09:00:00.000000Z", "expired"),
    ] {
        let edge = edge(&house.items, start);
        let keys = edge.keychain.clone();
        let workspace = Workspace::open(&house.place, keys, edge).await.unwrap();
        let from = size(&house.store(), HOME).await;
        let refused = workspace.sign_in_by_token(&token.text()).await.unwrap_err();
        assert_eq!(refused, ConsoleError::TokenRefused, "{start}");
        let made = since(&house, HOME, from).await;
        let failed = made.iter().find(|record| record.parts().action == Action::SessionFail);
        assert_eq!(text(failed.unwrap(), "cause"), Some(cause), "{start}");
        let listed = workspace.tokens(&house.session(ADA)).await.unwrap();
        assert_eq!(listed[0].state(), TokenState::Expired, "{start}");
    }
}

#[tokio::test]
async fn a_process_without_a_log_key_uses_its_token_and_nobody_vouches_for_what_it_registers() {
    let house = House::new().await;
    let token = made(&house, Role::Admin).await;
    house.workspace.settle().await.unwrap();
    let mut items = house.items.all();
    items.retain(|name, _| !name.starts_with("log-key/") && !name.starts_with("anchor/"));
    let edge = edge(&Items::of(items), "2026-03-02T09:00:00.000000Z");
    let keys = edge.keychain.clone();
    let elsewhere = Workspace::open(&house.place, keys, edge).await.unwrap();
    let from = size(&house.store(), HOME).await;
    let session = elsewhere.sign_in_by_token(&token.text()).await.unwrap();
    let wrong = SecretText::new("cst_nonsense".to_owned());
    assert_eq!(elsewhere.sign_in_by_token(&wrong).await, Err(ConsoleError::TokenRefused));
    let question = question(CREDIT, SubjectKind::Model, "credit-pd", "1");
    assert!(!elsewhere.gate(&question, Some(&session)).await.is_yes());
    elsewhere.settle().await.unwrap();
    let made = since(&house, HOME, from).await;
    assert!(made.iter().all(|record| record.parts().device_id.is_none()), "{made:?}");
    assert_eq!(made.len(), 2);
    let again = house.open_again().await.unwrap();
    for log in [HOME, CREDIT] {
        assert_eq!(again.alarm(&tenant(log)), None, "its answers lock nobody out of {log}");
    }
    // What others decide on must be vouched for.
    let submission = model("credit-pd", Tier::Low);
    elsewhere.register_model(&session, &submission, "one").await.unwrap();
    let again = house.open_again().await.unwrap();
    let alarm = again.alarm(&tenant(CREDIT)).map(|alarm| alarm.cause.as_str());
    assert_eq!(alarm, Some("unvouched"));
    assert_eq!(again.alarm(&tenant(HOME)), None);
}
