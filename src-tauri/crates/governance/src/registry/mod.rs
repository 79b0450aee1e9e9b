//! The registries of models and prompts.
//!
//! Invariant: what is registered never changes but for its decision, which only the workflow
//! makes. It will not read artefacts: checksums are handed in.

mod model;
mod prompt;

pub use model::{CARD_DOCUMENT, ModelRegistry, NewModel};
pub use prompt::{NewPrompt, PromptEdit, PromptRegistry, UpdatedPrompt};

use ledger::metadata::MakingMetadata;
use ledger::{Action, TenantId};

use crate::acting::Acting;
use crate::audit::{RecordBuilder, RecordDraft, Written};
use crate::error::GovernanceError;
use crate::text::Reason;

/// `_workspace` holds no models and no prompts.
fn refuse_reserved(tenant_id: &TenantId) -> Result<(), GovernanceError> {
    if tenant_id.is_workspace() { Err(GovernanceError::ReservedTenant) } else { Ok(()) }
}

/// Writes the record of the making of a subject.
fn record_making(
    acting: &Acting,
    action: Action,
    metadata: &MakingMetadata,
    reason: &Reason,
    records: &mut RecordBuilder<'_>,
) -> Result<Written, GovernanceError> {
    let draft = RecordDraft::about(&metadata.subject.name, action, reason.as_str(), metadata)?;
    records.record(&acting.actor, draft)
}
