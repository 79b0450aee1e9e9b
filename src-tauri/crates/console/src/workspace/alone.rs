//! Records that stand alone: denials, sign-ins, gate answers. They go through governance's
//! `AuditLogger`, over this repository.
//!
//! Invariant 2: nothing here changes governed state; a change travels in [`super::Page`] with its
//! records. What the store said is kept, so that a full disk is told as one.

use std::sync::{Arc, Mutex};

use governance::GovernanceError;
use governance::audit::{AuditLogger, AuditRepository, LogHead, Occasion, RecordDraft, Written};
use ledger::{Actor, AuditRecord, CorrelationId, TenantId};
use store::Commit;

use super::page::sealed_rows;
use super::{Device, Workspace, lock};
use crate::failure::ConsoleError;

/// The audit trail of a workspace, one record at a time.
struct Trail<'a> {
    workspace: &'a Workspace,
    device: Option<Arc<Device>>,
    failure: Mutex<Option<Failure>>,
}

/// Why a record was not kept.
enum Failure {
    /// Another process wrote first.
    Moved,
    /// The store or the log refused.
    Refused(ConsoleError),
}

impl Trail<'_> {
    async fn keep(&self, record: &AuditRecord) -> Result<(), Failure> {
        let parts = record.parts();
        let origin = self.workspace.origin(&parts.tenant_id);
        let made = std::slice::from_ref(record);
        let rows = sealed_rows(made, self.device.as_deref(), origin.as_str());
        let commit = Commit {
            expected: vec![(parts.tenant_id.clone(), parts.seq)],
            rows: rows.map_err(Failure::Refused)?,
            ..Commit::default()
        };
        match self.workspace.commit(commit).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Moved),
            Err(error) => Err(Failure::Refused(error)),
        }
    }

    fn failed(&self, failure: Failure) -> GovernanceError {
        let reason = match &failure {
            Failure::Moved => "another process wrote first".to_owned(),
            Failure::Refused(error) => error.to_string(),
        };
        *lock(&self.failure) = Some(failure);
        GovernanceError::Repository { reason }
    }
}

impl AuditRepository for Trail<'_> {
    async fn save(&self, record: &AuditRecord) -> Result<(), GovernanceError> {
        self.keep(record).await.map_err(|failure| self.failed(failure))
    }

    async fn head(&self, tenant_id: &TenantId) -> Result<LogHead, GovernanceError> {
        match self.workspace.store.head(tenant_id).await {
            Ok(head) => Ok(LogHead { next_seq: head.size, last_stamp: head.last_stamp }),
            Err(error) => Err(self.failed(Failure::Refused(error.into()))),
        }
    }

    async fn find(
        &self,
        tenant_id: &TenantId,
        seq: u64,
    ) -> Result<Option<AuditRecord>, GovernanceError> {
        match self.workspace.store.row(tenant_id, seq).await {
            Ok(Some(row)) => Ok(Some(AuditRecord::parse(&row.leaf)?)),
            Ok(None) => Ok(None),
            Err(error) => Err(self.failed(Failure::Refused(error.into()))),
        }
    }
}

impl Workspace {
    /// Records something that stands alone.
    pub(crate) async fn log_alone(
        &self,
        tenant: &TenantId,
        correlation_id: &CorrelationId,
        actor: &Actor,
        draft: &RecordDraft,
    ) -> Result<Written, ConsoleError> {
        let _turn = self.turn().await;
        let device = self.device().await?;
        let device_id = device.as_ref().map(|device| device.id.clone());
        let logger = AuditLogger::new(Trail { workspace: self, device, failure: Mutex::new(None) });
        loop {
            let occasion = Occasion {
                tenant_id: tenant.clone(),
                correlation_id: correlation_id.clone(),
                device_id: device_id.clone(),
                now: self.now(),
            };
            match logger.log_action(&occasion, actor, draft.clone(), &self.ids).await {
                Ok(records) => {
                    let last = records.last().ok_or(ConsoleError::Interrupted)?.parts();
                    return Ok(Written { seq: last.seq, at: last.timestamp_utc });
                }
                Err(error) => match lock(&logger.repository().failure).take() {
                    Some(Failure::Moved) => {}
                    Some(Failure::Refused(cause)) => return Err(cause),
                    None => return Err(error.into()),
                },
            }
        }
    }
}
