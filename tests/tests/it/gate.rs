//! The gate against pending, rejected, unknown and foreign subjects, wrong artefacts, and hands on
//! the database: it says yes to what was signed, and to nothing else.
//!
//! Invariant: every attack has the same house as the control that is let through.

use console::Workspace;
use console::gate::{GateAnswer, GateCause, GateQuestion, Given};
use ledger::{Action, Actor, Decision, Digest, SubjectDigest, SubjectKind, Tier};
use tests::house::{ADA, BOB, CREDIT, EVE, House, MARKETS};
use tests::logs::{records, size, tenant};
use tests::tamper::Attacker;

fn question(name: &str, version: &str) -> GateQuestion {
    tests::logs::question(CREDIT, SubjectKind::Model, name, version)
}

async fn ask(workspace: &Workspace, question: &GateQuestion) -> GateAnswer {
    workspace.gate(question, None).await
}

/// `signed` is approved, `pending` waits, `rejected` is rejected.
async fn house() -> House {
    let house = House::new().await;
    let signed = house.register("signed", Tier::Medium).await.request_id;
    house.decide(BOB, &signed, Decision::Approved).await.unwrap();
    house.register("pending", Tier::Medium).await;
    let rejected = house.register("rejected", Tier::Medium).await.request_id;
    house.decide(EVE, &rejected, Decision::Rejected).await.unwrap();
    house.workspace.settle().await.unwrap();
    house
}

#[tokio::test]
async fn only_what_is_signed_and_handed_in_unchanged_may_run() {
    let house = house().await;
    let file = SubjectDigest::Sha256(Digest::of(b"signed"));
    let folder = SubjectDigest::DirHash1(Digest::of(b"signed"));
    let other = SubjectDigest::Sha256(Digest::of(b"other"));
    let given = |given: SubjectDigest| Some(Given::Digest(given));
    let unreadable = Some(Given::Unreadable("gone".to_owned()));
    let mut markets = question("signed", "1");
    markets.tenant_id = tenant(MARKETS);
    let mut nowhere = question("signed", "1");
    nowhere.tenant_id = tenant("nowhere");
    let mut prompt = question("signed", "1");
    prompt.kind = SubjectKind::Prompt;
    let with = |name: &str, given: Option<Given>| GateQuestion { given, ..question(name, "1") };
    let long = "x".repeat(300);
    let cases = [
        (question("signed", "1"), GateCause::Approved),
        (with("signed", given(file)), GateCause::Approved),
        (with("signed", given(folder)), GateCause::OtherArtefact),
        (with("signed", given(other)), GateCause::OtherArtefact),
        (with("signed", unreadable.clone()), GateCause::OtherArtefact),
        (question("pending", "1"), GateCause::NotApproved),
        (with("pending", given(other)), GateCause::NotApproved),
        (with("pending", unreadable), GateCause::NotApproved),
        (question("rejected", "1"), GateCause::NotApproved),
        (question("signed", "2"), GateCause::NotApproved),
        (question("Signed", "1"), GateCause::NotApproved),
        (question("unknown", "1"), GateCause::NotApproved),
        (question("", ""), GateCause::NotApproved),
        (question("../signed", "1"), GateCause::NotApproved),
        (question(&long, "1"), GateCause::NotApproved),
        (prompt, GateCause::NotApproved),
        (markets, GateCause::NotApproved),
        (nowhere, GateCause::NotApproved),
    ];
    for (question, expected) in &cases {
        let from = size(&house.store(), CREDIT).await;
        let answer = ask(&house.workspace, question).await;
        assert_eq!(answer.cause, *expected, "{question:?}: {}", answer.reason);
        assert_eq!(answer.is_yes(), *expected == GateCause::Approved);
        let made = records(&house.store(), CREDIT, from).await;
        if question.tenant_id == tenant(CREDIT) {
            let action = if answer.is_yes() { Action::GateAllow } else { Action::GateDeny };
            assert_eq!(made.len(), 1, "{question:?}");
            assert_eq!(made[0].parts().action, action, "{question:?}");
            assert_eq!(made[0].parts().actor, Actor::System);
        } else {
            assert!(made.is_empty(), "{question:?} stands in a log that is not its own");
        }
    }
    println!("gate: {} questions", cases.len());
}

#[tokio::test]
async fn who_asks_stands_on_record() {
    let house = house().await;
    let ada = house.session(ADA);
    assert!(house.workspace.gate(&question("signed", "1"), Some(&ada)).await.is_yes());
    let last = records(&house.store(), CREDIT, 0).await.pop().unwrap();
    assert_eq!((last.parts().action, &last.parts().actor), (Action::GateAllow, &ada.person));
}

#[tokio::test]
async fn an_approval_of_high_tier_is_one_only_with_two_people() {
    let house = House::new().await;
    let request = house.register("high", Tier::High).await.request_id;
    let expected = [GateCause::NotApproved, GateCause::NotApproved, GateCause::Approved];
    let mut votes = [BOB, EVE].into_iter();
    for cause in expected {
        house.workspace.settle().await.unwrap();
        assert_eq!(ask(&house.workspace, &question("high", "1")).await.cause, cause);
        if let Some(who) = votes.next() {
            house.decide(who, &request, Decision::Approved).await.unwrap();
        }
    }
}

#[tokio::test]
async fn without_an_anchor_there_is_no_yes() {
    let house = house().await;
    let anchor = format!("anchor/{}/{CREDIT}", house.workspace.id());
    assert!(house.items.all().contains_key(&anchor), "the control: it was there");
    console::keychain::Keychain::delete(&*house.items, &anchor).unwrap();
    let answer = ask(&house.workspace, &question("signed", "1")).await;
    assert_eq!(answer.cause, GateCause::Unverified, "{}", answer.reason);
}

/// What an attacker does to the file.
type Attack = fn(&Attacker);

const ATTACKS: [(&str, Attack); 18] = [
    ("the status of a pending model", |db| {
        db.run("UPDATE standing SET status = 'APPROVED' WHERE status = 'PENDING'");
    }),
    ("the status of a signed model", |db| {
        db.run("UPDATE standing SET status = 'PENDING' WHERE status = 'APPROVED'");
    }),
    ("the digest column of models", |db| {
        db.run("UPDATE model_version SET digest = replace(digest, 'a', 'b')");
    }),
    ("a role", |db| {
        db.edit_leaf("role.grant", "\"role\":\"VIEWER\"", "\"role\":\"APPROVER\"");
    }),
    ("a role, with hashes that fit", |db| {
        db.edit_leaf("role.grant", "\"role\":\"VIEWER\"", "\"role\":\"APPROVER\"");
        db.rehash();
    }),
    ("a public key", |db| {
        db.edit_leaf("key.enroll", "\"public_key\":\"", "\"public_key\":\"A");
    }),
    ("a public key, with hashes that fit", |db| {
        db.edit_leaf("key.enroll", "\"public_key\":\"", "\"public_key\":\"A");
        db.rehash();
    }),
    ("the reason of a vote", |db| {
        db.edit_leaf("approval.vote", "limits hold", "limits held");
    }),
    ("the reason of a vote, with hashes that fit", |db| {
        db.edit_leaf("approval.vote", "limits hold", "limits held");
        db.rehash();
    }),
    ("the digest of a model where it was made, with hashes that fit", |db| {
        db.edit_leaf("model.register", "\"sha256\":\"", "\"sha256\":\"0");
        db.rehash();
    }),
    ("the signature of a vote", |db| {
        db.edit_signature("approval.vote");
    }),
    ("the signature of an enrolment", |db| {
        db.edit_signature("key.enroll");
    }),
    ("the signature of the genesis", |db| {
        db.edit_signature("tenant.create");
    }),
    ("all signatures, taken away", |db| {
        db.run("UPDATE log SET attestations = NULL WHERE attestations IS NOT NULL");
    }),
    ("a stored hash", |db| {
        db.run("UPDATE log SET hashes = zeroblob(32) WHERE position & 1099511627775 = 4");
    }),
    ("the last record, taken away", |db| {
        db.run("DELETE FROM log WHERE position IN (SELECT max(position) FROM log GROUP BY position >> 40)");
    }),
    ("a record in the middle, taken away", |db| {
        let (_, position) = db.last("role.grant");
        db.run(&format!("PRAGMA foreign_keys = OFF; DELETE FROM log WHERE position = {position}"));
    }),
    ("an approval that nobody signed", |db| {
        let leaves = db.leaves();
        let open = leaves.iter().rev().find_map(|(_, leaf)| {
            let value: serde_json::Value = serde_json::from_slice(leaf).unwrap();
            let asked =
                value["action"] == "approval.request" && value["resource_id"] == "pending@1";
            asked.then(|| value["metadata"]["request_id"].clone())
        });
        db.append(|leaf| {
            leaf["action"] = "approval.approve".into();
            leaf["resource_id"] = "pending@1".into();
            leaf["resource_type"] = "model".into();
            leaf["metadata"] = serde_json::json!({"attestations": [], "request_id": open.unwrap()});
        });
    }),
];

#[tokio::test]
async fn no_hand_on_the_database_makes_a_yes() {
    for (what, attack) in ATTACKS {
        let house = house().await;
        let control = house.open_again().await.unwrap();
        assert!(ask(&control, &question("signed", "1")).await.is_yes(), "the control of {what}");
        control.settle().await.unwrap();
        attack(&Attacker::on(&house.database(), CREDIT));
        // A process that knows nothing of what was there before.
        let Ok(workspace) = house.open_again().await else { continue };
        let pending = ask(&workspace, &question("pending", "1")).await;
        let signed = ask(&workspace, &question("signed", "1")).await;
        assert!(!pending.is_yes(), "{what}: {}", pending.reason);
        let found = [pending.cause, signed.cause].contains(&GateCause::Unverified);
        assert!(found, "{what} was not found: {} {}", pending.reason, signed.reason);
        if what.contains("pending") {
            continue;
        }
        assert!(!signed.is_yes() || what.contains("nobody signed"), "{what}: {}", signed.reason);
    }
    println!("gate: {} attacks", ATTACKS.len());
}
