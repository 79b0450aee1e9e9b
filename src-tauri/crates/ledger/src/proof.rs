//! Making Merkle proofs: which stored subtree hashes a proof is folded from.
//!
//! Invariant: a [`Plan`] names at most two stored hashes for each level of the tree, whatever the
//! length of the log, and what it folds is exactly the proof of RFC 6962. It reads no row: whoever
//! holds them looks the hashes up, in the order of [`Plan::places`].

use crate::tree::{self, StoredHash};
use crate::{Digest, LedgerError};

/// The hashes of a proof, each as the perfect subtrees that it is folded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    nodes: Vec<Vec<StoredHash>>,
}

impl Plan {
    /// PATH(`index`, D[`size`]) of RFC 6962 §2.1.1, lowest first.
    ///
    /// # Errors
    /// [`LedgerError::Proof`] for a leaf outside the tree.
    pub fn inclusion(index: u64, size: u64) -> Result<Self, LedgerError> {
        if index >= size {
            let reason = "the index is outside the tree";
            return Err(LedgerError::Proof { what: "inclusion", reason });
        }
        let (mut start, mut end, mut nodes) = (0, size, Vec::new());
        while end - start > 1 {
            let middle = middle(start, end);
            if index < middle {
                nodes.push(node(middle, end));
                end = middle;
            } else {
                nodes.push(node(start, middle));
                start = middle;
            }
        }
        nodes.reverse();
        Ok(Self { nodes })
    }

    /// PROOF(`first`, D[`second`]) of RFC 6962 §2.1.2, lowest first.
    ///
    /// # Errors
    /// [`LedgerError::Proof`] when the first size is 0 or larger than the second.
    pub fn consistency(first: u64, second: u64) -> Result<Self, LedgerError> {
        if first == 0 || first > second {
            let reason = "the first size is not between 1 and the second";
            return Err(LedgerError::Proof { what: "consistency", reason });
        }
        let (mut start, mut end, mut nodes) = (0, second, Vec::new());
        while end != first {
            let middle = middle(start, end);
            if first <= middle {
                nodes.push(node(middle, end));
                end = middle;
            } else {
                nodes.push(node(start, middle));
                start = middle;
            }
        }
        // The first tree itself, which its verifier has, is not listed.
        if start > 0 {
            nodes.push(node(start, end));
        }
        nodes.reverse();
        Ok(Self { nodes })
    }

    /// Every stored hash that is needed, in the order that [`Plan::fold`] takes them.
    pub fn places(&self) -> Vec<StoredHash> {
        self.nodes.iter().flatten().copied().collect()
    }

    /// The proof, folded from the hashes found at [`Plan::places`].
    ///
    /// # Errors
    /// [`LedgerError::Proof`] when there are more or fewer hashes than places.
    pub fn fold(&self, found: &[Digest]) -> Result<Vec<Digest>, LedgerError> {
        let refuse = || LedgerError::Proof { what: "stored", reason: "not one hash a place" };
        let mut rest = found;
        let mut proof = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let (parts, after) = rest.split_at_checked(node.len()).ok_or_else(refuse)?;
            proof.push(tree::fold(parts));
            rest = after;
        }
        if rest.is_empty() { Ok(proof) } else { Err(refuse()) }
    }
}

/// The subtrees beside a range of leaves: what stands for them in a range file (formats.md, "Range,
/// consistency, single record").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Wholly before the range, in walking order.
    pub left: Vec<StoredHash>,
    /// Wholly from its end on, in walking order.
    pub right: Vec<StoredHash>,
}

impl Beside {
    /// Walks the tree of `size` leaves around [`start`, `end`).
    ///
    /// # Errors
    /// [`LedgerError::Proof`] unless `start` < `end` ≤ `size`.
    pub fn range(start: u64, end: u64, size: u64) -> Result<Self, LedgerError> {
        if start >= end || end > size {
            let reason = "the range is empty or ends outside the tree";
            return Err(LedgerError::Proof { what: "range", reason });
        }
        // Left of the range every subtree is perfect; right of it the last ones may not be, and
        // are split into those that are.
        let mut beside = Self { left: node(0, start), right: Vec::new() };
        let mut at = end;
        while at < size {
            let fits = if at == 0 { u64::BITS } else { at.trailing_zeros() };
            let level = fits.min((size - at).ilog2());
            beside.right.push(StoredHash::of_subtree(level, at >> level));
            at += 1 << level;
        }
        Ok(beside)
    }
}

/// Where a tree over [start, end) is split: at the largest power of two below its width.
const fn middle(start: u64, end: u64) -> u64 {
    start + (1 << (end - start - 1).ilog2())
}

/// A node over [start, end) as perfect subtrees, largest first. `start` is a multiple of each of
/// their widths, as it is for every node of the tree and for [0, end).
fn node(start: u64, end: u64) -> Vec<StoredHash> {
    let (mut at, mut parts) = (start, Vec::new());
    for level in (0..u64::BITS).rev().filter(|level| (end - start) >> level & 1 == 1) {
        parts.push(StoredHash::of_subtree(level, at >> level));
        at += 1 << level;
    }
    parts
}
