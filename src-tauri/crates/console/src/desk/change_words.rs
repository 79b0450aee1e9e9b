//! Acts of authority in words.
//!
//! Invariant: every sentence is made of the change itself, as it stands in what is signed.

use ledger::Tier;
use ledger::change::{Change, ChangeBody, RevocationMode};

use super::names::{Names, role_word};
use crate::hidden;

/// "Kenji Morimoto becomes Approver in retail-uk."
pub(super) fn sentence(change: &Change, names: &Names) -> String {
    format!("{}.", clause(change, names))
}

/// The same without its full stop: the name of a change in a list.
pub(super) fn clause(change: &Change, names: &Names) -> String {
    let tenant = &change.tenant_id;
    match &change.body {
        ChangeBody::Genesis(body) => format!("{} is founded", hidden::drawn(&body.name)),
        ChangeBody::KeyEnroll(body) => {
            format!("A key of {} becomes good in {tenant}", hidden::drawn(&body.name))
        }
        ChangeBody::KeyRevoke(body) => {
            let how = match body.mode {
                RevocationMode::Retired => "is retired",
                RevocationMode::Compromised => "ends as compromised",
            };
            format!("Key {} {how} in {tenant}", short(&body.keyid.to_hex()))
        }
        ChangeBody::RoleGrant(body) => {
            let group = body.group.as_deref().map(hidden::drawn);
            let group = group.map(|group| format!(", for {group}")).unwrap_or_default();
            let name = names.title(&body.person_id);
            format!("{name} becomes {} in {tenant}{group}", role_word(body.role))
        }
        ChangeBody::RoleRevoke(body) => {
            format!("{} loses their role in {tenant}", names.title(&body.person_id))
        }
        ChangeBody::PolicyChange(body) => {
            let tier = match body.policy.tier {
                Tier::High => "high",
                Tier::Medium => "medium",
                Tier::Low => "low",
            };
            let kind = body.policy.resource_type;
            format!("The policy for {kind}s of {tier} tier changes in {tenant}")
        }
        ChangeBody::DeviceEnroll(body) => {
            format!("Device {} may sign checkpoints of {tenant}", body.device_id)
        }
        ChangeBody::DeviceRevoke(body) => {
            format!("Device {} may no longer sign checkpoints of {tenant}", body.device_id)
        }
    }
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
