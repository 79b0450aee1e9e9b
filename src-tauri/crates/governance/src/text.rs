//! Texts that people write, read at the door (domain.md, "Text and limits").
//!
//! Invariant: a value of these types keeps the text exactly as given; nothing is trimmed,
//! normalised or cut. Limits are judged, never applied.

use caseless::Caseless as _;
use ledger::{Digest, Name};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{GovernanceError, Unit};

/// Most code points of a title.
pub const TITLE_LIMIT: usize = 128;
/// Most code points of a reason, after trimming.
pub const REASON_LIMIT: usize = 2_000;
/// Most code points of a comment, after trimming.
pub const REMARK_LIMIT: usize = 10_000;
/// Most bytes of a prompt's text: 1 MiB.
pub const PROMPT_LIMIT: usize = 1024 * 1024;

/// The title of a person, tenant, group or policy: 1 to 128 code points of any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Reads a title.
    ///
    /// # Errors
    /// [`GovernanceError::Text`] when nothing but white space is left or it holds U+0000;
    /// [`GovernanceError::Limit`] over 128 code points.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        refuse_blank("title", text)?;
        refuse_nul("title", text)?;
        refuse_longer("title", text, TITLE_LIMIT)?;
        Ok(Self(text.to_owned()))
    }

    /// The title as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The title folded for comparison: [`fold_title`].
    pub fn key(&self) -> String {
        fold_title(&self.0)
    }
}

/// Why something is done: 1 to 2 000 code points after trimming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads a reason.
    ///
    /// # Errors
    /// [`GovernanceError::Text`] when nothing but white space is left or it holds U+0000;
    /// [`GovernanceError::Limit`] over 2 000 code points after trimming.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        refuse_blank("reason", text)?;
        refuse_nul("reason", text)?;
        refuse_longer("reason", text.trim(), REASON_LIMIT)?;
        Ok(Self(text.to_owned()))
    }

    /// The reason as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a prompt: up to 1 MiB. Line endings, final newline and byte-order mark stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptText(String);

impl PromptText {
    /// Reads a prompt's text.
    ///
    /// # Errors
    /// [`GovernanceError::Text`] when it is empty or holds U+0000; [`GovernanceError::Limit`] over
    /// 1 MiB.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        if text.is_empty() {
            return Err(GovernanceError::Text { what: "prompt", reason: "it is empty" });
        }
        refuse_nul("prompt", text)?;
        refuse_larger("prompt", text, PROMPT_LIMIT)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of its UTF-8 bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

/// The text of a comment, a finding or an answer: 1 to 10 000 code points after trimming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkText(String);

impl RemarkText {
    /// Reads a remark.
    ///
    /// # Errors
    /// [`GovernanceError::Text`] when nothing but white space is left or it holds U+0000;
    /// [`GovernanceError::Limit`] over 10 000 code points after trimming.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        refuse_blank("comment", text)?;
        refuse_nul("comment", text)?;
        refuse_longer("comment", text.trim(), REMARK_LIMIT)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of its UTF-8 bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

/// What titles are compared by: trimmed, NFKC, case folded (Unicode, full folding). People sign
/// in by it, so it is the same for every spelling a keyboard may give.
pub fn fold_title(title: &str) -> String {
    // Folding can undo the normal form and the normal form can bring new white space, hence twice
    // around (Unicode Standard, D146: compatibility caseless matching).
    let once: String = title.nfkc().default_case_fold().nfkc().collect();
    let twice: String = once.chars().default_case_fold().nfkc().collect();
    twice.trim().to_owned()
}

/// Refuses a new name that differs from an existing one of the tenant only by case. An equal name
/// is fine: it gets another version.
///
/// # Errors
/// [`GovernanceError::NameTaken`].
pub fn check_name_case(name: &Name, existing: &[Name]) -> Result<(), GovernanceError> {
    let twin = existing
        .iter()
        .find(|other| *other != name && other.as_str().eq_ignore_ascii_case(name.as_str()));
    match twin {
        Some(existing) => Err(GovernanceError::NameTaken { existing: existing.clone() }),
        None => Ok(()),
    }
}

pub(crate) fn refuse_nul(what: &'static str, text: &str) -> Result<(), GovernanceError> {
    if text.contains('\0') {
        return Err(GovernanceError::Text { what, reason: "it holds U+0000" });
    }
    Ok(())
}

pub(crate) fn refuse_larger(
    what: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), GovernanceError> {
    if text.len() > limit {
        return Err(GovernanceError::Limit { what, limit, unit: Unit::Bytes });
    }
    Ok(())
}

fn refuse_blank(what: &'static str, text: &str) -> Result<(), GovernanceError> {
    if text.trim().is_empty() {
        return Err(GovernanceError::Text { what, reason: "it is empty" });
    }
    Ok(())
}

fn refuse_longer(what: &'static str, text: &str, limit: usize) -> Result<(), GovernanceError> {
    if text.chars().count() > limit {
        return Err(GovernanceError::Limit { what, limit, unit: Unit::Characters });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Answer {
        Kept,
        Refused,
        Over(usize),
    }

    fn answer(read: Result<&str, GovernanceError>, given: &str) -> Answer {
        match read {
            Ok(kept) => {
                assert_eq!(kept, given, "text is stored as given");
                Answer::Kept
            }
            Err(GovernanceError::Limit { limit, .. }) => Answer::Over(limit),
            Err(GovernanceError::Text { .. }) => Answer::Refused,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn titles_have_1_to_128_code_points() {
        let cases = [
            (String::new(), Answer::Refused),
            (" \t\u{a0}".to_owned(), Answer::Refused),
            ("a\0b".to_owned(), Answer::Refused),
            ("Ada Okafor".to_owned(), Answer::Kept),
            (" Ada ".to_owned(), Answer::Kept),
            ("ß".repeat(128), Answer::Kept),
            ("ß".repeat(129), Answer::Over(128)),
        ];
        for (text, expected) in cases {
            let read = Title::parse(&text);
            assert_eq!(
                answer(read.as_ref().map(Title::as_str).map_err(Clone::clone), &text),
                expected
            );
        }
    }

    #[test]
    fn reasons_have_1_to_2000_code_points_after_trimming() {
        let cases = [
            (String::new(), Answer::Refused),
            ("\n \u{2003}".to_owned(), Answer::Refused),
            ("a\0".to_owned(), Answer::Refused),
            ("x".to_owned(), Answer::Kept),
            ("é".repeat(2_000), Answer::Kept),
            (format!("  {}\n", "é".repeat(2_000)), Answer::Kept),
            ("é".repeat(2_001), Answer::Over(2_000)),
        ];
        for (text, expected) in cases {
            let read = Reason::parse(&text);
            assert_eq!(
                answer(read.as_ref().map(Reason::as_str).map_err(Clone::clone), &text),
                expected
            );
        }
    }

    #[test]
    fn prompts_have_up_to_one_mebibyte() {
        let cases = [
            (String::new(), Answer::Refused),
            ("a\0b".to_owned(), Answer::Refused),
            ("\u{feff}line\r\n".to_owned(), Answer::Kept),
            (" ".to_owned(), Answer::Kept),
            ("x".repeat(1_048_576), Answer::Kept),
            ("x".repeat(1_048_577), Answer::Over(1_048_576)),
            ("é".repeat(524_289), Answer::Over(1_048_576)),
        ];
        for (text, expected) in cases {
            let read = PromptText::parse(&text);
            assert_eq!(
                answer(read.as_ref().map(PromptText::as_str).map_err(Clone::clone), &text),
                expected
            );
        }
    }

    #[test]
    fn remarks_have_1_to_10000_code_points_after_trimming() {
        let cases = [
            ("\n \u{2003}".to_owned(), Answer::Refused),
            ("a\0".to_owned(), Answer::Refused),
            (" x\n".to_owned(), Answer::Kept),
            ("é".repeat(10_000), Answer::Kept),
            ("é".repeat(10_001), Answer::Over(10_000)),
        ];
        for (text, expected) in cases {
            let read = RemarkText::parse(&text);
            assert_eq!(
                answer(read.as_ref().map(RemarkText::as_str).map_err(Clone::clone), &text),
                expected
            );
        }
    }

    #[test]
    fn titles_are_compared_whatever_the_keyboard_gave() {
        let same = [
            ("Ada", "ada"),
            ("Ada", "  ADA "),
            ("Ａｄａ", "ada"),
            ("Straße", "STRASSE"),
            ("José", "Jose\u{301}"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬁn", "fin"),
            ("a\u{a0}b", "a b"),
        ];
        for (left, right) in same {
            assert_eq!(fold_title(left), fold_title(right), "{left} {right}");
        }
        for (left, right) in [("Ada", "Adа"), ("a b", "ab"), ("José", "Jose")] {
            assert_ne!(fold_title(left), fold_title(right), "{left} {right}");
        }
    }

    #[test]
    fn a_name_may_not_differ_by_case_alone() {
        let name = |text| Name::parse(text).unwrap();
        let existing = [name("credit-pd"), name("KYC/letters")];
        for fine in ["credit-pd", "credit-pd2", "KYC/letters", "kyc"] {
            assert_eq!(check_name_case(&name(fine), &existing), Ok(()), "{fine}");
        }
        for taken in ["Credit-PD", "kyc/letters", "KYC/Letters"] {
            assert!(check_name_case(&name(taken), &existing).is_err(), "{taken}");
        }
    }

    proptest! {
        #[test]
        fn a_folded_title_folds_to_itself(title in "\\PC{0,40}") {
            let folded = fold_title(&title);
            prop_assert_eq!(fold_title(&folded), folded);
        }
    }
}
