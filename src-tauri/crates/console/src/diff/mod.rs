//! Compares two texts: which lines changed, and the rows that show it.
//!
//! Invariant: the rows say everything. The left text with the rows applied is the right text, byte
//! for byte, and the other way round; nothing is cut, trimmed or normalised. What changed is told
//! in three numbers a change; rows are made for the part of it that somebody looks at, so that a
//! long text costs what is in view.
//!
//! imara-diff decides which lines differ (histogram, then its slider pass); words are compared
//! inside the rows that show both sides.

mod facts;
mod fields;
mod hunks;
mod instructions;
mod lines;
mod lone;
mod loose;
mod outline;
mod pairs;
mod rows;
mod runs;
mod search;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_facts;
#[cfg(test)]
mod tests_rows;

use std::hash::Hash;
use std::ops::Range;

use imara_diff::{InternedInput, Interner, TokenSource, sources};

pub use fields::Fielded;
pub(crate) use fields::{Writer as FieldWriter, field_facts};
pub use hunks::{Compared, compare};
pub use rows::Layout;
pub(crate) use runs::marked_lines;
pub use search::{Hits, Side};

use self::lines::Lines;
use self::loose::Loose;

/// Whether a difference in blanks is a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whitespace {
    /// Every byte counts.
    Exact,
    /// Spaces, tabs and line endings within a line do not count. Blanks that are not ASCII do:
    /// they are hidden characters.
    Ignored,
}

/// More changes than this are told as one: each costs the page some bytes.
const MOST_CHANGES: usize = 20_000;

/// Lines that were taken out, and those that stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    before: Range<u32>,
    after: Range<u32>,
}

impl Change {
    const fn removed(&self) -> u32 {
        self.before.end - self.before.start
    }

    const fn added(&self) -> u32 {
        self.after.end - self.after.start
    }
}

/// Two texts and what differs between them.
#[derive(Debug, Clone)]
pub struct Comparison {
    left: Lines,
    right: Lines,
    has_left: bool,
    whitespace: Whitespace,
    changes: Vec<Change>,
    /// Where each change begins, as row of either layout.
    starts: rows::Starts,
    all_changes: u32,
    whitespace_hidden: u32,
    is_coarse: bool,
}

impl Comparison {
    /// Compares `left` with `right`; without a left, every line of the right is added.
    #[must_use]
    pub fn new(left: Option<String>, right: String, whitespace: Whitespace) -> Self {
        let has_left = left.is_some();
        let (exact, left, right) = exact(left.unwrap_or_default(), right);
        let all_changes = count(exact.len());
        let (changes, whitespace_hidden) = match whitespace {
            Whitespace::Exact => (exact, 0),
            Whitespace::Ignored => {
                let changes = loosely(&left, &right);
                let hidden = loose::hidden(&left, &right, &changes);
                (changes, hidden)
            }
        };
        let is_coarse = changes.len() > MOST_CHANGES;
        let changes = if is_coarse { as_one(&changes) } else { changes };
        let starts = rows::Starts::of(&changes);
        Self {
            left,
            right,
            has_left,
            whitespace,
            changes,
            starts,
            all_changes,
            whitespace_hidden,
            is_coarse,
        }
    }

    /// Lines that stand only on the right, or stand there differently.
    #[must_use]
    pub fn added(&self) -> u32 {
        self.changes.iter().map(Change::added).sum()
    }

    /// Lines that stand only on the left, or stand there differently.
    #[must_use]
    pub fn removed(&self) -> u32 {
        self.changes.iter().map(Change::removed).sum()
    }

    /// Places that changed, byte for byte, whatever of them is shown.
    #[must_use]
    pub const fn all_changes(&self) -> u32 {
        self.all_changes
    }

    /// Lines that differ in blanks alone and are shown as if they did not.
    #[must_use]
    pub const fn whitespace_hidden(&self) -> u32 {
        self.whitespace_hidden
    }

    /// Whether blanks count.
    #[must_use]
    pub const fn whitespace(&self) -> Whitespace {
        self.whitespace
    }

    /// True where there were too many changes to tell apart: the first to the last is one.
    #[must_use]
    pub const fn is_coarse(&self) -> bool {
        self.is_coarse
    }

    /// Lines on the left and on the right.
    #[must_use]
    pub fn lines(&self) -> (u32, u32) {
        (self.left.len(), self.right.len())
    }
}

/// Number of lines of a text, as the views count them.
#[must_use]
pub fn line_count(text: &str) -> u32 {
    count(sources::lines(text).count())
}

/// What differs byte for byte, and the two texts cut into lines on the way.
fn exact(left: String, right: String) -> (Vec<Change>, Lines, Lines) {
    let room = |text: &str| sources::lines(text).estimate_tokens() as usize;
    let (lefts, rights) = (room(&left), room(&right));
    let (mut left_ends, mut right_ends) = (Vec::with_capacity(lefts), Vec::with_capacity(rights));
    let mut input = input_of(lefts, rights);
    input.update_before(lines::noting(&left, &mut left_ends));
    input.update_after(lines::noting(&right, &mut right_ends));
    let changes = changes_of(&input);
    (changes, Lines::ending_at(left_ends, left), Lines::ending_at(right_ends, right))
}

/// What differs but in blanks.
fn loosely(left: &Lines, right: &Lines) -> Vec<Change> {
    let mut input = input_of(left.len() as usize, right.len() as usize);
    input.update_before(left.from(0).map(Loose));
    input.update_after(right.from(0).map(Loose));
    changes_of(&input)
}

fn input_of<T: Hash + Eq>(lefts: usize, rights: usize) -> InternedInput<T> {
    InternedInput {
        before: Vec::with_capacity(lefts),
        after: Vec::with_capacity(rights),
        interner: Interner::new(lefts + rights),
    }
}

fn changes_of<T: Hash + Eq + AsRef<[u8]>>(input: &InternedInput<T>) -> Vec<Change> {
    let mut diff = lone::diff((&input.before, &input.after), input.interner.num_tokens());
    diff.postprocess_lines(input);
    diff.hunks().map(|hunk| Change { before: hunk.before, after: hunk.after }).collect()
}

/// From the first change to the last as one: the old text of that part, then the new.
fn as_one(changes: &[Change]) -> Vec<Change> {
    let ends = changes.first().zip(changes.last());
    let one = ends.map(|(first, last)| Change {
        before: first.before.start..last.before.end,
        after: first.after.start..last.after.end,
    });
    one.into_iter().collect()
}

/// Counts cross to the view as 32 bits; a text of 1 MiB has far fewer lines.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
