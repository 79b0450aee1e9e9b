//! The desktop is told that something waits: one sentence, always the same.
//!
//! Invariant: what is told has no parameter, so that no name and no subject can cross; nobody can act
//! on it but by coming to the window. Whether it is told at all is the person's choice.

#[cfg(target_os = "linux")]
mod bus;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

#[cfg(target_os = "linux")]
pub use bus::SessionBus;

/// The head of what is told.
pub const HEAD: &str = "Countersign";
/// What is told.
pub const SENTENCE: &str = "Something waits for you.";

/// Whoever tells the desktop. It waits for an answer: off the async threads.
pub trait Notifier: Send + Sync {
    /// Tells that something waits; in place of what was told before.
    ///
    /// # Errors
    /// [`NotifyError`] when nobody was told.
    fn something_waits(&self) -> Result<(), NotifyError>;
}

/// Why nobody was told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotifyError {
    /// A desktop that this program does not know how to tell.
    #[error("no desktop that this program knows how to tell")]
    Unknown,
    /// Nobody on the session bus shows notifications.
    #[error("the desktop does not answer: {detail}")]
    Silent {
        /// What the bus said.
        detail: String,
    },
}

/// Tells once, until the person came to a window.
pub struct Attention {
    notifier: Arc<dyn Notifier>,
    told: AtomicBool,
}

impl Attention {
    /// On the desktop that the program runs on.
    #[must_use]
    pub fn of_this_desktop() -> Self {
        Self::through(of_this_desktop())
    }

    /// Told by this one.
    #[must_use]
    pub fn through(notifier: Arc<dyn Notifier>) -> Self {
        Self { notifier, told: AtomicBool::new(false) }
    }

    /// The person came to a window: what was told is seen.
    pub fn seen(&self) {
        self.told.store(false, Ordering::Relaxed);
    }

    /// Tells that something waits, unless that was told and not seen yet.
    pub fn something_waits(&self) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.notifier.something_waits() {
            tracing::warn!(%error, "the desktop was not told that something waits");
        }
    }
}

/// The window's title: "Countersign (3)", and nothing of what waits.
#[must_use]
pub fn title(waiting: u32) -> String {
    if waiting == 0 { HEAD.to_owned() } else { format!("{HEAD} ({waiting})") }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Notifier for Nobody {
    fn something_waits(&self) -> Result<(), NotifyError> {
        Err(NotifyError::Unknown)
    }
}

/// Whether this program knows how to tell the desktop that it runs on.
pub const KNOWS_THIS_DESKTOP: bool = cfg!(target_os = "linux");

/// The desktop that the program runs on.
#[must_use]
pub fn of_this_desktop() -> Arc<dyn Notifier> {
    #[cfg(target_os = "linux")]
    return Arc::new(SessionBus::default());
    #[cfg(not(target_os = "linux"))]
    return Arc::new(Nobody);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{Attention, Notifier, NotifyError, title};

    /// Counts how often it was asked, and fails each time.
    #[derive(Default)]
    struct Counting(AtomicU32);

    impl Notifier for Counting {
        fn something_waits(&self) -> Result<(), NotifyError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(NotifyError::Unknown)
        }
    }

    #[test]
    fn it_is_told_once_until_the_person_came() {
        let desktop = Arc::new(Counting::default());
        let attention = Attention::through(desktop.clone());
        let told = || {
            attention.something_waits();
            desktop.0.load(Ordering::Relaxed)
        };
        assert_eq!((told(), told()), (1, 1));
        attention.seen();
        assert_eq!((told(), told()), (2, 2));
    }

    #[test]
    fn a_title_counts_and_says_nothing_else() {
        assert_eq!(
            [title(0), title(1), title(12_345)],
            ["Countersign", "Countersign (1)", "Countersign (12345)"]
        );
    }
}
