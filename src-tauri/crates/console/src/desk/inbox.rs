//! The inbox: four tabs over the requests of the tenant in front.
//!
//! Invariant: what needs the person is what they may decide now, by the same rule that the
//! signature asks. Pages go on behind the last row, never by a count of rows to skip.

use std::collections::BTreeSet;

use governance::ApprovalRequest;
use ledger::{Actor, Lifecycle, ResourceType, Role, Tier};
use store::{PAGE_LIMIT, RequestKind, RequestsQuery};

use super::reading::{Reading, count};
use super::rows::{Urgency, urgency};
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::views::{InboxFilter, InboxTab, InboxView};

impl Desk {
    /// A page of a tab.
    pub async fn inbox(
        &self,
        tab: InboxTab,
        filter: InboxFilter,
        after: Option<String>,
    ) -> Answer<InboxView> {
        self.answer(async {
            let filter = Filter::parse(&filter)?;
            let reading = self.reading((ResourceType::Request, "")).await?;
            reading.inbox(tab, &filter, after.as_deref()).await
        })
        .await
    }
}

/// The filter in the domain's words.
struct Filter {
    kind: Option<RequestKind>,
    tier: Option<Tier>,
    requester: Option<Actor>,
}

impl Filter {
    fn parse(filter: &InboxFilter) -> Result<Self, ConsoleError> {
        let kind = match filter.kind.as_deref() {
            None => None,
            Some("model") => Some(RequestKind::Model),
            Some("prompt") => Some(RequestKind::Prompt),
            Some("change") => Some(RequestKind::Change),
            Some(_) => {
                return Err(ConsoleError::Input {
                    what: "kind",
                    reason: "model, prompt or change",
                });
            }
        };
        Ok(Self {
            kind,
            tier: filter.tier.as_deref().map(Tier::parse).transpose()?,
            requester: filter.requester.as_deref().map(Actor::parse).transpose()?,
        })
    }

    fn holds(&self, request: &ApprovalRequest) -> bool {
        self.kind.is_none_or(|kind| kind.as_str() == request.subject.name.resource_type())
            && (self.tier.is_none() || self.tier == request.tier)
            && self.requester.as_ref().is_none_or(|requester| *requester == request.requested_by)
    }
}

impl Reading {
    async fn inbox(
        &self,
        tab: InboxTab,
        filter: &Filter,
        after: Option<&str>,
    ) -> Result<InboxView, ConsoleError> {
        let open = self.open_requests().await?;
        let (mine, others): (Vec<ApprovalRequest>, Vec<ApprovalRequest>) =
            open.into_iter().partition(|request| self.may_decide(request));
        let mut view = InboxView {
            needs_me: count(mine.len()),
            waiting_on_others: count(others.len()),
            requesters: self.requesters(mine.iter().chain(&others), tab),
            rows: Vec::new(),
            next: None,
        };
        let page = match tab {
            InboxTab::NeedsMe => most_urgent(mine, filter, after)?,
            InboxTab::WaitingOnOthers => most_urgent(others, filter, after)?,
            InboxTab::Decided => self.newest_requests(filter, after, Which::Settled).await?,
            InboxTab::All => self.newest_requests(filter, after, Which::All).await?,
        };
        view.rows = page.requests.iter().map(|request| self.row(request)).collect();
        view.next = page.next;
        Ok(view)
    }

    /// Requests that wait for a decision now.
    pub(super) async fn open_requests(&self) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let mut open = self.workspace.store.open_requests(self.tenant()).await?;
        open.retain(|request| request.lifecycle_at(self.now) == Lifecycle::Open);
        Ok(open)
    }

    /// How many of them the person at work may decide.
    pub(super) async fn waiting(&self) -> Result<u32, ConsoleError> {
        let open = self.open_requests().await?;
        Ok(count(open.iter().filter(|request| self.may_decide(request)).count()))
    }

    /// Newest first.
    async fn newest_requests(
        &self,
        filter: &Filter,
        after: Option<&str>,
        which: Which,
    ) -> Result<Page, ConsoleError> {
        let mut query = RequestsQuery {
            kind: filter.kind,
            tier: filter.tier,
            requested_by: filter.requester.clone(),
            before: after.map(read_seq).transpose()?,
            ..RequestsQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        let mut requests: Vec<ApprovalRequest> = Vec::new();
        loop {
            let found = self.workspace.store.requests(query.clone()).await?;
            let full = found.len() == PAGE_LIMIT as usize;
            query.before = found.last().map(|last| last.seq);
            requests.extend(found.into_iter().filter(|request| {
                let settled = request.lifecycle_at(self.now) != Lifecycle::Open;
                settled || which == Which::All
            }));
            if requests.len() >= PAGE_LIMIT as usize {
                requests.truncate(PAGE_LIMIT as usize);
                let next = requests.last().map(|last| last.seq.to_string());
                return Ok(Page { requests, next });
            }
            if !full {
                return Ok(Page { requests, next: None });
            }
        }
    }

    fn requesters<'a>(
        &'a self,
        open: impl Iterator<Item = &'a ApprovalRequest>,
        tab: InboxTab,
    ) -> Vec<crate::views::NameView> {
        let mut who: BTreeSet<&Actor> = open.map(|request| &request.requested_by).collect();
        match tab {
            InboxTab::NeedsMe | InboxTab::WaitingOnOthers => {}
            // Whoever may ask may have asked.
            InboxTab::Decided | InboxTab::All => who.extend(
                self.log
                    .authority
                    .grants()
                    .filter(|(_, grant)| matches!(grant.role, Role::Admin | Role::Analyst))
                    .map(|(person, _)| person),
            ),
        }
        self.names.sorted(who)
    }
}

/// Which requests a tab lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those that left the queue.
    Settled,
    /// Every one.
    All,
}

/// Requests of a page, and what to give for the next one.
struct Page {
    requests: Vec<ApprovalRequest>,
    next: Option<String>,
}

fn most_urgent(
    mut requests: Vec<ApprovalRequest>,
    filter: &Filter,
    after: Option<&str>,
) -> Result<Page, ConsoleError> {
    let after = after.map(read_urgency).transpose()?;
    requests.retain(|request| {
        filter.holds(request) && after.is_none_or(|after| urgency(request) > after)
    });
    requests.sort_by_key(urgency);
    let more = requests.len() > PAGE_LIMIT as usize;
    requests.truncate(PAGE_LIMIT as usize);
    let next = requests.last().filter(|_| more).map(|last| {
        let (expires, tier, asked, seq) = urgency(last);
        format!("{expires}.{tier}.{asked}.{seq}")
    });
    Ok(Page { requests, next })
}

const CURSOR: ConsoleError =
    ConsoleError::Input { what: "after", reason: "not what the page before gave" };

fn read_urgency(cursor: &str) -> Result<Urgency, ConsoleError> {
    let mut parts = cursor.split('.');
    let mut part = || parts.next().ok_or(CURSOR);
    let (expires, tier, asked, seq) = (part()?, part()?, part()?, part()?);
    Ok((number(expires)?, number(tier)?, number(asked)?, number(seq)?))
}

fn read_seq(cursor: &str) -> Result<u64, ConsoleError> {
    number(cursor)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, ConsoleError> {
    text.parse().map_err(|_| CURSOR)
}
