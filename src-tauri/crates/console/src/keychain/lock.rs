//! Locks among all processes that use one workspace folder.
//!
//! Invariant: a lock is held by at most one holder of all threads and processes, ends with the
//! process that holds it, and its file is never removed (a new file would be another lock). It
//! waits without a limit, so it belongs on the keychain's thread.

use std::fs::{File, OpenOptions};
use std::path::Path;

use super::KeychainError;
use super::private::private;

/// Held while the anchors of a workspace are read, compared and moved forward: without it, two
/// processes could move one back. Dropping it lets go.
pub struct AnchorLock {
    _held: FileLock,
}

impl AnchorLock {
    /// Waits for `anchor.lock` in the workspace's folder.
    ///
    /// # Errors
    /// [`KeychainError::File`] when the file cannot be made or locked.
    pub fn hold(folder: &Path) -> Result<Self, KeychainError> {
        Ok(Self { _held: FileLock::hold(&folder.join("anchor.lock"))? })
    }
}

/// Held while a rotation of the workspace secret begins or ends: without it, one process could put an
/// older secret into the place of a newer one. Dropping it lets go.
pub struct SecretLock {
    _held: FileLock,
}

impl SecretLock {
    /// Waits for `secret.lock` in the workspace's folder.
    ///
    /// # Errors
    /// [`KeychainError::File`] when the file cannot be made or locked.
    pub fn hold(folder: &Path) -> Result<Self, KeychainError> {
        Ok(Self { _held: FileLock::hold(&folder.join("secret.lock"))? })
    }
}

/// A locked file; closing it lets go.
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits until nobody else holds the lock of this file; makes the file if need be.
    pub(super) fn hold(path: &Path) -> Result<Self, KeychainError> {
        let failed = |cause: std::io::Error| KeychainError::file(path, &cause);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = private(&mut options).open(path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::sync::Barrier;
    use std::thread;

    use super::AnchorLock;

    #[test]
    fn nobody_else_gets_in_while_the_lock_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let held = AnchorLock::hold(folder.path()).unwrap();
        let other = OpenOptions::new().write(true).open(folder.path().join("anchor.lock")).unwrap();
        assert!(other.try_lock().is_err(), "locked twice");
        drop(held);
        assert!(other.try_lock().is_ok(), "kept after it was dropped");
    }

    #[test]
    fn a_read_compare_write_under_the_lock_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let count = folder.path().join("count");
        std::fs::write(&count, "0").unwrap();
        let (threads, rounds) = (4, 50);
        let together = Barrier::new(threads);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..rounds {
                        let _held = AnchorLock::hold(folder.path()).unwrap();
                        let before: usize =
                            std::fs::read_to_string(&count).unwrap().parse().unwrap();
                        std::fs::write(&count, (before + 1).to_string()).unwrap();
                    }
                });
            }
        });
        assert_eq!(std::fs::read_to_string(&count).unwrap(), (threads * rounds).to_string());
    }
}
