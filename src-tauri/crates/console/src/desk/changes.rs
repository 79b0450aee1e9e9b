//! Diffs: of what a review is about, and of models and prompts in their registries.
//!
//! Invariant: the right side of a review's diff is the bytes that are signed; the left side is a
//! version of the same name in the same tenant, what holds now or held before, or nothing. Whichever
//! version is looked at, the review goes on naming the one that it was opened against. Protected
//! texts are compared once their reading is on record: by the review, or because both were revealed.

use governance::text::PROMPT_LIMIT;
use governance::{PromptText, SubjectRecord};
use ledger::{Effect, Name, ResourceType, Status, SubjectName, Version};

use super::compared::{Compared, Text, plain};
use super::diffs::OpenDiff;
use super::facts::version_text;
use super::reading::Reading;
use super::registries::resource_type;
use super::{Answer, Desk};
use crate::diff::{Whitespace, line_count};
use crate::failure::ConsoleError;
use crate::reviewing::{Material, OpenReview};
use crate::session::off_thread;
use crate::views::{BaseView, DiffSide, DiffView, WhitespaceView};

pub(super) const NO_VERSION: ConsoleError = ConsoleError::NotFound { what: "version" };

impl Desk {
    /// The diff of a review against a version: the one in force unless `base` names another.
    pub async fn review_changes(
        &self,
        review_id: String,
        base: Option<String>,
        whitespace: WhitespaceView,
    ) -> Answer<DiffView> {
        self.answer(async {
            let (opened, at) = self.looked_at(&review_id).await?;
            let request_id = opened.review.request_id.clone();
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            let (request, material) =
                reading.workspace.look_at(&reading.session, &request_id).await?;
            material.demand_on_record(&request)?;
            let base = base.as_deref();
            let compared = match &material {
                Material::Change { change, decided_seq, .. } => {
                    reading.change_beside((change, *decided_seq), base).await?
                }
                Material::Model { .. } | Material::Prompt { .. } => {
                    reading.version_beside(&opened.review, &material, base).await?
                }
            };
            let asked = (ResourceType::Request, request_id.to_string());
            self.show(&reading, asked, compared, whitespace).await
        })
        .await
    }

    /// The diff of two versions of a prompt; 0 on the left compares with nothing.
    pub async fn prompt_diff(
        &self,
        name: String,
        left: u32,
        right: u32,
        whitespace: WhitespaceView,
    ) -> Answer<DiffView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            let reading = self.reading((ResourceType::Prompt, name.as_str())).await?;
            let versions = reading.prompt_versions(&name).await?;
            let right = named(&versions, &right.to_string())?;
            let left = match left {
                0 => None,
                left => Some(named(&versions, &left.to_string())?),
            };
            self.show_versions(&reading, (left, right), &versions, whitespace).await
        })
        .await
    }

    /// The diff of the cards of two versions of a model; an empty left compares with nothing.
    pub async fn model_diff(
        &self,
        name: String,
        left: String,
        right: String,
        whitespace: WhitespaceView,
    ) -> Answer<DiffView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            let reading = self.reading((ResourceType::Model, name.as_str())).await?;
            let versions = reading.model_versions(&name).await?;
            let find = |wanted: &str| named(&versions, Version::parse(wanted)?.as_str());
            let right = find(&right)?;
            let left = if left.is_empty() { None } else { Some(find(&left)?) };
            self.show_versions(&reading, (left, right), &versions, whitespace).await
        })
        .await
    }

    /// The diff of a draft against the newest version of its prompt.
    pub async fn prompt_draft_diff(
        &self,
        name: String,
        text: String,
        whitespace: WhitespaceView,
    ) -> Answer<DiffView> {
        self.answer(async {
            let name = Name::parse(&name)?;
            if text.len() > PROMPT_LIMIT {
                PromptText::parse(&text)?;
            }
            let reading = self.reading((ResourceType::Prompt, name.as_str())).await?;
            let versions = reading.prompt_versions(&name).await?;
            let person = reading.session.person.clone();
            let right = DiffSide {
                version: "draft".to_owned(),
                author: reading.names.title(&person),
                at: reading.now.to_string(),
                lines: line_count(&text),
                digest: ledger::Digest::of(text.as_bytes()).to_hex(),
            };
            let left = match versions.first() {
                None => None,
                Some(version) => Some(reading.revealed_side(version).await?),
            };
            let bases = reading.bases(&versions).await?;
            let compared = Compared { left, bases, ..Compared::of(plain(text), right) };
            let asked = (ResourceType::Prompt, name.to_string());
            self.show(&reading, asked, compared, whitespace).await
        })
        .await
    }

    async fn show_versions(
        &self,
        reading: &Reading,
        (left, right): (Option<SubjectRecord>, SubjectRecord),
        versions: &[SubjectRecord],
        whitespace: WhitespaceView,
    ) -> Result<DiffView, ConsoleError> {
        reading.demand_revealed([left.as_ref(), Some(&right)]).await?;
        let asked = (resource_type(right.kind()), right.subject().name.resource_id());
        let before = async {
            match &left {
                None => Ok(None),
                Some(left) => reading.text_side(left).await.map(Some),
            }
        };
        let (left, (text, side)) = tokio::try_join!(before, reading.text_side(&right))?;
        let mut compared = Compared { left, ..Compared::of(text, side) };
        let others = versions.iter().filter(|version| version.subject() != right.subject());
        compared.bases = reading.bases(&others.cloned().collect::<Vec<_>>()).await?;
        self.show(reading, asked, compared, whitespace).await
    }

    /// Compares, keeps what was compared for the rows that the page will ask for, and tells it.
    pub(super) async fn show(
        &self,
        reading: &Reading,
        asked: (ResourceType, String),
        compared: Compared,
        whitespace: WhitespaceView,
    ) -> Result<DiffView, ConsoleError> {
        let diff_id = self.inner.ids.nonce()?;
        let (view, compared) = off_thread(move || compared.view(diff_id, whitespace)).await?;
        let open = OpenDiff {
            person: reading.session.person.clone(),
            tenant: reading.tenant().clone(),
            sitting: reading.disclosed.clone(),
            asked,
            compared: std::sync::Arc::new(compared),
        };
        self.state().keep_diff(view.diff_id.clone(), open);
        Ok(view)
    }
}

impl Reading {
    /// A version under review beside the one in force, or beside another.
    async fn version_beside(
        &self,
        review: &OpenReview,
        material: &Material,
        base: Option<&str>,
    ) -> Result<Compared, ConsoleError> {
        let others = self.other_versions(&review.subject.name).await?;
        let signed = review.base.as_ref();
        let left = match base {
            None => signed.cloned(),
            Some(base) => Some(named(&others, base)?),
        };
        self.read_in_review([material.record().as_ref(), left.as_ref()]).await?;
        let compared = self.compared(material, left.as_ref()).await?;
        Ok(Compared {
            bases: self.bases(&others).await?,
            signed_base: signed.map(|base| version_text(&base.subject().name)),
            ..compared
        })
    }

    /// The other versions of a subject's name, newest first.
    async fn other_versions(
        &self,
        subject: &SubjectName,
    ) -> Result<Vec<SubjectRecord>, ConsoleError> {
        let versions = match subject {
            SubjectName::Model(name, _) => self.model_versions(name).await?,
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

    /// Every version of a model, newest first.
    async fn model_versions(&self, name: &Name) -> Result<Vec<SubjectRecord>, ConsoleError> {
        let models = self.workspace.store.model_versions(self.tenant(), name).await?;
        Ok(models.into_iter().map(SubjectRecord::Model).collect())
    }

    /// How many places of what a review is about changed against a version of it.
    pub(super) async fn changes_of(
        &self,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<u32, ConsoleError> {
        let compared = self.compared(material, base).await?;
        off_thread(move || compared.comparison(Whitespace::Exact).all_changes()).await
    }

    /// Both sides of a review.
    async fn compared(
        &self,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<Compared, ConsoleError> {
        let left = match base {
            None => None,
            Some(base) => Some(self.text_side(base).await?),
        };
        Ok(match material {
            Material::Model { card, .. } => {
                let record = material.record().ok_or(NO_VERSION)?;
                let text = Text::of_card(card.clone());
                let side = self.side(&record, &text);
                Compared { left, ..Compared::of(text, side) }
            }
            Material::Prompt { text, .. } => {
                let record = material.record().ok_or(NO_VERSION)?;
                let text = plain(text.clone());
                let side = self.side(&record, &text);
                Compared { left, ..Compared::of(text, side) }
            }
            Material::Change { change, decided_seq, .. } => {
                self.compared_change((change, *decided_seq), None).await?
            }
        })
    }

    /// A version outside of a review.
    async fn revealed_side(
        &self,
        version: &SubjectRecord,
    ) -> Result<(Text, DiffSide), ConsoleError> {
        self.demand_revealed([Some(version), None]).await?;
        self.text_side(version).await
    }

    /// A version of which the caller has put on record, or demanded, that it may be read.
    async fn text_side(&self, version: &SubjectRecord) -> Result<(Text, DiffSide), ConsoleError> {
        let stored = self.text_of(Some(version)).await?.unwrap_or_default();
        let text = match version {
            SubjectRecord::Model(_) => Text::of_card(stored),
            SubjectRecord::Prompt(_) => plain(stored),
        };
        let side = self.side(version, &text);
        Ok((text, side))
    }

    pub(super) fn side(&self, version: &SubjectRecord, text: &Text) -> DiffSide {
        let (author, at) = match version {
            SubjectRecord::Model(model) => (&model.author, model.created_at),
            SubjectRecord::Prompt(prompt) => (&prompt.author, prompt.created_at),
        };
        DiffSide {
            version: version_text(&version.subject().name),
            author: self.names.title(author),
            at: at.to_string(),
            lines: line_count(&text.read.text),
            digest: version.subject().digest.digest().to_hex(),
        }
    }

    /// Versions to compare with, each with where it stands.
    pub(super) async fn bases(
        &self,
        versions: &[SubjectRecord],
    ) -> Result<Vec<BaseView>, ConsoleError> {
        let standings = self.workspace.standings_of(self.tenant(), versions.to_vec()).await?;
        let bases = standings.iter().map(|standing| {
            let version = &standing.record;
            let word = match (version.status(), standing.effect(self.now)) {
                (Status::Pending, _) => "pending",
                (Status::Rejected, _) => "rejected",
                (Status::Approved, Effect::InForce) => "in force",
                (Status::Approved, Effect::Revoked) => "revoked",
                (Status::Approved, Effect::Lapsed) => "lapsed",
                (Status::Approved, Effect::Void) => "void",
                (Status::Approved, Effect::None) => "approved",
            };
            let version = version_text(&version.subject().name);
            BaseView { version, word: word.to_owned() }
        });
        Ok(bases.collect())
    }
}

pub(super) fn named(
    versions: &[SubjectRecord],
    wanted: &str,
) -> Result<SubjectRecord, ConsoleError> {
    let is = |version: &&SubjectRecord| version_text(&version.subject().name) == wanted;
    versions.iter().find(is).cloned().ok_or(NO_VERSION)
}
