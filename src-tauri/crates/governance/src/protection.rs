//! Protected values that a person reads: the text of a prompt and the card of a model of tier `high`.
//!
//! Invariant: who reads one, and why, is on record before it is shown, with the digest of what was
//! read and never the text. What is protected follows from the tier alone.

use ledger::{Action, Actor, Digest, Tier};
use security::rbac::{Action as Verb, Permit};
use serde::Serialize;

use crate::acting::Acting;
use crate::audit::RecordDraft;
use crate::error::GovernanceError;
use crate::registry::CARD_DOCUMENT;
use crate::state::SubjectRecord;
use crate::text::Reason;

/// Whether what is written in a version of this tier is shown only after that is on record.
#[must_use]
pub const fn is_protected(tier: Tier) -> bool {
    match tier {
        Tier::High => true,
        Tier::Medium | Tier::Low => false,
    }
}

/// Metadata of `data.decrypt`. Free by formats.md; this is what this program writes.
#[derive(Debug, Serialize)]
struct ReadMetadata {
    sha256: Digest,
    value: &'static str,
}

/// The record that somebody reads the protected value of a version, and who that is. The record
/// stands alone: reading changes nothing.
///
/// # Errors
/// [`GovernanceError::Security`] where the permit is not for looking at things of this tenant;
/// [`GovernanceError::NotFound`] for a model without a card.
pub fn disclosure(
    permit: &Permit,
    version: &SubjectRecord,
    reason: &Reason,
) -> Result<(Actor, RecordDraft), GovernanceError> {
    let acting = Acting::by(permit, Verb::View, version.tenant_id())?;
    let metadata = match version {
        SubjectRecord::Prompt(prompt) => ReadMetadata { sha256: prompt.digest, value: "text" },
        SubjectRecord::Model(model) => {
            let card = model.documents.get(CARD_DOCUMENT).copied();
            let sha256 = card.ok_or(GovernanceError::NotFound { what: CARD_DOCUMENT })?;
            ReadMetadata { sha256, value: CARD_DOCUMENT }
        }
    };
    let name = version.subject().name;
    let draft = RecordDraft::about(&name, Action::DataDecrypt, reason.as_str(), &metadata)?;
    Ok((acting.actor, draft))
}

#[cfg(test)]
#[path = "protection_tests.rs"]
mod tests;
