//! Ten thousand edits of the database by somebody who can write it and recompute every hash, and
//! has no keys: `audit verify` finds every one, and none makes the gate say yes.
//!
//! Invariant: every edit changes a stored value that is no cache of the projection; the control,
//! an untouched copy, verifies and is let through.

use std::collections::BTreeMap;

use console::artefact::Continue;
use console::gate::GateQuestion;
use ledger::{Decision, SubjectKind, Tier};
use rusqlite::Connection;
use rusqlite::types::Value;
use tests::chance::Chance;
use tests::frozen::{Frozen, Layout};
use tests::house::{ADA, BOB, CREDIT, EVE, House};
use tests::logs::{question, tenant};
use tests::size::{VARIABLE, rounds};
use tests::tamper::Attacker;

const EDITS: usize = 10_000;
const SAMPLE: usize = 500;
/// Every kind of edit must have been made this often in a sample.
const FLOOR: usize = 10;

/// Where the attacker writes: tables and columns that hold governed state or the log itself. Left
/// out, because nothing is on record of them: the answer kept for a repeated command, and when the
/// row of a tenant was written.
const TARGETS: [(&str, &str); 8] = [
    ("log", "leaf hashes seal attestations"),
    ("checkpoint", "size note"),
    ("tenant", "title"),
    ("subject_name", "name_key name newest versions"),
    (
        "standing",
        "status approved_by approved_at request_id lifecycle decided_seq revoked_seq votes",
    ),
    (
        "model_version",
        "name version digest tier documents makers author reason created_at card row_id",
    ),
    (
        "prompt_version",
        "name version digest tier documents makers author reason created_at text row_id",
    ),
    (
        "request",
        "request_id subject subject_digest kind makers requested_by requested_at reason tier \
         policy_sha256 documents expires_at change proposal_sha256",
    ),
];

async fn house() -> House {
    let house = House::new().await;
    let signed = house.register("signed", Tier::Medium).await.request_id;
    house.decide(BOB, &signed, Decision::Approved).await.unwrap();
    house.register("pending", Tier::High).await;
    let rejected = house.register("rejected", Tier::Medium).await.request_id;
    house.decide(EVE, &rejected, Decision::Rejected).await.unwrap();
    house.write("kyc-summary", 0, Some(Tier::Low)).await;
    house.write("kyc-summary", 1, None).await;
    let left = house.register("churn", Tier::Low).await.request_id;
    house.workspace.withdraw(&house.session(ADA), &left, "not needed").await.unwrap();
    house
}

fn questions() -> [GateQuestion; 4] {
    let of = |kind, name, version| question(CREDIT, kind, name, version);
    [
        of(SubjectKind::Model, "signed", "1"),
        of(SubjectKind::Model, "pending", "1"),
        of(SubjectKind::Model, "rejected", "1"),
        of(SubjectKind::Prompt, "kyc-summary", "2"),
    ]
}

/// What came of one edit.
struct Found {
    by_verification: bool,
    /// Subjects that the gate let through; the signed one is not counted.
    let_through: Vec<String>,
}

async fn look(layout: &Layout) -> Found {
    // A database that is not opened at all is found, and lets nothing through.
    let Ok(workspace) = layout.open().await else {
        return Found { by_verification: true, let_through: Vec::new() };
    };
    let mut let_through = Vec::new();
    for question in &questions()[1..] {
        let answer = workspace.gate(question, None).await;
        if answer.is_yes() {
            let_through.push(answer.subject);
        }
    }
    let verified = workspace.verify_log(&tenant(CREDIT), None, &[], &mut |_| Continue::Yes).await;
    Found { by_verification: !verified.is_ok_and(|found| found.verified()), let_through }
}

#[tokio::test]
async fn every_edit_of_the_database_is_found_and_none_makes_a_yes() {
    let wanted = rounds(SAMPLE, EDITS);
    let frozen = Frozen::of(&house().await).await;
    control(&frozen).await;
    let mut chance = Chance::of_seed(0x5eed_0010);
    let (mut made, mut missed) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for round in 0..wanted {
        let layout = frozen.lay_out();
        let (kind, what) = edit(&layout, &mut chance, round);
        *made.entry(kind).or_default() += 1;
        let found = look(&layout).await;
        assert_eq!(found.let_through, Vec::<String>::new(), "{what}");
        if !found.by_verification {
            let short: String = what.chars().take(200).collect();
            missed.push(short);
        }
    }
    println!("hands ({VARIABLE}): sample {wanted} of {EDITS}, {made:?}, {} missed", missed.len());
    assert!(missed.is_empty(), "{} not found: {missed:#?}", missed.len());
    assert!(made.values().all(|count| *count >= FLOOR), "{made:?}");
    assert_eq!(made.len(), KINDS.len());
}

async fn control(frozen: &Frozen) {
    let layout = frozen.lay_out();
    let workspace = layout.open().await.unwrap();
    assert!(workspace.gate(&questions()[0], None).await.is_yes(), "the control is let through");
    let found =
        workspace.verify_log(&tenant(CREDIT), None, &[], &mut |_| Continue::Yes).await.unwrap();
    assert!(found.verified(), "the control verifies: {:?}", found.findings);
}

/// The kinds of edits, taken in turn.
const KINDS: [&str; 6] = [
    "a value",
    "a leaf's byte",
    "another row's value",
    "a row taken away",
    "a leaf's field",
    "two rows swapped",
];

fn edit(layout: &Layout, chance: &mut Chance, round: usize) -> (&'static str, String) {
    let attacker = Attacker::on(&layout.database(), CREDIT);
    let database = attacker.connection();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    database.pragma_update(None, "ignore_check_constraints", true).unwrap();
    let kind = KINDS[round % KINDS.len()];
    loop {
        let what = match kind {
            "a value" => change_value(database, chance),
            "a leaf's byte" => change_byte(&attacker, chance),
            "another row's value" => take_value(database, chance),
            "a row taken away" => take_away(database, chance),
            "a leaf's field" => change_field(&attacker, chance),
            _ => swap_leaves(&attacker, chance),
        };
        if let Some(what) = what {
            return (kind, format!("{kind}: {what}"));
        }
    }
}

/// One stored value: where it is, and what it is.
struct Stored {
    table: &'static str,
    column: &'static str,
    condition: String,
    value: Value,
}

impl Stored {
    /// Any value of the tables that are attacked.
    fn any(database: &Connection, chance: &mut Chance) -> Self {
        let (table, columns) = TARGETS[chance.below(TARGETS.len())];
        let columns: Vec<&str> = columns.split_whitespace().collect();
        let column = columns[chance.below(columns.len())];
        let conditions = rows(database, table, column);
        let condition = conditions[chance.below(conditions.len())].clone();
        let value = read(database, table, column, &condition);
        Self { table, column, condition, value }
    }

    /// Writes another value in its place; nothing where that is the same or cannot be.
    fn replace(&self, database: &Connection, by: &Value) -> Option<String> {
        if *by == self.value {
            return None;
        }
        let Self { table, column, condition, .. } = self;
        let update = format!("UPDATE {table} SET {column} = ?1 WHERE {condition}");
        database.execute(&update, [by]).ok()?;
        Some(format!("{table}.{column} where {condition}: {:?} became {by:?}", self.value))
    }
}

fn read(database: &Connection, table: &str, column: &str, condition: &str) -> Value {
    let select = format!("SELECT {column} FROM {table} WHERE {condition}");
    database.query_row(&select, [], |row| row.get(0)).unwrap()
}

/// Conditions, one for each row of the tenant under attack.
fn rows(database: &Connection, table: &str, column: &str) -> Vec<String> {
    let number = format!("(SELECT tenant_no FROM tenant_log WHERE tenant_id = '{CREDIT}')");
    let (key, whose) = match table {
        "checkpoint" | "tenant" => ("tenant_no", format!("tenant_no = {number}")),
        "subject_name" => ("name_key", format!("tenant_no = {number}")),
        _ => ("position", format!("position >> 40 = {number}")),
    };
    // Each column only where it means something: a request has no approver, an envelope put where
    // no record binds one is read by nobody.
    let meant = match (table, column) {
        ("standing", "lifecycle" | "decided_seq" | "revoked_seq" | "votes") => {
            "position IN (SELECT position FROM request)"
        }
        ("standing", "approved_by" | "approved_at" | "request_id") => {
            "position NOT IN (SELECT position FROM request)"
        }
        ("log", "attestations") => "attestations IS NOT NULL",
        _ => "1",
    };
    let select =
        format!("SELECT quote({key}) FROM {table} WHERE {whose} AND {meant} ORDER BY {key}");
    let mut statement = database.prepare(&select).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|row| format!("{key} = {}", row.unwrap())).collect()
}

/// One bit, letter or number of a value.
fn change_value(database: &Connection, chance: &mut Chance) -> Option<String> {
    let stored = Stored::any(database, chance);
    let changed = match &stored.value {
        Value::Null => Value::Text("x".to_owned()),
        Value::Integer(number) => Value::Integer(number ^ (1 << chance.below(6))),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) if text.is_empty() => Value::Null,
        Value::Text(text) => {
            let at = chance.below(text.len());
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
            Value::Text(String::from_utf8(bytes).ok()?)
        }
        Value::Blob(bytes) if bytes.is_empty() => Value::Null,
        Value::Blob(bytes) => {
            let (at, bit) = (chance.below(bytes.len()), chance.below(8));
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << bit;
            Value::Blob(bytes)
        }
    };
    stored.replace(database, &changed)
}

/// The value that another row has in the same column.
fn take_value(database: &Connection, chance: &mut Chance) -> Option<String> {
    let stored = Stored::any(database, chance);
    let others = rows(database, stored.table, stored.column);
    let other = &others[chance.below(others.len())];
    let value = read(database, stored.table, stored.column, other);
    stored.replace(database, &value)
}

/// A whole row.
fn take_away(database: &Connection, chance: &mut Chance) -> Option<String> {
    let Stored { table, condition, .. } = Stored::any(database, chance);
    let gone = database.execute(&format!("DELETE FROM {table} WHERE {condition}"), []).unwrap();
    (gone > 0).then(|| format!("{table} where {condition}"))
}

/// One byte of a record, with every hash made to fit.
fn change_byte(attacker: &Attacker, chance: &mut Chance) -> Option<String> {
    let leaves = attacker.leaves();
    let (position, leaf) = &leaves[chance.below(leaves.len())];
    let mut changed = leaf.clone();
    let at = chance.below(changed.len());
    changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
    write_leaf(attacker, *position, &changed);
    attacker.rehash();
    Some(format!("byte {at} of the record at {position}"))
}

/// One field of a record, with every hash made to fit.
fn change_field(attacker: &Attacker, chance: &mut Chance) -> Option<String> {
    let leaves = attacker.leaves();
    let (position, leaf) = &leaves[chance.below(leaves.len())];
    let mut record: serde_json::Value = serde_json::from_slice(leaf).unwrap();
    let fields: Vec<String> = record.as_object().unwrap().keys().cloned().collect();
    let field = &fields[chance.below(fields.len())];
    let (_, other) = &leaves[chance.below(leaves.len())];
    let other: serde_json::Value = serde_json::from_slice(other).unwrap();
    record[field] = other[field].clone();
    let changed = ledger::json::to_canonical(&record).unwrap();
    if changed == *leaf {
        return None;
    }
    write_leaf(attacker, *position, &changed);
    attacker.rehash();
    Some(format!("{field} of the record at {position}"))
}

/// Two records change places, renumbered and with every hash made to fit.
fn swap_leaves(attacker: &Attacker, chance: &mut Chance) -> Option<String> {
    let leaves = attacker.leaves();
    let (first, second) = (chance.below(leaves.len()), chance.below(leaves.len()));
    if first == second {
        return None;
    }
    for (from, to) in [(first, second), (second, first)] {
        let mut record: serde_json::Value = serde_json::from_slice(&leaves[from].1).unwrap();
        record["seq"] = to.into();
        write_leaf(attacker, leaves[to].0, &ledger::json::to_canonical(&record).unwrap());
    }
    attacker.rehash();
    Some(format!("records {first} and {second}"))
}

fn write_leaf(attacker: &Attacker, position: i64, leaf: &[u8]) {
    let update = "UPDATE log SET leaf = ?1 WHERE position = ?2";
    attacker.connection().execute(update, rusqlite::params![leaf, position]).unwrap();
}
