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
        let Some(signed) = self.signed_newest(tenant).await? else { return Ok(None) };
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        if row.seq >= size {
            return Ok(None);
        }
        let proof = match self.prove(tenant, &Plan::inclusion(row.seq, size)?).await {
            Ok(proof) => proof,
            Err(ConsoleError::Store(StoreError::Damaged { .. })) => return Ok(None),
            Err(error) => return Err(error),
        };
        let hash = tree::leaf_hash(&row.leaf);
        let holds = tree::verify_inclusion(row.seq, size, &hash, &proof, &root).is_ok();
        Ok(holds.then_some(size))
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
