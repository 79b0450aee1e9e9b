//! A console that is closed and opened again and again, in order or not, raises no alarm.
//!
//! Invariant: between two openings only the program itself wrote; what it had not settled when it
//! ended is taken over and recorded. The control takes the database back once, and is found.

use console::Workspace;
use ledger::{Action, SubjectKind, Tier};
use tests::chance::Chance;
use tests::house::{self, ADA, ANN, CREDIT, House, MARKETS};
use tests::logs::{question, records, size, tenant};
use tests::size::{VARIABLE, rounds};

#[tokio::test]
async fn clean_restarts_raise_no_alarm() {
    let wanted = rounds(60, 1_000);
    let mut chance = Chance::of_seed(0x5eed_0032);
    let house = House::new().await;
    let (mut unsettled, mut works) = (0, 0);
    let early = std::fs::read(house.database()).unwrap();
    for restart in 1..=wanted {
        let workspace = house.open_again().await.unwrap();
        for log in [CREDIT, MARKETS, "_workspace"] {
            assert_eq!(workspace.alarm(&tenant(log)), None, "restart {restart} of {wanted}");
        }
        if chance.below(2) == 0 {
            workspace.settle().await.unwrap();
        }
        let number = chance.below(4);
        for index in 0..number {
            work(&house, &workspace, chance.below(3), &format!("m-{restart}-{index}")).await;
        }
        works += number;
        // A third end without settling, as a kill would.
        if chance.below(3) == 0 {
            unsettled += usize::from(number > 0);
        } else {
            workspace.settle().await.unwrap();
        }
        if restart % 50 == 0 {
            println!("restarts: sample {restart} of {wanted}");
        }
    }
    let mut advanced = 0;
    let end = size(&house.store(), CREDIT).await;
    for from in (0..end).step_by(4_096) {
        let made = records(&house.store(), CREDIT, from).await;
        advanced += made.iter().filter(|one| one.parts().action == Action::AnchorAdvance).count();
    }
    println!(
        "restarts ({VARIABLE}): {wanted} restarts, {works} works, {unsettled} left unsettled, \
         {advanced} advances on record, {end} records, 0 alarms"
    );
    assert!(unsettled * 8 >= wanted, "only {unsettled} of {wanted} left something unsettled");
    assert!(advanced > 0, "nothing was ever taken over");
    control(house, &early).await;
}

/// One of the things that are done every day.
async fn work(house: &House, workspace: &Workspace, which: usize, name: &str) {
    match which {
        0 => {
            let model = house::model(name, Tier::Low);
            workspace.register_model(&house.session(ADA), &model, name).await.unwrap();
        }
        1 => {
            let prompt = house::prompt(name, 0);
            workspace.write_prompt(&house.session(ANN), &prompt, name).await.unwrap();
        }
        _ => {
            let question = question(CREDIT, SubjectKind::Model, name, "1");
            assert!(!workspace.gate(&question, None).await.is_yes());
        }
    }
}

/// The database as it was at first is no clean restart.
async fn control(house: House, early: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("bank");
    house::lay_out(&place);
    std::fs::write(place.join("workspace.db"), early).unwrap();
    let edge = house.edge.clone();
    let taken_back = Workspace::open(&place, edge.keychain.clone(), edge).await.unwrap();
    assert!(taken_back.alarm(&tenant(CREDIT)).is_some(), "the control was not found");
}
