//! The tab Discussion of a review.
//!
//! Invariant: who speaks is the person at work, about the review they opened; what they may say is
//! `governance`'s answer, told here only so that a page offers nothing in vain.

use std::collections::BTreeMap;

use governance::discussion::{Finding, Remark, Talk, carries_over, findings, open_blocking};
use governance::{ApprovalRequest, Said, Severity};
use ledger::{Actor, Lifecycle, RecordId, RequestId, ResourceType, Role, Status, Timestamp};

use super::reading::{Reading, count};
use super::{Answer, Desk, DeskEvent};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{DiscussionView, FindingView, RemarkDraft, RemarkKind, RemarkView, SaidView};

impl Desk {
    /// What was said about the request of a review.
    pub async fn discussion(&self, review_id: String) -> Answer<DiscussionView> {
        self.answer(async {
            let (opened, at) = self.looked_at(&review_id).await?;
            let request_id = opened.review.request_id;
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            reading.discussion(&request_id).await
        })
        .await
    }

    /// Says something about the request of a review; gives the whole discussion.
    pub async fn say(
        &self,
        review_id: String,
        draft: RemarkDraft,
        text: String,
        idempotency_key: String,
    ) -> Answer<DiscussionView> {
        self.answer(async {
            let (opened, at) = self.opened(&review_id).await?;
            let key = at.idempotency("say", &idempotency_key)?;
            let request_id = opened.review.request_id;
            let said = said(draft)?;
            at.workspace.say(&at.session, &request_id, (said, &text), &key).await?;
            self.tell(DeskEvent::RecordsChanged);
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            reading.discussion(&request_id).await
        })
        .await
    }
}

impl Reading {
    /// Without the texts that it is about: what cannot be read can be talked about all the same.
    async fn discussion(&self, request_id: &RequestId) -> Result<DiscussionView, ConsoleError> {
        let workspace = &self.workspace;
        let correlation_id = workspace.correlation();
        let seen = workspace.request_seen(&self.session, request_id, &correlation_id).await?;
        let request = &seen;
        let spoken = workspace.spoken(request).await?;
        let requests = workspace.requests_beside(request).await?;
        let remarks: Vec<Remark> = spoken.iter().map(|spoken| spoken.remark.clone()).collect();
        let texts: Texts<'_> =
            spoken.iter().map(|spoken| (&spoken.remark.id, spoken.text.as_deref())).collect();
        let rights = self.rights(request);
        let talk = Talk { request, requests: &requests, said: &remarks };
        let found = findings(&remarks);
        let entries = remarks.iter().filter_map(|remark| match &remark.said {
            Said::Answer { .. } | Said::Closing { .. } => None,
            Said::Comment | Said::ChangesWanted => Some(self.remark(remark, &texts)),
            Said::Finding { .. } => {
                let finding = found.iter().find(|found| found.remark.id == remark.id)?;
                let view = self.finding(finding, &texts, (rights, &talk));
                Some(RemarkView { finding: view, ..self.remark(remark, &texts) })
            }
        });
        Ok(DiscussionView {
            entries: entries.collect(),
            said: self.said(request, &remarks),
            may_speak: rights.speaks,
            may_ask_for_changes: rights.reviews && self.is_open(request),
            may_block: self.is_open(request),
            people: self.names.sorted(self.log.authority.grants().map(|(person, _)| person)),
        })
    }

    /// What it comes to; nobody wants changes any more once it is decided.
    pub(super) fn said(&self, request: &ApprovalRequest, remarks: &[Remark]) -> SaidView {
        let wanted = |remark: &&Remark| remark.said == Said::ChangesWanted;
        let last = remarks.iter().rev().find(wanted).filter(|_| self.is_open(request));
        SaidView {
            remarks: count(remarks.len()),
            blocking: open_blocking(remarks),
            changes_wanted_by: last.map(|last| self.names.view(&last.actor)),
        }
    }

    fn is_open(&self, request: &ApprovalRequest) -> bool {
        (request.status, request.lifecycle_at(self.now)) == (Status::Pending, Lifecycle::Open)
    }

    /// What the person at work may do in the discussion of a request.
    fn rights(&self, request: &ApprovalRequest) -> Rights {
        let person = &self.session.person;
        let theirs = request.requested_by == *person || request.makers.contains(person);
        let is_writable =
            self.workspace.alarm(self.tenant()).is_none() && self.log.archived_at.is_none();
        let role = self.log.authority.grant(person).map(|grant| grant.role);
        let approves = role.is_some_and(Role::may_decide);
        let speaks = approves || (role == Some(Role::Analyst) && theirs);
        Rights { speaks: is_writable && speaks, reviews: is_writable && approves && !theirs }
    }

    fn remark(&self, remark: &Remark, texts: &Texts<'_>) -> RemarkView {
        RemarkView {
            id: remark.id.to_string(),
            seq: count(remark.seq),
            at: remark.at.to_string(),
            actor: self.names.view(&remark.actor),
            kind: kind_of(&remark.said),
            text: texts.get(&remark.id).copied().flatten().map(hidden::drawn),
            finding: None,
        }
    }

    fn finding(
        &self,
        finding: &Finding<'_>,
        texts: &Texts<'_>,
        (rights, talk): (Rights, &Talk<'_>),
    ) -> Option<FindingView> {
        let Said::Finding { severity, blocking, owner, due } = &finding.remark.said else {
            return None;
        };
        let is_open = finding.closing.is_none();
        let person = &self.session.person;
        let is_theirs = finding.remark.actor == *person;
        let reviews = rights.reviews && talk.check_untied(person, finding.remark).is_ok();
        Some(FindingView {
            severity: severity.as_str().to_owned(),
            blocking: *blocking,
            owner: owner.as_ref().map(|owner| self.names.view(owner)),
            due: due.map(|due| due.to_string()),
            overdue: is_open && due.is_some_and(|due| self.now > due),
            answers: finding.answers.iter().map(|answer| self.remark(answer, texts)).collect(),
            closing: finding.closing.map(|closing| Box::new(self.remark(closing, texts))),
            may_close: is_open && rights.speaks && (is_theirs || reviews),
            carried_over: carries_over(talk.request, finding.remark),
        })
    }
}

/// Texts by the record of their remark; none where it is not the one on record.
type Texts<'a> = BTreeMap<&'a RecordId, Option<&'a str>>;

#[derive(Clone, Copy)]
struct Rights {
    /// May comment, open findings and answer.
    speaks: bool,
    /// May ask for changes, and close the findings of others.
    reviews: bool,
}

const fn kind_of(said: &Said) -> RemarkKind {
    match said {
        Said::Comment => RemarkKind::Comment,
        Said::Finding { .. } => RemarkKind::Finding,
        Said::Answer { .. } => RemarkKind::Answer,
        Said::Closing { .. } => RemarkKind::Closing,
        Said::ChangesWanted => RemarkKind::ChangesWanted,
    }
}

/// What a page sends, as the domain has it.
fn said(draft: RemarkDraft) -> Result<Said, ConsoleError> {
    Ok(match draft {
        RemarkDraft::Comment {} => Said::Comment,
        RemarkDraft::Finding { severity, blocking, owner, due } => Said::Finding {
            severity: Severity::parse(&severity)?,
            blocking,
            owner: owner.as_deref().map(Actor::parse).transpose()?,
            due: due.as_deref().map(end_of_day).transpose()?,
        },
        RemarkDraft::Answer { finding } => Said::Answer { finding: RecordId::parse(&finding)? },
        RemarkDraft::Closing { finding } => Said::Closing { finding: RecordId::parse(&finding)? },
        RemarkDraft::ChangesWanted {} => Said::ChangesWanted,
    })
}

/// The last microsecond of a day, `2026-11-30`, in UTC.
fn end_of_day(day: &str) -> Result<Timestamp, ConsoleError> {
    Timestamp::parse(&format!("{day}T23:59:59.999999Z"))
        .map_err(|_| ConsoleError::Input { what: "due date", reason: "a day, as 2026-11-30" })
}
