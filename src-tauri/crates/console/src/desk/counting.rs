//! How many requests wait, and for whom.
//!
//! Invariant: whether the person may decide is the answer that a review gives, asked once for requests
//! that are alike. A count is kept until a record is written in the tenant or a request expires.

use std::collections::BTreeSet;

use ledger::{Actor, TenantId, Timestamp};
use store::Band;

use super::Inner;
use super::reading::{Reading, count};
use crate::failure::ConsoleError;

/// Requests in each tab of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) needs_me: u32,
    pub(super) waiting_on_others: u32,
    pub(super) all: u32,
    /// Who asked for what waits.
    pub(super) requesters: BTreeSet<Actor>,
}

impl Counts {
    pub(super) const fn decided(&self) -> u32 {
        self.all.saturating_sub(self.needs_me).saturating_sub(self.waiting_on_others)
    }
}

/// Counts with what they hold for.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    tenant: TenantId,
    person: Actor,
    size: u64,
    alarmed: bool,
    /// The next request expires then.
    until: Option<Timestamp>,
    counts: Counts,
}

impl Counted {
    fn holds_for(&self, reading: &Reading) -> bool {
        self.tenant == *reading.tenant()
            && self.person == reading.session.person
            && self.size == reading.log.size
            && self.alarmed == reading.alarmed()
            && self.until.is_none_or(|until| reading.now < until)
    }
}

impl Inner {
    /// What waits in the tenant in front.
    pub(super) async fn counts(&self, reading: &Reading) -> Result<Counts, ConsoleError> {
        let kept = self.state().counted.clone().filter(|kept| kept.holds_for(reading));
        if let Some(kept) = kept {
            return Ok(kept.counts);
        }
        let counts = reading.count().await?;
        let until = reading.workspace.store.next_expiry(reading.tenant(), reading.now).await?;
        let kept = Counted {
            tenant: reading.tenant().clone(),
            person: reading.session.person.clone(),
            size: reading.log.size,
            alarmed: reading.alarmed(),
            until,
            counts: counts.clone(),
        };
        self.state().counted = Some(kept);
        Ok(counts)
    }
}

impl Reading {
    fn alarmed(&self) -> bool {
        self.workspace.alarm(self.tenant()).is_some()
    }

    async fn count(&self) -> Result<Counts, ConsoleError> {
        let (mut mine, mut others) = (0_u64, 0_u64);
        let mut requesters = BTreeSet::new();
        for alike in self.workspace.store.open_alike(self.tenant(), self.now).await? {
            let waits = if self.may_decide(&alike.first) { &mut mine } else { &mut others };
            *waits += alike.many;
            requesters.insert(alike.first.requested_by);
        }
        let all = self.workspace.store.request_counts(self.tenant()).await?.all;
        Ok(Counts {
            needs_me: count(mine),
            waiting_on_others: count(others),
            all: count(all),
            requesters,
        })
    }

    /// When the order of the inbox changes by time alone: something expires, or is that much nearer
    /// to it.
    pub(super) async fn next_turn(&self) -> Result<Option<Timestamp>, ConsoleError> {
        let ends = Band::ALL.into_iter().filter_map(Band::ends_in);
        let mut turns = Vec::new();
        for ahead in std::iter::once(0).chain(ends) {
            let Ok(from) = self.now.plus_micros(ahead) else { continue };
            let next = self.workspace.store.next_expiry(self.tenant(), from).await?;
            turns.extend(next.and_then(|at| at.plus_micros(-ahead).ok()));
        }
        Ok(turns.into_iter().min())
    }
}
