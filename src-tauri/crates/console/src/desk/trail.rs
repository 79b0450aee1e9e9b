//! The audit trail of the tenant in front, and verifying its log.
//!
//! Invariant: only the session's log is read; what a verification found stands in it.

use std::sync::atomic::Ordering;

use ledger::ResourceType;

use super::artefacts::per_mille;
use super::at_work::AtWork;
use super::state::Verified;
use super::{Answer, Desk, DeskEvent, Progress};
use crate::artefact::Continue;
use crate::rereading::LogProgress;
use crate::views::{AuditFilter, AuditPage, ProgressView, RecordView, VerifyView};
use crate::words::how_far;

impl Desk {
    /// A page of the trail, newest first.
    pub async fn audit(&self, filter: AuditFilter, before: Option<u32>) -> Answer<AuditPage> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            workspace.audit_page(&session, &filter, before).await
        })
        .await
    }

    /// One record with its proof state.
    pub async fn record(&self, seq: u32) -> Answer<RecordView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            workspace.audit_record(&session, u64::from(seq)).await
        })
        .await
    }

    /// Verifies the whole log from its stored bytes.
    pub async fn verify_log(&self, progress: Progress) -> Answer<VerifyView> {
        self.answer(async {
            let at = self.at_work().await?;
            let tenant = at.session.tenant_id.clone();
            let reading = self.reading((ResourceType::Log, tenant.as_str())).await?;
            let stop = self.state().begin_work();
            let mut watch = |now: LogProgress| {
                progress(ProgressView {
                    per_mille: per_mille(now.done, now.total),
                    text: how_far(now.done, now.total, "records"),
                });
                if stop.load(Ordering::Relaxed) { Continue::No } else { Continue::Yes }
            };
            let found =
                reading.workspace.verify_log(&tenant, Some(&at.session), &[], &mut watch).await?;
            if found.verified() {
                let verified = Verified { size: found.size, at: found.at };
                self.state().verified.insert(tenant, verified);
            }
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            Ok(found.view())
        })
        .await
    }
}
