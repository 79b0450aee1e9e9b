//! What a review rests on, as label and text.
//!
//! Invariant: everything comes from the bytes whose digests are signed, or from the log; hidden
//! characters in a fact are written out.

use governance::{ApprovalRequest, SubjectRecord, template};
use ledger::change::{Change, ChangeBody};
use ledger::{Control, Lifecycle, Status, SubjectName, Tier};

use super::names::role_word;
use super::reading::Reading;
use super::{change_facts, change_words};
use crate::failure::ConsoleError;
use crate::reviewing::Material;
use crate::views::{FactView, MetricView, SectionView, SourceView};
use crate::{card, diff, hidden, words};

/// What is told of a subject; sections, lineage and metrics are those of a model.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) facts: Vec<FactView>,
    pub(super) sections: Vec<SectionView>,
    pub(super) lineage: Vec<SourceView>,
    pub(super) metrics: Vec<MetricView>,
}

impl Reading {
    /// What is known of a subject, against the version it is compared with.
    pub(super) async fn facts(
        &self,
        request: &ApprovalRequest,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<Facts, ConsoleError> {
        Ok(match material {
            Material::Model { record, card, .. } => {
                let base = self.text_of(base).await?;
                self.card_facts(card, record.tier, base.as_deref()).await?
            }
            Material::Prompt { record, text, .. } => {
                let author = self.names.title(&record.author);
                let facts = prompt_facts(text, &author, &record.reason, &request.reason);
                Facts { facts, ..Facts::default() }
            }
            Material::Change { change, .. } => {
                Facts { facts: self.change_facts(request, change), ..Facts::default() }
            }
        })
    }

    /// What a card says, against that of another version.
    pub(super) async fn card_facts(
        &self,
        text: &str,
        tier: Tier,
        base: Option<&str>,
    ) -> Result<Facts, ConsoleError> {
        let card::CardView { facts, lineage, metrics } = card::view(text, base);
        let (sections, lineage) = (card::sections(text, tier), self.lineage(lineage).await?);
        Ok(Facts { facts, sections, lineage, metrics })
    }

    /// Card or text of a version, as it lies there and as its digest says.
    pub(super) async fn text_of(
        &self,
        version: Option<&SubjectRecord>,
    ) -> Result<Option<String>, ConsoleError> {
        let tenant = self.tenant();
        let damaged = ConsoleError::Damaged { what: "a stored text: it is not the one on record" };
        match version {
            None => Ok(None),
            Some(SubjectRecord::Model(model)) => {
                let (name, version) = (&model.model_name, &model.version);
                let (record, card) = self.workspace.model_with_card(tenant, name, version).await?;
                let digest = ledger::Digest::of(card.as_bytes());
                let known = record.documents.get("card");
                if known == Some(&digest) { Ok(Some(card)) } else { Err(damaged) }
            }
            Some(SubjectRecord::Prompt(prompt)) => {
                let (name, version) = (&prompt.name, prompt.version);
                let (record, text) = self.workspace.prompt_with_text(tenant, name, version).await?;
                let digest = ledger::Digest::of(text.as_bytes());
                if record.digest == digest { Ok(Some(text)) } else { Err(damaged) }
            }
        }
    }

    fn change_facts(&self, request: &ApprovalRequest, change: &Change) -> Vec<FactView> {
        let control = match (request.lifecycle_at(self.now), self.log.authority.control()) {
            (Lifecycle::Open, Control::Dual) => "Takes effect when a second admin signs it",
            (Lifecycle::Open, Control::Single | Control::Recovery) => {
                "One admin: it applies at once, marked single"
            }
            (Lifecycle::Decided, _) if request.status == Status::Approved => {
                "Took effect when a second admin signed it"
            }
            (
                Lifecycle::Decided
                | Lifecycle::Withdrawn
                | Lifecycle::Expired
                | Lifecycle::Superseded,
                _,
            ) => "Never took effect",
        };
        let mut facts = vec![
            fact("Change", change_words::sentence(change, &self.names)),
            fact("Proposed by", self.names.title(&change.proposed_by)),
            fact("Control", control.to_owned()),
        ];
        match &change.body {
            ChangeBody::RoleGrant(body) => {
                let authority = &self.log.authority;
                let seq = change_facts::judged_at(change, authority, request.decided_seq);
                let held = authority.grant_before(&body.person_id, seq);
                let role = held.map_or("No role", |grant| role_word(grant.role));
                let label = if request.decided_seq.is_some() { "Role before" } else { "Role now" };
                facts.push(fact(label, role.to_owned()));
            }
            ChangeBody::KeyEnroll(body) => facts.push(fact("Key", body.keyid.to_hex())),
            ChangeBody::KeyRevoke(body) => facts.push(fact("Key", body.keyid.to_hex())),
            ChangeBody::PolicyChange(body) => {
                facts.push(fact("Policy", words::policy(&body.policy)));
            }
            ChangeBody::Genesis(_)
            | ChangeBody::RoleRevoke(_)
            | ChangeBody::DeviceEnroll(_)
            | ChangeBody::DeviceRevoke(_) => {}
        }
        facts
    }
}

fn prompt_facts(text: &str, author: &str, why: &str, asked: &str) -> Vec<FactView> {
    let names: Vec<String> = template::find(text).into_iter().map(hidden::drawn).collect();
    let none = || "None".to_owned();
    let mut facts = vec![
        fact("Variables", if names.is_empty() { none() } else { names.join(", ") }),
        fact(
            "Length",
            format!("{} lines, {}", diff::line_count(text), words::size(text.len() as u64)),
        ),
        fact("Author", author.to_owned()),
    ];
    // Most requests are asked for the reason of the version itself.
    if why != asked {
        facts.push(fact("Change reason", hidden::drawn(why)));
    }
    facts
}

pub(super) fn fact(label: &str, value: impl Into<String>) -> FactView {
    FactView { label: label.to_owned(), value: value.into() }
}

/// The version that a subject is compared with, as the page names it.
pub(super) fn version_text(subject: &SubjectName) -> String {
    match subject {
        SubjectName::Model(_, version) => version.to_string(),
        SubjectName::Prompt(_, version) => version.to_string(),
        SubjectName::Change(_) => String::new(),
    }
}
