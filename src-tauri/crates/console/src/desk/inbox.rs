//! The inbox: four tabs over the requests of the tenant in front.
//!
//! Invariant: what needs the person is what they may decide now, by the same rule that the
//! signature asks. Pages go on behind the last row, never by a count of rows to skip; the order of
//! what waits is the store's (`store::Urgency`).

use std::collections::BTreeSet;

use governance::ApprovalRequest;
use ledger::{Actor, Lifecycle, ResourceType, Role, Status, Tier, Timestamp};
use store::{Band, OpenQuery, PAGE_LIMIT, RequestKind, RequestSearch, RequestsQuery, Urgency};

use super::counting::Counts;
use super::reading::Reading;
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::views::{InboxFilter, InboxTab, InboxView, RequestState};

/// Longest text of a search, in characters.
const SEARCH_LIMIT: usize = 200;

impl Desk {
    /// A page of a tab.
    pub async fn inbox(
        &self,
        tab: InboxTab,
        filter: InboxFilter,
        after: Option<String>,
    ) -> Answer<InboxView> {
        self.answer(async {
            let reading = self.reading((ResourceType::Request, "")).await?;
            let filter = Filter::parse(&filter, &reading)?;
            let counts = self.inner.counts(&reading).await?;
            reading.inbox(tab, &filter, (after.as_deref(), counts)).await
        })
        .await
    }

    /// How many requests wait for the person at work: what the window's title says. It is no act of
    /// theirs, and none where nobody is at work.
    pub async fn waiting(&self) -> u32 {
        let counted = async {
            let Some(reading) = Reading::unasked(self.seated().await?).await? else { return Ok(0) };
            Ok::<u32, ConsoleError>(self.inner.counts(&reading).await?.needs_me)
        };
        counted.await.unwrap_or(0)
    }
}

/// The filter in the domain's words.
struct Filter {
    kind: Option<RequestKind>,
    tier: Option<Tier>,
    requester: Option<Actor>,
    state: Option<RequestState>,
    search: Option<RequestSearch>,
}

impl Filter {
    fn parse(filter: &InboxFilter, reading: &Reading) -> Result<Self, ConsoleError> {
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
        let text = filter.search.as_deref().unwrap_or_default().trim();
        if text.chars().count() > SEARCH_LIMIT {
            return Err(ConsoleError::Input { what: "search", reason: "at most 200 characters" });
        }
        let search = (!text.is_empty()).then(|| RequestSearch {
            text: text.to_owned(),
            requesters: reading.names.containing(text),
        });
        Ok(Self {
            kind,
            tier: filter.tier.as_deref().map(Tier::parse).transpose()?,
            requester: filter.requester.as_deref().map(Actor::parse).transpose()?,
            state: filter.state,
            search,
        })
    }
}

impl Reading {
    async fn inbox(
        &self,
        tab: InboxTab,
        filter: &Filter,
        (after, counts): (Option<&str>, Counts),
    ) -> Result<InboxView, ConsoleError> {
        let page = match tab {
            InboxTab::NeedsMe if counts.needs_me == 0 => Page::default(),
            InboxTab::NeedsMe => self.most_urgent(filter, after, Whose::Mine).await?,
            InboxTab::WaitingOnOthers if counts.waiting_on_others == 0 => Page::default(),
            InboxTab::WaitingOnOthers => self.most_urgent(filter, after, Whose::Others).await?,
            InboxTab::Decided => self.newest_requests(filter, after, Which::Settled).await?,
            InboxTab::All => self.newest_requests(filter, after, Which::All).await?,
        };
        Ok(InboxView {
            rows: page.requests.iter().map(|request| self.row(request)).collect(),
            needs_me: counts.needs_me,
            waiting_on_others: counts.waiting_on_others,
            decided: counts.decided(),
            all: counts.all,
            next: page.next,
            requesters: self.requesters(&counts),
        })
    }

    /// Requests that wait for a decision now.
    pub(super) async fn open_requests(&self) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let mut open = self.workspace.store.open_requests(self.tenant()).await?;
        open.retain(|request| request.lifecycle_at(self.now) == Lifecycle::Open);
        Ok(open)
    }

    /// Those that wait, in the order of the store, which is read on until the page is full.
    async fn most_urgent(
        &self,
        filter: &Filter,
        after: Option<&str>,
        whose: Whose,
    ) -> Result<Page, ConsoleError> {
        let voter = (whose == Whose::Mine).then(|| self.session.person.clone());
        let mut query = OpenQuery {
            tenant_id: self.tenant().clone(),
            now: self.now,
            kind: filter.kind,
            tier: filter.tier,
            requested_by: filter.requester.clone(),
            search: filter.search.clone(),
            without_vote_of: voter,
            after: after.map(read_urgency).transpose()?,
            limit: PAGE_LIMIT,
        };
        let mut requests: Vec<ApprovalRequest> = Vec::new();
        loop {
            let found = self.workspace.store.most_urgent(query.clone()).await?;
            let full = found.len() == PAGE_LIMIT as usize;
            for urgent in found {
                query.after = Some(urgent.at);
                if self.may_decide(&urgent.request) == (whose == Whose::Mine) {
                    requests.push(urgent.request);
                    if requests.len() == PAGE_LIMIT as usize {
                        return Ok(Page { requests, next: Some(cursor(urgent.at)) });
                    }
                }
            }
            if !full {
                return Ok(Page { requests, next: None });
            }
        }
    }

    /// Newest first.
    async fn newest_requests(
        &self,
        filter: &Filter,
        after: Option<&str>,
        which: Which,
    ) -> Result<Page, ConsoleError> {
        let state = filter.state.filter(|_| which == Which::All);
        let (status, lifecycle) = columns(state);
        let mut query = RequestsQuery {
            kind: filter.kind,
            tier: filter.tier,
            requested_by: filter.requester.clone(),
            search: filter.search.clone(),
            status,
            lifecycle,
            before: after.map(number).transpose()?,
            ..RequestsQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        let mut requests: Vec<ApprovalRequest> = Vec::new();
        loop {
            let found = self.workspace.store.requests(query.clone()).await?;
            let full = found.len() == PAGE_LIMIT as usize;
            query.before = found.last().map(|last| last.seq);
            requests
                .extend(found.into_iter().filter(|request| self.is_listed(request, which, state)));
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

    /// Where a request is now is read off the clock, whatever its row says.
    fn is_listed(
        &self,
        request: &ApprovalRequest,
        which: Which,
        state: Option<RequestState>,
    ) -> bool {
        let now = request.lifecycle_at(self.now);
        let wanted = match state {
            Some(RequestState::Open) => now == Lifecycle::Open,
            Some(RequestState::Expired) => now == Lifecycle::Expired,
            Some(
                RequestState::Approved
                | RequestState::Rejected
                | RequestState::Withdrawn
                | RequestState::Superseded,
            )
            | None => true,
        };
        wanted && (which == Which::All || now != Lifecycle::Open)
    }

    /// Whoever may ask may have asked, and so may a token have; of those who left, whoever waits.
    fn requesters(&self, counts: &Counts) -> Vec<crate::views::NameView> {
        let asks = |role| matches!(role, Role::Admin | Role::Analyst);
        let grants = self.log.authority.grants().filter(|(_, grant)| asks(grant.role));
        let who = counts.requesters.iter().chain(grants.map(|(person, _)| person));
        self.names.sorted(who.collect::<BTreeSet<&Actor>>())
    }
}

/// The columns by which the store finds a state. What is past its time stands as open until that is
/// written down.
const fn columns(state: Option<RequestState>) -> (Option<Status>, Option<Lifecycle>) {
    match state {
        None => (None, None),
        Some(RequestState::Open) => (None, Some(Lifecycle::Open)),
        Some(RequestState::Approved) => (Some(Status::Approved), None),
        Some(RequestState::Rejected) => (Some(Status::Rejected), None),
        Some(RequestState::Withdrawn) => (None, Some(Lifecycle::Withdrawn)),
        Some(RequestState::Expired) => (Some(Status::Pending), None),
        Some(RequestState::Superseded) => (None, Some(Lifecycle::Superseded)),
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

/// Whom a request waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The person at work, who may decide on it.
    Mine,
    /// Everybody else.
    Others,
}

/// Requests of a page, and what to give for the next one.
#[derive(Default)]
struct Page {
    requests: Vec<ApprovalRequest>,
    next: Option<String>,
}

const CURSOR: ConsoleError =
    ConsoleError::Input { what: "after", reason: "not what the page before gave" };

fn cursor(at: Urgency) -> String {
    let band = match at.band {
        Band::Today => 0,
        Band::Week => 1,
        Band::Later => 2,
    };
    format!("{band}.{}.{}.{}", at.tier, at.requested_at.as_micros(), at.seq)
}

fn read_urgency(cursor: &str) -> Result<Urgency, ConsoleError> {
    let mut parts = cursor.split('.');
    let mut part = || parts.next().ok_or(CURSOR);
    let (band, tier, asked, seq) = (part()?, part()?, part()?, part()?);
    let band = Band::ALL.into_iter().nth(number(band)?).ok_or(CURSOR)?;
    let requested_at = Timestamp::from_micros(number(asked)?).map_err(|_| CURSOR)?;
    Ok(Urgency { band, tier: number(tier)?, requested_at, seq: number(seq)? })
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, ConsoleError> {
    text.parse().map_err(|_| CURSOR)
}
