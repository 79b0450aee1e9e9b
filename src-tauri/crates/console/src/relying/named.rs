//! The models and prompts that a card names as what its model was made with.
//!
//! Invariant: a card may say what it likes; what is no name of a version names nothing.

use std::collections::BTreeMap;

use ledger::SubjectName;
use serde_json::Value;

/// Keys of a card, or of its `lineage`, under which versions are named.
pub(crate) const MODELS: [&str; 4] = ["base_model", "base_models", "model", "models"];
pub(crate) const PROMPTS: [&str; 2] = ["prompt", "prompts"];

/// The versions that a card names, each once, in order.
pub(super) fn named_in(card: &str) -> Vec<SubjectName> {
    let Ok(Value::Object(card)) = serde_json::from_str::<Value>(card) else { return Vec::new() };
    let mut named = BTreeMap::new();
    let lineage = card.get("lineage").and_then(Value::as_object);
    for part in [Some(&card), lineage].into_iter().flatten() {
        for key in MODELS.into_iter().chain(PROMPTS) {
            let texts = part.get(key).into_iter().flat_map(texts);
            let names = texts.filter_map(|text| named_under(key, text));
            named.extend(names.map(|name| (name.to_string(), name)));
        }
    }
    named.into_values().collect()
}

/// The version that a text names where it stands under this key.
pub(crate) fn named_under(key: &str, text: &str) -> Option<SubjectName> {
    if MODELS.contains(&key) {
        model(text)
    } else if PROMPTS.contains(&key) {
        prompt(text)
    } else {
        None
    }
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// `credit-pd@3` or `model/credit-pd@3`.
fn model(text: &str) -> Option<SubjectName> {
    let text = text.strip_prefix("model/").unwrap_or(text);
    SubjectName::parse(&format!("model/{text}")).ok()
}

/// `letters/intro@3` or `prompt/letters/intro@3`.
fn prompt(text: &str) -> Option<SubjectName> {
    let text = text.strip_prefix("prompt/").unwrap_or(text);
    SubjectName::parse(&format!("prompt/{text}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_names_versions_under_known_keys_and_each_once() {
        for (card, named) in [
            ("not json", vec![]),
            ("[]", vec![]),
            ("{}", vec![]),
            (r#"{"base_model":"credit-pd@3"}"#, vec!["model/credit-pd@3"]),
            (r#"{"lineage":{"base_model":"model/credit-pd@3"}}"#, vec!["model/credit-pd@3"]),
            (
                r#"{"base_models":["b@2","a@1"],"lineage":{"base_model":"b@2","prompts":["p/q@7"]}}"#,
                vec!["model/a@1", "model/b@2", "prompt/p/q@7"],
            ),
            (r#"{"prompts":["p@01","p@x","p","p@0"],"base_model":7}"#, vec![]),
            (r#"{"base_model":"a model of ours"}"#, vec![]),
            (r#"{"notes":"a@1"}"#, vec![]),
        ] {
            let found: Vec<String> = named_in(card).iter().map(ToString::to_string).collect();
            assert_eq!(found, named, "{card}");
        }
    }
}
