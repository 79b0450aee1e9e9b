//! Why the store did not answer: one variant per cause, so that each has its own words at the edge.
//!
//! Invariant: an error never carries a stored value; it names paths, positions and causes.

use std::path::PathBuf;

use ledger::TenantId;
use thiserror::Error;

/// What went wrong in opening, reading or writing a workspace's data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Another writer was faster: load again, decide again.
    #[error("the log of {tenant} has {actual} records, the commit was decided on {expected}")]
    HeadMoved {
        /// Whose log.
        tenant: TenantId,
        /// The size that the caller decided on.
        expected: u64,
        /// The size that it has.
        actual: u64,
    },
    /// State without an audit record of the same tenant (invariant 2), or a commit without any
    /// record at all.
    #[error("a change of state without its audit record")]
    StateWithoutRecord,
    /// A row whose position, or whose leaf's own position or tenant, does not follow the log.
    #[error("a row of {tenant} at {found} where {expected} follows")]
    RowOutOfOrder {
        /// Whose log.
        tenant: TenantId,
        /// The position that follows.
        expected: u64,
        /// The position that the row or its leaf names.
        found: u64,
    },
    /// Rows, or attestations, of a tenant whose log size the commit does not name or whose log it
    /// does not extend.
    #[error("the commit does not say on which records of {tenant} it was decided")]
    TenantNotExpected {
        /// The tenant.
        tenant: TenantId,
    },
    /// The idempotency key was used before: this is what was answered then.
    #[error("this command was carried out before")]
    AlreadyDone {
        /// The answer that was stored with it.
        answer: String,
    },
    /// An attestation is bound once in a workspace.
    #[error("this attestation is on record already")]
    AttestationRepeated,
    /// A title or name that must be unique is taken, or another constraint of the data does not
    /// hold.
    #[error("the data would contradict itself: {constraint}")]
    Conflict {
        /// The constraint, by the database's name for it.
        constraint: String,
    },
    /// A value was sealed under a secret that is not, or no longer, the primary one: read which it
    /// is, seal it again.
    #[error("values are sealed under the secret with key {primary} now")]
    OtherSecret {
        /// Id of the primary secret's key.
        primary: String,
    },
    /// A secret cannot be retired while values are sealed under it.
    #[error("{values} values are still sealed under this secret")]
    SecretInUse {
        /// How many.
        values: u64,
    },
    /// A tenant that has no log here.
    #[error("no log of this tenant")]
    UnknownTenant,
    /// There is no workspace at this place.
    #[error("no workspace at {path}")]
    NotFound {
        /// The folder or file looked for.
        path: PathBuf,
    },
    /// A workspace is made in a folder that is absent or empty.
    #[error("{path} is not an empty folder")]
    FolderNotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Others on this machine could read or write it; folders must be 0700, files 0600.
    #[error(
        "{path} is open to other users of this machine; take their rights away with: chmod -R \
         go-rwx {}", quoted(.path)
    )]
    LoosePermissions {
        /// The folder or file.
        path: PathBuf,
    },
    /// Written by a newer version of this program.
    #[error("the data is of version {found}, this program knows {known}")]
    NewerVersion {
        /// Version of the data.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// A database, but not one of ours.
    #[error("a database of another application ({found:#x})")]
    ForeignApplication {
        /// Its application id.
        found: u32,
    },
    /// Not a database at all.
    #[error("not a database")]
    NotADatabase,
    /// Damaged: pages, or a stored value that cannot be what we wrote.
    #[error("the data is damaged: {reason}")]
    Damaged {
        /// What does not hold, without the value.
        reason: String,
    },
    /// The file, folder or disk does not allow writing.
    #[error("the data can only be read")]
    ReadOnly,
    /// No space left; nothing was written.
    #[error("the disk is full")]
    DiskFull,
    /// Another process kept the database locked for too long.
    #[error("the database is in use by another process")]
    Busy,
    /// Reading or writing the file failed in the operating system.
    #[error("input or output failed: {reason}")]
    Io {
        /// The system's words.
        reason: String,
    },
    /// The SQLite in this program is older than the one whose durability was tested.
    #[error("SQLite {found} is older than 3.51.3")]
    SqliteTooOld {
        /// Its version.
        found: String,
    },
    /// Whoever watched a copy stopped it.
    #[error("the copy was stopped")]
    Stopped,
    /// The store was closed while this was asked.
    #[error("the store is closed")]
    Closed,
    /// Anything else that SQLite reports: a defect of this program.
    #[error("unexpected answer of the database: {reason}")]
    Unexpected {
        /// The database's words.
        reason: String,
    },
}

/// A path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

impl StoreError {
    /// A [`StoreError::Damaged`] in one call.
    pub(crate) fn damaged(reason: impl std::fmt::Display) -> Self {
        Self::Damaged { reason: reason.to_string() }
    }

    /// What the operating system refused, at this path.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "ErrorKind is the standard library's and open-ended"
    )]
    pub(crate) fn of_io(error: &std::io::Error, path: &std::path::Path) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound { path: path.to_owned() },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::DirectoryNotEmpty | ErrorKind::NotADirectory => {
                Self::FolderNotEmpty { path: path.to_owned() }
            }
            other => Self::Io { reason: format!("{other} at {}", path.display()) },
        }
    }
}
