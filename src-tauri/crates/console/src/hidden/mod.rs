//! Finds characters that a reader does not see, or takes for others (threats.md, T6).
//!
//! Invariant: what is counted is what is drawn: the diff, the facts of a card and the number that
//! a person acknowledges rest on one scan. Text is never changed, removed or refused here.
//!
//! A carriage return that ends a line is counted unless every line of the text ends so: then it
//! is the file's way of ending lines, and hides nothing. The diff draws it all the same.

mod kinds;
mod look_alike;
mod names;

#[cfg(test)]
mod tests;

use crate::views::HiddenView;

/// A character that is invisible, or that looks like one of another script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// "U+200B".
    pub code_point: String,
    /// "ZERO WIDTH SPACE", as the Unicode standard names it.
    pub name: String,
    /// Line, from 1; lines end with `\n`.
    pub line: u32,
    /// Character within the line, from 1.
    pub column: u32,
}

impl Hidden {
    /// As a review shows it; `place` is `subject`, `card`, `metrics` or `reason`.
    #[must_use]
    pub fn view(&self, place: &str) -> HiddenView {
        HiddenView {
            code_point: self.code_point.clone(),
            name: self.name.clone(),
            place: place.to_owned(),
            line: self.line,
        }
    }
}

/// Every such character of a text, in order.
#[must_use]
pub fn find(text: &str) -> Vec<Hidden> {
    let (mut line, mut column, mut reached) = (1_u32, 1_u32, 0);
    counted(text)
        .map(|(offset, character)| {
            for passed in text[reached..offset].chars() {
                (line, column) = if passed == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            reached = offset;
            Hidden { code_point: code_point(character), name: names::name(character), line, column }
        })
        .collect()
}

/// How many there are: the number in `hidden_characters` of a signed decision.
#[must_use]
pub fn count(text: &str) -> u32 {
    u32::try_from(counted(text).count()).unwrap_or(u32::MAX)
}

/// A short text with every such character written out, "risk[U+200B]rating": for labels and
/// names, which have no place for chips.
#[must_use]
pub fn drawn(text: &str) -> String {
    let mut drawn = String::with_capacity(text.len());
    let mut reached = 0;
    for (offset, character) in scan(text) {
        drawn.push_str(&text[reached..offset]);
        drawn.push_str(&format!("[{}]", code_point(character)));
        reached = offset + character.len_utf8();
    }
    drawn.push_str(&text[reached..]);
    drawn
}

/// What a chip says: "U+200B ZERO WIDTH SPACE".
pub(crate) fn chip(character: char) -> String {
    format!("{} {}", code_point(character), names::name(character))
}

/// Byte offset and character of everything hidden, in order, every carriage return included.
pub(crate) fn scan(text: &str) -> Vec<(usize, char)> {
    if text.is_ascii() {
        let bytes = text.bytes().enumerate();
        return bytes
            .map(|(offset, byte)| (offset, char::from(byte)))
            .filter(|(_, character)| kinds::is_invisible(*character))
            .collect();
    }
    let invisible = text.char_indices().filter(|(_, character)| kinds::is_invisible(*character));
    let mut found: Vec<(usize, char)> = invisible.collect();
    let look_alikes = look_alike::scan(text);
    if !look_alikes.is_empty() {
        found.extend(look_alikes);
        found.sort_unstable();
    }
    found
}

fn counted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let bytes = text.as_bytes();
    let one_ending = every_line_ends_alike(bytes);
    scan(text).into_iter().filter(move |(offset, character)| {
        !(one_ending && *character == '\r' && bytes.get(offset + 1) == Some(&b'\n'))
    })
}

fn every_line_ends_alike(bytes: &[u8]) -> bool {
    let mut feeds = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    feeds.all(|(offset, _)| offset > 0 && bytes[offset - 1] == b'\r')
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
