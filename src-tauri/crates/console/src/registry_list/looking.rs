//! Looking into a registry's list: what narrows it, in which order, and the page behind a row.
//!
//! Invariant: a page goes on behind the last row of the page before, by what that row is sorted by
//! and its name, whether or not it still stands there. How many there are is told of the same moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger::{Actor, Effect, RequestId, Status, Tier, Timestamp};

use super::name::effect;
use super::{NameEntry, RegistryList};

/// What a name is sorted by; names that are alike in it, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Name,
    NameBack,
    Newest,
    Oldest,
    MostVersions,
    FewestVersions,
    HighestTier,
    LowestTier,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// A version is in force.
    InForce,
    /// None is.
    NotInForce,
    /// The newest version waits for a decision.
    Waiting,
    /// The newest version was rejected.
    Rejected,
    /// The newest version was approved, and is in force no more.
    Ended,
}

/// What narrows a list: all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrowed {
    /// A part of the name, in small letters.
    pub(crate) containing: Option<String>,
    pub(crate) state: Option<State>,
    /// Tier of the newest version.
    pub(crate) tier: Option<Tier>,
    /// Who made the newest version.
    pub(crate) author: Option<Actor>,
}

/// The last row of a page: what it is sorted by, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place<'a>(i64, &'a str);

impl<'a> Place<'a> {
    /// A place that a page gave; none where it is of another form.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (rank, key) = text.split_once(' ')?;
        Some(Self(rank.parse().ok()?, key))
    }

    fn written(self) -> String {
        format!("{} {}", self.0, self.1)
    }
}

/// All names in one text.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    text: String,
    /// Where each line ends, its line feed included.
    ends: Vec<usize>,
}

impl Keys {
    fn of(entries: &[Arc<NameEntry>]) -> Self {
        let mut keys = Self { text: String::new(), ends: Vec::with_capacity(entries.len()) };
        for entry in entries {
            keys.text.push_str(&entry.key);
            keys.text.push('\n');
            keys.ends.push(keys.text.len());
        }
        keys
    }
}

/// A look at a list.
pub(crate) struct Look<'a> {
    pub(crate) narrowed: &'a Narrowed,
    pub(crate) order: Order,
    /// The last row of the page before.
    pub(crate) after: Option<Place<'a>>,
    pub(crate) rows: usize,
    pub(crate) now: Timestamp,
    pub(crate) void: &'a BTreeSet<RequestId>,
}

/// What a look shows.
pub(crate) struct Looked {
    pub(crate) page: Vec<Arc<NameEntry>>,
    /// How many there are, on every page.
    pub(crate) total: usize,
    /// Give this to get the next page.
    pub(crate) next: Option<String>,
}

impl Order {
    pub(super) const COUNT: usize = 8;

    /// What a name is sorted by, small first.
    fn rank(self, entry: &NameEntry) -> i64 {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let tier = match entry.newest().tier {
            Tier::High => 0,
            Tier::Medium => 1,
            Tier::Low => 2,
        };
        match self {
            Self::Name | Self::NameBack => 0,
            Self::Newest => -entry.newest().created_at.as_micros(),
            Self::Oldest => entry.newest().created_at.as_micros(),
            Self::MostVersions => -number(entry.versions()),
            Self::FewestVersions => number(entry.versions()),
            Self::HighestTier => tier,
            Self::LowestTier => -tier,
        }
    }

    fn place(self, entry: &NameEntry) -> Place<'_> {
        Place(self.rank(entry), &entry.key)
    }
}

impl RegistryList {
    pub(crate) fn look(&self, look: &Look<'_>) -> Looked {
        let order = self.ordered(look.order);
        let from = look.after.map_or(0, |after| self.behind(order, look.order, after));
        let mut looked = Looked { page: Vec::new(), total: 0, next: None };
        let mut more = false;
        if *look.narrowed == Narrowed::default() {
            let rest = &order[from..];
            let page = rest.iter().take(look.rows).map(|place| self.at(*place));
            looked.page = page.cloned().collect();
            looked.total = self.entries.len();
            let last = looked.page.last().filter(|_| rest.len() > look.rows);
            looked.next = last.map(|last| look.order.place(last).written());
            return looked;
        }
        let found = look.narrowed.containing.as_ref().map(|text| self.containing(text));
        for (at, place) in order.iter().enumerate() {
            if found.as_ref().is_some_and(|found| !found[*place as usize]) {
                continue;
            }
            let entry = self.at(*place);
            if !look.admits(entry) {
                continue;
            }
            looked.total += 1;
            if at < from {
                continue;
            }
            if looked.page.len() < look.rows {
                looked.page.push(Arc::clone(entry));
            } else {
                more = true;
            }
        }
        let last = looked.page.last().filter(|_| more);
        looked.next = last.map(|last| look.order.place(last).written());
        looked
    }

    fn at(&self, place: u32) -> &Arc<NameEntry> {
        &self.entries[place as usize]
    }

    /// Which entries' names contain a text: looked for in one text of all names, a line each.
    fn containing(&self, text: &str) -> Vec<bool> {
        let keys = self.keys.get_or_init(|| Keys::of(&self.entries));
        let mut found = vec![false; self.entries.len()];
        let mut from = 0;
        while let Some(at) = keys.text[from..].find(text).map(|at| from + at) {
            let place = keys.ends.partition_point(|end| *end <= at);
            // A text that holds the end of a line is in no name.
            let Some(end) = keys.ends.get(place) else { break };
            found[place] = at + text.len() < *end;
            from = *end;
        }
        found
    }

    /// Places in an order, reckoned once between two changes.
    fn ordered(&self, order: Order) -> &[u32] {
        self.orders[order as usize].get_or_init(|| {
            let entries = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            let mut places: Vec<u32> = (0..entries).collect();
            let entry = |place: &u32| &self.entries[*place as usize];
            match order {
                Order::Name => {}
                Order::NameBack => places.reverse(),
                // Stable: those that are alike stay by name.
                Order::Newest
                | Order::Oldest
                | Order::MostVersions
                | Order::FewestVersions
                | Order::HighestTier
                | Order::LowestTier => places.sort_by_key(|place| order.rank(entry(place))),
            }
            places
        })
    }

    /// The first place behind one that was shown last.
    fn behind(&self, places: &[u32], order: Order, last: Place<'_>) -> usize {
        places.partition_point(|place| {
            let entry = order.place(self.at(*place));
            if order == Order::NameBack { entry >= last } else { entry <= last }
        })
    }
}

impl Look<'_> {
    fn admits(&self, entry: &NameEntry) -> bool {
        let Narrowed { state, tier, author, .. } = self.narrowed;
        let newest = entry.newest();
        tier.is_none_or(|tier| newest.tier == tier)
            && author.as_ref().is_none_or(|author| newest.author == *author)
            && state.is_none_or(|state| self.stands(entry, state))
    }

    fn stands(&self, entry: &NameEntry, state: State) -> bool {
        let newest = entry.newest();
        match state {
            State::InForce => entry.in_force(self.now, self.void).is_some(),
            State::NotInForce => entry.in_force(self.now, self.void).is_none(),
            State::Waiting => entry.waits(self.now),
            State::Rejected => newest.status == Status::Rejected,
            State::Ended => match effect(newest, self.now, self.void) {
                Effect::Lapsed | Effect::Revoked | Effect::Void => true,
                Effect::None | Effect::InForce => false,
            },
        }
    }
}
