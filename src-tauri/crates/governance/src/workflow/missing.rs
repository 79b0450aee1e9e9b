//! Who is missing for a request: what inbox, review and `request show` say.
//!
//! Invariant: it says what is true now and never drops to fewer people than the policy asks for.

use std::fmt;

use ledger::replay::{Authority, Ballot, standing};
use ledger::{Actor, Lifecycle, Policy, Role, Status, Timestamp};

use crate::state::ApprovalRequest;

/// Who a waiting request still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Signatures still needed.
    pub needed: u32,
    /// Groups that must still be represented, by title.
    pub groups: Vec<String>,
    /// Groups of those that nobody who can sign represents.
    pub groups_without_signer: Vec<String>,
    /// People who can sign, in the order of their ids.
    pub can_sign: Vec<Actor>,
}

/// Who is missing; none when the request waits no more. `policy` is the one pinned; none for a
/// change, which needs one ADMIN beside its proposer.
pub fn who_is_missing(
    policy: Option<&Policy>,
    request: &ApprovalRequest,
    authority: &Authority,
    at: Timestamp,
) -> Option<Missing> {
    let waits = request.status == Status::Pending && request.lifecycle_at(at) == Lifecycle::Open;
    if !waits {
        return None;
    }
    let ballots: Vec<Ballot<'_>> = request
        .votes
        .iter()
        .map(|vote| Ballot { person: &vote.actor, decision: vote.decision })
        .collect();
    let standing = standing(policy, &ballots, authority);
    let signers: Vec<_> = authority
        .deciders()
        .filter(|(person, grant)| can_sign(person, grant.role, policy, request))
        .collect();
    let groups_without_signer = standing
        .missing_groups
        .iter()
        .filter(|group| !signers.iter().any(|(_, grant)| grant.group.as_ref() == Some(*group)))
        .cloned()
        .collect();
    // A person has one group, so each missing group is a signature of its own.
    let for_groups = u32::try_from(standing.missing_groups.len()).unwrap_or(u32::MAX);
    Some(Missing {
        needed: standing.missing.max(for_groups),
        groups: standing.missing_groups,
        groups_without_signer,
        can_sign: signers.into_iter().map(|(person, _)| person.clone()).collect(),
    })
}

fn can_sign(
    person: &Actor,
    role: Role,
    policy: Option<&Policy>,
    request: &ApprovalRequest,
) -> bool {
    let may = match policy {
        Some(policy) => {
            let tied = *person == request.requested_by || request.makers.contains(person);
            !(policy.four_eyes && tied)
        }
        None => role == Role::Admin && *person != request.requested_by,
    };
    may && request.vote_of(person).is_none()
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needed, groups, groups_without_signer, can_sign } = self;
        write!(formatter, "needs {needed}")?;
        match (can_sign.len(), usize::try_from(*needed).unwrap_or(usize::MAX)) {
            (0, _) => formatter.write_str(", nobody can sign yet")?,
            (people, needed) if people < needed => {
                write!(formatter, ", only {people} can sign yet")?;
            }
            (people, _) => write!(formatter, ", {people} can sign")?,
        }
        for group in groups {
            if groups_without_signer.contains(group) {
                write!(formatter, "; nobody from {group} can sign yet")?;
            } else {
                write!(formatter, "; one from {group}")?;
            }
        }
        Ok(())
    }
}
