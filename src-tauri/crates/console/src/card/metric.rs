//! One metric of a card: its value, its threshold, and how it compares with the version in force.
//!
//! Invariant: numbers are shown as written and compared as decimals. A value that is no decimal
//! number is shown and not judged.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::json_text::{self, Shape};
use crate::hidden;
use crate::views::{MetricView, PlotView};

/// A metric as a card writes it.
pub(super) struct Metric {
    pub(super) name: String,
    value: String,
    unit: String,
    threshold: Threshold,
    better: Option<Better>,
    target: Option<String>,
    /// What else stands there, as key and text.
    pub(super) others: Vec<(String, String)>,
}

#[derive(Default)]
struct Threshold {
    min: Option<String>,
    max: Option<String>,
}

#[derive(Clone, Copy)]
enum Better {
    Higher,
    Lower,
    Near,
}

impl Metric {
    /// Reads `{"name", "value", "unit", "threshold": {"min", "max"}, "better", "target"}`; None
    /// without a name and a value.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Shape::Object(entries) = json_text::shape(text) else { return None };
        let (mut name, mut value) = (None, None);
        let mut metric = Self::of(String::new(), String::new());
        for (key, written) in entries {
            match (key.as_str(), scalar(written)) {
                ("name", Some(text)) => name = Some(text),
                ("value", Some(text)) => value = Some(text),
                ("unit", Some(text)) => metric.unit = text,
                ("target", Some(text)) => metric.target = Some(text),
                ("better", Some(text)) if better(&text).is_some() => metric.better = better(&text),
                ("threshold", None) => metric.read_threshold(written),
                (_, text) => {
                    metric.others.push((key, text.unwrap_or_else(|| json_text::compact(written))));
                }
            }
        }
        Some(Self { name: name?, value: value?, ..metric })
    }

    /// A metric of which only name and value are given: `{"auc": 0.81}`.
    pub(super) fn read_entry(name: &str, text: &str) -> Option<Self> {
        scalar(text).map(|value| Self::of(name.to_owned(), value))
    }

    fn of(name: String, value: String) -> Self {
        let (threshold, unit) = (Threshold::default(), String::new());
        Self { name, value, unit, threshold, better: None, target: None, others: Vec::new() }
    }

    fn read_threshold(&mut self, written: &str) {
        let Shape::Object(entries) = json_text::shape(written) else {
            return self.others.push(("threshold".to_owned(), json_text::compact(written)));
        };
        for (key, limit) in entries {
            match (key.as_str(), scalar(limit)) {
                ("min", Some(limit)) => self.threshold.min = Some(limit),
                ("max", Some(limit)) => self.threshold.max = Some(limit),
                (_, _) => self.others.push((format!("threshold {key}"), json_text::compact(limit))),
            }
        }
    }

    /// As a review shows it, against the same metric of the version in force.
    pub(super) fn view(&self, base: Option<&Self>) -> MetricView {
        let own = Decimal::parse(&self.value);
        let before = base.and_then(|base| Decimal::parse(&base.value));
        let both = own.zip(before);
        MetricView {
            name: hidden::drawn(&self.name),
            threshold: self.threshold_against(base),
            base: base.map(|base| base.with_unit(&base.value)),
            value: self.with_unit(&self.value),
            change: both.map(|(own, before)| self.with_change_unit(&own.minus(before).signed())),
            direction: both.and_then(|(own, before)| self.direction(own, before)),
            passes: own.and_then(|own| self.passes(own)),
            plot: own.and_then(|own| self.plot(own, before)),
        }
    }

    /// A metric that the version in force has and this one has not.
    pub(super) fn view_of_lost(&self) -> MetricView {
        MetricView {
            name: hidden::drawn(&self.name),
            threshold: self.threshold_in_words(),
            base: Some(self.with_unit(&self.value)),
            value: "not given".to_owned(),
            change: None,
            direction: None,
            passes: None,
            plot: None,
        }
    }

    /// A difference of percentages is in percentage points.
    fn with_change_unit(&self, difference: &str) -> String {
        if self.unit == "%" { format!("{difference} pp") } else { self.with_unit(difference) }
    }

    fn with_unit(&self, number: &str) -> String {
        let space = if matches!(self.unit.as_str(), "" | "%") { "" } else { " " };
        hidden::drawn(&format!("{number}{space}{}", self.unit))
    }

    fn threshold_in_words(&self) -> String {
        match (&self.threshold.min, &self.threshold.max) {
            (Some(min), Some(max)) => self.with_unit(&format!("{min} to {max}")),
            (Some(min), None) => self.with_unit(&format!("min {min}")),
            (None, Some(max)) => self.with_unit(&format!("max {max}")),
            (None, None) => String::new(),
        }
    }

    /// A threshold that moved says so: a metric can pass because its limit was loosened.
    fn threshold_against(&self, base: Option<&Self>) -> String {
        let own = self.threshold_in_words();
        let named = |words: String| if words.is_empty() { "none".to_owned() } else { words };
        match base.map(Self::threshold_in_words) {
            Some(before) if before != own => format!("{}, was {}", named(own), named(before)),
            Some(_) | None => own,
        }
    }

    /// None without a threshold, or when a limit is no number.
    fn passes(&self, own: Decimal) -> Option<bool> {
        let limit = |text: &Option<String>| text.as_ref().map(|text| Decimal::parse(text));
        match (limit(&self.threshold.min), limit(&self.threshold.max)) {
            (None, None) | (Some(None), _) | (_, Some(None)) => None,
            (min, max) => {
                let above = min.flatten().is_none_or(|min| own.compare(min) != Ordering::Less);
                let below = max.flatten().is_none_or(|max| own.compare(max) != Ordering::Greater);
                Some(above && below)
            }
        }
    }

    /// By `better`; else by the kind of threshold: above a minimum, below a maximum, between both.
    fn direction(&self, own: Decimal, before: Decimal) -> Option<String> {
        let by_threshold = match (&self.threshold.min, &self.threshold.max) {
            (Some(_), None) => Some(Better::Higher),
            (None, Some(_)) => Some(Better::Lower),
            (Some(_), Some(_)) => Some(Better::Near),
            (None, None) => None,
        };
        let moved = own.compare(before);
        let gain = match (moved, self.better.or(by_threshold)) {
            (Ordering::Equal, _) => Ordering::Equal,
            (moved, Some(Better::Higher)) => moved,
            (moved, Some(Better::Lower)) => moved.reverse(),
            (_, Some(Better::Near)) => self.nearer(own, before)?,
            (_, None) => return None,
        };
        let word = match gain {
            Ordering::Greater => "better",
            Ordering::Equal => "same",
            Ordering::Less => "worse",
        };
        Some(word.to_owned())
    }

    /// Greater when `own` is nearer to the target, or without one to the middle of both limits.
    fn nearer(&self, own: Decimal, before: Decimal) -> Option<Ordering> {
        let number = |text: &Option<String>| text.as_ref().and_then(|text| Decimal::parse(text));
        if let Some(target) = number(&self.target) {
            return Some(before.distance(target).compare(own.distance(target)));
        }
        let (min, max) = (number(&self.threshold.min)?, number(&self.threshold.max)?);
        let far = |value: Decimal| value.twice_from_middle(min, max);
        Some(far(before).compare(far(own)))
    }

    /// Value, base and limits on one line, with a fifth of it free at both ends.
    fn plot(&self, own: Decimal, base: Option<Decimal>) -> Option<PlotView> {
        let limit = |text: &Option<String>| text.as_ref().and_then(|text| Decimal::parse(text));
        let (min, max) = (limit(&self.threshold.min), limit(&self.threshold.max));
        let points = || min.into_iter().chain(max).chain(base).chain([own]);
        if points().count() < 2 {
            return None;
        }
        let low = points().min_by(|one, other| one.compare(*other))?;
        let high = points().max_by(|one, other| one.compare(*other))?;
        let place = |value: Decimal| 20 + value.place(low, high, 60);
        Some(PlotView {
            value: place(own),
            base: base.map(place),
            min: min.map(place),
            max: max.map(place),
        })
    }
}

fn better(word: &str) -> Option<Better> {
    match word {
        "higher" => Some(Better::Higher),
        "lower" => Some(Better::Lower),
        "near" => Some(Better::Near),
        _ => None,
    }
}

/// A text, or a number as written.
fn scalar(written: &str) -> Option<String> {
    match json_text::shape(written) {
        Shape::Text(text) => Some(text),
        Shape::Bare(bare) if Decimal::parse(bare).is_some() => Some(bare.to_owned()),
        Shape::Bare(_) | Shape::Object(_) | Shape::Array(_) => None,
    }
}
