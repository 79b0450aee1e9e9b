//! What a change may say: asked before it is proposed, and again before a second admin signs it.
//!
//! Invariant: a change changes something, and leaves somebody who administers and a policy that the
//! people enrolled can meet. Whether it is signed as it must be is not asked here.

use ledger::Role;
use ledger::change::{Change, ChangeBody, KeyRevokeBody, RevocationMode, RoleGrantBody};
use ledger::replay::Authority;

use crate::error::GovernanceError;
use crate::policy::check_meetable;
use crate::text::Title;

/// Checks a change that would take effect at record `seq`.
///
/// # Errors
/// [`GovernanceError::InvalidChange`] with the reason; [`GovernanceError::PolicyUnmeetable`];
/// [`GovernanceError::Text`] or [`GovernanceError::Limit`] for a title.
pub fn check_body(change: &Change, authority: &Authority, seq: u64) -> Result<(), GovernanceError> {
    match &change.body {
        ChangeBody::KeyEnroll(body) => Title::parse(&body.name).map(|_| ()),
        ChangeBody::RoleGrant(body) => check_grant(body, authority),
        ChangeBody::RoleRevoke(body) => match authority.grant(&body.person_id) {
            None => refuse("the person holds no role"),
            Some(_) => demand_admin_left(authority, &body.person_id),
        },
        ChangeBody::PolicyChange(body) => {
            check_meetable(&body.policy, authority)?;
            if body.policy.expires_after_seconds == Some(0) {
                return refuse("a request that expires at once could never be decided");
            }
            let of = (body.policy.resource_type, body.policy.tier);
            let is_same = authority.policy(of.0, of.1).is_some_and(|(now, _)| *now == body.policy);
            if is_same { refuse("the policy is the one in force") } else { Ok(()) }
        }
        ChangeBody::KeyRevoke(body) => check_revocation(body, authority, seq),
        ChangeBody::DeviceRevoke(body) => {
            let known = authority
                .log_keys()
                .any(|(device, key)| *device == body.device_id && key.revoked_at.is_none());
            if known { Ok(()) } else { refuse("the installation has no log key in use") }
        }
        ChangeBody::Genesis(_) | ChangeBody::DeviceEnroll(_) => Ok(()),
    }
}

fn check_grant(body: &RoleGrantBody, authority: &Authority) -> Result<(), GovernanceError> {
    if let Some(group) = &body.group {
        Title::parse(group)?;
    }
    let held = authority.grant(&body.person_id);
    if held.is_some_and(|held| held.role == body.role && held.group == body.group) {
        return refuse("the person holds that role already");
    }
    match body.role {
        Role::Admin => Ok(()),
        Role::Analyst | Role::Approver | Role::Viewer => {
            demand_admin_left(authority, &body.person_id)
        }
    }
}

fn check_revocation(
    body: &KeyRevokeBody,
    authority: &Authority,
    seq: u64,
) -> Result<(), GovernanceError> {
    let Some(key) = authority.key(&body.keyid) else { return refuse("there is no such key") };
    match body.mode {
        RevocationMode::Retired if key.revoked_at.is_some() => refuse("the key ended already"),
        RevocationMode::Retired => Ok(()),
        RevocationMode::Compromised if body.since > seq => {
            refuse("it would be void from a record on that does not exist yet")
        }
        // One that ended may turn out to have been in other hands before.
        RevocationMode::Compromised => {
            let is_void = key.compromised_since.is_some_and(|since| since <= body.since);
            if is_void {
                refuse("its signatures are void from an earlier record on")
            } else {
                Ok(())
            }
        }
    }
}

/// A log without an ADMIN could never be administered again: the recovery kit enrols keys and
/// grants no role.
fn demand_admin_left(authority: &Authority, person: &ledger::Actor) -> Result<(), GovernanceError> {
    if authority.admins().any(|admin| admin == person) && authority.admins().count() == 1 {
        return refuse("it would leave nobody who administers");
    }
    Ok(())
}

const fn refuse(reason: &'static str) -> Result<(), GovernanceError> {
    Err(GovernanceError::InvalidChange { reason })
}
