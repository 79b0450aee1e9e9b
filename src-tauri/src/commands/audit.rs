//! Commands of the audit trail, and the one that stops long work.
//!
//! Invariant: reading only; what is read is recorded by the core where it must be.

use console::views::{AuditFilter, AuditPage, ProgressView, RecordView, VerifyView};
use tauri::ipc::Channel;

use super::{Answer, Core, told_to};

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
