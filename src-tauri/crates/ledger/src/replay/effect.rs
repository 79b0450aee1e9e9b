//! Whether an approval is in force at a time and in an environment (formats.md, "Quorum and
//! effect").
//!
//! Invariant: anything but [`Effect::InForce`] within scope is a no. Of several conditions the
//! earliest end and every scope hold.

use std::collections::BTreeSet;

use super::requests::{RequestState, VoteState};
use super::{Authority, SubjectEffect};
use crate::terms::{Decision, Effect};
use crate::{Actor, Timestamp};

pub(super) fn of(
    request: &RequestState,
    at: Timestamp,
    environment: Option<&str>,
    authority: &Authority,
) -> SubjectEffect {
    let approvals: Vec<&VoteState> = request
        .votes
        .iter()
        .filter(|vote| vote.why_not.is_none() && vote.decision == Decision::Approved)
        .collect();
    let in_scope = approvals
        .iter()
        .filter_map(|vote| vote.statement.predicate.conditions.scope.as_ref())
        .all(|scope| environment.is_some_and(|wanted| scope.iter().any(|name| name == wanted)));
    let end =
        approvals.iter().filter_map(|vote| vote.statement.predicate.conditions.expires_at).min();
    let effect = if request.revoked_at.is_some() {
        Effect::Revoked
    } else if !holds_without_compromised(request, &approvals, authority) {
        Effect::Void
    } else if end.is_some_and(|end| at >= end) {
        Effect::Lapsed
    } else {
        Effect::InForce
    };
    SubjectEffect { effect, in_scope }
}

/// Whether the quorum stands without the votes of keys found compromised from before them. Roles
/// were judged at the final record; here only signatures are taken away.
fn holds_without_compromised(
    request: &RequestState,
    approvals: &[&VoteState],
    authority: &Authority,
) -> bool {
    let good = approvals.iter().filter(|vote| {
        authority
            .key(&vote.keyid)
            .is_some_and(|key| key.compromised_since.is_none_or(|since| vote.seq < since))
    });
    let kept: Vec<&&VoteState> = good.collect();
    let Some(policy) = request.policy.as_ref().filter(|_| kept.len() < approvals.len()) else {
        return kept.len() == approvals.len();
    };
    let people: BTreeSet<&Actor> = kept.iter().map(|vote| &vote.person).collect();
    people.len() >= usize::try_from(policy.approvals).unwrap_or(usize::MAX)
        && policy
            .groups
            .iter()
            .all(|group| kept.iter().any(|vote| vote.group.as_ref() == Some(group)))
}
