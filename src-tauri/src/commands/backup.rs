//! Commands for copies of a workspace: making a backup, opening a copy, and coming back by the kit.
//!
//! Invariant: places come from the system's dialogs, and no page gets one; the lines of a kit are
//! asked for in the signing window.

use console::views::{BackupView, ProgressView, SessionView};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::{dialogs, windows};

asks_to_sign! {
    recover();
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_folder<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
) -> Answer<Option<SessionView>> {
    let folder = dialogs::folder(&app, "Choose the folder of the workspace").await;
    let session = desk.open_folder(folder).await?;
    windows::open_signing(&app).await.map(|()| session)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<Option<SessionView>> {
    let file = dialogs::open(&app, windows::MAIN, "Choose the backup").await;
    let session = desk.restore_backup(file, told_to(progress)).await?;
    windows::open_signing(&app).await.map(|()| session)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<Option<BackupView>> {
    let name = desk.backup_name().await?;
    let path = dialogs::save(&app, windows::MAIN, ("Save the backup", &name)).await;
    desk.back_up(path, told_to(progress)).await
}
