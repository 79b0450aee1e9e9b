//! Finds characters that a reader does not see, or takes for others (threats.md, T6).
//!
//! Invariant: whatever leaves no mark of its own is drawn, without exception; the diff, the facts
//! of a card and the number that a person acknowledges rest on one scan. Text is never changed,
//! removed or refused here.
//!
//! What is drawn is counted, but for what stands *in its place*: where the writing of a language
//! asks for it (`in_place` has the list), it is drawn quietly and nobody has to acknowledge it.
//! Without that, every Persian word and every second French sentence would cry wolf.
//!
//! A carriage return that ends a line is counted unless every line of the text ends so: then it
//! is the file's way of ending lines, and hides nothing. The diff draws it all the same.

mod in_place;
mod kinds;
mod look_alike;
mod names;

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod tests_languages;

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
    for Mark { offset, character, .. } in scan(text) {
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

/// Whether a character that is drawn must be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It hides something, or may.
    Hidden,
    /// The writing around it asks for it.
    InPlace,
}

/// A character to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) offset: usize,
    pub(crate) character: char,
    pub(crate) standing: Standing,
}

/// Everything to draw, in order, every carriage return included.
pub(crate) fn scan(text: &str) -> Vec<Mark> {
    let hidden = |offset, character| Mark { offset, character, standing: Standing::Hidden };
    if text.is_ascii() {
        let bytes = text.bytes().enumerate();
        return bytes
            .map(|(offset, byte)| hidden(offset, char::from(byte)))
            .filter(|mark| kinds::is_invisible(mark.character))
            .collect();
    }
    let invisible = text.char_indices().filter(|(_, character)| kinds::is_invisible(*character));
    let mut found: Vec<Mark> = invisible
        .map(|(offset, character)| Mark {
            offset,
            character,
            standing: in_place::standing(text, offset, character),
        })
        .collect();
    let look_alikes = look_alike::scan(text);
    if !look_alikes.is_empty() {
        found.extend(look_alikes.into_iter().map(|(offset, letter)| hidden(offset, letter)));
        found.sort_unstable();
    }
    found
}

fn counted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let bytes = text.as_bytes();
    let one_ending = every_line_ends_alike(bytes);
    let hidden = scan(text).into_iter().filter(|mark| mark.standing == Standing::Hidden);
    hidden.map(|mark| (mark.offset, mark.character)).filter(move |(offset, character)| {
        !(one_ending && *character == '\r' && bytes.get(offset + 1) == Some(&b'\n'))
    })
}

/// Whether carriage returns are this text's way of ending lines.
pub(crate) fn every_line_ends_alike(bytes: &[u8]) -> bool {
    let mut feeds = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    feeds.all(|(offset, _)| offset > 0 && bytes[offset - 1] == b'\r')
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
