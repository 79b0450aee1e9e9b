//! The order of the inbox: what expires today, this week, later; then tier; then age.
//!
//! Invariant: [`Urgency`] is the order, whole: the store's pages follow it, and the last row of a
//! page is where the next one goes on.

use governance::state::ApprovalRequest;
use ledger::{Actor, TenantId, Tier, Timestamp};

use crate::{RequestKind, RequestSearch};

const HOUR: i64 = 3_600 * Timestamp::SECOND;
const DAY: i64 = 24 * HOUR;

/// How soon a request expires. In words: "in 23 h", "in 7 d", and everything after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Less than 24 hours are left.
    Today,
    /// Less than 8 days are left.
    Week,
    /// More, or it never expires.
    Later,
}

impl Band {
    /// All, most urgent first.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Later];

    /// The band of what expires then.
    pub fn of(expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        let left = expires_at.map_or(i64::MAX, |at| at.as_micros().saturating_sub(now.as_micros()));
        match left {
            ..DAY => Self::Today,
            DAY..WEEK => Self::Week,
            WEEK.. => Self::Later,
        }
    }

    /// The first moment that is no more in this band, in microseconds from now.
    pub const fn ends_in(self) -> Option<i64> {
        match self {
            Self::Today => Some(DAY),
            Self::Week => Some(WEEK),
            Self::Later => None,
        }
    }
}

/// What still reads "in 7 d".
const WEEK: i64 = 8 * DAY;

/// A place in the order: by band, then tier (high first; an act of authority among them), then age
/// (what was asked first), then position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    /// How soon it expires.
    pub band: Band,
    /// 0 high or a change, 1 medium, 2 low.
    pub tier: u8,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// Position of its record.
    pub seq: u64,
}

impl Urgency {
    /// Where a request stands at a time.
    pub fn of(request: &ApprovalRequest, now: Timestamp) -> Self {
        Self {
            band: Band::of(request.expires_at, now),
            tier: tier_rank(request.tier),
            requested_at: request.requested_at,
            seq: request.seq,
        }
    }
}

/// The rank of a tier; a change of authority waits among the high ones.
pub(crate) const fn tier_rank(tier: Option<Tier>) -> u8 {
    match tier {
        Some(Tier::High) | None => 0,
        Some(Tier::Medium) => 1,
        Some(Tier::Low) => 2,
    }
}

/// A page of requests that wait, most urgent first. Filters that are set must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuery {
    /// Whose.
    pub tenant_id: TenantId,
    /// The time at which they wait and by which they are ordered.
    pub now: Timestamp,
    /// Models, prompts or changes.
    pub kind: Option<RequestKind>,
    /// Tier of the subject.
    pub tier: Option<Tier>,
    /// Who asked.
    pub requested_by: Option<Actor>,
    /// Found by a text.
    pub search: Option<RequestSearch>,
    /// Only those on which this one has not voted.
    pub without_vote_of: Option<Actor>,
    /// Only those behind this place: that of the last row of the page before.
    pub after: Option<Urgency>,
    /// How many rows; at most [`crate::PAGE_LIMIT`] are given.
    pub limit: u32,
}

/// A request with its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urgent {
    /// The request.
    pub request: ApprovalRequest,
    /// Where it stands.
    pub at: Urgency,
}

/// Requests that are alike in kind, policy, requester, makers and votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The oldest of them.
    pub first: ApprovalRequest,
    /// How many they are.
    pub many: u64,
}
