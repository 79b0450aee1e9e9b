//! Audit records: what is said, how it becomes a record, how a record that stands alone is kept.
//!
//! Invariant: a record is made in one place, [`RecordBuilder`], and never changes after.

mod builder;
mod draft;
mod logger;

pub use builder::{Ids, LogHead, Occasion, RecordBuilder, Written};
pub use draft::{RecordDraft, asked_resource_id};
pub use logger::{AuditLogger, AuditRepository};
