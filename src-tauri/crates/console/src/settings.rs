//! What this program remembers on this computer: the workspace that was opened last.
//!
//! Invariant: nothing secret and nothing of a workspace's content lies here; the file is for its
//! owner only. One that cannot be read is as good as none.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::edge::Edge;
use crate::failure::ConsoleError;

const FILE: &str = "settings.json";

#[derive(Default, Serialize, Deserialize)]
struct Settings {
    last_workspace: Option<PathBuf>,
}

/// The folder of the workspace opened last, if it is still there.
pub fn last_workspace(edge: &Edge) -> Option<PathBuf> {
    let text = fs::read(edge.settings.as_ref()?.join(FILE)).ok()?;
    let settings: Settings = serde_json::from_slice(&text).ok()?;
    settings.last_workspace.filter(|folder| folder.is_dir())
}

/// Remembers a workspace as the one opened last. Without a settings folder, nothing is remembered.
///
/// # Errors
/// [`ConsoleError::File`] when it cannot be written.
pub fn remember_workspace(edge: &Edge, folder: &Path) -> Result<(), ConsoleError> {
    let Some(place) = edge.settings.as_ref() else { return Ok(()) };
    let failed = |cause: io::Error| ConsoleError::File {
        path: place.display().to_string(),
        reason: cause.to_string(),
    };
    let folder = folder.canonicalize().map_err(failed)?;
    let text = serde_json::to_vec(&Settings { last_workspace: Some(folder) })
        .map_err(|cause| failed(cause.into()))?;
    write(place, &text).map_err(failed)
}

/// Written whole under another name, then put in place.
fn write(place: &Path, text: &[u8]) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(place)?;
    let next = place.join(format!("{FILE}.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&next)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&next, place.join(FILE))
}
