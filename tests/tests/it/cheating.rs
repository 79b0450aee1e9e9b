//! An administrator who tries to get an approval without a reviewer: by a role for themself, by a
//! key in somebody else's name, by a token, by hands on the tables (issue 4, done when 4; T1, T2).
//!
//! Invariant: the gate says no each time, and what was tried is seen by the second admin: as a
//! request that waits for them, or as records under the cheat's own name. The control is a reviewer
//! who signs.

use std::sync::Arc;

use console::ErrorCode;
use console::administering::RoleWish;
use console::artefact::Continue;
use console::proposing::ChangeOutcome;
use console::registering::{PromptSubmission, Submitted};
use console::session::{Entry, Session, Who};
use console::tokens::TokenWish;
use console::views::AuditFilter;
use ledger::{Action, Decision, RequestId, Role, SubjectKind, Tier};
use security::passphrase::Passphrase;
use store::Store as _;
use tests::house::{
    ADA, BOB, CREDIT, House, MARKETS, MAX, MIA, NEW, PASSPHRASE, model, person, prompt,
};
use tests::logs::{question, records, size, tenant};
use tests::tamper::Attacker;

/// The passphrase that the admin chose for a key in somebody else's name.
const INVENTED: &str = "what the admin made up alone";

/// Ada registers a model in a tenant.
async fn registered(house: &House, of: &str, name: &str) -> Submitted {
    let ada = house.session_in(ADA, of);
    house.workspace.register_model(&ada, &model(name, Tier::Low), name).await.unwrap()
}

/// The gate lets nothing of that name run.
async fn refused_at_the_gate(house: &House, of: &str, name: &str) {
    house.workspace.settle().await.unwrap();
    let asked = question(of, SubjectKind::Model, name, "1");
    let answer = house.workspace.gate(&asked, None).await;
    assert!(!answer.is_yes(), "{}", answer.reason);
}

/// The control: a reviewer signs, and the gate opens.
async fn signed_by(house: &House, who: &str, of: &str, (name, request): (&str, &RequestId)) {
    let session = house.session_in(who, of);
    let review = house.review(&session, request).await.unwrap();
    house.sign(who, &session, &review, Decision::Approved).await.unwrap();
    house.workspace.settle().await.unwrap();
    let asked = question(of, SubjectKind::Model, name, "1");
    assert!(house.workspace.gate(&asked, None).await.is_yes(), "the control of {name}");
}

/// Requests that wait for a person who reads the queue of a tenant.
async fn waiting_for(house: &House, session: &Session) -> Vec<String> {
    let listed = house.workspace.list_requests(session).await.unwrap();
    let open = listed.into_iter().filter(|one| one.lifecycle == ledger::Lifecycle::Open);
    open.filter(|one| one.can_sign.contains(&session.name))
        .map(|one| one.request.id.to_string())
        .collect()
}

/// What a person with View finds in the trail of a tenant about an actor.
async fn trail(house: &House, session: &Session, actor: &str) -> Vec<String> {
    let filter = AuditFilter { actor: Some(person(actor).to_string()), ..AuditFilter::default() };
    let page = house.workspace.audit_leaves(session, &filter, None, 50).await.unwrap();
    page.into_iter().map(|leaf| leaf.text).collect()
}

#[tokio::test]
async fn an_admin_who_would_make_themself_approver_waits_for_the_second_and_approves_nothing() {
    let house = House::new().await;
    let (ada, max) = (house.session_in(ADA, MARKETS), house.session_in(MAX, MARKETS));
    let made = registered(&house, MARKETS, "own-work").await;
    let wish =
        RoleWish { person: person(ADA), role: Role::Approver, group: None, reason: "quicker" };
    let outcome = house.workspace.grant_role(&ada, house.key(ADA), wish).await.unwrap();
    let ChangeOutcome::Waiting { request_id } = outcome else { panic!("it applied at once") };
    // Neither as the admin that they are nor on their own proposal.
    for request in [&made.request_id, &request_id] {
        let from = size(&house.store(), MARKETS).await;
        let review = house.review(&ada, request).await.unwrap();
        let own = house.sign(ADA, &ada, &review, Decision::Approved).await.unwrap_err();
        assert_eq!(own.code(), ErrorCode::NotAllowed, "{own}");
        let denied = records(&house.store(), MARKETS, from).await;
        assert_eq!(denied.len(), 1);
        assert_eq!(denied[0].parts().action, Action::PermissionDeny);
    }
    refused_at_the_gate(&house, MARKETS, "own-work").await;
    assert!(waiting_for(&house, &max).await.contains(&request_id.to_string()));
    let seen = trail(&house, &max, ADA).await.concat();
    assert!(seen.contains("permission.deny") && seen.contains("APPROVER"), "{seen}");
    signed_by(&house, MIA, MARKETS, ("own-work", &made.request_id)).await;
}

#[tokio::test]
async fn the_only_admin_of_a_tenant_approves_nothing_of_their_own_in_any_role() {
    let house = House::new().await;
    let ada = house.session(ADA);
    let made = registered(&house, CREDIT, "own-work").await;
    // Whether it is refused or applies: it helps nobody.
    let wish =
        RoleWish { person: person(ADA), role: Role::Approver, group: None, reason: "quicker" };
    let _ = house.workspace.grant_role(&ada, house.key(ADA), wish).await;
    let review = house.review(&ada, &made.request_id).await.unwrap();
    let own = house.sign(ADA, &ada, &review, Decision::Approved).await.unwrap_err();
    assert_eq!(own.code(), ErrorCode::NotAllowed, "{own}");
    refused_at_the_gate(&house, CREDIT, "own-work").await;
    let seen = trail(&house, &house.session(BOB), ADA).await.concat();
    assert!(seen.contains("permission.deny"), "{seen}");
    signed_by(&house, BOB, CREDIT, ("own-work", &made.request_id)).await;
}

/// What an admin registers with a token whose secret they kept: whoever made it owns it.
#[tokio::test]
async fn an_admin_who_keeps_a_token_decides_on_nothing_that_is_registered_with_it() {
    let house = House::new().await;
    let ada = house.session(ADA);
    for role in [Role::Admin, Role::Analyst] {
        let name = format!("made-with-{}", role.as_str().to_lowercase());
        let wish =
            TokenWish { title: "nightly build", role, life_days: 90, reason: "registers nightly" };
        let token = house.workspace.create_token(&ada, wish).await.unwrap();
        let session = house.workspace.sign_in_by_token(&token.text()).await.unwrap();
        let made = if role == Role::Admin {
            let given = model(&name, Tier::Low);
            house.workspace.register_model(&session, &given, &name).await.unwrap()
        } else {
            let given = PromptSubmission { tier: Some(Tier::Low), ..prompt(&name, 0) };
            house.workspace.write_prompt(&session, &given, &name).await.unwrap()
        };
        let review = house.review(&ada, &made.request_id).await.unwrap();
        let own = house.sign(ADA, &ada, &review, Decision::Approved).await.unwrap_err();
        assert_eq!(own.code(), ErrorCode::NotAllowed, "{role}: {own}");
        let request = house.store().request(&tenant(CREDIT), &made.request_id).await.unwrap();
        assert!(request.unwrap().makers.contains(person(ADA)), "{role}: signed with each decision");
        if role == Role::Admin {
            refused_at_the_gate(&house, CREDIT, &name).await;
            signed_by(&house, BOB, CREDIT, (&name, &made.request_id)).await;
        }
    }
    let seen = trail(&house, &house.session(BOB), ADA).await.concat();
    assert!(seen.contains("permission.deny"), "{seen}");
}

fn invented() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(INVENTED).unwrap())
}

#[tokio::test]
async fn a_key_that_an_admin_adds_in_somebody_elses_name_signs_nothing_before_the_second_agrees() {
    let house = House::new().await;
    let (ada, max) = (house.session_in(ADA, MARKETS), house.session_in(MAX, MARKETS));
    let made = registered(&house, MARKETS, "own-work").await;
    for name in [MIA, NEW] {
        let own = house.workspace.make_key(&invented()).await.unwrap();
        let wish =
            RoleWish { person: person(name), role: Role::Approver, group: None, reason: "joins" };
        // Mia has a key: hers would be exchanged for it.
        let key = house.key(ADA);
        let outcomes = match name {
            MIA => house.workspace.enrol_anew(&ada, key, &own, person(MIA), "lost").await.unwrap(),
            _ => house.workspace.enrol(&ada, key, &own, wish).await.unwrap(),
        };
        let waiting = waiting_for(&house, &max).await;
        for outcome in outcomes {
            let ChangeOutcome::Waiting { request_id } = outcome else { panic!("it applied") };
            assert!(waiting.contains(&request_id.to_string()), "the second admin does not see it");
        }
        let entered = house.workspace.sign_in(Who::Name(name), &invented(), Entry::SignIn).await;
        assert!(entered.is_err(), "{name}: the admin's own invention opened a session");
        let unlocked = house.workspace.unlock(person(name), &tenant(MARKETS), &invented()).await;
        assert!(unlocked.is_err(), "{name}: a key that nobody vouched for opened");
    }
    let own = Arc::new(Passphrase::from_text(PASSPHRASE).unwrap());
    let mia = house.workspace.sign_in(Who::Name(MIA), &own, Entry::SignIn).await;
    assert!(mia.is_ok(), "she was locked out: {mia:?}");
    refused_at_the_gate(&house, MARKETS, "own-work").await;
    let seen = trail(&house, &max, ADA).await.concat();
    assert!(seen.contains("approval.request") && seen.contains("key.enroll"), "{seen}");
    signed_by(&house, MIA, MARKETS, ("own-work", &made.request_id)).await;
}

#[tokio::test]
async fn the_colleague_that_an_only_admin_invents_is_marked_single_for_all_to_see() {
    let house = House::new().await;
    let ada = house.session(ADA);
    let from = size(&house.store(), CREDIT).await;
    let own = house.workspace.make_key(&invented()).await.unwrap();
    let wish = RoleWish { person: person(NEW), role: Role::Approver, group: None, reason: "joins" };
    house.workspace.enrol(&ada, house.key(ADA), &own, wish).await.unwrap();
    let acts = records(&house.store(), CREDIT, from).await;
    assert_eq!(acts.len(), 2);
    for act in &acts {
        let leaf = String::from_utf8(act.to_leaf().unwrap()).unwrap();
        assert!(leaf.contains("\"control\":\"single\""), "{leaf}");
    }
}

/// What an admin with the files does to the tables, without the reviewers' keys.
type Hand = fn(&Attacker);

const HANDS: [(&str, Hand); 4] = [
    ("the outcome", |db| {
        db.run("UPDATE standing SET status = 'APPROVED' WHERE status = 'PENDING'");
    }),
    ("their own role, with hashes that fit", |db| {
        db.edit_leaf("role.grant", "\"role\":\"VIEWER\"", "\"role\":\"APPROVER\"");
        db.rehash();
    }),
    ("whose key it is, with hashes that fit", |db| {
        let (from, to) = (person(BOB).to_string(), person(ADA).to_string());
        db.edit_leaf("key.enroll", &from, &to);
        db.rehash();
    }),
    ("a record of an approval", |db| {
        db.append(|leaf| {
            leaf["action"] = "approval.approve".into();
            leaf["resource_id"] = "own-work@1".into();
            leaf["resource_type"] = "model".into();
        });
    }),
];

#[tokio::test]
async fn hands_on_the_tables_give_no_approval_and_verification_shows_them_to_the_second_admin() {
    for (what, hand) in HANDS {
        let house = House::new().await;
        registered(&house, CREDIT, "own-work").await;
        house.workspace.settle().await.unwrap();
        hand(&Attacker::on(&house.database(), CREDIT));
        let Ok(other) = house.open_again().await else { continue };
        let asked = question(CREDIT, SubjectKind::Model, "own-work", "1");
        let answer = other.gate(&asked, None).await;
        assert!(!answer.is_yes(), "{what}: {}", answer.reason);
        let found =
            other.verify_log(&tenant(CREDIT), None, &[], &mut |_| Continue::Yes).await.unwrap();
        assert!(!found.verified(), "{what}: verification shows nothing");
    }
    println!("cheating: {} hands on the tables", HANDS.len());
}
