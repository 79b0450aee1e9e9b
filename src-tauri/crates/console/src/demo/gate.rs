//! The pipeline's questions during the year, asked of the real gate.
//!
//! Invariant: what is recorded is what the gate found at that record, by reading the log from its
//! genesis on; each log is read once in the making, on from one question to the next. An answer
//! that the content does not expect ends the making.

use std::collections::BTreeMap;

use ledger::{SubjectKind, TenantId};

use super::content::DemoSubject;
use super::play::{MISSING, Play};
use crate::failure::ConsoleError;
use crate::gate::{GateCause, GateQuestion};
use crate::rereading::Reading;

/// How far each log is read.
pub(super) type Readings = BTreeMap<TenantId, Option<Reading>>;

impl Play<'_> {
    pub(super) async fn ask_gate(
        &mut self,
        subject: DemoSubject,
        yes: bool,
    ) -> Result<(), ConsoleError> {
        let question = self.question(subject)?;
        let earlier = self.readings.entry(question.tenant_id.clone()).or_default();
        let answer = self.workspace.gate_from(&question, None, earlier).await;
        let expected = if yes { GateCause::Approved } else { GateCause::NotApproved };
        if answer.cause == expected {
            return Ok(());
        }
        tracing::error!(subject = answer.subject, answer.reason, yes, "the gate of the demo");
        Err(ConsoleError::Damaged { what: "an answer of the gate that the demo counts on" })
    }

    fn question(&self, subject: DemoSubject) -> Result<GateQuestion, ConsoleError> {
        let (kind, name, version) = match subject {
            DemoSubject::Model { model, version } => {
                let record = self.catalogue.models.get(model).ok_or(MISSING)?;
                let one = record.versions.get(version).ok_or(MISSING)?;
                (SubjectKind::Model, record.name, one.version.to_owned())
            }
            DemoSubject::Prompt { prompt, version } => {
                let record = self.catalogue.prompts.get(prompt).ok_or(MISSING)?;
                (SubjectKind::Prompt, record.name, (version + 1).to_string())
            }
        };
        Ok(GateQuestion {
            tenant_id: self.tenant_of(subject)?,
            kind,
            name: name.to_owned(),
            version,
            given: None,
            scope: None,
            trust: None,
        })
    }
}
