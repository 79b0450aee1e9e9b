//! Requests that passed their time are written down as such.
//!
//! Invariant: expiry is read off the clock wherever a request is looked at; the record only says
//! so in the log (domain.md, rule 4). It decides nothing, and it is the system that writes it.

use governance::{ApprovalRequest, ApprovalWorkflow};
use ledger::{Lifecycle, TenantId};
use store::StateWrite;

use crate::failure::ConsoleError;
use crate::workspace::{Workspace, Writes};

impl Workspace {
    /// Writes `approval.expire` for every request of every tenant whose time is over.
    ///
    /// # Errors
    /// [`ConsoleError`] of the first log that could not be written; a log that does not hold,
    /// and that of an archived tenant, is left alone.
    pub async fn expire_requests(&self) -> Result<(), ConsoleError> {
        for tenant in self.log_ids().await? {
            let is_open = self.log(&tenant).await?.archived_at.is_none();
            if is_open && self.alarm(&tenant).is_none() {
                for request in self.overdue(&tenant).await? {
                    self.expire(&tenant, &request).await?;
                }
            }
        }
        Ok(())
    }

    async fn overdue(&self, tenant: &TenantId) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let now = self.now();
        let mut open = self.store.open_requests(tenant).await?;
        open.retain(|request| request.lifecycle_at(now) == Lifecycle::Expired);
        Ok(open)
    }

    async fn expire(
        &self,
        tenant: &TenantId,
        overdue: &ApprovalRequest,
    ) -> Result<(), ConsoleError> {
        let correlation_id = self.ids.correlation();
        let _turn = self.turn().await;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(tenant, &correlation_id).await?;
            // Another process may have done it, or somebody withdrew it.
            let Some(request) = self.store.request(tenant, &overdue.id).await? else {
                return Ok(());
            };
            let Some(left) = ApprovalWorkflow::expire(&request, &mut page.records)? else {
                return Ok(());
            };
            let state = vec![StateWrite::PutRequest(left)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }
}
