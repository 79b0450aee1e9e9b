//! Recovery: the key of the kit enrols a new key of an ADMIN when all are lost.
//!
//! Invariant: it enrols a key for somebody who holds ADMIN in that log and does nothing else; it is
//! marked `recovery` for ever. The proof is the signature of the recovery key that the genesis
//! names: it is verified here, before anything is recorded, and again by every replay.

use ledger::change::{Change, ChangeBody};
use ledger::dsse::Envelope;
use ledger::replay::Authority;
use ledger::statement::{Conditions, Reviewer};
use ledger::{Actor, Control, Decision, Role};

use super::ApprovalWorkflow;
use super::change::{proposal_reference, record_act};
use super::statement::{SignedDecision, demand};
use crate::audit::{RecordBuilder, Written};
use crate::error::{GovernanceError, Mismatch};
use crate::text::{Reason, Title};

impl ApprovalWorkflow {
    /// Enrols a new key of an ADMIN by the recovery key (`key.enroll`, control `recovery`).
    ///
    /// # Errors
    /// [`GovernanceError::InvalidChange`] for anything but a key of somebody who is ADMIN there;
    /// [`GovernanceError::Ledger`] when the recovery key of this log did not sign it;
    /// [`GovernanceError::StatementMismatch`].
    pub fn recover_key(
        change: &Change,
        proposal: &SignedDecision,
        envelope: &Envelope,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Written, GovernanceError> {
        demand_recoverable(change, authority)?;
        let refuse = |reason| GovernanceError::InvalidChange { reason };
        let key = authority.recovery_key().ok_or(refuse("the log names no recovery key"))?;
        envelope.verify(key)?;
        let is_signed = envelope.payload_sha256() == *proposal.attestation_sha256();
        demand(is_signed, Mismatch::Request)?;
        demand_signed(change, proposal, records)?;
        let act = (vec![*proposal.attestation_sha256()], Control::Recovery);
        record_act(&Actor::System, change, act, &Reason::parse(&change.reason)?, records)
    }
}

fn demand_recoverable(change: &Change, authority: &Authority) -> Result<(), GovernanceError> {
    let refuse = |reason| Err(GovernanceError::InvalidChange { reason });
    let ChangeBody::KeyEnroll(body) = &change.body else {
        return refuse("the recovery kit enrols a key and does nothing else");
    };
    Title::parse(&body.name)?;
    if change.tenant_id != *authority.tenant() || change.workspace_id != *authority.workspace() {
        return refuse("it is for another log");
    }
    if authority.applied(&change.id).is_some() {
        return refuse("it was applied before");
    }
    if change.proposed_by != Actor::System {
        return refuse("it names another proposer");
    }
    match authority.grant(&body.person_id) {
        Some(grant) if grant.role == Role::Admin => Ok(()),
        Some(_) | None => refuse("the recovery kit enrols a key of an ADMIN only"),
    }
}

fn demand_signed(
    change: &Change,
    proposal: &SignedDecision,
    records: &RecordBuilder<'_>,
) -> Result<(), GovernanceError> {
    let predicate = &proposal.statement().predicate;
    demand(predicate.decision == Decision::Proposed, Mismatch::Decision)?;
    demand(
        *proposal.statement().subject() == change.subject()?
            && predicate.request == proposal_reference(change, proposal)?,
        Mismatch::Request,
    )?;
    demand(
        predicate.tenant_id == change.tenant_id && predicate.workspace_id == change.workspace_id,
        Mismatch::Place,
    )?;
    demand(predicate.reviewer == Reviewer::recovery_kit(), Mismatch::Reviewer)?;
    demand(predicate.conditions == Conditions::default(), Mismatch::Conditions)?;
    let occasion = records.occasion();
    demand(
        predicate.correlation_id == occasion.correlation_id
            && predicate.device_id == occasion.device_id,
        Mismatch::Occasion,
    )
}
