//! Alarms of the logs that the person at work may see, and the two acts of an admin that end one.
//!
//! Invariant: what is missing and what to do come from the core; the page only shows them.

use ledger::TenantId;

use super::at_work::AtWork;
use super::{Answer, Desk, DeskEvent};
use crate::views::{AlarmRemedy, AlarmView};
use crate::workspace::Remedy;

impl Desk {
    /// What is wrong with the logs in which the person holds a role.
    pub async fn alarms(&self) -> Answer<Vec<AlarmView>> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            let mut alarms = Vec::new();
            for tenant in workspace.log_ids().await? {
                let Some(alarm) = workspace.alarm(&tenant) else { continue };
                if workspace.role(&session.person, &tenant).await?.is_some() {
                    alarms.push(AlarmView {
                        tenant_id: tenant.to_string(),
                        detail: alarm.detail,
                        next: alarm.cause.next().to_owned(),
                        remedy: match alarm.cause.remedy() {
                            Remedy::PutRight => AlarmRemedy::PutRight,
                            Remedy::AcceptRestore => AlarmRemedy::AcceptRestore,
                            Remedy::ReAnchor => AlarmRemedy::ReAnchor,
                        },
                    });
                }
            }
            Ok(alarms)
        })
        .await
    }

    /// Sets the anchor of a log anew.
    pub async fn re_anchor(&self, tenant_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            workspace.re_anchor(&session, &TenantId::parse(&tenant_id)?, &reason).await?;
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            Ok(())
        })
        .await
    }

    /// Accepts that a log was restored from a backup on purpose.
    pub async fn accept_restore(&self, tenant_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            workspace.accept_restore(&session, &TenantId::parse(&tenant_id)?, &reason).await?;
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            Ok(())
        })
        .await
    }
}
