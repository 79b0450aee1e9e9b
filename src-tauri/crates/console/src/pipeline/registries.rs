//! Models and prompts for a pipeline: registering, writing, listing, reading.
//!
//! Invariant: what is handed in is hashed or taken over exactly as it lies there; nothing is
//! trimmed, and nothing is registered that could not be read whole. A protected text is given to a
//! person only once that is on record; a token's reads are a pipeline's, not a person's.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use governance::protection::is_protected;
use governance::state::{ModelRecord, PromptRecord};
use governance::{Reason, SubjectRecord};
use ledger::{Name, SubjectDigest, Tier, Version};

use super::{ModelLine, Pipeline, PromptLine, SubmittedLine};
use crate::artefact::{self, ArtefactError, Continue, Progress};
use crate::diff::{Compared, Whitespace, compare};
use crate::failure::ConsoleError;
use crate::gate::{Root, Unverified};
use crate::listing::Listed;
use crate::registering::{ModelSubmission, PromptSubmission, Submitted};
use crate::session::off_thread;

/// A model as typed.
#[derive(Debug, Clone)]
pub struct ModelTexts {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// `sha256:HEX`, `dirHash1:HEX`, or hex alone for a file.
    pub checksum: String,
    /// Card, JSON.
    pub card: String,
    /// `high`, `medium` or `low`.
    pub tier: String,
    /// Why.
    pub reason: String,
}

/// A prompt version as typed.
#[derive(Debug, Clone)]
pub struct PromptTexts {
    /// Name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// `high`, `medium` or `low`; that of the last version if none is given.
    pub tier: Option<String>,
    /// Why.
    pub reason: String,
}

/// Hashes the file or folder at a path, off the async threads; gives `sha256:HEX` or
/// `dirHash1:HEX`.
///
/// # Errors
/// [`ConsoleError::Artefact`] with what is wrong.
pub async fn checksum_of(
    path: &Path,
    watch: impl Fn(Progress) + Send + 'static,
) -> Result<String, ConsoleError> {
    let path: PathBuf = path.to_owned();
    let hashed = off_thread(move || {
        artefact::checksum(&path, &mut |progress| {
            watch(progress);
            Continue::Yes
        })
    });
    match hashed.await? {
        Ok(artefact) => Ok(artefact.digest.to_string()),
        Err(ArtefactError::Cancelled) => Err(ConsoleError::Cancelled),
        Err(error) => Err(ConsoleError::Artefact { reason: error.to_string() }),
    }
}

impl Pipeline {
    /// Registers a model and opens its request.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn register_model(&self, texts: &ModelTexts) -> Result<SubmittedLine, ConsoleError> {
        let submission = ModelSubmission {
            name: Name::parse(&texts.name)?,
            version: Version::parse(&texts.version)?,
            checksum: SubjectDigest::parse(&texts.checksum)?,
            tier: Tier::parse(&texts.tier)?,
            card: texts.card.clone(),
            reason: texts.reason.clone(),
        };
        let what = format!("{}@{}", texts.name, texts.version);
        let key = self.idempotency_key("model register", &what);
        let made = self.workspace.register_model(self.session()?, &submission, &key).await?;
        Ok(submitted(&made))
    }

    /// Writes a prompt's next version, or its first, and opens the request.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn push_prompt(&self, texts: &PromptTexts) -> Result<SubmittedLine, ConsoleError> {
        let session = self.session()?;
        let name = Name::parse(&texts.name)?;
        let tier = texts.tier.as_deref().map(Tier::parse).transpose()?;
        let newest =
            self.workspace.store.prompt_versions(&session.tenant_id, &name).await?.into_iter();
        let submission = PromptSubmission {
            based_on: newest.map(|prompt| prompt.version).max().unwrap_or(0),
            text: texts.text.clone(),
            tier,
            reason: texts.reason.clone(),
            name,
        };
        let key = self.idempotency_key("prompt push", &texts.name);
        Ok(submitted(&self.workspace.write_prompt(session, &submission, &key).await?))
    }

    /// Every version of every model.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn models(&self) -> Result<Vec<ModelLine>, ConsoleError> {
        let listed = self.workspace.list_models(self.session()?, None).await?;
        Ok(listed.into_iter().map(model_line).collect())
    }

    /// The versions of one model with their cards, or one of them; `why` is put on record with each
    /// card that is protected.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub async fn model(
        &self,
        name: &str,
        version: Option<&str>,
        why: &str,
    ) -> Result<Vec<ModelLine>, ConsoleError> {
        let session = self.session()?;
        let name = known(name)?;
        let mut lines = Vec::new();
        for listed in self.workspace.list_models(session, Some(&name)).await? {
            if version.is_some_and(|version| listed.record.version.as_str() != version) {
                continue;
            }
            let card = self.workspace.model_card_text(session, &listed.record).await?;
            self.put_on_record(&SubjectRecord::Model(listed.record.clone()), why).await?;
            let mut line = model_line(listed);
            line.card = serde_json::Value::from_str(&card).ok();
            lines.push(line);
        }
        if lines.is_empty() {
            return Err(ConsoleError::NotFound { what: "model version" });
        }
        Ok(lines)
    }

    /// The newest version of every prompt.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn prompts(&self) -> Result<Vec<PromptLine>, ConsoleError> {
        let listed = self.workspace.list_prompts(self.session()?, None).await?;
        Ok(listed.into_iter().map(prompt_line).collect())
    }

    /// The versions of one prompt, newest first.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub async fn prompt(&self, name: &str) -> Result<Vec<PromptLine>, ConsoleError> {
        let listed = self.workspace.list_prompts(self.session()?, Some(&known(name)?)).await?;
        Ok(listed.into_iter().map(prompt_line).collect())
    }

    /// The text of a prompt's newest version; `why` is put on record where it is protected.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub async fn newest_prompt_text(&self, name: &str, why: &str) -> Result<String, ConsoleError> {
        let versions = self.prompt(name).await?;
        let newest = versions.first().map(|line| line.version);
        let newest = newest.ok_or(ConsoleError::NotFound { what: "prompt" })?;
        self.read_text(&known(name)?, newest, why).await
    }

    /// The text of the version in force, of several the one approved last. As the gate, it trusts
    /// nothing but a log that holds against the anchor.
    ///
    /// # Errors
    /// [`ConsoleError::Alarm`] when the log does not hold; `PromptNotApproved` when no version is
    /// in force.
    pub async fn approved_prompt_text(
        &self,
        name: &str,
        why: &str,
    ) -> Result<String, ConsoleError> {
        let session = self.session()?;
        let name = known(name)?;
        let versions = self.workspace.list_prompts(session, Some(&name)).await?;
        let tenant = &session.tenant_id;
        let mut reading = None;
        let trusted = self.workspace.trusted(tenant, None, Root::Anchor, &mut reading).await?;
        if let Err(Unverified(detail)) = trusted {
            return Err(ConsoleError::unsound(detail));
        }
        let in_force = versions.iter().filter(|listed| listed.effect == ledger::Effect::InForce);
        let newest = in_force.max_by_key(|listed| listed.record.approved_at);
        match (newest, versions.first()) {
            (Some(listed), _) => self.read_text(&name, listed.record.version, why).await,
            (None, Some(listed)) => Err(governance::GovernanceError::PromptNotApproved {
                subject: listed.record.subject().name,
                effect: listed.effect,
            }
            .into()),
            (None, None) => Err(ConsoleError::NotFound { what: "prompt" }),
        }
    }

    /// How one version of a prompt differs from another.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub async fn prompt_diff(
        &self,
        name: &str,
        (left, right): (u32, u32),
        why: &str,
    ) -> Result<Compared, ConsoleError> {
        let name = known(name)?;
        // Of what is not there nothing is read: no record says so.
        let session = self.session()?;
        self.workspace.prompt_version_text(session, &name, right).await?;
        let before = self.read_text(&name, left, why).await?;
        let after = match left == right {
            true => before.clone(),
            false => self.read_text(&name, right, why).await?,
        };
        Ok(compare(Some(&before), &after, Whitespace::Exact))
    }

    /// The text of a version: read and compared with the log, put on record, given.
    async fn read_text(
        &self,
        name: &Name,
        version: u32,
        why: &str,
    ) -> Result<String, ConsoleError> {
        let session = self.session()?;
        let text = self.workspace.prompt_version_text(session, name, version).await?;
        let missing = ConsoleError::NotFound { what: "prompt version" };
        let record = self.workspace.store.prompt(&session.tenant_id, name, version).await?;
        self.put_on_record(&SubjectRecord::Prompt(record.ok_or(missing)?), why).await?;
        Ok(text)
    }

    /// That a person reads what is protected is on record before they get it.
    async fn put_on_record(&self, version: &SubjectRecord, why: &str) -> Result<(), ConsoleError> {
        let session = self.session()?;
        if !session.person.is_person() || !is_protected(version.tier()) {
            return Ok(());
        }
        self.workspace.record_reading(session, version, &Reason::parse(why)?).await
    }
}

/// A name that is looked for: what nothing can be called is not found.
fn known(name: &str) -> Result<Name, ConsoleError> {
    Name::parse(name).map_err(|_| ConsoleError::NotFound { what: "name" })
}

pub(super) fn submitted(made: &Submitted) -> SubmittedLine {
    SubmittedLine {
        subject: made.subject.to_string(),
        request_id: made.request_id.to_string(),
        seq: made.seq,
    }
}

fn model_line(listed: Listed<ModelRecord>) -> ModelLine {
    let record = listed.record;
    ModelLine {
        name: record.model_name.to_string(),
        version: record.version.to_string(),
        status: record.status.to_string(),
        effect: listed.effect.to_string(),
        tier: record.tier.to_string(),
        digest: record.checksum.digest().to_hex(),
        digest_kind: record.checksum.algorithm().to_owned(),
        created_at: record.created_at.to_string(),
        author: record.author.to_string(),
        reason: record.reason,
        request_id: record.request_id.map(|id| id.to_string()),
        card: None,
    }
}

fn prompt_line(listed: Listed<PromptRecord>) -> PromptLine {
    let record = listed.record;
    PromptLine {
        name: record.name.to_string(),
        version: record.version,
        status: record.status.to_string(),
        effect: listed.effect.to_string(),
        tier: record.tier.to_string(),
        digest: record.digest.to_hex(),
        created_at: record.created_at.to_string(),
        author: record.author.to_string(),
        reason: record.reason,
        request_id: record.request_id.map(|id| id.to_string()),
    }
}
