//! Commands of the audit trail, its alarms, and the one that stops long work.
//!
//! Invariant: reading only; ending an alarm opens the signing window.

use console::views::{AuditFilter, AuditPage, ProgressView, RecordView, VerifyView};
use tauri::ipc::Channel;

use super::{Answer, Core, told_to};

asks! {
    audit(filter: AuditFilter, before: Option<u32>) -> AuditPage;
    record(seq: u32) -> RecordView;
    cancel_work() -> ();
}

asks_to_sign! {
    end_alarm(tenant_id: String);
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_log(
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<VerifyView> {
    desk.verify_log(told_to(progress)).await
}
