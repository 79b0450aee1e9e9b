//! Every object of every record, statement and file has exactly the keys that the page names: none
//! missing, none added, and a key that may be null is there all the same.
//!
//! Invariant: where a change or a statement loses or gains a key, it is signed so; only its shape
//! can tell.

use serde_json::{Value, json};
use tests::paper::stories;
use tests::paper::{Draft, EVE, Log, Signer};

use super::files::{Files, Kind, split_head};
use super::refused::Lie;

/// Something done to an object of JSON: a key taken out, or put in.
#[derive(Debug, Clone)]
enum Edit {
    Without(String),
    With(&'static str),
}

impl Edit {
    /// Every edit of every object in a value, by the JSON pointer of the object. What `documents`
    /// names is free, and so are the sizes of `consistency`, which are missed by another check.
    fn all(value: &Value) -> Vec<(String, Self)> {
        let mut objects = Vec::new();
        list(value, "", &mut objects);
        let edits = |at: &String| {
            let members = value.pointer(at).unwrap().as_object().unwrap();
            let keys = members.keys().filter(|_| !at.ends_with("/consistency"));
            let without = keys.map(|key| Self::Without(key.clone()));
            without.chain([Self::With("zeal")]).map(|edit| (at.clone(), edit)).collect::<Vec<_>>()
        };
        objects.iter().flat_map(edits).collect()
    }

    fn apply(&self, value: &mut Value, at: &str) {
        let members = value.pointer_mut(at).unwrap().as_object_mut().unwrap();
        match self {
            Self::Without(key) => drop(members.remove(key)),
            Self::With(key) => drop(members.insert((*key).to_owned(), json!(null))),
        }
    }
}

fn list(value: &Value, at: &str, objects: &mut Vec<String>) {
    if at.ends_with("/documents") {
        return;
    }
    match value {
        Value::Object(members) => {
            objects.push(at.to_owned());
            members.iter().for_each(|(key, inner)| list(inner, &format!("{at}/{key}"), objects));
        }
        Value::Array(items) => {
            let inside = items.iter().enumerate();
            inside.for_each(|(index, inner)| list(inner, &format!("{at}/{index}"), objects));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A story in which the record of a step is changed is refused by its shape, in log and bundle.
fn check(step: &str, what: &str, change: impl Fn(&mut Draft, &Log) + 'static) {
    let lie = Lie::about(stories::revoked).at(step, change);
    let told = lie.trusted(|trust, log| trust["genesis"] = log.trust()["genesis"].clone()).tell();
    // What the record of an export says is for those who have its bundle.
    if step != "export" {
        let found = told.first_finding().unwrap_or_else(|| panic!("{step}: {what}: believed"));
        assert_eq!(found.check.as_str(), "shape", "{step}: {what}: {found}");
    }
    let refused = told.judged().unwrap_err();
    assert_eq!(refused.check.as_str(), "shape", "{step}: {what}: {refused}");
}

fn sign_again(draft: &mut Draft, log: &Log) {
    if draft.metadata["change"].is_object() && draft.metadata["change"]["id"].is_string() {
        log.sign_change_again(draft);
    }
}

#[test]
fn a_record_has_exactly_the_keys_of_its_action() {
    let mut log = Log::told(stories::revoked, Vec::new());
    let survey = log.survey();
    log.export(&log.plan(&survey));
    let mut tried = 0;
    for step in survey.steps.iter().map(String::as_str).chain(["export"]) {
        let metadata = log.leaf(log.seq(step))["metadata"].clone();
        for (at, edit) in Edit::all(&metadata) {
            let what = format!("{at} {edit:?}");
            check(step, &what, move |draft, log| {
                edit.apply(&mut draft.metadata, &at);
                sign_again(draft, log);
            });
            tried += 1;
        }
    }
    println!("evidence: {tried} keys of records left out or added, each refused by its shape");
    assert!(tried >= 165, "{tried}");
}

#[test]
fn a_statement_has_exactly_its_keys() {
    let log = Log::told(stories::revoked, Vec::new());
    let mut tried = 0;
    for step in ["bob is granted", "bob votes", "revocation"] {
        let envelope = log.bound(log.seq(step)).remove(0);
        let statement: Value = serde_json::from_slice(envelope.payload()).unwrap();
        for (at, edit) in Edit::all(&statement) {
            let what = format!("{at} {edit:?}");
            check(step, &what, move |draft, _| edit.apply(draft.statement(0), &at));
            tried += 1;
        }
    }
    println!("evidence: {tried} keys of statements left out or added, each refused by its shape");
    assert!(tried >= 150, "{tried}");
}

#[test]
fn a_file_has_exactly_its_keys() {
    let (files, mut tried) = (Files::new(), 0);
    for kind in [Kind::Bundle, Kind::Trust, Kind::Range, Kind::Consistency] {
        let good = files.good(kind);
        let (head, rest) = split_head(kind, &good);
        let value: Value = serde_json::from_slice(head).unwrap();
        for (at, edit) in Edit::all(&value) {
            let mut crooked = value.clone();
            edit.apply(&mut crooked, &at);
            let bytes = [&ledger::json::to_canonical(&crooked).unwrap()[..], rest].concat();
            files.refuses(kind, &format!("{at} {edit:?}"), &bytes, &["shape"]);
            tried += 1;
        }
    }
    println!("evidence: {tried} keys of files left out or added, each refused by its shape");
    assert!(tried >= 150, "{tried}");
}

/// The words of a statement and of its envelope that a reader knows by name.
#[test]
fn a_statement_of_another_type_or_out_of_order_is_refused_by_its_shape() {
    let v2 = "https://countersign.dev/human-approval/v2";
    let cases: Vec<(&str, Value)> = vec![
        ("/_type", json!("https://in-toto.io/Statement/v0.1")),
        ("/predicateType", json!(v2)),
        ("/predicate/nonce", json!("0".repeat(31))),
        ("/predicate/nonce", json!("G".repeat(32))),
        ("/predicate/reviewed/parts", json!(["artefact", "overview"])),
        ("/predicate/reviewed/parts", json!(["overview", "overview"])),
        ("/predicate/reviewed/parts", json!(["everything"])),
        ("/predicate/reviewed/hidden_characters", json!(-1)),
        ("/predicate/conditions/scope", json!(["test", "production"])),
        ("/predicate/conditions/scope", json!(["test", "test"])),
        ("/predicate/conditions/scope", json!(["Test"])),
        ("/predicate/conditions/expires_at", json!("2026-03-02T12:00:00Z")),
        ("/predicate/decided_at", json!("2026-02-30T12:00:00.000000Z")),
        ("/predicate/decision", json!("PROPOSED")),
        ("/predicate/reviewer/role", json!("approver")),
        ("/predicate/request/tier", json!("severe")),
        ("/subject/0/name", json!("credit-pd@3")),
        ("/subject/0/digest", json!({"sha512": "00"})),
        ("/subject", json!([])),
    ];
    for (at, value) in &cases {
        let (path, to, what) = (*at, value.clone(), format!("{at} {value}"));
        check("bob votes", &what, move |draft, _| {
            *tests::paper::place(draft.statement(0), path) = to.clone();
        });
    }
    println!("evidence: {} statements of another shape, all refused", cases.len());
}

#[test]
fn a_title_has_1_to_128_code_points() {
    for (length, good) in [(0, false), (1, true), (128, true), (129, false)] {
        let name: &'static str = Box::leak("\u{e9}".repeat(length).into_boxed_str());
        let mut log = Log::told(stories::single, Vec::new());
        log.write("eve is enrolled", |log| log.key_enroll(Signer { name, ..EVE }, stories::ALONE));
        let findings = log.replay().findings().to_vec();
        let named: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
        assert_eq!(named, if good { vec![] } else { vec!["shape"] }, "{length} code points");
    }
}
