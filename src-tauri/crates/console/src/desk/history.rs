//! The time line of a subject: its versions and decisions, with reasons.
//!
//! Invariant: read from the log's own records, newest first; denials and reads are not part of a
//! subject's history.

use ledger::metadata::VoteMetadata;
use ledger::{Action, AuditRecord, Decision, Digest, ResourceType, SubjectName};
use store::{AuditQuery, PAGE_LIMIT, ResourceFilter, StoredRow};

use super::reading::{Reading, count};
use super::signatures::reviewed;
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{HistoryView, SignedEntryView};

/// Entries shown at most.
pub(super) const ENTRIES: usize = 500;

impl Desk {
    /// Versions and decisions of what a review is about.
    pub async fn review_history(&self, review_id: String) -> Answer<Vec<HistoryView>> {
        self.answer(async {
            let (opened, at) = self.looked_at(&review_id).await?;
            let reading =
                Reading::of(at, (ResourceType::Request, opened.review.request_id.as_str()));
            reading.await?.history(&opened.review.subject.name).await
        })
        .await
    }
}

impl Reading {
    /// The time line of a subject: of every version of its name.
    pub(super) async fn history(
        &self,
        subject: &SubjectName,
    ) -> Result<Vec<HistoryView>, ConsoleError> {
        let mut records = Vec::new();
        for (kind, id) in self.versions_of(subject).await? {
            records.extend(self.records_about(kind, id).await?);
            if records.len() >= ENTRIES {
                break;
            }
        }
        records.sort_by_key(|record| std::cmp::Reverse(record.parts().seq));
        let shown = records.iter().enumerate().filter(|(at, record)| {
            // The record that ends a request repeats the vote before it.
            let later = at.checked_sub(1).and_then(|later| records.get(later));
            !later.is_some_and(|later| is_repeated_by(record, later))
        });
        let shown: Vec<&AuditRecord> = shown.map(|(_, record)| record).take(ENTRIES).collect();
        let signed = self.signed_with(&shown).await?;
        let views = shown.iter().zip(signed);
        Ok(views.filter_map(|(record, signed)| self.entry(record, signed)).collect())
    }

    /// What was signed with each of these records, read in one question.
    async fn signed_with(
        &self,
        records: &[&AuditRecord],
    ) -> Result<Vec<Option<SignedEntryView>>, ConsoleError> {
        let mut places = Vec::with_capacity(records.len());
        for record in records {
            places.push(self.workspace.signed_where(record).await?);
        }
        let digests: Vec<Digest> = places.iter().flatten().map(|(_, digest)| *digest).collect();
        let found = self.workspace.statements(self.tenant(), &digests).await?;
        let view = |(seq, digest): (u64, Digest)| SignedEntryView {
            seq: count(seq),
            reviewed: found.get(&digest).map(|bound| reviewed(&bound.statement.predicate)),
        };
        Ok(places.into_iter().map(|place| place.map(view)).collect())
    }

    async fn versions_of(
        &self,
        subject: &SubjectName,
    ) -> Result<Vec<(ResourceType, String)>, ConsoleError> {
        let (store, tenant) = (&self.workspace.store, self.tenant());
        Ok(match subject {
            SubjectName::Model(name, _) => {
                let versions = store.model_versions(tenant, name).await?;
                let id = |version: governance::ModelRecord| version.subject().name.resource_id();
                versions.into_iter().map(|version| (ResourceType::Model, id(version))).collect()
            }
            SubjectName::Prompt(name, _) => {
                let versions = store.prompt_versions(tenant, name).await?;
                let id = |version: governance::PromptRecord| version.subject().name.resource_id();
                versions.into_iter().map(|version| (ResourceType::Prompt, id(version))).collect()
            }
            SubjectName::Change(id) => vec![(ResourceType::Change, id.to_string())],
        })
    }

    /// The records of a version that are part of its history. A version in use is asked about and
    /// read again and again, on record each time: where there is much of that, it is passed by.
    async fn records_about(
        &self,
        kind: ResourceType,
        id: String,
    ) -> Result<Vec<AuditRecord>, ConsoleError> {
        let query = AuditQuery {
            resource: Some(ResourceFilter::Exactly(kind, id)),
            ..AuditQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        let page = self.workspace.store.audit(query.clone()).await?;
        if page.len() < PAGE_LIMIT as usize {
            return told(&page);
        }
        let mut records = Vec::new();
        for action in Action::ALL.iter().filter(|action| !is_use(**action)) {
            let mut query = AuditQuery { action: Some(*action), ..query.clone() };
            while records.len() < ENTRIES {
                let page = self.workspace.store.audit(query.clone()).await?;
                records.extend(told(&page)?);
                match page.last() {
                    Some(last) if page.len() == PAGE_LIMIT as usize => {
                        query.before = Some(last.seq);
                    }
                    Some(_) | None => break,
                }
            }
        }
        Ok(records)
    }

    fn entry(&self, record: &AuditRecord, signed: Option<SignedEntryView>) -> Option<HistoryView> {
        let parts = record.parts();
        Some(HistoryView {
            seq: count(parts.seq),
            at: parts.timestamp_utc.to_string(),
            actor: self.names.view(&parts.actor),
            action: parts.action.as_str().to_owned(),
            what: what(record)?,
            reason: hidden::drawn(&parts.reason),
            signed,
        })
    }
}

/// Those records that are part of a history.
fn told(page: &[StoredRow]) -> Result<Vec<AuditRecord>, ConsoleError> {
    let mut records = Vec::new();
    for row in page {
        let record = AuditRecord::parse(&row.leaf)?;
        records.extend(what(&record).map(|_| record));
    }
    Ok(records)
}

/// What is on record each time a version is used, read or refused: no part of its history.
const fn is_use(action: Action) -> bool {
    matches!(
        action,
        Action::GateAllow
            | Action::GateDeny
            | Action::DataDecrypt
            | Action::PermissionDeny
            | Action::TenantDeny
    )
}

fn is_repeated_by(vote: &AuditRecord, later: &AuditRecord) -> bool {
    let (vote, later) = (vote.parts(), later.parts());
    vote.action == Action::ApprovalVote
        && matches!(later.action, Action::ApprovalApprove | Action::ApprovalReject)
        && later.seq == vote.seq + 1
        && later.actor == vote.actor
}

/// What a record says of a version, in words; none for records of other things.
fn what(record: &AuditRecord) -> Option<String> {
    let parts = record.parts();
    let version = match parts.resource_id.rsplit_once('@') {
        Some((_, version)) => format!("@{version}"),
        None => "this change".to_owned(),
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "all other actions are no history of it")]
    let said = match parts.action {
        Action::ModelRegister => format!("registered {version}"),
        Action::PromptRegister | Action::PromptUpdate => format!("wrote {version}"),
        Action::ApprovalRequest => format!("asked for approval of {version}"),
        Action::ApprovalVote => match record.metadata_as::<VoteMetadata>().ok()?.decision {
            Decision::Rejected => format!("rejected {version}"),
            Decision::Approved | Decision::Revoked | Decision::Proposed => {
                format!("approved {version}")
            }
        },
        Action::ApprovalApprove => format!("approved {version}, in force since"),
        Action::ApprovalReject => format!("rejected {version}"),
        Action::ApprovalWithdraw => format!("withdrew the request for {version}"),
        Action::ApprovalExpire => format!("closed the request for {version}: its time was over"),
        Action::ApprovalSupersede => format!("replaced {version} by a newer version"),
        Action::ModelRevoke | Action::PromptRevoke => format!("revoked {version}"),
        _ => return None,
    };
    Some(said)
}
