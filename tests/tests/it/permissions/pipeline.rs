//! The calls of the command line, each under the account of whoever asks.
//!
//! Invariant: as in `desk`: the caller holds every id. To add a call, add a line to `call` and a row
//! to `matrix.tsv`.

use std::path::Path;
use std::sync::Arc;

use console::ConsoleError;
use console::exporting::EvidenceForm;
use console::past::GivenPast;
use console::pipeline::{
    EnrolIn, GateTexts, GrantTexts, ModelTexts, Passphrase, PersonTexts, Pipeline,
    PreparedRotation, PromptTexts, TokenTexts,
};
use console::views::AuditFilter;
use ledger::Digest;
use tests::house::{ADA, PASSPHRASE, REX};

use super::cast::Works;

/// Why somebody reads on the command line.
const WHY: &str = "asked by audit";
const NO_DEVICE: &str = "01930000-0000-7000-8000-000000000304";

/// What a call is made with.
pub(crate) struct Call<'a> {
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) works: &'a Works,
    /// A request that may be used up.
    pub(crate) spare: String,
    /// A checkpoint kept from before.
    pub(crate) kept: &'a GivenPast,
    /// A rotation that somebody else prepared.
    pub(crate) prepared: &'a PreparedRotation,
    pub(crate) folder: &'a Path,
    /// Different at every call.
    pub(crate) number: usize,
}

/// What came of it: the lines, or the refusal.
pub(crate) async fn call(call: &Call<'_>, command: &str) -> Result<String, ConsoleError> {
    let Call { pipeline, works, number, .. } = call;
    let (model, prompt) = (works.model.as_str(), works.prompt.as_str());
    let (request, decided) = (works.request.to_string(), works.decided.to_string());
    let file = call.folder.join(format!("export-{number}"));
    match command {
        "register_model" => told(pipeline.register_model(&registered(*number)).await),
        "push_prompt" => told(pipeline.push_prompt(&written(prompt, *number)).await),
        "models" => told(pipeline.models().await),
        "model" => told(pipeline.model(model, None, WHY).await),
        "prompts" => told(pipeline.prompts().await),
        "prompt" => told(pipeline.prompt(prompt).await),
        "newest_prompt_text" => told(pipeline.newest_prompt_text(prompt, WHY).await),
        "approved_prompt_text" => {
            told(pipeline.approved_prompt_text(&format!("{prompt}-decided"), WHY).await)
        }
        "prompt_diff" => told(pipeline.prompt_diff(prompt, (1, 1), WHY).await),
        "requests" => told(pipeline.requests().await),
        "request" => told(pipeline.request(&request).await),
        "open_request" => {
            let subject = format!("prompt/{prompt}-decided@1");
            told(pipeline.open_request(&subject, "asked for").await)
        }
        "withdraw" => told(pipeline.withdraw(&call.spare, "not needed").await),
        "gate" => told(pipeline.gate(asked(prompt)).await),
        "verify" => told(pipeline.verify(&[], |_| ()).await),
        "checkpoint" => told(pipeline.checkpoint().await),
        "alarms" => told(Ok(pipeline.alarms())),
        "records" => {
            let lines = pipeline.records(&AuditFilter::default(), None, 10).await;
            told(lines.map(|lines| Vec::from_iter(lines.into_iter().map(|line| line.leaf))))
        }
        "export_records" => told(pipeline.export_records(&file).await),
        "export_range" => told(pipeline.export_range((0, None), &file).await),
        "export_consistency" => told(pipeline.export_consistency(call.kept, &file).await),
        "export_record" => told(pipeline.export_record(0, &file).await),
        "export_evidence" => {
            told(pipeline.export_evidence(&decided, EvidenceForm::Bundle, &file).await)
        }
        "export_trust" => told(pipeline.export_trust(&file).await),
        "people" => told(pipeline.people().await),
        "matrix" => told(pipeline.matrix()),
        "demand_admin" => told(pipeline.demand_admin().await),
        "enrolment" => told(pipeline.enrolment(REX).await),
        "add_person" => {
            let name = format!("Person of a pipeline {number}");
            told(pipeline.add_person(joins(&name), &typed(), &typed()).await)
        }
        "grant_role" => {
            let texts = GrantTexts { person: joins(REX), group: None };
            told(pipeline.grant_role(texts, None, &typed()).await)
        }
        "revoke_role" => told(pipeline.revoke_role(ADA, "leaves", &typed()).await),
        // Who is needed no more: an admin of the workspace does it.
        "disable_person" => told(pipeline.disable_person(REX, "leaves", &typed()).await),
        "revoke_device" => told(pipeline.revoke_device(NO_DEVICE, "sold", &typed()).await),
        "enrol_device" => told(pipeline.enrol_device(EnrolIn::Everywhere, "joins", &typed()).await),
        "add_tenant" => {
            let id = format!("pipeline-{number}");
            told(pipeline.add_tenant(&id, "Other", "asked for", &typed()).await)
        }
        "tenants" => told(pipeline.tenants().await),
        "devices" => told(pipeline.devices().await),
        "create_token" => told(pipeline.create_token(&token()).await.map(|made| made.line)),
        "tokens" => told(pipeline.tokens().await),
        "revoke_token" => told(pipeline.revoke_token(&works.piped.to_string(), "not needed").await),
        "keys" => told(pipeline.keys().await),
        "secret_status" => told(pipeline.secret_status().await),
        "prepare_rotation" => {
            let prepared = pipeline.prepare_rotation("as every quarter").await;
            told(prepared.map(|prepared| prepared.is_some()))
        }
        "begin_rotation" => told(pipeline.begin_rotation(call.prepared).await),
        "continue_rotation" => told(pipeline.continue_rotation(|_, _| ()).await),
        _ => panic!("add a line for `{command}` to permissions/pipeline.rs"),
    }
}

fn typed() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(PASSPHRASE).unwrap())
}

const fn joins(name: &str) -> PersonTexts<'_> {
    PersonTexts { name, role: "viewer", reason: "joins" }
}

fn token() -> TokenTexts {
    TokenTexts {
        title: "Nightly build".to_owned(),
        role: "ADMIN".to_owned(),
        expires: "90d".to_owned(),
        reason: "registers what the nightly build made".to_owned(),
    }
}

fn told<Lines: std::fmt::Debug>(
    answer: Result<Lines, ConsoleError>,
) -> Result<String, ConsoleError> {
    answer.map(|lines| format!("{lines:?}"))
}

fn registered(number: usize) -> ModelTexts {
    ModelTexts {
        name: format!("pipeline-model-{number}"),
        version: "1".to_owned(),
        checksum: Digest::of(b"weights").to_hex(),
        card: "{}".to_owned(),
        tier: "low".to_owned(),
        reason: "New".to_owned(),
    }
}

fn written(prompt: &str, number: usize) -> PromptTexts {
    PromptTexts {
        name: super::desk::rewritten(prompt),
        text: format!("Text of a pipeline {number}\n"),
        tier: Some("low".to_owned()),
        reason: "Asked for".to_owned(),
    }
}

fn asked(prompt: &str) -> GateTexts {
    GateTexts {
        kind: "prompt",
        name: format!("{prompt}-decided"),
        version: "1".to_owned(),
        given: None,
        scope: None,
        trust: None,
    }
}
