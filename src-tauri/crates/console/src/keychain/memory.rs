//! A keychain that forgets: for tests of this crate and of those above it.
//!
//! Invariant: it refuses what the real ones refuse (malformed names, long values). No command,
//! setting or variable leads to it; only code can make one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use security::secret::SecretText;

use super::items::{check_length, place_of};
use super::{Kept, Keychain, KeychainError};

/// Items in memory, standing in for the keychain of the operating system.
#[derive(Default)]
pub struct MemoryKeychain(Mutex<BTreeMap<String, SecretText>>);

impl MemoryKeychain {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<String, SecretText>> {
        // A single insert or remove leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keychain for MemoryKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        place_of(account)?;
        Ok(self.items().get(account).map(|value| SecretText::new(value.expose().to_owned())))
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        place_of(account)?;
        check_length(account, value.expose())?;
        self.items().insert(account.to_owned(), SecretText::new(value.expose().to_owned()));
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        place_of(account)?;
        self.items().remove(account);
        Ok(())
    }

    fn describe(&self) -> Kept {
        Kept::Os
    }
}
