//! Reads `text/models-*.txt`: who owns a model, what its card says, and each version's story.
//!
//! A block is `=== name | tenant | tier | family | file ending | kind | owner [| registrant]`, then
//! `use:`, `not:`, `limits:` and one line `version | note` a version, oldest first. A `limits:` or
//! `kind:` between two versions holds from there on.

use super::cards::{self, Words};
use super::chance::Chance;
use super::families::{self, Metric};
use super::note::{self, Note};
use super::schedule::{self, Request};
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
    let versions = version_lines(head.words, lines)?;
    let notes: Vec<Note> = versions
        .iter()
        .map(|(_, text, _)| note::parse(text))
        .collect::<Result<_, ContentFault>>()?;
    let mut chance = Chance::of(&format!("{}/{}", head.tenant, head.name));
    let moments = schedule::moments(&notes, &mut chance);
    let mut metrics = families::metrics(head.family)?;
    for metric in &mut metrics {
        metric.step(&mut chance);
    }
    let mut read = Vec::with_capacity(notes.len());
    for (index, ((label, _, words), (note, at))) in
        versions.into_iter().zip(notes.into_iter().zip(moments)).enumerate()
    {
        let before = metrics.clone();
        if index > 0 {
            metrics.iter_mut().for_each(|metric| metric.step(&mut chance));
        }
        fix(&mut metrics, &note, head.name)?;
        let names = people::registrants(head.tenant);
        let picked = chance.pick(names).copied().unwrap_or("");
        let by = head.registrant.filter(|_| note.asked.is_some()).unwrap_or(picked);
        let earlier = (index > 0).then_some(before.as_slice());
        let reason = handed_over(head.words.owner, index, &metrics, &mut chance, reasons);
        let request = Request {
            tenant: head.tenant,
            tier: head.tier,
            maker: by,
            asked: at,
            chance: &mut chance,
        };
        let outcome = request.outcome(note.fate, |chance| reasons.model(chance, &metrics, earlier));
        read.push(DemoModelVersion {
            version: label,
            tier: head.tier,
            card: cards::card(words, &metrics),
            artefact_name: format!("{}-{label}.{}", head.name, head.ending),
            artefact_seed: format!("{}/{}@{label}", head.tenant, head.name),
            by,
            reason,
            request_reason: note.reason,
            at,
            outcome,
        });
    }
    Ok(DemoModel { tenant: head.tenant, name: head.name, versions: read })
}

fn head(line: &'static str) -> Result<Head, ContentFault> {
    let fields: Vec<&'static str> = line.split('|').map(str::trim).collect();
    let [name, tenant, tier, family, ending, kind, owner, rest @ ..] = fields.as_slice() else {
        return Err(ContentFault::new(format!("model head: {line}")));
    };
    let words = Words { intended_use: "", not_for: "", limits: "", kind, owner };
    Ok(Head { name, tenant, tier, family, ending, registrant: rest.first().copied(), words })
}

type VersionLine = (&'static str, &'static str, Words);

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
        } else {
            let (label, note) = line
                .split_once(" | ")
                .ok_or_else(|| ContentFault::new(format!("model line: {line}")))?;
            versions.push((label, note, words));
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

/// Why the bytes were registered: what came with them.
fn handed_over(
    owner: &str,
    index: usize,
    metrics: &[Metric],
    chance: &mut Chance,
    reasons: &mut Reasons,
) -> String {
    reasons.distinct(chance, |chance| {
        let run = 1_100 + chance.below(7_900);
        let pack = 2_000 + chance.below(2_900);
        let lead = metrics.first().map_or_else(String::new, |metric| {
            let unit =
                if metric.unit.is_empty() { String::new() } else { format!(" {}", metric.unit) };
            format!("{} {}{unit}", metric.name, metric.value())
        });
        match (index, chance.below(5)) {
            (0, 0 | 1) => format!("First version from {owner}; validation pack MV-{pack}, {lead}."),
            (0, _) => format!(
                "Taken into the registry by {owner} with card and validation pack MV-{pack}."
            ),
            (_, 0) => format!("Artefact of training run {run}, handed over by {owner}; {lead}."),
            (_, 1) => format!("Build {run} replaces the candidate of last week; pack MV-{pack}."),
            (_, 2) => format!("{owner} hands over run {run} with its validation pack MV-{pack}."),
            (_, 3) => format!("Reproducible build {run}, card updated: {lead}."),
            (_, _) => format!("Run {run} passed independent validation MV-{pack}; {lead}."),
        }
    })
}
