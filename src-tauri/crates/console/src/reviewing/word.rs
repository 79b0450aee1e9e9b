//! A person's word on an opened review: what they sign of a model or a prompt.
//!
//! Invariant: every field repeats the log, the session or the opened review; of what a person
//! types only the reason and the conditions are in it.

use governance::ApprovalRequest;
use governance::audit::Occasion;
use ledger::Statement;
use ledger::statement::{Conditions, PolicyReference, Predicate, RequestReference, meaning};

use super::OpenReview;
use super::decide::Verdict;
use crate::failure::ConsoleError;
use crate::statements::{SignedStatement, Signer};
use crate::workspace::Workspace;

/// A decision on a model or prompt, before it is signed.
pub(super) struct ReviewWord<'a> {
    pub(super) request: &'a ApprovalRequest,
    pub(super) review: &'a OpenReview,
    pub(super) verdict: Verdict<'a>,
    pub(super) conditions: &'a Conditions,
}

impl ReviewWord<'_> {
    /// Signs it.
    pub(super) fn sign(
        &self,
        signer: &Signer<'_>,
        occasion: &Occasion,
        workspace: &Workspace,
    ) -> Result<SignedStatement, ConsoleError> {
        let Self { request, review, verdict, conditions } = self;
        let predicate = Predicate {
            conditions: (*conditions).clone(),
            correlation_id: occasion.correlation_id.clone(),
            decided_at: occasion.now,
            decision: verdict.decision,
            device_id: occasion.device_id.clone(),
            meaning: meaning(verdict.decision, &review.subject.name).unwrap_or_default(),
            nonce: workspace.ids.nonce()?,
            policy: review.policy_sha256.map(|sha256| PolicyReference { sha256 }),
            reason: verdict.reason.to_owned(),
            request: RequestReference {
                id: request.id.clone(),
                makers: request.makers.clone(),
                reason: request.reason.clone(),
                requested_at: request.requested_at,
                requested_by: request.requested_by.clone(),
                tier: request.tier,
            },
            reviewed: review.reviewed(verdict.decision, verdict.seconds),
            reviewer: signer.reviewer(),
            tenant_id: occasion.tenant_id.clone(),
            workspace_id: workspace.id().clone(),
        };
        let statement = Statement::new(review.subject.clone(), predicate)?;
        SignedStatement::sign(statement, signer.key)
    }
}
