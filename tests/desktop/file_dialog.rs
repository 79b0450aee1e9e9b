//! The system's own file dialog, answered as a person does who types a path.
//!
//! Invariant: a busy machine may lose a key, and a path that lacks a letter is another path. So what
//! counts is what came of it; the dialog is left and opened again until it did.

use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::driver::until_within;
use crate::keys;

/// How often it is opened.
const TRIES: usize = 4;
/// For the dialog to close after Return.
const CLOSING: Duration = Duration::from_secs(5);

/// A dialog that opens again and again.
pub(crate) struct FileDialog<'a> {
    /// Its title.
    pub(crate) title: &'a str,
    /// Presses what opens it.
    pub(crate) open: &'a dyn Fn() -> Outcome<()>,
}

impl FileDialog<'_> {
    /// Opens it, types the path and presses Return, until that brought about what `done` waits for.
    pub(crate) fn answer(&self, path: &Path, done: impl Fn() -> Outcome<()>) -> Outcome<()> {
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.attempt(path).and_then(|()| done()) {
                Ok(()) => return Ok(()),
                Err(problem) => last = problem,
            }
            self.leave()?;
        }
        Err(format!("the file dialog does not take {}: {last}", path.display()))
    }

    /// The control: a path in a folder that does not exist leaves the dialog open, with a message
    /// of the system's in front of it; both are left.
    pub(crate) fn refuses(&self, path: &Path) -> Outcome<()> {
        match self.attempt(path) {
            Ok(()) => Err(format!("the file dialog takes {}", path.display())),
            Err(_) => self.leave(),
        }
    }

    fn attempt(&self, path: &Path) -> Outcome<()> {
        (self.open)()?;
        keys::type_path(self.title, path)?;
        let closed = || Ok(keys::search(self.title).is_none().then_some(()));
        until_within(CLOSING, "it closes", closed)
    }

    /// Presses Escape until neither it nor a message of it stands in front.
    fn leave(&self) -> Outcome<()> {
        let look = || {
            if keys::search(self.title).is_none() {
                return Ok(Some(()));
            }
            keys::escape_from_dialog().map(|()| None)
        };
        until_within(CLOSING, "the file dialog closes on Escape", look)
    }
}
