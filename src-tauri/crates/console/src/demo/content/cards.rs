//! Writes model cards as JSON that formats.md can sign: strings only, no fractions.
//!
//! Invariant: the same keys on every card, but for the run, which some makers leave out, and for what
//! a model is made from, which few are. It knows no thresholds of its own.

use serde_json::{Value, json};

use super::chance::Chance;
use super::families::Metric;

/// What a card says in words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) intended_use: &'static str,
    pub(super) not_for: &'static str,
    pub(super) limits: &'static str,
    pub(super) kind: &'static str,
    pub(super) owner: &'static str,
    /// The version of a model that it goes on from; empty for most.
    pub(super) base: &'static str,
    /// The version of a prompt that it works with; empty for most.
    pub(super) prompt: &'static str,
}

/// The card of one version.
pub(super) fn card(words: Words, (name, version): (&str, &str), metrics: &[Metric]) -> Value {
    let mut card = json!({
        "intended_use": words.intended_use,
        "not_for": words.not_for,
        "limits": words.limits,
        "kind": words.kind,
        "owner": words.owner,
        "data": format!("{name}-training, snapshot {version}"),
        "code": format!("risk-models/{name}, tag v{version}"),
        "metrics": metrics.iter().map(row).collect::<Vec<_>>(),
    });
    let mut chance = Chance::of(&format!("run of {name}@{version}"));
    let Some(entries) = card.as_object_mut() else { return card };
    if chance.below(4) > 0 {
        let run = format!("train-{name}-{:05}", 10_000 + chance.below(90_000));
        entries.insert("run".to_owned(), Value::from(run));
    }
    if !words.base.is_empty() {
        entries.insert("base_model".to_owned(), Value::from(words.base));
    }
    if !words.prompt.is_empty() {
        entries.insert("prompts".to_owned(), json!([words.prompt]));
    }
    card
}

fn row(metric: &Metric) -> Value {
    let mut threshold = serde_json::Map::new();
    for (key, limit) in [("min", metric.min), ("max", metric.max)] {
        if let Some(limit) = limit {
            threshold.insert(key.to_owned(), Value::from(limit));
        }
    }
    let mut row = json!({
        "name": metric.name,
        "unit": metric.unit,
        "threshold": threshold,
        "value": metric.value(),
        "better": metric.better,
    });
    if let (Some(target), Some(row)) = (metric.target(), row.as_object_mut()) {
        row.insert("target".to_owned(), Value::from(target));
    }
    row
}
