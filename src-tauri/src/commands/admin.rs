//! Commands of people, roles, tokens and the matrix.
//!
//! Invariant: an act of authority is signed in the signing window, and a token is shown there alone.

use console::views::{MatrixRow, PeopleView, PersonDraft, RoleDraft, TokenDraft, TokensView};
use tauri::{AppHandle, Runtime};

use super::{Answer, Core};
use crate::windows;

#[tauri::command]
#[specta::specta]
pub(crate) async fn people(desk: Core<'_>) -> Answer<PeopleView> {
    desk.people().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn matrix(desk: Core<'_>) -> Answer<Vec<MatrixRow>> {
    desk.matrix().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_person<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: PersonDraft,
) -> Answer<()> {
    desk.add_person(draft).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn grant_role<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: RoleDraft,
) -> Answer<()> {
    desk.grant_role(draft).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn tokens(desk: Core<'_>) -> Answer<TokensView> {
    desk.tokens().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn create_token<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: TokenDraft,
) -> Answer<()> {
    desk.create_token(draft).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn revoke_token(
    desk: Core<'_>,
    service_id: String,
    reason: String,
) -> Answer<TokensView> {
    desk.revoke_token(service_id, reason).await
}
