//! Subjects, requests and votes of one log, and the effect that follows from them.
//!
//! Invariant: a vote is bound to its record, request, policy and subject by what was signed; a vote
//! that is bound may still not count, and then says why. An outcome record holds only where the
//! votes before it lead to it.

use std::collections::BTreeMap;

use super::acts::Signer;
use super::binding::{
    demand_change_request, demand_outcome, demand_resource, demand_sorted, demand_statement, one,
    outcome_of, why_not,
};
use super::signed::Signed;
use super::{Authority, Check, Refusal, demand};
use crate::action::Action;
use crate::ids::{Actor, RequestId};
use crate::metadata::{
    LeaveMetadata, MakingMetadata, OutcomeMetadata, RequestMetadata, RevocationMetadata,
    VoteMetadata,
};
use crate::subject::{Subject, SubjectName};
use crate::terms::{Decision, Lifecycle, Role, Status};
use crate::{AuditRecord, Digest, LedgerError, Policy, Statement, Timestamp};

/// The record that made a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Making {
    /// The record.
    pub seq: u64,
    /// What it says.
    pub metadata: MakingMetadata,
}

/// Why a vote that is bound does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// Neither APPROVER nor ADMIN.
    Role,
    /// Made or requested the subject.
    FourEyes,
    /// Voted on this request before.
    Again,
    /// After the request's end.
    Expired,
    /// Without the check of the artefact that the policy asks for.
    ArtefactUnchecked,
    /// A change needs an ADMIN other than its proposer.
    Proposer,
}

/// A vote.
#[derive(Debug, Clone)]
pub struct VoteState {
    /// Its record.
    pub seq: u64,
    /// Who voted.
    pub person: Actor,
    /// Their role then.
    pub role: Option<Role>,
    /// For or against.
    pub decision: Decision,
    /// The key that signed.
    pub keyid: Digest,
    /// Digest of what was signed.
    pub payload_sha256: Digest,
    /// What was signed.
    pub statement: Statement,
    /// None when it counts.
    pub why_not: Option<WhyNot>,
}

impl VoteState {
    /// Whether it is an approval that counts.
    pub fn approves(&self) -> bool {
        self.why_not.is_none() && self.decision == Decision::Approved
    }
}

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct RequestState {
    /// Its record.
    pub seq: u64,
    /// Who asked.
    pub requested_by: Actor,
    /// When.
    pub requested_at: Timestamp,
    /// Why.
    pub reason: String,
    /// What its record says.
    pub metadata: RequestMetadata,
    /// The pinned policy; none for a change.
    pub policy: Option<Policy>,
    /// Votes, in order.
    pub votes: Vec<VoteState>,
    /// What the votes lead to at the record of the last; none while more are needed.
    pub leads_to: Option<Decision>,
    /// Who approved and was in role at the final record, with the group each represented there.
    pub approved_by: BTreeMap<Actor, Option<String>>,
    /// The final record, if there is one.
    pub decided_at: Option<u64>,
    /// Decision.
    pub status: Status,
    /// Life cycle.
    pub lifecycle: Lifecycle,
    /// Records that revoked the approval, with who signed each.
    pub revocations: Vec<(u64, Signer)>,
}

/// Everything of one log that is or was up for approval.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    pub(super) makings: BTreeMap<SubjectName, Making>,
    pub(super) requests: BTreeMap<RequestId, RequestState>,
}

pub(super) fn shape(error: LedgerError) -> Refusal {
    Refusal::new(Check::Shape, error.to_string())
}

impl Requests {
    /// Reads a record with the statements it binds, under the authority after it.
    ///
    /// # Errors
    /// [`Refusal`] when it does not hold: it then changed nothing.
    pub fn apply(
        &mut self,
        record: &AuditRecord,
        signed: &[Signed],
        authority: &Authority,
    ) -> Result<(), Refusal> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "all other actions change no request")]
        match record.parts().action {
            Action::ModelRegister | Action::PromptRegister | Action::PromptUpdate => {
                self.make(record)
            }
            Action::ApprovalRequest => self.open(record, authority),
            Action::ApprovalVote => self.vote(record, signed, authority),
            Action::ApprovalApprove => self.decide(record, authority, Decision::Approved),
            Action::ApprovalReject => self.decide(record, authority, Decision::Rejected),
            Action::ApprovalWithdraw => self.leave(record, Lifecycle::Withdrawn),
            Action::ApprovalExpire => self.leave(record, Lifecycle::Expired),
            Action::ApprovalSupersede => self.leave(record, Lifecycle::Superseded),
            Action::ModelRevoke | Action::PromptRevoke => self.revoke(record, signed, authority),
            _ => Ok(()),
        }
    }

    /// The record that made a subject.
    pub fn making(&self, name: &SubjectName) -> Option<&Making> {
        self.makings.get(name)
    }

    /// Every subject with the record that made it, by name.
    pub fn makings(&self) -> impl Iterator<Item = (&SubjectName, &Making)> {
        self.makings.iter()
    }

    /// A request.
    pub fn request(&self, id: &RequestId) -> Option<&RequestState> {
        self.requests.get(id)
    }

    /// All requests, by id.
    pub fn all(&self) -> impl Iterator<Item = (&RequestId, &RequestState)> {
        self.requests.iter()
    }

    fn make(&mut self, record: &AuditRecord) -> Result<(), Refusal> {
        let parts = record.parts();
        let metadata: MakingMetadata = record.metadata_as().map_err(shape)?;
        demand_resource(record, &metadata.subject.name)?;
        demand_sorted(&metadata.makers)?;
        demand(metadata.makers.contains(&parts.actor), Check::Binding, "its actor is no maker")?;
        let fresh = !self.makings.contains_key(&metadata.subject.name);
        demand(fresh, Check::Binding, "the subject was made before")?;
        demand(
            matches!(metadata.subject.name, SubjectName::Prompt(_, number) if number > 1)
                == (parts.action == Action::PromptUpdate),
            Check::Binding,
            "a prompt's first version is registered, each later one is an update",
        )?;
        let making = Making { seq: parts.seq, metadata };
        self.makings.insert(making.metadata.subject.name.clone(), making);
        Ok(())
    }

    fn open(&mut self, record: &AuditRecord, authority: &Authority) -> Result<(), Refusal> {
        let parts = record.parts();
        let metadata: RequestMetadata = record.metadata_as().map_err(shape)?;
        demand_resource(record, &metadata.subject.name)?;
        let policy = match &metadata.change {
            Some(change) => {
                demand_change_request(&metadata, change, record)?;
                None
            }
            None => Some(self.demand_subject_request(&metadata, record, authority)?),
        };
        let fresh = !self.requests.contains_key(&metadata.request_id);
        demand(fresh, Check::Binding, "the request was opened before")?;
        let id = metadata.request_id.clone();
        let state = RequestState {
            seq: parts.seq,
            requested_by: parts.actor.clone(),
            requested_at: parts.timestamp_utc,
            reason: parts.reason.clone(),
            metadata,
            policy,
            votes: Vec::new(),
            leads_to: None,
            approved_by: BTreeMap::new(),
            decided_at: None,
            status: Status::Pending,
            lifecycle: Lifecycle::Open,
            revocations: Vec::new(),
        };
        self.requests.insert(id, state);
        Ok(())
    }

    fn demand_subject_request(
        &self,
        metadata: &RequestMetadata,
        record: &AuditRecord,
        authority: &Authority,
    ) -> Result<Policy, Refusal> {
        let making = self
            .makings
            .get(&metadata.subject.name)
            .ok_or_else(|| Refusal::new(Check::Binding, "its subject was never made"))?;
        demand(
            making.metadata.subject == metadata.subject
                && making.metadata.documents == metadata.documents
                && making.metadata.makers.iter().all(|maker| metadata.makers.contains(maker))
                && Some(making.metadata.tier) == metadata.tier,
            Check::Binding,
            "its subject is not as it was made",
        )?;
        let kind = metadata.subject.name.kind();
        let (policy, digest) = kind
            .zip(metadata.tier)
            .and_then(|(kind, tier)| authority.policy(kind, tier))
            .ok_or_else(|| Refusal::new(Check::Policy, "no policy for its type and tier"))?;
        demand(
            metadata.policy_sha256.as_ref() == Some(digest),
            Check::Policy,
            "its policy was not in force",
        )?;
        let expires_at = policy
            .expires_after_seconds
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| seconds.checked_mul(Timestamp::SECOND))
            .and_then(|micros| record.parts().timestamp_utc.plus_micros(micros).ok());
        demand(
            metadata.expires_at == expires_at,
            Check::Policy,
            "its end is not the one of its policy",
        )?;
        Ok(policy.clone())
    }

    fn vote(
        &mut self,
        record: &AuditRecord,
        signed: &[Signed],
        authority: &Authority,
    ) -> Result<(), Refusal> {
        let metadata: VoteMetadata = record.metadata_as().map_err(shape)?;
        let vote = one(signed)?;
        let request = self.open_request(&metadata.request_id)?;
        demand_resource(record, &request.metadata.subject.name)?;
        let is_open = request.leads_to.is_none();
        demand(is_open, Check::Policy, "the request was ended by an earlier vote")?;
        let predicate = &vote.statement.predicate;
        demand(
            metadata.decision == predicate.decision
                && matches!(predicate.decision, Decision::Approved | Decision::Rejected),
            Check::Binding,
            "another decision was signed",
        )?;
        // The approval of a change is bound by the act of authority itself.
        demand(
            request.policy.is_some() || metadata.decision == Decision::Rejected,
            Check::Binding,
            "the approval of a change stands in its act of authority",
        )?;
        let keyid = demand_statement(request, record, vote, authority)?;
        let role = authority.grant(&record.parts().actor).map(|grant| grant.role);
        let state = VoteState {
            seq: record.parts().seq,
            person: record.parts().actor.clone(),
            role,
            decision: metadata.decision,
            keyid,
            payload_sha256: vote.payload_sha256,
            statement: vote.statement.clone(),
            why_not: why_not(request, record, vote, role),
        };
        request.votes.push(state);
        request.leads_to = outcome_of(request, authority);
        Ok(())
    }

    fn decide(
        &mut self,
        record: &AuditRecord,
        authority: &Authority,
        decision: Decision,
    ) -> Result<(), Refusal> {
        let metadata: OutcomeMetadata = record.metadata_as().map_err(shape)?;
        let seq = record.parts().seq;
        let request = self.open_request(&metadata.request_id)?;
        demand_resource(record, &request.metadata.subject.name)?;
        if let (Some(change), Decision::Approved) = (&request.metadata.change, decision) {
            demand(
                seq > 0 && authority.applied(&change.id) == Some(seq - 1),
                Check::Policy,
                "its change was not applied by the record before",
            )?;
        } else {
            demand_outcome(request, &metadata, record, authority, decision)?;
        }
        let approvals = request.votes.iter().filter(|vote| vote.approves());
        request.approved_by = approvals
            .filter_map(|vote| Some((&vote.person, authority.grant(&vote.person)?)))
            .filter(|(_, grant)| grant.role.may_decide())
            .map(|(person, grant)| (person.clone(), grant.group.clone()))
            .collect();
        request.decided_at = Some(seq);
        request.lifecycle = Lifecycle::Decided;
        request.status =
            if decision == Decision::Approved { Status::Approved } else { Status::Rejected };
        Ok(())
    }

    fn leave(&mut self, record: &AuditRecord, lifecycle: Lifecycle) -> Result<(), Refusal> {
        let metadata: LeaveMetadata = record.metadata_as().map_err(shape)?;
        let request = self.open_request(&metadata.request_id)?;
        demand_resource(record, &request.metadata.subject.name)?;
        demand(
            lifecycle != Lifecycle::Withdrawn || request.requested_by == record.parts().actor,
            Check::Authority,
            "only its requester can withdraw it",
        )?;
        request.lifecycle = lifecycle;
        Ok(())
    }

    fn revoke(
        &mut self,
        record: &AuditRecord,
        signed: &[Signed],
        authority: &Authority,
    ) -> Result<(), Refusal> {
        let metadata: RevocationMetadata = record.metadata_as().map_err(shape)?;
        let revocation = one(signed)?;
        let request = self
            .requests
            .get_mut(&metadata.request_id)
            .filter(|request| request.status == Status::Approved)
            .ok_or_else(|| Refusal::new(Check::Binding, "no approval to revoke"))?;
        demand_resource(record, &request.metadata.subject.name)?;
        demand(
            revocation.statement.predicate.decision == Decision::Revoked,
            Check::Binding,
            "another decision was signed",
        )?;
        demand_statement(request, record, revocation, authority)?;
        let role = authority.grant(&record.parts().actor).map(|grant| grant.role);
        demand(
            role.is_some_and(Role::may_decide),
            Check::Authority,
            "only an APPROVER or ADMIN revokes",
        )?;
        request.revocations.push((record.parts().seq, revocation.signer()));
        Ok(())
    }

    fn open_request(&mut self, id: &RequestId) -> Result<&mut RequestState, Refusal> {
        self.requests
            .get_mut(id)
            .filter(|request| request.lifecycle == Lifecycle::Open)
            .ok_or_else(|| Refusal::new(Check::Binding, "no open request of that id"))
    }

    /// The request that approved a subject of exactly this name and digest last.
    pub(super) fn newest_approval(&self, subject: &Subject) -> Option<&RequestState> {
        let approved = self.requests.values().filter(|request| {
            request.metadata.subject == *subject && request.status == Status::Approved
        });
        approved.max_by_key(|request| request.decided_at)
    }
}
