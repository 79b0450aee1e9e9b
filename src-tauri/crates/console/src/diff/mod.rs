//! Compares two texts and shows the difference as hunks of rows, side by side.
//!
//! Invariant: the rows say everything. The left text with the rows applied is the right text, byte
//! for byte, and the other way round; nothing is cut, trimmed or normalised. What is unchanged and
//! far from a change is counted, not sent. The unified form is the same rows, told otherwise.
//!
//! imara-diff decides which lines differ (histogram, then its slider pass); words are compared
//! inside the rows that show both sides.

mod pairs;
mod rows;
mod runs;
mod words;

#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};

use imara_diff::{Algorithm, Diff, Hunk, InternedInput, Interner, sources};

use crate::views::HunkView;

/// Whether a difference in blanks is a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whitespace {
    /// Every byte counts.
    Exact,
    /// Spaces, tabs and line endings within a line do not count. Blanks that are not ASCII do:
    /// they are hidden characters.
    Ignored,
}

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

/// Compares `left` with `right`; without a left, every line of the right is added.
#[must_use]
pub fn compare(left: Option<&str>, right: &str, whitespace: Whitespace) -> Compared {
    let left: Vec<&str> = left.map(lines).unwrap_or_default();
    let right: Vec<&str> = lines(right);
    let changes = match whitespace {
        Whitespace::Exact => changes(&left, &right, |line| line),
        Whitespace::Ignored => changes(&left, &right, Loose),
    };
    Compared {
        added: changes.iter().map(|change| change.after.end - change.after.start).sum(),
        removed: changes.iter().map(|change| change.before.end - change.before.start).sum(),
        hunks: rows::hunks(&left, &right, &changes, whitespace),
        changes: count(changes.len()),
    }
}

/// Number of lines of a text, as the views count them.
#[must_use]
pub fn line_count(text: &str) -> u32 {
    count(sources::lines(text).count())
}

/// Lines with their endings, so that a changed ending is a change.
fn lines(text: &str) -> Vec<&str> {
    sources::lines(text).collect()
}

fn changes<'a, T: Hash + Eq + AsRef<[u8]>>(
    left: &[&'a str],
    right: &[&'a str],
    token: impl Fn(&'a str) -> T + Copy,
) -> Vec<Hunk> {
    let mut input = InternedInput {
        before: Vec::with_capacity(left.len()),
        after: Vec::with_capacity(right.len()),
        interner: Interner::new(left.len() + right.len()),
    };
    input.update_before(left.iter().copied().map(token));
    input.update_after(right.iter().copied().map(token));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    diff.hunks().collect()
}

/// A line whose blanks do not count.
struct Loose<'a>(&'a str);

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

/// Counts cross to the view as 32 bits; a text of 1 MiB has far fewer lines.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
