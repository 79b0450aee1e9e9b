//! What ties votes and outcomes to their request: the same subject, policy, documents and words,
//! by a good key of the record's actor.
//!
//! Invariant: every field of a statement that repeats the log is compared with the log.

use super::quorum::{Ballot, standing};
use super::requests::{RequestState, WhyNot, shape};
use super::signed::Signed;
use super::{Authority, Check, Refusal, demand};
use crate::ids::Actor;
use crate::metadata::{OutcomeMetadata, RequestMetadata};
use crate::subject::SubjectName;
use crate::terms::{Decision, Role, SubjectKind};
use crate::{Action, AuditRecord, Digest};

/// The votes lead to this outcome, and its record follows the last of them at once.
pub(super) fn demand_outcome(
    request: &RequestState,
    metadata: &OutcomeMetadata,
    record: &AuditRecord,
    authority: &Authority,
    decision: Decision,
) -> Result<(), Refusal> {
    let last = request
        .votes
        .last()
        .ok_or_else(|| Refusal::new(Check::Policy, "it ends a request without votes"))?;
    demand(
        last.seq + 1 == record.parts().seq && last.person == record.parts().actor,
        Check::Binding,
        "it does not follow the vote that ends the request",
    )?;
    let signed = &last.statement.predicate;
    demand(
        signed.correlation_id == record.parts().correlation_id
            && signed.device_id == record.parts().device_id,
        Check::Binding,
        "it is not of the commit of the vote that ends the request",
    )?;
    let votes: Vec<Digest> = request.votes.iter().map(|vote| vote.payload_sha256).collect();
    demand(votes == metadata.attestations, Check::Binding, "it lists other votes")?;
    demand(
        outcome_of(request, authority) == Some(decision),
        Check::Policy,
        "the outcome does not follow from the votes",
    )
}

/// What the votes so far lead to, by the roles as they are now.
pub(super) fn outcome_of(request: &RequestState, authority: &Authority) -> Option<Decision> {
    let ballots: Vec<Ballot<'_>> = request
        .votes
        .iter()
        .filter(|vote| vote.why_not.is_none())
        .map(|vote| Ballot { person: &vote.person, decision: vote.decision })
        .collect();
    standing(request.policy.as_ref(), &ballots, authority).outcome
}

/// The statement is about this request, as its record has it, and by a good key of its actor.
pub(super) fn demand_statement(
    request: &RequestState,
    record: &AuditRecord,
    signed: &Signed,
    authority: &Authority,
) -> Result<Digest, Refusal> {
    let predicate = &signed.statement.predicate;
    let metadata = &request.metadata;
    signed.demand_same(record)?;
    demand(
        *signed.statement.subject() == metadata.subject,
        Check::Binding,
        "another subject was signed",
    )?;
    demand(
        predicate.workspace_id == *authority.workspace()
            && predicate.tenant_id == *authority.tenant(),
        Check::Binding,
        "it was signed for another log",
    )?;
    demand(
        predicate.policy.as_ref().map(|policy| policy.sha256) == metadata.policy_sha256,
        Check::Binding,
        "another policy was signed",
    )?;
    let reference = &predicate.request;
    demand(
        reference.id == metadata.request_id
            && reference.makers == metadata.makers
            && reference.reason == request.reason
            && reference.requested_at == request.requested_at
            && reference.requested_by == request.requested_by
            && reference.tier == metadata.tier,
        Check::Binding,
        "what was signed does not repeat the request",
    )?;
    demand(
        predicate.reviewed.documents == metadata.documents,
        Check::Binding,
        "other documents were reviewed",
    )?;
    demand(
        predicate.reviewed.log_size > request.seq,
        Check::History,
        "its signer did not see the request in the log",
    )?;
    authority.demand_signer(signed)
}

pub(super) fn why_not(
    request: &RequestState,
    record: &AuditRecord,
    vote: &Signed,
    role: Option<Role>,
) -> Option<WhyNot> {
    let person = &record.parts().actor;
    if !role.is_some_and(Role::may_decide) {
        return Some(WhyNot::Role);
    }
    let Some(policy) = &request.policy else {
        let other = role == Some(Role::Admin) && *person != request.requested_by;
        return if other { None } else { Some(WhyNot::Proposer) };
    };
    if policy.four_eyes
        && (*person == request.requested_by || request.metadata.makers.contains(person))
    {
        return Some(WhyNot::FourEyes);
    }
    if request.votes.iter().any(|earlier| earlier.person == *person) {
        return Some(WhyNot::Again);
    }
    if request.metadata.expires_at.is_some_and(|end| record.parts().timestamp_utc >= end) {
        return Some(WhyNot::Expired);
    }
    if policy.artefact_check && !vote.statement.predicate.reviewed.artefact_checked {
        return Some(WhyNot::ArtefactUnchecked);
    }
    None
}

pub(super) fn demand_change_request(
    metadata: &RequestMetadata,
    change: &crate::change::Change,
    record: &AuditRecord,
) -> Result<(), Refusal> {
    let subject = change.subject().map_err(shape)?;
    demand(
        metadata.subject == subject
            && metadata.request_id.as_str() == change.id.as_str()
            && metadata.documents.is_empty()
            && metadata.makers.is_empty()
            && metadata.policy_sha256.is_none()
            && metadata.tier.is_none()
            && change.proposed_by == record.parts().actor,
        Check::Binding,
        "the request is not the one of its change",
    )
}

/// The record names its subject as its resource, and its action is one for subjects of that kind.
pub(super) fn demand_resource(record: &AuditRecord, name: &SubjectName) -> Result<(), Refusal> {
    let parts = record.parts();
    demand(
        parts.resource_type.as_str() == name.resource_type()
            && parts.resource_id == name.resource_id(),
        Check::Binding,
        "it names another resource than its subject",
    )?;
    #[allow(clippy::wildcard_enum_match_arm, reason = "all other actions are for any subject")]
    let kind = match parts.action {
        Action::ModelRegister | Action::ModelRevoke => Some(SubjectKind::Model),
        Action::PromptRegister | Action::PromptUpdate | Action::PromptRevoke => {
            Some(SubjectKind::Prompt)
        }
        _ => name.kind(),
    };
    demand(kind == name.kind(), Check::Binding, "its action is not for subjects of this kind")
}

pub(super) fn demand_sorted(makers: &[Actor]) -> Result<(), Refusal> {
    let sorted = makers.is_sorted_by(|left, right| left < right);
    demand(sorted, Check::Shape, "its makers are not sorted")
}

pub(super) fn one(signed: &[Signed]) -> Result<&Signed, Refusal> {
    match signed {
        [only] => Ok(only),
        _ => Err(Refusal::new(Check::Binding, "it does not bind exactly one statement")),
    }
}
