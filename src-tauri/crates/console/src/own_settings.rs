//! What people set for themselves on this computer: views of the inbox, and whether the desktop is
//! told that something waits.
//!
//! Invariant: it governs nothing, so it is on no record; it holds no secret, but what its owner typed.
//! It lies in the program's settings folder, by workspace and person, for the owner of the account
//! alone, apart from what the program itself remembers.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ledger::{Actor, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::settings::{read_file, write_file};
use crate::views::{InboxViewDraft, Notifications, SavedInboxView};

const FILE: &str = "people.json";
/// Most views of one person in one workspace.
const VIEWS_LIMIT: usize = 50;
/// Longest name of a view, in characters.
const NAME_LIMIT: usize = 128;

/// One change after the other: each writes the file whole.
static WRITING: Mutex<()> = Mutex::new(());

/// By workspace and person. A key that no workspace has any more harms nobody.
type Everybody = BTreeMap<String, BTreeMap<String, Own>>;

/// What one person set in one workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Own {
    #[serde(default)]
    pub(crate) views: Vec<SavedInboxView>,
    #[serde(default)]
    pub(crate) notifications: Notifications,
}

/// What a person set.
pub(crate) fn of(
    edge: &Edge,
    workspace: &WorkspaceId,
    person: &Actor,
) -> Result<Own, ConsoleError> {
    let mut everybody: Everybody = read_file(edge, FILE)?;
    let people = everybody.get_mut(workspace.as_str());
    Ok(people.and_then(|people| people.remove(&person.to_string())).unwrap_or_default())
}

/// Changes it; what is refused changes nothing.
pub(crate) fn change(
    edge: &Edge,
    workspace: &WorkspaceId,
    person: &Actor,
    act: impl FnOnce(&mut Own) -> Result<(), ConsoleError>,
) -> Result<Own, ConsoleError> {
    let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut everybody: Everybody = read_file(edge, FILE)?;
    let people = everybody.entry(workspace.as_str().to_owned()).or_default();
    let own = people.entry(person.to_string()).or_default();
    act(own)?;
    let changed = own.clone();
    write_file(edge, FILE, &everybody)?;
    Ok(changed)
}

impl Own {
    /// Keeps a view: a new one under `new_id`, or what its id names in place of what it was.
    pub(crate) fn keep(
        &mut self,
        draft: InboxViewDraft,
        new_id: String,
    ) -> Result<(), ConsoleError> {
        let name = draft.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LIMIT {
            return Err(refused("1 to 128 characters"));
        }
        let key = name.to_lowercase();
        let others = self.views.iter().filter(|view| Some(&view.id) != draft.id.as_ref());
        if others.into_iter().any(|view| view.name.to_lowercase() == key) {
            return Err(refused("unlike those of your other views"));
        }
        let InboxViewDraft { id, tab, filter, .. } = draft;
        let Some(id) = id else {
            if self.views.len() >= VIEWS_LIMIT {
                return Err(refused("one of at most 50"));
            }
            self.views.push(SavedInboxView { id: new_id, name, tab, filter });
            return Ok(());
        };
        let known = self.views.iter_mut().find(|view| view.id == id);
        let known = known.ok_or(ConsoleError::NotFound { what: "view" })?;
        *known = SavedInboxView { id, name, tab, filter };
        Ok(())
    }

    /// Forgets a view.
    pub(crate) fn drop_view(&mut self, id: &str) -> Result<(), ConsoleError> {
        let before = self.views.len();
        self.views.retain(|view| view.id != id);
        if self.views.len() == before {
            return Err(ConsoleError::NotFound { what: "view" });
        }
        Ok(())
    }
}

const fn refused(reason: &'static str) -> ConsoleError {
    ConsoleError::Input { what: "name of a view", reason }
}
