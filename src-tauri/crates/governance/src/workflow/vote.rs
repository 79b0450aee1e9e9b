//! Votes on models and prompts, and the outcome they lead to.
//!
//! Invariant: a vote is recorded only if it will count. Whether the votes satisfy the policy is
//! asked of `ledger::replay::standing`, with the roles and groups of this moment.

use ledger::metadata::{Documents, OutcomeMetadata, VoteMetadata};
use ledger::replay::{Authority, Ballot, standing};
use ledger::statement::{RequestReference, Reviewed};
use ledger::{Action, Actor, Decision, Digest, Policy, Status, SubjectDigest, Timestamp};
use security::rbac::{Action as Verb, Permit};

use super::request::{decided, demand_undecided, status_of};
use super::statement::{Expected, SignedDecision, demand_fit};
use super::{ApprovalWorkflow, demand_open};
use crate::acting::{Acting, role_of};
use crate::audit::{RecordBuilder, RecordDraft, Written};
use crate::error::{GovernanceError, Stale, Tie};
use crate::registry::{ModelRegistry, PromptRegistry};
use crate::state::{ApprovalRequest, CastVote, SubjectRecord};

/// The subject as it stands now, measured anew for this decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentSubject {
    /// Its record.
    pub record: SubjectRecord,
    /// Digest of its bytes now: of the decrypted text, of the artefact if it can be reached, else
    /// the one registered.
    pub digest: SubjectDigest,
    /// Digests of its documents now.
    pub documents: Documents,
    /// Hidden characters that a review counts in subject, documents and request reason.
    pub hidden_characters: u32,
}

/// The present state that a decision is made in.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// The request.
    pub request: &'a ApprovalRequest,
    /// Its subject now.
    pub subject: &'a CurrentSubject,
    /// The policy pinned to the request.
    pub policy: &'a Policy,
    /// Keys, roles and groups after the last record of the tenant's log.
    pub authority: &'a Authority,
    /// Open findings that are marked blocking ([`crate::discussion::open_blocking`]).
    pub blocking: u32,
}

/// What a vote leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voted {
    /// The request with the vote, decided if the vote ended it.
    pub request: ApprovalRequest,
    /// The subject, if the vote changed how it stands.
    pub subject: Option<SubjectRecord>,
}

impl ApprovalWorkflow {
    /// Votes for (`approval.vote`), and approves request and subject if that satisfies the policy
    /// (`approval.approve`).
    ///
    /// # Errors
    /// In this order: [`GovernanceError::Security`]; [`GovernanceError::InvalidWorkflowState`], for
    /// an open blocking finding after the next three; [`GovernanceError::FourEyes`]; [`GovernanceError::NotAPerson`];
    /// [`GovernanceError::AlreadyVoted`]; [`GovernanceError::StaleReview`];
    /// [`GovernanceError::StatementMismatch`]; [`GovernanceError::ArtefactUnchecked`].
    pub fn approve(
        permit: &Permit,
        review: &Review<'_>,
        signed: &SignedDecision,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Voted, GovernanceError> {
        vote(permit, review, signed, Decision::Approved, records)
    }

    /// Votes against (`approval.vote`), which ends the request (`approval.reject`).
    ///
    /// # Errors
    /// As [`ApprovalWorkflow::approve`].
    pub fn reject(
        permit: &Permit,
        review: &Review<'_>,
        signed: &SignedDecision,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Voted, GovernanceError> {
        vote(permit, review, signed, Decision::Rejected, records)
    }

    /// Whether this person may vote on the request at this time: what the signing window asks
    /// before it opens, and every vote again.
    ///
    /// # Errors
    /// As the first five of [`ApprovalWorkflow::approve`].
    pub fn check_voter(
        permit: &Permit,
        request: &ApprovalRequest,
        policy: &Policy,
        at: Timestamp,
    ) -> Result<(), GovernanceError> {
        admit(permit, request, policy, at).map(|_| ())
    }

    /// Whether a review is what the policy asks a vote to rest on: what the signing window asks
    /// before it opens, and every vote again. A vote without it would not count.
    ///
    /// # Errors
    /// [`GovernanceError::ArtefactUnchecked`].
    pub const fn check_reviewed(
        policy: &Policy,
        reviewed: &Reviewed,
    ) -> Result<(), GovernanceError> {
        if policy.artefact_check && !reviewed.artefact_checked {
            return Err(GovernanceError::ArtefactUnchecked);
        }
        Ok(())
    }
}

fn vote(
    permit: &Permit,
    review: &Review<'_>,
    signed: &SignedDecision,
    decision: Decision,
    records: &mut RecordBuilder<'_>,
) -> Result<Voted, GovernanceError> {
    let request = review.request;
    let acting = admit(permit, request, review.policy, records.next()?.at)?;
    demand_decidable(&review.subject.record, request)?;
    if decision == Decision::Approved {
        ApprovalWorkflow::check_unblocked(request, review.blocking)?;
    }
    demand_unchanged(request, review.subject)?;
    demand_policy(request, review.policy)?;
    let expected = Expected {
        decision,
        subject: &request.subject,
        request: reference(request),
        policy_sha256: request.policy_sha256,
        documents: &request.documents,
        hidden_characters: review.subject.hidden_characters,
        least_log_size: request.seq + 1,
        reviewer: &acting.actor,
        role: role_of(permit.role()),
    };
    demand_fit(signed, &expected, review.authority, records)?;
    ApprovalWorkflow::check_reviewed(review.policy, &signed.statement().predicate.reviewed)?;
    let cast = cast(&acting.actor, &expected, request, signed, records)?;
    let mut request = request.clone();
    request.votes.push(cast);
    conclude(request, review, signed, records)
}

/// The first five checks: tenant and permit, open, four eyes, a person, the first vote.
fn admit(
    permit: &Permit,
    request: &ApprovalRequest,
    policy: &Policy,
    at: Timestamp,
) -> Result<Acting, GovernanceError> {
    let acting = Acting::by(permit, Verb::Approve, &request.tenant_id)?;
    demand_open(request, at)?;
    if request.change.is_some() {
        // Changes take the second ADMIN's permit: see `approve_change`.
        return Err(GovernanceError::SecondAdminNeeded);
    }
    if policy.four_eyes {
        refuse_tied(&acting.actor, request)?;
    }
    if !acting.actor.is_person() {
        return Err(GovernanceError::NotAPerson);
    }
    if request.vote_of(&acting.actor).is_some() {
        return Err(GovernanceError::AlreadyVoted);
    }
    Ok(acting)
}

/// Refuses whoever requested or made the subject.
pub(crate) fn refuse_tied(actor: &Actor, request: &ApprovalRequest) -> Result<(), GovernanceError> {
    if request.requested_by == *actor {
        return Err(GovernanceError::FourEyes { tie: Tie::Requested });
    }
    if request.makers.contains(actor) {
        return Err(GovernanceError::FourEyes { tie: Tie::Made });
    }
    Ok(())
}

/// Demands a subject that waits for this decision: one that nobody has decided on, or one whose
/// approval by another request stands and is looked at again.
fn demand_decidable(
    subject: &SubjectRecord,
    request: &ApprovalRequest,
) -> Result<(), GovernanceError> {
    let is_looked_at_again = subject.status() == Status::Approved
        && subject.request_id().is_some_and(|by| *by != request.id);
    if is_looked_at_again { Ok(()) } else { demand_undecided(subject) }
}

/// Rule 8, the side of the subject: what stands now is what was requested.
pub(super) fn demand_unchanged(
    request: &ApprovalRequest,
    current: &CurrentSubject,
) -> Result<(), GovernanceError> {
    let stale = |what| Err(GovernanceError::StaleReview { what });
    if current.record.subject() != request.subject || current.digest != request.subject.digest {
        return stale(Stale::Subject);
    }
    if *current.record.documents() != request.documents || current.documents != request.documents {
        return stale(Stale::Documents);
    }
    Ok(())
}

/// Rule 8, the side of the policy: what is counted under is what was pinned.
fn demand_policy(request: &ApprovalRequest, policy: &Policy) -> Result<(), GovernanceError> {
    if Some(policy.digest()?) == request.policy_sha256 {
        return Ok(());
    }
    Err(GovernanceError::StaleReview { what: Stale::Policy })
}

/// The request as a statement repeats it.
pub(super) fn reference(request: &ApprovalRequest) -> RequestReference {
    RequestReference {
        id: request.id.clone(),
        makers: request.makers.clone(),
        reason: request.reason.clone(),
        requested_at: request.requested_at,
        requested_by: request.requested_by.clone(),
        tier: request.tier,
    }
}

/// Writes `approval.vote`.
pub(super) fn cast(
    actor: &Actor,
    expected: &Expected<'_>,
    request: &ApprovalRequest,
    signed: &SignedDecision,
    records: &mut RecordBuilder<'_>,
) -> Result<CastVote, GovernanceError> {
    let metadata = VoteMetadata {
        attestation_sha256: *signed.attestation_sha256(),
        decision: expected.decision,
        request_id: request.id.clone(),
    };
    let reason = signed.reason()?;
    let name = &request.subject.name;
    let draft = RecordDraft::about(name, Action::ApprovalVote, reason.as_str(), &metadata)?;
    let written = records.record(actor, draft)?;
    Ok(CastVote {
        seq: written.seq,
        actor: actor.clone(),
        role: expected.role,
        decision: expected.decision,
        attestation_sha256: *signed.attestation_sha256(),
        conditions: signed.statement().predicate.conditions.clone(),
        at: written.at,
    })
}

/// Ends the request if its votes do; the final record has actor and reason of the last vote.
fn conclude(
    request: ApprovalRequest,
    review: &Review<'_>,
    signed: &SignedDecision,
    records: &mut RecordBuilder<'_>,
) -> Result<Voted, GovernanceError> {
    let ballots: Vec<Ballot<'_>> = request
        .votes
        .iter()
        .map(|vote| Ballot { person: &vote.actor, decision: vote.decision })
        .collect();
    let outcome = standing(Some(review.policy), &ballots, review.authority).outcome;
    let Some(status) = outcome.and_then(status_of) else {
        return Ok(Voted { request, subject: None });
    };
    let signer = signed.statement().predicate.reviewer.id.clone();
    let attestations = request.votes.iter().map(|vote| vote.attestation_sha256).collect();
    let written = record_outcome(&signer, &request, status, attestations, signed, records)?;
    let subject = decide(&review.subject.record, &request, status, &signer, written.at)?;
    Ok(Voted { request: decided(request, status, written.seq), subject })
}

/// Writes `approval.approve` or `approval.reject`.
pub(super) fn record_outcome(
    signer: &Actor,
    request: &ApprovalRequest,
    status: Status,
    attestations: Vec<Digest>,
    signed: &SignedDecision,
    records: &mut RecordBuilder<'_>,
) -> Result<Written, GovernanceError> {
    let action = match status {
        Status::Approved => Action::ApprovalApprove,
        Status::Rejected => Action::ApprovalReject,
        Status::Pending => {
            let lifecycle = request.lifecycle;
            return Err(GovernanceError::InvalidWorkflowState { lifecycle, status, blocking: 0 });
        }
    };
    let metadata = OutcomeMetadata { attestations, request_id: request.id.clone() };
    let reason = signed.reason()?;
    let draft = RecordDraft::about(&request.subject.name, action, reason.as_str(), &metadata)?;
    records.record(signer, draft)
}

fn decide(
    subject: &SubjectRecord,
    request: &ApprovalRequest,
    status: Status,
    signer: &Actor,
    at: Timestamp,
) -> Result<Option<SubjectRecord>, GovernanceError> {
    let decided = match (subject, subject.status(), status) {
        // An approval that stands is taken the place of by a new one; a rejection does not end it
        // (rule 5): only a revocation does.
        (_, Status::Approved, Status::Approved) => subject.renewed(&request.id, signer, at),
        (_, Status::Approved, Status::Rejected) | (_, _, Status::Pending) => return Ok(None),
        (SubjectRecord::Model(model), _, Status::Approved) => {
            let model = ModelRegistry::approve_model(model, &request.id, signer, at)?;
            SubjectRecord::Model(model)
        }
        (SubjectRecord::Model(model), _, Status::Rejected) => {
            SubjectRecord::Model(ModelRegistry::reject_model(model, &request.id)?)
        }
        (SubjectRecord::Prompt(prompt), _, Status::Approved) => {
            let prompt = PromptRegistry::approve_prompt(prompt, &request.id, signer, at)?;
            SubjectRecord::Prompt(prompt)
        }
        (SubjectRecord::Prompt(prompt), _, Status::Rejected) => {
            SubjectRecord::Prompt(PromptRegistry::reject_prompt(prompt, &request.id)?)
        }
    };
    Ok(Some(decided))
}
