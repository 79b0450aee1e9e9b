//! What can be known before a person is asked to sign.
//!
//! Invariant: only to tell early what `Workspace::decide` would refuse; it decides nothing, and
//! everything is checked again when the signature is made.

use governance::error::Stale;
use governance::{ApprovalRequest, ApprovalWorkflow, GovernanceError};
use ledger::Decision;
use security::rbac::Action as Verb;

use super::OpenReview;
use super::decide::{demand_not_over, resource};
use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::Workspace;

impl Workspace {
    /// Checks that a session could make this decision on an opened review now, and gives the request.
    ///
    /// # Errors
    /// Those of [`Workspace::decide`]; denials are on record.
    pub async fn check_decision(
        &self,
        session: &Session,
        review: &OpenReview,
        decision: Decision,
    ) -> Result<ApprovalRequest, ConsoleError> {
        if review.person != session.person || review.tenant_id != session.tenant_id {
            return Err(ConsoleError::NotSignedIn);
        }
        if let Some(alarm) = self.alarm(&session.tenant_id) {
            return Err(ConsoleError::from(&alarm));
        }
        self.demand_not_archived(&session.tenant_id).await?;
        let found = self.store.request(&session.tenant_id, &review.request_id).await?;
        let request = found.ok_or(ConsoleError::NotFound { what: "request" })?;
        let correlation_id = self.ids.correlation();
        let (kind, id) = resource(&request);
        let asked = (kind, id.as_str());
        let checked = self.check_person(session, &request).await;
        self.denial_on_record(session, asked, checked, &correlation_id).await?;
        self.check_fresh(review, &request).await?;
        demand_not_over(&request, decision, self.now())?;
        if !review.is_acknowledged() {
            return Err(ConsoleError::HiddenCharacters { count: review.hidden_characters });
        }
        let log = self.log(&session.tenant_id).await?;
        let pinned = request.policy_sha256.as_ref();
        if let Some(policy) = pinned.and_then(|digest| log.authority.policy_pinned(digest)) {
            ApprovalWorkflow::check_reviewed(policy, &review.reviewed(decision, 0))?;
        }
        Ok(request)
    }

    async fn check_person(
        &self,
        session: &Session,
        request: &ApprovalRequest,
    ) -> Result<(), ConsoleError> {
        let correlation_id = self.ids.correlation();
        let (kind, id) = resource(request);
        let asked = (kind, id.as_str());
        if request.change.is_some() {
            let permit = self.admin_permit(session, asked, &correlation_id).await?;
            ApprovalWorkflow::check_second_admin(&permit, request, self.now())?;
        } else {
            let permit = self.permit(session, Verb::Approve, asked, &correlation_id).await?;
            let log = self.log(&session.tenant_id).await?;
            let pinned = request.policy_sha256.as_ref();
            let policy = pinned
                .and_then(|digest| log.authority.policy_pinned(digest))
                .ok_or(ConsoleError::Damaged { what: "the policy pinned to a request" })?;
            ApprovalWorkflow::check_voter(&permit, request, policy, self.now())?;
        }
        let log = self.log(&session.tenant_id).await?;
        if log.authority.is_enrolled(&session.person) {
            Ok(())
        } else {
            Err(ConsoleError::NotEnrolled)
        }
    }

    /// What was opened is what stands now (rule 8).
    pub(super) async fn check_fresh(
        &self,
        review: &OpenReview,
        request: &ApprovalRequest,
    ) -> Result<(), ConsoleError> {
        let stale = |what| Err(GovernanceError::StaleReview { what }.into());
        let material = self.material(request).await?;
        if request.subject != review.subject || material.digest()? != review.subject.digest {
            return stale(Stale::Subject);
        }
        if material.documents() != review.documents {
            return stale(Stale::Documents);
        }
        if request.policy_sha256 != review.policy_sha256 {
            return stale(Stale::Policy);
        }
        Ok(())
    }
}
