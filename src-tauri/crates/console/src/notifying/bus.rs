//! Notifications on Linux: `org.freedesktop.Notifications` on the session bus.
//!
//! Invariant: it sends one fixed message without actions and reads nothing back but its number, which
//! only serves to replace it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use zbus::Result as BusResult;
use zbus::blocking::connection::Builder;
use zbus::zvariant::Value;

use super::{HEAD, Notifier, NotifyError, SENTENCE};

const DESKTOP: &str = "org.freedesktop.Notifications";
const PLACE: &str = "/org/freedesktop/Notifications";
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Shown for as long as the desktop shows such things.
const AS_LONG_AS_USUAL: i32 = -1;

/// The session bus: the one that the session's own address names, or one that was handed in.
#[derive(Debug, Default)]
pub struct SessionBus {
    address: Option<String>,
    last: AtomicU32,
}

impl SessionBus {
    /// A bus at an address of D-Bus, as `unix:path=…`.
    #[must_use]
    pub fn at(address: String) -> Self {
        Self { address: Some(address), last: AtomicU32::new(0) }
    }

    fn tell(&self) -> BusResult<u32> {
        let builder = match &self.address {
            Some(address) => Builder::address(address.as_str())?,
            None => Builder::session()?,
        };
        let connection = builder.method_timeout(PATIENCE).build()?;
        let last = self.last.load(Ordering::Relaxed);
        let actions: [&str; 0] = [];
        let hints: HashMap<&str, Value<'_>> = HashMap::new();
        let told = (HEAD, last, "", HEAD, SENTENCE, actions.as_slice(), hints, AS_LONG_AS_USUAL);
        let answer =
            connection.call_method(Some(DESKTOP), PLACE, Some(DESKTOP), "Notify", &told)?;
        answer.body().deserialize()
    }
}

impl Notifier for SessionBus {
    fn something_waits(&self) -> Result<(), NotifyError> {
        let told = self.tell();
        let number = told.map_err(|cause| NotifyError::Silent { detail: cause.to_string() })?;
        self.last.store(number, Ordering::Relaxed);
        Ok(())
    }
}
