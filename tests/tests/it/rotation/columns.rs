//! Every column that holds sealed values is in the list that a rotation goes through.
//!
//! Invariant: columns are read off the database itself, all of them, so that one that comes later
//! cannot be forgotten: as soon as a test's workspace holds a sealed value in it, this fails.

use std::collections::BTreeSet;

use console::artefact::Continue;
use governance::Said;
use ledger::TenantId;
use rusqlite::Connection;
use store::SealedColumn;
use tests::dump::connect;
use tests::house::{ADA, CREDIT, House};

use super::{finish, furnished};

#[tokio::test]
async fn every_column_with_sealed_values_is_rotated() {
    let house = with_a_comment().await;
    let typed = ("begun", BTreeSet::new());
    house.workspace.keep_draft(&house.session(ADA), "prompt", typed).await.unwrap();
    let database = connect(&house.database());
    let (found, looked) = sealed_columns(&database);
    println!("rotation: {looked} columns looked at, sealed values in {found:?}");
    let listed: BTreeSet<String> = SealedColumn::ALL
        .iter()
        .map(|sealed| format!("{}.{}", sealed.table(), sealed.column()))
        .collect();
    assert_eq!(found, listed);
    assert!(looked > 60, "only {looked}");
    // Negative control: a column that nobody listed.
    database
        .execute_batch(
            "ALTER TABLE person ADD COLUMN note TEXT;
             UPDATE person SET note = (SELECT text FROM prompt_version LIMIT 1);",
        )
        .unwrap();
    assert!(sealed_columns(&database).0.contains("person.note"));
}

#[tokio::test]
async fn a_draft_is_read_before_and_after_and_what_was_typed_meanwhile_too() {
    let house = furnished().await;
    let session = house.session(ADA);
    let keep = async |place: &str, text: &str| {
        let typed = (text, BTreeSet::from([3]));
        house.workspace.keep_draft(&session, place, typed).await.unwrap();
    };
    keep("prompt", "begun").await;
    let new = house.workspace.new_secret(&session).await.unwrap();
    house.workspace.begin_rotation(&session, &new, "as every quarter").await.unwrap();
    keep("model", "typed meanwhile").await;
    finish(&house.workspace, &session).await.unwrap();
    for (place, text) in [("prompt", "begun"), ("model", "typed meanwhile")] {
        let draft = house.workspace.draft(&session, place).await.unwrap().unwrap();
        assert_eq!((draft.text.as_str(), draft.from), (text, BTreeSet::from([3])), "{place}");
    }
}

#[tokio::test]
async fn what_was_said_opens_after_a_rotation() {
    let house = with_a_comment().await;
    super::rotate(&house.workspace, &house.session(ADA)).await.unwrap();
    let tenant = TenantId::parse(CREDIT).unwrap();
    let findings = async || {
        let verified =
            house.workspace.verify_log(&tenant, None, &[], &mut |_| Continue::Yes).await.unwrap();
        verified.findings
    };
    assert_eq!(findings().await, Vec::<String>::new());
    // Negative control: a text that does not open is found so.
    let database = connect(&house.database());
    let other = "UPDATE comment SET text = (SELECT text FROM prompt_version LIMIT 1)";
    assert_eq!(database.execute(other, []).unwrap(), 1);
    let found = findings().await;
    assert!(found.len() == 1 && found[0].contains("the text of its comment"), "{found:?}");
}

/// The house with something said about a request.
async fn with_a_comment() -> House {
    let house = furnished().await;
    let made = house.write("with-a-comment", 0, None).await;
    let said = (Said::Comment, "Which source is it?");
    let ada = house.session(ADA);
    house.workspace.say(&ada, &made.request_id, said, "a comment once").await.unwrap();
    house.workspace.settle().await.unwrap();
    house
}

#[tokio::test]
async fn every_listed_column_refuses_values_under_another_key() {
    let house = furnished().await;
    let database = connect(&house.database());
    for sealed in SealedColumn::ALL {
        let guards: i64 = database
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1
                 AND instr(sql, 'substr(NEW.' || ?2 || ', 1, 16)') > 0",
                [sealed.table(), sealed.column()],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(guards, 2, "{sealed:?}: before insert and before update");
    }
}

/// Columns in which a value begins as a sealed one does, and how many columns there are.
fn sealed_columns(database: &Connection) -> (BTreeSet<String>, usize) {
    let columns = "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
                   WHERE t.type = 'table'";
    let mut statement = database.prepare(columns).unwrap();
    let named: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let digit = "[0-9a-f]";
    let form = format!("{}:gAAAA*", digit.repeat(16));
    let holds = |(table, column): &&(String, String)| -> bool {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE \"{column}\" GLOB ?1)");
        database.query_row(&sql, [&form], |row| row.get(0)).unwrap()
    };
    let found = named.iter().filter(holds).map(|(table, column)| format!("{table}.{column}"));
    (found.collect(), named.len())
}
