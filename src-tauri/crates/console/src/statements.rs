//! What a person signs, put together by the core and signed with their key.
//!
//! Invariant: every field repeats the log, the session or the opened review; nothing comes from a
//! page but the reason.

use governance::SignedDecision;
use governance::audit::Occasion;
use ledger::change::Change;
use ledger::dsse::{self, Envelope};
use ledger::metadata::Documents;
use ledger::statement::{
    Conditions, Predicate, RequestReference, Reviewed, Reviewer, ReviewerRole, Statement, meaning,
};
use ledger::{Actor, Decision, Digest, Part, RequestId, Role, Signature, Timestamp};
use security::signing::SigningKey;
use store::AttestationRow;

use crate::failure::ConsoleError;
use crate::workspace::public_key;

/// Who signs, and with what.
pub(crate) struct Signer<'a> {
    pub(crate) key: &'a SigningKey,
    pub(crate) person: &'a Actor,
    /// Title under which the key is enrolled.
    pub(crate) name: &'a str,
    pub(crate) role: Role,
}

impl Signer<'_> {
    /// As the statement names them.
    pub(crate) fn reviewer(&self) -> Reviewer {
        Reviewer {
            id: self.person.clone(),
            name: self.name.to_owned(),
            role: ReviewerRole::Role(self.role),
        }
    }
}

/// The log as it was when the page was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenLog {
    pub(crate) size: u64,
    pub(crate) root: Digest,
    pub(crate) opened_at: Timestamp,
}

/// A signed statement, ready to be bound by a record.
pub(crate) struct SignedStatement {
    pub(crate) decision: SignedDecision,
    envelope: Envelope,
}

impl SignedStatement {
    /// Signs a statement.
    pub(crate) fn sign(statement: Statement, key: &SigningKey) -> Result<Self, ConsoleError> {
        let payload = statement.to_payload()?;
        let signature = Signature::from_bytes(key.sign(&dsse::pae(dsse::PAYLOAD_TYPE, &payload)));
        let envelope = Envelope::new(payload, &public_key(key)?, signature)?;
        Ok(Self { decision: SignedDecision::new(statement)?, envelope })
    }

    /// The signature with what was signed.
    pub(crate) const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The row that keeps it.
    pub(crate) fn row(&self, occasion: &Occasion) -> Result<AttestationRow, ConsoleError> {
        Ok(AttestationRow {
            tenant_id: occasion.tenant_id.clone(),
            payload_sha256: *self.decision.attestation_sha256(),
            envelope: self.envelope.to_canonical()?,
        })
    }
}

/// What an admin looked at before they signed a change.
pub(crate) struct Seen {
    pub(crate) log: SeenLog,
    pub(crate) parts: Vec<Part>,
    pub(crate) seconds: u64,
    pub(crate) hidden_characters: u32,
}

impl From<SeenLog> for Seen {
    fn from(log: SeenLog) -> Self {
        Self { log, parts: Vec::new(), seconds: 0, hidden_characters: 0 }
    }
}

/// An admin's word on a change: PROPOSED by its proposer, or a decision of another admin.
pub(crate) struct ChangeWord<'a> {
    pub(crate) change: &'a Change,
    pub(crate) decision: Decision,
    pub(crate) reason: &'a str,
    /// Stamp of the request's record; of the signature itself for a proposal.
    pub(crate) requested_at: Timestamp,
    pub(crate) seen: Seen,
}

impl ChangeWord<'_> {
    /// Signs it.
    pub(crate) fn sign(
        self,
        signer: &Signer<'_>,
        occasion: &Occasion,
        nonce: String,
    ) -> Result<SignedStatement, ConsoleError> {
        self.sign_as(signer.reviewer(), signer.key, occasion, nonce)
    }

    /// Signs it with a key that is no person's.
    pub(crate) fn sign_as(
        self,
        reviewer: Reviewer,
        key: &SigningKey,
        occasion: &Occasion,
        nonce: String,
    ) -> Result<SignedStatement, ConsoleError> {
        let subject = self.change.subject()?;
        let predicate = Predicate {
            conditions: Conditions::default(),
            correlation_id: occasion.correlation_id.clone(),
            decided_at: occasion.now,
            decision: self.decision,
            device_id: occasion.device_id.clone(),
            meaning: meaning(self.decision, &subject.name).unwrap_or_default(),
            nonce,
            policy: None,
            reason: self.reason.to_owned(),
            request: RequestReference {
                id: RequestId::parse(self.change.id.as_str())?,
                makers: Vec::new(),
                reason: self.change.reason.clone(),
                requested_at: self.requested_at,
                requested_by: self.change.proposed_by.clone(),
                tier: None,
            },
            reviewed: Reviewed {
                artefact_checked: false,
                base_sha256: None,
                documents: Documents::new(),
                hidden_characters: self.seen.hidden_characters,
                log_root: self.seen.log.root,
                log_size: self.seen.log.size,
                opened_at: self.seen.log.opened_at,
                parts: self.seen.parts,
                seconds: self.seen.seconds,
            },
            reviewer,
            tenant_id: self.change.tenant_id.clone(),
            workspace_id: self.change.workspace_id.clone(),
        };
        SignedStatement::sign(Statement::new(subject, predicate)?, key)
    }
}
