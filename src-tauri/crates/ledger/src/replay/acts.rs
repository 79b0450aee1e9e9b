//! Which act of authority made whom what: for those who must show an act, or ask whether it still
//! stands.
//!
//! Invariant: every act that took effect is listed with its signers; an act rests only on acts
//! before it.

use std::collections::{BTreeMap, BTreeSet};

use super::Authority;
use super::authority::Grant;
use crate::ids::Actor;
use crate::terms::{Control, SubjectKind, Tier};
use crate::{Digest, Policy};

/// Somebody's signature, by the key that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Who signed; `system` for the recovery key.
    pub person: Actor,
    /// With which key.
    pub keyid: Digest,
}

/// The acts of a log, by record.
#[derive(Debug, Clone, Default)]
pub(super) struct Acts {
    pub(super) signed: BTreeMap<u64, (Control, Vec<Signer>)>,
    /// Records that gave a person a role or took it, ascending, with what they left them.
    pub(super) roles: BTreeMap<Actor, Vec<(u64, Option<Grant>)>>,
    /// Records that ended a key.
    pub(super) key_ends: BTreeMap<Digest, Vec<u64>>,
    /// Records that set a policy, ascending, with the policy's digest.
    pub(super) policies: BTreeMap<(SubjectKind, Tier), Vec<(u64, Digest)>>,
}

impl Acts {
    /// The act that a person's role at a record comes from. The admins of a genesis count at its
    /// own record.
    fn role_at(&self, person: &Actor, seq: u64) -> Option<u64> {
        let acts = self.roles.get(person)?.iter().map(|(act, _)| *act);
        acts.take_while(|act| *act < seq || *act == 0).last()
    }

    /// The act that set the policy of a type and tier in force at a record.
    pub(super) fn policy_at(&self, of: (SubjectKind, Tier), seq: u64) -> Option<u64> {
        let acts = self.policies.get(&of)?.iter().map(|(act, _)| *act);
        acts.take_while(|act| *act < seq || *act == 0).last()
    }
}

impl Authority {
    /// Under which control each act took effect, by record.
    pub fn controls(&self) -> impl Iterator<Item = (u64, Control)> {
        self.acts.signed.iter().map(|(seq, (control, _))| (*seq, *control))
    }

    /// Who signed the act at a record, in its order.
    pub fn signers(&self, seq: u64) -> impl Iterator<Item = &Signer> {
        self.acts.signed.get(&seq).into_iter().flat_map(|(_, signers)| signers)
    }

    /// The role of a person before a record, whatever it has become since.
    pub fn grant_before(&self, person: &Actor, seq: u64) -> Option<&Grant> {
        let mut acts = self.acts.roles.get(person)?.iter().rev();
        acts.find(|(act, _)| *act < seq).and_then(|(_, grant)| grant.as_ref())
    }

    /// The policy of a type and tier that was in force before a record.
    pub fn policy_before(&self, kind: SubjectKind, tier: Tier, seq: u64) -> Option<&Policy> {
        let mut acts = self.acts.policies.get(&(kind, tier))?.iter().rev();
        acts.find(|(act, _)| *act < seq).and_then(|(_, digest)| self.policies_ever.get(digest))
    }

    /// The records that gave a person a role or took it, ascending.
    pub fn role_acts(&self, person: &Actor) -> impl DoubleEndedIterator<Item = u64> {
        self.acts.roles.get(person).into_iter().flatten().map(|(act, _)| *act)
    }

    /// The records that set the policy of a type and tier, ascending.
    pub fn policy_acts(
        &self,
        kind: SubjectKind,
        tier: Tier,
    ) -> impl DoubleEndedIterator<Item = u64> {
        self.acts.policies.get(&(kind, tier)).into_iter().flatten().map(|(act, _)| *act)
    }

    /// What made a signer what they are at a record, and what ended it since: the enrolment of the
    /// key and its revocations, the grant in force there and the act that replaced or took it.
    pub(super) fn acts_about(&self, signer: &Signer, seq: u64) -> BTreeSet<u64> {
        let mut about: BTreeSet<u64> =
            self.acts.key_ends.get(&signer.keyid).into_iter().flatten().copied().collect();
        about.extend(self.keys.get(&signer.keyid).map(|key| key.enrolled_at));
        if let Some(grant) = self.acts.role_at(&signer.person, seq) {
            about.insert(grant);
            let acts = self.acts.roles.get(&signer.person).into_iter().flatten();
            about.extend(acts.map(|(act, _)| *act).find(|act| *act > grant));
        }
        about
    }

    /// These acts and all that they rest on, with what ended it, back to the genesis.
    pub(super) fn with_signers(&self, acts: BTreeSet<u64>) -> BTreeSet<u64> {
        let (mut all, mut open) = (BTreeSet::new(), acts);
        while let Some(act) = open.pop_last() {
            if all.insert(act)
                && let Some((_, signers)) = self.acts.signed.get(&act)
            {
                let below = signers.iter().flat_map(|signer| self.acts_about(signer, act));
                open.extend(below.filter(|act| !all.contains(act)));
            }
        }
        all
    }

    /// Acts that do not stand without signatures by keys found compromised (formats.md, "Quorum
    /// and effect", `void`): by such a key, or by somebody whom such an act made what they were.
    pub(super) fn void_acts(&self) -> BTreeSet<u64> {
        let mut void = BTreeSet::new();
        if self.keys.values().all(|key| key.compromised_since.is_none()) {
            return void;
        }
        for (seq, (_, signers)) in &self.acts.signed {
            if !signers.iter().all(|signer| self.stands(signer, *seq, &void)) {
                void.insert(*seq);
            }
        }
        void
    }

    /// Whether a signature at a record stands when these acts do not.
    pub(super) fn stands(&self, signer: &Signer, seq: u64, void: &BTreeSet<u64>) -> bool {
        // The recovery key is no enrolled one: it is the genesis's and cannot be found compromised.
        let Some(key) = self.keys.get(&signer.keyid) else { return true };
        key.compromised_since.is_none_or(|since| seq < since)
            && !void.contains(&key.enrolled_at)
            && self.role_stands(&signer.person, seq, void)
    }

    /// Whether the grant that a person's role at a record comes from stands.
    pub(super) fn role_stands(&self, person: &Actor, seq: u64, void: &BTreeSet<u64>) -> bool {
        self.acts.role_at(person, seq).is_none_or(|grant| !void.contains(&grant))
    }

    /// Whether the act that set a policy in force at a record stands.
    pub(super) fn policy_stands(
        &self,
        of: (SubjectKind, Tier),
        seq: u64,
        void: &BTreeSet<u64>,
    ) -> bool {
        self.acts.policy_at(of, seq).is_none_or(|act| !void.contains(&act))
    }
}
