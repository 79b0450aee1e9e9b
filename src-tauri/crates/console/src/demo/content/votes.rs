//! Words in which approvers say why they signed, and the promise that no two reasons are the same.
//!
//! Invariant: every text given out by [`Reasons::distinct`] is new. Rejections are written by hand
//! in the files, next to what they reject.

use std::collections::HashSet;

use super::chance::Chance;
use super::families::Metric;

/// All reasons given so far.
pub(super) struct Reasons(HashSet<String>);

impl Reasons {
    pub(super) fn new() -> Self {
        Self(HashSet::new())
    }

    /// Calls `write` until it gives a text that was not given before.
    pub(super) fn distinct(
        &mut self,
        chance: &mut Chance,
        mut write: impl FnMut(&mut Chance) -> String,
    ) -> String {
        for _ in 0..64 {
            let text = write(chance);
            if self.0.insert(text.clone()) {
                return text;
            }
        }
        let text = format!("{} Worksheet {}.", write(chance), self.0.len());
        self.0.insert(text.clone());
        text
    }

    /// Why a model was approved, with the figures of its card.
    pub(super) fn model(
        &mut self,
        chance: &mut Chance,
        metrics: &[Metric],
        earlier: Option<&[Metric]>,
    ) -> String {
        self.distinct(chance, |chance| model_reason(chance, metrics, earlier))
    }

    /// Why a prompt was approved, in the words of its area.
    pub(super) fn prompt(&mut self, chance: &mut Chance, area: &str, changed: usize) -> String {
        self.distinct(chance, |chance| prompt_reason(chance, area, changed))
    }
}

fn model_reason(chance: &mut Chance, metrics: &[Metric], earlier: Option<&[Metric]>) -> String {
    let at = chance.below(metrics.len());
    let (Some(one), Some(other)) = (metrics.get(at), metrics.get((at + 1) % metrics.len())) else {
        return "The card is complete and the artefact matches.".to_owned();
    };
    let before = earlier.and_then(|list| list.get(at)).map(Metric::value);
    let (a, b) = (one.shown(), other.shown());
    match (chance.below(20), before) {
        (0, _) => format!("Reproduced {a} and {b} on the hold-out; both agree with the card."),
        (1, Some(was)) if was != one.value() => {
            format!(
                "{} moves from {was} to {}; the cause is in the report and holds.",
                one.name,
                one.value()
            )
        }
        (2, _) => {
            format!("{a} against {}: enough room to keep until the next review.", one.limit())
        }
        (3, _) => {
            format!("Validation report read in full; {b} checked by hand from the raw scores.")
        }
        (4, Some(was)) if was != one.value() => {
            format!(
                "Compared with the version before: {} was {was}, now {}. No segment suffers.",
                one.name,
                one.value()
            )
        }
        (5, _) => format!("Limits on the card match what validation found; {a}."),
        (6, _) => format!("Artefact matches, intended use unchanged, {a} and {b} within limits."),
        (7, _) => format!("Challenger run gives {a} within rounding. Fit for the use stated."),
        (8, _) => format!(
            "Asked the owner about {}; the answer is on file and {} is met.",
            one.name,
            one.limit()
        ),
        (9, _) => format!(
            "Sampled {} scored cases; explanations are stable, {b}.",
            40 + chance.below(160)
        ),
        (10, _) => {
            format!("Monitoring is in place with an alert on {} at {}.", one.name, one.limit())
        }
        (11, _) => {
            format!("Independent recalculation gives {a} and {b}. Nothing stands against use.")
        }
        (12, _) => format!(
            "Went through the findings of validation one by one; the last, on {}, is closed.",
            one.name
        ),
        (13, _) => {
            format!(
                "The owner's fallback is tested. {a}; I would reject it beyond {}.",
                one.limit()
            )
        }
        (14, _) => {
            format!("Worst segment looked at apart: still within {} for {}.", one.limit(), one.name)
        }
        (15, _) => format!(
            "Re-scored {} files of last month; rank order holds and {b}.",
            200 + chance.below(800)
        ),
        (16, _) => format!(
            "Feature list compared with the data register, all {} sources are allowed here.",
            5 + chance.below(38)
        ),
        (17, Some(was)) => {
            format!("{} was {was} before. I accept {} for the reason given.", one.name, one.value())
        }
        (18, _) => format!("Spoke with the desk that will use it: they know the limits. {a}."),
        (_, _) => format!(
            "{a}, {b}: both inside their limits, and the card says plainly what it is not for."
        ),
    }
}

/// What a reviewer of this area tries a prompt on.
fn cases(area: &str) -> &'static [&'static str] {
    match area {
        "crime" => &["closed alerts", "archived investigations", "screening hits", "past reports"],
        "credit" => &["decided applications", "credit memos", "annual reviews", "loan files"],
        "complaints" => {
            &["closed complaints", "ombudsman cases", "reply letters", "complaint calls"]
        }
        "payments" => &["repaired messages", "returned payments", "payment enquiries"],
        "collections" => &["arrears letters", "payment plans", "hardship conversations"],
        "fraud" => &["confirmed scams", "card disputes", "fraud reports", "warning texts"],
        "onboarding" => &["onboarding files", "customer files", "account openings"],
        "markets" => &["morning notes", "client questions", "published comments"],
        "risk" => &["validation reports", "committee papers", "incident records"],
        _ => &["branch questions", "call transcripts", "chat sessions", "service letters"],
    }
}

fn prompt_reason(chance: &mut Chance, area: &str, changed: usize) -> String {
    let of = chance.pick(cases(area)).copied().unwrap_or("cases");
    let number = 18 + chance.below(88);
    let few = 2 + chance.below(4);
    let lines = match changed {
        0 => "the whole text".to_owned(),
        1 => "the one changed line".to_owned(),
        more => format!("the {more} changed lines"),
    };
    match chance.below(20) {
        0 => format!("Read {lines}; {number} {of} give the same outcome with better wording."),
        1 => format!("Ran it over {number} {of}: {few} outputs differ, all for the better."),
        2 => format!("Compared on {number} {of}; no invented facts, sources quoted correctly."),
        3 => format!("Checked {lines} against the policy cited; wording is exact."),
        4 => format!("{number} {of} tried, among them the {few} that had failed. All pass now."),
        5 => format!(
            "The reason matches {lines}. Legal has no objection (LG-{}).",
            1_200 + number * 7
        ),
        6 => format!("Blind test with two colleagues on {number} {of}: they prefer this version."),
        7 => format!("Tried to break it with {few} hostile inputs and {number} {of}; it holds."),
        8 => format!("Output stays within its length on all {number} {of}. Approved."),
        9 => format!(
            "Reviewed with the desk that uses it; sample of {number} {of} attached to QA-{}.",
            300 + number * few
        ),
        10 => format!("Nothing in {lines} widens what the model may say. {number} {of} unchanged."),
        11 => format!(
            "Variables resolve, refusals fire where they should; {number} {of}, {few} edge cases."
        ),
        12 => format!(
            "Second reading of {lines} after yesterday's comments; they are answered. Sample {number} {of}."
        ),
        13 => {
            format!("Spot check of {number} {of}; the {few} weak answers were weak before as well.")
        }
        14 => format!(
            "Both texts side by side for {number} {of}. Where they differ, I would sign the new one."
        ),
        15 => format!(
            "{few} colleagues of the desk tried it for a week on {number} {of} and want to keep it."
        ),
        16 => format!(
            "The change does what its reason says and nothing else; looked for it in {number} {of}."
        ),
        17 => format!(
            "Injected instructions in {few} of {number} {of} were ignored, as they must be."
        ),
        18 => format!("Length, sources and refusals measured on {number} {of}; all as before."),
        _ => format!(
            "Went through {number} {of} with the second line; {few} of them were the hard ones, and they are right."
        ),
    }
}
