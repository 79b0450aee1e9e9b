//! Marks the words that differ between two versions of a line.
//!
//! Invariant: a mark is a range of bytes on the boundaries of characters, in order, none touching
//! another. Marks are an aid to the eye; which lines changed does not rest on them.

use std::ops::Range;

use governance::template;
use imara_diff::{Algorithm, Diff, InternedInput};

use super::Whitespace;

/// Between longer lines the one passage is marked in which they differ.
const LONG_LINE: usize = 16 * 1024;

/// After a line of more tokens the memory is given back: emptying it would cost more than it saves.
const MANY_TOKENS: u32 = 4_096;

/// Compares pairs of lines; keeps its memory from one to the next.
pub(super) struct Words<'a> {
    whitespace: Whitespace,
    input: InternedInput<&'a str>,
    diff: Diff,
    left: Vec<Range<usize>>,
    right: Vec<Range<usize>>,
}

/// The marked ranges of both sides.
pub(super) struct Marks<'a> {
    pub(super) left: &'a [Range<usize>],
    pub(super) right: &'a [Range<usize>],
}

impl<'a> Words<'a> {
    pub(super) fn new(whitespace: Whitespace) -> Self {
        let (input, diff) = (InternedInput::default(), Diff::default());
        Self { whitespace, input, diff, left: Vec::new(), right: Vec::new() }
    }

    /// Marks what differs; nothing when the lines have too little in common for marks to help.
    pub(super) fn compare(&mut self, left: &'a str, right: &'a str) -> Marks<'_> {
        if left.len().max(right.len()) > LONG_LINE {
            self.differing_passage(left, right);
            return Marks { left: &self.left, right: &self.right };
        }
        if self.input.interner.num_tokens() > MANY_TOKENS {
            self.input = InternedInput::default();
        }
        self.input.clear();
        self.input.update_before(tokens(left));
        self.input.update_after(tokens(right));
        let tokens = self.input.interner.num_tokens();
        self.diff.compute_with(Algorithm::Myers, &self.input.before, &self.input.after, tokens);
        self.diff.postprocess_no_heuristic(&self.input);
        let Self { whitespace, input, diff, left: lefts, right: rights } = self;
        lefts.clear();
        rights.clear();
        let before = input.before.iter().zip(0..);
        let before = before.map(|(token, at)| (input.interner[*token], diff.is_removed(at)));
        let after = input.after.iter().zip(0..);
        let after = after.map(|(token, at)| (input.interner[*token], diff.is_added(at)));
        let kept = mark(before, *whitespace, lefts);
        mark(after, *whitespace, rights);
        if kept * 4 < left.trim().len().min(right.trim().len()) {
            lefts.clear();
            rights.clear();
        }
        Marks { left: lefts, right: rights }
    }

    /// Marks everything between what both lines begin with and what both end with.
    fn differing_passage(&mut self, left: &str, right: &str) {
        let left = left.strip_suffix('\n').unwrap_or(left);
        let right = right.strip_suffix('\n').unwrap_or(right);
        let start: usize = left
            .chars()
            .zip(right.chars())
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        let rest = left[start..].chars().rev().zip(right[start..].chars().rev());
        let end: usize =
            rest.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum();
        self.left.clear();
        self.right.clear();
        for (line, marks) in [(left, &mut self.left), (right, &mut self.right)] {
            if start < line.len() - end {
                marks.push(start..line.len() - end);
            }
        }
    }
}

/// Joins changed tokens to marks, also over blanks between them, and takes blanks off the ends.
/// Returns how many bytes other than blanks are unmarked.
fn mark<'t>(
    tokens: impl Iterator<Item = (&'t str, bool)>,
    whitespace: Whitespace,
    marks: &mut Vec<Range<usize>>,
) -> usize {
    let (mut offset, mut kept) = (0, 0);
    let (mut blank, mut joined) = (None, false);
    for (token, changed) in tokens {
        let range = offset..offset + token.len();
        offset = range.end;
        if is_blank(token) {
            // Kept until the next word tells whether it lies inside a mark.
            blank = changed.then_some(range);
        } else if changed {
            match marks.last_mut().filter(|_| joined) {
                Some(last) => last.end = range.end,
                None => {
                    marks.push(range);
                    joined = true;
                }
            }
            blank = None;
        } else {
            kept += token.len();
            close(&mut blank, joined, whitespace, marks);
            joined = false;
        }
    }
    close(&mut blank, joined, whitespace, marks);
    kept
}

/// A changed blank beside a mark goes without saying; alone it is the change.
fn close(
    blank: &mut Option<Range<usize>>,
    joined: bool,
    whitespace: Whitespace,
    marks: &mut Vec<Range<usize>>,
) {
    match (blank.take(), whitespace) {
        (Some(range), Whitespace::Exact) if !joined => marks.push(range),
        (Some(_) | None, Whitespace::Exact | Whitespace::Ignored) => {}
    }
}

/// The tokens of a line: variables, words, blanks, and every other character alone. Together
/// they are the line without its `\n`.
pub(super) fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let mut variables = template::ranges(line).into_iter().peekable();
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from;
        let first = line.get(start..)?.chars().next()?;
        from = match variables.next_if(|variable| variable.start == start) {
            Some(variable) => variable.end,
            None => {
                let rest = &line[start + first.len_utf8()..];
                let length = match kind(first) {
                    Kind::Alone => 0,
                    kind_of_first @ (Kind::Word | Kind::Blank) => {
                        rest.find(|next| kind(next) != kind_of_first).unwrap_or(rest.len())
                    }
                };
                start + first.len_utf8() + length
            }
        };
        Some(&line[start..from])
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Blank,
    Alone,
}

fn kind(character: char) -> Kind {
    match character {
        ' ' | '\t' => Kind::Blank,
        // Scripts that write no spaces: a word of them would be a sentence.
        '\u{0E00}'..='\u{0EFF}' | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => Kind::Alone,
        '\u{20000}'..='\u{3FFFF}' => Kind::Alone,
        '_' | '\u{300}'..='\u{36F}' => Kind::Word,
        other if other.is_alphanumeric() => Kind::Word,
        _ => Kind::Alone,
    }
}

fn is_blank(token: &str) -> bool {
    token.starts_with([' ', '\t'])
}
