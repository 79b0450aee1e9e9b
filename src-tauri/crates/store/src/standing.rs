//! Versions as lists show them: who made them when, and where they stand.
//!
//! Invariant: everything here is in the row of the version, or of the request it stands by; nothing
//! protected is.

use ledger::statement::Conditions;
use ledger::{Actor, Effect, Lifecycle, Name, RequestId, Status, Tier, Timestamp};

/// Most versions of one answer, where not those of one name are asked for.
pub const STANDINGS_LIMIT: u32 = 1_000;

/// Which versions are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichVersions {
    /// Those made by the record at this position and after it, in the order of their making; at most
    /// [`STANDINGS_LIMIT`].
    From(u64),
    /// All of the name that this is when case is ignored, in the order of their making.
    Of(Name),
}

/// A version with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionStanding {
    /// Its name.
    pub name: Name,
    /// Its version.
    pub version: String,
    /// The position of the record that made it.
    pub seq: u64,
    /// Its tier.
    pub tier: Tier,
    /// Who made it.
    pub author: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Its status.
    pub status: Status,
    /// The request that it stands by: the one that approved it, else the one opened last.
    pub request: Option<RequestStanding>,
}

/// A request, as far as the effect of a version follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStanding {
    /// Its id.
    pub id: RequestId,
    /// Decision state.
    pub status: Status,
    /// Life cycle as it was written down.
    pub lifecycle: Lifecycle,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// Position of the record that decided it.
    pub decided_seq: Option<u64>,
    /// Position of the record that revoked its approval.
    pub revoked_seq: Option<u64>,
    /// The conditions of all its votes together.
    pub conditions: Conditions,
}

impl RequestStanding {
    /// Where it is at `now`.
    pub fn lifecycle_at(&self, now: Timestamp) -> Lifecycle {
        governance::state::lifecycle_at(self.lifecycle, self.expires_at, now)
    }

    /// Whether its approval may be used at `now`; only the log tells whether it is void.
    pub fn effect_at(&self, now: Timestamp) -> Effect {
        governance::state::effect_at(self.status, self.revoked_seq, &self.conditions, now)
    }
}
