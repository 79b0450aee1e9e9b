//! Every object of every record has exactly the keys that the page names: none missing, none added,
//! and a key that may be null is there all the same.
//!
//! Invariant: where a change loses or gains a key, it is signed so; only its shape can tell.

use serde_json::{Value, json};
use tests::paper::stories;
use tests::paper::{Draft, Log};

use super::refused::Lie;

/// The objects of a record's metadata, by JSON pointer. What `documents` names is free.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    if at.ends_with("/documents") {
        return;
    }
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            members.iter().for_each(|(key, member)| objects(member, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            let inside = items.iter().enumerate();
            inside.for_each(|(index, item)| objects(item, &format!("{at}/{index}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn sign_again(draft: &mut Draft, log: &Log) {
    if draft.metadata["change"]["id"].is_string() && draft.metadata["change"].is_object() {
        log.sign_change_again(draft);
    }
}

/// The record of a step with something done to one object of it.
fn check(step: &str, at: &str, what: &str, change: fn(&mut Value, &str), key: &str) {
    let (path, named) = (at.to_owned(), key.to_owned());
    let lie = Lie::about(stories::revoked).at(step, move |draft, log| {
        change(draft.metadata.pointer_mut(&path).unwrap(), &named);
        sign_again(draft, log);
    });
    let told = lie.trusted(|trust, log| trust["genesis"] = log.trust()["genesis"].clone()).tell();
    let found = told.first_finding().unwrap_or_else(|| panic!("{step}{at}: {what} {key}"));
    assert_eq!(found.check.as_str(), "shape", "{step}{at}: {what} {key}: {found}");
    let refused = told.judged().unwrap_err();
    assert_eq!(refused.check.as_str(), "shape", "{step}{at}: {what} {key}: {refused}");
}

#[test]
fn a_record_has_exactly_the_keys_of_its_action() {
    let log = Log::told(stories::revoked, Vec::new());
    let (mut removed, mut added) = (0, 0);
    for step in &log.survey().steps {
        let metadata = log.leaf(log.seq(step))["metadata"].clone();
        let mut found = Vec::new();
        objects(&metadata, "", &mut found);
        for at in &found {
            let members = metadata.pointer(at).unwrap().as_object().unwrap();
            for key in members.keys() {
                check(
                    step,
                    at,
                    "without",
                    |object, key| drop(object.as_object_mut().unwrap().remove(key)),
                    key,
                );
                removed += 1;
            }
            check(step, at, "with", |object, key| object[key] = json!(null), "zeal");
            added += 1;
        }
    }
    println!("evidence: {removed} keys left out, {added} added, each refused by its shape");
    assert!(removed >= 130 && added >= 28, "{removed} {added}");
}

#[test]
fn a_title_has_1_to_128_code_points() {
    for (title, good) in [(0, false), (1, true), (128, true), (129, false)] {
        let name: &'static str = Box::leak("\u{e9}".repeat(title).into_boxed_str());
        let mut log = Log::told(stories::single, Vec::new());
        let eve = tests::paper::Signer { name, ..tests::paper::EVE };
        log.write("eve is enrolled", |log| log.key_enroll(eve, stories::ALONE));
        let findings = log.replay().findings().to_vec();
        let named: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
        assert_eq!(named, if good { vec![] } else { vec!["shape"] }, "{title} code points");
    }
}
