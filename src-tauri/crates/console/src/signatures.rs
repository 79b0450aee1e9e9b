//! Signatures read back from the log: the statements that a record binds, each held against the key
//! that signed it.
//!
//! Invariant: a statement is given only if its bytes are those that the log names, and as a signature
//! only if the key enrolled under that name made it. Whether it counts is `ledger::replay`'s.

use std::collections::BTreeMap;

use ledger::dsse::Envelope;
use ledger::metadata::{OutcomeMetadata, RequestMetadata};
use ledger::replay::{Authority, bound_by};
use ledger::statement::ReviewerRole;
use ledger::{Action, AuditRecord, Digest, Statement, TenantId};

use crate::failure::ConsoleError;
use crate::workspace::Workspace;

const NOT_SIGNED: ConsoleError = ConsoleError::Damaged { what: "a signature on record" };

/// A statement that a record binds.
pub(crate) struct Bound {
    pub(crate) statement: Statement,
    /// SHA-256 of its payload.
    pub(crate) payload_sha256: Digest,
    /// The key that signed it.
    pub(crate) keyid: Digest,
    envelope: Envelope,
}

impl Bound {
    fn read(payload_sha256: Digest, bytes: &[u8]) -> Result<Self, ConsoleError> {
        let envelope = Envelope::parse(bytes)?;
        if envelope.payload_sha256() != payload_sha256 {
            return Err(NOT_SIGNED);
        }
        let statement = Statement::parse(envelope.payload())?;
        Ok(Self { statement, payload_sha256, keyid: *envelope.keyid(), envelope })
    }

    /// Demands that the key enrolled for its reviewer, or the recovery key, signed it.
    fn demand_signed(&self, authority: &Authority) -> Result<(), ConsoleError> {
        let reviewer = &self.statement.predicate.reviewer;
        let key = match reviewer.role {
            ReviewerRole::Recovery(_) => authority.recovery_key(),
            ReviewerRole::Role(_) => authority
                .key(&self.keyid)
                .filter(|key| key.owner == reviewer.id && key.name == reviewer.name)
                .map(|key| &key.public_key),
        };
        match key.map(|key| self.envelope.verify(key)) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(NOT_SIGNED),
        }
    }
}

impl Workspace {
    /// The signatures that a record binds, in its order; of a change that waits, the proposal.
    pub(crate) async fn signatures_of(
        &self,
        record: &AuditRecord,
        authority: &Authority,
    ) -> Result<Vec<Bound>, ConsoleError> {
        let mut digests = bound_by(record)?;
        if record.parts().action == Action::ApprovalRequest {
            digests.extend(self.proposal_of(record).await?);
        }
        let mut found = self.statements(&record.parts().tenant_id, &digests).await?;
        let mut bound = Vec::new();
        for digest in &digests {
            let statement = found.remove(digest).ok_or(NOT_SIGNED)?;
            statement.demand_signed(authority)?;
            bound.push(statement);
        }
        Ok(bound)
    }

    /// Statements as the log names them, without those that are not what it names; that they are
    /// signed is not looked at.
    pub(crate) async fn statements(
        &self,
        tenant: &TenantId,
        digests: &[Digest],
    ) -> Result<BTreeMap<Digest, Bound>, ConsoleError> {
        let found = self.store.attestations(tenant, digests).await?;
        let read = found.into_iter().filter_map(|(digest, bytes)| {
            let bound = Bound::read(digest, &bytes).ok()?;
            Some((digest, bound))
        });
        Ok(read.collect())
    }

    /// Where a decision is signed, and the digest of its statement: the record that ends a request
    /// follows the one that binds the last vote.
    pub(crate) async fn signed_where(
        &self,
        record: &AuditRecord,
    ) -> Result<Option<(u64, Digest)>, ConsoleError> {
        let parts = record.parts();
        #[allow(clippy::wildcard_enum_match_arm, reason = "all others decide nothing")]
        let (seq, digest) = match parts.action {
            Action::ApprovalVote | Action::ModelRevoke | Action::PromptRevoke => {
                (parts.seq, bound_by(record)?.pop())
            }
            Action::ApprovalApprove | Action::ApprovalReject => {
                let outcome: OutcomeMetadata = record.metadata_as()?;
                (parts.seq.saturating_sub(1), outcome.attestations.last().copied())
            }
            Action::ApprovalRequest => (parts.seq, self.proposal_of(record).await?),
            _ => return Ok(None),
        };
        Ok(digest.map(|digest| (seq, digest)))
    }

    /// The statement that proposes the change of a request; none for models and prompts.
    async fn proposal_of(&self, record: &AuditRecord) -> Result<Option<Digest>, ConsoleError> {
        let metadata: RequestMetadata = record.metadata_as()?;
        if metadata.change.is_none() {
            return Ok(None);
        }
        let tenant = &record.parts().tenant_id;
        let request = self.store.request(tenant, &metadata.request_id).await?;
        Ok(request.and_then(|request| request.proposal_sha256))
    }
}
