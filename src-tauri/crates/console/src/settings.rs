//! What this program remembers on this computer: the workspace that was opened last, and how often
//! a key file was tried in vain.
//!
//! Invariant: nothing secret and nothing of a workspace's content lies here; the file is for its
//! owner only, and is refused where it is not. One that cannot be read is as good as none.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use security::throttle::Wait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::edge::Edge;
use crate::failure::ConsoleError;

const FILE: &str = "settings.json";

#[derive(Default, Serialize, Deserialize)]
struct Settings {
    last_workspace: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_file_attempts: Option<Attempts>,
}

/// Attempts in a row that did not open a key file. Each is counted before it is made, so that
/// ending the program saves nobody the wait.
#[derive(Serialize, Deserialize)]
struct Attempts {
    workspace: PathBuf,
    in_a_row: u32,
    last_at_us: i64,
}

/// The folder of the workspace opened last, if it is still there.
///
/// # Errors
/// [`ConsoleError::LooseSettings`]: who could write there could put another workspace in its place.
pub fn last_workspace(edge: &Edge) -> Result<Option<PathBuf>, ConsoleError> {
    Ok(read(edge)?.last_workspace.filter(|folder| folder.is_dir()))
}

/// Remembers a workspace as the one opened last. Without a settings folder, nothing is remembered.
///
/// # Errors
/// [`ConsoleError::File`] when it cannot be written.
pub fn remember_workspace(edge: &Edge, folder: &Path) -> Result<(), ConsoleError> {
    let folder = folder.canonicalize().map_err(|cause| failed(folder, &cause))?;
    write(edge, &Settings { last_workspace: Some(folder), ..read(edge)? })
}

/// Counts an attempt at the key file of a workspace that is about to be made. The count slows down
/// whoever types; whoever takes the file away meets its key derivation alone.
///
/// # Errors
/// [`security::SecurityError::Throttled`] while a delay lasts, [`ConsoleError::File`] when it
/// cannot be counted: it must not be made then.
pub(crate) fn count_key_file_attempt(edge: &Edge, folder: &Path) -> Result<(), ConsoleError> {
    let now_us = edge.clock.now().as_micros();
    let settings = read(edge)?;
    let before = settings.key_file_attempts.as_ref();
    let (in_a_row, last_at_us) = before
        .filter(|attempts| attempts.workspace == folder)
        .map_or((0, 0), |attempts| (attempts.in_a_row, attempts.last_at_us));
    Wait::after(in_a_row, last_at_us, now_us).demand_over()?;
    let in_a_row = in_a_row.saturating_add(1);
    let counted = Attempts { workspace: folder.to_owned(), in_a_row, last_at_us: now_us };
    write(edge, &Settings { key_file_attempts: Some(counted), ..settings })
}

/// Forgets the attempts: the key file opened, or it was not the passphrase that failed.
///
/// # Errors
/// [`ConsoleError::File`] when it cannot be written.
pub(crate) fn forget_key_file_attempts(edge: &Edge) -> Result<(), ConsoleError> {
    write(edge, &Settings { key_file_attempts: None, ..read(edge)? })
}

/// A folder that nobody else on this computer can look into (T7), with the parents that are missing.
///
/// # Errors
/// Those of the file system; a folder that is there already is none.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn read(edge: &Edge) -> Result<Settings, ConsoleError> {
    read_file(edge, FILE)
}

fn write(edge: &Edge, settings: &Settings) -> Result<(), ConsoleError> {
    write_file(edge, FILE, settings)
}

/// Reads a file of the settings folder; one that is absent or cannot be read is as good as empty.
pub(crate) fn read_file<T: Default + DeserializeOwned>(
    edge: &Edge,
    name: &str,
) -> Result<T, ConsoleError> {
    let Some(place) = edge.settings.as_ref() else { return Ok(T::default()) };
    let file = place.join(name);
    for path in [place.as_path(), file.as_path()] {
        refuse_loose(path)?;
    }
    let text = fs::read(file).ok();
    Ok(text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default())
}

/// Refuses what is open to other users; what is not there is not.
#[cfg(unix)]
fn refuse_loose(path: &Path) -> Result<(), ConsoleError> {
    let Ok(found) = fs::metadata(path) else { return Ok(()) };
    match std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 {
        0 => Ok(()),
        _ => Err(ConsoleError::LooseSettings { path: path.to_owned() }),
    }
}

/// Where there are no permission bits, a file is as private as the folder that holds it.
#[cfg(not(unix))]
fn refuse_loose(_path: &Path) -> Result<(), ConsoleError> {
    Ok(())
}

/// Written whole under another name, then put in place.
pub(crate) fn write_file<T: Serialize>(
    edge: &Edge,
    name: &str,
    settings: &T,
) -> Result<(), ConsoleError> {
    let Some(place) = edge.settings.as_ref() else { return Ok(()) };
    let written = || -> io::Result<()> {
        make_private(place)?;
        let next = place.join(format!("{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&next)?;
        file.write_all(&serde_json::to_vec(settings)?)?;
        file.sync_all()?;
        fs::rename(&next, place.join(name))
    };
    written().map_err(|cause| failed(place, &cause))
}

fn failed(path: &Path, cause: &io::Error) -> ConsoleError {
    ConsoleError::File { path: path.display().to_string(), reason: cause.to_string() }
}
