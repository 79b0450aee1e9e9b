//! Reads `text/models-*.txt`: who owns a model, what its card says, and each version's story.
//!
//! A block is `=== name | tenant | tier | family | file ending | kind | owner [| registrant]`, then
//! `use:`, `not:`, `limits:` and one line `version | note` a version, oldest first. A `limits:`,
//! `kind:`, `base:` (`model@version`) or `prompt:` between two versions holds from there on.

use super::cards::{self, Words};
use super::chance::Chance;
use super::families::{self, Metric};
use super::note::{self, Note};
use super::schedule::{self, Request};
use super::slot::Slot;
use super::votes::Reasons;
use super::{ContentFault, DemoModel, DemoModelVersion, people};

const FILES: [&str; 3] = [
    include_str!("text/models-credit.txt"),
    include_str!("text/models-crime.txt"),
    include_str!("text/models-service.txt"),
];

/// All models in the order of the files.
pub(super) fn read(reasons: &mut Reasons) -> Result<Vec<DemoModel>, ContentFault> {
    let blocks = FILES.iter().flat_map(|file| file.split("=== ").skip(1));
    blocks.map(|block| model(block, reasons)).collect()
}

struct Head {
    name: &'static str,
    tenant: &'static str,
    tier: &'static str,
    family: &'static str,
    ending: &'static str,
    registrant: Option<&'static str>,
    words: Words,
}

fn model(block: &'static str, reasons: &mut Reasons) -> Result<DemoModel, ContentFault> {
    let (first, lines) = block.split_once('\n').unwrap_or((block, ""));
    let head = head(first)?;
    let lines = version_lines(head.words, lines)?;
    let notes: Vec<Note> =
        lines.iter().map(|line| note::parse(line.note)).collect::<Result<_, ContentFault>>()?;
    let mut chance = Chance::of(&format!("{}/{}", head.tenant, head.name));
    let moments = schedule::moments(&notes, &mut chance);
    let mut metrics = families::metrics(head.family)?;
    metrics.iter_mut().for_each(|metric| metric.step(&mut chance));
    let mut life = Life { head: &head, metrics, earlier: None, chance, reasons };
    let versions = lines.iter().zip(notes.iter().zip(moments));
    let versions = versions.map(|(line, (note, at))| life.next(line, note, at));
    let versions = versions.collect::<Result<_, ContentFault>>()?;
    Ok(DemoModel { tenant: head.tenant, name: head.name, versions })
}

/// A model between two versions: its metrics as they stand and its own sequence of chances.
struct Life<'a> {
    head: &'a Head,
    metrics: Vec<Metric>,
    /// The metrics of the version before, if there is one.
    earlier: Option<Vec<Metric>>,
    chance: Chance,
    reasons: &'a mut Reasons,
}

impl Life<'_> {
    fn next(
        &mut self,
        line: &VersionLine,
        note: &Note,
        at: Slot,
    ) -> Result<DemoModelVersion, ContentFault> {
        let Self { head, metrics, earlier, chance, reasons } = self;
        if earlier.is_some() {
            metrics.iter_mut().for_each(|metric| metric.step(chance));
        }
        fix(metrics, note, head.name)?;
        let picked = chance.pick(people::registrants(head.tenant)).copied().unwrap_or("");
        let by = head.registrant.filter(|_| note.asked.is_some()).unwrap_or(picked);
        let first = earlier.is_none();
        let reason = reasons.distinct(chance, |chance| {
            let owner = head.words.owner;
            if first {
                taken_in(owner, line.label, metrics, chance)
            } else {
                handed_over(owner, metrics, chance)
            }
        });
        let (tenant, tier) = (head.tenant, head.tier);
        let request = Request { tenant, tier, maker: by, asked: at, chance };
        let before = earlier.as_deref();
        let outcome = request.outcome(note.fate, |chance| reasons.model(chance, metrics, before));
        let version = DemoModelVersion {
            version: line.label,
            tier,
            card: cards::card(line.words, (head.name, line.label), metrics),
            artefact_name: format!("{}-{}.{}", head.name, line.label, head.ending),
            artefact_seed: format!("{tenant}/{}@{}", head.name, line.label),
            by,
            reason,
            request_reason: note.reason,
            at,
            outcome,
        };
        self.earlier = Some(self.metrics.clone());
        Ok(version)
    }
}

fn head(line: &'static str) -> Result<Head, ContentFault> {
    let fields: Vec<&'static str> = line.split('|').map(str::trim).collect();
    let [name, tenant, tier, family, ending, kind, owner, rest @ ..] = fields.as_slice() else {
        return Err(ContentFault::new(format!("model head: {line}")));
    };
    let words =
        Words { intended_use: "", not_for: "", limits: "", kind, owner, base: "", prompt: "" };
    Ok(Head { name, tenant, tier, family, ending, registrant: rest.first().copied(), words })
}

/// A version as the file has it, with the card's words that hold from there on.
struct VersionLine {
    label: &'static str,
    note: &'static str,
    words: Words,
}

fn version_lines(mut words: Words, lines: &'static str) -> Result<Vec<VersionLine>, ContentFault> {
    let mut versions = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("use: ") {
            words.intended_use = text;
        } else if let Some(text) = line.strip_prefix("not: ") {
            words.not_for = text;
        } else if let Some(text) = line.strip_prefix("limits: ") {
            words.limits = text;
        } else if let Some(text) = line.strip_prefix("kind: ") {
            words.kind = text;
        } else if let Some(text) = line.strip_prefix("base: ") {
            words.base = text;
        } else if let Some(text) = line.strip_prefix("prompt: ") {
            words.prompt = text;
        } else {
            let (label, note) = line
                .split_once(" | ")
                .ok_or_else(|| ContentFault::new(format!("model line: {line}")))?;
            versions.push(VersionLine { label, note, words });
        }
    }
    Ok(versions)
}

fn fix(metrics: &mut [Metric], note: &Note, model: &str) -> Result<(), ContentFault> {
    for (name, value) in &note.values {
        let metric = metrics.iter_mut().find(|metric| metric.name == *name);
        let missing = || ContentFault::new(format!("{model} has no metric {name}"));
        metric.ok_or_else(missing)?.fix(value)?;
    }
    Ok(())
}

/// Why the first bytes were registered; a label other than 1 had a life before this registry.
fn taken_in(owner: &str, label: &str, metrics: &[Metric], chance: &mut Chance) -> String {
    let pack = 2_000 + chance.below(2_900);
    match (label, chance.below(3)) {
        ("1", 0) => format!("First version from {owner}; pack MV-{pack}, {}.", lead(metrics)),
        ("1", 1) => format!("Registered by {owner} with card and validation pack MV-{pack}."),
        ("1", _) => format!("{owner} registers its first candidate, validated in MV-{pack}."),
        (_, _) => format!("{owner} moves @{label} over from the old inventory; pack MV-{pack}."),
    }
}

/// Why later bytes were registered: what came with them.
fn handed_over(owner: &str, metrics: &[Metric], chance: &mut Chance) -> String {
    let run = 1_100 + chance.below(7_900);
    let pack = 2_000 + chance.below(2_900);
    match chance.below(6) {
        0 => format!("Artefact of training run {run}, handed over by {owner}; {}.", lead(metrics)),
        1 => format!("Build {run} replaces the candidate of last week; pack MV-{pack}."),
        2 => format!("{owner} hands over run {run} with its validation pack MV-{pack}."),
        3 => format!("Reproducible build {run}, card updated: {}.", lead(metrics)),
        4 => format!("Build {run} is the one that validation MV-{pack} looked at, byte for byte."),
        _ => format!("Run {run} passed independent validation MV-{pack}; {}.", lead(metrics)),
    }
}

/// The first metric of the card in words.
fn lead(metrics: &[Metric]) -> String {
    metrics.first().map_or_else(String::new, Metric::shown)
}
