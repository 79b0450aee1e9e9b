//! The inbox: what waits, for whom, since when.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The four tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    /// Open, and the signed-in person can sign it.
    NeedsMe,
    /// Open, and somebody else must act.
    WaitingOnOthers,
    /// Approved, rejected, withdrawn, superseded or expired.
    Decided,
    /// Everything.
    All,
}

/// Narrows a tab; an absent field does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InboxFilter {
    /// `model`, `prompt` or `change`.
    pub kind: Option<String>,
    /// `high`, `medium` or `low`.
    pub tier: Option<String>,
    /// `person/<uuid>` or `service/<uuid>` of the requester.
    pub requester: Option<String>,
    /// Where a request stands; only in **All**, elsewhere it does not narrow.
    pub state: Option<RequestState>,
    /// Part of a name, a reason or a requester's name.
    pub search: Option<String>,
}

/// Where a request stands, as the filter of **All** asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Waits for a decision.
    Open,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
    /// Taken back by its requester.
    Withdrawn,
    /// Past its time.
    Expired,
    /// A newer version came.
    Superseded,
}

/// A page of the inbox, with the counts of all tabs.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InboxView {
    /// Rows, most urgent first, or newest first where they are decided; at most 100.
    pub rows: Vec<RequestRow>,
    /// Requests in each tab, unfiltered.
    pub needs_me: u32,
    /// As above.
    pub waiting_on_others: u32,
    /// As above.
    pub decided: u32,
    /// As above.
    pub all: u32,
    /// Give this to get the next page; absent on the last one.
    pub next: Option<String>,
    /// Who may stand in the requester filter: id and name.
    pub requesters: Vec<NameView>,
}

/// How soon a waiting request expires: it stands under this head, and before tier and age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UrgencyView {
    /// In less than 24 hours.
    Today,
    /// In less than 8 days: up to "in 7 d".
    Week,
    /// Later, or never.
    Later,
}

/// An id with the name to show for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NameView {
    /// `person/<uuid>`, `service/<uuid>` or `system`.
    pub id: String,
    /// Title, or the id where none is known.
    pub name: String,
}

/// Decision state of a request: never changes again once APPROVED or REJECTED.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatusView {
    /// Undecided (for ever, if it left the queue otherwise).
    Pending,
    /// The policy was satisfied.
    Approved,
    /// One person rejected.
    Rejected,
}

/// Life cycle beside the decision (domain.md, rule 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleView {
    /// In the queue.
    Open,
    /// Taken back by its requester.
    Withdrawn,
    /// Past its time.
    Expired,
    /// A newer version came.
    Superseded,
    /// Approved or rejected.
    Decided,
}

/// Whether a subject may be used now (formats.md, "Quorum and effect").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EffectView {
    /// Not approved.
    None,
    /// May be used.
    InForce,
    /// The approval ended by its own terms.
    Lapsed,
    /// A person revoked it.
    Revoked,
    /// A signature it needs does not hold any more.
    Void,
}

/// One request in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestRow {
    /// Request id (uuid).
    pub id: String,
    /// `model`, `prompt` or `change`.
    pub kind: String,
    /// Name without version, or the change in words.
    pub name: String,
    /// Version, empty for a change.
    pub version: String,
    /// Who asked.
    pub requester: NameView,
    /// Why, as typed.
    pub reason: String,
    /// `high`, `medium`, `low`; absent for a change.
    pub tier: Option<String>,
    /// Decision.
    pub status: StatusView,
    /// Life cycle.
    pub lifecycle: LifecycleView,
    /// Approving signatures that count so far.
    pub votes: u32,
    /// Approving signatures that the pinned policy asks for.
    pub needed: u32,
    /// When it was asked.
    pub requested_at: String,
    /// When it expires, if it does.
    pub expires_at: Option<String>,
    /// How soon it expires; absent when it waits no more.
    pub urgency: Option<UrgencyView>,
    /// Who approved or rejected, by name, in the order of their votes.
    pub signed: Vec<String>,
    /// Whether the person at work is among those who can still sign.
    pub open_to_you: bool,
    /// Who else can still sign, by name; the first of them.
    pub can_sign: Vec<String>,
    /// How many can still sign beyond those named.
    pub more_can_sign: u32,
    /// "needs 2, nobody can sign yet" and the like; empty when enough people can.
    pub missing: String,
}
