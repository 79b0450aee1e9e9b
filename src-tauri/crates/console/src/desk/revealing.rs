//! Revealing a protected value: asked for on the page of a prompt or model, answered in the signing
//! window with a reason and the passphrase; from then on this sitting reads that version.
//!
//! Invariant: nothing is shown before it is on record, and what goes on record is the version that
//! the window named, for the person it was shown to. The passphrase proves that the person is there;
//! no key is kept for it.

use std::sync::Arc;

use governance::protection::is_protected;
use governance::text::REASON_LIMIT;
use governance::{Reason, SubjectRecord};
use ledger::{Actor, Name, Policy, ResourceType, SubjectKind, TenantId, Version};

use super::at_work::AtWork;
use super::disclosed::Door;
use super::facts::{Facts, version_text};
use super::names::role_word;
use super::reading::{Reading, count};
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::registering::resource_of;
use crate::views::{ModelCardView, RevealView, SigningView};

/// A protected value in front of its reader.
pub(super) struct Revealing {
    version: SubjectRecord,
    /// Whose act it is, and in which tenant.
    person: Actor,
    tenant_id: TenantId,
    /// The policy in force for it, which may let a passphrase typed a moment ago stand.
    policy: Option<Policy>,
    pub(super) view: RevealView,
}

impl Revealing {
    pub(super) fn sheet(&self) -> String {
        let tenant = &self.tenant_id;
        format!("reveal {} in {tenant}", self.view.subject)
    }
}

impl Desk {
    /// Asks in the signing window to reveal a version. One that was revealed already is asked for
    /// nothing.
    pub async fn reveal(&self, kind: String, name: String, version: String) -> Answer<()> {
        self.answer(async {
            let kind = SubjectKind::parse(&kind)?;
            let at = self.at_work().await?;
            let reading = Reading::of(at, (resource_type(kind), &name)).await?;
            let found = reading.version(kind, &name, &version).await?;
            if !is_protected(found.tier()) {
                return Err(ConsoleError::Input { what: "version", reason: "it is not protected" });
            }
            if !reading.disclosed.withholds(&found).await {
                self.tell(DeskEvent::RecordsChanged);
                return Ok(());
            }
            // What cannot be put on record, or does not open in its place, is told before anything
            // is asked.
            if let Some(alarm) = reading.workspace.alarm(reading.tenant()) {
                return Err(ConsoleError::from(&alarm));
            }
            reading.text_of(Some(&found)).await?;
            let policy = reading.log.authority.policy(kind, found.tier());
            let policy = policy.map(|(policy, _)| policy.clone());
            let mut view = reading.reveal_view(&found).await?;
            let at = reading.at();
            view.asks_passphrase = self.kept_key(&at, policy.as_ref()).is_none();
            let (person, tenant_id) = (at.session.person, at.session.tenant_id);
            let act = Revealing { version: found, person, tenant_id, policy, view };
            self.ask(Asked::Reveal(Arc::new(act)));
            Ok(())
        })
        .await
    }

    /// Reason and passphrase for it; no passphrase where the window asked for none.
    pub async fn answer_reveal(
        &self,
        reason: String,
        passphrase: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let at = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::Reveal(act) = &asked else { return Ok(asked.view()) };
            let AtWork { workspace, session, disclosed } = &at;
            if session.person != act.person || session.tenant_id != act.tenant_id {
                return Err(ConsoleError::NotSignedIn);
            }
            let reason = Reason::parse(&reason)?;
            let stands =
                !act.view.asks_passphrase && self.kept_key(&at, act.policy.as_ref()).is_some();
            if !stands {
                let given = passphrase.read()?;
                // The key signs nothing here: that it opens is the proof that the person is there.
                workspace.unlock(&session.person, &session.tenant_id, &given).await?;
            }
            self.demand_still_asked(turn, session)?;
            let write = || workspace.record_reading(session, &act.version, &reason);
            disclosed.once(&act.version, Door::Revealed, write).await?;
            let idle = self.finished_with_reason(turn, &asked).await;
            self.tell(DeskEvent::RecordsChanged);
            Ok(idle)
        })
        .await
    }

    /// The card of a model version, where it may be read.
    pub async fn model_card(&self, name: String, version: String) -> Answer<ModelCardView> {
        self.answer(async {
            let at = self.at_work().await?;
            let reading = Reading::of(at, (ResourceType::Model, &name)).await?;
            let found = reading.version(SubjectKind::Model, &name, &version).await?;
            let text = reading.revealed_text(Some(&found)).await?.unwrap_or_default();
            let base = reading.readable_in_force(&found).await?;
            let against = reading.text_of(base.as_ref()).await?;
            let Facts { facts, sections, lineage, metrics } =
                reading.card_facts(&text, found.tier(), against.as_deref()).await?;
            let base_version = base.map(|base| version_text(&base.subject().name));
            Ok(ModelCardView { version, facts, sections, lineage, metrics, base_version })
        })
        .await
    }
}

impl Reading {
    /// One version, by its name as a page has it.
    async fn version(
        &self,
        kind: SubjectKind,
        name: &str,
        version: &str,
    ) -> Result<SubjectRecord, ConsoleError> {
        let (store, tenant) = (&self.workspace.store, self.tenant());
        let name = Name::parse(name)?;
        let found = match kind {
            SubjectKind::Model => {
                let model = store.model(tenant, &name, &Version::parse(version)?).await?;
                model.map(SubjectRecord::Model)
            }
            SubjectKind::Prompt => {
                let number = version.parse().map_err(|_| NO_VERSION)?;
                store.prompt(tenant, &name, number).await?.map(SubjectRecord::Prompt)
            }
        };
        found.ok_or(NO_VERSION)
    }

    /// The other version in force, where what it says may be shown: what is protected is compared with
    /// only once it was revealed.
    async fn readable_in_force(
        &self,
        version: &SubjectRecord,
    ) -> Result<Option<SubjectRecord>, ConsoleError> {
        let subject = version.subject().name;
        let base = self.workspace.other_in_force(self.tenant(), &subject).await?;
        match base {
            Some(base) if self.disclosed.withholds(&base).await => Ok(None),
            base => Ok(base),
        }
    }

    async fn reveal_view(&self, version: &SubjectRecord) -> Result<RevealView, ConsoleError> {
        let (_, id) = resource_of(version);
        let (what, named, digest) = match version {
            SubjectRecord::Model(model) => {
                let card = model.documents.get("card");
                let card = card.ok_or(ConsoleError::Damaged { what: "the digest of a card" })?;
                ("card", &model.model_name, *card)
            }
            SubjectRecord::Prompt(prompt) => ("text", &prompt.name, prompt.digest),
        };
        let number = version_text(&version.subject().name);
        let role = self.log.authority.grant(&self.session.person);
        Ok(RevealView {
            sentence: format!("Reveal the {what} of {named}, version {number}."),
            what: what.to_owned(),
            subject: format!("{}/{id}", version.kind().as_str()),
            tier: version.tier().as_str().to_owned(),
            digest: digest.to_hex(),
            name: self.names.title(&self.session.person),
            role: role.map_or("", |grant| role_word(grant.role)).to_owned(),
            reason_limit: count(REASON_LIMIT),
            typed_reason: String::new(),
            asks_passphrase: true,
            demo_passphrase: demo_passphrase(&self.workspace).await?,
        })
    }
}

const NO_VERSION: ConsoleError = ConsoleError::NotFound { what: "version" };

const fn resource_type(kind: SubjectKind) -> ResourceType {
    match kind {
        SubjectKind::Model => ResourceType::Model,
        SubjectKind::Prompt => ResourceType::Prompt,
    }
}
