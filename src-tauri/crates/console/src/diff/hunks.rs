//! A whole comparison as hunks, for those who print it.
//!
//! Invariant: within a hunk every line of both sides stands in exactly one row, in order; between
//! hunks the sides are equal.

use std::ops::Range;

use super::{Comparison, Layout, Whitespace, count, outline};
use crate::views::{DiffRow, HunkView};

/// Unchanged lines shown around a change.
const CONTEXT: u32 = 3;

/// The difference of two texts.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Hunks with three lines of context.
    pub hunks: Vec<HunkView>,
    /// Lines that stand only on the right, or stand there differently.
    pub added: u32,
    /// Lines that stand only on the left, or stand there differently.
    pub removed: u32,
    /// Places that changed: rows other than `same`, between rows that are.
    pub changes: u32,
}

/// Compares `left` with `right` and writes every row; without a left, every line of the right is
/// added.
#[must_use]
pub fn compare(left: Option<&str>, right: &str, whitespace: Whitespace) -> Compared {
    let compared = Comparison::new(left.map(str::to_owned), right.to_owned(), whitespace);
    Compared {
        hunks: compared.hunks(),
        added: compared.added(),
        removed: compared.removed(),
        changes: compared.all_changes(),
    }
}

impl Comparison {
    fn hunks(&self) -> Vec<HunkView> {
        let starts = self.starts(Layout::SideBySide);
        let rows_of = |at: usize| {
            let (start, change) = (starts[at], &self.changes[at]);
            start..start + change.removed().max(change.added())
        };
        let (mut at, mut folded_from, mut reached) = (0, 0, 0);
        let mut hunks = Vec::new();
        while at < self.changes.len() {
            let (first, begin) = (&self.changes[at], rows_of(at));
            let mut end = begin.end;
            while at + 1 < self.changes.len() && rows_of(at + 1).start - end <= 2 * CONTEXT {
                at += 1;
                end = rows_of(at).end;
            }
            let last = &self.changes[at];
            let lead = (begin.start - reached).min(CONTEXT);
            let tail = (self.right.len() - last.after.end).min(CONTEXT);
            hunks.push(HunkView {
                folded_before: first.after.start - lead - folded_from,
                section: outline::heading_above(&self.right, first.after.start),
                rows: self.all_rows(begin.start - lead..end + tail),
            });
            (folded_from, reached, at) = (last.after.end + tail, end + tail, at + 1);
        }
        hunks
    }

    fn all_rows(&self, range: Range<u32>) -> Vec<DiffRow> {
        let mut rows = Vec::new();
        loop {
            let more = self.rows(Layout::SideBySide, range.start + count(rows.len())..range.end);
            if more.is_empty() {
                return rows;
            }
            rows.extend(more);
        }
    }
}
