//! Another tenant: a log of its own, founded by an admin of the workspace.
//!
//! Invariant: its first admin is the one who founds it and signs its genesis with their own key;
//! it starts with the six standard policies. It will not touch another tenant's log.

use governance::audit::RecordDraft;
use governance::state::Tenant;
use governance::{ApprovalWorkflow, Reason, Title};
use ledger::{Action, ResourceType, TenantId};
use security::rbac::AdminPermit;
use serde_json::Map;
use store::{StateWrite, StoredCheckpoint};

use crate::failure::ConsoleError;
use crate::session::{Session, UnlockedKey};
use crate::workspace::{Genesis, Workspace, Writes, first_admin, keep_founding};

const TENANT_THERE: ConsoleError =
    ConsoleError::Input { what: "tenant", reason: "there is a tenant of that id already" };

impl Workspace {
    /// Founds a tenant. The session's person becomes its first ADMIN.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session is no ADMIN of the workspace (which is recorded), the id
    /// is taken or reserved, or this installation has no log key; nothing was changed.
    pub async fn create_tenant(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        tenant: &TenantId,
        title: &str,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        let (title, reason) = (Title::parse(title)?, Reason::parse(reason)?);
        let correlation_id = self.ids.correlation();
        let permit = self.demand_may_found(session, tenant).await?;
        let device = self.device().await?.ok_or(ConsoleError::KeyItem { item: "log key" })?;
        let _turn = self.turn().await;
        loop {
            // Held until the log is founded: another process may be founding it too.
            let _anchors = self.anchor_lock().await?;
            if self.store.size(tenant).await? > 0 {
                return Err(TENANT_THERE);
            }
            let authority = self.log(&TenantId::workspace()).await?;
            let recovery = authority.authority.recovery_key();
            let genesis = Genesis {
                workspace_id: &self.row.id,
                admin: first_admin(&admin_key.key, &admin_key.person, &admin_key.name),
                device: &device,
                recovery: *recovery.ok_or(ConsoleError::Damaged { what: "the first record" })?,
                reason: &reason,
            };
            let mut page = self.page(tenant, &correlation_id).await?;
            let occasion = page.records.occasion().clone();
            let (change, proposal) = genesis.sign(tenant, &title, &occasion, &self.ids)?;
            let written = ApprovalWorkflow::found_tenant(
                &permit,
                &change,
                &proposal.decision,
                &mut page.records,
            )?;
            let note = page.founding_note(&device, self.origin(tenant).as_str())?;
            self.anchor_founding(tenant, &note, &device).await?;
            let row = Tenant {
                id: tenant.clone(),
                title: title.as_str().to_owned(),
                created_at: written.at,
            };
            let writes = Writes {
                state: vec![StateWrite::PutTenant(row)],
                attestations: vec![proposal.row(&occasion)?],
                ..Writes::default()
            };
            if self.write(vec![page], writes).await? {
                let checkpoint = StoredCheckpoint { size: written.seq + 1, note };
                keep_founding(&*self.store, tenant, checkpoint).await;
                return Ok(());
            }
        }
    }

    /// Whether the session's person may found a tenant of this id.
    ///
    /// # Errors
    /// As [`Workspace::create_tenant`].
    pub(crate) async fn demand_may_found(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Result<AdminPermit, ConsoleError> {
        if tenant.is_workspace() {
            return Err(ConsoleError::ReservedTenant);
        }
        let asked = (ResourceType::Tenant, tenant.as_str());
        let permit = self.workspace_permit(session, asked, &self.ids.correlation()).await?;
        if self.store.size(tenant).await? > 0 {
            return Err(TENANT_THERE);
        }
        Ok(permit)
    }

    /// Archives a tenant: from this record on its log is read, and takes denials, answers of the
    /// gate and exports only. Nothing brings it back.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session is no ADMIN of the workspace and of the tenant (which is
    /// recorded), or the tenant is archived already or the workspace's own log; nothing was changed.
    pub async fn archive_tenant(
        &self,
        session: &Session,
        tenant: &TenantId,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        let reason = Reason::parse(reason)?;
        self.demand_may_archive(session, tenant).await?;
        let resource = (ResourceType::Tenant, tenant.to_string());
        let archived =
            RecordDraft::of(Action::TenantArchive, resource, reason.as_str(), &Map::new())?;
        let correlation_id = self.ids.correlation();
        self.log_alone(tenant, &correlation_id, &session.person, &archived).await?;
        Ok(())
    }

    /// Whether the session's person may archive this tenant.
    ///
    /// # Errors
    /// As [`Workspace::archive_tenant`].
    pub(crate) async fn demand_may_archive(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Result<(), ConsoleError> {
        let asked = (ResourceType::Tenant, tenant.as_str());
        let correlation_id = self.ids.correlation();
        self.workspace_permit(session, asked, &correlation_id).await?;
        if tenant.is_workspace() {
            return Err(ConsoleError::NotFound { what: "tenant" });
        }
        // The workspace's own log grants nothing in a tenant, nor tells that it is there.
        let there = self.enter(session, tenant).await?;
        self.admin_permit(&there, asked, &correlation_id).await?;
        self.demand_not_archived(tenant).await
    }

    /// Demands that a tenant is at work.
    ///
    /// # Errors
    /// [`ConsoleError::Archived`].
    pub(crate) async fn demand_not_archived(&self, tenant: &TenantId) -> Result<(), ConsoleError> {
        match self.log(tenant).await?.archived_at {
            Some(_) => Err(ConsoleError::Archived { tenant: tenant.clone() }),
            None => Ok(()),
        }
    }
}
