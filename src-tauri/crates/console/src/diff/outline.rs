//! What changed where, in numbers, and the headings between: what a page lays out before it has
//! read a row.
//!
//! Invariant: the numbers are complete. Headings are labels: their number and length are bounded.

use super::Comparison;
use super::lines::Lines;
use crate::hidden;
use crate::views::HeadingView;

/// Headings told.
const MOST_HEADINGS: usize = 1_000;

/// Characters of a heading told.
const HEADING_LENGTH: usize = 80;

impl Comparison {
    /// Three numbers a change: unchanged lines before it, lines removed, lines added.
    #[must_use]
    pub fn changes(&self) -> Vec<u32> {
        let mut reached = 0;
        let mut numbers = Vec::with_capacity(3 * self.changes.len());
        for change in &self.changes {
            numbers.extend([change.after.start - reached, change.removed(), change.added()]);
            reached = change.after.end;
        }
        numbers
    }

    /// Headings of the right text, where there is something to fold.
    #[must_use]
    pub fn headings(&self) -> Vec<HeadingView> {
        let mut found = Vec::new();
        for index in 0..self.right.len() {
            if found.len() == MOST_HEADINGS {
                break;
            }
            if let Some(title) = heading(self.right.get(index)) {
                found.push(HeadingView { line: index + 1, text: shortened(title) });
            }
        }
        found
    }
}

/// The nearest heading above a line, without its signs, hidden characters written out.
pub(super) fn heading_above(lines: &Lines, index: u32) -> String {
    let above = (0..index.min(lines.len())).rev();
    above.filter_map(|index| heading(lines.get(index))).map(shortened).next().unwrap_or_default()
}

/// The title of a line that is a Markdown heading.
pub(super) fn heading(line: &str) -> Option<&str> {
    if !line.starts_with('#') {
        return None;
    }
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with([' ', '\t'])).then(|| title.trim())
}

fn shortened(title: &str) -> String {
    match title.char_indices().nth(HEADING_LENGTH) {
        Some((end, _)) => format!("{}…", hidden::drawn(&title[..end])),
        None => hidden::drawn(title),
    }
}
