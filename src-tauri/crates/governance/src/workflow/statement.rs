//! What a person signed, held against the act that it is used for.
//!
//! Invariant: a statement is used only for exactly what it says: this request as its record has
//! it, this tenant and click, this person in this role. Its signature is verified by the replay.

use ledger::metadata::Documents;
use ledger::replay::Authority;
use ledger::statement::RequestReference;
use ledger::{Actor, Decision, Digest, Role, Statement, Subject, Timestamp};

use crate::audit::RecordBuilder;
use crate::error::{GovernanceError, Mismatch, Stale};
use crate::text::Reason;

/// Longest time from a signature to the record that binds it (formats.md, "Decision").
const SIGNING_LIMIT_MICROS: i64 = 5 * 60 * Timestamp::SECOND;

/// A signed statement with the digest that binds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDecision {
    statement: Statement,
    attestation_sha256: Digest,
}

impl SignedDecision {
    /// Takes a statement; the digest is that of its payload.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when it has no canonical form.
    pub fn new(statement: Statement) -> Result<Self, GovernanceError> {
        let attestation_sha256 = Digest::of(&statement.to_payload()?);
        Ok(Self { statement, attestation_sha256 })
    }

    /// What was signed.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// SHA-256 of the payload.
    pub const fn attestation_sha256(&self) -> &Digest {
        &self.attestation_sha256
    }

    /// The reason signed, which is also that of the record.
    pub(super) fn reason(&self) -> Result<Reason, GovernanceError> {
        Reason::parse(&self.statement.predicate.reason)
    }
}

/// What a statement must say for an act.
pub(super) struct Expected<'a> {
    pub(super) decision: Decision,
    pub(super) subject: &'a Subject,
    /// `requested_at` is not compared for a proposal, which precedes its record.
    pub(super) request: RequestReference,
    pub(super) policy_sha256: Option<Digest>,
    pub(super) documents: &'a Documents,
    pub(super) hidden_characters: u32,
    /// Records that the signer must have seen at least.
    pub(super) least_log_size: u64,
    pub(super) reviewer: &'a Actor,
    pub(super) role: Role,
}

/// Demands that the statement says what the act needs.
pub(super) fn demand_fit(
    signed: &SignedDecision,
    expected: &Expected<'_>,
    authority: &Authority,
    records: &RecordBuilder<'_>,
) -> Result<(), GovernanceError> {
    demand_fresh(signed, expected)?;
    demand_same_request(signed, expected, authority)?;
    demand_reviewer(signed, expected, authority)?;
    demand_moment(signed, expected, records)
}

/// Rule 8: what was reviewed is what stands now.
fn demand_fresh(signed: &SignedDecision, expected: &Expected<'_>) -> Result<(), GovernanceError> {
    let stale = |what| Err(GovernanceError::StaleReview { what });
    let predicate = &signed.statement.predicate;
    let subject = signed.statement.subject();
    if subject.name == expected.subject.name && subject.digest != expected.subject.digest {
        return stale(Stale::Subject);
    }
    if predicate.reviewed.documents != *expected.documents {
        return stale(Stale::Documents);
    }
    if predicate.policy.as_ref().map(|policy| policy.sha256) != expected.policy_sha256 {
        return stale(Stale::Policy);
    }
    Ok(())
}

fn demand_same_request(
    signed: &SignedDecision,
    expected: &Expected<'_>,
    authority: &Authority,
) -> Result<(), GovernanceError> {
    let predicate = &signed.statement.predicate;
    demand(predicate.decision == expected.decision, Mismatch::Decision)?;
    demand(signed.statement.subject().name == expected.subject.name, Mismatch::Request)?;
    demand(predicate.request == expected.request, Mismatch::Request)?;
    demand(
        predicate.tenant_id == *authority.tenant()
            && predicate.workspace_id == *authority.workspace(),
        Mismatch::Place,
    )?;
    let may_have_conditions =
        expected.decision == Decision::Approved && expected.subject.name.kind().is_some();
    demand(may_have_conditions || predicate.conditions.are_none(), Mismatch::Conditions)
}

/// The person of the proof token, in the role that the log gives them, under the name enrolled.
fn demand_reviewer(
    signed: &SignedDecision,
    expected: &Expected<'_>,
    authority: &Authority,
) -> Result<(), GovernanceError> {
    let reviewer = &signed.statement.predicate.reviewer;
    let in_role =
        authority.grant(expected.reviewer).is_some_and(|grant| grant.role == expected.role);
    let enrolled = authority.keys_of(expected.reviewer).any(|(_, key)| key.name == reviewer.name);
    demand(
        reviewer.id == *expected.reviewer && reviewer.role.is(expected.role) && in_role && enrolled,
        Mismatch::Reviewer,
    )
}

/// This click, on this installation, within five minutes, having seen the request in the log, with
/// the hidden characters acknowledged.
fn demand_moment(
    signed: &SignedDecision,
    expected: &Expected<'_>,
    records: &RecordBuilder<'_>,
) -> Result<(), GovernanceError> {
    let predicate = &signed.statement.predicate;
    let (occasion, place) = (records.occasion(), records.next()?);
    demand(
        predicate.correlation_id == occasion.correlation_id
            && predicate.device_id == occasion.device_id,
        Mismatch::Occasion,
    )?;
    let elapsed = place.at.micros_since(predicate.decided_at);
    demand((0..=SIGNING_LIMIT_MICROS).contains(&elapsed), Mismatch::Time)?;
    // What would be over when it is written is no approval.
    demand(!predicate.conditions.have_ended(place.at), Mismatch::Conditions)?;
    let seen = predicate.reviewed.log_size;
    demand(expected.least_log_size <= seen && seen <= place.seq, Mismatch::History)?;
    demand(
        predicate.reviewed.hidden_characters == expected.hidden_characters,
        Mismatch::HiddenCharacters,
    )
}

pub(super) fn demand(holds: bool, what: Mismatch) -> Result<(), GovernanceError> {
    if holds { Ok(()) } else { Err(GovernanceError::StatementMismatch { what }) }
}
