//! Cuts a line into runs: plain text, marked words, variables, and chips for hidden characters.
//!
//! Invariant: the runs say the whole line. Joined, with each chip read back as its character,
//! they are the line without its `\n`; a line that ends without one says so in its last run.

use std::ops::Range;

use crate::views::TextRun;
use crate::{hidden, variables};

const PLAIN: &str = "plain";
const WORD: &str = "word";
const VARIABLE: &str = "variable";
const HIDDEN: &str = "hidden";

/// What the last line says when it does not end with a line feed.
pub(super) const NO_NEWLINE: &str = "NO NEWLINE AT END";

/// The runs of a line; `words` are the ranges to mark, in order.
pub(super) fn cut(line: &str, words: &[Range<usize>]) -> Vec<TextRun> {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let mut runs = Vec::with_capacity(1 + 2 * words.len());
    if !text.is_empty() {
        if words.is_empty() && is_plain(text) {
            runs.push(run(PLAIN, text));
        } else {
            sweep(text, words, &mut runs);
        }
    }
    if text.len() == line.len() {
        runs.push(run(HIDDEN, NO_NEWLINE));
    }
    runs
}

/// Walks the line once along the three kinds of places. A hidden character wins over a marked
/// word, a marked word over a variable.
fn sweep(text: &str, words: &[Range<usize>], runs: &mut Vec<TextRun>) {
    let chips = hidden::scan(text);
    let variables = variables::ranges(text);
    let (mut chips, mut words, mut variables) = (&chips[..], words, &variables[..]);
    let mut from = 0;
    while from < text.len() {
        chips = past(chips, |chip| chip.0 < from);
        words = past(words, |word| word.end <= from);
        variables = past(variables, |variable| variable.end <= from);
        if let Some((_, character)) = chips.first().filter(|chip| chip.0 == from) {
            runs.push(run(HIDDEN, &hidden::chip(*character)));
            from += character.len_utf8();
            continue;
        }
        let (kind, end) = match (reach(words, from), reach(variables, from)) {
            (Reach::Within(end), Reach::Within(_) | Reach::Before(_)) => (WORD, end),
            (Reach::Before(start), Reach::Within(end)) => (VARIABLE, end.min(start)),
            (Reach::Before(start), Reach::Before(other)) => (PLAIN, start.min(other)),
        };
        let end = end.min(text.len()).min(chips.first().map_or(text.len(), |chip| chip.0));
        runs.push(run(kind, &text[from..end]));
        from = end;
    }
}

/// Where a list of ranges stands to a place: around it until, or next at.
enum Reach {
    Within(usize),
    Before(usize),
}

fn reach(ranges: &[Range<usize>], from: usize) -> Reach {
    match ranges.first() {
        Some(range) if range.start <= from => Reach::Within(range.end),
        Some(range) => Reach::Before(range.start),
        None => Reach::Before(usize::MAX),
    }
}

fn past<T>(list: &[T], done: impl Fn(&T) -> bool) -> &[T] {
    &list[list.iter().take_while(|item| done(item)).count()..]
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) && !text.contains("{{")
}

fn run(kind: &str, text: &str) -> TextRun {
    TextRun { kind: kind.to_owned(), text: text.to_owned() }
}
