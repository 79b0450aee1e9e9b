//! Commands of the first page, of sign-in and of the frame.
//!
//! Invariant: nothing here takes a passphrase; signing in opens the signing window.

use console::views::{
    FirstPageView, KeyStorage, KeychainView, ProgressView, SessionView, WorkspaceDraft,
};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::windows;

asks! {
    first_page() -> FirstPageView;
    check_keychain() -> KeychainView;
    session() -> SessionView;
    close_workspace() -> SessionView;
    lock() -> SessionView;
    sign_out() -> SessionView;
    choose_tenant(tenant_id: String) -> SessionView;
    attend() -> ();
}

asks_to_sign! {
    create_workspace(draft: WorkspaceDraft);
    sign_in(person_id: String);
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
pub(crate) async fn open_last<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
) -> Answer<SessionView> {
    let session = desk.open_last().await?;
    windows::open_signing(&app).await.map(|()| session)
}
