//! Lines whose blanks do not count.
//!
//! Invariant: what is not shown for it is counted.

use std::hash::{Hash, Hasher};

use super::lines::Lines;
use super::{Change, count};

/// A line whose blanks do not count.
pub(super) struct Loose<'a>(pub(super) &'a str);

impl Loose<'_> {
    fn written(&self) -> impl Iterator<Item = u8> {
        self.0.bytes().filter(|byte| !byte.is_ascii_whitespace())
    }
}

impl PartialEq for Loose<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.written().eq(other.written())
    }
}

impl Eq for Loose<'_> {}

impl Hash for Loose<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.written().for_each(|byte| state.write_u8(byte));
    }
}

impl AsRef<[u8]> for Loose<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Lines outside of the changes that are not the same bytes.
pub(super) fn hidden(left: &Lines, right: &Lines, changes: &[Change]) -> u32 {
    let (mut before, mut after, mut hidden) = (0, 0, 0);
    let end = Change { before: left.len()..left.len(), after: right.len()..right.len() };
    for change in changes.iter().chain([&end]) {
        let lefts = (before..change.before.start).map(|index| left.get(index));
        let rights = (after..change.after.start).map(|index| right.get(index));
        hidden += lefts.zip(rights).filter(|(left, right)| left != right).count();
        (before, after) = (change.before.end, change.after.end);
    }
    count(hidden)
}

/// Whether two passages are the same but for blanks.
pub(super) fn alike(left: &[&str], right: &[&str]) -> bool {
    let written = |lines: &[&str]| -> Vec<u8> {
        let bytes = lines.iter().flat_map(|line| line.bytes());
        bytes.filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    written(left) == written(right)
}
