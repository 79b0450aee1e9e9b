//! One name of a registry with its versions.
//!
//! Invariant: there is at least one version; the last one made is the newest.

use std::collections::BTreeSet;

use ledger::{Effect, Lifecycle, Name, RequestId, Status, Timestamp};
use store::VersionStanding;

use crate::void_approvals::effect_under;

/// A name, and its versions in the order of their making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameEntry {
    /// What it is sorted and searched by.
    pub(super) key: String,
    newest: VersionStanding,
    earlier: Vec<VersionStanding>,
}

impl NameEntry {
    /// The versions of one name, in the order of their making; none where there are none.
    pub(super) fn of(mut versions: Vec<VersionStanding>) -> Option<Self> {
        let newest = versions.pop()?;
        let key = Self::key_of(&newest.name);
        versions.shrink_to_fit();
        Some(Self { key, newest, earlier: versions })
    }

    /// Names are ASCII.
    pub(super) fn key_of(name: &Name) -> String {
        name.as_str().to_ascii_lowercase()
    }

    /// The version made last.
    pub(crate) const fn newest(&self) -> &VersionStanding {
        &self.newest
    }

    /// How many versions there are.
    pub(crate) fn versions(&self) -> usize {
        self.earlier.len() + 1
    }

    /// The version in force: of several the one approved last.
    pub(crate) fn in_force(
        &self,
        now: Timestamp,
        void: &BTreeSet<RequestId>,
    ) -> Option<&VersionStanding> {
        let all = self.earlier.iter().chain([&self.newest]);
        let in_force = all.filter(|version| effect(version, now, void) == Effect::InForce);
        in_force
            .max_by_key(|version| version.request.as_ref().and_then(|request| request.decided_seq))
    }

    /// Where the request of the newest version is.
    pub(crate) fn lifecycle(&self, now: Timestamp) -> Lifecycle {
        let request = self.newest.request.as_ref();
        request.map_or(Lifecycle::Open, |request| request.lifecycle_at(now))
    }

    /// Whether the newest version waits for a decision.
    pub(super) fn waits(&self, now: Timestamp) -> bool {
        let open = |request: &store::RequestStanding| request.lifecycle_at(now) == Lifecycle::Open;
        self.newest.status == Status::Pending && self.newest.request.as_ref().is_some_and(open)
    }
}

/// Whether a version may be used at `now`.
pub(crate) fn effect(
    version: &VersionStanding,
    now: Timestamp,
    void: &BTreeSet<RequestId>,
) -> Effect {
    version.request.as_ref().map_or(Effect::None, |request| {
        effect_under(request.effect_at(now), void.contains(&request.id))
    })
}
