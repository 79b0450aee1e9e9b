//! The system's own dialogs for choosing a file: opened here, never by a page.
//!
//! Invariant: a path goes from the dialog to the core and to no page.

use std::path::PathBuf;

use serde::Deserialize;
use specta::Type;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::windows;

/// What a person chooses as an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArtefactChoice {
    /// One file: its SHA-256.
    File,
    /// A folder with all that is in it: its dirHash1.
    Folder,
}

/// Asks for an artefact; `None` when the person turned back.
pub(crate) async fn artefact<R: Runtime>(
    app: &AppHandle<R>,
    choice: ArtefactChoice,
) -> Option<PathBuf> {
    match choice {
        ArtefactChoice::File => open(app, windows::MAIN, "Choose the artefact").await,
        ArtefactChoice::Folder => folder(app, "Choose the artefact").await,
    }
}

/// Asks for a file to read, over the window that asks for it; `None` when the person turned back.
pub(crate) async fn open<R: Runtime>(
    app: &AppHandle<R>,
    window: &str,
    title: &str,
) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    over(app, window).set_title(title).pick_file(|path| drop(answer.send(path)));
    path(chosen).await
}

/// Asks for a folder; `None` when the person turned back.
pub(crate) async fn folder<R: Runtime>(app: &AppHandle<R>, title: &str) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    over(app, windows::MAIN).set_title(title).pick_folder(|path| drop(answer.send(path)));
    path(chosen).await
}

/// Asks where to write a file, over the window that asks for it; `None` when the person turned
/// back.
pub(crate) async fn save<R: Runtime>(
    app: &AppHandle<R>,
    window: &str,
    (title, name): (&str, &str),
) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    over(app, window)
        .set_title(title)
        .set_file_name(name)
        .save_file(|path| drop(answer.send(path)));
    path(chosen).await
}

fn over<R: Runtime>(app: &AppHandle<R>, label: &str) -> FileDialogBuilder<R> {
    let window = app.get_webview_window(label);
    window.map_or_else(|| app.dialog().file(), |window| app.dialog().file().set_parent(&window))
}

async fn path(chosen: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    chosen.await.ok().flatten()?.into_path().ok()
}
