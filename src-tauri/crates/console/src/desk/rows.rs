//! A request as a row of a list, and the words for states.
//!
//! Invariant: life cycle is read off the clock; a request past its time is expired, whatever the
//! row says.

use governance::ApprovalRequest;
use ledger::{Effect, Lifecycle, Status, SubjectName, Tier};

use super::change_words;
use super::reading::Reading;
use crate::views::{EffectView, LifecycleView, RequestRow, StatusView};
use crate::words;

impl Reading {
    pub(super) fn row(&self, request: &ApprovalRequest) -> RequestRow {
        let (name, version) = self.name_and_version(request);
        let signed = self.approvals(request);
        let needed = self.policy_of(request).map_or(1, |policy| policy.approvals);
        RequestRow {
            id: request.id.to_string(),
            kind: request.subject.name.resource_type().to_owned(),
            name,
            version,
            requester: self.names.view(&request.requested_by),
            reason: request.reason.clone(),
            tier: request.tier.map(|tier| tier.as_str().to_owned()),
            status: status(request.status),
            lifecycle: lifecycle(request.lifecycle_at(self.now)),
            votes: signed,
            needed,
            requested_at: request.requested_at.to_string(),
            expires_at: request.expires_at.map(|at| at.to_string()),
            missing: self.missing_words(request, needed, signed),
        }
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

/// Urgency: what expires first, then the higher tier, then what waits longest.
pub(super) type Urgency = (i64, u8, i64, u64);

pub(super) fn urgency(request: &ApprovalRequest) -> Urgency {
    let tier = match request.tier {
        // A change of authority waits in front of medium tier.
        Some(Tier::High) | None => 0,
        Some(Tier::Medium) => 1,
        Some(Tier::Low) => 2,
    };
    let expires = request.expires_at.map_or(i64::MAX, ledger::Timestamp::as_micros);
    (expires, tier, request.requested_at.as_micros(), request.seq)
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
