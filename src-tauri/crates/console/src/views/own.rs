//! What a person set for themself, and where a link leads them.
//!
//! Invariant: nothing here governs anything, and nothing of it is on record.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{InboxFilter, InboxTab};

/// A tab of the inbox with its filters, under a name that its owner chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SavedInboxView {
    /// Its id.
    pub id: String,
    /// Its name, as typed.
    pub name: String,
    /// The tab.
    pub tab: InboxTab,
    /// Filters and search.
    pub filter: InboxFilter,
}

/// A view to be kept: new, or one that is there under another name or with other filters.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct InboxViewDraft {
    /// The id of one that is there; absent for a new one.
    pub id: Option<String>,
    /// 1 to 128 characters, unlike the other names.
    pub name: String,
    /// The tab.
    pub tab: InboxTab,
    /// Filters and search.
    pub filter: InboxFilter,
}

/// Whether the desktop is told that something waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Notifications {
    /// Never: so it is until the person turns them on.
    #[default]
    Off,
    /// When something new waits for the person and the window is not in front.
    On,
}

/// What the person at work set for themself in this workspace, on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OwnSettingsView {
    /// In the order of their making.
    pub views: Vec<SavedInboxView>,
    /// Notifications of the desktop; absent where this program does not know how to tell it.
    pub notifications: Option<Notifications>,
}

/// Where a link leads that was given to the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LinkView {
    /// There is none.
    None {},
    /// It is kept until somebody is at work and the signing window is closed.
    Kept {},
    /// It is not a link to a review.
    Refused {
        /// Why, in a sentence that repeats nothing of it.
        sentence: String,
    },
    /// To the review of this request. Whether there is one is told where it is opened.
    Review {
        /// The request.
        request_id: String,
    },
    /// To a review in another tenant of the person.
    Elsewhere {
        /// That tenant.
        tenant_id: String,
        /// The request.
        request_id: String,
    },
}
