//! Commands of the audit trail, its alarms, and the one that stops long work.
//!
//! Invariant: reading only; ending an alarm opens the signing window.

use console::views::{AuditFilter, AuditPage, RecordView, SignedRecordView, VerifyView};

asks! {
    audit(filter: AuditFilter, before: Option<u32>) -> AuditPage;
    record(seq: u32) -> RecordView;
    signed_record(seq: u32) -> SignedRecordView;
    verify_log(; progress) -> VerifyView;
    cancel_work() -> ();
}

asks_to_sign! {
    end_alarm(tenant_id: String);
}
