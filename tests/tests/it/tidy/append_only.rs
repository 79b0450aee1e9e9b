//! The audit log is append-only in every statement that exists (invariant 3), not only by trigger.
//!
//! Invariant: which tables those are is read off the triggers themselves, so that a table cannot
//! lose its protection by being forgotten here.

use std::collections::BTreeSet;

use super::files::{self, File};
use super::source::{is_product, product};

#[test]
fn no_statement_changes_a_row_of_an_append_only_table() {
    let store: Vec<File> = files::all().into_iter().filter(|file| is_store(&file.path)).collect();
    let texts: Vec<String> = store.iter().map(statements).collect();
    println!("tidy: append-only tables: {} files of store", store.len());
    assert!(!store.is_empty());
    let tables = append_only(&texts);
    println!("tidy: append-only tables: {tables:?}");
    let has_tables = texts.iter().any(|text| text.to_uppercase().contains("CREATE TABLE"));
    assert_eq!(has_tables, !tables.is_empty(), "store has tables, and none is append-only");
    let found: Vec<String> = texts.iter().flat_map(|text| changes(text, &tables)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_table_is_append_only_when_triggers_forbid_both_changes() {
    let both = "CREATE TRIGGER a BEFORE UPDATE ON audit_log BEGIN … END;
                CREATE TRIGGER b BEFORE DELETE ON audit_log BEGIN … END;
                CREATE TRIGGER c BEFORE UPDATE ON person BEGIN … END;"
        .to_owned();
    let tables = append_only(&[both]);
    assert_eq!(tables.iter().map(String::as_str).collect::<Vec<_>>(), ["AUDIT_LOG"]);
    for caught in [
        "UPDATE audit_log SET body = ?1",
        "delete from audit_log where seq = ?1",
        "DELETE FROM \"audit_log\"",
        "UPDATE OR IGNORE audit_log\n SET body = ?1",
        "REPLACE INTO audit_log VALUES (1)",
        "INSERT OR REPLACE INTO audit_log(seq) VALUES (1)",
        "INSERT INTO audit_log VALUES (1) ON CONFLICT DO UPDATE SET body = ?1",
        "DROP TRIGGER audit_log_update",
    ] {
        assert!(!changes(caught, &tables).is_empty(), "{caught}");
    }
    for allowed in [
        "INSERT INTO audit_log VALUES (1)",
        "UPDATE person SET name = ?1",
        "CREATE TRIGGER a BEFORE UPDATE ON audit_log BEGIN … END",
        "SELECT body FROM audit_log",
        "INSERT INTO audit_log VALUES (1); INSERT INTO person VALUES (1) ON CONFLICT DO UPDATE",
    ] {
        assert!(changes(allowed, &tables).is_empty(), "{allowed}");
    }
}

fn is_store(path: &str) -> bool {
    path.starts_with("src-tauri/crates/store/") && (path.ends_with(".sql") || is_product(path))
}

fn statements(file: &File) -> String {
    if file.path.ends_with(".sql") {
        return file.text.clone();
    }
    product(&file.text).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// The tables with a trigger before UPDATE and another before DELETE.
fn append_only(texts: &[String]) -> BTreeSet<String> {
    let guarded = |verb: &str| -> BTreeSet<String> {
        texts
            .iter()
            .flat_map(|text| {
                let words = words(text);
                let begins = ["BEFORE", verb, "ON"];
                let tables = words.windows(4).filter(move |four| four[..3] == begins);
                tables.map(|four| four[3].clone()).collect::<Vec<_>>()
            })
            .collect()
    };
    guarded("UPDATE").intersection(&guarded("DELETE")).cloned().collect()
}

/// The statements that would change or unguard a row of these tables.
fn changes(text: &str, tables: &BTreeSet<String>) -> Vec<String> {
    text.split(';').flat_map(|statement| broken(statement, tables)).collect()
}

fn broken(statement: &str, tables: &BTreeSet<String>) -> Vec<String> {
    let words = words(statement);
    let mut found = Vec::new();
    for at in 0..words.len() {
        let rest: Vec<&str> = words[at..].iter().map(String::as_str).collect();
        let table = match rest.as_slice() {
            ["UPDATE", "OR", _, table, ..]
            | ["DELETE", "FROM", table, ..]
            | ["REPLACE", "INTO", table, ..]
            | ["UPDATE", table, ..] => Some(*table),
            ["DROP", "TRIGGER", ..] => {
                found.push(statement.trim().to_owned());
                None
            }
            ["INSERT", "INTO", table, rest @ ..] => {
                rest.windows(2).any(|pair| pair == ["DO", "UPDATE"]).then_some(*table)
            }
            _ => None,
        };
        if table.is_some_and(|table| tables.contains(table)) {
            found.push(statement.trim().to_owned());
        }
    }
    found
}

/// Words in capitals, without quotes and brackets.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect()
}
