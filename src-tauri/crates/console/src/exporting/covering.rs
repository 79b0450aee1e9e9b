//! Whether a record is under a signed checkpoint: its proof state.
//!
//! Invariant: a record is called covered only when its bytes fold, with the stored subtree hashes,
//! to the root that a log key good at that size has signed.

use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::tree::{self, Frontier, StoredHash};
use ledger::{Digest, TenantId};
use store::{StoreError, StoredRow};

use crate::failure::ConsoleError;
use crate::workspace::Workspace;

impl Workspace {
    /// The size of the newest checkpoint of a log, if this record, as its bytes stand, is proven
    /// to be under it.
    pub(crate) async fn covered_by(
        &self,
        tenant: &TenantId,
        row: &StoredRow,
    ) -> Result<Option<u64>, ConsoleError> {
        let Some(checkpoint) = self.signed_newest(tenant).await? else { return Ok(None) };
        let Some((peak, path)) = way_up(row.seq, checkpoint.size) else { return Ok(None) };
        let peaks = tree::peak_positions(checkpoint.size);
        let asked: Vec<StoredHash> = peaks.iter().chain(&path).copied().collect();
        let mut hashes = match self.store.hashes(tenant, &asked).await {
            Ok(hashes) => hashes,
            Err(StoreError::Damaged { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let siblings = hashes.split_off(peaks.len().min(hashes.len()));
        let folded = fold(row.seq, tree::leaf_hash(&row.leaf), &siblings);
        let holds = hashes.get(peak) == Some(&folded)
            && Frontier::from_parts(checkpoint.size, hashes)?.root() == checkpoint.root;
        Ok(holds.then_some(checkpoint.size))
    }

    /// The newest checkpoint, if its signature is by a log key that was good at its size.
    async fn signed_newest(&self, tenant: &TenantId) -> Result<Option<Checkpoint>, ConsoleError> {
        let Some(newest) = self.store.checkpoint(tenant).await? else { return Ok(None) };
        let view = self.log(tenant).await?;
        let keys = view.authority.log_keys_at(newest.size);
        let signed = SignedCheckpoint::parse_and_verify(&newest.note, &self.origin(tenant), &keys);
        let checkpoint = signed.ok().map(|signed| signed.checkpoint().clone());
        Ok(checkpoint.filter(|checkpoint| checkpoint.size == newest.size))
    }
}

/// Which peak of a tree of `size` leaves a leaf is under, and where the siblings on the way up to
/// it are stored; none for a leaf beyond the tree.
fn way_up(leaf: u64, size: u64) -> Option<(usize, Vec<StoredHash>)> {
    let peaks = tree::peak_positions(size);
    let peak = peaks.iter().position(|peak| leaf <= peak.row_index)?;
    let siblings = 0..peaks[peak].level;
    Some((peak, siblings.map(|level| StoredHash::of_subtree(level, leaf >> level ^ 1)).collect()))
}

/// Folds a leaf hash with its siblings, lowest first.
fn fold(leaf: u64, hash: Digest, siblings: &[Digest]) -> Digest {
    (0..).zip(siblings).fold(hash, |hash, (level, sibling): (u32, &Digest)| {
        if leaf >> level & 1 == 1 {
            tree::node_hash(sibling, &hash)
        } else {
            tree::node_hash(&hash, sibling)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_of_every_tree_folds_to_its_peak() {
        let leaves: Vec<Digest> =
            (0_u64..70).map(|index| tree::leaf_hash(&index.to_be_bytes())).collect();
        let under = |place: &StoredHash| {
            let end = usize::try_from(place.row_index).unwrap() + 1;
            tree::root_of(leaves[end - (1 << place.level)..end].iter().copied())
        };
        let mut folds = 0;
        for size in 1..=70_u64 {
            let peaks: Vec<Digest> = tree::peak_positions(size).iter().map(under).collect();
            for (leaf, hash) in (0..size).zip(&leaves) {
                let (peak, path) = way_up(leaf, size).unwrap();
                let siblings: Vec<Digest> = path.iter().map(under).collect();
                assert_eq!(fold(leaf, *hash, &siblings), peaks[peak], "{leaf} of {size}");
                assert_ne!(fold(leaf, Digest::of(b"other"), &siblings), peaks[peak]);
                folds += 1;
            }
            assert_eq!(way_up(size, size), None);
        }
        assert_eq!(folds, 2485);
    }
}
