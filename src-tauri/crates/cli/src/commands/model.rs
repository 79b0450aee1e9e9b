//! `model`: registering and listing.
//!
//! Invariant: an artefact is hashed whole before anything is registered.

use console::Edge;
use console::pipeline::{ModelLine, ModelTexts, Pipeline, SubmittedLine, checksum_of};

use crate::arguments::{Global, Model, Register};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;
use crate::progress;

/// `countersign model …`
pub(crate) async fn run(
    model: &Model,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let answer = match model {
        Model::Register(register) => match registered(register, &pipeline).await {
            Ok(made) => output.document(&made, submitted),
            Err(failure) => Err(failure),
        },
        Model::List => match pipeline.models().await {
            Ok(lines) => output.lines(&lines, words),
            Err(error) => Err(error.into()),
        },
        Model::Show { name, version, reason } => {
            match pipeline.model(name, version.as_deref(), reason).await {
                Ok(lines) => output.lines(&lines, details),
                Err(error) => Err(error.into()),
            }
        }
    };
    // Denials are on record too.
    pipeline.settle().await?;
    answer.map(|()| Status::Done)
}

async fn registered(register: &Register, pipeline: &Pipeline) -> Result<SubmittedLine, Failure> {
    let card = match &register.card {
        Some(path) => asking::text_of(path)?,
        None => "{}".to_owned(),
    };
    let checksum = match (&register.artefact.artifact, &register.artefact.checksum) {
        (Some(path), _) => {
            let hashed = checksum_of(path, |done| {
                progress::show(done.bytes_done, done.bytes_total, "hashing");
            });
            let hashed = hashed.await;
            progress::clear();
            hashed?
        }
        (None, checksum) => checksum.clone().unwrap_or_default(),
    };
    let texts = ModelTexts {
        name: register.name.clone(),
        version: register.version.clone(),
        checksum,
        card,
        tier: register.tier.clone(),
        reason: register.reason.clone(),
    };
    Ok(pipeline.register_model(&texts).await?)
}

pub(super) fn submitted(made: &SubmittedLine) -> String {
    let (subject, request, seq) = (&made.subject, &made.request_id, made.seq);
    format!("{subject} waits for its approval: request {request}, record {seq}.")
}

fn words(line: &ModelLine) -> String {
    let ModelLine { name, version, status, effect, tier, digest_kind, digest, .. } = line;
    format!("{name}\t{version}\t{status}\t{effect}\t{tier}\t{digest_kind}:{digest}")
}

fn details(line: &ModelLine) -> String {
    let card = line.card.as_ref().map_or(String::new(), |card| format!("\n{card:#}"));
    let (at, author, reason) = (&line.created_at, &line.author, &line.reason);
    format!("{}\nregistered {at} by {author}: {reason}{card}", words(line))
}
