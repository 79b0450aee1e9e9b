//! Proofs from the stored rows: inclusion, consistency, and the subtrees beside a range.
//!
//! Invariant: each is one question to the store, of at most two hashes a level of the tree. What
//! the store answers is not believed: whoever asks verifies the proof against a signed root.

use ledger::checkpoint::SignedCheckpoint;
use ledger::proof::Plan;
use ledger::tree::{self, StoredHash};
use ledger::{Digest, TenantId};
use store::{StoreError, StoredRow};

use crate::failure::ConsoleError;
use crate::workspace::Workspace;

/// Where a record was proven to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InLog {
    pub(crate) leaf_hash: Digest,
    /// Records of the log that it was found in.
    pub(crate) size: u64,
    /// The root over them.
    pub(crate) root: Digest,
    /// Whether a log key signed that root.
    pub(crate) checkpoint: bool,
}

impl Workspace {
    /// The hashes of a proof.
    pub(crate) async fn prove(
        &self,
        tenant: &TenantId,
        plan: &Plan,
    ) -> Result<Vec<Digest>, ConsoleError> {
        let found = self.stored_hashes(tenant, &plan.places()).await?;
        Ok(plan.fold(&found)?)
    }

    /// Subtree hashes as they are stored.
    pub(super) async fn stored_hashes(
        &self,
        tenant: &TenantId,
        places: &[StoredHash],
    ) -> Result<Vec<Digest>, ConsoleError> {
        Ok(self.store.hashes(tenant, places).await?)
    }

    /// The size of the newest checkpoint of a log, if this record, as its bytes stand, is proven
    /// to be under it: its proof state.
    pub(crate) async fn covered_by(
        &self,
        tenant: &TenantId,
        row: &StoredRow,
    ) -> Result<Option<u64>, ConsoleError> {
        Ok(self.under_checkpoint(tenant, row).await?.map(|place| place.size))
    }

    /// Where a record stands in its log, proven: under the newest checkpoint, or, where none covers it
    /// yet, under the log as it is stored.
    ///
    /// # Errors
    /// [`ConsoleError::Damaged`] for a record that is not in its log.
    pub(crate) async fn place_in_log(
        &self,
        tenant: &TenantId,
        row: &StoredRow,
    ) -> Result<InLog, ConsoleError> {
        if let Some(place) = self.under_checkpoint(tenant, row).await? {
            return Ok(place);
        }
        let head = self.store.head(tenant).await?;
        let place = self.under(tenant, row, (head.size, head.root)).await?;
        place.ok_or(ConsoleError::Damaged { what: "a record of the log" })
    }

    async fn under_checkpoint(
        &self,
        tenant: &TenantId,
        row: &StoredRow,
    ) -> Result<Option<InLog>, ConsoleError> {
        let Some(signed) = self.signed_newest(tenant).await? else { return Ok(None) };
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        let place = self.under(tenant, row, (size, root)).await?;
        Ok(place.map(|place| InLog { checkpoint: true, ..place }))
    }

    /// The record as its bytes stand, proven to be under this root.
    async fn under(
        &self,
        tenant: &TenantId,
        row: &StoredRow,
        (size, root): (u64, Digest),
    ) -> Result<Option<InLog>, ConsoleError> {
        if row.seq >= size {
            return Ok(None);
        }
        let proof = match self.prove(tenant, &Plan::inclusion(row.seq, size)?).await {
            Ok(proof) => proof,
            Err(ConsoleError::Store(StoreError::Damaged { .. })) => return Ok(None),
            Err(error) => return Err(error),
        };
        let leaf_hash = tree::leaf_hash(&row.leaf);
        let holds = tree::verify_inclusion(row.seq, size, &leaf_hash, &proof, &root).is_ok();
        Ok(holds.then_some(InLog { leaf_hash, size, root, checkpoint: false }))
    }

    /// The newest checkpoint, if its signature is by a log key that was good at its size.
    pub(super) async fn signed_newest(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<SignedCheckpoint>, ConsoleError> {
        let Some(newest) = self.store.checkpoint(tenant).await? else { return Ok(None) };
        let view = self.log(tenant).await?;
        let keys = view.authority.log_keys_at(newest.size);
        let signed = SignedCheckpoint::parse_and_verify(&newest.note, &self.origin(tenant), &keys);
        Ok(signed.ok().filter(|signed| signed.checkpoint().size == newest.size))
    }
}
