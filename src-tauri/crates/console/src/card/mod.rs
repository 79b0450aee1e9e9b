//! Shows the card of a model: facts, where it comes from, which sections it has, and metrics against
//! thresholds and the version in force.
//!
//! Invariant: everything that stands in a card is shown. What has a known place stands there; the
//! rest follows as facts, nested values as JSON. No shape of a card is an error here: what a card
//! must be is decided when it is registered (`governance::card`). Hidden characters are written
//! out, since facts have no place for chips.

mod decimal;
mod json_text;
mod lineage;
mod lines;
mod metric;

#[cfg(test)]
mod tests;

use governance::sections::asked_for;
use ledger::Tier;
use serde_json::{Map, Value};

use self::json_text::Shape;
pub(crate) use self::lineage::Source;
use self::metric::Metric;
use crate::diff::Fielded;
use crate::hidden;
use crate::views::{FactView, MetricView, SectionView};

/// A card as a review shows it.
#[derive(Debug, Clone)]
pub struct CardView {
    /// Intended use, limits, owner… then whatever else the card says.
    pub facts: Vec<FactView>,
    /// Where the model comes from.
    pub(crate) lineage: Vec<Source>,
    /// Its metrics, then those that only the version in force has.
    pub metrics: Vec<MetricView>,
}

/// Facts and metrics of a card, against the card of the version in force if there is one.
#[must_use]
pub fn view(card: &str, base: Option<&str>) -> CardView {
    let mut card = Content::read(card);
    let base = base.map(Content::read).map(|base| base.metrics);
    let counterpart =
        |metric: &Metric| base.iter().flatten().find(|before: &&Metric| before.name == metric.name);
    let lost = |before: &&Metric| card.metrics.iter().all(|metric| metric.name != before.name);
    let shown = card.metrics.iter().map(|metric| metric.view(counterpart(metric)));
    let gone = base.iter().flatten().filter(lost).map(Metric::view_of_lost);
    let metrics = shown.chain(gone).collect();
    let lineage = std::mem::take(&mut card.lineage);
    CardView { metrics, lineage, facts: card.facts() }
}

/// The sections that a tier asks a card for, each with whether it stands there.
#[must_use]
pub fn sections(card: &str, tier: Tier) -> Vec<SectionView> {
    let content: Map<String, Value> = serde_json::from_str(card).unwrap_or_default();
    let section = |section: &governance::sections::Section| SectionView {
        title: section.title().to_owned(),
        stands: section.stands_in(&content),
    };
    asked_for(tier).iter().map(section).collect()
}

/// A card as it is read: a heading for each entry, what it says below, escapes decoded. This is
/// what Changes compares, and what is searched for hidden characters (`"\u200b"` hides in the bytes
/// of a card as six plain letters). A card that is no JSON is its own text.
#[must_use]
pub fn reading(card: &str) -> Fielded {
    lines::read(card)
}

/// A card as canonical lines of JSON: tells apart what reads alike, a number and a text of digits.
#[must_use]
pub fn exact(card: &str) -> String {
    if is_json(card) { json_text::in_lines(card) + "\n" } else { card.to_owned() }
}

/// Keys with a place of their own, in the order of the page.
const KNOWN: [(&str, &str); 5] = [
    ("intended_use", "Intended use"),
    ("not_for", "Not for"),
    ("limits", "Limits"),
    ("kind", "Kind"),
    ("owner", "Owner"),
];

/// What a card says, apart.
struct Content {
    entries: Vec<(String, String)>,
    lineage: Vec<Source>,
    metrics: Vec<Metric>,
}

impl Content {
    fn read(card: &str) -> Self {
        let (entries, lineage, metrics) = (Vec::new(), Vec::new(), Vec::new());
        let mut content = Self { entries, lineage, metrics };
        match is_json(card).then(|| json_text::shape(card)) {
            Some(Shape::Object(entries)) => {
                for (key, written) in entries {
                    content.take(key, written);
                }
            }
            Some(Shape::Array(_) | Shape::Text(_) | Shape::Bare(_)) | None => {
                content.entries.push(("card".to_owned(), card.to_owned()));
            }
        }
        content
    }

    fn take(&mut self, key: String, written: &str) {
        if let Some(sources) = lineage::read(&key, written) {
            return self.lineage.extend(sources);
        }
        match (key.as_str(), json_text::shape(written)) {
            ("metrics", Shape::Array(items)) => {
                for item in items {
                    self.take_metric(Metric::read(item), "metric", item);
                }
            }
            ("metrics", Shape::Object(entries)) => {
                for (name, item) in entries {
                    self.take_metric(Metric::read_entry(&name, item), &name, item);
                }
            }
            (_, Shape::Text(text)) => self.entries.push((key, text)),
            (_, Shape::Object(_) | Shape::Array(_) | Shape::Bare(_)) => {
                self.entries.push((key, json_text::compact(written)));
            }
        }
    }

    fn take_metric(&mut self, metric: Option<Metric>, key: &str, item: &str) {
        let Some(mut metric) = metric else {
            return self.entries.push((key.to_owned(), json_text::compact(item)));
        };
        let others = std::mem::take(&mut metric.others).into_iter();
        self.entries.extend(others.map(|(key, text)| (format!("{}: {key}", metric.name), text)));
        self.metrics.push(metric);
    }

    /// Known entries first, kind and owner on one line as the page has them.
    fn facts(self) -> Vec<FactView> {
        let mut entries = self.entries;
        let mut facts: Vec<(String, String)> = Vec::new();
        for (known, label) in KNOWN {
            let Some(at) = entries.iter().position(|(key, _)| key == known) else { continue };
            let (_, value) = entries.remove(at);
            match facts.last_mut().filter(|(label, _)| known == "owner" && label == "Kind") {
                Some((label, kind)) => {
                    *label = "Kind, owner".to_owned();
                    *kind = format!("{}. {value}", kind.trim_end_matches('.'));
                }
                None => facts.push((label.to_owned(), value)),
            }
        }
        facts.extend(entries.into_iter().map(|(key, value)| (label(&key), value)));
        let fact = |(label, value): (String, String)| FactView {
            label: hidden::drawn(&label),
            value: hidden::drawn(&value),
        };
        facts.into_iter().map(fact).collect()
    }
}

/// "training_data" as "Training data".
fn label(key: &str) -> String {
    let spaced = key.replace('_', " ");
    let mut characters = spaced.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// Whether serde_json reads it, which also bounds its nesting.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}
