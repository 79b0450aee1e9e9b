//! Registering models, writing prompts, and asking for their approval.
//!
//! Invariant: what is made and the request for it stand in one commit; a command sent twice under
//! one idempotency key is carried out once.

use governance::audit::RecordBuilder;
use governance::card::Card;
use governance::registry::UpdatedPrompt;
use governance::{
    ApprovalRequest, ApprovalWorkflow, GovernanceError, ModelRegistry, NewModel, NewPrompt,
    PromptEdit, PromptRegistry, PromptText, Reason, SubjectRecord,
};
use ledger::{
    CorrelationId, Name, RequestId, ResourceType, SubjectDigest, SubjectName, TenantId, Tier,
    Version,
};
use security::rbac::{Action as Verb, Permit};
use serde::{Deserialize, Serialize};
use store::{Idempotency, NamesQuery, PAGE_LIMIT, RequestsQuery, StateWrite, StoreError};

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::{Column, Page, Workspace, Writes};

/// A model version as somebody hands it in.
#[derive(Debug, Clone)]
pub struct ModelSubmission {
    /// Name.
    pub name: Name,
    /// Version.
    pub version: Version,
    /// Digest of the artefact.
    pub checksum: SubjectDigest,
    /// Tier.
    pub tier: Tier,
    /// Card: a JSON object, as text.
    pub card: String,
    /// Why it is registered and approval is asked for.
    pub reason: String,
}

/// A prompt version as somebody hands it in.
#[derive(Debug, Clone)]
pub struct PromptSubmission {
    /// Name.
    pub name: Name,
    /// The version it began from; 0 for a new prompt.
    pub based_on: u32,
    /// Text, stored as given.
    pub text: String,
    /// Tier; that of the last version, or medium, if none is given.
    pub tier: Option<Tier>,
    /// Change reason.
    pub reason: String,
}

/// What was made, and the request that was opened for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The subject.
    pub subject: SubjectName,
    /// The request.
    pub request_id: RequestId,
    /// The request's record.
    pub seq: u64,
}

impl Workspace {
    /// Registers a model version PENDING and opens its request.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn register_model(
        &self,
        session: &Session,
        submission: &ModelSubmission,
        idempotency_key: &str,
    ) -> Result<Submitted, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        let correlation_id = self.ids.correlation();
        let subject = SubjectName::Model(submission.name.clone(), submission.version.clone());
        let asked = (ResourceType::Model, subject.resource_id());
        let asked = (asked.0, asked.1.as_str());
        let permit = self.permit(session, Verb::RegisterModel, asked, &correlation_id).await?;
        let asks = self.permit(session, Verb::Create, asked, &correlation_id).await?;
        let new = NewModel {
            model_name: submission.name.clone(),
            version: submission.version.clone(),
            checksum: submission.checksum,
            tier: submission.tier,
            card: Card::parse(&submission.card)?,
            reason: Reason::parse(&submission.reason)?,
        };
        let _turn = self.turn().await;
        let tenant = &session.tenant_id;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(tenant, &correlation_id).await?;
            let names = self.model_names_like(tenant, &new.model_name).await?;
            let existing = self.store.model(tenant, &new.model_name, &new.version).await?;
            let model = ModelRegistry::register_model(
                &permit,
                &names,
                existing.as_ref(),
                &new,
                &mut page.records,
            )?;
            let made = SubjectRecord::Model(model);
            let (request, made) = ask(&asks, &made, None, &new.reason, &mut page)?;
            let SubjectRecord::Model(model) = made else { continue };
            let card =
                self.seal(tenant, &model.row_id, Column::ModelCard, new.card.as_str()).await?;
            let submitted = submitted(&request);
            let state = vec![
                StateWrite::PutModel { model, card: Some(card) },
                StateWrite::PutRequest(request),
            ];
            if self.write(vec![page], writes(state, idempotency_key, &submitted)?).await? {
                return Ok(submitted);
            }
        }
    }

    /// Writes a new prompt or a new version, and opens its request; the waiting request of an
    /// older version is superseded in the same commit.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn write_prompt(
        &self,
        session: &Session,
        submission: &PromptSubmission,
        idempotency_key: &str,
    ) -> Result<Submitted, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        let correlation_id = self.ids.correlation();
        let asked = format!("{}@{}", submission.name, submission.based_on.saturating_add(1));
        let asked = (ResourceType::Prompt, asked.as_str());
        let permit = self.permit(session, Verb::Create, asked, &correlation_id).await?;
        let text = PromptText::parse(&submission.text)?;
        let reason = Reason::parse(&submission.reason)?;
        let _turn = self.turn().await;
        let tenant = &session.tenant_id;
        loop {
            let mut page = self.page(tenant, &correlation_id).await?;
            let written =
                self.make_prompt(&permit, submission, &text, &reason, &mut page.records).await?;
            let made = SubjectRecord::Prompt(written.prompt);
            let (request, made) = ask(&permit, &made, None, &reason, &mut page)?;
            let SubjectRecord::Prompt(prompt) = made else { continue };
            let sealed =
                self.seal(tenant, &prompt.row_id, Column::PromptText, text.as_str()).await?;
            let submitted = submitted(&request);
            let mut state: Vec<StateWrite> =
                written.superseded.into_iter().map(StateWrite::PutRequest).collect();
            state.push(StateWrite::PutPrompt { prompt, text: Some(sealed) });
            state.push(StateWrite::PutRequest(request));
            if self.write(vec![page], writes(state, idempotency_key, &submitted)?).await? {
                return Ok(submitted);
            }
        }
    }

    /// Takes a request back.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn withdraw(
        &self,
        session: &Session,
        request_id: &RequestId,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Request, request_id.as_str());
        let permit = self.permit(session, Verb::Create, asked, &correlation_id).await?;
        let reason = Reason::parse(reason)?;
        if self.store.request(&session.tenant_id, request_id).await?.is_none() {
            return Err(self.not_here(session, request_id, &correlation_id).await);
        }
        match self.leave(&permit, request_id, &reason, &correlation_id).await {
            Err(refusal @ ConsoleError::Governance(GovernanceError::NotTheRequester)) => {
                Err(self.deny_because(session, asked, refusal, &correlation_id).await)
            }
            left => left,
        }
    }

    async fn leave(
        &self,
        permit: &Permit,
        request_id: &RequestId,
        reason: &Reason,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        let tenant = TenantId::parse(permit.tenant_id())?;
        let _turn = self.turn().await;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(&tenant, correlation_id).await?;
            let request = self.store.request(&tenant, request_id).await?;
            let request = request.ok_or(ConsoleError::NotFound { what: "request" })?;
            let left = ApprovalWorkflow::withdraw(permit, &request, reason, &mut page.records)?;
            let state = vec![StateWrite::PutRequest(left)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }

    async fn make_prompt(
        &self,
        permit: &Permit,
        submission: &PromptSubmission,
        text: &PromptText,
        reason: &Reason,
        records: &mut RecordBuilder<'_>,
    ) -> Result<UpdatedPrompt, ConsoleError> {
        let tenant = records.occasion().tenant_id.clone();
        let (name, tier) = (submission.name.clone(), submission.tier);
        if submission.based_on == 0 {
            let names = self.prompt_names_like(&tenant, &name).await?;
            let new = NewPrompt { name, text: text.clone(), tier, reason: reason.clone() };
            let prompt = PromptRegistry::register_prompt(permit, &names, &new, records)?;
            return Ok(UpdatedPrompt { prompt, superseded: Vec::new() });
        }
        let versions = self.store.prompt_versions(&tenant, &name).await?;
        // An older version may have been asked for again.
        let mut waiting = Vec::new();
        for version in &versions {
            waiting.extend(self.waiting_for(&tenant, &version.subject().name).await?);
        }
        let last = versions.into_iter().next();
        let edit = PromptEdit {
            based_on: submission.based_on,
            text: text.clone(),
            tier,
            reason: reason.clone(),
        };
        Ok(PromptRegistry::update_prompt(permit, last.as_ref(), &waiting, &edit, records)?)
    }

    async fn waiting_for(
        &self,
        tenant: &TenantId,
        subject: &SubjectName,
    ) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let query = RequestsQuery {
            subject: Some(subject.clone()),
            lifecycle: Some(ledger::Lifecycle::Open),
            ..RequestsQuery::newest(tenant.clone(), PAGE_LIMIT)
        };
        Ok(self.store.requests(query).await?)
    }

    /// Names of models that could differ from this one only by case.
    async fn model_names_like(
        &self,
        tenant: &TenantId,
        name: &Name,
    ) -> Result<Vec<Name>, ConsoleError> {
        let mut names = Vec::new();
        loop {
            let rows = self.store.models(like(tenant, name, names.last())).await?;
            let full = rows.len() == PAGE_LIMIT as usize;
            names.extend(rows.into_iter().map(|row| row.record.model_name));
            if !full {
                return Ok(names);
            }
        }
    }

    /// Names of prompts that could differ from this one only by case.
    async fn prompt_names_like(
        &self,
        tenant: &TenantId,
        name: &Name,
    ) -> Result<Vec<Name>, ConsoleError> {
        let mut names = Vec::new();
        loop {
            let rows = self.store.prompts(like(tenant, name, names.last())).await?;
            let full = rows.len() == PAGE_LIMIT as usize;
            names.extend(rows.into_iter().map(|row| row.record.name));
            if !full {
                return Ok(names);
            }
        }
    }

    /// What a command with this key did, if it was carried out before.
    pub(crate) async fn done<T: serde::de::DeserializeOwned>(
        &self,
        idempotency_key: &str,
    ) -> Result<Option<T>, ConsoleError> {
        let Some(answer) = self.store.idempotent(idempotency_key).await? else { return Ok(None) };
        serde_json::from_str(&answer).map(Some).map_err(|_| {
            StoreError::Damaged { reason: "an idempotent answer of another kind".to_owned() }.into()
        })
    }

    /// A new correlation id, for a use case that a shell begins.
    pub fn correlation(&self) -> CorrelationId {
        self.ids.correlation()
    }
}

fn ask(
    permit: &Permit,
    made: &SubjectRecord,
    waiting: Option<&ApprovalRequest>,
    reason: &Reason,
    page: &mut Page<'_>,
) -> Result<(ApprovalRequest, SubjectRecord), ConsoleError> {
    let authority = page.authority().clone();
    let requested = ApprovalWorkflow::request_approval(
        permit,
        made,
        waiting,
        reason,
        &authority,
        &mut page.records,
    )?;
    Ok((requested.request, requested.subject))
}

fn like(tenant: &TenantId, name: &Name, after: Option<&Name>) -> NamesQuery {
    NamesQuery {
        tenant_id: tenant.clone(),
        containing: Some(name.as_str().to_owned()),
        status: None,
        after: after.cloned(),
        limit: PAGE_LIMIT,
    }
}

pub(crate) fn submitted(request: &ApprovalRequest) -> Submitted {
    Submitted {
        subject: request.subject.name.clone(),
        request_id: request.id.clone(),
        seq: request.seq,
    }
}

/// What a record about a version names.
pub(crate) fn resource_of(version: &SubjectRecord) -> (ResourceType, String) {
    let kind = match version {
        SubjectRecord::Model(_) => ResourceType::Model,
        SubjectRecord::Prompt(_) => ResourceType::Prompt,
    };
    (kind, version.subject().name.resource_id())
}

/// State with the answer that a repeated command gets.
pub(crate) fn writes<T: Serialize>(
    state: Vec<StateWrite>,
    idempotency_key: &str,
    answer: &T,
) -> Result<Writes, ConsoleError> {
    let answer = String::from_utf8(ledger::json::canonical_of(answer)?)
        .map_err(|_| ConsoleError::Interrupted)?;
    let idempotency = Some(Idempotency { key: idempotency_key.to_owned(), answer });
    Ok(Writes { state, attestations: Vec::new(), idempotency })
}
