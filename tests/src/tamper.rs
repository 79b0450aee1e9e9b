//! An attacker with the database file in hand and none of the keys.
//!
//! Invariant: everything is done past the program, by SQL; triggers are dropped first, as an
//! attacker would.

use std::path::Path;

use ledger::tree::{Frontier, leaf_hash};
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::dump::connect;

/// Records of one log that the attacker changes.
pub struct Attacker {
    connection: Connection,
    tenant: i64,
}

impl Attacker {
    /// Takes the file and drops its triggers.
    ///
    /// # Panics
    /// When there is no such tenant.
    #[must_use]
    pub fn on(database: &Path, tenant: &str) -> Self {
        let connection = connect(database);
        let drop = "DROP TRIGGER IF EXISTS log_is_never_updated;
                    DROP TRIGGER IF EXISTS log_is_never_deleted;
                    DROP TRIGGER IF EXISTS log_grows_at_its_edge;
                    DROP TRIGGER IF EXISTS service_is_written_once;
                    DROP TRIGGER IF EXISTS person_is_a_person;
                    DROP TRIGGER IF EXISTS person_stays_a_person;
                    DROP TRIGGER IF EXISTS standing_is_of_people;
                    DROP TRIGGER IF EXISTS standing_stays_of_people;";
        connection.execute_batch(drop).unwrap();
        let number = "SELECT tenant_no FROM tenant_log WHERE tenant_id = ?1";
        let tenant = connection.query_row(number, [tenant], |row| row.get(0)).unwrap();
        Self { connection, tenant }
    }

    /// The way into the file.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Runs any statements.
    ///
    /// # Panics
    /// When they fail or change nothing.
    pub fn run(&self, statements: &str) {
        let before = self.connection.total_changes();
        self.connection.execute_batch(statements).unwrap();
        assert!(self.connection.total_changes() > before, "nothing was changed: {statements}");
    }

    /// Every record: its position in the table and its leaf.
    ///
    /// # Panics
    /// When the file cannot be read.
    #[must_use]
    pub fn leaves(&self) -> Vec<(i64, Vec<u8>)> {
        let rows = "SELECT position, leaf FROM log WHERE position >> 40 = ?1 ORDER BY position";
        let mut statement = self.connection.prepare(rows).unwrap();
        let rows = statement.query_map([self.tenant], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// The last record of an action: its `seq` and its position in the table.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn last(&self, action: &str) -> (u64, i64) {
        let is = |leaf: &[u8]| {
            let value: Value = serde_json::from_slice(leaf).unwrap();
            value["action"] == action
        };
        let leaves = self.leaves();
        let found = leaves.iter().enumerate().rev().find(|(_, (_, leaf))| is(leaf));
        let (seq, (position, _)) = found.unwrap_or_else(|| panic!("no {action}"));
        (seq as u64, *position)
    }

    /// Replaces a text in the last leaf of an action that has it; gives its `seq`.
    ///
    /// # Panics
    /// When no leaf of that action has the text.
    pub fn edit_leaf(&self, action: &str, from: &str, to: &str) -> u64 {
        let has = format!("{{\"action\":\"{action}\"");
        let leaves = self.leaves();
        let found = leaves.iter().enumerate().rev().find(|(_, (_, leaf))| {
            let text = std::str::from_utf8(leaf).unwrap();
            text.starts_with(&has) && text.contains(from)
        });
        let (seq, (position, leaf)) = found.unwrap_or_else(|| panic!("no {action} with {from}"));
        let edited = String::from_utf8(leaf.clone()).unwrap().replace(from, to);
        assert_ne!(edited.as_bytes(), &leaf[..]);
        let update = "UPDATE log SET leaf = ?1 WHERE position = ?2";
        self.connection.execute(update, params![edited.into_bytes(), position]).unwrap();
        seq as u64
    }

    /// Turns one bit of the first signature kept with the last record of an action, or of the
    /// records before it in the same commit.
    ///
    /// # Panics
    /// When no signature is kept there.
    pub fn edit_signature(&self, action: &str) -> u64 {
        let (seq, position) = self.last(action);
        let kept = "SELECT position, attestations FROM log WHERE position <= ?1
                    AND attestations IS NOT NULL ORDER BY position DESC LIMIT 1";
        let (at, mut bytes): (i64, Vec<u8>) = self
            .connection
            .query_row(kept, [position], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        let mark = b"\"sig\":\"";
        let start = bytes.windows(mark.len()).position(|window| window == mark).unwrap();
        let first = &mut bytes[start + mark.len()];
        *first = if *first == b'A' { b'B' } else { b'A' };
        let update = "UPDATE log SET attestations = ?1 WHERE position = ?2";
        self.connection.execute(update, params![bytes, at]).unwrap();
        seq
    }

    /// Writes the hashes of every row anew, so that they fit the leaves as they are now.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn rehash(&self) {
        let mut edge = Frontier::new();
        for (position, leaf) in self.leaves() {
            let hashes = edge.push(leaf_hash(&leaf)).unwrap().to_bytes();
            let update = "UPDATE log SET hashes = ?1 WHERE position = ?2";
            self.connection.execute(update, params![hashes, position]).unwrap();
        }
    }

    /// Adds a record at the end, made from the last one, with hashes that fit.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn append(&self, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
        let leaves = self.leaves();
        let (position, leaf) = leaves.last().unwrap();
        let mut value: Value = serde_json::from_slice(leaf).unwrap();
        let object = value.as_object_mut().unwrap();
        object["seq"] = Value::from(leaves.len());
        change(object);
        let leaf = ledger::json::to_canonical(&value).unwrap();
        let insert = "INSERT INTO log (position, hashes, leaf) VALUES (?1, x'00', ?2)";
        self.connection.execute(insert, params![position + 1, leaf]).unwrap();
        self.rehash();
    }
}
