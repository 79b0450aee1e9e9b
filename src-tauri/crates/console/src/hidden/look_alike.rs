//! Finds letters that pass for letters of another script inside one word: a Cyrillic "а" in
//! "pаypal" (UTS #39, confusables).
//!
//! Invariant: a word of one script is never marked, so that text in any language is clean. It
//! will not judge whole words that look like words of another script.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
use unicode_script::{Script, UnicodeScript as _};

use super::kinds::is_invisible;

/// The scripts that share letter shapes; the first wins when a word has as many of each.
const SCRIPTS: [Script; 7] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Greek,
    Script::Armenian,
    Script::Cherokee,
    Script::Coptic,
    Script::Lisu,
];

/// Byte offset and letter of each look-alike, in order.
pub(super) fn scan(text: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut word = Word::default();
    for (offset, character) in text.char_indices() {
        if belongs_to_word(character) {
            word.take(offset, character);
        } else {
            word.end(text, offset, &mut found);
        }
    }
    word.end(text, text.len(), &mut found);
    found
}

/// The word under way: where it began, and how many letters of each script it has.
#[derive(Default)]
struct Word {
    start: Option<usize>,
    letters: [u32; SCRIPTS.len()],
}

impl Word {
    fn take(&mut self, offset: usize, character: char) {
        self.start.get_or_insert(offset);
        if let Some(script) = script_of(character) {
            self.letters[script] += 1;
        }
    }

    fn end(&mut self, text: &str, end: usize, found: &mut Vec<(usize, char)>) {
        let word = std::mem::take(self);
        let Some(start) = word.start else { return };
        if word.letters.iter().filter(|count| **count > 0).count() < 2 {
            return;
        }
        let most = word.letters.iter().copied().max().unwrap_or_default();
        let home = word.letters.iter().position(|count| *count == most);
        let letters = text[start..end].char_indices();
        let strange = letters.filter(|(_, letter)| {
            script_of(*letter).is_some_and(|script| Some(script) != home) && looks_latin(*letter)
        });
        found.extend(strange.map(|(offset, letter)| (start + offset, letter)));
    }
}

/// Invisible characters do not end a word: else one of them would shield a look-alike.
fn belongs_to_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    let space_like = character.is_whitespace();
    character.is_alphanumeric()
        || character.general_category_group() == GeneralCategoryGroup::Mark
        || (is_invisible(character) && !space_like)
}

fn script_of(character: char) -> Option<usize> {
    if character.is_ascii() {
        return character.is_ascii_alphabetic().then_some(0);
    }
    let script = character.script();
    SCRIPTS.iter().position(|known| *known == script)
}

/// The tables map what looks alike to one prototype, which is Latin or a digit wherever there is
/// a Latin letter or digit of that shape. A Greek pi or a Cyrillic zhe looks like no Latin letter.
fn looks_latin(letter: char) -> bool {
    let mut buffer = [0; 4];
    let prototype = unicode_security::skeleton(letter.encode_utf8(&mut buffer)).next();
    prototype.is_some_and(|first| first.is_ascii() || first.script() == Script::Latin)
}
