//! What can go wrong, as a shell learns it: one closed set of codes.
//!
//! A code exists only if somebody acts on it: the UI's table of texts is total over it, the
//! command line derives its exit status from it.

use serde::Serialize;
use specta::Type;

/// The closed set of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A text, name or document is malformed, empty or over a limit.
    InvalidInput,
    /// Such a name, version or person is there already.
    AlreadyExists,
    /// Nothing of that name here, for this person ("not yours" looks the same).
    NotFound,
    /// Nobody is signed in, or the console is locked.
    NotSignedIn,
    /// The role does not allow it, or four eyes forbid it.
    NotAllowed,
    /// The request was decided, withdrawn or superseded meanwhile.
    InvalidState,
    /// The subject, a document or the policy changed since the review was opened.
    StaleReview,
    /// Hidden characters must be acknowledged first.
    HiddenCharacters,
    /// Not approved or not in force.
    NotApproved,
    /// The passphrase does not open it.
    WrongPassphrase,
    /// Too many failures: wait.
    Throttled,
    /// The passphrase is too short.
    WeakPassphrase,
    /// The artefact is missing, unreadable, changed while read, or of a kind that is refused.
    Artefact,
    /// A file or folder cannot be read or written.
    File,
    /// Folder or file of the workspace is open to other users of the machine.
    LoosePermissions,
    /// The keychain does not answer or is locked.
    Keychain,
    /// A key, token or secret does not fit.
    Encryption,
    /// Another process holds the database.
    DatabaseBusy,
    /// The database is read-only.
    DatabaseReadOnly,
    /// The disk is full.
    DiskFull,
    /// The database was written by a newer version.
    DatabaseNewer,
    /// The folder holds no workspace, or the file is none of ours or damaged.
    NoWorkspace,
    /// A signature, seal, root or the anchor does not hold.
    VerificationFailed,
    /// Something that should not happen.
    Unexpected,
}
