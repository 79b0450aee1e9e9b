//! Records that stand alone: denials, sign-ins, gate answers, exports.
//!
//! Invariant 2: a change of governed state never goes through here; its records travel with the
//! state in one transaction, or not at all.

use std::future::Future;

use ledger::{Actor, AuditRecord, TenantId};

use super::builder::{Ids, LogHead, Occasion, RecordBuilder};
use super::draft::RecordDraft;
use crate::error::GovernanceError;

/// Where records that stand alone are kept. Only ever added to.
pub trait AuditRepository: Send + Sync {
    /// Keeps the record at the place it names. Implement it as `async fn save`.
    ///
    /// # Errors
    /// [`GovernanceError::Repository`] when the place is taken by now or the store fails; nothing
    /// was kept then.
    fn save(
        &self,
        record: &AuditRecord,
    ) -> impl Future<Output = Result<(), GovernanceError>> + Send;

    /// The end of the tenant's log.
    ///
    /// # Errors
    /// [`GovernanceError::Repository`] when the store fails.
    fn head(
        &self,
        tenant_id: &TenantId,
    ) -> impl Future<Output = Result<LogHead, GovernanceError>> + Send;

    /// The record at a place; none beyond the end.
    ///
    /// # Errors
    /// [`GovernanceError::Repository`] when the store fails.
    fn find(
        &self,
        tenant_id: &TenantId,
        seq: u64,
    ) -> impl Future<Output = Result<Option<AuditRecord>, GovernanceError>> + Send;
}

/// Builds records that stand alone and keeps them.
pub struct AuditLogger<R> {
    repository: R,
}

impl<R: AuditRepository> AuditLogger<R> {
    /// Logs through this repository.
    pub const fn new(repository: R) -> Self {
        Self { repository }
    }

    /// Where it logs to.
    pub const fn repository(&self) -> &R {
        &self.repository
    }

    /// Builds the record of a critical action and keeps it. Returns what was kept: the record,
    /// with a `clock.jump` before it if the clock went wrong.
    ///
    /// # Errors
    /// [`GovernanceError::Repository`] from the repository; [`GovernanceError::Ledger`] when a
    /// limit of the format is passed.
    pub async fn log_action(
        &self,
        occasion: &Occasion,
        actor: &Actor,
        draft: RecordDraft,
        ids: &dyn Ids,
    ) -> Result<Vec<AuditRecord>, GovernanceError> {
        let head = self.repository.head(&occasion.tenant_id).await?;
        let mut builder = RecordBuilder::new(occasion.clone(), head, ids);
        builder.record(actor, draft)?;
        for record in builder.records() {
            self.repository.save(record).await?;
        }
        Ok(builder.into_records())
    }
}

#[cfg(test)]
#[path = "logger_tests.rs"]
mod tests;
