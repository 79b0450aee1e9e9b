//! The time line of a model or prompt, on its page: what was in force when, and what was done.
//!
//! Invariant: read from the log's own records and the requests' rows; nothing of a text or card is
//! in it.

use ledger::{AuditRecord, Name, Status, SubjectKind, Timestamp};
use store::{PAGE_LIMIT, RequestsQuery};

use super::facts::version_text;
use super::history::ENTRIES;
use super::reading::{Reading, count};
use super::registries::resource_type;
use super::{Answer, Desk};
use crate::approvals::Standing;
use crate::failure::ConsoleError;
use crate::spells::{Approval, End, Spell, spells};
use crate::views::{SpellEndView, SpellView, TimelineView};
use crate::words;

impl Desk {
    /// What became of a model or prompt over time; `kind` is `model` or `prompt`.
    pub async fn timeline(&self, kind: String, name: String) -> Answer<TimelineView> {
        self.answer(async {
            let (kind, name) = (SubjectKind::parse(&kind)?, Name::parse(&name)?);
            let reading = self.reading((resource_type(kind), name.as_str())).await?;
            reading.timeline(kind, &name).await
        })
        .await
    }
}

impl Reading {
    async fn timeline(&self, kind: SubjectKind, name: &Name) -> Result<TimelineView, ConsoleError> {
        let records = self.versions(kind, name).await?;
        let newest = records.first().ok_or(ConsoleError::NotFound { what: "model or prompt" })?;
        let entries = self.history(&newest.subject().name).await?;
        let standings = self.workspace.standings_of(self.tenant(), records).await?;
        let mut approvals = Vec::new();
        for standing in &standings {
            approvals.extend(self.approvals_of(standing).await?);
        }
        let (approvals, conditions): (Vec<_>, Vec<_>) = approvals.into_iter().unzip();
        let said = approvals.iter().map(|approval: &Approval| approval.given.0).zip(conditions);
        let said: std::collections::BTreeMap<u64, String> = said.collect();
        let view = |spell: &Spell| spell_view(spell, said.get(&spell.approval.given.0).cloned());
        Ok(TimelineView {
            spells: spells(approvals, self.now).iter().map(view).collect(),
            more: entries.len() >= ENTRIES,
            entries,
        })
    }

    /// Every approval of a version, with its conditions in words.
    async fn approvals_of(
        &self,
        standing: &Standing,
    ) -> Result<Vec<(Approval, String)>, ConsoleError> {
        let void = self.workspace.void_approvals(self.tenant()).await?;
        let subject = standing.record.subject().name;
        let query = RequestsQuery {
            status: Some(Status::Approved),
            subject: Some(subject.clone()),
            ..RequestsQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        let mut approvals = Vec::new();
        for request in self.workspace.store.requests(query).await? {
            let Some(seq) = request.decided_seq else { continue };
            let Some(at) = self.stamp_of(seq).await? else { continue };
            let revoked = match request.revoked_seq {
                Some(seq) => self.stamp_of(seq).await?.map(|at| (seq, at)),
                None => None,
            };
            let conditions = request.conditions();
            let approval = Approval {
                version: version_text(&subject),
                given: (seq, at),
                revoked,
                ends_at: conditions.expires_at,
                is_void: void.contains(&request.id),
            };
            approvals.push((approval, words::conditions(&conditions)));
        }
        Ok(approvals)
    }

    /// The time of a record.
    async fn stamp_of(&self, seq: u64) -> Result<Option<Timestamp>, ConsoleError> {
        let row = self.workspace.store.row(self.tenant(), seq).await?;
        let record = row.map(|row| AuditRecord::parse(&row.leaf)).transpose()?;
        Ok(record.map(|record| record.parts().timestamp_utc))
    }
}

fn spell_view(spell: &Spell, conditions: Option<String>) -> SpellView {
    let (seq, from) = spell.approval.given;
    SpellView {
        version: spell.approval.version.clone(),
        from: from.to_string(),
        from_seq: count(seq),
        until: spell.until.map(|at| at.to_string()),
        until_seq: spell.until_seq.map(count),
        end: match spell.end {
            End::Running => SpellEndView::Running,
            End::Renewed => SpellEndView::Renewed,
            End::Lapsed => SpellEndView::Lapsed,
            End::Revoked => SpellEndView::Revoked,
            End::Void => SpellEndView::Void,
        },
        conditions: conditions.unwrap_or_default(),
        is_current: spell.is_current,
    }
}
