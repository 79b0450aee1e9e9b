//! What the operating system says of the person at the screen: its screen was locked, or the
//! computer goes to sleep.
//!
//! Invariant: all it can say is that somebody left, so that a lie locks and never opens. Where
//! nobody says it the console locks by rest alone, and `doctor` tells.

#[cfg(target_os = "linux")]
mod bus;

use std::sync::Arc;

use thiserror::Error;
use tokio::sync::mpsc::UnboundedReceiver;

#[cfg(target_os = "linux")]
pub use bus::SystemBus;

/// The login manager of a computer. Both calls wait for it: off the async threads.
pub trait Login: Send + Sync {
    /// Listens until the receiver is dropped.
    ///
    /// # Errors
    /// [`LoginError`] when nobody would be heard.
    fn listen(&self) -> Result<UnboundedReceiver<Left>, LoginError>;

    /// Whether somebody would be heard.
    ///
    /// # Errors
    /// [`LoginError`] when nobody would.
    fn probe(&self) -> Result<(), LoginError>;
}

/// The person left. A computer that is about to sleep waits a moment for this to be dropped.
pub struct Left {
    _held: Option<Box<dyn Send>>,
}

impl Left {
    /// With what holds the computer awake, if anything does.
    #[must_use]
    pub fn holding(held: Option<Box<dyn Send>>) -> Self {
        Self { _held: held }
    }
}

/// Why nobody tells.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// A computer whose login manager this program does not know.
    #[error("no login manager that this program knows")]
    Unknown,
    /// The system bus or the login manager on it does not answer.
    #[error("the login manager does not answer: {detail}")]
    Silent {
        /// What the bus said.
        detail: String,
    },
    /// No thread could be started to listen on.
    #[error("no thread could be started: {detail}")]
    Thread {
        /// What the system said.
        detail: String,
    },
}

/// Nobody says anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Login for Nobody {
    fn listen(&self) -> Result<UnboundedReceiver<Left>, LoginError> {
        Err(LoginError::Unknown)
    }

    fn probe(&self) -> Result<(), LoginError> {
        Err(LoginError::Unknown)
    }
}

/// The login manager of the computer that the program runs on.
#[must_use]
pub fn of_this_computer() -> Arc<dyn Login> {
    #[cfg(target_os = "linux")]
    return Arc::new(SystemBus::default());
    #[cfg(not(target_os = "linux"))]
    return Arc::new(Nobody);
}
