//! Ending approvals: signed by the person's own key, each version by a statement of its own, all of
//! one act in one commit.
//!
//! Invariant: the requests and their votes are read back from the log before an approval is ended,
//! and what is signed is what was opened for the act. Nothing is approved here.

use governance::workflow::{Approval, CurrentSubject};
use governance::{ApprovalRequest, ApprovalWorkflow, Reason};
use ledger::statement::Conditions;
use ledger::{CorrelationId, Decision, Digest, Effect, RequestId, ResourceType, SubjectName};
use security::rbac::{Action as Verb, Permit};
use serde::{Deserialize, Serialize};
use store::StateWrite;

use super::OpenReview;
use super::decide::{Verdict, resource, signer};
use super::word::ReviewWord;
use crate::failure::ConsoleError;
use crate::registering::writes;
use crate::session::{Session, UnlockedKey};
use crate::statements::SignedStatement;
use crate::workspace::{Page, Workspace};

/// Which approvals an act ends.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The approvals, each as it was opened for this act; at a rollback the last one first.
    pub reviews: Vec<OpenReview>,
    /// The approval that a rollback goes back to: every later one of its name ends.
    pub back_to: Option<RequestId>,
}

/// An approval that was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The request that had been approved.
    pub request_id: RequestId,
    /// Its subject.
    pub subject: SubjectName,
    /// The record that ended it.
    pub seq: u64,
    /// SHA-256 of the signed statement.
    pub attestation_sha256: Digest,
}

/// What was ended by one act, and by whose key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedReceipt {
    /// Each approval, in the order of its records.
    pub ended: Vec<Ended>,
    /// The key that signed.
    pub keyid: Digest,
    /// Everything that this act caused.
    pub correlation_id: CorrelationId,
}

/// What is to be ended, and with what.
#[derive(Clone, Copy)]
struct Act<'a> {
    key: &'a UnlockedKey,
    ending: &'a Ending,
    verdict: Verdict<'a>,
}

/// An approval with its subject as it lies there.
struct Current {
    request: ApprovalRequest,
    subject: CurrentSubject,
    effect: Effect,
}

impl Current {
    const fn approval(&self) -> Approval<'_> {
        Approval { request: &self.request, subject: &self.subject, effect: self.effect }
    }
}

impl Workspace {
    /// Checks that a session could end the approval of an opened review now, and gives its request.
    ///
    /// # Errors
    /// Those of [`Workspace::revoke`]; denials are on record.
    pub async fn check_revocation(
        &self,
        session: &Session,
        review: &OpenReview,
    ) -> Result<ApprovalRequest, ConsoleError> {
        if let Some(alarm) = self.alarm(&session.tenant_id) {
            return Err(ConsoleError::from(&alarm));
        }
        self.demand_not_archived(&session.tenant_id).await?;
        let request = self.approved_request(session, &review.request_id).await?;
        let permit = self.permit_to_end(session, &request, &self.ids.correlation()).await?;
        let effect = self.effect_now(&request).await?;
        ApprovalWorkflow::check_revoker(&permit, &request, effect)?;
        self.check_fresh(review, &request).await?;
        let log = self.log(&session.tenant_id).await?;
        if log.authority.is_enrolled(&session.person) {
            Ok(request)
        } else {
            Err(ConsoleError::NotEnrolled)
        }
    }

    /// Ends approvals.
    ///
    /// # Errors
    /// [`ConsoleError`] with its cause: role, state, stale review. Nothing was changed then;
    /// denials are on record.
    pub async fn revoke(
        &self,
        session: &Session,
        key: &UnlockedKey,
        ending: &Ending,
        (reason, seconds): (&str, u64),
        idempotency_key: &str,
    ) -> Result<EndedReceipt, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        Reason::parse(reason)?;
        let is_theirs = |review: &OpenReview| {
            review.person == session.person && review.tenant_id == session.tenant_id
        };
        if !ending.reviews.iter().all(is_theirs) || key.person != session.person {
            return Err(ConsoleError::NotSignedIn);
        }
        if let Some(hidden) = ending.reviews.iter().find(|review| !review.is_acknowledged()) {
            return Err(ConsoleError::HiddenCharacters { count: hidden.hidden_characters });
        }
        let first = ending.reviews.first().ok_or(ConsoleError::NotFound { what: "approval" })?;
        let correlation_id = self.ids.correlation();
        let request = self.approved_request(session, &first.request_id).await?;
        let permit = self.permit_to_end(session, &request, &correlation_id).await?;
        let verdict = Verdict { decision: Decision::Revoked, reason, seconds };
        let act = Act { key, ending, verdict };
        let ended = self.revoke_by(&permit, session, act, idempotency_key, &correlation_id).await;
        let (kind, id) = resource(&request);
        self.denial_on_record(session, (kind, id.as_str()), ended, &correlation_id).await
    }

    async fn revoke_by(
        &self,
        permit: &Permit,
        session: &Session,
        act: Act<'_>,
        idempotency_key: &str,
        correlation_id: &CorrelationId,
    ) -> Result<EndedReceipt, ConsoleError> {
        let Act { key, ending, verdict } = act;
        let _turn = self.turn().await;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(&session.tenant_id, correlation_id).await?;
            let current = self.current(session, ending).await?;
            let mut signed = Vec::new();
            for (review, current) in ending.reviews.iter().zip(&current) {
                signed.push(self.sign_end((review, current), verdict, key, &page)?);
            }
            let of = (&current[..], &signed[..]);
            let requests = self.end(permit, session, ending, of, &mut page).await?;
            let receipt = receipt(&requests, &signed, key, correlation_id);
            let state = requests.into_iter().map(StateWrite::PutRequest).collect();
            let mut writes = writes(state, idempotency_key, &receipt)?;
            for signed in &signed {
                writes.attestations.push(signed.row(page.records.occasion())?);
            }
            if self.write(vec![page], writes).await? {
                return Ok(receipt);
            }
        }
    }

    /// The requests of an act with their subjects as they lie there.
    async fn current(
        &self,
        session: &Session,
        ending: &Ending,
    ) -> Result<Vec<Current>, ConsoleError> {
        let mut current = Vec::new();
        for review in &ending.reviews {
            let request = self.approved_request(session, &review.request_id).await?;
            current.push(self.measured(request).await?);
        }
        Ok(current)
    }

    async fn measured(&self, request: ApprovalRequest) -> Result<Current, ConsoleError> {
        self.demand_as_recorded(&request).await?;
        let material = self.material(&request).await?;
        let missing = ConsoleError::Damaged { what: "a request without its subject" };
        let subject = CurrentSubject {
            digest: material.digest()?,
            documents: material.documents(),
            hidden_characters: material.hidden_characters(),
            record: material.record().ok_or(missing)?,
        };
        let effect = self.effect_now(&request).await?;
        Ok(Current { request, subject, effect })
    }

    fn sign_end(
        &self,
        (review, current): (&OpenReview, &Current),
        verdict: Verdict<'_>,
        key: &UnlockedKey,
        page: &Page<'_>,
    ) -> Result<SignedStatement, ConsoleError> {
        let none = Conditions::default();
        let word = ReviewWord { request: &current.request, review, verdict, conditions: &none };
        word.sign(&signer(key, page)?, page.records.occasion(), self)
    }

    /// The approvals as they end, by the verb of the act.
    async fn end(
        &self,
        permit: &Permit,
        session: &Session,
        ending: &Ending,
        (current, signed): (&[Current], &[SignedStatement]),
        page: &mut Page<'_>,
    ) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let authority = page.authority().clone();
        let Some(back_to) = &ending.back_to else {
            let mut ended = Vec::new();
            for (current, signed) in current.iter().zip(signed) {
                let (approval, signed) = (current.approval(), &signed.decision);
                let records = &mut page.records;
                let request =
                    ApprovalWorkflow::revoke(permit, approval, signed, &authority, records)?;
                ended.push(request);
            }
            return Ok(ended);
        };
        let to = self.approved_request(session, back_to).await?;
        self.demand_as_recorded(&to).await?;
        let to_effect = self.effect_now(&to).await?;
        // Every other version in force: one that came into force since the act was shown is in it.
        let mut others = Vec::new();
        for standing in self.standings(&session.tenant_id, &to.subject.name).await? {
            let is_in_force = standing.effect(self.now()) == Effect::InForce;
            if let Some(request) = standing.request.filter(|_| is_in_force) {
                others.push(self.measured(request).await?);
            }
        }
        let others: Vec<Approval<'_>> = others.iter().map(Current::approval).collect();
        let signed: Vec<_> = signed.iter().map(|signed| signed.decision.clone()).collect();
        let (to, records) = ((&to, to_effect), &mut page.records);
        Ok(ApprovalWorkflow::roll_back(permit, to, &others, &signed, &authority, records)?)
    }

    /// Whether a session's person may end approvals of a version at all; a refusal is on record.
    pub(crate) async fn demand_may_end(
        &self,
        session: &Session,
        subject: &SubjectName,
    ) -> Result<(), ConsoleError> {
        let kind = match subject {
            SubjectName::Model(..) => ResourceType::Model,
            SubjectName::Prompt(..) => ResourceType::Prompt,
            SubjectName::Change(_) => ResourceType::Change,
        };
        let (id, correlation_id) = (subject.resource_id(), self.ids.correlation());
        self.permit(session, Verb::Approve, (kind, &id), &correlation_id).await.map(drop)
    }

    /// The proof that a session's person may end approvals; a refusal is on record.
    async fn permit_to_end(
        &self,
        session: &Session,
        request: &ApprovalRequest,
        correlation_id: &CorrelationId,
    ) -> Result<Permit, ConsoleError> {
        let (kind, id) = resource(request);
        self.permit(session, Verb::Approve, (kind, id.as_str()), correlation_id).await
    }

    async fn approved_request(
        &self,
        session: &Session,
        id: &RequestId,
    ) -> Result<ApprovalRequest, ConsoleError> {
        let found = self.store.request(&session.tenant_id, id).await?;
        found.ok_or(ConsoleError::NotFound { what: "request" })
    }
}

fn receipt(
    requests: &[ApprovalRequest],
    signed: &[SignedStatement],
    key: &UnlockedKey,
    correlation_id: &CorrelationId,
) -> EndedReceipt {
    let ended = |(request, signed): (&ApprovalRequest, &SignedStatement)| Ended {
        request_id: request.id.clone(),
        subject: request.subject.name.clone(),
        seq: request.revoked_seq.unwrap_or(request.seq),
        attestation_sha256: *signed.decision.attestation_sha256(),
    };
    EndedReceipt {
        ended: requests.iter().zip(signed).map(ended).collect(),
        keyid: key.keyid,
        correlation_id: correlation_id.clone(),
    }
}
