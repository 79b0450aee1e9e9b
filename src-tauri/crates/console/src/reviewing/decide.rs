//! A decision: signed by the person's own key over what they saw, bound and counted in one commit.
//!
//! Invariant: the request and its votes are read back from the log before anything is counted, so
//! that a row changed by hand decides nothing.

use governance::workflow::{CurrentSubject, Review};
use governance::{ApprovalRequest, ApprovalWorkflow, GovernanceError, Reason, SubjectRecord};
use ledger::statement::Conditions;
use ledger::{CorrelationId, Decision, Digest, ResourceType, Role, Status, SubjectName, Timestamp};
use security::SecurityError;
use security::rbac::{Action as Verb, AdminPermit, Permit};
use serde::{Deserialize, Serialize};
use store::StateWrite;

use super::OpenReview;
use super::conditions;
use super::word::ReviewWord;
use crate::failure::ConsoleError;
use crate::registering::writes;
use crate::reopening::put_subject;
use crate::session::{Session, UnlockedKey};
use crate::statements::{ChangeWord, Seen, SignedStatement, Signer};
use crate::workspace::{Page, Workspace};

/// What was signed and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The request.
    pub request_id: ledger::RequestId,
    /// The subject.
    pub subject: SubjectName,
    /// The record that binds the signature.
    pub seq: u64,
    /// The record that ended the request, if this signature did.
    pub final_seq: Option<u64>,
    /// Decision state afterwards.
    pub status: Status,
    /// SHA-256 of the signed statement.
    pub attestation_sha256: Digest,
    /// The key that signed.
    pub keyid: Digest,
    /// Everything that this act caused.
    pub correlation_id: CorrelationId,
}

/// What a person decides.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// APPROVED or REJECTED.
    pub decision: Decision,
    /// Why.
    pub reason: &'a str,
    /// Whole seconds that the review was in front.
    pub seconds: u64,
}

/// What is to be signed, and with what.
#[derive(Clone, Copy)]
struct Act<'a> {
    key: &'a UnlockedKey,
    review: &'a OpenReview,
    verdict: Verdict<'a>,
    conditions: &'a Conditions,
}

/// The proof under which a decision is made.
enum Right {
    Subject(Permit),
    Change(AdminPermit),
}

/// State and signature of one decision, before it is written.
struct Decided {
    request: ApprovalRequest,
    subject: Option<SubjectRecord>,
    signed: SignedStatement,
}

impl Workspace {
    /// Signs a decision on an opened review, without conditions.
    ///
    /// # Errors
    /// As [`Workspace::decide_under`].
    pub async fn decide(
        &self,
        session: &Session,
        key: &UnlockedKey,
        review: &OpenReview,
        verdict: Verdict<'_>,
        idempotency_key: &str,
    ) -> Result<Receipt, ConsoleError> {
        let none = Conditions::default();
        self.decide_under(session, key, review, (verdict, &none), idempotency_key).await
    }

    /// Signs a decision on an opened review; an approval of a model or prompt may be limited.
    ///
    /// # Errors
    /// [`ConsoleError`] with its cause: stale review, hidden characters, four eyes, role, state,
    /// conditions that are not possible. Nothing was changed then; denials are on record.
    pub async fn decide_under(
        &self,
        session: &Session,
        key: &UnlockedKey,
        review: &OpenReview,
        (verdict, conditions): (Verdict<'_>, &Conditions),
        idempotency_key: &str,
    ) -> Result<Receipt, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        Reason::parse(verdict.reason)?;
        let is_theirs = review.person == session.person && key.person == session.person;
        if !is_theirs || review.tenant_id != session.tenant_id {
            return Err(ConsoleError::NotSignedIn);
        }
        if !review.is_acknowledged() {
            return Err(ConsoleError::HiddenCharacters { count: review.hidden_characters });
        }
        let correlation_id = self.ids.correlation();
        let request = self.request_of(session, review).await?;
        let asked = resource(&request);
        let asked = (asked.0, asked.1.as_str());
        let right = if request.change.is_some() {
            Right::Change(self.admin_permit(session, asked, &correlation_id).await?)
        } else {
            Right::Subject(self.permit(session, Verb::Approve, asked, &correlation_id).await?)
        };
        let act = Act { key, review, verdict, conditions };
        let decided = self.decide_by(&right, session, act, idempotency_key, &correlation_id).await;
        self.denial_on_record(session, asked, decided, &correlation_id).await
    }

    /// What came of an act whose turn is over, with its denial on record: the record of a denial waits
    /// for the turn as well.
    pub(crate) async fn denial_on_record<T>(
        &self,
        session: &Session,
        asked: (ResourceType, &str),
        came: Result<T, ConsoleError>,
        correlation_id: &CorrelationId,
    ) -> Result<T, ConsoleError> {
        match came {
            Err(refusal) if is_denial(&refusal) => {
                Err(self.deny_because(session, asked, refusal, correlation_id).await)
            }
            Ok(_) | Err(_) => came,
        }
    }

    async fn decide_by(
        &self,
        right: &Right,
        session: &Session,
        act: Act<'_>,
        idempotency_key: &str,
        correlation_id: &CorrelationId,
    ) -> Result<Receipt, ConsoleError> {
        let _turn = self.turn().await;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(&session.tenant_id, correlation_id).await?;
            let request = self.request_of(session, act.review).await?;
            self.demand_as_recorded(&request).await?;
            let decided = match right {
                Right::Change(permit) => {
                    self.decide_change(permit, act, &request, &mut page).await?
                }
                Right::Subject(permit) => {
                    self.decide_subject(permit, act, &request, &mut page).await?
                }
            };
            let receipt = receipt(&decided, act.key, correlation_id);
            let mut state = vec![StateWrite::PutRequest(decided.request)];
            state.extend(decided.subject.map(put_subject));
            let mut writes = writes(state, idempotency_key, &receipt)?;
            writes.attestations.push(decided.signed.row(page.records.occasion())?);
            if self.write(vec![page], writes).await? {
                return Ok(receipt);
            }
        }
    }

    async fn request_of(
        &self,
        session: &Session,
        review: &OpenReview,
    ) -> Result<ApprovalRequest, ConsoleError> {
        let found = self.store.request(&session.tenant_id, &review.request_id).await?;
        found.ok_or(ConsoleError::NotFound { what: "request" })
    }

    async fn decide_subject(
        &self,
        permit: &Permit,
        act: Act<'_>,
        request: &ApprovalRequest,
        page: &mut Page<'_>,
    ) -> Result<Decided, ConsoleError> {
        let material = self.material(request).await?;
        let pinned = request.policy_sha256.as_ref();
        let policy = pinned
            .and_then(|digest| page.authority().policy_pinned(digest))
            .cloned()
            .ok_or(ConsoleError::Damaged { what: "the policy pinned to a request" })?;
        ApprovalWorkflow::check_voter(permit, request, &policy, page.records.next()?.at)?;
        demand_possible(act, request, page.records.next()?.at)?;
        let word = ReviewWord {
            request,
            review: act.review,
            verdict: act.verdict,
            conditions: act.conditions,
        };
        let signed = word.sign(&signer(act.key, page)?, page.records.occasion(), self)?;
        let missing = ConsoleError::Damaged { what: "a request without its subject" };
        let current = CurrentSubject {
            digest: material.digest()?,
            documents: material.documents(),
            hidden_characters: material.hidden_characters(),
            record: material.record().ok_or(missing)?,
        };
        let authority = page.authority().clone();
        let blocking = self.blocking_findings(request).await?;
        let under =
            Review { request, subject: &current, policy: &policy, authority: &authority, blocking };
        let vote = match act.verdict.decision {
            Decision::Approved => ApprovalWorkflow::approve,
            Decision::Rejected => ApprovalWorkflow::reject,
            Decision::Revoked | Decision::Proposed => {
                return Err(ConsoleError::Input { what: "decision", reason: "approve or reject" });
            }
        };
        let voted = vote(permit, &under, &signed.decision, &mut page.records)?;
        Ok(Decided { request: voted.request, subject: voted.subject, signed })
    }

    async fn decide_change(
        &self,
        permit: &AdminPermit,
        act: Act<'_>,
        request: &ApprovalRequest,
        page: &mut Page<'_>,
    ) -> Result<Decided, ConsoleError> {
        let Act { key, review, verdict, .. } = act;
        demand_possible(act, request, page.records.next()?.at)?;
        let missing = ConsoleError::Damaged { what: "a request without its change" };
        let change = request.change.clone().ok_or(missing)?;
        let hidden = self.material(request).await?.hidden_characters();
        let signer = signer(key, page)?;
        let word = ChangeWord {
            change: &change,
            decision: verdict.decision,
            reason: verdict.reason,
            requested_at: request.requested_at,
            seen: Seen {
                log: review.seen,
                parts: review.parts(),
                seconds: verdict.seconds,
                hidden_characters: hidden,
            },
        };
        let signed = word.sign(&signer, page.records.occasion(), self.ids.nonce()?)?;
        let authority = page.authority().clone();
        let (word, records) = (&signed.decision, &mut page.records);
        let decided = match verdict.decision {
            Decision::Approved => {
                let counted = (hidden, self.blocking_findings(request).await?);
                ApprovalWorkflow::approve_change(
                    permit, request, word, counted, &authority, records,
                )
            }
            Decision::Rejected => {
                ApprovalWorkflow::reject_change(permit, request, word, hidden, &authority, records)
            }
            Decision::Revoked | Decision::Proposed => {
                return Err(ConsoleError::Input { what: "decision", reason: "approve or reject" });
            }
        }?;
        Ok(Decided { request: decided, subject: None, signed })
    }
}

/// An approval could be in force: those given before have not ended, and its own conditions are
/// possible, which only those of a model or prompt have: ahead of now, and so that together with
/// the earlier ones an environment is left.
fn demand_possible(
    act: Act<'_>,
    request: &ApprovalRequest,
    now: Timestamp,
) -> Result<(), ConsoleError> {
    let conditions = act.conditions;
    if conditions.are_none() {
        return demand_not_over(request, act.verdict.decision, now);
    }
    if act.verdict.decision != Decision::Approved || request.change.is_some() {
        return Err(conditions::NOT_HERE);
    }
    conditions::demand_ahead(conditions, &request.conditions(), now)
}

/// What was approved before on a request has not ended when it is approved once more.
pub(super) fn demand_not_over(
    request: &ApprovalRequest,
    decision: Decision,
    now: Timestamp,
) -> Result<(), ConsoleError> {
    match decision {
        Decision::Approved => conditions::demand_not_over(&request.conditions(), now),
        Decision::Rejected | Decision::Revoked | Decision::Proposed => Ok(()),
    }
}

/// Refusals for who somebody is, which go on record like those of the role matrix.
const fn is_denial(error: &ConsoleError) -> bool {
    matches!(
        error,
        ConsoleError::Governance(
            GovernanceError::FourEyes { .. }
                | GovernanceError::NotAPerson
                | GovernanceError::NotYourRequest
                | GovernanceError::SecondAdminNeeded
                | GovernanceError::Security(SecurityError::Authorization { .. })
        )
    )
}

fn receipt(decided: &Decided, key: &UnlockedKey, correlation_id: &CorrelationId) -> Receipt {
    let request = &decided.request;
    Receipt {
        request_id: request.id.clone(),
        subject: request.subject.name.clone(),
        seq: request.votes.last().map_or(request.seq, |vote| vote.seq),
        final_seq: request.decided_seq,
        status: request.status,
        attestation_sha256: *decided.signed.decision.attestation_sha256(),
        keyid: key.keyid,
        correlation_id: correlation_id.clone(),
    }
}

pub(super) fn signer<'a>(
    key: &'a UnlockedKey,
    page: &Page<'_>,
) -> Result<Signer<'a>, ConsoleError> {
    let grant = page.authority().grant(&key.person).ok_or(ConsoleError::NotEnrolled)?;
    let role: Role = grant.role;
    Ok(Signer { key: &key.key, person: &key.person, name: &key.name, role })
}

/// Type and id of what a request is about.
pub(crate) fn resource(request: &ApprovalRequest) -> (ResourceType, String) {
    let kind = match &request.subject.name {
        SubjectName::Model(..) => ResourceType::Model,
        SubjectName::Prompt(..) => ResourceType::Prompt,
        SubjectName::Change(_) => ResourceType::Change,
    };
    (kind, request.subject.name.resource_id())
}
