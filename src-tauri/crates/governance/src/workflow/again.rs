//! Asking again for a version whose last request has ended.
//!
//! Invariant: an approval that stands is not touched by a new request for the same version: it
//! ends by its own terms or by a revocation, whatever comes of the request. What does not stand
//! is PENDING again.

use ledger::replay::Authority;
use ledger::{Effect, Status};
use security::rbac::{Action as Verb, Permit};

use super::request::open_for;
use super::{ApprovalWorkflow, Requested, demand_open};
use crate::acting::Acting;
use crate::audit::RecordBuilder;
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::text::Reason;

/// Why a version that is in force is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Something that its approval relied on has changed.
    ReliedOn,
    /// Its approval ends at a time that is set, or holds in some environments only.
    Limited,
}

impl ApprovalWorkflow {
    /// Asks again for approval of a version (`approval.request`). `last` is the request opened for
    /// it last, `effect` what the log tells of its approval now, `cause` why it is looked at again
    /// while it is in force. The policy in force now is pinned.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to create here;
    /// [`GovernanceError::AlreadyRequested`] while the last request waits;
    /// [`GovernanceError::StillInForce`] without a cause; [`GovernanceError::PolicyMissing`].
    pub fn request_again(
        permit: &Permit,
        subject: &SubjectRecord,
        last: Option<&ApprovalRequest>,
        (effect, cause): (Effect, Option<Cause>),
        reason: &Reason,
        authority: &Authority,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Requested, GovernanceError> {
        Acting::by(permit, Verb::Create, subject.tenant_id())?;
        let now = records.next()?.at;
        if let Some(last) = last.filter(|last| demand_open(last, now).is_ok()) {
            return Err(GovernanceError::AlreadyRequested { request_id: last.id.clone() });
        }
        let stands = match (subject.status(), effect) {
            (Status::Approved, Effect::InForce) if cause.is_none() => {
                let subject = subject.subject().name;
                return Err(GovernanceError::StillInForce { subject });
            }
            (Status::Approved, Effect::InForce | Effect::Lapsed | Effect::Void) => true,
            (Status::Approved, Effect::Revoked | Effect::None)
            | (Status::Pending | Status::Rejected, _) => false,
        };
        let request = open_for(permit, subject, reason, authority, records)?;
        let subject = if stands { subject.clone() } else { subject.pending_again(&request.id) };
        Ok(Requested { request, subject })
    }
}
