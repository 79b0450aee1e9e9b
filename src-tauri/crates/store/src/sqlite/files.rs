//! The files of a workspace: where they lie and who may see them (threats.md, T7).
//!
//! Invariant: folders are 0700 and files 0600 from the moment they exist; what is looser is not
//! opened. SQLite gives its `-wal` and `-shm` the mode of the database.

use std::fs;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Name of the database in a workspace's folder.
pub(super) const DATABASE: &str = "workspace.db";

const SMALLEST_PAGE: u64 = 512;

/// The database of the workspace in this folder.
pub(super) fn database_in(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Makes a folder that only its owner can enter, and likewise the parents that are missing.
pub(super) fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        builder
            .recursive(true)
            .create(parent)
            .map_err(|error| StoreError::of_io(&error, parent))?;
    }
    builder.recursive(false).create(folder).map_err(|error| StoreError::of_io(&error, folder))
}

/// Makes an empty file that only its owner can read.
pub(super) fn make_private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| StoreError::of_io(&error, path))
}

/// Demands that folder and database exist and that nobody else can reach them. A file shorter than
/// any database is refused here: SQLite would take it for a new one.
pub(super) fn check_private(folder: &Path) -> Result<(), StoreError> {
    let database = database_in(folder);
    refuse_loose(folder)?;
    check_private_file(&database)?;
    // Its -wal and -shm, and the copies made before a step of the schema.
    let entries = fs::read_dir(folder).map_err(|error| StoreError::of_io(&error, folder))?;
    for entry in entries {
        let path = entry.map_err(|error| StoreError::of_io(&error, folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with(DATABASE)) {
            match refuse_loose(&path) {
                // Another process may have folded its -wal in meanwhile.
                Ok(_) | Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Demands that a file that holds a database is there and that nobody else can reach it.
pub(super) fn check_private_file(file: &Path) -> Result<(), StoreError> {
    if refuse_loose(file)? < SMALLEST_PAGE { Err(StoreError::NotADatabase) } else { Ok(()) }
}

/// Gives the length in bytes.
fn refuse_loose(path: &Path) -> Result<u64, StoreError> {
    let found = fs::metadata(path).map_err(|error| StoreError::of_io(&error, path))?;
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0 {
        return Err(StoreError::LoosePermissions { path: path.to_owned() });
    }
    Ok(found.len())
}

/// A folder beside the target in which a workspace is made; dropped unless it is moved into place.
pub(super) struct PartialFolder {
    path: PathBuf,
    target: PathBuf,
}

impl PartialFolder {
    /// Starts beside a target that must be absent or an empty folder.
    pub(super) fn beside(target: &Path, unique: &str) -> Result<Self, StoreError> {
        let not_empty = || StoreError::FolderNotEmpty { path: target.to_owned() };
        match fs::read_dir(target) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(not_empty());
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::of_io(&error, target)),
        }
        let mut name = target.file_name().ok_or_else(not_empty)?.to_owned();
        name.push(format!(".partial-{unique}"));
        let path = target.with_file_name(name);
        make_private_folder(&path)?;
        Ok(Self { path, target: target.to_owned() })
    }

    /// The folder to work in.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the finished folder where it belongs, durably. Removing the empty target is the check
    /// that it still is empty.
    pub(super) fn move_into_place(self) -> Result<(), StoreError> {
        match fs::remove_dir(&self.target) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::of_io(&error, &self.target)),
        }
        sync_folder(&self.path)?;
        fs::rename(&self.path, &self.target)
            .map_err(|error| StoreError::of_io(&error, &self.target))?;
        match self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => sync_folder(parent),
            None => sync_folder(Path::new(".")),
        }
    }
}

impl Drop for PartialFolder {
    fn drop(&mut self) {
        match fs::remove_dir_all(&self.path) {
            Ok(()) => {}
            // Moved into place, or never made.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "an unfinished workspace could not be removed"),
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    fs::File::open(folder)
        .and_then(|handle| handle.sync_all())
        .map_err(|error| StoreError::of_io(&error, folder))
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_is_private_and_so_are_the_parents_made_for_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("countersign/bank");
        make_private_folder(&folder).unwrap();
        for made in [folder.as_path(), folder.parent().unwrap()] {
            let mode = fs::metadata(made).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o700, "{}", made.display());
        }
        assert!(make_private_folder(&folder).is_err(), "a folder that is there is taken");
    }
}
