//! Whether approved versions may be used now, as lists show it.
//!
//! Invariant: only for the eye. The gate, the evidence check and verification replay the log; a
//! list reads the approvals, their conditions and the revocations that the log has.

use std::collections::BTreeMap;

use governance::SubjectRecord;
use ledger::{Action, Effect, Status};
use store::{AuditQuery, PAGE_LIMIT};

use super::reading::Reading;
use crate::failure::ConsoleError;

/// The newest revocation of each subject of a tenant, by resource id.
pub(super) struct Revocations(BTreeMap<String, u64>);

impl Reading {
    /// Reads the revocations of models or of prompts: `action` is the one of their revocation.
    pub(super) async fn revocations(&self, action: Action) -> Result<Revocations, ConsoleError> {
        let mut found = BTreeMap::new();
        let mut query = AuditQuery {
            action: Some(action),
            ..AuditQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        loop {
            let rows = self.workspace.store.audit(query.clone()).await?;
            for row in &rows {
                let record = ledger::AuditRecord::parse(&row.leaf)?;
                // Newest first: the first one seen stays.
                found.entry(record.parts().resource_id.clone()).or_insert(row.seq);
            }
            match rows.last() {
                Some(last) if rows.len() == PAGE_LIMIT as usize => query.before = Some(last.seq),
                Some(_) | None => return Ok(Revocations(found)),
            }
        }
    }

    /// The effect of a version.
    pub(super) async fn effect_of(
        &self,
        subject: &SubjectRecord,
        revocations: &Revocations,
    ) -> Result<Effect, ConsoleError> {
        match subject.status() {
            Status::Pending | Status::Rejected => return Ok(Effect::None),
            Status::Approved => {}
        }
        let Some(revoked) = revocations.0.get(&subject.subject().name.resource_id()) else {
            return Ok(Effect::InForce);
        };
        let request = match request_id(subject) {
            Some(id) => self.workspace.store.request(self.tenant(), id).await?,
            None => None,
        };
        // Coming back needs a new approval, which then stands after the revocation.
        let approved = request.and_then(|request| request.decided_seq);
        Ok(if approved.is_some_and(|seq| seq > *revoked) {
            Effect::InForce
        } else {
            Effect::Revoked
        })
    }
}

pub(super) const fn request_id(subject: &SubjectRecord) -> Option<&ledger::RequestId> {
    match subject {
        SubjectRecord::Model(model) => model.request_id.as_ref(),
        SubjectRecord::Prompt(prompt) => prompt.request_id.as_ref(),
    }
}
