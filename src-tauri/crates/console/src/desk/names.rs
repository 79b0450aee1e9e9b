//! Ids with the names to show for them.
//!
//! Invariant: a name is untrusted text: hidden characters in it are written out.

use std::collections::BTreeMap;

use governance::ServiceAccounts;
use governance::state::{Person, ServiceAccount};
use ledger::{Actor, Role};

use crate::hidden;
use crate::views::NameView;

/// Titles of everybody in the workspace, and of service accounts.
pub(super) struct Names(BTreeMap<Actor, String>);

impl Names {
    pub(super) fn of(people: &[Person]) -> Self {
        let title = |person: &Person| (person.id.clone(), hidden::drawn(&person.title));
        Self(people.iter().map(title).collect())
    }

    /// With those of service accounts.
    pub(super) fn with(mut self, services: &ServiceAccounts) -> Self {
        let title = |account: &ServiceAccount| (account.id.clone(), hidden::drawn(&account.title));
        self.0.extend(services.all().map(title));
        self
    }

    /// The title, or the id where none is known.
    pub(super) fn title(&self, actor: &Actor) -> String {
        match (self.0.get(actor), actor) {
            (Some(title), _) => title.clone(),
            (None, Actor::System) => "Countersign".to_owned(),
            (None, Actor::Person(_) | Actor::Service(_)) => actor.to_string(),
        }
    }

    /// Everybody whose title contains a text, whatever its case.
    pub(super) fn containing(&self, text: &str) -> Vec<Actor> {
        let text = text.to_lowercase();
        let named = self.0.iter().filter(|(_, title)| title.to_lowercase().contains(&text));
        named.map(|(actor, _)| actor.clone()).collect()
    }

    pub(super) fn view(&self, actor: &Actor) -> NameView {
        NameView { id: actor.to_string(), name: self.title(actor) }
    }

    /// Each once, by name.
    pub(super) fn sorted<'a>(&self, actors: impl IntoIterator<Item = &'a Actor>) -> Vec<NameView> {
        let mut views: Vec<NameView> = actors.into_iter().map(|actor| self.view(actor)).collect();
        views.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        views.dedup();
        views
    }
}

/// A role in a sentence.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Analyst => "Analyst",
        Role::Approver => "Approver",
        Role::Viewer => "Viewer",
    }
}
