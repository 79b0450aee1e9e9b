//! The hashes of the records read so far: the root at any earlier size.
//!
//! Invariant: [`Past::root_at`] is the RFC 6962 root of exactly the first `size` leaves.

use super::Roots;
use crate::proof::Plan;
use crate::tree::{self, Completed, Frontier, StoredHash};
use crate::{Digest, LedgerError};

/// Every hash that the leaves read complete, laid out as the stored rows are.
#[derive(Debug, Clone, Default)]
pub struct Past {
    rows: Vec<Completed>,
    frontier: Frontier,
}

impl Past {
    /// Appends a leaf by its hash.
    ///
    /// # Errors
    /// [`LedgerError`] beyond the largest size of the format.
    pub fn push(&mut self, leaf_hash: Digest) -> Result<(), LedgerError> {
        self.rows.push(self.frontier.push(leaf_hash)?);
        Ok(())
    }

    /// Leaves read.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root over all of them.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// A proof, from the hashes of the leaves read; none when it needs more of them.
    pub fn prove(&self, plan: &Plan) -> Option<Vec<Digest>> {
        let found: Option<Vec<Digest>> =
            plan.places().into_iter().map(|stored| self.hash(stored)).collect();
        plan.fold(&found?).ok()
    }

    /// Root over the first `size`; none when fewer were read.
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        if size > self.size() {
            return None;
        }
        let peaks: Option<Vec<Digest>> =
            tree::peak_positions(size).into_iter().map(|stored| self.hash(stored)).collect();
        Frontier::from_parts(size, peaks?).ok().map(|frontier| frontier.root())
    }

    /// The leaf hash at a position.
    pub fn leaf_hash(&self, seq: u64) -> Option<Digest> {
        self.hash(StoredHash::of_subtree(0, seq))
    }

    /// A subtree hash, where it is stored; none when the subtree is not complete.
    pub fn hash(&self, stored: StoredHash) -> Option<Digest> {
        let row = self.rows.get(usize::try_from(stored.row_index).ok()?)?;
        row.hashes().get(usize::try_from(stored.level).ok()?).copied()
    }
}

impl Roots for Past {
    fn root_at(&self, size: u64) -> Option<Digest> {
        Self::root_at(self, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_earlier_root_is_the_root_of_its_leaves() {
        let leaves: Vec<Digest> =
            (0_u32..70).map(|index| Digest::of(&index.to_be_bytes())).collect();
        let mut past = Past::default();
        for leaf in &leaves {
            past.push(*leaf).unwrap();
        }
        for size in 0..=leaves.len() {
            let expected = tree::root_of(leaves.iter().take(size).copied());
            assert_eq!(past.root_at(size as u64), Some(expected), "size {size}");
        }
        assert_eq!(past.root_at(71), None);
        assert_eq!(past.leaf_hash(69), Some(leaves[69]));
    }
}
