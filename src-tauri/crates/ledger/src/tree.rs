//! The Merkle tree of RFC 6962: hashing, growing by one leaf, and checking proofs.
//!
//! Invariant: a log of `n` leaves has exactly one root, and a [`Frontier`] holds exactly the
//! popcount(n) peaks which that root is folded from. It will not store rows or make proofs; it says
//! which hashes a leaf completes ([`Completed`]) and where they lie ([`peak_positions`]).

use crate::json::MAX_INTEGER;
use crate::{Digest, LedgerError};

/// The most hashes an inclusion proof can have: sizes end at 2^53 − 1.
pub const MAX_PROOF_HASHES: usize = 53;

/// The root of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// SHA-256(0x00 ‖ leaf), RFC 6962 §2.1.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest::of_parts(&[&[0x00], leaf])
}

/// SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[0x01], left.as_bytes(), right.as_bytes()])
}

/// The root over these leaf hashes, in order.
pub fn root_of(leaf_hashes: impl IntoIterator<Item = Digest>) -> Digest {
    let mut peaks = Vec::new();
    for (index, leaf) in (0_u64..).zip(leaf_hashes) {
        grow(&mut peaks, index, leaf);
    }
    fold(&peaks)
}

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The edge of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Restores the edge of a tree of `size` leaves from its peaks, largest first, as
    /// [`peak_positions`] finds them.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when there are not popcount(`size`) of them or the size is too large.
    pub fn from_parts(size: u64, peaks: Vec<Digest>) -> Result<Self, LedgerError> {
        check_size(size)?;
        if peaks.len() != size.count_ones() as usize {
            let reason = format!("{} peaks for {size} leaves", peaks.len());
            return Err(LedgerError::format("frontier", reason));
        }
        Ok(Self { size, peaks })
    }

    /// How many leaves the tree has; also the index of the next one.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The peaks, largest subtree first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Digest {
        fold(&self.peaks)
    }

    /// Appends a whole perfect subtree of height `level` by its root.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when no such subtree begins at this size, or the log would have more
    /// than 2^53 − 1 leaves.
    pub fn push_subtree(&mut self, level: u32, root: Digest) -> Result<(), LedgerError> {
        let width = 1_u64.checked_shl(level).filter(|width| self.size.is_multiple_of(*width));
        let width = width.ok_or_else(|| {
            LedgerError::format("frontier", "no subtree of this height begins at this size")
        })?;
        check_size(self.size.saturating_add(width))?;
        grow(&mut self.peaks, self.size >> level, root);
        self.size += width;
        Ok(())
    }

    /// Appends a leaf hash and returns every hash that it completes.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when the log has 2^53 − 1 leaves already.
    pub fn push(&mut self, leaf: Digest) -> Result<Completed, LedgerError> {
        check_size(self.size + 1)?;
        let completed = grow(&mut self.peaks, self.size, leaf);
        self.size += 1;
        Ok(completed)
    }
}

/// The hashes that one leaf completes: its own, then the root of each perfect subtree it is the
/// last leaf of, by level. They are stored in the leaf's row, level `L` at offset 32·`L`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed(Vec<Digest>);

impl Completed {
    /// The hashes by level; level 0 is the leaf hash.
    pub fn hashes(&self) -> &[Digest] {
        &self.0
    }

    /// The hashes one after the other, 32 bytes each: what the log row holds before its body.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }
}

/// Where one stored subtree hash lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredHash {
    /// The `seq` of the row, which is the last leaf of the subtree.
    pub row_index: u64,
    /// The height of the subtree; the hash lies at offset 32·`level` of the row's hashes.
    pub level: u32,
}

impl StoredHash {
    /// Where the subtree of height `level` and number `index` (from the left) is stored: row
    /// (index + 1)·2^level − 1.
    pub const fn of_subtree(level: u32, index: u64) -> Self {
        Self { row_index: ((index + 1) << level) - 1, level }
    }

    /// The byte offset inside the row's hashes.
    pub const fn offset(&self) -> usize {
        32 * self.level as usize
    }
}

/// Where the peaks of a tree of `size` leaves are stored, largest first: popcount(`size`) rows.
pub fn peak_positions(size: u64) -> Vec<StoredHash> {
    (0..u64::BITS)
        .rev()
        .filter(|level| size >> level & 1 == 1)
        .map(|level| StoredHash::of_subtree(level, (size >> level) - 1))
        .collect()
}

/// Checks that `leaf` is the leaf at `index` of the tree of `size` leaves under `root`
/// (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`LedgerError::Proof`] when the index is outside the tree, the proof has not exactly the hashes
/// needed, or it leads to another root.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Digest,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), LedgerError> {
    let refuse = |reason| LedgerError::Proof { what: "inclusion", reason };
    check_size(size)?;
    if index >= size {
        return Err(refuse("the index is outside the tree"));
    }
    let (mut path, mut hash) = (Path { position: index, last: size - 1 }, *leaf);
    for sibling in proof {
        hash = match path.step().ok_or_else(|| refuse("too many hashes"))? {
            Sibling::Left => node_hash(sibling, &hash),
            Sibling::Right => node_hash(&hash, sibling),
        };
    }
    match (path.is_at_root(), hash == *root) {
        (false, _) => Err(refuse("too few hashes")),
        (true, false) => Err(refuse("it leads to another root")),
        (true, true) => Ok(()),
    }
}

/// Checks that the tree of `first_size` leaves under `first_root` is the beginning of the tree of
/// `second_size` leaves under `second_root` (RFC 9162 §2.1.4.2). From the empty tree there is
/// nothing to prove, so a first size of 0 is refused unless both are 0.
///
/// # Errors
/// [`LedgerError::Proof`] when the sizes do not rise, the proof has not exactly the hashes needed,
/// or it leads to another root.
pub fn verify_consistency(
    first_size: u64,
    second_size: u64,
    first_root: &Digest,
    second_root: &Digest,
    proof: &[Digest],
) -> Result<(), LedgerError> {
    let refuse = |reason| LedgerError::Proof { what: "consistency", reason };
    check_size(second_size)?;
    if first_size == second_size {
        return match (proof.is_empty(), first_root == second_root) {
            (true, true) => Ok(()),
            (false, _) => Err(refuse("too many hashes")),
            (true, false) => Err(refuse("two roots for one size")),
        };
    }
    if first_size == 0 || first_size > second_size {
        return Err(refuse("the first size is not between 1 and the second"));
    }
    // When the first tree is one perfect subtree, its root begins the path and is not listed.
    let mut siblings = proof.iter();
    let start = if first_size.is_power_of_two() { Some(first_root) } else { siblings.next() };
    let start = *start.ok_or_else(|| refuse("too few hashes"))?;
    let height = (first_size - 1).trailing_ones();
    let mut path = Path { position: (first_size - 1) >> height, last: (second_size - 1) >> height };
    let (mut first, mut second) = (start, start);
    for sibling in siblings {
        match path.step().ok_or_else(|| refuse("too many hashes"))? {
            Sibling::Left => {
                first = node_hash(sibling, &first);
                second = node_hash(sibling, &second);
            }
            Sibling::Right => second = node_hash(&second, sibling),
        }
    }
    match (path.is_at_root(), first == *first_root, second == *second_root) {
        (false, _, _) => Err(refuse("too few hashes")),
        (true, false, _) => Err(refuse("it leads to another first root")),
        (true, true, false) => Err(refuse("it leads to another second root")),
        (true, true, true) => Ok(()),
    }
}

/// On which side of a node its sibling in the proof stands.
enum Sibling {
    Left,
    Right,
}

/// The way from a node up to the root: its number at its height, and the last number there.
struct Path {
    position: u64,
    last: u64,
}

impl Path {
    const fn is_at_root(&self) -> bool {
        self.last == 0
    }

    /// One level up that has a sibling; `None` at the root. A node that is the last and alone at
    /// its height climbs without a sibling until it is a right child.
    fn step(&mut self) -> Option<Sibling> {
        if self.is_at_root() {
            return None;
        }
        let sibling = if self.position & 1 == 1 || self.position == self.last {
            let alone = self.position.trailing_zeros();
            self.position >>= alone;
            self.last >>= alone;
            Sibling::Left
        } else {
            Sibling::Right
        };
        self.position >>= 1;
        self.last >>= 1;
        Some(sibling)
    }
}

fn check_size(size: u64) -> Result<(), LedgerError> {
    if size > MAX_INTEGER {
        return Err(LedgerError::format("tree size", "larger than 2^53 - 1"));
    }
    Ok(())
}

/// Adds the leaf with this index to the peaks and returns what it completes: as many subtrees as
/// the index has trailing ones. The same holds for subtrees of one height, by their index.
fn grow(peaks: &mut Vec<Digest>, index: u64, leaf: Digest) -> Completed {
    let mut completed = vec![leaf];
    let mut hash = leaf;
    for _ in 0..index.trailing_ones() {
        if let Some(left) = peaks.pop() {
            hash = node_hash(&left, &hash);
            completed.push(hash);
        }
    }
    peaks.push(hash);
    Completed(completed)
}

/// Folds subtrees that stand side by side, largest first, into the node above them all.
pub(crate) fn fold(peaks: &[Digest]) -> Digest {
    let folded = peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    folded.unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
    }

    /// RFC 6962 §2.1 as it is written: split at the largest power of two below the size.
    fn root_by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            more => {
                let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                node_hash(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    #[test]
    fn the_frontier_has_the_root_of_the_definition_at_every_size() {
        let (mut frontier, all, mut rows) = (Frontier::new(), leaves(130), Vec::new());
        for size in 0..=all.len() {
            let expected = root_by_definition(&all[..size]);
            assert_eq!(frontier.root(), expected, "size {size}");
            assert_eq!(root_of(all[..size].iter().copied()), expected, "size {size}");
            assert_eq!(restore(size as u64, &rows).unwrap(), frontier, "size {size}");
            if let Some(leaf) = all.get(size) {
                rows.push(frontier.push(*leaf).unwrap().to_bytes());
            }
        }
    }

    fn restore(size: u64, rows: &[Vec<u8>]) -> Result<Frontier, LedgerError> {
        let peaks = peak_positions(size).into_iter().map(|stored| {
            let row = &rows[usize::try_from(stored.row_index).unwrap()];
            let bytes = &row[stored.offset()..stored.offset() + 32];
            Digest::from_bytes(bytes.try_into().unwrap())
        });
        Frontier::from_parts(size, peaks.collect())
    }

    #[test]
    fn a_row_holds_its_leaf_and_every_subtree_that_ends_there() {
        let mut frontier = Frontier::new();
        let all = leaves(64);
        for (index, leaf) in (0_u64..).zip(&all) {
            let completed = frontier.push(*leaf).unwrap();
            assert_eq!(completed.hashes().len(), 1 + index.trailing_ones() as usize);
            for (level, hash) in (0_u32..).zip(completed.hashes()) {
                let end = usize::try_from(index).unwrap() + 1;
                assert_eq!(*hash, root_by_definition(&all[end - (1 << level)..end]));
                let stored = StoredHash::of_subtree(level, index >> level);
                assert_eq!(stored, StoredHash { row_index: index, level });
            }
        }
    }

    #[test]
    fn peaks_lie_at_the_last_leaf_of_each_perfect_subtree() {
        let rows = |size| -> Vec<(u64, u32)> {
            peak_positions(size).iter().map(|stored| (stored.row_index, stored.level)).collect()
        };
        assert_eq!(rows(0), []);
        assert_eq!(rows(1), [(0, 0)]);
        assert_eq!(rows(6), [(3, 2), (5, 1)]);
        assert_eq!(rows(7), [(3, 2), (5, 1), (6, 0)]);
        assert_eq!(rows(8), [(7, 3)]);
        assert_eq!(rows(MAX_INTEGER).len(), 53);
    }

    #[test]
    fn a_frontier_that_does_not_fit_its_size_is_refused() {
        assert!(Frontier::from_parts(3, leaves(1)).is_err());
        assert!(Frontier::from_parts(4, leaves(2)).is_err());
        assert!(Frontier::from_parts(0, leaves(1)).is_err());
        assert!(Frontier::from_parts(MAX_INTEGER + 1, leaves(1)).is_err());
        let mut full = Frontier::from_parts(MAX_INTEGER, leaves(53)).unwrap();
        assert!(full.push(leaf_hash(b"one too many")).is_err());
        assert_eq!((full.size(), full.peaks().len()), (MAX_INTEGER, 53));
    }
}
