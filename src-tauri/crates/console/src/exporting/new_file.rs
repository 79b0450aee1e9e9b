//! A file that is being written beside its place.
//!
//! Invariant: until it is kept it lies under another name and goes away when dropped; it is 0600,
//! and keeping it replaces a file only where a person said so.

use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use ledger::Digest;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::failure::ConsoleError;

/// Where a file is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    path: PathBuf,
    existing: Existing,
}

/// What becomes of a file that stands there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existing {
    /// It stays, and nothing is written.
    Kept,
    /// It goes: the system's dialog asked the person.
    Replaced,
}

impl Destination {
    /// A new file: one that is there already is kept.
    pub fn new_file(path: &Path) -> Self {
        Self { path: path.to_owned(), existing: Existing::Kept }
    }

    /// A place that a person chose in the system's dialog, which asks before one is replaced.
    pub const fn chosen(path: PathBuf) -> Self {
        Self { path, existing: Existing::Replaced }
    }

    /// Where the file is to stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same, from the root.
    pub(super) fn absolute(&self) -> Self {
        let path = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        Self { path, existing: self.existing }
    }
}

/// A file that has no name of its own yet.
pub(super) struct NewFile {
    to: Destination,
    out: BufWriter<NamedTempFile>,
    hash: Sha256,
}

impl NewFile {
    /// Begins a file in the folder where it is to stand.
    ///
    /// # Errors
    /// [`ConsoleError::FileThere`]; [`ConsoleError::File`].
    pub(super) fn begin(to: Destination) -> Result<Self, ConsoleError> {
        let path = to.path();
        if to.existing == Existing::Kept && path.symlink_metadata().is_ok() {
            return Err(there(path));
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let named = tempfile::Builder::new().prefix(".countersign-").tempfile_in(folder);
        let out = BufWriter::new(named.map_err(|cause| failed(path, &cause))?);
        Ok(Self { to, out, hash: Sha256::new() })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`ConsoleError::File`].
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), ConsoleError> {
        self.hash.update(bytes);
        self.out.write_all(bytes).map_err(|cause| failed(self.to.path(), &cause))
    }

    /// SHA-256 of what was written.
    pub(super) fn digest(&self) -> Digest {
        Digest::from_bytes(self.hash.clone().finalize().into())
    }

    /// Gives it its name once its bytes are on the disk.
    ///
    /// # Errors
    /// [`ConsoleError::FileThere`] when another file has taken the name meanwhile;
    /// [`ConsoleError::File`].
    pub(super) fn keep(self) -> Result<(), ConsoleError> {
        let Self { to: Destination { path, existing }, out, .. } = self;
        let named = out.into_inner().map_err(|error| failed(&path, error.error()))?;
        named.as_file().sync_all().map_err(|cause| failed(&path, &cause))?;
        let kept = match existing {
            Existing::Kept => named.persist_noclobber(&path),
            Existing::Replaced => named.persist(&path),
        };
        match kept {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(there(&path)),
            Err(error) => Err(failed(&path, &error.error)),
        }
    }
}

fn there(path: &Path) -> ConsoleError {
    ConsoleError::FileThere { path: path.display().to_string() }
}

fn failed(path: &Path, cause: &io::Error) -> ConsoleError {
    ConsoleError::File { path: path.display().to_string(), reason: cause.to_string() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_there_whole_and_for_its_owner_only_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut dropped = NewFile::begin(Destination::new_file(&path)).unwrap();
        dropped.write(b"half").unwrap();
        assert!(!path.exists());
        drop(dropped);
        assert_eq!(names(folder.path()), [""; 0]);

        let mut kept = NewFile::begin(Destination::new_file(&path)).unwrap();
        kept.write(b"who").unwrap();
        kept.write(b"le").unwrap();
        assert_eq!(kept.digest(), Digest::of(b"whole"));
        kept.keep().unwrap();
        assert_eq!(names(folder.path()), ["log.jsonl"]);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_where_a_person_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut late = NewFile::begin(Destination::new_file(&path)).unwrap();
        late.write(b"new").unwrap();
        fs::write(&path, b"old").unwrap();
        let refused = ConsoleError::FileThere { path: path.display().to_string() };
        assert_eq!(NewFile::begin(Destination::new_file(&path)).err(), Some(refused.clone()));
        assert_eq!(late.keep().err(), Some(refused));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["log.jsonl"]);
        let mut chosen = NewFile::begin(Destination::chosen(path.clone())).unwrap();
        chosen.write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old", "until it is whole");
        chosen.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let nowhere = folder.path().join("no/such/folder");
        assert!(matches!(
            NewFile::begin(Destination::new_file(&nowhere)),
            Err(ConsoleError::File { .. })
        ));
    }
}
