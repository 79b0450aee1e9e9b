//! Opening a request, and the ways in which it leaves the queue undecided.
//!
//! Invariant: the policy in force is pinned by its digest when the request is opened, and a
//! request that left the queue stays PENDING for ever.

use ledger::metadata::{LeaveMetadata, RequestMetadata};
use ledger::replay::Authority;
use ledger::{Action, Actor, Decision, Digest, Lifecycle, Policy, RequestId, Status, Timestamp};
use security::rbac::{Action as Verb, Permit};

use super::{ApprovalWorkflow, demand_open};
use crate::acting::{Acting, makers_of};
use crate::audit::{RecordBuilder, RecordDraft};
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::text::Reason;

/// What opening a request leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// The request.
    pub request: ApprovalRequest,
    /// The subject, with the request noted.
    pub subject: SubjectRecord,
}

impl ApprovalWorkflow {
    /// Asks for approval of a PENDING model or prompt version (`approval.request`). `waiting` is
    /// the request opened for it last, if there is one. Never refused for want of people: the
    /// request waits.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to create here;
    /// [`GovernanceError::InvalidModelState`] or [`GovernanceError::InvalidPromptState`] unless
    /// PENDING; [`GovernanceError::AlreadyRequested`]; [`GovernanceError::PolicyMissing`].
    pub fn request_approval(
        permit: &Permit,
        subject: &SubjectRecord,
        waiting: Option<&ApprovalRequest>,
        reason: &Reason,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Requested, GovernanceError> {
        Acting::by(permit, Verb::Create, subject.tenant_id())?;
        demand_undecided(subject)?;
        let place = records.next()?;
        if let Some(waiting) = waiting
            && demand_open(waiting, place.at).is_ok()
        {
            return Err(GovernanceError::AlreadyRequested { request_id: waiting.id.clone() });
        }
        let request = open_for(permit, subject, reason, authority, records)?;
        Ok(Requested { subject: subject.with_request(&request.id), request })
    }

    /// Takes a request back (`approval.withdraw`).
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to create here;
    /// [`GovernanceError::InvalidWorkflowState`] unless it is open;
    /// [`GovernanceError::NotTheRequester`].
    pub fn withdraw(
        permit: &Permit,
        request: &ApprovalRequest,
        reason: &Reason,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ApprovalRequest, GovernanceError> {
        let acting = Acting::by(permit, Verb::Create, &request.tenant_id)?;
        demand_open(request, records.next()?.at)?;
        if request.requested_by != acting.actor {
            return Err(GovernanceError::NotTheRequester);
        }
        leave(&acting.actor, request, Lifecycle::Withdrawn, reason.as_str(), records)
    }

    /// Writes down that a request has passed its time (`approval.expire`, by the system). Nothing
    /// to write when it has not, or has left the queue already.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when a limit of the format is passed.
    pub fn expire(
        request: &ApprovalRequest,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Option<ApprovalRequest>, GovernanceError> {
        match (request.lifecycle, request.lifecycle_at(records.next()?.at)) {
            (Lifecycle::Open, Lifecycle::Expired) => {
                leave(&Actor::System, request, Lifecycle::Expired, "", records).map(Some)
            }
            (
                Lifecycle::Open
                | Lifecycle::Withdrawn
                | Lifecycle::Expired
                | Lifecycle::Superseded
                | Lifecycle::Decided,
                _,
            ) => Ok(None),
        }
    }

    /// A newer version takes the place of a request that waits (`approval.supersede`): by the
    /// author of that version, with its reason. None when the request waits no more.
    pub(crate) fn supersede(
        author: &Actor,
        request: &ApprovalRequest,
        reason: &Reason,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Option<ApprovalRequest>, GovernanceError> {
        if demand_open(request, records.next()?.at).is_err() {
            return Ok(None);
        }
        leave(author, request, Lifecycle::Superseded, reason.as_str(), records).map(Some)
    }
}

/// Opens a request for a version as it was made, under the policy in force now.
pub(super) fn open_for(
    permit: &Permit,
    subject: &SubjectRecord,
    reason: &Reason,
    authority: &Authority,
    records: &mut RecordBuilder<'_>,
) -> Result<ApprovalRequest, GovernanceError> {
    let acting = Acting::by(permit, Verb::Create, subject.tenant_id())?;
    let (policy, policy_sha256) = policy_of(subject, authority)?;
    let metadata = RequestMetadata {
        change: None,
        documents: subject.documents().clone(),
        expires_at: expires_at(policy, records.next()?.at)?,
        makers: makers_of_request(permit, subject)?,
        policy_sha256: Some(*policy_sha256),
        request_id: records.ids().request_id(),
        subject: subject.subject(),
        tier: Some(subject.tier()),
    };
    open(&acting.actor, metadata, reason, None, records)
}

/// Writes `approval.request` and returns the open request.
pub(super) fn open(
    requester: &Actor,
    metadata: RequestMetadata,
    reason: &Reason,
    proposal_sha256: Option<Digest>,
    records: &mut RecordBuilder<'_>,
) -> Result<ApprovalRequest, GovernanceError> {
    let name = &metadata.subject.name;
    let draft = RecordDraft::about(name, Action::ApprovalRequest, reason.as_str(), &metadata)?;
    let written = records.record(requester, draft)?;
    Ok(ApprovalRequest {
        id: metadata.request_id,
        tenant_id: records.occasion().tenant_id.clone(),
        subject: metadata.subject,
        makers: metadata.makers,
        requested_by: requester.clone(),
        requested_at: written.at,
        seq: written.seq,
        reason: reason.as_str().to_owned(),
        tier: metadata.tier,
        policy_sha256: metadata.policy_sha256,
        documents: metadata.documents,
        expires_at: metadata.expires_at,
        change: metadata.change,
        proposal_sha256,
        status: Status::Pending,
        lifecycle: Lifecycle::Open,
        decided_seq: None,
        revoked_seq: None,
        votes: Vec::new(),
    })
}

/// The request after its final record.
pub(super) fn decided(
    request: ApprovalRequest,
    status: Status,
    decided_seq: u64,
) -> ApprovalRequest {
    ApprovalRequest {
        status,
        lifecycle: Lifecycle::Decided,
        decided_seq: Some(decided_seq),
        ..request
    }
}

/// The status that an outcome leaves; none for what is no decision.
pub(super) const fn status_of(outcome: Decision) -> Option<Status> {
    match outcome {
        Decision::Approved => Some(Status::Approved),
        Decision::Rejected => Some(Status::Rejected),
        Decision::Revoked | Decision::Proposed => None,
    }
}

/// Demands a subject that nobody has decided on.
pub(super) fn demand_undecided(subject: &SubjectRecord) -> Result<(), GovernanceError> {
    match (subject, subject.status()) {
        (SubjectRecord::Model(_) | SubjectRecord::Prompt(_), Status::Pending) => Ok(()),
        (SubjectRecord::Model(_), status) => Err(GovernanceError::InvalidModelState { status }),
        (SubjectRecord::Prompt(_), status) => Err(GovernanceError::InvalidPromptState { status }),
    }
}

fn leave(
    actor: &Actor,
    request: &ApprovalRequest,
    lifecycle: Lifecycle,
    reason: &str,
    records: &mut RecordBuilder<'_>,
) -> Result<ApprovalRequest, GovernanceError> {
    let action = match lifecycle {
        Lifecycle::Withdrawn => Action::ApprovalWithdraw,
        Lifecycle::Expired => Action::ApprovalExpire,
        Lifecycle::Superseded => Action::ApprovalSupersede,
        Lifecycle::Open | Lifecycle::Decided => {
            let status = request.status;
            return Err(GovernanceError::InvalidWorkflowState { lifecycle, status, blocking: 0 });
        }
    };
    let metadata = LeaveMetadata { request_id: request.id.clone() };
    let draft = RecordDraft::about(&request.subject.name, action, reason, &metadata)?;
    records.record(actor, draft)?;
    Ok(ApprovalRequest { lifecycle, ..request.clone() })
}

fn policy_of<'a>(
    subject: &SubjectRecord,
    authority: &'a Authority,
) -> Result<&'a (Policy, Digest), GovernanceError> {
    let (kind, tier) = (subject.kind(), subject.tier());
    authority
        .policy(kind, tier)
        .filter(|_| authority.tenant() == subject.tenant_id())
        .ok_or(GovernanceError::PolicyMissing { kind, tier })
}

/// The end of a request by its policy: so many seconds after its stamp.
fn expires_at(
    policy: &Policy,
    requested_at: Timestamp,
) -> Result<Option<Timestamp>, GovernanceError> {
    let Some(seconds) = policy.expires_after_seconds else {
        return Ok(None);
    };
    let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(Timestamp::SECOND);
    Ok(Some(requested_at.plus_micros(micros)?))
}

/// The makers of the subject; for a service that asks also the person behind it, who may not
/// decide either (domain.md, rule 1).
fn makers_of_request(
    permit: &Permit,
    subject: &SubjectRecord,
) -> Result<Vec<Actor>, GovernanceError> {
    let requester = makers_of(permit.principal())?;
    let mut makers = subject.makers().to_vec();
    if requester.iter().any(|actor| !actor.is_person()) {
        makers.extend(requester.into_iter().filter(Actor::is_person));
    }
    makers.sort();
    makers.dedup();
    Ok(makers)
}

/// A change's id as the id of its request.
pub(super) fn request_id_of(change: &ledger::ChangeId) -> Result<RequestId, GovernanceError> {
    Ok(RequestId::parse(change.as_str())?)
}
