//! The two acts of an admin that end an alarm: setting an anchor anew, and accepting a backup.
//!
//! Invariant: each says on record which place it gives up and which it takes, exactly as it was
//! shown; is done by an ADMIN of that log whose key was opened for it; and only where the log, read
//! again from record 0, holds in itself. A fork or a record that does not hold is never accepted.

use std::sync::Arc;

use governance::Reason;
use governance::audit::RecordDraft;
use ledger::checkpoint::SignedCheckpoint;
use ledger::{Action, CorrelationId, Digest, LedgerError, ResourceType, TenantId, tree};
use serde_json::{Map, Value};

use super::{Alarm, AlarmCause, Device, Place, Remedy, Workspace, Writes, lock};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::rereading::{Reading, Watch};
use crate::session::{Session, UnlockedKey};

/// An act that ends an alarm, as it is shown and as it will be on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What is wrong; its cause says which act it is.
    pub alarm: Alarm,
    /// The place of the anchor that is given up, if it can be read.
    pub old: Option<Place>,
    /// The place of the log, from now on what this computer has seen.
    pub new: Place,
}

/// An act that ended an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The `anchor.reset`, in the log concerned.
    pub reset_seq: u64,
    /// The `backup.restore` in the workspace's own log, where a backup was accepted.
    pub restore_seq: Option<u64>,
    /// Under which both stand.
    pub correlation_id: CorrelationId,
}

impl Workspace {
    /// What would end the alarm of a log. It is looked at again first: somebody may have put right
    /// what was wrong.
    ///
    /// # Errors
    /// [`ConsoleError::Alarm`] when the log itself does not hold, or its alarm has no act that ends
    /// it; [`ConsoleError::Input`] where there is none; a denial for anybody but an ADMIN of that
    /// log; those of store and keychain.
    pub async fn ending(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Result<Ending, ConsoleError> {
        self.demand_admin_of(session, tenant, &self.ids.correlation()).await?;
        self.look_again(tenant).await?;
        self.ending_now(tenant).await
    }

    /// Ends an alarm as it was shown. Setting an anchor anew is an `anchor.reset` in the log
    /// concerned; accepting a backup is also a `backup.restore` in the workspace's own log, whose
    /// alarm therefore comes first.
    ///
    /// # Errors
    /// As [`Workspace::ending`]; [`ConsoleError::EndingMoved`] when what was shown is not what
    /// stands now; [`ConsoleError::NotSignedIn`] for another person's key. The alarm then stands.
    pub async fn end_alarm(
        &self,
        session: &Session,
        key: &UnlockedKey,
        ending: &Ending,
        reason: &str,
    ) -> Result<Ended, ConsoleError> {
        let reason = Reason::parse(reason)?;
        if key.person != session.person {
            return Err(ConsoleError::NotSignedIn);
        }
        let correlation_id = self.ids.correlation();
        let tenant = &ending.alarm.tenant_id;
        self.demand_admin_of(session, tenant, &correlation_id).await?;
        let _turn = self.turn().await;
        let device = self.own_device().await?;
        if self.ending_now(tenant).await? != *ending {
            return Err(ConsoleError::EndingMoved);
        }
        let (ended, made) = self.record_ending(session, ending, &reason, correlation_id).await?;
        self.anchor_shown(ending, &made, &device).await?;
        lock(&self.alarms).remove(tenant);
        self.compare(tenant).await?;
        Ok(ended)
    }

    async fn ending_now(&self, tenant: &TenantId) -> Result<Ending, ConsoleError> {
        let alarm = self.alarm(tenant).ok_or(ConsoleError::Input {
            what: "anchor",
            reason: "it agrees with the log: there is nothing to set anew",
        })?;
        if alarm.cause.remedy() == Remedy::PutRight {
            return Err(ConsoleError::from(&alarm));
        }
        if let Some(first) = self.alarm(&TenantId::workspace()).filter(|_| !tenant.is_workspace()) {
            let detail = format!("The workspace's own log comes first: {}", first.detail);
            return Err(ConsoleError::Alarm { detail, next: first.cause.next() });
        }
        let reading = self.demand_whole(tenant, &mut |_| Continue::Yes).await?;
        // Before anything is recorded: a checkpoint by this key must count afterwards.
        self.demand_good_key(tenant, &*self.own_device().await?, reading.size()).await?;
        let new = Place { size: reading.size(), root: reading.root() };
        Ok(Ending { alarm, old: self.anchor_place(tenant).await?, new })
    }

    async fn own_device(&self) -> Result<Arc<Device>, ConsoleError> {
        self.device().await?.ok_or(ConsoleError::KeyItem { item: "log key" })
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
    pub(crate) async fn demand_whole(
        &self,
        tenant: &TenantId,
        watch: Watch<'_>,
    ) -> Result<Reading, ConsoleError> {
        let kept = self.store.checkpoint(tenant).await?;
        let reading = self.begin_reading(tenant).await?;
        let reading = self.read_on(reading, watch).await?;
        let refused = |detail: String| Err(ConsoleError::unsound(detail));
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

    /// Records the act at the end of what was shown; gives the leaf hashes that it added there.
    async fn record_ending(
        &self,
        session: &Session,
        ending: &Ending,
        reason: &Reason,
        correlation_id: CorrelationId,
    ) -> Result<(Ended, Vec<Digest>), ConsoleError> {
        let (tenant, person, reason) = (&ending.alarm.tenant_id, &session.person, reason.as_str());
        let old = ending.old.map_or(Value::Null, Place::on_record);
        let new = ending.new.on_record();
        let reset = Map::from_iter([
            ("cause".to_owned(), Value::from(ending.alarm.cause.as_str())),
            ("new".to_owned(), new.clone()),
            ("old".to_owned(), old.clone()),
        ]);
        let log = (ResourceType::Log, tenant.to_string());
        let reset = RecordDraft::of(Action::AnchorReset, log, reason, &reset)?;
        let mut pages = vec![self.page(tenant, &correlation_id).await?];
        let mut restore_seq = None;
        if ending.alarm.cause == AlarmCause::Behind {
            let restore = Map::from_iter([
                ("given_up".to_owned(), old),
                ("restored".to_owned(), new),
                ("tenant_id".to_owned(), Value::from(tenant.as_str())),
            ]);
            let workspace = (ResourceType::Workspace, self.row.id.to_string());
            let restore = RecordDraft::of(Action::BackupRestore, workspace, reason, &restore)?;
            if !tenant.is_workspace() {
                pages.push(self.page(&TenantId::workspace(), &correlation_id).await?);
            }
            let own = pages.last_mut().ok_or(ConsoleError::Interrupted)?;
            restore_seq = Some(own.record(person, restore)?.seq);
        }
        let concerned = &mut pages[0];
        let at_its_end = concerned.head.size == ending.new.size;
        let reset_seq = concerned.record(person, reset)?.seq;
        let made = pages[0].records.records().iter();
        let made: Result<Vec<Digest>, LedgerError> =
            made.map(|record| Ok(tree::leaf_hash(&record.to_leaf()?))).collect();
        let commit = self.commit_of(&pages, Writes::default())?;
        // What another process wrote meanwhile was not shown.
        if !at_its_end || !self.commit_in_spite(commit).await? {
            return Err(ConsoleError::EndingMoved);
        }
        Ok((Ended { reset_seq, restore_seq, correlation_id }, made?))
    }

    /// Signs over exactly what was shown and what the act added, and makes that the anchor, whatever
    /// it was. What others wrote behind it is vouched for like any other record, or it is not.
    async fn anchor_shown(
        &self,
        ending: &Ending,
        made: &[Digest],
        device: &Device,
    ) -> Result<(), ConsoleError> {
        let tenant = &ending.alarm.tenant_id;
        let mut edge = self.stored_edge(tenant, ending.new.size).await?;
        if edge.root() != ending.new.root {
            return Err(ConsoleError::EndingMoved);
        }
        for leaf in made {
            edge.push(*leaf)?;
        }
        self.demand_good_key(tenant, device, edge.size()).await?;
        let signed = self.sign_checkpoint(tenant, device, &edge).await?;
        let _lock = self.anchor_lock().await?;
        self.set_anchor(tenant, signed.text()).await
    }

    /// The place that the anchor names; none where there is no anchor that can be read.
    pub(crate) async fn anchor_place(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<Place>, ConsoleError> {
        let Some(note) = self.anchor_note(tenant).await? else { return Ok(None) };
        let view = self.log(tenant).await?;
        let read = self.read_note(tenant, &note, &view).await?;
        Ok(read.ok().map(|signed| Place::from(signed.checkpoint())))
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
            let seen = SignedCheckpoint::parse_and_verify(&earlier, &origin, &keys)?;
            // One record is a founding that was not finished; more is a log that is gone.
            if seen.checkpoint().size > 1 {
                return Err(self.raised(Alarm::behind(tenant, 0, seen.checkpoint())));
            }
        }
        self.set_anchor(tenant, note).await
    }
}
