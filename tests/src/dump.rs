//! Everything that a database says, as lines of text that two moments can be compared by; and the
//! attacker's way into it.
//!
//! Invariant: every table of governed state and of the logs is in the dump, value by value. What
//! the program may rebuild from the log at any time (the search projection) is left out, by name.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Filled and swept behind the commits, from the log alone.
const PROJECTION: [&str; 6] = [
    "log_index",
    "log_facet",
    "log_watermark",
    "attestation_index",
    "idempotency_index",
    "request_open",
];

/// A connection past the program.
///
/// # Panics
/// When the file cannot be opened.
#[must_use]
pub fn connect(database: &Path) -> Connection {
    let connection = Connection::open(database).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection
}

/// Runs statements past the program, on a connection of their own.
///
/// # Panics
/// When they fail.
pub fn change(database: &Path, statements: &str) {
    connect(database).execute_batch(statements).unwrap();
}

/// The lines of every table but the projection's, sorted.
///
/// # Panics
/// When the file cannot be read.
#[must_use]
pub fn dump(database: &Path) -> Vec<String> {
    let connection = connect(database);
    let tables = tables(&connection);
    lines(&connection, &tables)
}

/// The lines of the tables of state: the dump without the logs and what is signed over them.
///
/// # Panics
/// When the file cannot be read.
#[must_use]
pub fn state(database: &Path) -> Vec<String> {
    let connection = connect(database);
    let mut tables = tables(&connection);
    tables.retain(|table| !["log", "checkpoint"].contains(&table.as_str()));
    lines(&connection, &tables)
}

fn lines(connection: &Connection, tables: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> =
                (0..columns).map(|column| text(row.get_ref(column).unwrap())).collect();
            lines.push(format!("{table}: {}", values.join(" | ")));
        }
    }
    lines.sort();
    lines
}

/// The tables of the dump.
///
/// # Panics
/// When there are fewer than the schema has.
#[must_use]
pub fn tables(connection: &Connection) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(names).unwrap();
    let tables: Vec<String> = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(Result::unwrap)
        .filter(|name| !PROJECTION.contains(&name.as_str()) && !name.starts_with("sqlite_"))
        .collect();
    assert!(tables.len() >= 11, "{tables:?}");
    tables
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
