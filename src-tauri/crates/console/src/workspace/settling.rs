//! Signing checkpoints and moving anchors forward.
//!
//! Invariant: a device signs only what is consistent with all it has signed or seen, and only over
//! records that are vouched; the note is stored before it is shown. The anchor only moves forward,
//! under a lock of all processes (formats.md, "Checkpoint").

use governance::audit::RecordDraft;
use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::proof::Plan;
use ledger::tree::{Frontier, verify_consistency};
use ledger::{Action, Actor, Digest, ResourceType, TenantId};
use security::secret::SecretText;
use serde_json::{Map, Value, json};
use store::StoredCheckpoint;

use super::{Alarm, AlarmCause, Device, Workspace, lock};
use crate::failure::ConsoleError;
use crate::keychain::{AnchorLock, ItemName};
use crate::session::off_thread;

/// A place in a log: how many records, and the root over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Records.
    pub size: u64,
    /// Root over them.
    pub root: Digest,
}

impl Place {
    /// As records name it.
    pub(super) fn on_record(self) -> Value {
        json!({"root": self.root.to_hex(), "size": self.size})
    }
}

impl From<&Checkpoint> for Place {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self { size: checkpoint.size, root: checkpoint.root }
    }
}

impl Workspace {
    /// Signs a checkpoint for every log that grew and moves its anchor. A process without a log
    /// key does neither.
    ///
    /// # Errors
    /// [`ConsoleError`] when a seal does not hold, or the keychain or store fails; what was not
    /// settled is tried again next time.
    pub async fn settle(&self) -> Result<(), ConsoleError> {
        let _one = self.settling.lock().await;
        let Some(device) = self.device().await? else { return Ok(()) };
        let tenants: Vec<TenantId> = lock(&self.unsettled).iter().cloned().collect();
        let mut first = Ok(());
        for tenant in tenants {
            // One log that cannot be settled keeps no other from it.
            first = first.and(self.settle_one(&tenant, &device).await);
        }
        first
    }

    async fn settle_one(&self, tenant: &TenantId, device: &Device) -> Result<(), ConsoleError> {
        let settled = self.settle_log(tenant, device).await?;
        // Another task may have written meanwhile.
        let moved = match settled {
            Some(size) => self.store.size(tenant).await? > size,
            None => false,
        };
        if !moved {
            lock(&self.unsettled).remove(tenant);
        }
        Ok(())
    }

    /// Settles one log; gives the size that is signed now, none where nothing is signed here.
    async fn settle_log(
        &self,
        tenant: &TenantId,
        device: &Device,
    ) -> Result<Option<u64>, ConsoleError> {
        if self.alarm(tenant).is_some_and(|alarm| alarm.cause == AlarmCause::Unvouched) {
            self.look_again(tenant).await?;
        }
        // One that was never enrolled there signs nothing, like a process without a key.
        if self.alarm(tenant).is_some() || !self.knows_own_key(tenant).await? {
            return Ok(None);
        }
        // What this device has seen is in the keychain; the database is not asked what it was.
        let anchor = self.demand_anchor(tenant).await?;
        self.record_advance(tenant, &anchor).await?;
        let size = self.store.size(tenant).await?;
        if size > anchor.size {
            let edge = self.demand_vouched(tenant, anchor.size, size).await?;
            self.demand_good_key(tenant, device, size).await?;
            let signed = self.sign_checkpoint(tenant, device, &edge).await?;
            self.advance_anchor(tenant, &signed).await?;
        }
        Ok(Some(size))
    }

    /// A checkpoint by a retired key would not count: nothing more is signed with it.
    pub(super) async fn demand_good_key(
        &self,
        tenant: &TenantId,
        device: &Device,
        size: u64,
    ) -> Result<(), ConsoleError> {
        let view = self.log(tenant).await?;
        if view.authority.log_keys_at(size).contains(&device.verifying_key()) {
            return Ok(());
        }
        Err(self.raised(Alarm::key_retired(tenant)))
    }

    /// The log was found ahead of its anchor when this process opened it: that the anchor advances
    /// over what was found is on record, once, unless another process did so meanwhile.
    async fn record_advance(
        &self,
        tenant: &TenantId,
        anchor: &Checkpoint,
    ) -> Result<(), ConsoleError> {
        let found = lock(&self.found_ahead).get(tenant).copied();
        let Some(found) = found.filter(|found| *found > anchor.size) else { return Ok(()) };
        let edge = self.demand_vouched(tenant, anchor.size, found).await?;
        let metadata = Map::from_iter([
            ("new".to_owned(), Place { size: found, root: edge.root() }.on_record()),
            ("old".to_owned(), Place::from(anchor).on_record()),
        ]);
        let resource = (ResourceType::Log, tenant.to_string());
        let draft = RecordDraft::of(Action::AnchorAdvance, resource, "", &metadata)?;
        self.log_alone(tenant, &self.ids.correlation(), &Actor::System, &draft).await?;
        lock(&self.found_ahead).remove(tenant);
        Ok(())
    }

    async fn demand_vouched(
        &self,
        tenant: &TenantId,
        from: u64,
        to: u64,
    ) -> Result<Frontier, ConsoleError> {
        self.vouched(tenant, from, to).await?.map_err(|alarm| self.raised(alarm))
    }

    /// Signs over the log up to an edge that was computed from its bytes, and keeps the note.
    pub(super) async fn sign_checkpoint(
        &self,
        tenant: &TenantId,
        device: &Device,
        edge: &Frontier,
    ) -> Result<SignedCheckpoint, ConsoleError> {
        let origin = self.origin(tenant).to_string();
        let checkpoint = Checkpoint { origin, size: edge.size(), root: edge.root() };
        let signed = checkpoint.sign_with(device)?;
        let note = signed.text().to_owned();
        self.store.put_checkpoint(tenant, StoredCheckpoint { size: edge.size(), note }).await?;
        Ok(signed)
    }

    /// An installation that signs no checkpoints of a log makes no evidence of it: before anything is
    /// recorded, its key must be good and its anchor at hand.
    pub(crate) async fn demand_log_key(&self, tenant: &TenantId) -> Result<(), ConsoleError> {
        let device = self.device().await?.ok_or(ConsoleError::NoLogKey)?;
        if !self.knows_own_key(tenant).await? {
            return Err(ConsoleError::NoLogKey);
        }
        let anchor = self.demand_anchor(tenant).await?;
        self.demand_good_key(tenant, &device, anchor.size).await
    }

    /// A checkpoint over exactly the first `size` records, which evidence ends with.
    pub(crate) async fn sign_at(
        &self,
        tenant: &TenantId,
        size: u64,
    ) -> Result<SignedCheckpoint, ConsoleError> {
        let device = self.device().await?.ok_or(ConsoleError::NoLogKey)?;
        let anchor = self.demand_anchor(tenant).await?;
        let edge = if size >= anchor.size {
            self.demand_vouched(tenant, anchor.size, size).await?
        } else {
            // Another process signed over more meanwhile: this is in the past of what it signed.
            let edge = self.stored_edge(tenant, size).await?;
            let proof = self.prove(tenant, &Plan::consistency(size, anchor.size)?).await?;
            verify_consistency(size, anchor.size, &edge.root(), &anchor.root, &proof)?;
            edge
        };
        self.demand_good_key(tenant, &device, size).await?;
        let signed = self.sign_checkpoint(tenant, &device, &edge).await?;
        self.advance_anchor(tenant, &signed).await?;
        Ok(signed)
    }

    /// Moves the anchor forward, under the lock of all processes; another may have been faster.
    async fn advance_anchor(
        &self,
        tenant: &TenantId,
        signed: &SignedCheckpoint,
    ) -> Result<(), ConsoleError> {
        let _lock = self.anchor_lock().await?;
        if self.demand_anchor(tenant).await?.size < signed.checkpoint().size {
            self.set_anchor(tenant, signed.text()).await?;
        }
        Ok(())
    }

    /// The lock of all processes. Waiting for it blocks: on an async thread it could wait for its
    /// own holder.
    pub(crate) async fn anchor_lock(&self) -> Result<AnchorLock, ConsoleError> {
        let folder = self.folder.clone();
        Ok(off_thread(move || AnchorLock::hold(&folder)).await??)
    }

    /// Writes the anchor; hold the lock.
    pub(crate) async fn set_anchor(
        &self,
        tenant: &TenantId,
        note: &str,
    ) -> Result<(), ConsoleError> {
        let item = ItemName::anchor(&self.row.id, tenant);
        Ok(self.keys.write(&item, SecretText::new(note.to_owned())).await?)
    }
}
