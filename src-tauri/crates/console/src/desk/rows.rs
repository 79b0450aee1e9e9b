//! A request as a row of a list, and the words for states.
//!
//! Invariant: life cycle is read off the clock; a request past its time is expired, whatever the
//! row says.

use governance::ApprovalRequest;
use ledger::{Effect, Lifecycle, Status, SubjectName};
use store::Band;

use super::change_words;
use super::reading::{Reading, count};
use crate::views::{EffectView, LifecycleView, RequestRow, StatusView, UrgencyView};
use crate::{hidden, words};

impl Reading {
    pub(super) fn row(&self, request: &ApprovalRequest) -> RequestRow {
        let (name, version) = self.name_and_version(request);
        let votes = self.approvals(request);
        let signers = self.signers(request);
        let needed = self.policy_of(request).map_or(1, |policy| policy.approvals);
        RequestRow {
            id: request.id.to_string(),
            kind: request.subject.name.resource_type().to_owned(),
            name,
            version,
            requester: self.names.view(&request.requested_by),
            reason: hidden::drawn(&request.reason),
            tier: request.tier.map(|tier| tier.as_str().to_owned()),
            status: status(request.status),
            lifecycle: lifecycle(request.lifecycle_at(self.now)),
            votes,
            needed,
            requested_at: request.requested_at.to_string(),
            expires_at: request.expires_at.map(|at| at.to_string()),
            urgency: (request.lifecycle_at(self.now) == Lifecycle::Open)
                .then(|| urgency(Band::of(request.expires_at, self.now))),
            signed: request.votes.iter().map(|vote| self.names.title(&vote.actor)).collect(),
            open_to_you: signers.open_to_you,
            can_sign: signers.others,
            more_can_sign: signers.more,
            missing: self.missing_words(request, needed, votes),
        }
    }

    /// Who can still sign, by name. Under an alarm nobody at this console can.
    fn signers(&self, request: &ApprovalRequest) -> Signers {
        let able = self.missing(request).map_or_else(Vec::new, |missing| missing.can_sign);
        let others = able.iter().filter(|person| **person != self.session.person);
        let mut others: Vec<String> = others.map(|person| self.names.title(person)).collect();
        let more = count(others.len().saturating_sub(NAMED));
        others.truncate(NAMED);
        Signers { open_to_you: self.may_decide(request), others, more }
    }

    /// The name of a subject and its version; a change in words, without one.
    pub(super) fn name_and_version(&self, request: &ApprovalRequest) -> (String, String) {
        match (&request.subject.name, &request.change) {
            (SubjectName::Model(name, version), _) => (name.to_string(), version.to_string()),
            (SubjectName::Prompt(name, version), _) => (name.to_string(), version.to_string()),
            (SubjectName::Change(_), Some(change)) => {
                (change_words::clause(change, &self.names), String::new())
            }
            (SubjectName::Change(id), None) => (id.to_string(), String::new()),
        }
    }

    fn missing_words(&self, request: &ApprovalRequest, needed: u32, signed: u32) -> String {
        let Some(missing) = self.missing(request) else { return String::new() };
        let able: Vec<String> =
            missing.can_sign.iter().map(|person| self.names.title(person)).collect();
        let people = words::missing(needed, signed, &able);
        let groups = &missing.groups_without_signer;
        match (people.is_empty(), groups.is_empty()) {
            (_, true) => people,
            (true, false) => format!("Nobody from {} can sign yet", words::listed(groups)),
            (false, false) => format!("{people}; nobody from {}", words::listed(groups)),
        }
    }
}

/// So many who can sign are named in a row.
const NAMED: usize = 6;

struct Signers {
    open_to_you: bool,
    others: Vec<String>,
    more: u32,
}

const fn urgency(band: Band) -> UrgencyView {
    match band {
        Band::Today => UrgencyView::Today,
        Band::Week => UrgencyView::Week,
        Band::Later => UrgencyView::Later,
    }
}

pub(super) const fn status(status: Status) -> StatusView {
    match status {
        Status::Pending => StatusView::Pending,
        Status::Approved => StatusView::Approved,
        Status::Rejected => StatusView::Rejected,
    }
}

pub(super) const fn lifecycle(lifecycle: Lifecycle) -> LifecycleView {
    match lifecycle {
        Lifecycle::Open => LifecycleView::Open,
        Lifecycle::Withdrawn => LifecycleView::Withdrawn,
        Lifecycle::Expired => LifecycleView::Expired,
        Lifecycle::Superseded => LifecycleView::Superseded,
        Lifecycle::Decided => LifecycleView::Decided,
    }
}

pub(super) const fn effect(effect: Effect) -> EffectView {
    match effect {
        Effect::None => EffectView::None,
        Effect::InForce => EffectView::InForce,
        Effect::Lapsed => EffectView::Lapsed,
        Effect::Revoked => EffectView::Revoked,
        Effect::Void => EffectView::Void,
    }
}
