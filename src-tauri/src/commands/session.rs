//! Commands of the first page, of sign-in, of the frame and of what its person is writing.
//!
//! Invariant: nothing here takes a passphrase; signing in opens the signing window.

use console::views::{
    DraftPlace, DraftView, FirstPageView, KeyStorage, KeychainView, SessionView, WorkspaceDraft,
};
use tauri::{AppHandle, Runtime};

use super::{Answer, Core};
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
    keep_draft(tenant_id: String, place: DraftPlace, based_on: Option<u32>, text: String) -> ();
    draft(tenant_id: String, place: DraftPlace) -> DraftView;
    drop_draft(tenant_id: String, place: DraftPlace) -> ();
    open_demo(keys: KeyStorage; progress) -> SessionView;
}

asks_to_sign! {
    create_workspace(draft: WorkspaceDraft);
    sign_in(person_id: String);
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
