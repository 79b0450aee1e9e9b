//! Files that are for their owner only.
//!
//! Invariant: what is made here is 0600, and what is open to anybody else is refused (threat T7).
//! Where there are no permission bits, a file is as private as the folder that holds it.

use std::fs::{File, OpenOptions};
use std::path::Path;

use super::KeychainError;

/// Files that these options make are for their owner only.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Refuses an open file or folder that group or others may read, write or enter.
///
/// # Errors
/// [`KeychainError::LoosePermissions`]; [`KeychainError::File`] when it cannot be told.
pub(super) fn refuse_loose(path: &Path, file: &File) -> Result<(), KeychainError> {
    let metadata = file.metadata().map_err(|cause| KeychainError::file(path, &cause))?;
    match open_to_others(&metadata) {
        Some(mode) => Err(KeychainError::LoosePermissions { path: path.to_owned(), mode }),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn open_to_others(metadata: &std::fs::Metadata) -> Option<u32> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn open_to_others(_metadata: &std::fs::Metadata) -> Option<u32> {
    None
}
