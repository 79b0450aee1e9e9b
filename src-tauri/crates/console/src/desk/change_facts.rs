//! Acts of authority as facts: what holds now, or held when it was decided, and what would hold.
//!
//! Invariant: both sides are written by the same hand, label by label, and every entry of a change's
//! body is among its facts: a field that nobody wrote here does not compile.

use ledger::change::{
    Change, ChangeBody, DeviceBody, DeviceRevokeBody, KeyEnrollBody, KeyRevokeBody,
    PolicyChangeBody, RevocationMode, RoleGrantBody, RoleRevokeBody,
};
use ledger::replay::Authority;
use ledger::{Actor, Policy, Role};

use super::names::{Names, role_word};
use crate::diff::{FieldWriter, Fielded};

/// The record before which a change is to be looked at: the one that applied it or decided on it, or
/// the next one while it waits. What decided on it comes after what applied it.
pub(super) fn judged_at(change: &Change, authority: &Authority, decided_seq: Option<u64>) -> u64 {
    authority.applied(&change.id).or(decided_seq).unwrap_or(u64::MAX)
}

/// The records that set what a change sets anew, those before one, newest first.
pub(super) fn set_before(change: &Change, authority: &Authority, seq: u64) -> Vec<u64> {
    let acts: Vec<u64> = match &change.body {
        ChangeBody::RoleGrant(RoleGrantBody { person_id, .. })
        | ChangeBody::RoleRevoke(RoleRevokeBody { person_id }) => {
            authority.role_acts(person_id).rev().collect()
        }
        ChangeBody::PolicyChange(PolicyChangeBody { policy }) => {
            authority.policy_acts(policy.resource_type, policy.tier).rev().collect()
        }
        ChangeBody::KeyEnroll(_)
        | ChangeBody::KeyRevoke(_)
        | ChangeBody::DeviceEnroll(_)
        | ChangeBody::DeviceRevoke(_)
        | ChangeBody::Genesis(_) => Vec::new(),
    };
    acts.into_iter().filter(|act| *act < seq).collect()
}

/// What holds before a record in a change's place, and what it says shall hold; nothing on the left
/// where nothing holds.
pub(super) fn sides(
    change: &Change,
    (authority, seq): (&Authority, u64),
    names: &Names,
) -> (Option<Fielded>, Fielded) {
    match &change.body {
        ChangeBody::RoleGrant(RoleGrantBody { group, person_id, role }) => {
            let now = authority.grant_before(person_id, seq);
            let now_group = now.and_then(|grant| grant.group.as_deref());
            (
                Some(role_facts(names, person_id, now.map(|grant| grant.role), now_group)),
                role_facts(names, person_id, Some(*role), group.as_deref()),
            )
        }
        ChangeBody::RoleRevoke(RoleRevokeBody { person_id }) => {
            let now = authority.grant_before(person_id, seq);
            let now_group = now.and_then(|grant| grant.group.as_deref());
            (
                Some(role_facts(names, person_id, now.map(|grant| grant.role), now_group)),
                role_facts(names, person_id, None, None),
            )
        }
        ChangeBody::PolicyChange(PolicyChangeBody { policy }) => {
            let now = authority.policy_before(policy.resource_type, policy.tier, seq);
            (now.map(policy_facts), policy_facts(policy))
        }
        ChangeBody::KeyEnroll(body) => (None, key_facts(names, body)),
        ChangeBody::KeyRevoke(body) => key_end((authority, seq), names, body),
        ChangeBody::DeviceEnroll(body) => (None, device_facts(body, "may sign checkpoints")),
        ChangeBody::DeviceRevoke(DeviceRevokeBody { device_id }) => {
            let known = authority.log_keys().find(|(id, _)| *id == device_id);
            let line = |state: &str| {
                facts(&[("Device", device_id.to_string()), ("State", state.to_owned())])
            };
            (known.map(|_| line("may sign checkpoints")), line("may no longer sign checkpoints"))
        }
        ChangeBody::Genesis(_) => (None, Fielded::default()),
    }
}

fn role_facts(names: &Names, person: &Actor, role: Option<Role>, group: Option<&str>) -> Fielded {
    facts(&[
        ("Person", names.title(person)),
        ("Id", person.to_string()),
        ("Role", role.map_or("none", role_word).to_owned()),
        ("Group", group.map_or("none".to_owned(), quoted)),
    ])
}

fn policy_facts(policy: &Policy) -> Fielded {
    let Policy {
        approvals,
        artefact_check,
        expires_after_seconds,
        four_eyes,
        groups,
        reauth_seconds,
        resource_type,
        tenant_id,
        tier,
        v,
    } = policy;
    let quoted: Vec<String> = groups.iter().map(|group| quoted(group)).collect();
    let groups = if groups.is_empty() { "none".to_owned() } else { quoted.join("\n") };
    let expires = expires_after_seconds
        .map_or_else(|| "never".to_owned(), |after| format!("after {}", span(after)));
    let asked = match reauth_seconds {
        0 => "for every signature".to_owned(),
        after => format!("again after {}", span(*after)),
    };
    facts(&[
        ("For", format!("{resource_type}s of {tier} tier")),
        ("Tenant", tenant_id.to_string()),
        ("Approvals needed", approvals.to_string()),
        ("Four eyes", if *four_eyes { "on" } else { "off" }.to_owned()),
        ("Groups that must sign", groups),
        ("Artefact must be checked", if *artefact_check { "yes" } else { "no" }.to_owned()),
        ("A request expires", expires),
        ("Passphrase is asked", asked),
        ("Format", v.to_string()),
    ])
}

fn key_facts(names: &Names, body: &KeyEnrollBody) -> Fielded {
    let KeyEnrollBody { keyid, name, person_id, proof, public_key } = body;
    facts(&[
        ("Person", names.title(person_id)),
        ("Id", person_id.to_string()),
        ("Signs as", name.clone()),
        ("Key", keyid.to_hex()),
        ("Public key", hex::encode(public_key.as_bytes())),
        ("Proof", hex::encode(proof.as_bytes())),
    ])
}

fn key_end(
    (authority, seq): (&Authority, u64),
    names: &Names,
    body: &KeyRevokeBody,
) -> (Option<Fielded>, Fielded) {
    let KeyRevokeBody { keyid, mode, since } = body;
    let owner = authority.key(keyid).map(|key| key.owner.clone());
    let line = |state: String| {
        facts(&[
            ("Key", keyid.to_hex()),
            ("Owner", owner.as_ref().map_or("unknown".to_owned(), |owner| names.title(owner))),
            ("State", state),
        ])
    };
    let state = match mode {
        RevocationMode::Retired => {
            format!("retired: what it signed before stays (record {since})")
        }
        RevocationMode::Compromised => {
            format!("compromised: what it signed from record {since} on is void")
        }
    };
    let ended = |at: &u64| *at < seq;
    let now = authority.key(keyid).map(|key| match key.revoked_at.filter(ended) {
        None => line("good".to_owned()),
        Some(at) => line(format!("ended at record {at}")),
    });
    (now, line(state))
}

fn device_facts(body: &DeviceBody, state: &str) -> Fielded {
    let DeviceBody { device_id, public_key } = body;
    facts(&[
        ("Device", device_id.to_string()),
        ("Log key", hex::encode(public_key.as_bytes())),
        ("State", state.to_owned()),
    ])
}

/// Quoted, so that a group called "none" does not read as no group.
fn quoted(group: &str) -> String {
    format!("“{group}”")
}

fn facts(lines: &[(&str, String)]) -> Fielded {
    let mut writer = FieldWriter::default();
    for (label, value) in lines {
        writer.fact(0, label, label, value);
    }
    writer.finish()
}

/// "7 days", "12 hours", "90 seconds": exact, in the largest unit that is whole.
fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = UNITS.iter().find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length));
    let (number, noun) =
        unit.map_or((seconds, "second"), |(length, noun)| (seconds / length, *noun));
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
