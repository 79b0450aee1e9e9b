//! What a hidden character is called.
//!
//! Invariant: every character has a name to draw, also those to which the standard gives none.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::kinds::is_noncharacter;

/// The standard's name; for controls the usual alias (NameAliases.txt).
pub(super) fn name(character: char) -> String {
    if let Some(name) = unicode_names2::name(character) {
        return name.to_string();
    }
    let code = u32::from(character);
    let control = usize::try_from(code).ok().and_then(|index| CONTROLS.get(index));
    match (control, character.general_category()) {
        (Some(name), _) => *name,
        (None, GeneralCategory::Control) if code == 0x7F => "DELETE",
        (None, GeneralCategory::Control) if code == 0x85 => "NEXT LINE",
        (None, GeneralCategory::Control) => "CONTROL",
        (None, GeneralCategory::PrivateUse) => "PRIVATE USE",
        (None, _) if is_noncharacter(code) => "NONCHARACTER",
        (None, _) => "UNASSIGNED",
    }
    .to_owned()
}

/// U+0000 to U+001F.
const CONTROLS: [&str; 32] = [
    "NULL",
    "START OF HEADING",
    "START OF TEXT",
    "END OF TEXT",
    "END OF TRANSMISSION",
    "ENQUIRY",
    "ACKNOWLEDGE",
    "ALERT",
    "BACKSPACE",
    "CHARACTER TABULATION",
    "LINE FEED",
    "LINE TABULATION",
    "FORM FEED",
    "CARRIAGE RETURN",
    "SHIFT OUT",
    "SHIFT IN",
    "DATA LINK ESCAPE",
    "DEVICE CONTROL ONE",
    "DEVICE CONTROL TWO",
    "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR",
    "NEGATIVE ACKNOWLEDGE",
    "SYNCHRONOUS IDLE",
    "END OF TRANSMISSION BLOCK",
    "CANCEL",
    "END OF MEDIUM",
    "SUBSTITUTE",
    "ESCAPE",
    "INFORMATION SEPARATOR FOUR",
    "INFORMATION SEPARATOR THREE",
    "INFORMATION SEPARATOR TWO",
    "INFORMATION SEPARATOR ONE",
];
