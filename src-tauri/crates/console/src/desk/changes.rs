//! Diffs: of what a review is about, and of prompts in their registry.
//!
//! Invariant: the right side of a review's diff is the bytes that are signed; the left side is a
//! version of the same name in the same tenant, or nothing.

use governance::text::PROMPT_LIMIT;
use governance::{PromptText, SubjectRecord};
use ledger::{Name, ResourceType, SubjectName, Timestamp};

use super::change_words;
use super::facts::version_text;
use super::reading::Reading;
use super::{Answer, Desk};
use crate::diff::{self, Compared, Whitespace};
use crate::failure::ConsoleError;
use crate::reviewing::Material;
use crate::session::off_thread;
use crate::views::{DiffSide, DiffView};
use crate::{card, variables};

const NO_VERSION: ConsoleError = ConsoleError::NotFound { what: "version" };

impl Desk {
    /// The diff of a review against a version: the one in force unless `base` names another.
    pub async fn review_changes(
        &self,
        review_id: String,
        base: Option<String>,
    ) -> Answer<DiffView> {
        self.answer(async {
            let (opened, at) = self.opened(&review_id).await?;
            let request_id = opened.review.request_id.clone();
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            let (request, material) =
                reading.workspace.look_at(&reading.session, &request_id).await?;
            material.demand_on_record(&request)?;
            let others = reading.other_versions(&opened.review.subject.name).await?;
            let left = match base {
                None => opened.base,
                Some(base) => {
                    let named =
                        |other: &&SubjectRecord| version_text(&other.subject().name) == base;
                    Some(others.iter().find(named).cloned().ok_or(NO_VERSION)?)
                }
            };
            let bases = others.iter().map(|other| version_text(&other.subject().name)).collect();
            reading.read_in_review([material.record().as_ref(), left.as_ref()]).await?;
            reading.review_diff(&material, left.as_ref(), bases).await
        })
        .await
    }

    /// The diff of two versions of a prompt; 0 on the left compares with nothing.
    pub async fn prompt_diff(&self, name: String, left: u32, right: u32) -> Answer<DiffView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            let reading = self.reading((ResourceType::Prompt, name.as_str())).await?;
            let versions = reading.prompt_versions(&name).await?;
            let find = |wanted: u32| {
                let is = |version: &&SubjectRecord| {
                    version_text(&version.subject().name) == wanted.to_string()
                };
                versions.iter().find(is).cloned().ok_or(NO_VERSION)
            };
            let right = find(right)?;
            let left = if left == 0 { None } else { Some(find(left)?) };
            reading.demand_revealed([left.as_ref(), Some(&right)]).await?;
            let text = reading.text_of(Some(&right)).await?.unwrap_or_default();
            let side = reading.side(&right, &text);
            let bases = bases_without(&versions, Some(&right));
            reading.prompt_view(left.as_ref(), side, text, bases).await
        })
        .await
    }

    /// The diff of a draft against the newest version of its prompt.
    pub async fn prompt_draft_diff(&self, name: String, text: String) -> Answer<DiffView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            if text.len() > PROMPT_LIMIT {
                PromptText::parse(&text)?;
            }
            let reading = self.reading((ResourceType::Prompt, name.as_str())).await?;
            let versions = reading.prompt_versions(&name).await?;
            let person = reading.session.person.clone();
            let side = DiffSide {
                version: "draft".to_owned(),
                author: reading.names.title(&person),
                at: reading.now.to_string(),
                lines: diff::line_count(&text),
            };
            let bases = bases_without(&versions, None);
            reading.demand_revealed([versions.first(), None]).await?;
            reading.prompt_view(versions.first(), side, text, bases).await
        })
        .await
    }
}

impl Reading {
    /// The version that an opened review is compared with.
    pub(super) async fn base(
        &self,
        review: &crate::reviewing::OpenReview,
    ) -> Result<Option<SubjectRecord>, ConsoleError> {
        let Some(digest) = review.base_sha256 else { return Ok(None) };
        let others = self.other_versions(&review.subject.name).await?;
        let same = |other: &SubjectRecord| *other.subject().digest.digest() == digest;
        let approved = others
            .into_iter()
            .filter(|other| other.status() == ledger::Status::Approved && same(other));
        approved.max_by_key(approved_at).map(Some).ok_or(ConsoleError::Interrupted)
    }

    /// The other versions of a subject's name, newest first.
    async fn other_versions(
        &self,
        subject: &SubjectName,
    ) -> Result<Vec<SubjectRecord>, ConsoleError> {
        let versions = match subject {
            SubjectName::Model(name, _) => {
                let models = self.workspace.store.model_versions(self.tenant(), name).await?;
                models.into_iter().map(SubjectRecord::Model).collect()
            }
            SubjectName::Prompt(name, _) => self.prompt_versions(name).await?,
            SubjectName::Change(_) => Vec::new(),
        };
        Ok(versions.into_iter().filter(|version| version.subject().name != *subject).collect())
    }

    /// Every version of a prompt, newest first.
    pub(super) async fn prompt_versions(
        &self,
        name: &Name,
    ) -> Result<Vec<SubjectRecord>, ConsoleError> {
        let prompts = self.workspace.store.prompt_versions(self.tenant(), name).await?;
        Ok(prompts.into_iter().map(SubjectRecord::Prompt).collect())
    }

    /// What a review is about against a version of it.
    pub(super) async fn compare_request(
        &self,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<Compared, ConsoleError> {
        let (left, right) = self.both_sides(material, base).await?;
        off_thread(move || diff::compare(left.as_deref(), &right, Whitespace::Exact)).await
    }

    async fn review_diff(
        &self,
        material: &Material,
        left: Option<&SubjectRecord>,
        bases: Vec<String>,
    ) -> Result<DiffView, ConsoleError> {
        let (before, after) = self.both_sides(material, left).await?;
        let right = match material.record() {
            Some(record) => self.side(&record, &after),
            None => self.change_side("proposed", material, &after),
        };
        let left = match (left, &before) {
            (Some(version), Some(text)) => Some(self.side(version, text)),
            (None, Some(text)) => Some(self.change_side("now", material, text)),
            (_, None) => None,
        };
        let is_prompt = matches!(material, Material::Prompt { .. });
        let mut view = view(left, right, before, after, bases).await?;
        if !is_prompt {
            view.new_variables.clear();
        }
        Ok(view)
    }

    /// The two texts that are compared: cards as lines, prompts as they are, changes as bodies.
    async fn both_sides(
        &self,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<(Option<String>, String), ConsoleError> {
        Ok(match material {
            Material::Model { card, .. } => {
                let left = self.text_of(base).await?;
                (left.as_deref().map(card::reading), card::reading(card))
            }
            Material::Prompt { text, .. } => (self.text_of(base).await?, text.clone()),
            Material::Change { change, .. } => {
                let present = change_words::present(change, &self.log.authority)?;
                (present, change_words::proposed(change)?)
            }
        })
    }

    async fn prompt_view(
        &self,
        left: Option<&SubjectRecord>,
        right: DiffSide,
        after: String,
        bases: Vec<String>,
    ) -> Result<DiffView, ConsoleError> {
        let before = self.text_of(left).await?;
        let side = left.zip(before.as_deref()).map(|(left, text)| self.side(left, text));
        view(side, right, before, after, bases).await
    }

    fn side(&self, version: &SubjectRecord, text: &str) -> DiffSide {
        let (author, at) = match version {
            SubjectRecord::Model(model) => (&model.author, model.created_at),
            SubjectRecord::Prompt(prompt) => (&prompt.author, prompt.created_at),
        };
        DiffSide {
            version: version_text(&version.subject().name),
            author: self.names.title(author),
            at: at.to_string(),
            lines: diff::line_count(text),
        }
    }

    fn change_side(&self, version: &str, material: &Material, text: &str) -> DiffSide {
        let author = match material {
            Material::Change { change, .. } => self.names.title(&change.proposed_by),
            Material::Model { .. } | Material::Prompt { .. } => String::new(),
        };
        DiffSide {
            version: version.to_owned(),
            author,
            at: self.now.to_string(),
            lines: diff::line_count(text),
        }
    }
}

async fn view(
    left: Option<DiffSide>,
    right: DiffSide,
    before: Option<String>,
    after: String,
    bases: Vec<String>,
) -> Result<DiffView, ConsoleError> {
    off_thread(move || {
        let compared = diff::compare(before.as_deref(), &after, Whitespace::Exact);
        let new_variables = variables::new_names(before.as_deref().unwrap_or_default(), &after);
        DiffView {
            left,
            right,
            added: compared.added,
            removed: compared.removed,
            hunks: compared.hunks,
            new_variables,
            bases,
        }
    })
    .await
}

fn bases_without(versions: &[SubjectRecord], without: Option<&SubjectRecord>) -> Vec<String> {
    let without = without.map(SubjectRecord::subject);
    let others = versions.iter().map(SubjectRecord::subject);
    others
        .filter(|subject| Some(subject) != without.as_ref())
        .map(|subject| version_text(&subject.name))
        .collect()
}

fn approved_at(version: &SubjectRecord) -> Option<Timestamp> {
    match version {
        SubjectRecord::Model(model) => model.approved_at,
        SubjectRecord::Prompt(prompt) => prompt.approved_at,
    }
}
