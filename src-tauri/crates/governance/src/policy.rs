//! Whether the people enrolled can meet a policy.
//!
//! Invariant: asked only when a policy is set. Registering and requesting are never refused for
//! want of people (domain.md, rule 2).

use ledger::Policy;
use ledger::replay::Authority;

use crate::error::{GovernanceError, PolicyGap};
use crate::text::Title;

/// Demands a well-formed policy of this tenant that the people who can decide now could meet:
/// enough of them, and one of each group.
///
/// # Errors
/// [`GovernanceError::PolicyUnmeetable`] with who is missing; [`GovernanceError::InvalidChange`]
/// for another tenant's; [`GovernanceError::Ledger`] when it is malformed.
pub fn check_meetable(policy: &Policy, authority: &Authority) -> Result<(), GovernanceError> {
    policy.check()?;
    policy.digest()?;
    if policy.tenant_id != *authority.tenant() {
        return Err(GovernanceError::InvalidChange { reason: "the policy is another tenant's" });
    }
    for group in &policy.groups {
        Title::parse(group)?;
    }
    let enrolled = u32::try_from(authority.deciders().count()).unwrap_or(u32::MAX);
    if enrolled < policy.approvals {
        let gap = PolicyGap::People { needed: policy.approvals, enrolled };
        return Err(GovernanceError::PolicyUnmeetable { gap });
    }
    let unrepresented = policy
        .groups
        .iter()
        .find(|group| !authority.deciders().any(|(_, grant)| grant.group.as_ref() == Some(*group)));
    match unrepresented {
        Some(group) => {
            let gap = PolicyGap::Group { group: group.clone() };
            Err(GovernanceError::PolicyUnmeetable { gap })
        }
        None => Ok(()),
    }
}
