//! Commands of the workspace secret: what it is, and its rotation.
//!
//! Invariant: a rotation begins in the signing window; the page only carries it on.

use console::views::{KeyStatusView, ProgressView};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::windows;

#[tauri::command]
#[specta::specta]
pub(crate) async fn key_status(desk: Core<'_>) -> Answer<KeyStatusView> {
    desk.key_status().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn rotate_secret<R: Runtime>(app: AppHandle<R>, desk: Core<'_>) -> Answer<()> {
    desk.rotate_secret().await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_rotation(
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<KeyStatusView> {
    desk.continue_rotation(told_to(progress)).await
}
