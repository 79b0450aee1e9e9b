//! `gate`: may it run? The exit status is the answer.
//!
//! Invariant: 0 is yes and nothing else is; a no for want of a root of trust makes none. With a
//! bundle no workspace is opened and nothing is recorded.

use std::path::Path;

use console::Edge;
use console::gate::GateCause;
use console::pipeline::{EvidenceTexts, GateLine, GateTexts, checksum_of, gate_evidence};

use super::evidence;
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
        Gate::Model { name, version, artifact, scope, .. } => GateTexts {
            kind: "model",
            name: name.clone(),
            version: version.clone(),
            given: given(artifact.as_deref()).await,
            scope: scope.clone(),
            trust: None,
        },
        Gate::Prompt { name, version, file, scope, .. } => GateTexts {
            kind: "prompt",
            name: name.clone(),
            version: version.clone(),
            given: given(file.as_deref()).await,
            scope: scope.clone(),
            trust: None,
        },
    };
    let (Gate::Model { root, .. } | Gate::Prompt { root, .. }) = gate;
    if let (Some(evidence), Some(trust)) = (&root.evidence, &root.trust) {
        let bundle = EvidenceTexts {
            evidence: evidence.clone(),
            trust: trust.clone(),
            given: texts.given.clone(),
            max_age: root.max_age.clone(),
        };
        let answered = gate_evidence(edge, global.tenant.clone(), texts, bundle).await?;
        return answer(output, &answered);
    }
    let texts = GateTexts { trust: root.trust.clone(), ..texts };
    let pipeline = asking::open(global, edge).await?;
    let (line, cause) = pipeline.gate(texts).await?;
    match cause {
        // Without a root, or over a log that does not hold, nothing is signed and no anchor made.
        GateCause::Unverified | GateCause::Unavailable => {}
        GateCause::Approved | GateCause::NotApproved | GateCause::OtherArtefact => {
            pipeline.settle().await?;
        }
    }
    answer(output, &(line, cause))
}

fn answer(output: &mut Output, (line, cause): &(GateLine, GateCause)) -> Result<Status, Failure> {
    output.document(line, |line| {
        let acts = line.control.iter().map(evidence::act_in_words);
        format!("{}: {}{}", line.answer, line.reason, acts.collect::<String>())
    })?;
    Ok((*cause).into())
}

/// The checksum of what was handed in, or why it has none.
pub(super) async fn given(path: Option<&Path>) -> Option<Result<String, String>> {
    let path = path?;
    let hashed = checksum_of(path, |done| {
        progress::show(done.bytes_done, done.bytes_total, "hashing");
    });
    let hashed = hashed.await;
    progress::clear();
    Some(hashed.map_err(|error| error.to_string()))
}
