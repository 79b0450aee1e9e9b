//! Cuts a line into runs: plain text, marked words, variables, and chips for hidden characters.
//!
//! Invariant: the runs say the whole line. Joined, with each chip read back as its character,
//! they are the line without its `\n`; a line that ends without one says so in its last run.

use std::ops::Range;

use governance::template;
use imara_diff::sources;

use crate::hidden::{self, Standing};
use crate::views::{DiffLine, TextRun};

const PLAIN: &str = "plain";
const WORD: &str = "word";
const VARIABLE: &str = "variable";
const HIDDEN: &str = "hidden";
const IN_PLACE: &str = "in_place";

impl Endings {
    pub(super) fn of(text: &str) -> Self {
        let alike = text.contains('\r') && hidden::every_line_ends_alike(text.as_bytes());
        if alike { Self::AllCrLf } else { Self::Other }
    }
}

/// What the last line says when it does not end with a line feed.
pub(super) const NO_NEWLINE: &str = "NO NEWLINE AT END";

/// How the text that a line is of ends its lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Endings {
    /// All alike with CR LF: the carriage return hides nothing.
    AllCrLf,
    /// In any other way.
    #[default]
    Other,
}

/// The runs of a line; `words` are the ranges to mark, in order.
pub(super) fn cut(line: &str, words: &[Range<usize>], endings: Endings) -> Vec<TextRun> {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let mut runs = Vec::with_capacity(1 + 2 * words.len());
    if !text.is_empty() {
        if words.is_empty() && is_plain(text) {
            runs.push(run(PLAIN, text));
        } else {
            sweep(text, words, endings_of(line, endings), &mut runs);
        }
    }
    if text.len() == line.len() {
        runs.push(run(IN_PLACE, NO_NEWLINE));
    }
    runs
}

/// The lines of a text in which some character has no look of its own, as they are drawn, numbered
/// from 1.
pub(crate) fn marked_lines(text: &str) -> Vec<DiffLine> {
    let endings = Endings::of(text);
    let ending = match endings {
        Endings::AllCrLf => "\r\n",
        Endings::Other => "\n",
    };
    let is_marked =
        |line: &str| !hidden::scan(line.strip_suffix(ending).unwrap_or(line)).is_empty();
    sources::lines(text)
        .zip(1..)
        .filter(|(line, _)| is_marked(line))
        .map(|(line, number)| DiffLine { number, runs: cut(line, &[], endings) })
        .collect()
}

/// Walks the line once along the three kinds of places. A hidden character wins over a marked
/// word, a marked word over a variable.
fn sweep(text: &str, words: &[Range<usize>], endings: Endings, runs: &mut Vec<TextRun>) {
    let chips = hidden::scan(text);
    let variables = template::ranges(text);
    let (mut chips, mut words, mut variables) = (&chips[..], words, &variables[..]);
    let mut from = 0;
    while from < text.len() {
        chips = past(chips, |chip| chip.offset < from);
        words = past(words, |word| word.end <= from);
        variables = past(variables, |variable| variable.end <= from);
        if let Some(chip) = chips.first().filter(|chip| chip.offset == from) {
            let ends_line = chip.character == '\r' && from + 1 == text.len();
            let kind = match (chip.standing, endings) {
                (Standing::InPlace, _) => IN_PLACE,
                (Standing::Hidden, Endings::AllCrLf) if ends_line => IN_PLACE,
                (Standing::Hidden, Endings::AllCrLf | Endings::Other) => HIDDEN,
            };
            runs.push(run(kind, &hidden::chip(chip.character)));
            from += chip.character.len_utf8();
            continue;
        }
        let (kind, end) = match (reach(words, from), reach(variables, from)) {
            (Reach::Within(end), Reach::Within(_) | Reach::Before(_)) => (WORD, end),
            (Reach::Before(start), Reach::Within(end)) => (VARIABLE, end.min(start)),
            (Reach::Before(start), Reach::Before(other)) => (PLAIN, start.min(other)),
        };
        let end = end.min(text.len()).min(chips.first().map_or(text.len(), |chip| chip.offset));
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

/// A last line without a line feed has no ending at all.
fn endings_of(line: &str, endings: Endings) -> Endings {
    if line.ends_with('\n') { endings } else { Endings::Other }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) && !text.contains("{{")
}

fn run(kind: &str, text: &str) -> TextRun {
    TextRun { kind: kind.to_owned(), text: text.to_owned() }
}
