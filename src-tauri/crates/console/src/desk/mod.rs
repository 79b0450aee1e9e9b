//! One running console: at most one open workspace, one person at it, their opened reviews, and
//! one thing that the signing window asks. Every shell's window calls this and nothing else.
//!
//! Invariant: who asks comes from the session, never from an argument; what is signed comes from
//! the opened review, never from a page; a passphrase lives as long as the act it opens. Texts are
//! parsed here, once, into the domain's types.

mod acting;
mod alarms;
mod artefacts;
mod at_work;
mod backups;
mod change_beside;
mod change_facts;
mod change_words;
mod changes;
mod checking;
mod compared;
mod confirming;
mod counting;
mod creating;
mod deciding;
mod diffs;
mod disclosed;
mod discussing;
mod drafts;
mod enrolling;
mod exports;
mod facts;
mod following;
mod foot;
mod history;
mod inbox;
mod kept_key;
mod key_file;
mod keys;
mod lifecycle;
mod lineage;
mod links;
mod names;
mod opening;
mod own;
mod people;
mod person;
mod policies;
mod proposing;
mod re_review;
mod reading;
mod reasons;
mod recovering;
mod registries;
mod registry_lists;
mod rendering;
mod revealing;
mod reviews;
mod revoking;
mod rotating;
mod rows;
mod seat;
mod session;
mod signatures;
mod signing;
mod state;
mod submitting;
mod tenants;
mod timeline;
mod tokens;
mod trail;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use security::secret::SecretText;
use tokio::sync::Mutex as Turnstile;

#[cfg(test)]
use self::links::LINK_PREFIX;
pub(crate) use self::names::role_word;
use self::state::State;
use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::ids::Ids;
use crate::views::{ErrorView, ProgressView};

/// What every command of the desk gives.
pub type Answer<View> = Result<View, ErrorView>;

/// Tells whoever waits how far long work is.
pub type Progress = Arc<dyn Fn(ProgressView) + Send + Sync>;

/// What happened without being asked for: the page asks again and gets what it may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskEvent {
    /// Workspace, person, tenant or log badge.
    SessionChanged,
    /// Requests, registries, people or the trail.
    RecordsChanged,
    /// The signing window has nothing left to ask.
    SigningFinished,
    /// A link was given to the program.
    LinkArrived,
    /// Something that somebody else did waits for the person, who wants to be told by the desktop.
    SomethingWaits,
}

/// A passphrase as it was typed, wiped when dropped; judged where it is used.
pub struct Passphrase(SecretText);

impl Passphrase {
    /// Takes what was typed over.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(SecretText::new(typed))
    }

    fn read(&self) -> Result<Arc<security::passphrase::Passphrase>, ConsoleError> {
        Ok(Arc::new(security::passphrase::Passphrase::from_text(self.0.expose())?))
    }

    /// A new passphrase that was typed twice.
    fn repeated(
        &self,
        repeat: &Self,
    ) -> Result<Arc<security::passphrase::Passphrase>, ConsoleError> {
        if self.0.expose() != repeat.0.expose() {
            return Err(ConsoleError::PassphrasesDiffer);
        }
        self.read()
    }
}

/// One running console.
pub struct Desk {
    inner: Arc<Inner>,
}

/// What commands and the tasks behind them share.
struct Inner {
    edge: Edge,
    ids: Ids,
    listener: Arc<dyn Fn(DeskEvent) + Send + Sync>,
    state: Mutex<State>,
    /// The signing window is answered once at a time.
    answering: Turnstile<()>,
    /// A task that settles the logs is on its way.
    settling: AtomicBool,
    /// What is typed in the signing window is written down once at a time.
    writing_reasons: tokio::sync::Mutex<()>,
}

impl Desk {
    /// A console with nothing open. `listener` is called from any task and must not block.
    #[must_use]
    pub fn new(edge: Edge, listener: Arc<dyn Fn(DeskEvent) + Send + Sync>) -> Self {
        let ids = Ids::new(Arc::clone(&edge.clock), Arc::clone(&edge.entropy));
        let inner = Inner {
            edge,
            ids,
            listener,
            state: Mutex::default(),
            answering: Turnstile::new(()),
            settling: AtomicBool::new(false),
            writing_reasons: tokio::sync::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }
}

#[cfg(test)]
mod tests;
