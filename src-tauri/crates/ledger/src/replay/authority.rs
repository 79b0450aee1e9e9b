//! Who holds which key and role, and which policy is in force, at a record of one log.
//!
//! Invariant: everything here follows from signed acts of authority, from the genesis on. A key
//! counts only from its own enrolment in this log; `_workspace` grants nothing in a tenant.

use std::collections::BTreeMap;

use super::acts::Acts;
use super::signed::Signed;
use super::{Check, Refusal, demand};
use crate::change::{ChangeKind, RevocationMode};
use crate::ids::{Actor, ChangeId, DeviceId, TenantId, WorkspaceId};
use crate::terms::{Control, Role, SubjectKind, Tier};
use crate::{AuditRecord, Digest, Policy, PublicKey};

/// A person's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledKey {
    /// The person.
    pub owner: Actor,
    /// Title under which it was enrolled: what its statements must say.
    pub name: String,
    /// The key.
    pub public_key: PublicKey,
    /// The record that enrolled it.
    pub enrolled_at: u64,
    /// The record that ended it, if one did.
    pub revoked_at: Option<u64>,
    /// Record from which its signatures are void, if it was found compromised.
    pub compromised_since: Option<u64>,
}

/// A person's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The group the person represents.
    pub group: Option<String>,
    /// The record that granted it.
    pub granted_at: u64,
    /// Under which control.
    pub control: Control,
}

/// A log key of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    /// The key.
    pub public_key: PublicKey,
    /// The record that enrolled it.
    pub enrolled_at: u64,
    /// The record that ended it, if one did.
    pub revoked_at: Option<u64>,
}

/// The state of authority after some records.
#[derive(Debug, Clone)]
pub struct Authority {
    pub(super) workspace: WorkspaceId,
    pub(super) tenant: TenantId,
    pub(super) title: String,
    pub(super) keys: BTreeMap<Digest, EnrolledKey>,
    pub(super) roles: BTreeMap<Actor, Grant>,
    pub(super) policies: BTreeMap<(SubjectKind, Tier), (Policy, Digest)>,
    pub(super) policies_ever: BTreeMap<Digest, Policy>,
    pub(super) log_keys: BTreeMap<DeviceId, Vec<LogKey>>,
    pub(super) recovery: Option<PublicKey>,
    pub(super) applied: BTreeMap<ChangeId, u64>,
    pub(super) acts: Acts,
    pub(super) coverage: Coverage,
}

/// How much of a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// Every record.
    Whole,
    /// Those that stand for one decision: how many admins there were is not known.
    Excerpt,
}

impl Authority {
    /// Before record 0: nobody may do anything.
    pub fn new(workspace: WorkspaceId, tenant: TenantId) -> Self {
        Self {
            workspace,
            tenant,
            title: String::new(),
            keys: BTreeMap::new(),
            roles: BTreeMap::new(),
            policies: BTreeMap::new(),
            policies_ever: BTreeMap::new(),
            log_keys: BTreeMap::new(),
            recovery: None,
            applied: BTreeMap::new(),
            acts: Acts::default(),
            coverage: Coverage::Whole,
        }
    }

    /// The same for records that stand for one decision: that there was one admin only, where one
    /// signed alone, is for readers of the whole log (formats.md, "Authority acts", `control`).
    pub fn of_excerpt(workspace: WorkspaceId, tenant: TenantId) -> Self {
        Self { coverage: Coverage::Excerpt, ..Self::new(workspace, tenant) }
    }

    /// Reads a record with the statements it binds; anything but an act of authority changes
    /// nothing here.
    ///
    /// # Errors
    /// [`Refusal`] when it is an act of authority that does not hold: it then changed nothing.
    pub fn apply(&mut self, record: &AuditRecord, signed: &[Signed]) -> Result<(), Refusal> {
        let action = record.parts().action;
        let is_act = ChangeKind::ALL.iter().any(|kind| kind.action() == action);
        match (record.parts().seq, is_act) {
            (0, false) => Err(Refusal::new(Check::Genesis, "record 0 is no genesis")),
            (_, true) => self.apply_act(record, signed),
            (_, false) => Ok(()),
        }
    }

    /// Whether this leaf can be an act of authority, by the first bytes of its canonical form:
    /// a reader that only wants authority need not parse the others.
    pub fn concerns(leaf: &[u8]) -> bool {
        ChangeKind::ALL.iter().any(|kind| {
            leaf.strip_prefix(b"{\"action\":\"")
                .and_then(|rest| rest.strip_prefix(kind.as_str().as_bytes()))
                .is_some_and(|rest| rest.starts_with(b"\""))
        })
    }

    /// The workspace.
    pub const fn workspace(&self) -> &WorkspaceId {
        &self.workspace
    }

    /// The tenant.
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Title given by the genesis.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The recovery key that the genesis names.
    pub const fn recovery_key(&self) -> Option<&PublicKey> {
        self.recovery.as_ref()
    }

    /// The role of a person, if they have one.
    pub fn grant(&self, person: &Actor) -> Option<&Grant> {
        self.roles.get(person)
    }

    /// Everybody with a role.
    pub fn grants(&self) -> impl Iterator<Item = (&Actor, &Grant)> {
        self.roles.iter()
    }

    /// Everybody who is ADMIN.
    pub fn admins(&self) -> impl Iterator<Item = &Actor> {
        self.roles.iter().filter(|(_, grant)| grant.role == Role::Admin).map(|(person, _)| person)
    }

    /// The control that an act of authority needs now: one admin, or two.
    pub fn control(&self) -> Control {
        if self.admins().count() > 1 { Control::Dual } else { Control::Single }
    }

    /// A key by its id, revoked or not.
    pub fn key(&self, keyid: &Digest) -> Option<&EnrolledKey> {
        self.keys.get(keyid)
    }

    /// Every key that was ever enrolled.
    pub fn keys_ever(&self) -> impl Iterator<Item = &EnrolledKey> {
        self.keys.values()
    }

    /// Keys of a person that are good now.
    pub fn keys_of<'a>(
        &'a self,
        person: &'a Actor,
    ) -> impl Iterator<Item = (&'a Digest, &'a EnrolledKey)> {
        self.keys.iter().filter(move |(_, key)| key.owner == *person && key.revoked_at.is_none())
    }

    /// True when the person has a key that is good now.
    pub fn is_enrolled(&self, person: &Actor) -> bool {
        self.keys_of(person).next().is_some()
    }

    /// People whose vote would count now by role and key, in order.
    pub fn deciders(&self) -> impl Iterator<Item = (&Actor, &Grant)> {
        self.roles.iter().filter(|(person, grant)| {
            grant.role.may_decide() && person.is_person() && self.is_enrolled(person)
        })
    }

    /// The policy in force for a type and tier, with its digest.
    pub fn policy(&self, kind: SubjectKind, tier: Tier) -> Option<&(Policy, Digest)> {
        self.policies.get(&(kind, tier))
    }

    /// A policy that is or was in force, by the digest that requests pin.
    pub fn policy_pinned(&self, digest: &Digest) -> Option<&Policy> {
        self.policies_ever.get(digest)
    }

    /// All policies in force.
    pub fn policies(&self) -> impl Iterator<Item = &(Policy, Digest)> {
        self.policies.values()
    }

    /// Log keys by installation, in the order of their enrolment.
    pub fn log_keys(&self) -> impl Iterator<Item = (&DeviceId, &LogKey)> {
        self.log_keys.iter().flat_map(|(device, keys)| keys.iter().map(move |key| (device, key)))
    }

    /// Log keys whose checkpoints of this size count: enrolled before it and not revoked by it.
    pub fn log_keys_at(&self, size: u64) -> Vec<PublicKey> {
        self.log_keys()
            .filter(|(_, key)| {
                key.enrolled_at < size && key.revoked_at.is_none_or(|revoked| size <= revoked)
            })
            .map(|(_, key)| key.public_key)
            .collect()
    }

    /// The record that applied a change, if it was applied.
    pub fn applied(&self, change: &ChangeId) -> Option<u64> {
        self.applied.get(change).copied()
    }

    /// Demands that a statement was signed by a good key of its reviewer, under the name enrolled
    /// and in the role held now. Returns the key's id.
    pub(super) fn demand_signer(&self, signed: &Signed) -> Result<Digest, Refusal> {
        let reviewer = &signed.statement.predicate.reviewer;
        let keyid = *signed.keyid();
        let key = self
            .keys
            .get(&keyid)
            .ok_or_else(|| Refusal::new(Check::Keys, "signed by a key that is not enrolled"))?;
        demand(key.revoked_at.is_none(), Check::Keys, "signed by a key that was revoked")?;
        demand(key.owner == reviewer.id, Check::Keys, "signed by another person's key")?;
        demand(key.name == reviewer.name, Check::Keys, "not under the name enrolled")?;
        signed.demand_key(&key.public_key)?;
        let role = self.roles.get(&reviewer.id).map(|grant| grant.role);
        demand(
            role.is_some_and(|role| reviewer.role.is(role)),
            Check::Authority,
            "the signer does not hold the role they signed in",
        )?;
        Ok(keyid)
    }

    pub(super) fn revoke_key(
        &mut self,
        keyid: &Digest,
        mode: RevocationMode,
        since: u64,
        seq: u64,
    ) {
        if let Some(key) = self.keys.get_mut(keyid) {
            key.revoked_at = Some(key.revoked_at.unwrap_or(seq));
            self.acts.key_ends.entry(*keyid).or_default().push(seq);
            if mode == RevocationMode::Compromised {
                key.compromised_since =
                    Some(key.compromised_since.map_or(since, |old| old.min(since)));
            }
        }
    }
}
