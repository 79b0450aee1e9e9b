//! Where keys and anchors are kept: the keychain of the operating system, or a key file where
//! there is none.
//!
//! Invariant: every read, write and delete of an item goes through [`Keychain`]; which one it is
//! was fixed when the workspace was created, and nothing falls back from one to the other. It will
//! not interpret values, and holds none longer than a call lasts.

mod error;
mod file;
mod items;
mod lock;
mod memory;
mod os;
mod private;
mod thread;

pub use error::KeychainError;
pub use file::KeyFile;
pub use items::{ItemName, MAX_CHARACTERS, SERVICE};
pub use lock::{AnchorLock, SecretLock};
pub use memory::MemoryKeychain;
pub use os::OsKeychain;
pub use thread::{KeychainThread, LIMIT};

use security::secret::SecretText;

/// Which kind of keychain a workspace uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In the keychain of the operating system.
    Os,
    /// In the key file beside the database: weaker, since anchors in it roll back with the disk.
    File,
}

/// A place for items of text. Calls block, without a limit when the keychain waits for its owner:
/// [`KeychainThread`] is for callers that cannot wait.
pub trait Keychain: Send + Sync {
    /// The value of an item, `None` when there is no such item.
    ///
    /// # Errors
    /// [`KeychainError`] by cause.
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError>;

    /// Writes an item, whether or not there was one.
    ///
    /// # Errors
    /// [`KeychainError`] by cause; [`KeychainError::TooLong`] beyond [`MAX_CHARACTERS`].
    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError>;

    /// Deletes an item; one that is not there is as good as deleted.
    ///
    /// # Errors
    /// [`KeychainError`] by cause.
    fn delete(&self, account: &str) -> Result<(), KeychainError>;

    /// Which kind it is.
    fn describe(&self) -> Kept;
}

/// Tries whether a keychain works: writes an item of its own, reads it back and deletes it.
///
/// # Errors
/// [`KeychainError`] of the first step that fails; [`KeychainError::Forgetful`] when something else
/// is read than was written.
pub fn probe(keychain: &dyn Keychain) -> Result<(), KeychainError> {
    const TEXT: &str = "countersign was here";
    let account = ItemName::probe(std::process::id());
    keychain.write(&account, &SecretText::new(TEXT.to_owned()))?;
    let read = keychain.read(&account);
    keychain.delete(&account)?;
    if read?.is_some_and(|value| value.expose() == TEXT) {
        Ok(())
    } else {
        Err(KeychainError::Forgetful)
    }
}
