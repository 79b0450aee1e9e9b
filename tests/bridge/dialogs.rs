//! Stands in for the system's dialogs: what a person chooses is what the test said before.
//!
//! Invariant: as in the shell, a path goes to the core and to no page. A dialog that nobody
//! answers beforehand is one that the person turned back from.

use std::path::PathBuf;

use serde::Deserialize;

use crate::standin::AppHandle;

/// What a person chooses as an artefact.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArtefactChoice {
    /// One file.
    File,
    /// A folder with all that is in it.
    Folder,
}

pub(crate) async fn artefact<R>(app: &AppHandle<R>, _: ArtefactChoice) -> Option<PathBuf> {
    app.stage().chosen()
}

pub(crate) async fn open<R>(app: &AppHandle<R>, _window: &str, _title: &str) -> Option<PathBuf> {
    app.stage().chosen()
}

pub(crate) async fn folder<R>(app: &AppHandle<R>, _title: &str) -> Option<PathBuf> {
    app.stage().chosen()
}

pub(crate) async fn save<R>(
    app: &AppHandle<R>,
    _window: &str,
    (_title, _name): (&str, &str),
) -> Option<PathBuf> {
    app.stage().chosen()
}
