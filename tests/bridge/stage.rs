//! What is between the desk and the pages: messages that wait to be fetched, answers of dialogs,
//! and whether the signing window is open.
//!
//! Invariant: messages of a window come out in the order in which they were told, each once.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use console::{Desk, DeskEvent, Edge};
use serde_json::{Value, json};

use crate::windows;

/// Longer than this nobody is kept waiting for a message; they ask again.
const PATIENCE: Duration = Duration::from_secs(20);

/// One of the two windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    Main,
    Signing,
}

impl Window {
    /// The window of this label.
    pub(crate) fn of(label: &str) -> Option<Self> {
        match label {
            windows::MAIN => Some(Self::Main),
            windows::SIGNING => Some(Self::Signing),
            _ => None,
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Main => windows::MAIN,
            Self::Signing => windows::SIGNING,
        }
    }
}

#[derive(Default)]
struct Told {
    main: VecDeque<Value>,
    signing: VecDeque<Value>,
    /// How often the signing window was opened, or told to ask again.
    opened: u64,
    is_open: bool,
    choices: VecDeque<Option<PathBuf>>,
}

impl Told {
    fn waiting(&mut self, window: Window) -> &mut VecDeque<Value> {
        match window {
            Window::Main => &mut self.main,
            Window::Signing => &mut self.signing,
        }
    }
}

/// One running console between its pages.
#[derive(Default)]
pub(crate) struct Stage {
    desk: OnceLock<Desk>,
    told: Mutex<Told>,
    news: Condvar,
}

impl Stage {
    /// A console with nothing open.
    pub(crate) fn new(edge: Edge) -> Arc<Self> {
        let stage = Arc::new(Self::default());
        let listener = Arc::clone(&stage);
        let desk = Desk::new(edge, Arc::new(move |event| listener.hear(event)));
        stage.desk.get_or_init(|| desk);
        stage
    }

    pub(crate) fn desk(&self) -> &Desk {
        self.desk.wait()
    }

    /// Tells a page something; it waits until it is fetched.
    pub(crate) fn tell(&self, window: Window, message: Value) {
        self.told().waiting(window).push_back(message);
        self.news.notify_all();
    }

    /// What a window's page was told since the last time; waits a while where there is nothing.
    pub(crate) fn heard(&self, window: Window) -> Vec<Value> {
        let told = self.told();
        let silent = |told: &mut Told| told.waiting(window).is_empty();
        let waited = self.news.wait_timeout_while(told, PATIENCE, silent);
        let (mut told, _) = waited.unwrap_or_else(PoisonError::into_inner);
        told.waiting(window).drain(..).collect()
    }

    /// The next choice in a dialog of the system.
    pub(crate) fn chosen(&self) -> Option<PathBuf> {
        self.told().choices.pop_front().flatten()
    }

    /// What the person will choose in the next dialog.
    pub(crate) fn will_choose(&self, path: Option<PathBuf>) {
        self.told().choices.push_back(path);
    }

    pub(crate) fn open_signing(&self) {
        let mut told = self.told();
        told.opened += 1;
        told.is_open = true;
    }

    pub(crate) fn signing_window(&self) -> Value {
        let told = self.told();
        json!({ "open": told.is_open, "opened": told.opened })
    }

    fn hear(&self, event: DeskEvent) {
        let name = match event {
            DeskEvent::SessionChanged => "session-changed",
            DeskEvent::RecordsChanged => "records-changed",
            DeskEvent::LinkArrived => "link-arrived",
            // For the desktop, not for a page.
            DeskEvent::SomethingWaits => return,
            DeskEvent::SigningFinished => {
                let asks = self.desk.get().is_some_and(Desk::asks);
                let mut told = self.told();
                told.is_open = told.is_open && asks;
                drop(told);
                "signing-finished"
            }
        };
        self.tell(Window::Main, json!({ "event": name }));
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
