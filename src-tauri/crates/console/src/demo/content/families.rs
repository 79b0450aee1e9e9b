//! The metrics of each family of models, and how they move from version to version.
//!
//! Invariant: values are decimal text made with integers, so that no machine rounds them another
//! way; an unfixed value keeps its threshold. Values that the model files fix are taken as they
//! stand, also outside the threshold (that is what a rejection is about).

use super::ContentFault;
use super::chance::Chance;

const FILE: &str = include_str!("text/families.txt");

/// One metric of a family: `name | unit | threshold | start | better`.
#[derive(Debug, Clone)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    /// Lower limit as text, if there is one.
    pub(super) min: Option<&'static str>,
    /// Upper limit as text, if there is one.
    pub(super) max: Option<&'static str>,
    /// `higher`, `lower` or `near` (to the middle of both limits).
    pub(super) better: &'static str,
    decimals: usize,
    /// The value now, in units of the last decimal.
    value: i64,
    low: i64,
    high: i64,
}

/// The metrics of a family at their starting values.
pub(super) fn metrics(family: &str) -> Result<Vec<Metric>, ContentFault> {
    let block = FILE.split("# ").find_map(|block| {
        let (name, lines) = block.split_once('\n')?;
        (name.trim() == family).then_some(lines)
    });
    let block = block.ok_or_else(|| ContentFault::new(format!("no family {family}")))?;
    block.lines().filter(|line| !line.trim().is_empty()).map(metric).collect()
}

fn metric(line: &'static str) -> Result<Metric, ContentFault> {
    let fault = || ContentFault::new(format!("metric line: {line}"));
    let fields: Vec<&'static str> = line.split('|').map(str::trim).collect();
    let [name, unit, threshold, start, better] = fields.as_slice() else { return Err(fault()) };
    let decimals = start.split_once('.').map_or(0, |(_, digits)| digits.len());
    let value = scaled(start).ok_or_else(fault)?;
    let (min, max) = match threshold.split_once(' ').ok_or_else(fault)? {
        ("min", limit) => (Some(limit), None),
        ("max", limit) => (None, Some(limit)),
        (low, high) => (Some(low), Some(high.strip_prefix("to ").ok_or_else(fault)?)),
    };
    let low = min.map(|text| scaled(text).ok_or_else(fault)).transpose()?;
    let high = max.map(|text| scaled(text).ok_or_else(fault)).transpose()?;
    // A one-sided metric may run three times as far from its limit as it starts.
    let low = low.unwrap_or_else(|| (value - 2 * (high.unwrap_or(value) - value)).max(0));
    let high = high.unwrap_or_else(|| value + 2 * (value - low));
    Ok(Metric { name, unit, min, max, better, decimals, value, low, high })
}

fn scaled(text: &str) -> Option<i64> {
    text.replace('.', "").parse().ok()
}

impl Metric {
    /// The value as decimal text.
    pub(super) fn value(&self) -> String {
        text(self.value, self.decimals)
    }

    /// Name, value and unit in words.
    pub(super) fn shown(&self) -> String {
        format!("{} at {}{}", self.name, self.value(), self.spaced_unit())
    }

    /// The threshold in words.
    pub(super) fn limit(&self) -> String {
        let limit = match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("min {min}"),
            (None, Some(max)) => format!("max {max}"),
            (None, None) => "none".to_owned(),
        };
        limit + &self.spaced_unit()
    }

    fn spaced_unit(&self) -> String {
        if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) }
    }

    /// The middle of both limits, for metrics that should be near it.
    pub(super) fn target(&self) -> Option<String> {
        (self.better == "near").then(|| text((self.low + self.high) / 2, self.decimals))
    }

    /// Takes a value that the model's file fixes.
    pub(super) fn fix(&mut self, fixed: &str) -> Result<(), ContentFault> {
        let digits = fixed.split_once('.').map_or(0, |(_, digits)| digits.len());
        self.value = scaled(fixed)
            .filter(|_| digits == self.decimals)
            .ok_or_else(|| ContentFault::new(format!("{} = {fixed}", self.name)))?;
        Ok(())
    }

    /// Moves on to the next version: mostly a little better, sometimes a little worse.
    pub(super) fn step(&mut self, chance: &mut Chance) {
        let width = (self.high - self.low).max(8);
        let stride = chance.minutes(width / 7 + 1);
        let improves = chance.below(100) < 64;
        let up = match (self.better, improves) {
            ("higher", true) | ("lower", false) => true,
            ("higher", false) | ("lower", true) => false,
            (_, _) => (self.value < (self.low + self.high) / 2) == improves,
        };
        let stride = if improves { stride } else { stride * 2 / 3 };
        let moved = if up { self.value + stride } else { self.value - stride };
        let edge = width / 20 + 1;
        self.value = moved.clamp(self.low + edge, (self.high - edge).max(self.low + edge));
    }
}

fn text(value: i64, decimals: usize) -> String {
    let digits = format!("{value:0width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}
