//! Commands of the first page, of sign-in and of the frame.
//!
//! Invariant: nothing here takes a passphrase; signing in opens the signing window.

use console::views::{FirstPageView, KeyStorage, ProgressView, SessionView, WorkspaceDraft};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::windows;

#[tauri::command]
#[specta::specta]
pub(crate) async fn first_page(desk: Core<'_>) -> Answer<FirstPageView> {
    desk.first_page().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session(desk: Core<'_>) -> Answer<SessionView> {
    desk.session().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_demo(
    desk: Core<'_>,
    keys: KeyStorage,
    progress: Channel<ProgressView>,
) -> Answer<SessionView> {
    desk.open_demo(keys, told_to(progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn create_workspace<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: WorkspaceDraft,
) -> Answer<()> {
    desk.create_workspace(draft).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_last<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
) -> Answer<SessionView> {
    let session = desk.open_last().await?;
    windows::open_signing(&app).await.map(|()| session)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn close_workspace(desk: Core<'_>) -> Answer<SessionView> {
    desk.close_workspace().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    person_id: String,
) -> Answer<()> {
    desk.sign_in(person_id).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn lock(desk: Core<'_>) -> Answer<SessionView> {
    desk.lock().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(desk: Core<'_>) -> Answer<SessionView> {
    desk.sign_out().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_tenant(desk: Core<'_>, tenant_id: String) -> Answer<SessionView> {
    desk.choose_tenant(tenant_id).await
}
