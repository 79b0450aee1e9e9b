//! Where a language or an emoji asks for an invisible character.
//!
//! Invariant: a rule names what must stand on which side; whatever no rule names is hidden. What
//! reorders text (bidirectional controls), carries bytes (tags, selectors of variation 17 to 256)
//! or joins words (U+2060) has no rule, wherever it stands.
//!
//! | character | in its place |
//! |---|---|
//! | U+FE0E, U+FE0F | behind an emoji; behind a digit, `#` or `*` only before U+20E3 |
//! | tags | the flags of England, Scotland and Wales, whole |
//! | U+200D | between two emoji; behind a virama; between Bengali ra and its virama |
//! | U+200C | between letters of Arabic or Syriac of which the first joins; behind a virama |
//! | U+200B | between letters of Khmer, Lao, Myanmar or Thai, which write no spaces |
//! | U+00A0, U+202F | beside a digit, a dot of abbreviation or French punctuation; behind one letter |
//! | U+3000 | beside a letter or sign of Chinese, Japanese or Korean |
//! | Arabic, Syriac and Kaithi number signs | before a digit or letter of theirs |
//! | Mongolian selectors and vowel separator | behind a Mongolian letter |

use unicode_properties::{GeneralCategory, UnicodeEmoji as _, UnicodeGeneralCategory as _};
use unicode_script::{Script, UnicodeScript as _};

use super::Standing;

/// How an invisible character of a text stands.
pub(super) fn standing(text: &str, offset: usize, character: char) -> Standing {
    let before = &text[..offset];
    let after = &text[offset + character.len_utf8()..];
    let in_place = match character {
        '\u{FE0E}' | '\u{FE0F}' => selects_emoji(before, after),
        '\u{E0020}'..='\u{E007F}' => is_in_flag(text, offset),
        '\u{200D}' => {
            joins_emoji(before, after)
                || is_behind_virama(before)
                || (before.ends_with('\u{9B0}') && after.starts_with('\u{9CD}'))
        }
        '\u{200C}' => parts_letters(before, after) || is_behind_virama(before),
        '\u{200B}' => is_between_unspaced(before, after),
        '\u{A0}' | '\u{202F}' => is_fixed_space(before, after),
        '\u{3000}' => {
            is_east_asian(before.chars().next_back()) || is_east_asian(after.chars().next())
        }
        '\u{180B}'..='\u{180F}' => is_of(before.chars().next_back(), &[Script::Mongolian]),
        '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{890}'..='\u{891}' | '\u{8E2}' => {
            is_written_before(after, Script::Arabic)
        }
        '\u{70F}' => is_written_before(after, Script::Syriac),
        '\u{110BD}' | '\u{110CD}' => is_written_before(after, Script::Kaithi),
        _ => false,
    };
    if in_place { Standing::InPlace } else { Standing::Hidden }
}

fn selects_emoji(before: &str, after: &str) -> bool {
    before.chars().next_back().is_some_and(|base| {
        base.is_emoji_char() && (!base.is_ascii() || after.starts_with('\u{20E3}'))
    })
}

fn joins_emoji(before: &str, after: &str) -> bool {
    let pictured = |character: char| !character.is_ascii() && character.is_emoji_char();
    let mut back = before.chars().rev();
    let last = back.next();
    let base = if last == Some('\u{FE0F}') { back.next() } else { last };
    base.is_some_and(pictured) && after.chars().next().is_some_and(pictured)
}

/// Tags of the only flags that are drawn from them, with the tag that ends them.
const FLAGS: [&str; 3] = [
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
];

fn is_in_flag(text: &str, offset: usize) -> bool {
    let is_tag = |character: &char| ('\u{E0020}'..='\u{E007F}').contains(character);
    let tags = text[..offset].chars().rev().take_while(is_tag);
    let start = offset - tags.map(char::len_utf8).sum::<usize>();
    let Some(black) = start.checked_sub('\u{1F3F4}'.len_utf8()) else { return false };
    text.get(black..).is_some_and(|flag| {
        FLAGS.iter().any(|known| {
            flag.strip_prefix(known)
                .is_some_and(|rest| !rest.chars().next().is_some_and(|next| is_tag(&next)))
        })
    })
}

/// The sign that takes the vowel of a letter, by which conjuncts are written.
fn is_behind_virama(before: &str) -> bool {
    const VIRAMAS: [u32; 24] = [
        0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0BCD, 0x0C4D, 0x0CCD, 0x0D3B, 0x0D3C, 0x0D4D,
        0x0DCA, 0x0F84, 0x1039, 0x103A, 0x17D2, 0x1A60, 0x1B44, 0x1BAA, 0xA806, 0xA8C4, 0xA953,
        0xA9C0, 0xABED,
    ];
    before.chars().next_back().is_some_and(|last| VIRAMAS.contains(&u32::from(last)))
}

/// Between letters that would join (UAX #31, A1); behind a letter that joins nothing it does
/// nothing that can be seen.
fn parts_letters(before: &str, after: &str) -> bool {
    const JOINING: [Script; 2] = [Script::Arabic, Script::Syriac];
    let is_mark = |letter: &char| letter.general_category() == GeneralCategory::NonspacingMark;
    let left = before.chars().rev().find(|letter| !is_mark(letter));
    let right = after.chars().find(|letter| !is_mark(letter));
    is_of(left, &JOINING)
        && is_of(right, &JOINING)
        && left.is_some_and(|letter| letter.is_alphabetic() && !joins_right_only(letter))
        && right.is_some_and(char::is_alphabetic)
}

/// Arabic letters that never join the one behind them (Joining_Type R or U).
fn joins_right_only(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x0621..=0x0625
            | 0x0627
            | 0x0629
            | 0x062F..=0x0632
            | 0x0648
            | 0x0671..=0x0677
            | 0x0688..=0x0699
            | 0x06C0
            | 0x06C3..=0x06CB
            | 0x06CD
            | 0x06CF
            | 0x06D2..=0x06D3
            | 0x06D5
            | 0x06EE..=0x06EF
    )
}

fn is_between_unspaced(before: &str, after: &str) -> bool {
    const UNSPACED: [Script; 4] = [Script::Khmer, Script::Lao, Script::Myanmar, Script::Thai];
    is_of(before.chars().next_back(), &UNSPACED) && is_of(after.chars().next(), &UNSPACED)
}

fn is_fixed_space(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    let (last, one_before) = (back.next(), back.next());
    let next = after.chars().next();
    let (Some(last), Some(next)) = (last, next) else { return false };
    let one_letter = last.is_alphabetic() && !one_before.is_some_and(char::is_alphanumeric);
    last.is_numeric()
        || next.is_numeric()
        || matches!(last, '«' | '‹' | '–' | '—' | '№' | '§' | '.')
        || matches!(
            next,
            '»' | '›' | ';' | ':' | '!' | '?' | '%' | '‰' | '–' | '—' | '€' | '£' | '$'
        )
        || (one_letter && next.is_alphabetic())
}

fn is_east_asian(character: Option<char>) -> bool {
    const SCRIPTS: [Script; 5] =
        [Script::Han, Script::Hiragana, Script::Katakana, Script::Hangul, Script::Bopomofo];
    let sign =
        |character: char| matches!(character, '\u{3001}'..='\u{303F}' | '\u{FF01}'..='\u{FFEF}');
    is_of(character, &SCRIPTS) || character.is_some_and(sign)
}

/// Number signs stand before what they number.
fn is_written_before(after: &str, script: Script) -> bool {
    let next = after.chars().next();
    is_of(next, &[script]) || next.is_some_and(|next| !next.is_ascii() && next.is_numeric())
}

fn is_of(character: Option<char>, scripts: &[Script]) -> bool {
    character.is_some_and(|character| scripts.contains(&character.script()))
}
