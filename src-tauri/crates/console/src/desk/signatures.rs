//! What was signed: the signatures that a record binds, to be read, kept and printed at any time.
//!
//! Invariant: every fact comes from the signed statement, whose signature was verified just now, or
//! from the log, in which its record was proven to be just now; none from a page.

use ledger::change::Change;
use ledger::metadata::{AuthorityMetadata, RequestMetadata};
use ledger::statement::{Predicate, ReviewerRole};
use ledger::{Action, AuditRecord, ResourceType, Status, SubjectName};

use super::facts::fact;
use super::reading::{Reading, count};
use super::{Answer, Desk, change_words};
use crate::exporting::InLog;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::signatures::Bound;
use crate::views::{
    AskedForView, LoggedView, NameView, ReviewedView, SignatureView, SignedRecordView,
};
use crate::words;

impl Desk {
    /// What was signed with one record of the tenant in front; nothing for most records.
    pub async fn signed_record(&self, seq: u32) -> Answer<SignedRecordView> {
        self.answer(async {
            let at = self.at_work().await?;
            let tenant = at.session.tenant_id.to_string();
            let reading = Reading::of(at, (ResourceType::Log, &tenant)).await?;
            let signatures = reading.signatures(u64::from(seq)).await?;
            Ok(SignedRecordView { seq, signatures })
        })
        .await
    }
}

impl Reading {
    /// The signatures that a record binds.
    pub(super) async fn signatures(&self, seq: u64) -> Result<Vec<SignatureView>, ConsoleError> {
        let row = self.workspace.store.row(self.tenant(), seq).await?;
        let row = row.ok_or(ConsoleError::NotFound { what: "record" })?;
        let record = AuditRecord::parse(&row.leaf)?;
        let bound = self.workspace.signatures_of(&record, &self.log.authority).await?;
        if bound.is_empty() {
            return Ok(Vec::new());
        }
        let place = self.workspace.place_in_log(self.tenant(), &row).await?;
        let mut views = Vec::new();
        for bound in &bound {
            views.push(self.signature(&record, bound, &place).await?);
        }
        Ok(views)
    }

    async fn signature(
        &self,
        record: &AuditRecord,
        bound: &Bound,
        place: &InLog,
    ) -> Result<SignatureView, ConsoleError> {
        let (subject, said) = (bound.statement.subject(), &bound.statement.predicate);
        let request = self.workspace.store.request(self.tenant(), &said.request.id).await?;
        let decided = request.as_ref().is_some_and(|request| {
            request.status != Status::Pending && request.subject.name.kind().is_some()
        });
        let change = match &subject.name {
            SubjectName::Model(..) | SubjectName::Prompt(..) => None,
            SubjectName::Change(_) => {
                let waiting = request.as_ref().and_then(|request| request.change.clone());
                change_of(record)?
                    .or(waiting)
                    .filter(|change| change.subject().is_ok_and(|signed| signed == *subject))
            }
        };
        Ok(SignatureView {
            title: words::signed(said.decision, &subject.name, said.tenant_id.as_str()),
            decision: said.decision.as_str().to_owned(),
            meaning: said.meaning.clone(),
            change: change
                .map_or_else(String::new, |change| change_words::sentence(&change, &self.names)),
            subject: subject.name.to_string(),
            digest_kind: subject.digest.algorithm().to_owned(),
            digest: subject.digest.digest().to_hex(),
            tier: said.request.tier.map(|tier| tier.as_str().to_owned()),
            signer: NameView {
                id: said.reviewer.id.to_string(),
                name: hidden::drawn(&said.reviewer.name),
            },
            role: role(said.reviewer.role),
            keyid: bound.keyid.to_hex(),
            key_since: self.key_since(bound, record.parts().seq),
            decided_at: said.decided_at.to_string(),
            reason: hidden::drawn(&said.reason),
            conditions: words::conditions(&said.conditions),
            reviewed: reviewed(said),
            request: AskedForView {
                id: said.request.id.to_string(),
                by: self.names.view(&said.request.requested_by),
                at: said.request.requested_at.to_string(),
                reason: hidden::drawn(&said.request.reason),
            },
            workspace: hidden::drawn(&self.workspace.row.title),
            workspace_id: said.workspace_id.to_string(),
            tenant_id: said.tenant_id.to_string(),
            policy_sha256: said.policy.as_ref().map(|policy| policy.sha256.to_hex()),
            device_id: said.device_id.as_ref().map(ToString::to_string),
            correlation_id: said.correlation_id.to_string(),
            logged: logged(record, bound, place),
            evidence_of: decided.then(|| said.request.id.to_string()),
        })
    }

    /// A key that is retired later undoes nothing; one found compromised from before does.
    fn key_since(&self, bound: &Bound, seq: u64) -> String {
        let key = self.log.authority.key(&bound.keyid);
        match key.and_then(|key| key.compromised_since) {
            Some(since) if since <= seq => format!(
                "Found compromised from #{} on: this signature is void.",
                words::grouped(since)
            ),
            Some(_) | None => String::new(),
        }
    }
}

/// The change that a record names.
fn change_of(record: &AuditRecord) -> Result<Option<Change>, ConsoleError> {
    let action = record.parts().action;
    if action == Action::ApprovalRequest {
        return Ok(record.metadata_as::<RequestMetadata>()?.change);
    }
    if action == Action::ApprovalVote {
        return Ok(None);
    }
    Ok(Some(record.metadata_as::<AuthorityMetadata>()?.change))
}

fn role(role: ReviewerRole) -> String {
    match role {
        ReviewerRole::Role(role) => role.as_str().to_owned(),
        ReviewerRole::Recovery(_) => "RECOVERY".to_owned(),
    }
}

/// The review as it was signed with a decision.
pub(super) fn reviewed(said: &Predicate) -> ReviewedView {
    let reviewed = &said.reviewed;
    let documents = reviewed.documents.iter();
    ReviewedView {
        parts: reviewed.parts.iter().map(|part| part.as_str().to_owned()).collect(),
        opened_at: reviewed.opened_at.to_string(),
        seconds: count(reviewed.seconds),
        hidden_characters: reviewed.hidden_characters,
        artefact_checked: reviewed.artefact_checked,
        base_sha256: reviewed.base_sha256.map(|digest| digest.to_hex()),
        documents: documents.map(|(name, digest)| fact(name, digest.to_hex())).collect(),
        log_size: count(reviewed.log_size),
        log_root: reviewed.log_root.to_hex(),
    }
}

fn logged(record: &AuditRecord, bound: &Bound, place: &InLog) -> LoggedView {
    let parts = record.parts();
    LoggedView {
        seq: count(parts.seq),
        at: parts.timestamp_utc.to_string(),
        action: parts.action.as_str().to_owned(),
        leaf_hash: place.leaf_hash.to_hex(),
        statement_sha256: bound.payload_sha256.to_hex(),
        log_size: count(place.size),
        log_root: place.root.to_hex(),
        checkpoint: place.checkpoint,
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Decision, SubjectName};

    use crate::words;

    #[test]
    fn what_a_signature_is_called() {
        let model = SubjectName::parse("model/credit-pd@7").unwrap();
        let change = SubjectName::parse("change/01930000-0000-7000-8000-000000000300").unwrap();
        let cases = [
            (Decision::Approved, &model, "Approval of model credit-pd, version 7, in retail-eu"),
            (Decision::Rejected, &model, "Rejection of model credit-pd, version 7, in retail-eu"),
            (
                Decision::Revoked,
                &model,
                "Revocation of the approval of model credit-pd, version 7, in retail-eu",
            ),
            (Decision::Proposed, &change, "Proposal of a change in retail-eu"),
            (Decision::Approved, &change, "Approval of a change in retail-eu"),
        ];
        for (decision, name, expected) in cases {
            assert_eq!(words::signed(decision, name, "retail-eu"), expected);
        }
    }
}
