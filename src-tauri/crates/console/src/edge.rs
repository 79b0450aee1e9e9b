//! Clock, entropy, keychain, login manager and environment: handed in once, at the edge.
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
use crate::login::{self, Login};

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> Timestamp;

    /// Microseconds on a clock that nobody sets and that goes on while the computer sleeps: only
    /// differences mean something. A clock moved by hand, as in tests and the demo, has no other.
    fn elapsed_micros(&self) -> i64 {
        self.now().as_micros()
    }
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

    fn elapsed_micros(&self) -> i64 {
        boot_micros()
    }
}

/// Since the computer was started, sleep included (T10).
#[cfg(target_os = "linux")]
fn boot_micros() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec.saturating_mul(Timestamp::SECOND).saturating_add(time.tv_nsec / 1_000)
}

/// Since the program first asked.
#[cfg(not(target_os = "linux"))]
fn boot_micros() -> i64 {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let since = FIRST.get_or_init(std::time::Instant::now).elapsed();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
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
    /// Who says that the computer goes to sleep or its screen was locked.
    pub login: Arc<dyn Login>,
    /// `ENCRYPTION_KEY`, read once.
    pub encryption_key: Option<Arc<SecretText>>,
    /// Folder of this program's own settings: which workspace was opened last.
    pub settings: Option<PathBuf>,
    /// Folder in which new workspaces are made.
    pub data: Option<PathBuf>,
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
            login: login::of_this_computer(),
            encryption_key,
            settings: own_folder("XDG_CONFIG_HOME", ".config"),
            data: own_folder("XDG_DATA_HOME", ".local/share"),
        })
    }
}

/// This program's folder under the one that `variable` names, else under `~/<usual>`.
fn own_folder(variable: &str, usual: &str) -> Option<PathBuf> {
    let base = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(usual)))?;
    Some(base.join("countersign"))
}
