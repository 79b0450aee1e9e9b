//! What can go wrong with a keychain, by cause.
//!
//! Invariant: no error carries a value that is or was kept; each says what is wrong, so that the
//! edge can say what to do next. It will not decide what a person is shown.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use security::SecurityError;
use thiserror::Error;

use crate::failure::quoted;

/// A refusal of a keychain.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeychainError {
    /// No keychain answers, or the one that did is gone.
    #[error(
        "no keychain answers here ({detail}); start gnome-keyring or KWallet, or choose a key \
         file when the workspace is created; a start without a session bus is remembered until \
         the program restarts"
    )]
    Unavailable {
        /// What the platform says about it.
        detail: String,
    },
    /// The keychain is there and does not let this program in: it stayed locked, its owner
    /// dismissed the prompt, or it has no default keyring to keep items in.
    #[error(
        "the keychain is locked or has no default keyring ({detail}); unlock it, or create one, \
         and try again"
    )]
    Locked {
        /// What the platform says about it.
        detail: String,
    },
    /// The keychain waits for its owner. A write or delete that was begun may still happen.
    #[error("the keychain did not answer within {} s: it waits for its owner", .after.as_secs())]
    TimedOut {
        /// How long the call waited.
        after: Duration,
    },
    /// What was read is not what was written.
    #[error("the keychain does not give back what it was given")]
    Forgetful,
    /// An earlier call waits for the owner still, or too many calls wait in line. Nothing was
    /// begun.
    #[error("the keychain is busy with earlier calls")]
    Busy,
    /// The value is longer than the shortest limit of all platforms.
    #[error("an item holds at most {max} characters, `{account}` would have {found}")]
    TooLong {
        /// The item's name.
        account: String,
        /// Characters it would have, in UTF-16 code units.
        found: usize,
        /// Most characters accepted.
        max: usize,
    },
    /// The name is not `<kind>/<workspace>` or `<kind>/<workspace>/<name>`.
    #[error("`{account}` is no name of an item")]
    Name {
        /// The name as given.
        account: String,
    },
    /// The keychain holds more than one item of this name; none of them is taken.
    #[error("the keychain holds {found} items `{account}`; remove all but the right one")]
    Ambiguous {
        /// The item's name.
        account: String,
        /// How many there are.
        found: usize,
    },
    /// The item holds something that this program did not write.
    #[error("the item `{account}` holds something else than text")]
    NotText {
        /// The item's name.
        account: String,
    },
    /// Folder or file is open to other users of the machine.
    #[error(
        "{} is open to other users of this machine (mode {mode:04o}); take their rights away with: \
         chmod -R go-rwx {}",
        .path.display(),
        quoted(.path)
    )]
    LoosePermissions {
        /// The folder or file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key file is to be made where there is one.
    #[error("{} is there already", .path.display())]
    KeyFileExists {
        /// The key file.
        path: PathBuf,
    },
    /// The file is not a key file as this program writes it, or not the one that was opened.
    #[error("{} is damaged or was replaced: {reason}", .path.display())]
    KeyFileDamaged {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file cannot be read or written.
    #[error("{}: {detail}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The kind of failure, such as a full disk.
        kind: io::ErrorKind,
        /// What the system says about it.
        detail: String,
    },
    /// A value of the key file does not open: another passphrase or `ENCRYPTION_KEY`, or it was
    /// changed or moved.
    #[error("{0}")]
    Encryption(#[from] SecurityError),
}

impl KeychainError {
    /// A failure of the file system at `path`.
    pub(super) fn file(path: &Path, cause: &io::Error) -> Self {
        Self::File { path: path.to_owned(), kind: cause.kind(), detail: cause.to_string() }
    }
}
