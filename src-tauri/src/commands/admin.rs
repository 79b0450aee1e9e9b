//! Commands of people, roles, policies, keys and tenants.
//!
//! Invariant: an act of authority is signed in the signing window.

use console::views::{
    ActDraft, CompromiseView, ConsequencesView, KeysView, MatrixRow, PeopleView, PersonDraft,
    PersonPageView, PoliciesView, TenantDraft, TenantsView,
};
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
pub(crate) async fn consequences(desk: Core<'_>, act: ActDraft) -> Answer<ConsequencesView> {
    desk.consequences(act).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn propose<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    act: ActDraft,
    reason: String,
) -> Answer<()> {
    desk.propose(act, reason).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn policies(desk: Core<'_>) -> Answer<PoliciesView> {
    desk.policies().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn keys(desk: Core<'_>) -> Answer<KeysView> {
    desk.keys().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn compromise(
    desk: Core<'_>,
    keyid: String,
    at: String,
) -> Answer<CompromiseView> {
    desk.compromise(keyid, at).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn person(desk: Core<'_>, person_id: Option<String>) -> Answer<PersonPageView> {
    desk.person(person_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn disable_person<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    person_id: String,
    reason: String,
) -> Answer<()> {
    desk.disable_person(person_id, reason).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_person<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    person_id: String,
    reason: String,
) -> Answer<()> {
    desk.reset_person(person_id, reason).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn tenants(desk: Core<'_>) -> Answer<TenantsView> {
    desk.tenants().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn create_tenant<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: TenantDraft,
) -> Answer<()> {
    desk.create_tenant(draft).await?;
    windows::open_signing(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn archive_tenant<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    tenant_id: String,
    reason: String,
) -> Answer<()> {
    desk.archive_tenant(tenant_id, reason).await?;
    windows::open_signing(&app).await
}
