//! `evidence` and `trust`: what is taken away, and checking it where there is no workspace.
//!
//! Invariant: `verify` opens no workspace, keychain or network; its exit status is 0 only for
//! sound evidence.

use console::Edge;
use console::exporting::EvidenceForm;
use console::pipeline::{ControlLine, EvidenceLine, EvidenceTexts, verify_evidence};

use super::gate::given;
use crate::arguments::{Evidence, Global, Trust};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign evidence …`
pub(crate) async fn run(
    command: &Evidence,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    match command {
        Evidence::Export { request, output: path, report } => {
            let form = if *report { EvidenceForm::Report } else { EvidenceForm::Bundle };
            let pipeline = asking::open_for_person(global, edge).await?;
            let exported = pipeline.export_evidence(request, form, path).await;
            // Denials are on record too.
            pipeline.settle().await?;
            output.document(&exported?, |line| {
                let (path, subject) = (&line.path, &line.subject);
                let (outcome, sha256) = (line.outcome, &line.sha256);
                format!("{path}: evidence of {subject}, {outcome}; SHA-256 {sha256}")
            })?;
            Ok(Status::Done)
        }
        Evidence::Verify { file, trust, artifact, max_age } => {
            let texts = EvidenceTexts {
                evidence: file.clone(),
                trust: trust.clone(),
                given: given(artifact.as_deref()).await,
                max_age: max_age.clone(),
            };
            let found = verify_evidence(edge, texts).await?;
            output.document(&found, verdict)?;
            Ok(if found.is_sound() { Status::Done } else { Status::Unverified })
        }
    }
}

/// `countersign trust …`
pub(crate) async fn trust(
    command: &Trust,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let Trust::Export { output: path } = command;
    let pipeline = asking::open(global, edge).await?;
    let exported = pipeline.export_trust(path).await;
    pipeline.settle().await?;
    output.document(&exported?, |line| format!("{}\nSHA-256 {}", line.path, line.sha256))?;
    Ok(Status::Done)
}

fn verdict(line: &EvidenceLine) -> String {
    let (Some(subject), Some(outcome), Some(effect)) = (&line.subject, line.outcome, line.effect)
    else {
        let check = line.check.unwrap_or_default();
        return format!("The evidence is refused: {} ({check}).", line.detail);
    };
    let mut text = format!("The evidence holds: {subject} is {outcome}, effect {effect}.");
    text.extend(line.control.iter().map(act_in_words));
    text
}

/// An act of authority that one admin made alone, or the recovery kit, on a line of its own.
pub(super) fn act_in_words(act: &ControlLine) -> String {
    let (seq, control, action) = (act.seq, act.control, act.action);
    format!("\nrecord {seq}: {action} {} ({control})", act.resource)
}
