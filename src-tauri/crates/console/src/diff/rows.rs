//! Makes hunks of rows from the changed ranges of lines.
//!
//! Invariant: within a hunk every line of both sides stands in exactly one row, in order; between
//! hunks the sides are equal.

use std::ops::Range;

use imara_diff::Hunk;

use super::words::Comparison;
use super::{Whitespace, count, pairs, runs};
use crate::hidden;
use crate::views::{DiffLine, DiffRow, HunkView};

/// Unchanged lines shown around a change.
const CONTEXT: u32 = 3;

/// The hunks of a comparison.
pub(super) fn hunks(
    left: &[&str],
    right: &[&str],
    changes: &[Hunk],
    whitespace: Whitespace,
) -> Vec<HunkView> {
    let mut writer = Writer { left, right, words: Comparison::new(whitespace), rows: Vec::new() };
    let mut folded_from = 0;
    let mut hunks = Vec::new();
    let near = |one: &Hunk, next: &Hunk| next.after.start - one.after.end <= 2 * CONTEXT;
    for near_changes in changes.chunk_by(near) {
        let [first, ..] = near_changes else { continue };
        let lead = first.after.start.min(first.before.start).min(CONTEXT);
        let start = first.after.start - lead;
        let end = writer.write(near_changes, lead);
        hunks.push(HunkView {
            folded_before: start - folded_from,
            section: section(right, first.after.start),
            rows: std::mem::take(&mut writer.rows),
        });
        folded_from = end;
    }
    hunks
}

/// Writes rows; `rows` are those of the hunk under way.
struct Writer<'a> {
    left: &'a [&'a str],
    right: &'a [&'a str],
    words: Comparison<'a>,
    rows: Vec<DiffRow>,
}

impl Writer<'_> {
    /// Writes the rows of one hunk, and returns where it ends on the right.
    fn write(&mut self, changes: &[Hunk], lead: u32) -> u32 {
        let mut left = changes.first().map_or(0, |change| change.before.start - lead);
        let mut right = changes.first().map_or(0, |change| change.after.start - lead);
        for change in changes {
            self.same(left, right, change.after.start - right);
            self.changed(change);
            (left, right) = (change.before.end, change.after.end);
        }
        let tail = (count(self.right.len()) - right).min(CONTEXT);
        self.same(left, right, tail);
        right + tail
    }

    fn same(&mut self, left: u32, right: u32, lines: u32) {
        for offset in 0..lines {
            let left = plain(self.left, left + offset);
            let right = plain(self.right, right + offset);
            self.rows.push(DiffRow { kind: "same".to_owned(), left, right });
        }
    }

    fn changed(&mut self, change: &Hunk) {
        let (removed, added) = (at(self.left, &change.before), at(self.right, &change.after));
        for (left, right) in pairs::pair(removed, added) {
            let left = left.map(|index| change.before.start + index);
            let right = right.map(|index| change.after.start + index);
            let row = match (left, right) {
                (Some(left), Some(right)) => self.both(left, right),
                (Some(left), None) => DiffRow {
                    kind: "removed".to_owned(),
                    left: plain(self.left, left),
                    right: None,
                },
                (None, right) => DiffRow {
                    kind: "added".to_owned(),
                    left: None,
                    right: right.and_then(|right| plain(self.right, right)),
                },
            };
            self.rows.push(row);
        }
    }

    fn both(&mut self, left: u32, right: u32) -> DiffRow {
        let (before, after) = (text(self.left, left), text(self.right, right));
        let marks = self.words.compare(before, after);
        let line = |number: u32, text, words: &[Range<usize>]| {
            Some(DiffLine { number: number + 1, runs: runs::cut(text, words) })
        };
        DiffRow {
            kind: "changed".to_owned(),
            left: line(left, before, marks.left),
            right: line(right, after, marks.right),
        }
    }
}

fn plain(lines: &[&str], index: u32) -> Option<DiffLine> {
    Some(DiffLine { number: index + 1, runs: runs::cut(text(lines, index), &[]) })
}

fn text<'a>(lines: &[&'a str], index: u32) -> &'a str {
    usize::try_from(index).ok().and_then(|index| lines.get(index)).copied().unwrap_or_default()
}

fn at<'a, 'b>(lines: &'b [&'a str], range: &Range<u32>) -> &'b [&'a str] {
    lines.get(range.start as usize..range.end as usize).unwrap_or_default()
}

/// The nearest Markdown heading above a line, without its signs, hidden characters written out.
fn section(lines: &[&str], index: u32) -> String {
    let above = lines.iter().take(index as usize).rev();
    let heading = above.filter_map(|line| {
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        ((1..=6).contains(&level) && title.starts_with([' ', '\t'])).then(|| title.trim())
    });
    heading.map(hidden::drawn).next().unwrap_or_default()
}
