//! Every field of every record and statement, changed by itself to something of its form: the bundle
//! is refused, or the field is one of those listed here, which a verifier compares with nothing.
//!
//! Invariant: any other field that stops being tied to something turns this red, and at full size
//! so does one of the list that is tied after all. What is changed is signed, hashed and proven as
//! changed; what later records repeat of it, they repeat.

use std::collections::BTreeSet;

use ledger::Digest;
use serde_json::{Value, json};
use tests::chance::Chance;
use tests::paper::stories::{self, Story};
use tests::paper::{ADA, ANN, BOB, EVE, Log, MAX};
use tests::size::rounds;

use super::refused::Lie;

/// What may stand in a record, by action: who wrote it, when and why, where nobody signs that; and
/// what is signed as it stands here.
const FREE_IN_RECORDS: [(&str, &[&str]); 5] = [
    ("", &["/id"]),
    (
        "model.register",
        &[
            "/correlation_id",
            "/device_id",
            "/metadata/documents/card",
            "/metadata/subject/digest/sha256",
            "/reason",
            "/timestamp_utc",
        ],
    ),
    (
        "approval.request",
        &[
            "/actor",
            "/correlation_id",
            "/device_id",
            "/metadata/request_id",
            "/reason",
            "/timestamp_utc",
        ],
    ),
    ("approval.approve", &["/reason", "/timestamp_utc"]),
    ("evidence.export", &["/actor", "/correlation_id", "/device_id", "/timestamp_utc"]),
];

/// What may stand in a statement: what only its signer knows; by action where it is not any.
const FREE_IN_STATEMENTS: [(&str, &[&str]); 7] = [
    (
        "",
        &[
            "/predicate/nonce",
            "/predicate/reviewed/artefact_checked",
            "/predicate/reviewed/base_sha256",
            "/predicate/reviewed/hidden_characters",
            "/predicate/reviewed/opened_at",
            "/predicate/reviewed/parts/0",
            "/predicate/reviewed/parts/1",
            "/predicate/reviewed/seconds",
        ],
    ),
    ("approval.vote", &["/predicate/conditions/expires_at"]),
    ("model.revoke", &["/predicate/conditions/expires_at"]),
    ("tenant.create", &["/predicate/request/requested_at"]),
    ("key.enroll", &["/predicate/request/requested_at"]),
    ("policy.change", &["/predicate/request/requested_at"]),
    ("role.grant", &["/predicate/request/requested_at"]),
];

/// Whether a field may say anything, by the action of its record.
pub(crate) fn is_free(action: &str, signed: bool, at: &str) -> bool {
    let list: &[(&str, &[&str])] = if signed { &FREE_IN_STATEMENTS } else { &FREE_IN_RECORDS };
    let of_it = |(of, _): &&(&str, &[&str])| of.is_empty() || *of == action;
    list.iter().filter(of_it).any(|(_, fields)| fields.contains(&at))
}

/// Other values of the same form.
pub(crate) fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(is) => vec![json!(!is)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            [number + 1, number - 1].iter().filter(|n| **n >= 0).map(|n| json!(n)).collect()
        }
        Value::String(text) => {
            texts(text).into_iter().filter(|other| other != text).map(Value::String).collect()
        }
        Value::Null => vec![
            json!("2026-03-02T13:00:00.000000Z"),
            json!("risk"),
            json!(600),
            json!(Digest::of(b"x")),
        ],
        Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

fn texts(text: &str) -> Vec<String> {
    let words: [&[&str]; 7] = [
        &["ADMIN", "ANALYST", "APPROVER", "VIEWER", "RECOVERY"],
        &["APPROVED", "REJECTED", "REVOKED", "PROPOSED", "PENDING"],
        &["high", "medium", "low"],
        &["single", "dual", "recovery"],
        &["none", "in_force", "lapsed", "revoked", "void"],
        &["model", "prompt"],
        &["overview", "changes", "artefact", "history", "discussion"],
    ];
    if let Some(kin) = words.iter().find(|kin| kin.contains(&text)) {
        return kin.iter().map(|word| (*word).to_owned()).collect();
    }
    if text.starts_with("person/") || text == "system" {
        let people = [ADA, ANN, BOB, EVE, MAX].map(|person| person.actor.to_owned());
        return people.into_iter().chain(["system".to_owned()]).collect();
    }
    if text.len() == 64 {
        return vec![Digest::of(text.as_bytes()).to_hex()];
    }
    if text.ends_with('Z') && text.starts_with("20") {
        return vec![text.replacen(":0", ":1", 1)];
    }
    let last = text.chars().next_back().map_or(' ', |last| if last == '1' { '2' } else { '1' });
    let cut = text.char_indices().next_back().map_or(0, |(at, _)| at);
    vec![format!("{}{last}", &text[..cut])]
}

/// The scalars of a value, by JSON pointer.
pub(crate) fn scalars(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                scalars(inner, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                scalars(inner, &format!("{at}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.push((at.to_owned(), value.clone()));
        }
    }
}

/// One field with another value: where it stands, and how to put it there.
#[derive(Debug, Clone)]
struct Field {
    step: String,
    action: String,
    /// In the record itself, or in the statement that it binds.
    signed: bool,
    at: String,
    value: Value,
}

impl Field {
    /// Every field of the records of a story's evidence, with each other value.
    fn all(story: Story) -> Vec<Self> {
        let mut log = Log::told(story, Vec::new());
        let survey = log.survey();
        log.export(&log.plan(&survey));
        let mut fields = Vec::new();
        for step in survey.steps.iter().map(String::as_str).chain(["export"]) {
            let leaf = log.leaf(log.seq(step));
            let bound = log.bound(log.seq(step));
            let statements = bound.iter().map(|envelope| {
                (true, serde_json::from_slice::<Value>(envelope.payload()).unwrap())
            });
            for (signed, whole) in [(false, leaf.clone())].into_iter().chain(statements) {
                let mut found = Vec::new();
                scalars(&whole, "", &mut found);
                let (step, action) = (step.to_owned(), leaf["action"].as_str().unwrap().to_owned());
                fields.extend(found.into_iter().flat_map(|(at, old)| {
                    let field = |value| Self {
                        step: step.clone(),
                        action: action.clone(),
                        signed,
                        at: at.clone(),
                        value,
                    };
                    others(&old).into_iter().map(field).collect::<Vec<_>>()
                }));
            }
        }
        fields
    }

    fn is_believed(&self, story: Story) -> bool {
        let Self { step, signed, at, value, .. } = self.clone();
        let lie = Lie::about(story).at(&step, move |draft, _| {
            if signed {
                *tests::paper::place(draft.statement(0), &at) = value.clone();
            } else {
                draft.leaf = Some((at.clone(), value.clone()));
            }
        });
        // A genesis is judged by what it says, not by whether it is the one that is known.
        let lie = lie.trusted(|trust, log| trust["genesis"] = log.trust()["genesis"].clone());
        lie.tell().judged().is_ok()
    }

    /// Its entry in the list that it would have to stand in.
    fn free(&self) -> Option<(bool, &'static str, &'static str)> {
        let list: &[(&str, &[&str])] =
            if self.signed { &FREE_IN_STATEMENTS } else { &FREE_IN_RECORDS };
        let of_it = list.iter().filter(|(action, _)| action.is_empty() || *action == self.action);
        let mut fields = of_it.flat_map(|(of, fields)| fields.iter().map(|field| (*of, *field)));
        fields.find(|(_, field)| *field == self.at).map(|(of, field)| (self.signed, of, field))
    }
}

#[test]
fn every_field_is_tied_to_something_or_stands_in_the_list_of_those_that_are_not() {
    let (step, mut chance) = (rounds(10, 1), Chance::of_seed(0x5eed_f1e1));
    let (mut all, mut tried, mut believed) = (0, 0, BTreeSet::new());
    let told: [Story; 3] = [stories::revoked, stories::groups, stories::recovery];
    for story in told {
        let fields = Field::all(story);
        all += fields.len();
        for block in fields.chunks(step) {
            let field = &block[chance.below(block.len())];
            tried += 1;
            if field.is_believed(story) {
                let entry = field.free().unwrap_or_else(|| panic!("believed: {field:?}"));
                believed.insert(entry);
            }
        }
    }
    let lists = [&FREE_IN_RECORDS[..], &FREE_IN_STATEMENTS];
    let listed: usize = lists.iter().flat_map(|list| list.iter()).map(|(_, all)| all.len()).sum();
    let free = believed.len();
    println!(
        "evidence: fields, sample {tried} of {all}: {free} of {listed} that are free were seen"
    );
    assert!(tried * 10 >= all && all >= 2_400 && free >= 10, "{tried} of {all}, {free}");
    assert!(step > 1 || free == listed, "tied after all: not all of the list in {believed:?}");
}
