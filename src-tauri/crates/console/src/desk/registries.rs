//! Pages of models and prompts, with their versions.
//!
//! Invariant: versions stand newest first; of several in force, the one in force is the one approved
//! last.

use governance::{ApprovalRequest, SubjectRecord, template};
use ledger::{Actor, Effect, Lifecycle, Name, ResourceType, SubjectKind, Tier, Timestamp};

use super::facts::version_text;
use super::reading::Reading;
use super::rows::{effect, lifecycle, status};
use super::{Answer, Desk};
use crate::approvals::{Standing, in_force};
use crate::failure::ConsoleError;
use crate::relying::{Approvals, Changed};
use crate::session::off_thread;
use crate::views::{PromptTextView, SectionView, SubjectPage, VersionView};
use crate::{card, diff, hidden, words};

impl Desk {
    /// A model with its versions.
    pub async fn model(&self, name: String) -> Answer<SubjectPage> {
        self.answer(self.subject(SubjectKind::Model, name)).await
    }

    /// A prompt with its versions.
    pub async fn prompt(&self, name: String) -> Answer<SubjectPage> {
        self.answer(self.subject(SubjectKind::Prompt, name)).await
    }

    /// The text of a prompt version.
    pub async fn prompt_text(&self, name: String, version: u32) -> Answer<PromptTextView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            let asked = format!("{name}@{version}");
            let reading = self.reading((ResourceType::Prompt, &asked)).await?;
            let record = reading.workspace.store.prompt(reading.tenant(), &name, version).await?;
            let record = record.ok_or(ConsoleError::NotFound { what: "prompt version" })?;
            let tier = record.tier;
            let text = reading.revealed_text(Some(&SubjectRecord::Prompt(record))).await?;
            let text = text.unwrap_or_default();
            let told = move || PromptTextView {
                version,
                tier: tier.as_str().to_owned(),
                variables: template::find(&text).into_iter().map(hidden::drawn).collect(),
                marked: diff::marked_lines(&text),
                hidden_characters: hidden::count(&text),
                text,
            };
            off_thread(told).await
        })
        .await
    }

    /// Which of the sections that a tier asks a card for stand in one that is being written.
    pub async fn card_sections(&self, card: String, tier: String) -> Answer<Vec<SectionView>> {
        self.answer(async {
            let tier = Tier::parse(&tier)?;
            self.reading((ResourceType::Model, "")).await?;
            Ok(card::sections(&card, tier))
        })
        .await
    }

    async fn subject(&self, kind: SubjectKind, name: String) -> Result<SubjectPage, ConsoleError> {
        let name = Name::parse(&name)?;
        let reading = self.reading((resource_type(kind), name.as_str())).await?;
        let records = reading.versions(kind, &name).await?;
        let newest = records.first().ok_or(ConsoleError::NotFound { what: "model or prompt" })?;
        let name = name_of(newest).to_string();
        let standings = reading.workspace.standings_of(reading.tenant(), records).await?;
        let approvals = reading.approvals_shown(&standings).await?;
        let open = reading.open_requests().await?;
        let mut versions = Vec::new();
        for standing in &standings {
            let view = reading.version_view(standing, &standings, approvals.as_ref(), &open);
            versions.push(view.await);
        }
        Ok(SubjectPage { kind: kind.as_str().to_owned(), name, versions })
    }
}

impl Reading {
    pub(super) async fn versions(
        &self,
        kind: SubjectKind,
        name: &Name,
    ) -> Result<Vec<SubjectRecord>, ConsoleError> {
        match kind {
            SubjectKind::Model => {
                let models = self.workspace.store.model_versions(self.tenant(), name).await?;
                Ok(models.into_iter().map(SubjectRecord::Model).collect())
            }
            SubjectKind::Prompt => self.prompt_versions(name).await,
        }
    }

    /// What is asked only where a version is in force: whether something it relies on has changed.
    async fn approvals_shown(
        &self,
        standings: &[Standing],
    ) -> Result<Option<Approvals>, ConsoleError> {
        match in_force(standings, self.now) {
            Some(_) => self.workspace.approvals(self.tenant()).await.map(Some),
            None => Ok(None),
        }
    }

    /// What going back to a version would end, the last one first: nothing unless it is in force.
    fn later_in_force(&self, standing: &Standing, all: &[Standing]) -> Vec<String> {
        if standing.effect(self.now) != Effect::InForce {
            return Vec::new();
        }
        let mut later: Vec<&Standing> = all
            .iter()
            .filter(|other| {
                other.effect(self.now) == Effect::InForce
                    && other.decided_seq() > standing.decided_seq()
            })
            .collect();
        later.sort_by_key(|other| std::cmp::Reverse(other.decided_seq()));
        later.into_iter().map(|other| version_text(&other.record.subject().name)).collect()
    }

    async fn version_view(
        &self,
        standing: &Standing,
        all: &[Standing],
        approvals: Option<&Approvals>,
        open: &[ApprovalRequest],
    ) -> VersionView {
        let (record, request) = (&standing.record, standing.request.as_ref());
        let at = request.map(|request| request.lifecycle_at(self.now));
        let subject = record.subject();
        let (author, created_at) = made(record);
        let approved = approved(record);
        let now = standing.effect(self.now);
        let later_in_force = self.later_in_force(standing, all);
        let changed = approvals.map_or_else(Changed::default, |known| known.changed(&subject.name));
        let withheld = self.disclosed.withholds(record).await;
        VersionView {
            version: version_text(&subject.name),
            digest_kind: subject.digest.algorithm().to_owned(),
            digest: subject.digest.digest().to_hex(),
            tier: record.tier().as_str().to_owned(),
            withheld,
            status: status(record.status()),
            lifecycle: lifecycle(at.unwrap_or(Lifecycle::Open)),
            effect: effect(now),
            author: self.names.view(author),
            created_at: created_at.to_string(),
            reason: hidden::drawn(reason(record)),
            request_id: request.map(|request| request.id.to_string()),
            approved_by: approved.map(|(person, _)| self.names.view(person)),
            approved_at: approved.map(|(_, at)| at.to_string()),
            conditions: words::conditions_under(&standing.conditions(), now),
            may_ask_again: self.can_be_asked_again(standing, open, &changed),
            changed: if withheld { changed.untold() } else { changed.told() },
            may_roll_back: !later_in_force.is_empty() && self.may_end(),
            later_in_force,
        }
    }
}

pub(super) const fn resource_type(kind: SubjectKind) -> ResourceType {
    match kind {
        SubjectKind::Model => ResourceType::Model,
        SubjectKind::Prompt => ResourceType::Prompt,
    }
}

const fn name_of(record: &SubjectRecord) -> &Name {
    match record {
        SubjectRecord::Model(model) => &model.model_name,
        SubjectRecord::Prompt(prompt) => &prompt.name,
    }
}

const fn made(record: &SubjectRecord) -> (&Actor, Timestamp) {
    match record {
        SubjectRecord::Model(model) => (&model.author, model.created_at),
        SubjectRecord::Prompt(prompt) => (&prompt.author, prompt.created_at),
    }
}

fn reason(record: &SubjectRecord) -> &str {
    match record {
        SubjectRecord::Model(model) => &model.reason,
        SubjectRecord::Prompt(prompt) => &prompt.reason,
    }
}

fn approved(record: &SubjectRecord) -> Option<(&Actor, Timestamp)> {
    let (by, at) = match record {
        SubjectRecord::Model(model) => (&model.approved_by, model.approved_at),
        SubjectRecord::Prompt(prompt) => (&prompt.approved_by, prompt.approved_at),
    };
    by.as_ref().zip(at)
}
