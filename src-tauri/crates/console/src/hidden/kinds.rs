//! Which characters leave no mark on the screen that tells them apart.
//!
//! Invariant: line feed, tab and the plain space are the only blank characters that pass.
//! Whether a character can be *mistaken* for another is `look_alike`'s question.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// Whether a character is invisible, a space of another kind, a control, or of no known look.
pub(super) fn is_invisible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() && !matches!(character, '\n' | '\t');
    }
    let code = u32::from(character);
    let category = character.general_category();
    ALWAYS_MARKED.contains(&category)
        || holds(&DEFAULT_IGNORABLE, code)
        || holds(&BLANK_SYMBOLS, code)
        || is_noncharacter(code)
}

/// Controls, formats and blanks; and private characters, whose look is whatever a font says.
const ALWAYS_MARKED: [GeneralCategory; 6] = [
    GeneralCategory::Control,
    GeneralCategory::Format,
    GeneralCategory::LineSeparator,
    GeneralCategory::ParagraphSeparator,
    GeneralCategory::SpaceSeparator,
    GeneralCategory::PrivateUse,
];

/// Whether the standard reserves a code point for never being a character.
pub(super) fn is_noncharacter(code: u32) -> bool {
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// `Default_Ignorable_Code_Point` of DerivedCoreProperties.txt (Unicode 16); fillers, joiners,
/// variation selectors and tags are in it, and places kept for more of them.
const DEFAULT_IGNORABLE: [(u32, u32); 17] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// Symbols whose glyph is empty: blank braille, null notehead, Khitan filler.
const BLANK_SYMBOLS: [(u32, u32); 3] = [(0x2800, 0x2800), (0x16FE4, 0x16FE4), (0x1D159, 0x1D159)];

fn holds(ranges: &[(u32, u32)], code: u32) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&code))
}
