//! Hashes one file as a stream, and notices when it does not stand still.
//!
//! Invariant: the digest is of exactly the bytes of the file that was listed: same file, same
//! length, same times before and after, also where it goes on from bytes that were read earlier. It
//! will not follow a link put in the file's place.

use std::fs::{File, Metadata};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use ledger::Digest;
use sha2::{Digest as _, Sha256};

use super::{ArtefactError, Continue};

/// Read at once: large enough that calls do not count, small enough to stay in the cache.
const BUFFER_BYTES: usize = 1 << 20;

/// What tells whether a file is still the one that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    modified: Option<SystemTime>,
    identity: Identity,
}

impl Stamp {
    /// The stamp of a regular file, from metadata that did not follow a link.
    pub(super) fn of_file(shown: &Path, metadata: &Metadata) -> Result<Self, ArtefactError> {
        let path = || shown.to_owned();
        let kind = metadata.file_type();
        if kind.is_symlink() {
            return Err(ArtefactError::Link { path: path() });
        }
        if !kind.is_file() {
            return Err(ArtefactError::NotAFile { path: path(), kind: special_kind(kind) });
        }
        Ok(Self::of(metadata))
    }

    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        Self { bytes: metadata.len(), modified, identity: identity(metadata) }
    }
}

/// Whether a stamp of an earlier moment says that a file is still the same: where the system tells
/// files apart, and when either bytes or metadata were changed last.
pub(super) const CAN_GO_ON: bool = cfg!(unix);

/// Device, inode and the time of the last change of either bytes or metadata.
#[cfg(unix)]
type Identity = (u64, u64, i64, i64);
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

#[cfg(unix)]
fn special_kind(kind: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if kind.is_fifo() {
        "named pipe"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(not(unix))]
fn special_kind(_: std::fs::FileType) -> &'static str {
    "special file"
}

/// The first bytes of a file, hashed: none of them, some, or all.
#[derive(Clone, Default)]
pub(super) struct Begun {
    hasher: Sha256,
    pub(super) bytes: u64,
}

/// Hashes the file at `path`, called `shown` in errors, that had `stamp` when it was listed, from
/// where it was begun. `read` learns the bytes of each step, and may stop the work; `begun` is then
/// how far it came.
pub(super) fn hash(
    path: &Path,
    shown: &Path,
    stamp: Stamp,
    begun: &mut Begun,
    read: &mut dyn FnMut(u64) -> Continue,
) -> Result<Digest, ArtefactError> {
    let unreadable = |cause| ArtefactError::Unreadable { path: shown.to_owned(), cause };
    let changed = || ArtefactError::Changed { path: shown.to_owned() };
    let mut file = File::open(path).map_err(unreadable)?;
    let same = |metadata: std::io::Result<Metadata>| {
        metadata.is_ok_and(|metadata| Stamp::of(&metadata) == stamp)
    };
    if !same(file.metadata()) {
        return Err(changed());
    }
    file.seek(SeekFrom::Start(begun.bytes)).map_err(unreadable)?;
    let left = usize::try_from(stamp.bytes.saturating_sub(begun.bytes)).unwrap_or(BUFFER_BYTES);
    let mut buffer = vec![0; BUFFER_BYTES.min(left.saturating_add(1))];
    loop {
        let length = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(unreadable(cause)),
        };
        begun.hasher.update(&buffer[..length]);
        let bytes = length as u64;
        begun.bytes += bytes;
        if begun.bytes > stamp.bytes {
            return Err(changed());
        }
        if read(bytes) == Continue::No {
            return Err(ArtefactError::Cancelled);
        }
    }
    if begun.bytes != stamp.bytes || !same(file.metadata()) || !same(path.symlink_metadata()) {
        return Err(changed());
    }
    Ok(Digest::from_bytes(begun.hasher.clone().finalize().into()))
}
