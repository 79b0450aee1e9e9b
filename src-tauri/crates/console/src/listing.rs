//! What the registries and the queue hold, as the command line lists it.
//!
//! Invariant: whoever holds View in a tenant may read everything in it and nothing of another's.
//! The effect of a version comes from the log, read again from its bytes, never from a column.

use governance::SubjectRecord;
use governance::state::{ApprovalRequest, ModelRecord, PromptRecord};
use ledger::replay::Replay;
use ledger::{Actor, Effect, Name, Policy, RequestId, ResourceType, TenantId};
use security::rbac::Action as Verb;
use store::{NamesQuery, Newest, PAGE_LIMIT, RequestsQuery};

use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::{Column, Workspace};

/// A version with its effect.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// The version.
    pub record: T,
    /// Whether it may be used now, wherever no environment is asked for.
    pub effect: Effect,
}

/// A request with what its policy asks for.
#[derive(Debug, Clone)]
pub struct ListedRequest {
    /// The request.
    pub request: ApprovalRequest,
    /// Where it is now; expiry is read off the clock.
    pub lifecycle: ledger::Lifecycle,
    /// Approving votes so far.
    pub votes: u32,
    /// Approving votes that the pinned policy asks for; for a change one, the second admin's.
    pub needed: u32,
    /// Who asked, by title.
    pub requester: String,
    /// Who could sign now, by title; only while it is open.
    pub can_sign: Vec<String>,
}

impl Workspace {
    /// Every version of every model, or of one, by name and then newest first.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] for a name that is not there.
    pub async fn list_models(
        &self,
        session: &Session,
        name: Option<&Name>,
    ) -> Result<Vec<Listed<ModelRecord>>, ConsoleError> {
        self.look(session, ResourceType::Model, name).await?;
        let tenant = &session.tenant_id;
        let names = match name {
            Some(name) => vec![name.clone()],
            None => self.model_names(tenant).await?,
        };
        let replay = self.replayed(tenant).await?;
        let mut listed = Vec::new();
        for name in &names {
            for record in self.store.model_versions(tenant, name).await? {
                let effect = self.effect(&SubjectRecord::Model(record.clone()), &replay);
                listed.push(Listed { record, effect });
            }
        }
        demand_found(name, &listed, "model")?;
        Ok(listed)
    }

    /// The newest version of every prompt, or every version of one, newest first.
    ///
    /// # Errors
    /// As [`Workspace::list_models`].
    pub async fn list_prompts(
        &self,
        session: &Session,
        name: Option<&Name>,
    ) -> Result<Vec<Listed<PromptRecord>>, ConsoleError> {
        self.look(session, ResourceType::Prompt, name).await?;
        let tenant = &session.tenant_id;
        let records = match name {
            Some(name) => self.store.prompt_versions(tenant, name).await?,
            None => self.newest_prompts(tenant).await?,
        };
        let replay = self.replayed(tenant).await?;
        let listed: Vec<Listed<PromptRecord>> = records
            .into_iter()
            .map(|record| {
                let effect = self.effect(&SubjectRecord::Prompt(record.clone()), &replay);
                Listed { record, effect }
            })
            .collect();
        demand_found(name, &listed, "prompt")?;
        Ok(listed)
    }

    /// The card of a model version, as it was registered.
    ///
    /// # Errors
    /// [`ConsoleError`]; a card that is not the one on record is refused.
    pub async fn model_card_text(
        &self,
        session: &Session,
        record: &ModelRecord,
    ) -> Result<String, ConsoleError> {
        self.look(session, ResourceType::Model, Some(&record.model_name)).await?;
        let tenant = &session.tenant_id;
        let stored = self.store.model_card(tenant, &record.model_name, &record.version).await?;
        let stored = stored.ok_or(ConsoleError::NotFound { what: "card" })?;
        let digest = record.documents.get("card");
        let digest = digest.ok_or(ConsoleError::Damaged { what: "the digest of a card" })?;
        self.unseal(tenant, &record.row_id, Column::ModelCard, stored, digest).await
    }

    /// The text of a prompt version, exactly as it was written.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`]; a text that is not the one on record is refused.
    pub async fn prompt_version_text(
        &self,
        session: &Session,
        name: &Name,
        version: u32,
    ) -> Result<String, ConsoleError> {
        self.look(session, ResourceType::Prompt, Some(name)).await?;
        let tenant = &session.tenant_id;
        let missing = ConsoleError::NotFound { what: "prompt version" };
        let record = self.store.prompt(tenant, name, version).await?.ok_or(missing.clone())?;
        let stored = self.store.prompt_text(tenant, name, version).await?.ok_or(missing)?;
        self.unseal(tenant, &record.row_id, Column::PromptText, stored, &record.digest).await
    }

    /// Every request, newest first.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn list_requests(
        &self,
        session: &Session,
    ) -> Result<Vec<ListedRequest>, ConsoleError> {
        let asked = (ResourceType::Log, session.tenant_id.as_str());
        self.permit(session, Verb::View, asked, &self.ids.correlation()).await?;
        let mut query = RequestsQuery::newest(session.tenant_id.clone(), PAGE_LIMIT);
        let mut listed = Vec::new();
        loop {
            let page = self.store.requests(query.clone()).await?;
            query.before = page.last().map(|request| request.seq);
            for request in page {
                listed.push(self.listed_request(request).await?);
            }
            if query.before.is_none() {
                return Ok(listed);
            }
        }
    }

    /// One request.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`], also for another tenant's.
    pub async fn show_request(
        &self,
        session: &Session,
        id: &RequestId,
    ) -> Result<ListedRequest, ConsoleError> {
        let asked = (ResourceType::Request, id.as_str());
        let correlation_id = self.ids.correlation();
        self.permit(session, Verb::View, asked, &correlation_id).await?;
        match self.store.request(&session.tenant_id, id).await? {
            Some(request) => self.listed_request(request).await,
            None => Err(self.not_here(session, id, &correlation_id).await),
        }
    }

    async fn listed_request(
        &self,
        request: ApprovalRequest,
    ) -> Result<ListedRequest, ConsoleError> {
        let log = self.log(&request.tenant_id).await?;
        let pinned = request.policy_sha256.as_ref();
        let policy: Option<&Policy> = pinned.and_then(|digest| log.authority.policy_pinned(digest));
        let approving =
            |vote: &&governance::state::CastVote| vote.decision == ledger::Decision::Approved;
        let votes = request.votes.iter().filter(approving).count();
        let lifecycle = request.lifecycle_at(self.now());
        let people = self.store.people().await?;
        let home = self.log(&TenantId::workspace()).await?;
        let title = |actor: &Actor| {
            let person = people.iter().find(|person| person.id == *actor);
            let service = || home.services.account(actor).map(|account| account.title.clone());
            let known = person.map(|person| person.title.clone()).or_else(service);
            known.unwrap_or_else(|| actor.to_string())
        };
        let missing = governance::who_is_missing(policy, &request, &log.authority, self.now());
        let can_sign =
            missing.map_or(Vec::new(), |missing| missing.can_sign.iter().map(title).collect());
        Ok(ListedRequest {
            lifecycle,
            votes: u32::try_from(votes).unwrap_or(u32::MAX),
            needed: policy.map_or(1, |policy| policy.approvals),
            requester: title(&request.requested_by),
            can_sign,
            request,
        })
    }

    async fn look(
        &self,
        session: &Session,
        kind: ResourceType,
        name: Option<&Name>,
    ) -> Result<(), ConsoleError> {
        let asked = (kind, name.map_or("", |name| name.as_str()));
        self.permit(session, Verb::View, asked, &self.ids.correlation()).await?;
        Ok(())
    }

    pub(crate) async fn replayed(&self, tenant: &TenantId) -> Result<Replay, ConsoleError> {
        let reading = self.begin_reading(tenant).await?;
        Ok(self.read_on(reading, &mut |_| Continue::Yes).await?.replay)
    }

    pub(crate) fn effect(&self, subject: &SubjectRecord, replay: &Replay) -> Effect {
        replay.effect(&subject.subject(), self.now(), None).effect
    }

    async fn model_names(&self, tenant: &TenantId) -> Result<Vec<Name>, ConsoleError> {
        let mut query = names(tenant);
        let mut found: Vec<Name> = Vec::new();
        loop {
            let page = self.store.models(query.clone()).await?;
            found.extend(page.into_iter().map(|row| row.record.model_name));
            if query.after.as_ref() == found.last() {
                return Ok(found);
            }
            query.after = found.last().cloned();
        }
    }

    async fn newest_prompts(&self, tenant: &TenantId) -> Result<Vec<PromptRecord>, ConsoleError> {
        let mut query = names(tenant);
        let mut found: Vec<PromptRecord> = Vec::new();
        loop {
            let page: Vec<Newest<PromptRecord>> = self.store.prompts(query.clone()).await?;
            if page.is_empty() {
                return Ok(found);
            }
            found.extend(page.into_iter().map(|row| row.record));
            query.after = found.last().map(|record| record.name.clone());
        }
    }
}

fn names(tenant: &TenantId) -> NamesQuery {
    NamesQuery {
        tenant_id: tenant.clone(),
        containing: None,
        status: None,
        after: None,
        limit: PAGE_LIMIT,
    }
}

fn demand_found<T>(
    name: Option<&Name>,
    listed: &[T],
    what: &'static str,
) -> Result<(), ConsoleError> {
    if name.is_some() && listed.is_empty() {
        return Err(ConsoleError::NotFound { what });
    }
    Ok(())
}
