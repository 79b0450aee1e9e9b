//! The statements that a record brings with it: found by digest, read strictly, tied to the
//! record.
//!
//! Invariant: a [`Signed`] is a well-formed statement whose payload has the digest that the record
//! names. Whose key signed it is checked against [`super::Authority`], never against its own hint.

use super::acts::Signer;
use super::{Attestations, Check, Refusal, Roots, demand};
use crate::change::ChangeKind;
use crate::dsse::Envelope;
use crate::metadata::{AuthorityMetadata, RevocationMetadata, VoteMetadata};
use crate::{Action, AuditRecord, Digest, LedgerError, PublicKey, Statement, Timestamp};

/// Longest time from a signature to the record that binds it.
const SIGNING_LIMIT_MICROS: i64 = 5 * 60 * Timestamp::SECOND;

/// A statement with its envelope.
#[derive(Debug, Clone)]
pub struct Signed {
    /// SHA-256 of the payload.
    pub payload_sha256: Digest,
    /// What it says.
    pub statement: Statement,
    envelope: Envelope,
}

/// The statements that this record binds, in its order.
///
/// # Errors
/// [`Refusal`] when one is missing, is another one than the record names, or is malformed.
pub fn signed_by(
    record: &AuditRecord,
    attestations: &dyn Attestations,
) -> Result<Vec<Signed>, Refusal> {
    bound_by(record)
        .map_err(|error| Refusal::new(Check::Shape, error.to_string()))?
        .into_iter()
        .map(|digest| Signed::find(digest, attestations))
        .collect()
}

/// The payload digests that this record binds, in its order; empty for most records.
///
/// # Errors
/// [`LedgerError::Format`] when its metadata is not that of its action.
pub fn bound_by(record: &AuditRecord) -> Result<Vec<Digest>, LedgerError> {
    let action = record.parts().action;
    if ChangeKind::ALL.iter().any(|kind| kind.action() == action) {
        return Ok(record.metadata_as::<AuthorityMetadata>()?.attestations);
    }
    if action == Action::ApprovalVote {
        return Ok(vec![record.metadata_as::<VoteMetadata>()?.attestation_sha256]);
    }
    if action == Action::ModelRevoke || action == Action::PromptRevoke {
        return Ok(vec![record.metadata_as::<RevocationMetadata>()?.attestation_sha256]);
    }
    Ok(Vec::new())
}

impl Signed {
    fn find(payload_sha256: Digest, attestations: &dyn Attestations) -> Result<Self, Refusal> {
        let shape = |error: LedgerError| Refusal::new(Check::Shape, error.to_string());
        let bytes = attestations
            .envelope(&payload_sha256)
            .ok_or_else(|| Refusal::new(Check::Binding, "its statement is missing"))?;
        let envelope = Envelope::parse(bytes).map_err(shape)?;
        demand(
            envelope.payload_sha256() == payload_sha256,
            Check::Binding,
            "the statement kept for it is another one",
        )?;
        let statement = Statement::parse(envelope.payload()).map_err(shape)?;
        Ok(Self { payload_sha256, statement, envelope })
    }

    /// The key that is said to have signed.
    pub const fn keyid(&self) -> &Digest {
        self.envelope.keyid()
    }

    /// Who is said to have signed, with which key.
    pub(super) fn signer(&self) -> Signer {
        let person = self.statement.predicate.reviewer.id.clone();
        Signer { person, keyid: *self.keyid() }
    }

    /// Demands that this key signed it.
    pub(super) fn demand_key(&self, key: &PublicKey) -> Result<(), Refusal> {
        self.envelope
            .verify(key)
            .map_err(|error| Refusal::new(Check::Signatures, error.to_string()))
    }

    /// The log that the signer saw must be in this log's past, and no later than the record.
    pub(super) fn check_history(&self, seq: u64, roots: &dyn Roots) -> Result<(), Refusal> {
        let reviewed = &self.statement.predicate.reviewed;
        demand(
            reviewed.log_size <= seq && roots.root_at(reviewed.log_size) == Some(reviewed.log_root),
            Check::History,
            "the log that its signer saw is not this log",
        )
    }

    /// The record has the same actor, reason, correlation and device, and was written within five
    /// minutes of the signature.
    pub(super) fn demand_same(&self, record: &AuditRecord) -> Result<(), Refusal> {
        let (parts, predicate) = (record.parts(), &self.statement.predicate);
        demand(parts.actor == predicate.reviewer.id, Check::Binding, "its actor did not sign it")?;
        demand(parts.reason == predicate.reason, Check::Binding, "its reason was not signed")?;
        demand(
            parts.correlation_id == predicate.correlation_id
                && parts.device_id == predicate.device_id,
            Check::Binding,
            "correlation or device differ from what was signed",
        )?;
        let elapsed = parts.timestamp_utc.micros_since(predicate.decided_at);
        demand(
            (0..=SIGNING_LIMIT_MICROS).contains(&elapsed),
            Check::Binding,
            "it was not written within five minutes of its signature",
        )
    }
}
