//! What is told of an approval that rests on something that has changed, and of a request that
//! follows an earlier one.
//!
//! Invariant: facts of the log in sentences, for the eye; nothing is decided on them.

use std::collections::BTreeSet;

use governance::ApprovalRequest;
use ledger::{Actor, Effect, Lifecycle, Status, SubjectName, Timestamp};
use store::{PAGE_LIMIT, RequestsQuery};

use super::facts::{fact, version_text};
use super::reading::Reading;
use crate::approvals::Standing;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::relying::Changed;
use crate::views::{FactView, ReReviewView, SinceView};
use crate::words;

impl Reading {
    /// A row of what is to be reviewed again.
    pub(super) fn re_review(
        &self,
        request: &ApprovalRequest,
        changed: Vec<String>,
        open: &[ApprovalRequest],
    ) -> ReReviewView {
        let subject = &request.subject.name;
        let (name, version) = self.name_and_version(request);
        let holders = holders(request);
        let waiting = open.iter().find(|request| request.subject.name == *subject);
        ReReviewView {
            subject: subject.to_string(),
            kind: subject.resource_type().to_owned(),
            name,
            version,
            tier: request.tier.map(|tier| tier.as_str().to_owned()),
            changed,
            mine: holders.contains(&self.session.person),
            holders: holders.into_iter().map(|holder| self.names.view(holder)).collect(),
            may_ask: waiting.is_none() && self.may_create(),
            waiting: waiting.map(|request| request.id.to_string()),
        }
    }

    /// The versions of which the person at work holds an approval that rests on something that has
    /// changed, and when the next approval that one may rest on ends.
    pub(super) async fn mine_to_review_again(
        &self,
    ) -> Result<(BTreeSet<SubjectName>, Option<Timestamp>), ConsoleError> {
        let approvals = self.workspace.approvals(self.tenant()).await?;
        let changed = approvals.to_review_again().into_iter().map(|(one, _)| &one.request);
        let mine = changed.filter(|request| holders(request).contains(&self.session.person));
        Ok((mine.map(|request| request.subject.name.clone()).collect(), approvals.next_end()))
    }

    /// Whether the person at work may ask for approvals here now.
    pub(super) fn may_create(&self) -> bool {
        let role = self.log.authority.grant(&self.session.person).map(|grant| grant.role);
        self.is_writable() && matches!(role, Some(ledger::Role::Admin | ledger::Role::Analyst))
    }

    /// Whether the person at work may end approvals here now.
    pub(super) fn may_end(&self) -> bool {
        let grant = self.log.authority.grant(&self.session.person);
        self.is_writable()
            && grant.is_some_and(|grant| grant.role.may_decide())
            && self.log.authority.is_enrolled(&self.session.person)
    }

    /// Whether the person at work may ask again for a version: none waits, and it is not in force, or
    /// only under conditions, or relies on something that has changed.
    pub(super) fn can_be_asked_again(
        &self,
        standing: &Standing,
        open: &[ApprovalRequest],
        changed: &Changed,
    ) -> bool {
        let subject = standing.record.subject().name;
        self.may_create()
            && open.iter().all(|request| request.subject.name != subject)
            && (standing.effect(self.now) != Effect::InForce
                || !standing.conditions().are_none()
                || !changed.is_empty())
    }

    fn is_writable(&self) -> bool {
        self.workspace.alarm(self.tenant()).is_none() && self.log.archived_at.is_none()
    }

    /// What came of the review before, and what is different since: of the same version where it was
    /// up for approval before, else of the version that was decided on last.
    pub(super) async fn since(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Option<SinceView>, ConsoleError> {
        let Some(before) = self.review_before(request).await? else { return Ok(None) };
        let is_same = before.subject == request.subject;
        let mut facts = vec![fact("Came of it", self.came_of(&before).await?)];
        let ended = before.revoked_seq.or_else(|| before.votes.last().map(|vote| vote.seq));
        if let Some(seq) = ended {
            let record = self.workspace.recorded(self.tenant(), seq).await?;
            facts.push(fact("Reason", hidden::drawn(&record.parts().reason)));
        }
        let content = if is_same {
            "The same bytes as then".to_owned()
        } else {
            format!("Changed since @{}: see Changes", version_text(&before.subject.name))
        };
        facts.push(fact("Content", content));
        facts.push(fact("Policy", self.policy_since(&before, request)));
        facts.extend(self.in_force_since(&before, request).await?);
        if is_same && before.status == Status::Approved {
            let approvals = self.workspace.approvals(self.tenant()).await?;
            let changed = approvals.changed(&request.subject.name).told().into_iter();
            facts.extend(changed.map(|sentence| fact("Relied on", sentence)));
        }
        Ok(Some(SinceView {
            request_id: before.id.to_string(),
            version: version_text(&before.subject.name),
            base: (!is_same).then(|| version_text(&before.subject.name)),
            facts,
        }))
    }

    /// The request that was reviewed before this one.
    async fn review_before(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Option<ApprovalRequest>, ConsoleError> {
        if request.change.is_some() {
            return Ok(None);
        }
        let store = &self.workspace.store;
        let query = RequestsQuery {
            subject: Some(request.subject.name.clone()),
            before: Some(request.seq),
            ..RequestsQuery::newest(self.tenant().clone(), 1)
        };
        if let Some(same) = store.requests(query).await?.pop() {
            return Ok(Some(same));
        }
        let records = self.workspace.versions_of(self.tenant(), &request.subject.name).await?;
        let ids: Vec<_> =
            records.iter().filter_map(|record| record.request_id().cloned()).collect();
        let ids = ids.get(..ids.len().min(PAGE_LIMIT as usize)).unwrap_or_default();
        let mut decided = store.requests_of(self.tenant(), ids).await?;
        decided.retain(|other| other.decided_seq.is_some_and(|seq| seq < request.seq));
        Ok(decided.into_iter().max_by_key(|other| other.decided_seq))
    }

    async fn came_of(&self, before: &ApprovalRequest) -> Result<String, ConsoleError> {
        let version = version_text(&before.subject.name);
        let last = before.votes.last();
        let by = last.map_or_else(String::new, |vote| {
            format!(" by {}, {}", self.names.title(&vote.actor), words::minute(vote.at))
        });
        let said = match (before.status, before.lifecycle_at(self.now)) {
            (Status::Rejected, _) => format!("@{version} was rejected{by}"),
            (Status::Approved, _) => {
                let ended = match self.workspace.effect_now(before).await? {
                    Effect::Revoked => "; the approval was revoked",
                    Effect::Lapsed => "; the approval has ended",
                    Effect::Void => "; the approval is void",
                    Effect::InForce => "; the approval is in force",
                    Effect::None => "",
                };
                format!("@{version} was approved{by}{ended}")
            }
            (Status::Pending, Lifecycle::Withdrawn) => {
                format!("The request for @{version} was withdrawn")
            }
            (Status::Pending, Lifecycle::Expired) => format!("The request for @{version} expired"),
            (Status::Pending, Lifecycle::Superseded) => {
                format!("The request for @{version} was superseded")
            }
            (Status::Pending, Lifecycle::Open | Lifecycle::Decided) => {
                format!("The request for @{version} waits")
            }
        };
        Ok(said)
    }

    fn policy_since(&self, before: &ApprovalRequest, request: &ApprovalRequest) -> String {
        match self.policy_of(request) {
            Some(_) if before.policy_sha256 == request.policy_sha256 => "As then".to_owned(),
            Some(policy) => format!("Changed: {}", words::policy(policy)),
            None => "Not on record".to_owned(),
        }
    }

    /// Other versions that came into force between the reviews.
    async fn in_force_since(
        &self,
        before: &ApprovalRequest,
        request: &ApprovalRequest,
    ) -> Result<Option<FactView>, ConsoleError> {
        let since = before.decided_seq.unwrap_or(before.seq);
        let standings = self.workspace.standings(self.tenant(), &request.subject.name).await?;
        let newer: Vec<String> = standings
            .iter()
            .filter(|other| {
                other.effect(self.now) == Effect::InForce
                    && other.record.subject().name != request.subject.name
                    && other.decided_seq().is_some_and(|seq| seq > since)
            })
            .map(|other| format!("@{}", version_text(&other.record.subject().name)))
            .collect();
        Ok((!newer.is_empty()).then(|| fact("In force since", words::listed(&newer))))
    }
}

/// The people who made what a request is about, and who asked for its approval.
fn holders(request: &ApprovalRequest) -> BTreeSet<&Actor> {
    let all = request.makers.iter().chain([&request.requested_by]);
    all.filter(|actor| actor.is_person()).collect()
}
