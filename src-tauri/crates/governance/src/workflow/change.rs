//! Acts of authority: proposed by one ADMIN, signed by a second wherever there are two.
//!
//! Invariant: an act of authority is recorded only with the statements that it rests on, and under
//! the control that the tenant has at that record. Source: formats.md, "Authority acts".

use ledger::change::{Change, ChangeKind};
use ledger::metadata::{AuthorityMetadata, Documents, RequestMetadata};
use ledger::replay::Authority;
use ledger::statement::{Conditions, RequestReference};
use ledger::{Actor, Control, Decision, Digest, Role, Status, Timestamp};
use security::rbac::AdminPermit;

use super::change_body::check_body;
use super::request::{decided, open, request_id_of};
use super::statement::{Expected, SignedDecision, demand_fit};
use super::vote::{cast, record_outcome, reference};
use super::{ApprovalWorkflow, demand_open};
use crate::acting::Acting;
use crate::audit::{RecordBuilder, RecordDraft, Written};
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, CastVote};
use crate::text::Reason;

/// What proposing a change leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// The only ADMIN signed it: it holds from this record on.
    Applied(Written),
    /// It waits for a second ADMIN.
    Waiting(Box<ApprovalRequest>),
}

impl ApprovalWorkflow {
    /// Proposes a change: applied at once where there is one ADMIN (its own action, `single`),
    /// else a request that waits for another (`approval.request`). `hidden_characters` are those
    /// that the signing window counted.
    ///
    /// # Errors
    /// [`GovernanceError::Security`]; [`GovernanceError::InvalidChange`];
    /// [`GovernanceError::PolicyUnmeetable`]; [`GovernanceError::StaleReview`];
    /// [`GovernanceError::StatementMismatch`].
    pub fn request_change(
        admin: &AdminPermit,
        change: &Change,
        proposal: &SignedDecision,
        hidden_characters: u32,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Proposal, GovernanceError> {
        let acting = Acting::as_admin(admin, &change.tenant_id)?;
        demand_proposable(change, &acting.actor, authority)?;
        check_body(change, authority, records.next()?.seq)?;
        let reason = Reason::parse(&change.reason)?;
        demand_proposal(change, proposal, hidden_characters, authority, records)?;
        match authority.control() {
            Control::Single => {
                let attestations = vec![*proposal.attestation_sha256()];
                let act = (attestations, Control::Single);
                record_act(&acting.actor, change, act, &reason, records).map(Proposal::Applied)
            }
            Control::Dual | Control::Recovery => {
                let metadata = RequestMetadata {
                    change: Some(change.clone()),
                    documents: Documents::new(),
                    expires_at: None,
                    makers: Vec::new(),
                    policy_sha256: None,
                    request_id: request_id_of(&change.id)?,
                    subject: change.subject()?,
                    tier: None,
                };
                let proposal_sha256 = Some(*proposal.attestation_sha256());
                let request = open(&acting.actor, metadata, &reason, proposal_sha256, records)?;
                Ok(Proposal::Waiting(Box::new(request)))
            }
        }
    }

    /// Whether this admin may decide on the change at this time: what the signing window asks
    /// before it opens, and every decision again.
    ///
    /// # Errors
    /// As the first three of [`ApprovalWorkflow::approve_change`].
    pub fn check_second_admin(
        admin: &AdminPermit,
        request: &ApprovalRequest,
        at: Timestamp,
    ) -> Result<(), GovernanceError> {
        admit(admin, request, at).map(|_| ())
    }

    /// Signs a waiting change as the second ADMIN: its own action (`dual`), then
    /// `approval.approve`. The act binds both statements, hence no `approval.vote`. Beside the
    /// number of hidden characters stands that of open blocking findings.
    ///
    /// # Errors
    /// [`GovernanceError::Security`]; [`GovernanceError::InvalidWorkflowState`] unless it waits;
    /// [`GovernanceError::SecondAdminNeeded`] for its proposer;
    /// [`GovernanceError::InvalidChange`]; [`GovernanceError::PolicyUnmeetable`];
    /// [`GovernanceError::StaleReview`]; [`GovernanceError::StatementMismatch`].
    pub fn approve_change(
        admin: &AdminPermit,
        request: &ApprovalRequest,
        signed: &SignedDecision,
        (hidden_characters, blocking): (u32, u32),
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ApprovalRequest, GovernanceError> {
        let waiting = Waiting::read(admin, request, records)?;
        Self::check_unblocked(request, blocking)?;
        demand_applicable(waiting.change, authority)?;
        check_body(waiting.change, authority, records.next()?.seq)?;
        let expected = waiting.expected(Decision::Approved, hidden_characters);
        demand_fit(signed, &expected, authority, records)?;
        let approval_sha256 = *signed.attestation_sha256();
        let act = (vec![waiting.proposal_sha256, approval_sha256], Control::Dual);
        let actor = &waiting.acting.actor;
        let written = record_act(actor, waiting.change, act, &signed.reason()?, records)?;
        let mut request = request.clone();
        request.votes.push(CastVote {
            seq: written.seq,
            actor: actor.clone(),
            role: Role::Admin,
            decision: Decision::Approved,
            attestation_sha256: approval_sha256,
            conditions: Conditions::default(),
            at: written.at,
        });
        let attestations = vec![approval_sha256];
        let end = record_outcome(actor, &request, Status::Approved, attestations, signed, records)?;
        Ok(decided(request, Status::Approved, end.seq))
    }

    /// Rejects a waiting change as another ADMIN (`approval.vote`, `approval.reject`).
    ///
    /// # Errors
    /// [`GovernanceError::Security`]; [`GovernanceError::InvalidWorkflowState`] unless it waits;
    /// [`GovernanceError::SecondAdminNeeded`] for its proposer, who withdraws instead;
    /// [`GovernanceError::StaleReview`]; [`GovernanceError::StatementMismatch`].
    pub fn reject_change(
        admin: &AdminPermit,
        request: &ApprovalRequest,
        signed: &SignedDecision,
        hidden_characters: u32,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ApprovalRequest, GovernanceError> {
        let waiting = Waiting::read(admin, request, records)?;
        let expected = waiting.expected(Decision::Rejected, hidden_characters);
        demand_fit(signed, &expected, authority, records)?;
        let actor = &waiting.acting.actor;
        let vote = cast(actor, &expected, request, signed, records)?;
        let mut request = request.clone();
        request.votes.push(vote);
        let attestations = vec![*signed.attestation_sha256()];
        let end = record_outcome(actor, &request, Status::Rejected, attestations, signed, records)?;
        Ok(decided(request, Status::Rejected, end.seq))
    }
}

/// A change that waits, before the ADMIN who may sign it.
struct Waiting<'a> {
    acting: Acting,
    request: &'a ApprovalRequest,
    change: &'a Change,
    proposal_sha256: Digest,
}

const NO_CHANGE: GovernanceError =
    GovernanceError::InvalidChange { reason: "the request is for no change" };

/// The first checks of a decision on a change: tenant, open, a change, another admin's.
fn admit<'a>(
    admin: &AdminPermit,
    request: &'a ApprovalRequest,
    at: Timestamp,
) -> Result<(Acting, &'a Change), GovernanceError> {
    let acting = Acting::as_admin(admin, &request.tenant_id)?;
    demand_open(request, at)?;
    let Some(change) = &request.change else { return Err(NO_CHANGE) };
    if change.proposed_by == acting.actor {
        return Err(GovernanceError::SecondAdminNeeded);
    }
    Ok((acting, change))
}

impl<'a> Waiting<'a> {
    fn read(
        admin: &AdminPermit,
        request: &'a ApprovalRequest,
        records: &RecordBuilder<'_>,
    ) -> Result<Self, GovernanceError> {
        let (acting, change) = admit(admin, request, records.next()?.at)?;
        let Some(proposal_sha256) = request.proposal_sha256 else { return Err(NO_CHANGE) };
        if change.subject()? != request.subject {
            let what = crate::error::Stale::Subject;
            return Err(GovernanceError::StaleReview { what });
        }
        Ok(Self { acting, request, change, proposal_sha256 })
    }

    fn expected(&self, decision: Decision, hidden_characters: u32) -> Expected<'_> {
        Expected {
            decision,
            subject: &self.request.subject,
            request: reference(self.request),
            policy_sha256: None,
            documents: &self.request.documents,
            hidden_characters,
            least_log_size: self.request.seq + 1,
            reviewer: &self.acting.actor,
            role: Role::Admin,
        }
    }
}

fn demand_proposal(
    change: &Change,
    proposal: &SignedDecision,
    hidden_characters: u32,
    authority: &Authority,
    records: &RecordBuilder<'_>,
) -> Result<(), GovernanceError> {
    let (subject, documents) = (change.subject()?, Documents::new());
    let expected = Expected {
        decision: Decision::Proposed,
        subject: &subject,
        request: proposal_reference(change, proposal)?,
        policy_sha256: None,
        documents: &documents,
        hidden_characters,
        least_log_size: 0,
        reviewer: &change.proposed_by,
        role: Role::Admin,
    };
    demand_fit(proposal, &expected, authority, records)
}

/// The request that a proposal repeats. It precedes the request's record, so its time is its own.
pub(super) fn proposal_reference(
    change: &Change,
    proposal: &SignedDecision,
) -> Result<RequestReference, GovernanceError> {
    Ok(RequestReference {
        id: request_id_of(&change.id)?,
        makers: Vec::new(),
        reason: change.reason.clone(),
        requested_at: proposal.statement().predicate.request.requested_at,
        requested_by: change.proposed_by.clone(),
        tier: None,
    })
}

fn demand_proposable(
    change: &Change,
    proposer: &Actor,
    authority: &Authority,
) -> Result<(), GovernanceError> {
    let refuse = |reason| Err(GovernanceError::InvalidChange { reason });
    match change.kind {
        ChangeKind::WorkspaceCreate | ChangeKind::TenantCreate => {
            return refuse("a genesis stands at record 0 and only there");
        }
        ChangeKind::KeyEnroll
        | ChangeKind::KeyRevoke
        | ChangeKind::RoleGrant
        | ChangeKind::RoleRevoke
        | ChangeKind::PolicyChange
        | ChangeKind::DeviceEnroll
        | ChangeKind::DeviceRevoke => {}
    }
    if change.proposed_by != *proposer {
        return refuse("it names another proposer");
    }
    demand_applicable(change, authority)
}

/// The change is for this log, was not applied, and its proposer is ADMIN.
fn demand_applicable(change: &Change, authority: &Authority) -> Result<(), GovernanceError> {
    let refuse = |reason| Err(GovernanceError::InvalidChange { reason });
    if change.tenant_id != *authority.tenant() || change.workspace_id != *authority.workspace() {
        return refuse("it is for another log");
    }
    if authority.applied(&change.id).is_some() {
        return refuse("it was applied before");
    }
    match authority.grant(&change.proposed_by) {
        Some(grant) if grant.role == Role::Admin => Ok(()),
        Some(_) | None => refuse("its proposer is no ADMIN"),
    }
}

/// Writes the act of authority with the statements it rests on.
pub(super) fn record_act(
    actor: &Actor,
    change: &Change,
    (attestations, control): (Vec<Digest>, Control),
    reason: &Reason,
    records: &mut RecordBuilder<'_>,
) -> Result<Written, GovernanceError> {
    let metadata = AuthorityMetadata { attestations, change: change.clone(), control };
    let draft =
        RecordDraft::of(change.kind.action(), change.resource(), reason.as_str(), &metadata)?;
    records.record(actor, draft)
}
