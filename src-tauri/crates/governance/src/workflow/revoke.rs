//! Ending an approval that is in force: one version, or every later one at a rollback.
//!
//! Invariant: a revocation ends an approval and does nothing else. The approval, its request and
//! its votes stay as they were, nothing is approved by it, and each approval that ends has a
//! statement of its own.

use ledger::metadata::RevocationMetadata;
use ledger::replay::Authority;
use ledger::{Action, Decision, Effect, SubjectKind};
use security::rbac::{Action as Verb, Permit};

use super::statement::{Expected, SignedDecision, demand_fit};
use super::vote::{CurrentSubject, demand_unchanged, reference};
use super::{ApprovalWorkflow, NOT_OF_A_VERSION};
use crate::acting::{Acting, role_of};
use crate::audit::{RecordBuilder, RecordDraft};
use crate::error::GovernanceError;
use crate::state::ApprovalRequest;

/// An approval, as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'a> {
    /// The request that was approved.
    pub request: &'a ApprovalRequest,
    /// Its subject now, measured anew for this act.
    pub subject: &'a CurrentSubject,
    /// What the log tells of it now.
    pub effect: Effect,
}

impl ApprovalWorkflow {
    /// Ends an approval (`model.revoke`, `prompt.revoke`). It needs one person who may decide,
    /// whoever they are: four eyes are for approving.
    ///
    /// # Errors
    /// In this order: [`GovernanceError::Security`]; [`GovernanceError::NotAPerson`];
    /// [`GovernanceError::ModelNotApproved`] or [`GovernanceError::PromptNotApproved`] unless in
    /// force; [`GovernanceError::StaleReview`]; [`GovernanceError::StatementMismatch`].
    pub fn revoke(
        permit: &Permit,
        approval: Approval<'_>,
        signed: &SignedDecision,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ApprovalRequest, GovernanceError> {
        let request = approval.request;
        let (acting, kind) = admit(permit, request, approval.effect)?;
        demand_unchanged(request, approval.subject)?;
        let expected = Expected {
            decision: Decision::Revoked,
            subject: &request.subject,
            request: reference(request),
            policy_sha256: request.policy_sha256,
            documents: &request.documents,
            hidden_characters: approval.subject.hidden_characters,
            least_log_size: request.decided_seq.unwrap_or(request.seq) + 1,
            reviewer: &acting.actor,
            role: role_of(permit.role()),
        };
        demand_fit(signed, &expected, authority, records)?;
        let action = match kind {
            SubjectKind::Model => Action::ModelRevoke,
            SubjectKind::Prompt => Action::PromptRevoke,
        };
        let metadata = RevocationMetadata {
            attestation_sha256: *signed.attestation_sha256(),
            request_id: request.id.clone(),
        };
        let reason = signed.reason()?;
        let draft = RecordDraft::about(&request.subject.name, action, reason.as_str(), &metadata)?;
        let written = records.record(&acting.actor, draft)?;
        Ok(ApprovalRequest { revoked_seq: Some(written.seq), ..request.clone() })
    }

    /// Goes back to a version that is in force: ends every approval of its name that was given
    /// later and is in force (`others` are the approvals of its other versions), each by its own
    /// statement, in the order of [`approved_later`].
    ///
    /// # Errors
    /// Those of [`ApprovalWorkflow::revoke`], also for a version to go back to that is not in
    /// force; [`GovernanceError::NothingLater`]; [`GovernanceError::StaleReview`] when what is in
    /// force later is not what was signed.
    pub fn roll_back(
        permit: &Permit,
        to: (&ApprovalRequest, Effect),
        others: &[Approval<'_>],
        signed: &[SignedDecision],
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Vec<ApprovalRequest>, GovernanceError> {
        admit(permit, to.0, to.1)?;
        let later = approved_later(to.0, others.iter().copied());
        if later.is_empty() {
            return Err(GovernanceError::NothingLater);
        }
        if later.len() != signed.len() {
            // Another version came into force, or left it, since the act was shown.
            let what = crate::error::Stale::Subject;
            return Err(GovernanceError::StaleReview { what });
        }
        later
            .into_iter()
            .zip(signed)
            .map(|(approval, signed)| Self::revoke(permit, approval, signed, authority, records))
            .collect()
    }

    /// Whether this person may end this approval now: what the signing window asks before it
    /// opens, and every revocation again.
    ///
    /// # Errors
    /// As the first three of [`ApprovalWorkflow::revoke`].
    pub fn check_revoker(
        permit: &Permit,
        request: &ApprovalRequest,
        effect: Effect,
    ) -> Result<(), GovernanceError> {
        admit(permit, request, effect).map(|_| ())
    }
}

/// Of these approvals those of the same name that were given later and are in force, the last one
/// first.
pub fn approved_later<'a>(
    to: &ApprovalRequest,
    others: impl Iterator<Item = Approval<'a>>,
) -> Vec<Approval<'a>> {
    let same_name = |request: &ApprovalRequest| {
        request.tenant_id == to.tenant_id
            && request.subject.name != to.subject.name
            && request.subject.name.is_version_of(&to.subject.name)
    };
    let mut later: Vec<Approval<'a>> = others
        .filter(|other| {
            other.effect == Effect::InForce
                && same_name(other.request)
                && other.request.decided_seq > to.decided_seq
        })
        .collect();
    later.sort_by_key(|other| std::cmp::Reverse(other.request.decided_seq));
    later
}

fn admit(
    permit: &Permit,
    request: &ApprovalRequest,
    effect: Effect,
) -> Result<(Acting, SubjectKind), GovernanceError> {
    let acting = Acting::by(permit, Verb::Approve, &request.tenant_id)?;
    if !acting.actor.is_person() {
        return Err(GovernanceError::NotAPerson);
    }
    let kind = request.subject.name.kind().ok_or(NOT_OF_A_VERSION)?;
    let subject = || request.subject.name.clone();
    match (effect, kind) {
        (Effect::InForce, _) => Ok((acting, kind)),
        (Effect::None | Effect::Lapsed | Effect::Revoked | Effect::Void, SubjectKind::Model) => {
            Err(GovernanceError::ModelNotApproved { subject: subject(), effect })
        }
        (Effect::None | Effect::Lapsed | Effect::Revoked | Effect::Void, SubjectKind::Prompt) => {
            Err(GovernanceError::PromptNotApproved { subject: subject(), effect })
        }
    }
}
