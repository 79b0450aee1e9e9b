//! Computes the checksum of an artefact: of a file, or of a folder as in-toto `dirHash1`
//! (formats.md, "Artefact checksum").
//!
//! Invariant: a digest is given only for bytes that stood still. Whatever the format does not
//! cover (links, devices, odd names, an empty folder) is refused by name, never skipped, and a
//! file that changed while it was read is refused too. Memory does not grow with the bytes.
//!
//! Work that was stopped goes on from the bytes that were hashed, of every file that is still the same
//! one by its device, inode, length and times. A change within one tick of the file system's clock
//! after the change before it cannot be seen by these; the digest then is of no file, and matches none.
//!
//! The chosen path itself may be a link, since a person chose it; inside a folder none may be.

mod file;
mod folder;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::{Digest, SubjectDigest};

/// How far the work is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Hashed so far.
    pub bytes_done: u64,
    /// To hash in all, as found at the start.
    pub bytes_total: u64,
}

/// What whoever watches the progress wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continue {
    /// Go on.
    Yes,
    /// Stop: the result is [`ArtefactError::Cancelled`].
    No,
}

/// A hashed artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// `sha256` of a file, `dirHash1` of a folder.
    pub digest: SubjectDigest,
    /// Bytes of the file, or of all files of the folder.
    pub bytes: u64,
    /// Last part of the path, untrusted text.
    pub name: String,
}

/// What was hashed of files before work on them was stopped.
#[derive(Default)]
pub struct Kept(BTreeMap<PathBuf, (file::Stamp, file::Begun)>);

impl Kept {
    /// What was hashed beside it.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What is hashed of the file that has this stamp now.
    fn begun(&self, path: &Path, stamp: file::Stamp) -> file::Begun {
        let known = self.0.get(path).filter(|(earlier, _)| file::CAN_GO_ON && *earlier == stamp);
        known.map_or_else(file::Begun::default, |(_, begun)| begun.clone())
    }

    fn keep(&mut self, path: PathBuf, stamp: file::Stamp, begun: file::Begun) {
        self.0.insert(path, (stamp, begun));
    }
}

/// Why there is no checksum. Paths inside a folder are relative to it.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// Nothing is there.
    #[error("there is no file or folder at {}", path.display())]
    Missing {
        /// The chosen path.
        path: PathBuf,
    },
    /// The folder, with its subfolders, holds no file.
    #[error("the folder {} holds no file", path.display())]
    EmptyFolder {
        /// The chosen path.
        path: PathBuf,
    },
    /// A symbolic link inside the folder.
    #[error("{path:?} is a link; a folder's checksum covers files only")]
    Link {
        /// Which.
        path: PathBuf,
    },
    /// A device, socket or pipe.
    #[error("{path:?} is a {kind}; a checksum covers files only")]
    NotAFile {
        /// Which.
        path: PathBuf,
        /// `device`, `socket`, `named pipe` or `special file`.
        kind: &'static str,
    },
    /// A file or subfolder that cannot be read.
    #[error("{path:?} cannot be read: {cause}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A name that is not UTF-8.
    #[error("the name {path:?} is not UTF-8")]
    NameNotUtf8 {
        /// Which.
        path: PathBuf,
    },
    /// A name with a control character or a backslash.
    #[error("the name {path:?} holds a control character or a backslash")]
    NameForbidden {
        /// Which.
        path: PathBuf,
    },
    /// A file that changed, came or went while the artefact was read.
    #[error("{path:?} changed while it was read")]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// The watcher said [`Continue::No`].
    #[error("cancelled")]
    Cancelled,
}

/// Hashes the file or folder at `path`, telling `watch` how far it is (on the calling thread, at
/// least once a MiB). A folder is hashed on all cores.
///
/// # Errors
/// [`ArtefactError`], a variant per cause.
pub fn checksum(
    path: &Path,
    watch: &mut dyn FnMut(Progress) -> Continue,
) -> Result<Artefact, ArtefactError> {
    go_on(path, &mut Kept::default(), watch)
}

/// The same, going on where earlier work was stopped; where it is stopped again, or fails, `kept` is
/// how far it came.
///
/// # Errors
/// As [`checksum`].
pub fn go_on(
    path: &Path,
    kept: &mut Kept,
    watch: &mut dyn FnMut(Progress) -> Continue,
) -> Result<Artefact, ArtefactError> {
    // Through links: the chosen path may be one.
    let found = path.canonicalize().map_err(|cause| missing_or_unreadable(path, cause))?;
    let metadata = found.symlink_metadata().map_err(|cause| missing_or_unreadable(path, cause))?;
    let name = path.file_name().or_else(|| found.file_name()).unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let (digest, bytes) = if metadata.is_dir() {
        folder::hash(path, &found, kept, watch)?
    } else {
        let stamp = file::Stamp::of_file(path, &metadata)?;
        let digest = hash_file(path, found, stamp, kept, watch)?;
        (SubjectDigest::Sha256(digest), stamp.bytes)
    };
    Ok(Artefact { digest, bytes, name })
}

fn hash_file(
    shown: &Path,
    found: PathBuf,
    stamp: file::Stamp,
    kept: &mut Kept,
    watch: &mut dyn FnMut(Progress) -> Continue,
) -> Result<Digest, ArtefactError> {
    let mut begun = kept.begun(&found, stamp);
    let mut done = begun.bytes;
    let digest = file::hash(&found, shown, stamp, &mut begun, &mut |bytes| {
        done += bytes;
        watch(Progress { bytes_done: done, bytes_total: stamp.bytes })
    });
    if matches!(digest, Err(ArtefactError::Cancelled)) {
        kept.keep(found, stamp, begun);
    }
    digest
}

fn missing_or_unreadable(path: &Path, cause: std::io::Error) -> ArtefactError {
    let path = path.to_owned();
    if cause.kind() == std::io::ErrorKind::NotFound {
        ArtefactError::Missing { path }
    } else {
        ArtefactError::Unreadable { path, cause }
    }
}

/// One line of a folder's manifest: `<hex>  <path>\n`, as `sha256sum` prints it.
fn manifest_line(digest: &Digest, path: &str) -> String {
    format!("{digest}  {path}\n")
}
