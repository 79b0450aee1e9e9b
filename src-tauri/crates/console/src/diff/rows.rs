//! Makes the rows of a part of a comparison, in either layout.
//!
//! Invariant: every line of both sides stands in exactly one row of a layout, in order. A change
//! has as many rows as its longer side has lines, or in one column as both sides have together, so
//! that where a row stands follows from the three numbers of each change.

use std::mem;
use std::ops::Range;

use super::lines::Lines;
use super::pairs::{self, Pair};
use super::search::Side;
use super::words::Words;
use super::{Change, Comparison, runs};
use crate::views::{DiffLine, DiffRow};

/// How rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Both sides beside each other.
    SideBySide,
    /// In one column: of a change first what went, then what came.
    Unified,
}

/// Most bytes of text in one answer; a longer line still comes whole.
const MOST_BYTES: usize = 256 * 1024;

/// First row of each change, by layout.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts {
    side_by_side: Vec<u32>,
    unified: Vec<u32>,
}

impl Starts {
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut starts = Self {
            side_by_side: Vec::with_capacity(changes.len()),
            unified: Vec::with_capacity(changes.len()),
        };
        let (mut two, mut one, mut reached) = (0, 0, 0);
        for change in changes {
            let same = change.after.start - reached;
            starts.side_by_side.push(two + same);
            starts.unified.push(one + same);
            two += same + change.removed().max(change.added());
            one += same + change.removed() + change.added();
            reached = change.after.end;
        }
        starts
    }

    const fn of_layout(&self, layout: Layout) -> &Vec<u32> {
        match layout {
            Layout::SideBySide => &self.side_by_side,
            Layout::Unified => &self.unified,
        }
    }
}

impl Change {
    const fn rows(&self, layout: Layout) -> u32 {
        let (removed, added) = (self.removed(), self.added());
        match layout {
            Layout::Unified => removed + added,
            Layout::SideBySide if removed > added => removed,
            Layout::SideBySide => added,
        }
    }
}

impl Comparison {
    /// The rows of a range; fewer than asked for at the end, or where they are long.
    #[must_use]
    pub fn rows(&self, layout: Layout, range: Range<u32>) -> Vec<DiffRow> {
        self.rows_of(layout, &[range]).pop().unwrap_or_default()
    }

    /// The rows of each range; fewer than asked for at the end, or once they are long together.
    #[must_use]
    pub fn rows_of(&self, layout: Layout, ranges: &[Range<u32>]) -> Vec<Vec<DiffRow>> {
        let mut writer = Writer::new(self);
        let mut write = |range: &Range<u32>| {
            writer.write(layout, range.clone());
            mem::take(&mut writer.rows)
        };
        ranges.iter().map(&mut write).collect()
    }

    /// How many rows there are in all.
    #[must_use]
    pub fn row_count(&self, layout: Layout) -> u32 {
        let changed: u32 = self.changes.iter().map(|change| change.rows(layout)).sum();
        changed + self.right.len() - self.added()
    }

    /// First row of each change.
    pub(super) const fn starts(&self, layout: Layout) -> &Vec<u32> {
        self.starts.of_layout(layout)
    }
}

struct Writer<'a> {
    compared: &'a Comparison,
    words: Words<'a>,
    rows: Vec<DiffRow>,
    bytes: usize,
}

impl<'a> Writer<'a> {
    fn new(compared: &'a Comparison) -> Self {
        Self { compared, words: Words::new(compared.whitespace), rows: Vec::new(), bytes: 0 }
    }

    fn write(&mut self, layout: Layout, range: Range<u32>) {
        let compared = self.compared;
        let starts = compared.starts(layout);
        let mut at = range.start;
        while at < range.end && self.bytes < MOST_BYTES {
            // The change that this row stands in or behind, and the one that comes next.
            let next = starts.partition_point(|start| *start <= at);
            let behind = next.checked_sub(1);
            let behind = behind.and_then(|last| compared.changes.get(last).zip(starts.get(last)));
            let (before, after, from) = match behind {
                Some((change, start)) if at < start + change.rows(layout) => {
                    let end = (start + change.rows(layout)).min(range.end);
                    at = start + self.changed(layout, change, at - start..end - start);
                    continue;
                }
                Some((change, start)) => {
                    (change.before.end, change.after.end, start + change.rows(layout))
                }
                None => (0, 0, 0),
            };
            let limit = starts.get(next).copied().unwrap_or(u32::MAX);
            let end = limit.min(range.end).min(from + compared.right.len() - after);
            if at >= end {
                return;
            }
            at += self.unchanged(before + (at - from), after + (at - from), end - at);
        }
    }

    /// Rows of lines outside of all changes; gives how many were written.
    fn unchanged(&mut self, left: u32, right: u32, lines: u32) -> u32 {
        for offset in 0..lines {
            if self.bytes >= MOST_BYTES {
                return offset;
            }
            let (before, after) = (left + offset, right + offset);
            let same = self.text(Side::Left, before) == self.text(Side::Right, after);
            let kind = if same { "same" } else { "whitespace" };
            let (left, right) = (self.plain(Side::Left, before), self.plain(Side::Right, after));
            self.push(kind, Some(left), Some(right));
        }
        lines
    }

    /// Rows of a change, counted from its first; gives where it got to.
    fn changed(&mut self, layout: Layout, change: &Change, rows: Range<u32>) -> u32 {
        let pairs = self.pairs(change);
        for row in rows.clone() {
            if self.bytes >= MOST_BYTES {
                return row;
            }
            match layout {
                Layout::SideBySide => {
                    let (left, right) = pairs.get(row as usize).copied().unwrap_or_default();
                    self.beside(change, left, right);
                }
                Layout::Unified => self.below(change, &pairs, row),
            }
        }
        rows.end
    }

    fn pairs(&self, change: &Change) -> Vec<Pair> {
        let (left, right) = (&self.compared.left, &self.compared.right);
        if pairs::in_order_suffices(change.removed(), change.added()) {
            return pairs::in_order(change.removed(), change.added());
        }
        pairs::pair(&left.between(&change.before), &right.between(&change.after))
    }

    fn beside(&mut self, change: &Change, left: Option<u32>, right: Option<u32>) {
        let left = left.map(|index| change.before.start + index);
        let right = right.map(|index| change.after.start + index);
        match (left, right) {
            (Some(left), Some(right)) => {
                let (left, right) = self.both(left, right);
                self.push("changed", Some(left), Some(right));
            }
            (Some(left), None) => {
                let line = self.plain(Side::Left, left);
                self.push("removed", Some(line), None);
            }
            (None, Some(right)) => {
                let line = self.plain(Side::Right, right);
                self.push("added", None, Some(line));
            }
            (None, None) => {}
        }
    }

    /// A row of one column, its words marked against the line that it would stand beside.
    fn below(&mut self, change: &Change, pairs: &[Pair], row: u32) {
        let removed = change.removed();
        if row < removed {
            let partner = pairs::partner(pairs, row, |pair| (pair.0, pair.1));
            let left = change.before.start + row;
            let line = match partner {
                Some(right) => self.both(left, change.after.start + right).0,
                None => self.plain(Side::Left, left),
            };
            self.push("removed", Some(line), None);
        } else {
            let own = row - removed;
            let partner = pairs::partner(pairs, own, |pair| (pair.1, pair.0));
            let right = change.after.start + own;
            let line = match partner {
                Some(left) => self.both(change.before.start + left, right).1,
                None => self.plain(Side::Right, right),
            };
            self.push("added", None, Some(line));
        }
    }

    fn both(&mut self, left: u32, right: u32) -> (DiffLine, DiffLine) {
        let (before, after) = (self.text(Side::Left, left), self.text(Side::Right, right));
        let marks = self.words.compare(before, after);
        let endings = (self.compared.left.endings(), self.compared.right.endings());
        let line = |number: u32, runs| DiffLine { number: number + 1, runs };
        (
            line(left, runs::cut(before, marks.left, endings.0)),
            line(right, runs::cut(after, marks.right, endings.1)),
        )
    }

    fn plain(&self, side: Side, index: u32) -> DiffLine {
        let lines = self.side(side);
        DiffLine { number: index + 1, runs: runs::cut(lines.get(index), &[], lines.endings()) }
    }

    fn text(&self, side: Side, index: u32) -> &'a str {
        self.side(side).get(index)
    }

    const fn side(&self, side: Side) -> &'a Lines {
        match side {
            Side::Left => &self.compared.left,
            Side::Right => &self.compared.right,
        }
    }

    fn push(&mut self, kind: &str, left: Option<DiffLine>, right: Option<DiffLine>) {
        let lines = left.iter().chain(&right).flat_map(|line| &line.runs);
        self.bytes += lines.map(|run| run.text.len()).sum::<usize>();
        self.rows.push(DiffRow { kind: kind.to_owned(), left, right });
    }
}
