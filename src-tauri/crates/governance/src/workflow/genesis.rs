//! Record 0 of a log: the first admins, log keys and policies.
//!
//! Invariant: a genesis stands at record 0 and is signed by the admins that it names, since before
//! it nobody holds a role. A workspace needs no proof token; a tenant needs that of an ADMIN of
//! `_workspace`.

use ledger::change::{Change, ChangeBody, ChangeKind, GenesisBody};
use ledger::statement::Conditions;
use ledger::{Control, Decision, Role, TenantId};
use security::rbac::AdminPermit;

use super::ApprovalWorkflow;
use super::change::{proposal_reference, record_act};
use super::statement::{SignedDecision, demand};
use crate::acting::Acting;
use crate::audit::{RecordBuilder, Written};
use crate::error::{GovernanceError, Mismatch};
use crate::text::{Reason, Title};

impl ApprovalWorkflow {
    /// Writes `workspace.create`, record 0 of `_workspace`, signed by its one first admin.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidChange`]; [`GovernanceError::StatementMismatch`];
    /// [`GovernanceError::Text`] or [`GovernanceError::Limit`] for titles and reason.
    pub fn found_workspace(
        change: &Change,
        proposal: &SignedDecision,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Written, GovernanceError> {
        found(change, ChangeKind::WorkspaceCreate, proposal, records)
    }

    /// Writes `tenant.create`, record 0 of a tenant's log, signed by its one first admin. `admin`
    /// administers `_workspace` and is that first admin.
    ///
    /// # Errors
    /// [`GovernanceError::Security`]; as [`ApprovalWorkflow::found_workspace`].
    pub fn found_tenant(
        admin: &AdminPermit,
        change: &Change,
        proposal: &SignedDecision,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Written, GovernanceError> {
        let acting = Acting::as_admin(admin, &TenantId::workspace())?;
        if acting.actor != change.proposed_by {
            return Err(GovernanceError::InvalidChange { reason: "it names another proposer" });
        }
        found(change, ChangeKind::TenantCreate, proposal, records)
    }
}

fn found(
    change: &Change,
    kind: ChangeKind,
    proposal: &SignedDecision,
    records: &mut RecordBuilder<'_>,
) -> Result<Written, GovernanceError> {
    let refuse = |reason| GovernanceError::InvalidChange { reason };
    let ChangeBody::Genesis(body) = &change.body else {
        return Err(refuse("it is no genesis"));
    };
    let is_workspace = change.tenant_id.is_workspace();
    if change.kind != kind || (kind == ChangeKind::WorkspaceCreate) != is_workspace {
        return Err(refuse("the genesis is not of this kind of log"));
    }
    if records.next()?.seq != 0 || change.tenant_id != records.occasion().tenant_id {
        return Err(refuse("a genesis stands at record 0 and only there"));
    }
    check_body(body, &change.tenant_id)?;
    demand_signed(change, body, proposal, records)?;
    let act = (vec![*proposal.attestation_sha256()], Control::Single);
    record_act(&change.proposed_by, change, act, &Reason::parse(&change.reason)?, records)
}

fn check_body(body: &GenesisBody, tenant_id: &TenantId) -> Result<(), GovernanceError> {
    let refuse = |reason| Err(GovernanceError::InvalidChange { reason });
    Title::parse(&body.name)?;
    let [admin] = body.admins.as_slice() else {
        return refuse("a genesis names one admin; others are granted their role");
    };
    Title::parse(&admin.name)?;
    for policy in &body.policies {
        policy.check()?;
        if policy.tenant_id != *tenant_id {
            return refuse("it holds a policy of another tenant");
        }
    }
    Ok(())
}

fn demand_signed(
    change: &Change,
    body: &GenesisBody,
    proposal: &SignedDecision,
    records: &RecordBuilder<'_>,
) -> Result<(), GovernanceError> {
    let predicate = &proposal.statement().predicate;
    let reviewer = &predicate.reviewer;
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
    demand(
        reviewer.id == change.proposed_by
            && reviewer.role.is(Role::Admin)
            && body
                .admins
                .iter()
                .any(|admin| admin.person_id == reviewer.id && admin.name == reviewer.name),
        Mismatch::Reviewer,
    )?;
    demand(predicate.conditions == Conditions::default(), Mismatch::Conditions)?;
    let occasion = records.occasion();
    demand(
        predicate.correlation_id == occasion.correlation_id
            && predicate.device_id == occasion.device_id,
        Mismatch::Occasion,
    )
}
