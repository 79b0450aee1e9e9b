//! Acts of authority as they are filled in, in the domain's words.
//!
//! Invariant: texts are parsed here, once. What a policy does not ask about stays as it is in force,
//! so that no form resets what it does not show.

use ledger::change::{
    ChangeBody, ChangeKind, DeviceRevokeBody, KeyRevokeBody, PolicyChangeBody, RevocationMode,
    RoleGrantBody, RoleRevokeBody,
};
use ledger::replay::Authority;
use ledger::{Actor, DeviceId, Digest, Policy, Role, SubjectKind, Tier};

use crate::failure::ConsoleError;
use crate::views::{ActDraft, PolicyDraft};

/// Kind and body of the change, in the log of this authority.
///
/// # Errors
/// [`ConsoleError`] for a text that has not its form.
pub(crate) fn parse(
    act: &ActDraft,
    authority: &Authority,
) -> Result<(ChangeKind, ChangeBody), ConsoleError> {
    Ok(match act {
        ActDraft::GrantRole { person_id, role, group } => {
            let body = RoleGrantBody {
                group: group.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(Into::into),
                person_id: Actor::parse(person_id)?,
                role: Role::parse(role)?,
            };
            (ChangeKind::RoleGrant, ChangeBody::RoleGrant(body))
        }
        ActDraft::RevokeRole { person_id } => {
            let body = RoleRevokeBody { person_id: Actor::parse(person_id)? };
            (ChangeKind::RoleRevoke, ChangeBody::RoleRevoke(body))
        }
        ActDraft::ChangePolicy(draft) => {
            let body = PolicyChangeBody { policy: policy(draft, authority)? };
            (ChangeKind::PolicyChange, ChangeBody::PolicyChange(body))
        }
        ActDraft::RetireKey { keyid } => revoke_key(keyid, RevocationMode::Retired, 0)?,
        ActDraft::CompromiseKey { keyid, since } => {
            revoke_key(keyid, RevocationMode::Compromised, u64::from(*since))?
        }
        ActDraft::RevokeDevice { device_id } => {
            let body = DeviceRevokeBody { device_id: DeviceId::parse(device_id)? };
            (ChangeKind::DeviceRevoke, ChangeBody::DeviceRevoke(body))
        }
    })
}

fn revoke_key(
    keyid: &str,
    mode: RevocationMode,
    since: u64,
) -> Result<(ChangeKind, ChangeBody), ConsoleError> {
    let body = KeyRevokeBody { keyid: Digest::from_hex(keyid)?, mode, since };
    Ok((ChangeKind::KeyRevoke, ChangeBody::KeyRevoke(body)))
}

fn policy(draft: &PolicyDraft, authority: &Authority) -> Result<Policy, ConsoleError> {
    let (kind, tier) = (SubjectKind::parse(&draft.resource_type)?, Tier::parse(&draft.tier)?);
    let standard = || Policy::standard(authority.tenant(), kind, tier);
    let now = authority.policy(kind, tier).map_or_else(standard, |(policy, _)| policy.clone());
    let mut groups: Vec<String> =
        draft.groups.iter().map(|group| group.trim().to_owned()).collect();
    groups.sort();
    Ok(Policy {
        approvals: draft.approvals,
        artefact_check: draft.artefact_check,
        expires_after_seconds: draft.expires_after_seconds.map(u64::from),
        four_eyes: draft.four_eyes,
        groups,
        reauth_seconds: u64::from(draft.reauth_seconds),
        ..now
    })
}
