//! Clock, entropy, keychain and environment: handed in once, at the edge.
//!
//! Invariant (8): nothing below this module reads a clock, entropy or the environment. Tests and
//! the demo hand in their own clock; entropy is the operating system's everywhere.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ledger::Timestamp;
use security::secret::SecretText;
use security::{Entropy, SecurityError};

use crate::failure::ConsoleError;
use crate::keychain::{KeychainThread, OsKeychain};

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        // A clock outside the years 0001 to 9999 counts as standing at the epoch: the log then
        // records a clock.jump instead of an unreal date.
        Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
    }
}

/// The operating system's entropy.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), SecurityError> {
        getrandom::fill(bytes).map_err(|_| SecurityError::Entropy)
    }
}

/// Everything that a console is given from outside.
#[derive(Clone)]
pub struct Edge {
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Entropy.
    pub entropy: Arc<dyn Entropy>,
    /// The operating system's keychain.
    pub keychain: KeychainThread,
    /// `ENCRYPTION_KEY`, read once.
    pub encryption_key: Option<Arc<SecretText>>,
    /// Folder of this program's own settings: which workspace was opened last.
    pub settings: Option<PathBuf>,
}

impl Edge {
    /// The real ones: system clock, system entropy, OS keychain, environment.
    ///
    /// # Errors
    /// [`ConsoleError::Keychain`] when the keychain's thread cannot be started.
    pub fn system() -> Result<Self, ConsoleError> {
        let encryption_key =
            std::env::var("ENCRYPTION_KEY").ok().map(|text| Arc::new(SecretText::new(text)));
        Ok(Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keychain: KeychainThread::start(Arc::new(OsKeychain))?,
            encryption_key,
            settings: settings_folder(),
        })
    }
}

/// `$XDG_CONFIG_HOME/countersign`, else `~/.config/countersign`.
fn settings_folder() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(base.join("countersign"))
}
