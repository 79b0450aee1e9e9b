//! Whether a policy is satisfied by the votes so far (formats.md, "Quorum and effect").
//!
//! Invariant: people are counted, not signatures; roles and groups are those of the record of the
//! last vote, which is where [`standing`] is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::Authority;
use crate::Policy;
use crate::ids::Actor;
use crate::terms::Decision;

/// A vote that counted at its own record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ballot<'a> {
    /// Who voted.
    pub person: &'a Actor,
    /// For or against.
    pub decision: Decision,
}

/// How a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// People who approved and are still in role.
    pub approved_by: Vec<Actor>,
    /// People still needed, groups aside.
    pub missing: u32,
    /// Groups that nobody who approved represents yet.
    pub missing_groups: Vec<String>,
    /// APPROVED or REJECTED, once the votes decide it.
    pub outcome: Option<Decision>,
}

/// Counts the ballots, in order, under a policy. `None` as policy is that of a change: one ADMIN
/// beside the proposer.
pub fn standing(
    policy: Option<&Policy>,
    ballots: &[Ballot<'_>],
    authority: &Authority,
) -> Standing {
    let mut approved: BTreeMap<&Actor, Option<&str>> = BTreeMap::new();
    let mut rejected = false;
    for ballot in ballots {
        match ballot.decision {
            Decision::Rejected => rejected = true,
            Decision::Approved => {
                if let Some(grant) = authority.grant(ballot.person)
                    && grant.role.may_decide()
                {
                    approved.insert(ballot.person, grant.group.as_deref());
                }
            }
            Decision::Revoked | Decision::Proposed => {}
        }
    }
    let needed = policy.map_or(1, |policy| policy.approvals);
    let count = u32::try_from(approved.len()).unwrap_or(u32::MAX);
    let groups: BTreeSet<&str> = approved.values().copied().flatten().collect();
    let missing_groups: Vec<String> = policy
        .map(|policy| policy.groups.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|group| !groups.contains(group.as_str()))
        .cloned()
        .collect();
    let satisfied = count >= needed && missing_groups.is_empty();
    Standing {
        approved_by: approved.keys().map(|person| (*person).clone()).collect(),
        missing: needed.saturating_sub(count),
        missing_groups,
        outcome: match (rejected, satisfied) {
            (true, _) => Some(Decision::Rejected),
            (false, true) => Some(Decision::Approved),
            (false, false) => None,
        },
    }
}
