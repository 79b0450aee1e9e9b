//! Whether the row of a request says what the log says, before anything is decided on it.
//!
//! Invariant: a row changed by hand decides nothing. Each fact is compared with the request's own
//! record; an open request has exactly the votes on record, and no record that ended it; a decided
//! one has the record that decided it, and those that revoked it. Records
//! are found through the search projection: whoever forges that as well meets gate and verification,
//! which read the whole log.

use std::collections::BTreeMap;

use governance::ApprovalRequest;
use governance::state::CastVote;
use ledger::metadata::{
    LeaveMetadata, OutcomeMetadata, RequestMetadata, RevocationMetadata, VoteMetadata,
};
use ledger::replay::{Signed, signed_by};
use ledger::{Action, AuditRecord, Digest, Lifecycle, RequestId, Status, TenantId};
use store::{AuditQuery, PAGE_LIMIT, ResourceFilter};

use super::decide::resource;
use crate::failure::ConsoleError;
use crate::workspace::Workspace;

const OTHERWISE: ConsoleError = ConsoleError::Damaged { what: "a request: it is not as recorded" };

/// What a record did to a request.
enum Step {
    Vote(VoteMetadata),
    Decide(Status),
    Revoke,
    Leave,
}

impl Workspace {
    /// The row says what the log says.
    pub(crate) async fn demand_as_recorded(
        &self,
        request: &ApprovalRequest,
    ) -> Result<(), ConsoleError> {
        let record = self.recorded(&request.tenant_id, request.seq).await?;
        if !is_of(&record, request)? || !self.names_owners(&request.makers).await? {
            return Err(OTHERWISE);
        }
        let may_act = match request.lifecycle {
            Lifecycle::Open => true,
            // The approval of a change is no vote, and nothing revokes it.
            Lifecycle::Decided => request.change.is_none(),
            Lifecycle::Withdrawn | Lifecycle::Expired | Lifecycle::Superseded => false,
        };
        if !may_act {
            // Nothing is decided on it, whatever else its row says.
            return Ok(());
        }
        let (mut decided, mut revoked) = (None, None);
        let mut votes = request.votes.iter().rev();
        for record in self.records_since(request).await? {
            let seq = record.parts().seq;
            match step(&record, &request.id)? {
                None => {}
                Some(Step::Leave) => return Err(OTHERWISE),
                // Newest first: the first revocation comes last.
                Some(Step::Revoke) => revoked = Some(seq),
                Some(Step::Decide(status)) => decided = Some((seq, status)),
                Some(Step::Vote(metadata)) => {
                    let vote = votes.next().ok_or(OTHERWISE)?;
                    let signed = self.signed_vote(&record).await?.statement.predicate;
                    let same = agrees(vote, &record, &metadata)
                        && signed.reviewer.role.is(vote.role)
                        && signed.conditions == vote.conditions;
                    if !same {
                        return Err(OTHERWISE);
                    }
                }
            }
        }
        let (seq, status) = decided.unzip();
        let same = seq == request.decided_seq
            && status.unwrap_or(Status::Pending) == request.status
            && revoked == request.revoked_seq
            // A vote of the row that the log does not have.
            && votes.next().is_none();
        if same { Ok(()) } else { Err(OTHERWISE) }
    }

    /// The record at a position, as it is stored.
    pub(crate) async fn recorded(
        &self,
        tenant: &TenantId,
        seq: u64,
    ) -> Result<AuditRecord, ConsoleError> {
        let row = self.store.row(tenant, seq).await?;
        let row = row.ok_or(ConsoleError::Damaged { what: "a record that a row refers to" })?;
        Ok(AuditRecord::parse(&row.leaf)?)
    }

    /// What was done to a request's subject after it was asked for, newest first.
    async fn records_since(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Vec<AuditRecord>, ConsoleError> {
        let (kind, id) = resource(request);
        let mut query = AuditQuery::newest(request.tenant_id.clone(), PAGE_LIMIT);
        query.resource = Some(ResourceFilter::Exactly(kind, id));
        let mut records = Vec::new();
        loop {
            let rows = self.store.audit(query.clone()).await?;
            query.before = rows.last().map(|row| row.seq);
            for row in rows.iter().take_while(|row| row.seq > request.seq) {
                records.push(AuditRecord::parse(&row.leaf)?);
            }
            if query.before.is_none_or(|seq| seq <= request.seq) {
                return Ok(records);
            }
        }
    }

    async fn signed_vote(&self, record: &AuditRecord) -> Result<Signed, ConsoleError> {
        let bound = ledger::replay::bound_by(record)?;
        let tenant = &record.parts().tenant_id;
        let found: BTreeMap<Digest, Vec<u8>> = self.store.attestations(tenant, &bound).await?;
        signed_by(record, &found)?.into_iter().next().ok_or(OTHERWISE)
    }
}

/// The row repeats the record that opened the request.
fn is_of(record: &AuditRecord, request: &ApprovalRequest) -> Result<bool, ConsoleError> {
    let metadata: RequestMetadata = record.metadata_as()?;
    let parts = record.parts();
    Ok(metadata.request_id == request.id
        && metadata.subject == request.subject
        && metadata.makers == request.makers
        && metadata.documents == request.documents
        && metadata.tier == request.tier
        && metadata.policy_sha256 == request.policy_sha256
        && metadata.expires_at == request.expires_at
        && metadata.change == request.change
        && parts.actor == request.requested_by
        && parts.reason == request.reason
        && parts.timestamp_utc == request.requested_at)
}

fn agrees(vote: &CastVote, record: &AuditRecord, metadata: &VoteMetadata) -> bool {
    let parts = record.parts();
    vote.seq == parts.seq
        && vote.actor == parts.actor
        && vote.at == parts.timestamp_utc
        && vote.decision == metadata.decision
        && vote.attestation_sha256 == metadata.attestation_sha256
}

/// What this record did to this request, if anything.
#[allow(clippy::wildcard_enum_match_arm, reason = "all other actions change no request")]
fn step(record: &AuditRecord, request: &RequestId) -> Result<Option<Step>, ConsoleError> {
    Ok(match record.parts().action {
        Action::ApprovalVote => {
            let metadata: VoteMetadata = record.metadata_as()?;
            (metadata.request_id == *request).then_some(Step::Vote(metadata))
        }
        action @ (Action::ApprovalApprove | Action::ApprovalReject) => {
            let metadata: OutcomeMetadata = record.metadata_as()?;
            let approves = action == Action::ApprovalApprove;
            let status = if approves { Status::Approved } else { Status::Rejected };
            (metadata.request_id == *request).then_some(Step::Decide(status))
        }
        Action::ModelRevoke | Action::PromptRevoke => {
            let metadata: RevocationMetadata = record.metadata_as()?;
            (metadata.request_id == *request).then_some(Step::Revoke)
        }
        Action::ApprovalWithdraw | Action::ApprovalExpire | Action::ApprovalSupersede => {
            let metadata: LeaveMetadata = record.metadata_as()?;
            (metadata.request_id == *request).then_some(Step::Leave)
        }
        _ => None,
    })
}
