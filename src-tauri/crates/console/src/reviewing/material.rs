//! What a reviewer reads, as it lies in the store at this moment.
//!
//! Invariant: digests are taken of the bytes that are shown, never copied from a column.

use std::borrow::Cow;

use governance::state::{ModelRecord, PromptRecord};
use governance::{ApprovalRequest, SubjectRecord};
use ledger::change::Change;
use ledger::metadata::Documents;
use ledger::{Digest, Name, SubjectDigest, SubjectName, TenantId, Version};
use store::StoreError;

use crate::failure::ConsoleError;
use crate::views::HiddenView;
use crate::workspace::{Column, Workspace};
use crate::{card, hidden};

/// The name of a card among a subject's documents.
const CARD: &str = "card";

/// Subject and texts of a request.
pub(crate) enum Material {
    /// A model version with its card.
    Model { record: ModelRecord, card: String, reason: String },
    /// A prompt version with its text.
    Prompt { record: PromptRecord, text: String, reason: String },
    /// An act of authority, with the record that decided it, if one did.
    Change { change: Box<Change>, reason: String, decided_seq: Option<u64> },
}

impl Material {
    /// Digest of the subject as it is now.
    pub(crate) fn digest(&self) -> Result<SubjectDigest, ConsoleError> {
        Ok(match self {
            Self::Model { record, .. } => record.checksum,
            Self::Prompt { text, .. } => SubjectDigest::Sha256(Digest::of(text.as_bytes())),
            Self::Change { change, .. } => change.subject()?.digest,
        })
    }

    /// Digests of the documents as they are now.
    pub(crate) fn documents(&self) -> Documents {
        match self {
            Self::Model { card, .. } => {
                Documents::from([(CARD.to_owned(), Digest::of(card.as_bytes()))])
            }
            Self::Prompt { .. } | Self::Change { .. } => Documents::new(),
        }
    }

    /// The registry's record; none for a change.
    pub(crate) fn record(&self) -> Option<SubjectRecord> {
        match self {
            Self::Model { record, .. } => Some(SubjectRecord::Model(record.clone())),
            Self::Prompt { record, .. } => Some(SubjectRecord::Prompt(record.clone())),
            Self::Change { .. } => None,
        }
    }

    /// Hidden characters in subject, documents and request reason, with their places. A card is
    /// looked at as it is read: what JSON escapes hide from its bytes, the reader is shown.
    pub(crate) fn hidden(&self) -> Vec<HiddenView> {
        let (place, text, reason) = self.texts();
        let in_text = hidden::find(&text).into_iter().map(|found| found.view(place));
        in_text.chain(hidden::find(reason).into_iter().map(|found| found.view("reason"))).collect()
    }

    /// How many there are.
    pub(crate) fn hidden_characters(&self) -> u32 {
        let (_, text, reason) = self.texts();
        hidden::count(&text).saturating_add(hidden::count(reason))
    }

    fn texts(&self) -> (&'static str, Cow<'_, str>, &str) {
        match self {
            Self::Model { card, reason, .. } => ("card", card::reading(card).text.into(), reason),
            Self::Prompt { text, reason, .. } => ("subject", text.into(), reason),
            Self::Change { change, reason, .. } => {
                let body = ledger::json::canonical_of(&change.body).unwrap_or_default();
                let body = card::exact(&String::from_utf8_lossy(&body));
                ("change", body.into(), reason)
            }
        }
    }

    /// The bytes are those that approval was asked for.
    pub(crate) fn demand_on_record(&self, request: &ApprovalRequest) -> Result<(), ConsoleError> {
        if self.digest()? != request.subject.digest || self.documents() != request.documents {
            return Err(ConsoleError::Damaged {
                what: "a stored text: it is not the one on record",
            });
        }
        Ok(())
    }
}

impl Workspace {
    /// Reads what a reviewer of this request sees.
    pub(crate) async fn material(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Material, ConsoleError> {
        let tenant = &request.tenant_id;
        let reason = request.reason.clone();
        match &request.subject.name {
            SubjectName::Model(name, version) => {
                let (record, card) = self.model_with_card(tenant, name, version).await?;
                Ok(Material::Model { record, card, reason })
            }
            SubjectName::Prompt(name, version) => {
                let (record, text) = self.prompt_with_text(tenant, name, *version).await?;
                Ok(Material::Prompt { record, text, reason })
            }
            SubjectName::Change(_) => {
                let missing = ConsoleError::Damaged { what: "a request without its change" };
                let change = request.change.clone().ok_or(missing)?;
                let decided_seq = request.decided_seq;
                Ok(Material::Change { change: Box::new(change), reason, decided_seq })
            }
        }
    }

    /// A model version and its card as it lies there.
    pub(crate) async fn model_with_card(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: &Version,
    ) -> Result<(ModelRecord, String), ConsoleError> {
        let missing = ConsoleError::NotFound { what: "model version" };
        let record = self.store.model(tenant, name, version).await?.ok_or(missing.clone())?;
        let stored = self.store.model_card(tenant, name, version).await?.ok_or(missing)?;
        let card = self.open_sealed(tenant, &record.row_id, Column::ModelCard, stored).await?;
        Ok((record, card))
    }

    /// A prompt version and its text as it lies there.
    pub(crate) async fn prompt_with_text(
        &self,
        tenant: &TenantId,
        name: &Name,
        version: u32,
    ) -> Result<(PromptRecord, String), ConsoleError> {
        let missing = ConsoleError::NotFound { what: "prompt version" };
        let record = self.store.prompt(tenant, name, version).await?.ok_or(missing.clone())?;
        let stored = self.store.prompt_text(tenant, name, version).await?.ok_or(missing)?;
        let text = self.open_sealed(tenant, &record.row_id, Column::PromptText, stored).await?;
        Ok((record, text))
    }

    /// Whether the card or text of a version opens in its place and is the one on record.
    pub(crate) async fn protected_value_holds(
        &self,
        version: &SubjectRecord,
    ) -> Result<bool, ConsoleError> {
        let tenant = version.tenant_id();
        let reason = String::new();
        let read = match version {
            SubjectRecord::Model(model) => self
                .model_with_card(tenant, &model.model_name, &model.version)
                .await
                .map(|(record, card)| Material::Model { record, card, reason }),
            SubjectRecord::Prompt(prompt) => self
                .prompt_with_text(tenant, &prompt.name, prompt.version)
                .await
                .map(|(record, text)| Material::Prompt { record, text, reason }),
        };
        match read {
            Ok(material) => Ok(material.documents() == *version.documents()
                && material.digest()? == version.subject().digest),
            Err(
                ConsoleError::Security(_)
                | ConsoleError::NotFound { .. }
                | ConsoleError::Store(StoreError::Damaged { .. }),
            ) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The version in force that a request is compared with: of the other versions in force the
    /// one approved last.
    pub(crate) async fn base_of(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Option<SubjectRecord>, ConsoleError> {
        self.other_in_force(&request.tenant_id, &request.subject.name).await
    }
}
