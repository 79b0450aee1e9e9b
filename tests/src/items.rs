//! A keychain in memory that can be copied, counted and told to fail: what a test hands to a
//! console in the place of the operating system's.
//!
//! Invariant: it keeps exactly what it was given; a mood other than [`Mood::Willing`] changes no
//! item.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use console::SecretText;
use console::keychain::{Kept, Keychain, KeychainError};

/// How the keychain answers.
pub enum Mood {
    /// It does what it is asked.
    Willing,
    /// It is locked.
    Locked,
    /// None answers.
    Gone,
    /// It waits for its owner, until the sender of this channel is dropped.
    Waiting(Receiver<()>),
}

/// Items by account.
#[derive(Default)]
pub struct Items {
    kept: Mutex<BTreeMap<String, String>>,
    mood: Mutex<Option<Mood>>,
}

impl Items {
    /// A keychain that holds these.
    #[must_use]
    pub fn of(kept: BTreeMap<String, String>) -> Arc<Self> {
        Arc::new(Self { kept: Mutex::new(kept), mood: Mutex::new(None) })
    }

    /// Everything that it holds.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, String> {
        self.kept.lock().unwrap().clone()
    }

    /// From now on it answers so.
    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = Some(mood);
    }

    /// From now on it waits for its owner, who answers when the sender is dropped.
    #[must_use]
    pub fn wait_for_owner(&self) -> Sender<()> {
        let (owner, waiting) = channel();
        self.set(Mood::Waiting(waiting));
        owner
    }

    fn answer(&self) -> Result<(), KeychainError> {
        let mut mood = self.mood.lock().unwrap();
        let detail = "a test said so".to_owned();
        match mood.as_ref() {
            None | Some(Mood::Willing) => Ok(()),
            Some(Mood::Locked) => Err(KeychainError::Locked { detail }),
            Some(Mood::Gone) => Err(KeychainError::Unavailable { detail }),
            Some(Mood::Waiting(owner)) => {
                // The owner says nothing: they come back by dropping their end.
                let _ = owner.recv();
                *mood = None;
                Ok(())
            }
        }
    }
}

impl Keychain for Items {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.answer()?;
        Ok(self.kept.lock().unwrap().get(account).cloned().map(SecretText::new))
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        self.answer()?;
        self.kept.lock().unwrap().insert(account.to_owned(), value.expose().to_owned());
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.answer()?;
        self.kept.lock().unwrap().remove(account);
        Ok(())
    }

    fn describe(&self) -> Kept {
        Kept::Os
    }
}
