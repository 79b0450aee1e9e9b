//! Lists and pages of models and prompts.
//!
//! Invariant: one row a name, by name; the version in force is the one approved last that is still
//! in force.

use governance::{ApprovalRequest, SubjectRecord};
use ledger::{Actor, Effect, Lifecycle, Name, ResourceType, SubjectKind, Timestamp};
use store::{NamesQuery, PAGE_LIMIT};

use super::facts::version_text;
use super::reading::{Reading, count};
use super::rows::{effect, lifecycle, status};
use super::{Answer, Desk};
use crate::approvals::{Standing, in_force};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::relying::{Approvals, Changed};
use crate::variables;
use crate::views::{PromptTextView, RegistryPage, RegistryRow, SubjectPage, VersionView};
use crate::words;

impl Desk {
    /// A page of models.
    pub async fn models(
        &self,
        after: Option<String>,
        search: Option<String>,
    ) -> Answer<RegistryPage> {
        self.answer(self.registry(SubjectKind::Model, after, search)).await
    }

    /// A page of prompts.
    pub async fn prompts(
        &self,
        after: Option<String>,
        search: Option<String>,
    ) -> Answer<RegistryPage> {
        self.answer(self.registry(SubjectKind::Prompt, after, search)).await
    }

    /// A model with its versions.
    pub async fn model(&self, name: String) -> Answer<SubjectPage> {
        self.answer(self.subject(SubjectKind::Model, name)).await
    }

    /// A prompt with its versions.
    pub async fn prompt(&self, name: String) -> Answer<SubjectPage> {
        self.answer(self.subject(SubjectKind::Prompt, name)).await
    }

    /// The text of a prompt version, for the editor.
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
            Ok(PromptTextView {
                version,
                tier: tier.as_str().to_owned(),
                variables: variables::find(&text).into_iter().map(hidden::drawn).collect(),
                text,
            })
        })
        .await
    }

    async fn registry(
        &self,
        kind: SubjectKind,
        after: Option<String>,
        search: Option<String>,
    ) -> Result<RegistryPage, ConsoleError> {
        let after = after.as_deref().map(Name::parse).transpose()?;
        let is_first = after.is_none();
        let reading = self.reading((resource_type(kind), "")).await?;
        let search = search.filter(|search| !search.trim().is_empty());
        let found = reading.newest_names(kind, after, search.clone()).await?;
        let (newest, counts): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let full = counts.len() == PAGE_LIMIT as usize;
        let standings = reading.workspace.standings_of(reading.tenant(), newest).await?;
        let mut rows = Vec::new();
        for (standing, versions) in standings.iter().zip(counts) {
            rows.push(reading.registry_row(standing, versions).await?);
        }
        let next = rows.last().filter(|_| full).map(|row| row.name.clone());
        let is_all = is_first && !full;
        let total = if is_all { count(rows.len()) } else { reading.total(kind, search).await? };
        Ok(RegistryPage { rows, total, next })
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
    async fn newest_names(
        &self,
        kind: SubjectKind,
        after: Option<Name>,
        containing: Option<String>,
    ) -> Result<Vec<(SubjectRecord, u32)>, ConsoleError> {
        let query = NamesQuery {
            tenant_id: self.tenant().clone(),
            containing,
            status: None,
            after,
            limit: PAGE_LIMIT,
        };
        let store = &self.workspace.store;
        Ok(match kind {
            SubjectKind::Model => {
                let rows = store.models(query).await?.into_iter();
                rows.map(|row| (SubjectRecord::Model(row.record), row.versions)).collect()
            }
            SubjectKind::Prompt => {
                let rows = store.prompts(query).await?.into_iter();
                rows.map(|row| (SubjectRecord::Prompt(row.record), row.versions)).collect()
            }
        })
    }

    /// How many names there are.
    async fn total(&self, kind: SubjectKind, search: Option<String>) -> Result<u32, ConsoleError> {
        let mut total = 0;
        let mut after = None;
        loop {
            let page = self.newest_names(kind, after.take(), search.clone()).await?;
            total += count(page.len());
            match page.last() {
                Some((last, _)) if page.len() == PAGE_LIMIT as usize => {
                    after = Some(name_of(last).clone());
                }
                Some(_) | None => return Ok(total),
            }
        }
    }

    async fn versions(
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

    async fn registry_row(
        &self,
        newest: &Standing,
        versions: u32,
    ) -> Result<RegistryRow, ConsoleError> {
        let now = newest.effect(self.now);
        let record = &newest.record;
        let in_force = match (now, versions) {
            (Effect::InForce, _) => Some(version_text(&record.subject().name)),
            (_, 0 | 1) => None,
            _ => {
                let all = self.workspace.standings(self.tenant(), &record.subject().name).await?;
                let found = in_force(&all, self.now);
                found.map(|found| version_text(&found.record.subject().name))
            }
        };
        let (author, created_at) = made(record);
        Ok(RegistryRow {
            name: name_of(record).to_string(),
            version: version_text(&record.subject().name),
            status: status(record.status()),
            effect: effect(now),
            conditions: shown_conditions(newest, now),
            tier: record.tier().as_str().to_owned(),
            in_force,
            versions,
            created_at: created_at.to_string(),
            author: self.names.view(author),
        })
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
        let later = |other: &Standing| {
            other.effect(self.now) == Effect::InForce
                && other.decided_seq() > standing.decided_seq()
        };
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
            reason: reason(record).to_owned(),
            request_id: request.map(|request| request.id.to_string()),
            approved_by: approved.map(|(person, _)| self.names.view(person)),
            approved_at: approved.map(|(_, at)| at.to_string()),
            conditions: shown_conditions(standing, now),
            may_ask_again: self.can_be_asked_again(standing, open, &changed),
            changed: if withheld { changed.untold() } else { changed.told() },
            may_roll_back: now == Effect::InForce && self.may_end() && all.iter().any(later),
        }
    }
}

/// Conditions are said of what was approved under them.
fn shown_conditions(standing: &Standing, now: Effect) -> String {
    match now {
        Effect::InForce | Effect::Lapsed => words::conditions(&standing.conditions()),
        Effect::None | Effect::Revoked | Effect::Void => String::new(),
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
