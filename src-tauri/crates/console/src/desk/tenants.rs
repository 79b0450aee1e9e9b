//! The tenants that the person at work may see.
//!
//! Invariant: a tenant in which the reader holds no role is not listed, also for those who may found
//! tenants: founding one grants nothing in another.

use ledger::TenantId;

use super::at_work::AtWork;
use super::reading::count;
use super::{Answer, Desk};
use crate::administering::administers;
use crate::hidden;
use crate::principals::reached;
use crate::views::{TenantRow, TenantsView};

impl Desk {
    /// Every tenant in which the person at work holds a role.
    pub async fn tenants(&self) -> Answer<TenantsView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.administering().await?;
            let mut tenants = Vec::new();
            for tenant in workspace.store.tenants().await? {
                let log = workspace.log(&tenant.id).await?;
                if reached(&log.authority, &session.person, session.keyid).is_none() {
                    continue;
                }
                tenants.push(TenantRow {
                    id: tenant.id.to_string(),
                    title: hidden::drawn(&tenant.title),
                    created_at: tenant.created_at.to_string(),
                    archived_at: log.archived_at.map(|at| at.to_string()),
                    people: count(log.authority.grants().count()),
                    admins: count(log.authority.admins().count()),
                    records: count(log.size),
                });
            }
            tenants.sort_by(|one: &TenantRow, other| one.id.cmp(&other.id));
            let own = workspace.log(&TenantId::workspace()).await?;
            let administers = administers(&own.authority, &session);
            Ok(TenantsView { tenants, administers })
        })
        .await
    }
}
