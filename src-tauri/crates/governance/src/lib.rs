//! Records, registries, the approval workflow and policy: pure decisions.
//!
//! Invariant 1: no I/O, no clock, no entropy, no environment; all of that is handed in. Each verb
//! takes the present state and the proof that this person may do it, and returns the new state
//! with the facts to record. It will not count votes or judge signatures: what records mean is
//! written once, in `ledger::replay`. It will not store anything: `store` does, state and records
//! in one transaction.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stdout,
        reason = "a test may fail loudly and say what it ran"
    )
)]

pub mod acting;
pub mod audit;
pub mod card;
pub mod discussion;
pub mod error;
pub mod policy;
pub mod protection;
pub mod registry;
pub mod sections;
pub mod service;
pub mod state;
pub mod template;
pub mod text;
pub mod workflow;

#[cfg(test)]
mod testing;

pub use audit::{
    AuditLogger, AuditRepository, Ids, LogHead, Occasion, RecordBuilder, RecordDraft, Written,
};
pub use card::Card;
pub use discussion::{Discussion, NewRemark, Remark, Said, Severity};
pub use error::GovernanceError;
pub use registry::{ModelRegistry, NewModel, NewPrompt, PromptEdit, PromptRegistry};
pub use service::{NewToken, ServiceAccounts, TokenEnd, TokenRegistry};
pub use state::{
    ApprovalRequest, ModelRecord, Person, PromptRecord, ServiceAccount, SubjectRecord, Tenant,
};
pub use text::{PromptText, Reason, RemarkText, Title};
pub use workflow::{ApprovalWorkflow, SignedDecision, who_is_missing};
