//! What people say about a request: comments, findings with their answers, and wishes for changes.
//!
//! Invariant: whatever was said stays as it was said; a finding is answered and closed by further
//! records. A text is protected: its record holds its SHA-256. Nothing said here is a decision: an
//! open finding that is marked blocking only refuses approving votes
//! ([`crate::workflow::Review::blocking`]).

mod carried;
mod remark;

pub use carried::{Talk, carries_over, in_discussion_of};
pub use remark::{Finding, Remark, Said, Severity, findings, open_blocking};

use ledger::{Actor, RecordId};
use security::rbac::{Action as Verb, Permit};

use crate::acting::Acting;
use crate::audit::{RecordBuilder, RecordDraft};
use crate::error::GovernanceError;
use crate::state::ApprovalRequest;
use crate::text::RemarkText;
use crate::workflow::{demand_open, refuse_tied};

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRemark {
    /// What kind of remark it is.
    pub said: Said,
    /// Its text.
    pub text: RemarkText,
}

/// The discussion of a request.
#[derive(Debug, Clone, Copy)]
pub struct Discussion;

impl Discussion {
    /// Says something about a request and writes its record.
    ///
    /// Comments, findings and answers: whoever may approve here, and whoever requested or made the
    /// subject (domain.md, the matrix). A wish for changes, and the end of somebody else's finding:
    /// only a person who may approve and neither requested nor made it; of a finding, none of the
    /// requests that it stops ([`Talk::check_untied`]).
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to approve or to create here;
    /// [`GovernanceError::NotYourRequest`]; [`GovernanceError::InvalidWorkflowState`] for a wish for
    /// changes or a blocking finding unless the request is open; [`GovernanceError::NotFound`] and
    /// [`GovernanceError::FindingClosed`] for a finding that is not there or not open;
    /// [`GovernanceError::FourEyes`]; [`GovernanceError::NotAPerson`].
    pub fn say(
        permit: &Permit,
        talk: &Talk<'_>,
        new: &NewRemark,
        records: &mut RecordBuilder<'_>,
    ) -> Result<Remark, GovernanceError> {
        let request = talk.request;
        let acting = Acting::by(permit, permit.action(), &request.tenant_id)?;
        let speaker = Speaker::of(permit, &acting.actor, request)?;
        let place = records.next()?;
        match &new.said {
            Said::Comment | Said::Finding { blocking: false, .. } => {}
            Said::Finding { blocking: true, .. } => demand_open(request, place.at)?,
            Said::Answer { finding } => open_finding(talk.said, finding).map(drop)?,
            Said::Closing { finding } => {
                let opened = open_finding(talk.said, finding)?;
                if opened.remark.actor != acting.actor {
                    speaker.demand_reviewer()?;
                    talk.check_untied(&acting.actor, opened.remark)?;
                }
            }
            Said::ChangesWanted => {
                demand_open(request, place.at)?;
                speaker.demand_reviewer()?;
            }
        }
        let metadata = new.said.metadata(&request.id, new.text.digest());
        let draft = RecordDraft::about(&request.subject.name, new.said.action(), "", &metadata)?;
        let written = records.record(&acting.actor, draft)?;
        let id = records.records().last().map(|record| record.parts().id.clone());
        Ok(Remark {
            id: id.ok_or(GovernanceError::NotFound { what: "record" })?,
            seq: written.seq,
            at: written.at,
            actor: acting.actor,
            request_id: request.id.clone(),
            text_sha256: new.text.digest(),
            said: new.said.clone(),
        })
    }
}

/// Somebody who may speak about a request.
struct Speaker<'a> {
    permit: &'a Permit,
    actor: &'a Actor,
    request: &'a ApprovalRequest,
}

impl<'a> Speaker<'a> {
    fn of(
        permit: &'a Permit,
        actor: &'a Actor,
        request: &'a ApprovalRequest,
    ) -> Result<Self, GovernanceError> {
        let is_theirs = request.requested_by == *actor || request.makers.contains(actor);
        match permit.action() {
            Verb::Approve => {}
            Verb::Create if is_theirs => {}
            Verb::Create | Verb::View | Verb::RegisterModel => {
                return Err(GovernanceError::NotYourRequest);
            }
        }
        Ok(Self { permit, actor, request })
    }

    /// A person who could review it: not tied to it, and allowed to approve.
    fn demand_reviewer(&self) -> Result<(), GovernanceError> {
        self.permit.covers(Verb::Approve, self.request.tenant_id.as_str())?;
        if !self.actor.is_person() {
            return Err(GovernanceError::NotAPerson);
        }
        refuse_tied(self.actor, self.request)
    }
}

fn open_finding<'a>(earlier: &'a [Remark], id: &RecordId) -> Result<Finding<'a>, GovernanceError> {
    let found = findings(earlier).into_iter().find(|finding| finding.remark.id == *id);
    let finding = found.ok_or(GovernanceError::NotFound { what: "finding" })?;
    match finding.closing {
        Some(_) => Err(GovernanceError::FindingClosed),
        None => Ok(finding),
    }
}

#[cfg(test)]
mod tests;
