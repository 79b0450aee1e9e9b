//! Commands of the audit trail, its alarms, and the one that stops long work.
//!
//! Invariant: reading only; ending an alarm opens the signing window.

use console::views::{AuditFilter, AuditPage, ProgressView, RecordView, VerifyView};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::windows;

#[tauri::command]
#[specta::specta]
pub(crate) async fn audit(
    desk: Core<'_>,
    filter: AuditFilter,
    before: Option<u32>,
) -> Answer<AuditPage> {
    desk.audit(filter, before).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn record(desk: Core<'_>, seq: u32) -> Answer<RecordView> {
    desk.record(seq).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_log(
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<VerifyView> {
    desk.verify_log(told_to(progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_work(desk: Core<'_>) -> Answer<()> {
    desk.cancel_work().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn end_alarm<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    tenant_id: String,
) -> Answer<()> {
    desk.end_alarm(tenant_id).await?;
    windows::open_signing(&app).await
}
