//! What a change may say, case by case, in a log with one admin.

use ledger::change::{
    ChangeBody, ChangeKind, DeviceRevokeBody, KeyRevokeBody, PolicyChangeBody, RevocationMode,
    RoleGrantBody, RoleRevokeBody,
};
use ledger::{DeviceId, Digest, Policy, Role, SubjectKind, Tier};

use super::check_body;
use crate::error::GovernanceError;
use crate::testing::*;

/// The record at which it would take effect, after everything that is on record.
fn check(world: &World, kind: ChangeKind, body: ChangeBody) -> Result<(), GovernanceError> {
    let change = world.change(ADA, kind, body);
    check_body(&change, world.authority(), world.head.next_seq)
}

fn grant(world: &World, name: &str, role: Role) -> ChangeBody {
    ChangeBody::RoleGrant(RoleGrantBody { group: None, person_id: world.actor(name), role })
}

fn revoke_key(world: &World, name: &str, mode: RevocationMode, since: u64) -> ChangeBody {
    let actor = world.actor(name);
    let mut keys = world.authority().keys_ever().filter(|key| key.owner == actor);
    let keyid = keys.next().unwrap().public_key.keyid();
    ChangeBody::KeyRevoke(KeyRevokeBody { keyid, mode, since })
}

#[test]
fn a_change_changes_something_and_leaves_somebody_who_administers() {
    let world = World::new();
    let next = world.head.next_seq;
    let (retired, compromised) = (RevocationMode::Retired, RevocationMode::Compromised);
    let standard = Policy::standard(&world.occasion.tenant_id, SubjectKind::Model, Tier::Low);
    let eyes_off = Policy { four_eyes: false, ..standard.clone() };
    let unknown = KeyRevokeBody { keyid: Digest::of(b"none"), mode: retired, since: 0 };
    let device = DeviceId::parse("01930000-0000-7000-8000-000000000de5").unwrap();
    let dismissed = |name| ChangeBody::RoleRevoke(RoleRevokeBody { person_id: world.actor(name) });
    let policy = |policy| ChangeBody::PolicyChange(PolicyChangeBody { policy });
    let (role, key) = (ChangeKind::RoleGrant, ChangeKind::KeyRevoke);
    let nobody_left = Some("it would leave nobody who administers");
    let cases = [
        (role, grant(&world, BOB, Role::Analyst), None),
        (role, grant(&world, BOB, Role::Approver), Some("the person holds that role already")),
        (role, grant(&world, ADA, Role::Approver), nobody_left),
        (ChangeKind::RoleRevoke, dismissed(BOB), None),
        (ChangeKind::RoleRevoke, dismissed(ADA), nobody_left),
        (
            ChangeKind::PolicyChange,
            policy(Policy { expires_after_seconds: Some(0), ..standard.clone() }),
            Some("a request that expires at once could never be decided"),
        ),
        (ChangeKind::PolicyChange, policy(eyes_off), None),
        (ChangeKind::PolicyChange, policy(standard), Some("the policy is the one in force")),
        (key, revoke_key(&world, BOB, retired, 0), None),
        (key, revoke_key(&world, BOB, compromised, next), None),
        (
            key,
            revoke_key(&world, BOB, compromised, next + 1),
            Some("it would be void from a record on that does not exist yet"),
        ),
        (key, ChangeBody::KeyRevoke(unknown), Some("there is no such key")),
        (
            ChangeKind::DeviceRevoke,
            ChangeBody::DeviceRevoke(DeviceRevokeBody { device_id: device }),
            Some("the installation has no log key in use"),
        ),
    ];
    for (kind, body, reason) in cases {
        let expected =
            reason.map_or(Ok(()), |reason| Err(GovernanceError::InvalidChange { reason }));
        assert_eq!(check(&world, kind, body.clone()), expected, "{body:?}");
    }
}

#[test]
fn a_role_with_another_group_is_another_role() {
    let mut world = World::new();
    world.grant(BOB, Role::Approver, Some("Risk"));
    let with = |group: Option<&str>| {
        let group = group.map(str::to_owned);
        let body = RoleGrantBody { group, person_id: world.actor(BOB), role: Role::Approver };
        check(&world, ChangeKind::RoleGrant, ChangeBody::RoleGrant(body))
    };
    assert!(with(Some("Risk")).is_err());
    assert_eq!((with(Some("Legal")), with(None)), (Ok(()), Ok(())));
}

#[test]
fn a_key_that_ended_may_still_turn_out_to_be_compromised_and_only_earlier() {
    let mut world = World::new();
    let end = |world: &mut World, mode, since| {
        let change = world.change(ADA, ChangeKind::KeyRevoke, revoke_key(world, BOB, mode, since));
        world.propose(ADA, &change).map(|_| ())
    };
    end(&mut world, RevocationMode::Retired, 0).unwrap();
    let again = end(&mut world, RevocationMode::Retired, 0);
    let reason = "the key ended already";
    assert_eq!(again, Err(GovernanceError::InvalidChange { reason }));
    end(&mut world, RevocationMode::Compromised, 3).unwrap();
    let later = end(&mut world, RevocationMode::Compromised, 4);
    let reason = "its signatures are void from an earlier record on";
    assert_eq!(later, Err(GovernanceError::InvalidChange { reason }));
    end(&mut world, RevocationMode::Compromised, 2).unwrap();
}
