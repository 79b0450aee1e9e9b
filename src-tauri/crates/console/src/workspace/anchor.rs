//! Checkpoints and anchors: what this device has signed and seen of each log.
//!
//! Invariant: a device signs only what is consistent with all it has signed or seen, after it
//! checked the seals of every record in its name since then; the note is stored before it is
//! shown. The anchor only moves forward (formats.md, "Checkpoint").

use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::tree::{self, Frontier};
use ledger::{AuditRecord, Digest, PublicKey, TenantId};
use security::secret::SecretText;
use store::{StoredCheckpoint, StoredRow};

use super::{Device, Workspace, lock};
use crate::failure::ConsoleError;
use crate::keychain::{AnchorLock, ItemName};
use crate::session::off_thread;

/// Rows read at once.
const CHUNK: u32 = 4096;

/// How a log stands beside its anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnchorState {
    /// Nothing is known here of this log.
    Missing,
    /// The log contains what the anchor says.
    Holds(Checkpoint),
    /// It does not.
    Broken(String),
}

impl Workspace {
    /// Compares every log with its anchor; a log that does not agree raises an alarm.
    pub(crate) async fn compare_anchors(&self) {
        let Ok(tenants) = self.log_ids().await else { return };
        for tenant in tenants {
            match self.anchor_state(&tenant).await {
                Ok(AnchorState::Broken(detail)) => self.raise(&tenant, detail),
                // A program that was killed may have committed more than it signed.
                Ok(AnchorState::Holds(_)) => {
                    lock(&self.unsettled).insert(tenant);
                }
                Ok(AnchorState::Missing) => {}
                Err(error) => tracing::warn!(%tenant, %error, "the anchor could not be read"),
            }
        }
    }

    /// How a tenant's log stands beside the anchor on this machine.
    pub(crate) async fn anchor_state(
        &self,
        tenant: &TenantId,
    ) -> Result<AnchorState, ConsoleError> {
        let Some(note) = self.keys.read(&ItemName::anchor(&self.row.id, tenant)).await? else {
            return Ok(AnchorState::Missing);
        };
        let view = self.log(tenant).await?;
        let keys: Vec<PublicKey> =
            view.authority.log_keys().map(|(_, key)| key.public_key).collect();
        let signed =
            match SignedCheckpoint::parse_and_verify(note.expose(), &self.origin(tenant), &keys) {
                Ok(signed) => signed,
                Err(error) => {
                    return Ok(AnchorState::Broken(format!(
                        "The anchor is not of this log: {error}."
                    )));
                }
            };
        let anchor = signed.checkpoint().clone();
        let size = self.store.head(tenant).await?.size;
        if size < anchor.size {
            return Ok(AnchorState::Broken(format!(
                "The log has {size} records, this computer has seen {}.",
                anchor.size
            )));
        }
        if self.stored_root(tenant, anchor.size).await? != anchor.root {
            return Ok(AnchorState::Broken(format!(
                "The first {} records are not the ones this computer has seen.",
                anchor.size
            )));
        }
        Ok(AnchorState::Holds(anchor))
    }

    /// Signs a checkpoint for every log that grew and moves its anchor. A process without a log
    /// key does neither.
    ///
    /// # Errors
    /// [`ConsoleError`] when a seal does not hold, or the keychain or store fails; what was not
    /// settled is tried again next time.
    pub async fn settle(&self) -> Result<(), ConsoleError> {
        let Some(device) = self.device().await? else { return Ok(()) };
        let tenants: Vec<TenantId> = lock(&self.unsettled).iter().cloned().collect();
        for tenant in tenants {
            self.settle_log(&tenant, &device).await?;
            lock(&self.unsettled).remove(&tenant);
        }
        Ok(())
    }

    async fn settle_log(&self, tenant: &TenantId, device: &Device) -> Result<(), ConsoleError> {
        if self.alarm(tenant).is_some() {
            return Ok(());
        }
        // What this device has seen is in the keychain; the database is not asked what it was.
        let seen = self.demand_anchor(tenant).await?;
        let from = seen.as_ref().map_or(0, |anchor| anchor.size);
        let head = self.store.head(tenant).await?;
        if head.size == from {
            return Ok(());
        }
        self.check_own_rows(tenant, device, from, head.size).await?;
        let origin = self.origin(tenant).to_string();
        let checkpoint = Checkpoint { origin, size: head.size, root: head.root };
        let note = checkpoint.sign_with(device)?.text().to_owned();
        let stored = StoredCheckpoint { size: head.size, note: note.clone() };
        self.store.put_checkpoint(tenant, stored).await?;
        if seen.is_none() && !lock(&self.founded).contains(tenant) {
            // A first anchor is set by the process that founded the log, and by nobody else: one
            // that is gone is not made anew behind anybody's back.
            tracing::warn!(%tenant, "the keychain has no anchor of this log");
            return Ok(());
        }
        self.advance_anchor(tenant, head.size, note).await
    }

    /// The anchor, if there is one; a log that does not contain it raises an alarm.
    async fn demand_anchor(&self, tenant: &TenantId) -> Result<Option<Checkpoint>, ConsoleError> {
        match self.anchor_state(tenant).await? {
            AnchorState::Missing => Ok(None),
            AnchorState::Holds(anchor) => Ok(Some(anchor)),
            AnchorState::Broken(detail) => {
                self.raise(tenant, detail.clone());
                Err(ConsoleError::Alarm { detail })
            }
        }
    }

    /// Every record in this device's name carries its seal: rows written behind its back are never
    /// signed as its own.
    async fn check_own_rows(
        &self,
        tenant: &TenantId,
        device: &Device,
        from: u64,
        to: u64,
    ) -> Result<(), ConsoleError> {
        let origin = self.origin(tenant);
        let mut next = from;
        while next < to {
            let rows = self.store.rows(tenant, next, CHUNK).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows.iter().filter(|row| row.seq < to) {
                self.check_seal(tenant, device, origin.as_str(), row)?;
            }
            next += rows.len() as u64;
        }
        Ok(())
    }

    fn check_seal(
        &self,
        tenant: &TenantId,
        device: &Device,
        origin: &str,
        row: &StoredRow,
    ) -> Result<(), ConsoleError> {
        let record = AuditRecord::parse(&row.leaf)?;
        if record.parts().device_id.as_ref() != Some(&device.id) {
            return Ok(());
        }
        let hash = tree::leaf_hash(&row.leaf);
        let seal = row.seal.as_ref().map_or(&[][..], |seal| &seal[..]);
        device.seal.verify(origin, row.seq, hash.as_bytes(), seal).map_err(|_| {
            let detail = format!("Record {} was not written by this computer.", row.seq);
            self.raise(tenant, detail.clone());
            ConsoleError::Alarm { detail }
        })
    }

    /// Moves the anchor forward, under the lock of all processes; another may have been faster.
    async fn advance_anchor(
        &self,
        tenant: &TenantId,
        size: u64,
        note: String,
    ) -> Result<(), ConsoleError> {
        // Waiting for the lock blocks: on an async thread it could wait for its own holder.
        let folder = self.folder.clone();
        let _lock = off_thread(move || AnchorLock::hold(&folder)).await??;
        match self.demand_anchor(tenant).await? {
            Some(anchor) if anchor.size >= size => Ok(()),
            Some(_) | None => {
                let item = ItemName::anchor(&self.row.id, tenant);
                Ok(self.keys.write(&item, SecretText::new(note)).await?)
            }
        }
    }

    /// The root over the first `size` records, from the stored subtree hashes.
    pub(crate) async fn stored_root(
        &self,
        tenant: &TenantId,
        size: u64,
    ) -> Result<Digest, ConsoleError> {
        let mut peaks = Vec::new();
        for position in tree::peak_positions(size) {
            let row = self.store.row(tenant, position.row_index).await?;
            let bytes = row
                .as_ref()
                .and_then(|row| row.hashes.get(position.offset()..position.offset() + 32))
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .ok_or(ConsoleError::Damaged { what: "tree hashes of a record" })?;
            peaks.push(Digest::from_bytes(bytes));
        }
        Ok(Frontier::from_parts(size, peaks)?.root())
    }
}
