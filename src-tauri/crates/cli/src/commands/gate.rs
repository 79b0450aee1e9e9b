//! `gate`: may it run? The exit status is the answer.
//!
//! Invariant: 0 is yes and nothing else is; a no for want of a root of trust makes none.

use std::path::Path;

use console::Edge;
use console::gate::GateCause;
use console::pipeline::{GateTexts, checksum_of};

use crate::arguments::{Gate, Global};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;
use crate::progress;

/// `countersign gate …`
pub(crate) async fn run(
    gate: &Gate,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let texts = match gate {
        Gate::Model { name, version, artifact, scope } => GateTexts {
            kind: "model",
            name: name.clone(),
            version: version.clone(),
            given: given(artifact.as_deref()).await,
            scope: scope.clone(),
        },
        Gate::Prompt { name, version, file, scope } => GateTexts {
            kind: "prompt",
            name: name.clone(),
            version: version.clone(),
            given: given(file.as_deref()).await,
            scope: scope.clone(),
        },
    };
    let pipeline = asking::open(global, edge).await?;
    let (line, cause) = pipeline.gate(texts).await?;
    match cause {
        // Without a root, or over a log that does not hold, nothing is signed and no anchor made.
        GateCause::Unverified | GateCause::Unavailable => {}
        GateCause::Approved | GateCause::NotApproved | GateCause::OtherArtefact => {
            pipeline.settle().await?;
        }
    }
    output.document(&line, |line| format!("{}: {}", line.answer, line.reason))?;
    Ok(cause.into())
}

async fn given(path: Option<&Path>) -> Option<Result<String, String>> {
    let path = path?;
    let hashed = checksum_of(path, |done| {
        progress::show(done.bytes_done, done.bytes_total, "hashing");
    });
    let hashed = hashed.await;
    progress::clear();
    Some(hashed.map_err(|error| error.to_string()))
}
