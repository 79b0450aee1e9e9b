//! Where a model comes from, as its card says it: data, code, run, and the models and prompts that it
//! was made with.
//!
//! Invariant: everything that stands under these keys is shown, each text once. A text that is the
//! name of a version names it; whether there is such a version is not asked here.

use governance::sections::{LINEAGE, Section};
use ledger::SubjectName;

use super::json_text::{self, Shape};
use super::label;
use crate::relying::named;

/// One thing that a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// "Data", "Code", "Run", "Base model", "Prompt", or the card's own word for it.
    pub(crate) what: String,
    /// As the card says it.
    pub(crate) text: String,
    /// The version that it names.
    pub(crate) subject: Option<SubjectName>,
}

/// What an entry of a card says of lineage; none where it is about something else.
pub(super) fn read(key: &str, written: &str) -> Option<Vec<Source>> {
    if key != LINEAGE {
        return titled(key).map(|title| sources(key, title, written));
    }
    let Shape::Object(entries) = json_text::shape(written) else {
        return Some(sources(key, "Lineage", written));
    };
    let all = entries.iter().flat_map(|(key, written)| {
        let own = label(key);
        sources(key, titled(key).unwrap_or(&own), written)
    });
    Some(all.collect())
}

fn titled(key: &str) -> Option<&'static str> {
    let sections = [Section::Data, Section::Code, Section::Run];
    let section = sections.into_iter().find(|section| section.keys().contains(&key));
    section.map(Section::title).or(match key {
        "base_model" | "base_models" => Some("Base model"),
        _ if named::MODELS.contains(&key) => Some("Model"),
        _ if named::PROMPTS.contains(&key) => Some("Prompt"),
        _ => None,
    })
}

/// A value, or each of a list.
fn sources(key: &str, what: &str, written: &str) -> Vec<Source> {
    let source = |text: String, may_name: Option<SubjectName>| Source {
        what: what.to_owned(),
        text,
        subject: may_name,
    };
    let one = |written: &str| match json_text::shape(written) {
        Shape::Text(text) => {
            let named = named::named_under(key, &text);
            source(text, named)
        }
        Shape::Object(_) | Shape::Array(_) | Shape::Bare(_) => {
            source(json_text::compact(written), None)
        }
    };
    match json_text::shape(written) {
        Shape::Array(items) if !items.is_empty() => items.into_iter().map(one).collect(),
        Shape::Array(_) | Shape::Object(_) | Shape::Text(_) | Shape::Bare(_) => vec![one(written)],
    }
}
