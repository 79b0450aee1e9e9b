//! Registering a model and writing a prompt, as a page sends them.
//!
//! Invariant: what is registered is an artefact that the core itself hashed; a page hands over a
//! handle, never a digest. Sent twice under one key, it is done once.

use ledger::{Name, SubjectDigest, Tier, Version};

use super::reading::count;
use super::{Answer, Desk, DeskEvent};
use crate::failure::ConsoleError;
use crate::registering::{ModelSubmission, PromptSubmission, Submitted};
use crate::views::{ModelDraft, PromptDraft, RequestedView};

impl Desk {
    /// Registers a model version, and asks for its approval.
    pub async fn register_model(
        &self,
        draft: ModelDraft,
        idempotency_key: String,
    ) -> Answer<RequestedView> {
        self.answer(async {
            let at = self.at_work().await?;
            let key = at.idempotency("register_model", &idempotency_key)?;
            let submission = ModelSubmission {
                name: Name::parse(&draft.name)?,
                version: Version::parse(&draft.version)?,
                checksum: self.artefact(&draft.artefact_id)?,
                tier: Tier::parse(&draft.tier)?,
                card: draft.card,
                reason: draft.reason,
            };
            let done = at.workspace.register_model(&at.session, &submission, &key).await?;
            self.tell(DeskEvent::RecordsChanged);
            Ok(requested(&done))
        })
        .await
    }

    /// Writes a prompt version, and asks for its approval.
    pub async fn save_prompt(
        &self,
        draft: PromptDraft,
        idempotency_key: String,
    ) -> Answer<RequestedView> {
        self.answer(async {
            let at = self.at_work().await?;
            let key = at.idempotency("save_prompt", &idempotency_key)?;
            let submission = PromptSubmission {
                name: Name::parse(&draft.name)?,
                based_on: draft.based_on,
                text: draft.text,
                tier: Some(Tier::parse(&draft.tier)?),
                reason: draft.reason,
            };
            let done = at.workspace.write_prompt(&at.session, &submission, &key).await?;
            self.tell(DeskEvent::RecordsChanged);
            Ok(requested(&done))
        })
        .await
    }

    /// The digest behind a handle.
    fn artefact(&self, handle: &str) -> Result<SubjectDigest, ConsoleError> {
        let known = self.state().artefacts.get(handle).copied();
        known.ok_or_else(|| ConsoleError::Artefact {
            reason: "the artefact was chosen before somebody else sat here".to_owned(),
        })
    }
}

pub(super) fn requested(done: &Submitted) -> RequestedView {
    RequestedView {
        request_id: done.request_id.to_string(),
        subject: done.subject.to_string(),
        seq: count(done.seq),
    }
}
