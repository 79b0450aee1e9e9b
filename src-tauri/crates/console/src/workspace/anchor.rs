//! How a log stands beside its anchor: the newest checkpoint that this computer has seen.
//!
//! Invariant: a log that does not contain its anchor, or has records behind it that nobody vouches
//! for, raises an alarm before anything is written to it. A checkpoint counts only by a log key
//! that was good at its size (formats.md, "Checkpoint"). Nothing here signs or writes.

use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::tree::{self, Frontier};
use ledger::{Digest, PublicKey, TenantId};

use super::{Alarm, AlarmCause, LogView, Workspace, lock};
use crate::failure::ConsoleError;

/// How a log stands beside its anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnchorState {
    /// Nothing is known here of this log.
    Missing,
    /// The log contains what the anchor says.
    Holds(Checkpoint),
    /// It does not.
    Broken(Alarm),
}

impl Workspace {
    /// Compares every log with its anchor; what cannot be compared now is compared before it is
    /// written.
    pub(crate) async fn compare_anchors(&self) {
        let Ok(tenants) = self.log_ids().await else { return };
        for tenant in tenants {
            if let Err(error) = self.compare(&tenant).await {
                tracing::warn!(%tenant, %error, "the log was not compared with its anchor");
            }
        }
    }

    /// Compares a log with its anchor, if this process has not yet.
    pub(crate) async fn demand_compared(&self, tenant: &TenantId) -> Result<(), ConsoleError> {
        if lock(&self.compared).contains(tenant) {
            return Ok(());
        }
        self.compare(tenant).await
    }

    /// Compares a log with its anchor and raises an alarm where they disagree.
    pub(super) async fn compare(&self, tenant: &TenantId) -> Result<(), ConsoleError> {
        if let Some(alarm) = self.disagreement(tenant).await? {
            self.raise(alarm);
        }
        lock(&self.compared).insert(tenant.clone());
        Ok(())
    }

    /// What is wrong between a log and its anchor. A log that is ahead by vouched records is noted,
    /// to be recorded when its anchor advances.
    async fn disagreement(&self, tenant: &TenantId) -> Result<Option<Alarm>, ConsoleError> {
        let anchor = match self.anchor_state(tenant).await? {
            AnchorState::Broken(alarm) => return Ok(Some(alarm)),
            AnchorState::Missing => {
                let is_lost = self.knows_own_key(tenant).await?;
                return Ok(is_lost.then(|| Alarm::anchor_gone(tenant)));
            }
            AnchorState::Holds(anchor) => anchor,
        };
        let size = self.store.size(tenant).await?;
        if let Err(alarm) = self.vouched(tenant, anchor.size, size).await? {
            return Ok(Some(alarm));
        }
        if size > anchor.size {
            lock(&self.found_ahead).insert(tenant.clone(), size);
            lock(&self.unsettled).insert(tenant.clone());
        }
        Ok(None)
    }

    /// How a tenant's log stands beside the anchor on this machine.
    pub(crate) async fn anchor_state(
        &self,
        tenant: &TenantId,
    ) -> Result<AnchorState, ConsoleError> {
        let Some(note) = self.anchor_note(tenant).await? else {
            return Ok(AnchorState::Missing);
        };
        let view = self.log(tenant).await?;
        let size = self.store.size(tenant).await?;
        let signed = match self.read_note(tenant, &note, &view).await? {
            Ok(signed) => signed,
            Err(why) => return Ok(AnchorState::Broken(Alarm::anchor_refused(tenant, &why))),
        };
        let anchor = signed.checkpoint().clone();
        if size < anchor.size {
            return Ok(AnchorState::Broken(Alarm::behind(tenant, size, &anchor)));
        }
        if self.stored_root(tenant, anchor.size).await? != anchor.root {
            return Ok(AnchorState::Broken(Alarm::forked(tenant, &anchor)));
        }
        if !view.authority.log_keys_at(anchor.size).contains(signed.signer()) {
            let why = format!(
                "it is signed by a log key that was not good at {} records, after it was retired \
                 or before it was enrolled",
                anchor.size
            );
            return Ok(AnchorState::Broken(Alarm::anchor_refused(tenant, &why)));
        }
        Ok(AnchorState::Holds(anchor))
    }

    /// The note as one of the log's own keys signed it, or this installation's: the log of an old
    /// copy may not name it yet.
    pub(super) async fn read_note(
        &self,
        tenant: &TenantId,
        note: &str,
        view: &LogView,
    ) -> Result<Result<SignedCheckpoint, String>, ConsoleError> {
        let own = self.device().await?;
        let named = view.authority.log_keys().map(|(_, key)| key.public_key);
        let keys: Vec<PublicKey> =
            named.chain(own.iter().map(|device| device.verifying_key())).collect();
        let signed = SignedCheckpoint::parse_and_verify(note, &self.origin(tenant), &keys);
        Ok(signed.map_err(|error| error.to_string()))
    }

    /// Whether this installation's log key is or was one of a log's own.
    pub(crate) async fn knows_own_key(&self, tenant: &TenantId) -> Result<bool, ConsoleError> {
        let Some(device) = self.device().await? else { return Ok(false) };
        let view = self.log(tenant).await?;
        let own = device.verifying_key();
        Ok(view.authority.log_keys().any(|(_, key)| key.public_key == own))
    }

    /// The anchor; a log that does not contain it, or has none, raises an alarm.
    pub(super) async fn demand_anchor(
        &self,
        tenant: &TenantId,
    ) -> Result<Checkpoint, ConsoleError> {
        let alarm = match self.anchor_state(tenant).await? {
            AnchorState::Holds(anchor) => return Ok(anchor),
            AnchorState::Missing => Alarm::anchor_gone(tenant),
            AnchorState::Broken(alarm) => alarm,
        };
        Err(self.raised(alarm))
    }

    /// Raises an alarm and gives the refusal that it is.
    pub(super) fn raised(&self, alarm: Alarm) -> ConsoleError {
        let refusal = ConsoleError::from(&alarm);
        self.raise(alarm);
        refusal
    }

    /// Looks again at an alarm that comparing finds: the records may be vouched for by now, the
    /// keychain or the newest copy back in place. It stands while it is looked at.
    pub(super) async fn look_again(&self, tenant: &TenantId) -> Result<(), ConsoleError> {
        let compared =
            |alarm: &Alarm| alarm.cause == AlarmCause::Unvouched || alarm.cause.concerns_anchor();
        if self.alarm(tenant).as_ref().is_some_and(compared) {
            match self.disagreement(tenant).await? {
                Some(now) => lock(&self.alarms).insert(tenant.clone(), now),
                None => lock(&self.alarms).remove(tenant),
            };
        }
        Ok(())
    }

    /// The root over the first `size` records, from the stored subtree hashes.
    pub(crate) async fn stored_root(
        &self,
        tenant: &TenantId,
        size: u64,
    ) -> Result<Digest, ConsoleError> {
        Ok(self.stored_edge(tenant, size).await?.root())
    }

    /// The edge of the tree after the first `size` records, from the stored subtree hashes.
    pub(super) async fn stored_edge(
        &self,
        tenant: &TenantId,
        size: u64,
    ) -> Result<Frontier, ConsoleError> {
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
        Ok(Frontier::from_parts(size, peaks)?)
    }
}
