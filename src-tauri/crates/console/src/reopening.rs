//! Asking again for the approval of a version whose last request has ended.
//!
//! Invariant: asking approves nothing and ends nothing; whether it is possible is `governance`'s
//! answer, over requests read back from the log.

use governance::workflow::Cause;
use governance::{ApprovalRequest, ApprovalWorkflow, Reason, SubjectRecord};
use ledger::{Effect, ResourceType, SubjectKind, SubjectName};
use security::rbac::Action as Verb;
use store::{RequestsQuery, StateWrite};

use crate::approvals::Standing;
use crate::failure::ConsoleError;
use crate::registering::{Submitted, submitted, writes};
use crate::session::Session;
use crate::workspace::Workspace;

impl Workspace {
    /// Opens a new request for a version.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`]; `AlreadyRequested` while one waits; `StillInForce` while it is
    /// in force and nothing it relies on has changed. Nothing was changed then.
    pub async fn request_again(
        &self,
        session: &Session,
        subject: &SubjectName,
        reason: &str,
        idempotency_key: &str,
    ) -> Result<Submitted, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        let missing = ConsoleError::NotFound { what: "model or prompt version" };
        let kind = match subject.kind().ok_or(missing.clone())? {
            SubjectKind::Model => ResourceType::Model,
            SubjectKind::Prompt => ResourceType::Prompt,
        };
        let (correlation_id, id) = (self.ids.correlation(), subject.resource_id());
        let permit = self.permit(session, Verb::Create, (kind, &id), &correlation_id).await?;
        let reason = Reason::parse(reason)?;
        let _turn = self.turn().await;
        let tenant = &session.tenant_id;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(tenant, &correlation_id).await?;
            let standing = self.standing_of(tenant, subject).await?.ok_or(missing.clone())?;
            let last = self.last_request(session, subject).await?;
            for request in last.iter().chain(&standing.request) {
                self.demand_as_recorded(request).await?;
            }
            let effect = standing.effect(self.now());
            let cause = self.cause(session, &standing, effect).await?;
            let authority = page.authority().clone();
            let asked = ApprovalWorkflow::request_again(
                &permit,
                &standing.record,
                last.as_ref(),
                (effect, cause),
                &reason,
                &authority,
                &mut page.records,
            )?;
            let made = submitted(&asked.request);
            let state = vec![put_subject(asked.subject), StateWrite::PutRequest(asked.request)];
            if self.write(vec![page], writes(state, idempotency_key, &made)?).await? {
                return Ok(made);
            }
        }
    }

    /// The request opened for a version last.
    pub(crate) async fn last_request(
        &self,
        session: &Session,
        subject: &SubjectName,
    ) -> Result<Option<ApprovalRequest>, ConsoleError> {
        let query = RequestsQuery {
            subject: Some(subject.clone()),
            ..RequestsQuery::newest(session.tenant_id.clone(), 1)
        };
        Ok(self.store.requests(query).await?.pop())
    }

    /// Why a version in force may be looked at again.
    pub(crate) async fn cause(
        &self,
        session: &Session,
        standing: &Standing,
        effect: Effect,
    ) -> Result<Option<Cause>, ConsoleError> {
        if effect != Effect::InForce {
            return Ok(None);
        }
        if !standing.conditions().are_none() {
            return Ok(Some(Cause::Limited));
        }
        let approvals = self.approvals(&session.tenant_id).await?;
        let changed = approvals.changed(&standing.record.subject().name);
        Ok((!changed.is_empty()).then_some(Cause::ReliedOn))
    }
}

/// The row of a version without the text or card beside it.
pub(crate) fn put_subject(subject: SubjectRecord) -> StateWrite {
    match subject {
        SubjectRecord::Model(model) => StateWrite::PutModel { model, card: None },
        SubjectRecord::Prompt(prompt) => StateWrite::PutPrompt { prompt, text: None },
    }
}
