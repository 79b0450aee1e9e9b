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
            let own = workspace.log(&TenantId::workspace()).await?;
            let may_found = administers(&own.authority, &session);
            let mut tenants = Vec::new();
            for tenant in workspace.store.tenants().await? {
                let log = workspace.log(&tenant.id).await?;
                if reached(&log.authority, &session.person, session.keyid).is_none() {
                    continue;
                }
                let open = may_found && log.archived_at.is_none();
                let may_archive = open && administers(&log.authority, &session);
                let why_not = match open && !may_archive {
                    true => "Its own admins archive it.".to_owned(),
                    false => String::new(),
                };
                tenants.push(TenantRow {
                    id: tenant.id.to_string(),
                    title: hidden::drawn(&tenant.title),
                    created_at: tenant.created_at.to_string(),
                    archived_at: log.archived_at.map(|at| at.to_string()),
                    people: count(log.authority.grants().count()),
                    admins: count(log.authority.admins().count()),
                    records: count(log.size),
                    may_archive,
                    why_not,
                });
            }
            tenants.sort_by(|one: &TenantRow, other| one.id.cmp(&other.id));
            Ok(TenantsView { tenants, administers: may_found })
        })
        .await
    }
}
