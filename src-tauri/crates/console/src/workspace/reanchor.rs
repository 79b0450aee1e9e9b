//! The two acts of an admin that end an alarm: setting an anchor anew, and accepting a backup.
//!
//! Invariant: each says on record which place it gives up and which it takes, is done by an ADMIN
//! of that log, and only where the log, read again from record 0, holds in itself. A fork or a
//! record that does not hold is never accepted.

use governance::Reason;
use governance::audit::RecordDraft;
use ledger::{Action, CorrelationId, ResourceType, TenantId};
use serde_json::{Map, Value};

use super::settling::place;
use super::{Alarm, AlarmCause, Device, Remedy, Workspace, Writes, lock};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::rereading::Reading;
use crate::session::Session;

/// What an act that ends an alarm has on record.
struct Ending {
    alarm: Alarm,
    /// The anchor that is given up, if it can be read.
    old: Value,
    reason: Reason,
}

impl Workspace {
    /// Sets the anchor of a log anew, where it is gone or does not count, or stands by records
    /// that nobody vouches for. It is an `anchor.reset` in that log.
    ///
    /// # Errors
    /// [`ConsoleError::Alarm`] when the log itself does not hold, or is not in this state; a denial
    /// for anybody but an ADMIN of that log; those of store and keychain. The alarm then stands.
    pub async fn re_anchor(
        &self,
        session: &Session,
        tenant: &TenantId,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        self.end_alarm(session, tenant, reason, Remedy::ReAnchor).await
    }

    /// Accepts that a log which is behind its anchor was restored from a backup on purpose. It is a
    /// `backup.restore` in the workspace's own log, which therefore comes first, and an
    /// `anchor.reset` in the log concerned.
    ///
    /// # Errors
    /// As [`Workspace::re_anchor`].
    pub async fn accept_restore(
        &self,
        session: &Session,
        tenant: &TenantId,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        self.end_alarm(session, tenant, reason, Remedy::AcceptRestore).await
    }

    async fn end_alarm(
        &self,
        session: &Session,
        tenant: &TenantId,
        reason: &str,
        remedy: Remedy,
    ) -> Result<(), ConsoleError> {
        let reason = Reason::parse(reason)?;
        let correlation_id = self.ids.correlation();
        self.demand_admin_of(session, tenant, &correlation_id).await?;
        let _turn = self.turn().await;
        let alarm = self.alarm(tenant).ok_or(ConsoleError::Input {
            what: "anchor",
            reason: "it agrees with the log: there is nothing to set anew",
        })?;
        if alarm.cause.remedy() != remedy {
            return Err(ConsoleError::Alarm { detail: alarm.detail });
        }
        if let Some(first) = self.alarm(&TenantId::workspace()).filter(|_| !tenant.is_workspace()) {
            let detail = format!("The workspace's own log comes first: {}", first.detail);
            return Err(ConsoleError::Alarm { detail });
        }
        let device = self.device().await?.ok_or(ConsoleError::KeyItem { item: "log key" })?;
        let ending = Ending { old: self.anchor_place(tenant).await?, alarm, reason };
        loop {
            let reading = self.demand_whole(tenant).await?;
            if self.record_ending(session, &ending, &reading, &correlation_id).await? {
                break;
            }
        }
        self.anchor_head(tenant, &device).await?;
        lock(&self.alarms).remove(tenant);
        self.compare(tenant).await
    }

    /// An ADMIN of the log: of the workspace for its own, else of the tenant in front.
    async fn demand_admin_of(
        &self,
        session: &Session,
        tenant: &TenantId,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        let asked = (ResourceType::Log, tenant.as_str());
        if tenant.is_workspace() {
            self.workspace_permit(session, asked, correlation_id).await?;
        } else {
            let there = self.enter(session, tenant).await?;
            self.admin_permit(&there, asked, correlation_id).await?;
        }
        Ok(())
    }

    /// The log, read from record 0, if it holds in itself and contains the checkpoint beside it.
    async fn demand_whole(&self, tenant: &TenantId) -> Result<Reading, ConsoleError> {
        let kept = self.store.checkpoint(tenant).await?;
        let reading = self.begin_reading(tenant).await?;
        let reading = self.read_on(reading, &mut |_| Continue::Yes).await?;
        let refused = |detail: String| Err(ConsoleError::Alarm { detail });
        if let Some(fault) = reading.faults().into_iter().next() {
            return refused(fault.detail);
        }
        if let Some(kept) = kept
            && let Err(why) = reading.demand_contained(&kept.note, self)
        {
            return refused(format!("The stored checkpoint {why}."));
        }
        Ok(reading)
    }

    /// Records the act at the end of what was read; `false` when another process wrote first.
    async fn record_ending(
        &self,
        session: &Session,
        ending: &Ending,
        reading: &Reading,
        correlation_id: &CorrelationId,
    ) -> Result<bool, ConsoleError> {
        let tenant = &ending.alarm.tenant_id;
        let new = place(reading.size(), reading.root());
        let reason = ending.reason.as_str();
        let reset = Map::from_iter([
            ("cause".to_owned(), Value::from(ending.alarm.cause.as_str())),
            ("new".to_owned(), new.clone()),
            ("old".to_owned(), ending.old.clone()),
        ]);
        let log = (ResourceType::Log, tenant.to_string());
        let reset = RecordDraft::of(Action::AnchorReset, log, reason, &reset)?;
        let mut pages = vec![self.page(tenant, correlation_id).await?];
        if pages[0].head.size != reading.size() {
            return Ok(false);
        }
        if ending.alarm.cause == AlarmCause::Behind {
            let restore = Map::from_iter([
                ("given_up".to_owned(), ending.old.clone()),
                ("restored".to_owned(), new),
                ("tenant_id".to_owned(), Value::from(tenant.as_str())),
            ]);
            let workspace = (ResourceType::Workspace, self.row.id.to_string());
            let restore = RecordDraft::of(Action::BackupRestore, workspace, reason, &restore)?;
            if tenant.is_workspace() {
                pages[0].record(&session.person, restore)?;
            } else {
                let mut own = self.page(&TenantId::workspace(), correlation_id).await?;
                own.record(&session.person, restore)?;
                pages.push(own);
            }
        }
        pages[0].record(&session.person, reset)?;
        let commit = self.commit_of(&pages, Writes::default())?;
        self.commit_in_spite(commit).await
    }

    /// Signs over the whole log and makes that its anchor, whatever the anchor was.
    async fn anchor_head(&self, tenant: &TenantId, device: &Device) -> Result<(), ConsoleError> {
        let size = self.store.head(tenant).await?.size;
        self.demand_good_key(tenant, device, size).await?;
        let edge = self.stored_edge(tenant, size).await?;
        let signed = self.sign_checkpoint(tenant, device, &edge).await?;
        let _lock = self.anchor_lock().await?;
        self.set_anchor(tenant, signed.text()).await
    }

    /// The place that the anchor names; null where there is none that can be read.
    async fn anchor_place(&self, tenant: &TenantId) -> Result<Value, ConsoleError> {
        let Some(note) = self.anchor_note(tenant).await? else { return Ok(Value::Null) };
        let view = self.log(tenant).await?;
        Ok(match self.read_note(tenant, &note, &view).await? {
            Ok(signed) => place(signed.checkpoint().size, signed.checkpoint().root),
            Err(_) => Value::Null,
        })
    }

    /// Before a log is founded: its first anchor, so that a log without one has lost it. Hold the
    /// lock until the log is founded.
    pub(crate) async fn anchor_founding(
        &self,
        tenant: &TenantId,
        note: &str,
        device: &Device,
    ) -> Result<(), ConsoleError> {
        if let Some(earlier) = self.anchor_note(tenant).await? {
            let keys = [device.verifying_key()];
            let origin = self.origin(tenant);
            let seen =
                ledger::checkpoint::SignedCheckpoint::parse_and_verify(&earlier, &origin, &keys)?;
            // One record is a founding that was not finished; more is a log that is gone.
            if seen.checkpoint().size > 1 {
                return Err(self.raised(Alarm::behind(tenant, 0, seen.checkpoint())));
            }
        }
        self.set_anchor(tenant, note).await
    }
}
