//! The approval workflow: a request is opened, voted on, and ends in one of five ways.
//!
//! Invariant 4: nobody decides on what they requested or made, and a quorum counts people. Only
//! PENDING becomes APPROVED or REJECTED, by votes; there is no other way, and an approval ends by a
//! revocation or by its own terms, never by another request. It will not count votes
//! or verify signatures: `ledger::replay` does, for the workflow, the gate and the evidence alike.

mod again;
mod change;
mod change_body;
mod genesis;
mod missing;
mod recovery;
mod request;
mod revoke;
mod statement;
mod vote;

pub use again::Cause;
pub use change::Proposal;
pub use change_body::check_body;
pub use missing::{Missing, who_is_missing};
pub use request::Requested;
pub use revoke::{Approval, approved_later};
pub use statement::SignedDecision;
pub(crate) use vote::refuse_tied;
pub use vote::{CurrentSubject, Review, Voted};

use ledger::{Lifecycle, Status, Timestamp};

use crate::error::GovernanceError;
use crate::state::ApprovalRequest;

/// The approval workflow.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalWorkflow;

/// An approval of a change is ended by another change.
const NOT_OF_A_VERSION: GovernanceError =
    GovernanceError::InvalidChange { reason: "a change is undone by another change" };

/// Demands that the request waits for a decision at this time.
pub(crate) fn demand_open(request: &ApprovalRequest, at: Timestamp) -> Result<(), GovernanceError> {
    match (request.status, request.lifecycle_at(at)) {
        (Status::Pending, Lifecycle::Open) => Ok(()),
        (status @ (Status::Pending | Status::Approved | Status::Rejected), lifecycle) => {
            Err(GovernanceError::InvalidWorkflowState { lifecycle, status, blocking: 0 })
        }
    }
}

impl ApprovalWorkflow {
    /// Whether open findings that are marked blocking stand in the way of an approving vote: what the
    /// signing window asks before it opens, and every approving vote again.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidWorkflowState`] that counts them.
    pub const fn check_unblocked(
        request: &ApprovalRequest,
        blocking: u32,
    ) -> Result<(), GovernanceError> {
        match blocking {
            0 => Ok(()),
            blocking => {
                let (lifecycle, status) = (request.lifecycle, request.status);
                Err(GovernanceError::InvalidWorkflowState { lifecycle, status, blocking })
            }
        }
    }
}

#[cfg(test)]
mod again_tests;
#[cfg(test)]
mod change_body_tests;
#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod genesis_tests;
#[cfg(test)]
mod machine_tests;
#[cfg(test)]
mod matrix_tests;
#[cfg(test)]
mod recovery_tests;
#[cfg(test)]
mod revoke_tests;
#[cfg(test)]
mod statement_tests;
#[cfg(test)]
mod tests;
