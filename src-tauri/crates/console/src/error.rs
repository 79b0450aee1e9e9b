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
    /// It is protected: it must be revealed first, which goes on record.
    Protected,
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
    /// The policy asks for a check of the artefact before this is signed.
    ArtefactUnchecked,
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

impl ErrorCode {
    /// What to do next, one sentence.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::InvalidInput => "Correct it and try again.",
            Self::AlreadyExists => "Choose another name or version.",
            Self::NotFound => "Check the name, the tenant and the role you hold there.",
            Self::NotSignedIn => "Sign in first.",
            Self::NotAllowed => "Ask somebody whose role and part in this allow it.",
            Self::InvalidState => "Open it again to see what happened meanwhile.",
            Self::StaleReview => "Open it again and read what changed.",
            Self::HiddenCharacters => "Look at the marked characters, then tick “I have seen it”.",
            Self::Protected => "Reveal it first; that you do goes on record.",
            Self::NotApproved => "Ask for an approval, or use a version that is in force.",
            Self::WrongPassphrase => "Type it again; every failure makes the next wait longer.",
            Self::Throttled => "Wait until the delay is over, then try again.",
            Self::WeakPassphrase => "Choose a passphrase of at least 12 characters.",
            Self::Artefact => "Choose the artefact again; nothing was changed.",
            Self::ArtefactUnchecked => "Choose the file or folder under Artefact; then sign.",
            Self::File => "Check that the place exists and that you may write there.",
            Self::LoosePermissions => {
                "Folders must be 0700 and files 0600: run the command, then try again."
            }
            Self::Keychain => {
                "Unlock your keychain, or start one such as gnome-keyring; then try again."
            }
            Self::Encryption => "Check ENCRYPTION_KEY and the keychain; nothing was changed.",
            Self::DatabaseBusy => "Try again in a moment; another program is writing.",
            Self::DatabaseReadOnly => "Make folder and files writable for you, then try again.",
            Self::DiskFull => "Free some space, then try again; nothing was half-written.",
            Self::DatabaseNewer => "Install the newer version of Countersign.",
            Self::NoWorkspace => "Choose the folder of a workspace, or restore a backup.",
            Self::VerificationFailed => {
                "Do not decide on it; verify the log and tell your administrator."
            }
            Self::Unexpected => "Try again; if it stays, report the incident number.",
        }
    }
}
