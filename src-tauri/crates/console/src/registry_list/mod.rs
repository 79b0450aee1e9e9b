//! The lists of models and prompts: every name of a tenant with its versions' standings, kept in
//! memory as a picture of the store's rows.
//!
//! Invariant: only for what is shown. A picture says up to which record of the log it was taken; one
//! that is behind is brought forward before it is looked at, by reading again the names that the
//! records since then are about. State changes only together with such a record, so that nothing is
//! missed, whoever wrote it. Whether an approval still stands is judged at each look, by the clock.

mod looking;
mod name;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use ledger::{Actor, AuditRecord, Name, SubjectKind, SubjectName, TenantId};
use store::{STANDINGS_LIMIT, VersionStanding, WhichVersions};
use tokio::sync::Mutex as Turnstile;

pub(crate) use self::looking::{Look, Narrowed, Order, Place, State};
pub(crate) use self::name::{NameEntry, effect};
use crate::failure::ConsoleError;
use crate::workspace::Workspace;

/// Records read at once to find what they are about.
const CHUNK: u32 = 1_000;
/// Behind by more records than this, everything is read again.
const READ_ON: u64 = 2_000;

/// The lists that were asked for, by tenant and kind.
#[derive(Default)]
pub(crate) struct Lists(Turnstile<BTreeMap<(TenantId, SubjectKind), Arc<RegistryList>>>);

#[cfg(test)]
impl Lists {
    /// As if nothing had been looked at.
    pub(crate) async fn forget(&self) {
        self.0.lock().await.clear();
    }
}

/// Every name of a kind in a tenant, after the first `size` records of its log.
#[derive(Clone, Default)]
pub(crate) struct RegistryList {
    size: u64,
    /// By name, whatever its case.
    entries: Vec<Arc<NameEntry>>,
    /// Who made the newest version of how many names.
    authors: BTreeMap<Actor, usize>,
    /// Places in `entries`, for each order that was asked for since the last change.
    orders: [OnceLock<Vec<u32>>; Order::COUNT],
    /// All names in one text, once one was looked for.
    keys: OnceLock<looking::Keys>,
}

impl Workspace {
    /// The list as it is when a tenant's log has this size, or as it is later.
    pub(crate) async fn registry_list(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        size: u64,
    ) -> Result<Arc<RegistryList>, ConsoleError> {
        let mut lists = self.lists.0.lock().await;
        let key = (tenant.clone(), kind);
        let known = lists.remove(&key).unwrap_or_default();
        if known.size >= size {
            lists.insert(key, Arc::clone(&known));
            return Ok(known);
        }
        let brought = match known.size {
            0 => self.whole_list(tenant, kind, size).await?,
            before if size.saturating_sub(before) > READ_ON => {
                self.whole_list(tenant, kind, size).await?
            }
            _ => self.brought_forward(tenant, kind, known).await?,
        };
        lists.insert(key, Arc::clone(&brought));
        Ok(brought)
    }

    async fn whole_list(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        size: u64,
    ) -> Result<Arc<RegistryList>, ConsoleError> {
        let mut names: BTreeMap<String, Vec<VersionStanding>> = BTreeMap::new();
        let mut from = 0;
        loop {
            let asked = WhichVersions::From(from);
            let page = self.store.version_standings(tenant, kind, asked).await?;
            let full = page.len() == STANDINGS_LIMIT as usize;
            from = page.last().map_or(from, |last| last.seq + 1);
            for version in page {
                names.entry(NameEntry::key_of(&version.name)).or_default().push(version);
            }
            if !full {
                break;
            }
        }
        let mut list = RegistryList { size, ..RegistryList::default() };
        for entry in names.into_values().filter_map(NameEntry::of) {
            *list.authors.entry(entry.newest().author.clone()).or_default() += 1;
            list.entries.push(Arc::new(entry));
        }
        Ok(Arc::new(list))
    }

    async fn brought_forward(
        &self,
        tenant: &TenantId,
        kind: SubjectKind,
        mut list: Arc<RegistryList>,
    ) -> Result<Arc<RegistryList>, ConsoleError> {
        let mut touched = BTreeSet::new();
        let mut size = list.size;
        loop {
            let rows = self.store.rows(tenant, size, CHUNK).await?;
            let Some(last) = rows.last() else { break };
            size = last.seq + 1;
            for row in &rows {
                touched.extend(name_in(&row.leaf, kind)?);
            }
        }
        let changed = Arc::make_mut(&mut list);
        changed.size = size;
        for name in touched {
            let asked = WhichVersions::Of(name);
            let versions = self.store.version_standings(tenant, kind, asked).await?;
            if let Some(entry) = NameEntry::of(versions) {
                changed.put(entry);
            }
        }
        Ok(list)
    }
}

/// The name that a record is about, where it is of this kind.
fn name_in(leaf: &[u8], kind: SubjectKind) -> Result<Option<Name>, ConsoleError> {
    let record = AuditRecord::parse(leaf)?;
    let parts = record.parts();
    let subject = format!("{}/{}", parts.resource_type.as_str(), parts.resource_id);
    // Whoever was denied may have asked for anything.
    Ok(match (SubjectName::parse(&subject), kind) {
        (Ok(SubjectName::Model(name, _)), SubjectKind::Model)
        | (Ok(SubjectName::Prompt(name, _)), SubjectKind::Prompt) => Some(name),
        (Ok(SubjectName::Model(..) | SubjectName::Prompt(..) | SubjectName::Change(_)), _)
        | (Err(_), _) => None,
    })
}

impl RegistryList {
    /// Who made the newest version of a name.
    pub(crate) fn authors(&self) -> impl Iterator<Item = &Actor> {
        self.authors.keys()
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Puts a name in its place, or in the place of what was known of it.
    fn put(&mut self, entry: NameEntry) {
        self.orders = Default::default();
        self.keys = OnceLock::new();
        *self.authors.entry(entry.newest().author.clone()).or_default() += 1;
        let place = self.entries.binary_search_by(|other| other.key.cmp(&entry.key));
        match place {
            Ok(at) => {
                let before = std::mem::replace(&mut self.entries[at], Arc::new(entry));
                let author = &before.newest().author;
                if let Some(names) = self.authors.get_mut(author) {
                    *names -= 1;
                    if *names == 0 {
                        self.authors.remove(author);
                    }
                }
            }
            Err(at) => self.entries.insert(at, Arc::new(entry)),
        }
    }
}
