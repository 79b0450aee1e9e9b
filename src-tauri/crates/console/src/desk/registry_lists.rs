//! The tables of models and prompts, a page at a time.
//!
//! Invariant: one row a name. Pages go on behind the last row, never by a count of rows to skip; the
//! counts are of the same moment as the rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger::{Actor, RequestId, SubjectKind, Tier};
use store::PAGE_LIMIT;

use super::reading::{Reading, count};
use super::registries::resource_type;
use super::rows::{effect, lifecycle, status};
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::registry_list::{self, Look, NameEntry, Narrowed, Order, Place, State};
use crate::views::{RegistryFilter, RegistryOrder, RegistryPage, RegistryRow, RegistryState};
use crate::words;

/// Longest text of a search, in characters: that of a name.
const SEARCH_LIMIT: usize = 128;

impl Desk {
    /// A page of models; without a filter all of them, by name.
    pub async fn models(
        &self,
        after: Option<String>,
        filter: Option<RegistryFilter>,
    ) -> Answer<RegistryPage> {
        self.answer(self.registry(SubjectKind::Model, after, filter)).await
    }

    /// A page of prompts; without a filter all of them, by name.
    pub async fn prompts(
        &self,
        after: Option<String>,
        filter: Option<RegistryFilter>,
    ) -> Answer<RegistryPage> {
        self.answer(self.registry(SubjectKind::Prompt, after, filter)).await
    }

    async fn registry(
        &self,
        kind: SubjectKind,
        after: Option<String>,
        filter: Option<RegistryFilter>,
    ) -> Result<RegistryPage, ConsoleError> {
        let filter = filter.unwrap_or_default();
        let (narrowed, order) = (narrowed(&filter)?, filter.order.map_or(Order::Name, order_of));
        let after = after.as_deref().map(place).transpose()?;
        let reading = self.reading((resource_type(kind), "")).await?;
        let size = reading.log.size;
        let list = reading.workspace.registry_list(reading.tenant(), kind, size).await?;
        // Only where a key was found compromised it costs another look at the log.
        let compromised =
            reading.log.authority.keys_ever().any(|key| key.compromised_since.is_some());
        let void = match compromised {
            true => reading.workspace.void_approvals(reading.tenant()).await?,
            false => Arc::default(),
        };
        let looked = list.look(&Look {
            narrowed: &narrowed,
            order,
            after,
            rows: PAGE_LIMIT as usize,
            now: reading.now,
            void: &void,
        });
        Ok(RegistryPage {
            rows: looked.page.iter().map(|entry| reading.registry_row(entry, &void)).collect(),
            total: count(looked.total),
            all: count(list.len()),
            next: looked.next,
            authors: reading.names.sorted(list.authors()),
        })
    }
}

impl Reading {
    fn registry_row(&self, entry: &NameEntry, void: &BTreeSet<RequestId>) -> RegistryRow {
        let newest = entry.newest();
        let now = registry_list::effect(newest, self.now, void);
        let conditions = newest.request.as_ref().map(|request| &request.conditions);
        RegistryRow {
            name: newest.name.to_string(),
            version: newest.version.clone(),
            status: status(newest.status),
            lifecycle: lifecycle(entry.lifecycle(self.now)),
            effect: effect(now),
            conditions: conditions
                .map_or_else(String::new, |conditions| words::conditions_under(conditions, now)),
            tier: newest.tier.as_str().to_owned(),
            in_force: entry.in_force(self.now, void).map(|found| found.version.clone()),
            versions: count(entry.versions()),
            created_at: newest.created_at.to_string(),
            author: self.names.view(&newest.author),
        }
    }
}

fn narrowed(filter: &RegistryFilter) -> Result<Narrowed, ConsoleError> {
    let text = filter.search.as_deref().unwrap_or_default().trim();
    if text.chars().count() > SEARCH_LIMIT {
        return Err(ConsoleError::Input { what: "search", reason: "at most 128 characters" });
    }
    Ok(Narrowed {
        containing: (!text.is_empty()).then(|| text.to_lowercase()),
        state: filter.state.map(state_of),
        tier: filter.tier.as_deref().map(Tier::parse).transpose()?,
        author: filter.author.as_deref().map(Actor::parse).transpose()?,
    })
}

fn place(text: &str) -> Result<Place<'_>, ConsoleError> {
    let reason = "it is not the end of a page";
    Place::read(text).ok_or(ConsoleError::Input { what: "place in the list", reason })
}

const fn state_of(state: RegistryState) -> State {
    match state {
        RegistryState::InForce => State::InForce,
        RegistryState::NotInForce => State::NotInForce,
        RegistryState::Waiting => State::Waiting,
        RegistryState::Rejected => State::Rejected,
        RegistryState::Ended => State::Ended,
    }
}

const fn order_of(order: RegistryOrder) -> Order {
    match order {
        RegistryOrder::Name => Order::Name,
        RegistryOrder::NameBack => Order::NameBack,
        RegistryOrder::Newest => Order::Newest,
        RegistryOrder::Oldest => Order::Oldest,
        RegistryOrder::MostVersions => Order::MostVersions,
        RegistryOrder::FewestVersions => Order::FewestVersions,
        RegistryOrder::HighestTier => Order::HighestTier,
        RegistryOrder::LowestTier => Order::LowestTier,
    }
}
