//! The gate on a machine that has the files of a workspace and none of its keys: a pipeline's.
//!
//! Invariant: it opens the very database that the desk works on; what it puts on record names no
//! installation and carries no seal.

use std::collections::BTreeMap;
use std::path::Path;

use console::Workspace;
use console::exporting::Destination;
use console::gate::{GateAnswer, GateCause, GateQuestion};
use ledger::offline::Trust;
use ledger::{Action, Actor, Decision, SubjectKind, Tier};
use serde_json::{Value, json};
use tests::house::{self, ADA, BOB, CREDIT, House};
use tests::items::Items;
use tests::logs::{question, records, tenant};
use tests::tamper::Attacker;

/// `signed` is approved, `pending` waits; all of it is under a checkpoint.
async fn desk() -> House {
    let house = House::new().await;
    let signed = house.register("signed", Tier::Low).await.request_id;
    house.decide(BOB, &signed, Decision::Approved).await.unwrap();
    house.register("pending", Tier::Low).await;
    house.workspace.settle().await.unwrap();
    house
}

async fn trust_of(workspace: &Workspace, folder: &Path) -> Trust {
    let path = folder.join("trust.json");
    let to = Destination::new_file(&path);
    workspace.export_trust(&tenant(CREDIT), &Actor::System, &to).await.unwrap();
    Trust::parse(&std::fs::read(path).unwrap()).unwrap()
}

async fn opened(place: &Path, kept: BTreeMap<String, String>) -> Workspace {
    let edge = house::edge(&Items::of(kept), "2026-03-03T08:00:00.000000Z");
    Workspace::open(place, edge.keychain.clone(), edge).await.unwrap()
}

async fn ask(workspace: &Workspace, name: &str, trust: Option<&Trust>) -> GateAnswer {
    let asked = question(CREDIT, SubjectKind::Model, name, "1");
    workspace.gate(&GateQuestion { trust: trust.cloned(), ..asked }, None).await
}

#[tokio::test]
async fn without_keys_or_anchor_the_gate_believes_a_trust_file_and_its_answers_lock_nobody_out() {
    let house = desk().await;
    let folder = tempfile::tempdir().unwrap();
    let trust = trust_of(&house.workspace, folder.path()).await;
    house.workspace.settle().await.unwrap();
    let elsewhere = opened(&house.place, BTreeMap::new()).await;
    for (name, trust, cause) in [
        ("signed", Some(&trust), GateCause::Approved),
        ("pending", Some(&trust), GateCause::NotApproved),
        ("absent", Some(&trust), GateCause::NotApproved),
        ("signed", None, GateCause::Unverified),
    ] {
        let answer = ask(&elsewhere, name, trust).await;
        assert_eq!(answer.cause, cause, "{name}: {answer:?}");
    }
    elsewhere.settle().await.unwrap();
    drop(elsewhere);

    let made = records(&house.store(), CREDIT, 0).await;
    let answers = |action| made.iter().filter(|record| record.parts().action == action).count();
    assert_eq!((answers(Action::GateAllow), answers(Action::GateDeny)), (1, 3), "all on record");
    let home = opened(&house.place, house.items.all()).await;
    assert_eq!(home.alarm(&tenant(CREDIT)), None, "the desk works on");
    home.settle().await.unwrap();
    let ada = house.session(ADA);
    home.register_model(&ada, &house::model("next", Tier::Low), "goes on").await.unwrap();
    home.settle().await.unwrap();
    let again = opened(&house.place, house.items.all()).await;
    assert_eq!(again.alarm(&tenant(CREDIT)), None);
    assert!(ask(&again, "signed", None).await.is_yes());
}

/// The control: what changes something and names no installation is nobody's.
#[tokio::test]
async fn a_record_of_nobody_that_is_no_answer_is_not_taken_over() {
    let house = desk().await;
    Attacker::on(&house.database(), CREDIT).append(|leaf| {
        leaf.insert("action".to_owned(), json!("comment.add"));
        leaf.insert("device_id".to_owned(), Value::Null);
    });
    let home = opened(&house.place, house.items.all()).await;
    let alarm = home.alarm(&tenant(CREDIT)).expect("an alarm");
    assert!(alarm.detail.contains("names no installation"), "{alarm:?}");
}
