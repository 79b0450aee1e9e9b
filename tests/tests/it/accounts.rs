//! Accounts edited by hand: verification of the workspace's own log names them.
//!
//! Invariant: each edit is made to a house that verified a moment before.

use console::artefact::Continue;
use tests::house::{ADA, BOB, EVE, House, person};
use tests::logs::tenant;
use tests::tamper::Attacker;

const OWN: &str = "_workspace";

async fn findings(house: &House) -> Vec<String> {
    let found = house.workspace.verify_log(&tenant(OWN), None, &[], &mut |_| Continue::Yes).await;
    found.unwrap().findings
}

#[tokio::test]
async fn an_account_is_open_closed_or_there_only_as_the_log_says() {
    let house = House::new().await;
    let ada = house.session_in(ADA, OWN);
    let (closed, open) = (person(EVE).to_string(), person(BOB).to_string());
    house.workspace.disable_person(&ada, house.key(ADA), person(EVE), "left").await.unwrap();
    assert_eq!(findings(&house).await, Vec::<String>::new());
    let status = |id: &str, word: &str| {
        format!("UPDATE person SET status = '{word}' WHERE person_id = '{id}'")
    };
    let unknown = "person/01930000-0000-7000-8000-00000000dead";
    let cases = [
        (status(&closed, "active"), status(&closed, "disabled"), "is closed on record, and open"),
        (status(&open, "disabled"), status(&open, "active"), "is closed, and no record says so"),
        (
            format!(
                "INSERT INTO person SELECT '{unknown}', 'Mallory', 'mallory', status, created_at,
                 NULL, 0, NULL FROM person WHERE person_id = '{open}'"
            ),
            format!("DELETE FROM person WHERE person_id = '{unknown}'"),
            "has no record that made it",
        ),
        (
            format!("DELETE FROM person WHERE person_id = '{closed}'"),
            String::new(),
            "on record has no row",
        ),
    ];
    for (edit, back, expected) in cases {
        let attacker = Attacker::on(&house.database(), OWN);
        attacker.connection().execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        attacker.run(&edit);
        let found = findings(&house).await;
        assert_eq!(found.len(), 1, "{edit}: {found:?}");
        assert!(found[0].contains(expected), "{found:?}");
        if !back.is_empty() {
            attacker.run(&back);
            assert_eq!(findings(&house).await, Vec::<String>::new());
        }
    }
}
