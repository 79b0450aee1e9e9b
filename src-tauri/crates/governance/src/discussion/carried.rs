//! What belongs to the discussion of a request among everything said about its subject.
//!
//! Invariant: a blocking finding stops its subject, not one request for it: while it is open, it
//! stands in the discussion of every later request for the same subject as well, with whatever was
//! said to it from wherever.

use std::collections::BTreeSet;

use ledger::{Actor, RecordId};

use super::{Remark, Said, findings};
use crate::error::GovernanceError;
use crate::state::ApprovalRequest;
use crate::workflow::refuse_tied;

/// The discussion of a request.
#[derive(Debug, Clone, Copy)]
pub struct Talk<'a> {
    /// The request that is spoken about.
    pub request: &'a ApprovalRequest,
    /// Every request for its subject, itself among them.
    pub requests: &'a [ApprovalRequest],
    /// What stands in its discussion so far ([`in_discussion_of`]).
    pub said: &'a [Remark],
}

impl Talk<'_> {
    /// Whether the person is tied to none of the requests that a finding stops: that which it was
    /// opened on, and those asked for after it.
    ///
    /// # Errors
    /// [`GovernanceError::FourEyes`]; [`GovernanceError::NotFound`] where the finding's own request
    /// is not among them.
    pub fn check_untied(&self, actor: &Actor, finding: &Remark) -> Result<(), GovernanceError> {
        let opened_on = self.requests.iter().find(|request| request.id == finding.request_id);
        let opened_on = opened_on.ok_or(GovernanceError::NotFound { what: "request" })?;
        let stopped = self.requests.iter().filter(|request| request.seq >= opened_on.seq);
        stopped.chain([self.request]).try_for_each(|request| refuse_tied(actor, request))
    }
}

/// Of everything said about a subject, in the order of its records, what stands in the discussion of
/// one request for it: what was said about the request, the blocking findings of earlier ones that
/// were open when it was asked for, and what was said to any of these findings.
#[must_use]
pub fn in_discussion_of(request: &ApprovalRequest, of_subject: Vec<Remark>) -> Vec<Remark> {
    let in_front: BTreeSet<RecordId> = findings(&of_subject)
        .into_iter()
        .filter(|finding| {
            let ended_before = finding.closing.is_some_and(|closing| closing.seq < request.seq);
            finding.remark.request_id == request.id
                || (carries_over(request, finding.remark) && !ended_before)
        })
        .map(|finding| finding.remark.id.clone())
        .collect();
    let belongs = |remark: &Remark| match &remark.said {
        Said::Finding { .. } => in_front.contains(&remark.id),
        Said::Answer { finding } | Said::Closing { finding } => in_front.contains(finding),
        Said::Comment | Said::ChangesWanted => remark.request_id == request.id,
    };
    of_subject.into_iter().filter(belongs).collect()
}

/// Whether a remark is a finding of an earlier request that stops this one while it is open.
#[must_use]
pub fn carries_over(request: &ApprovalRequest, remark: &Remark) -> bool {
    let blocks = matches!(remark.said, Said::Finding { blocking: true, .. });
    blocks && remark.request_id != request.id && remark.seq < request.seq
}
