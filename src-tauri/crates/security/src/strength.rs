//! A rough word for how hard a passphrase looks to guess, shown while it is typed.
//!
//! Invariant: only a hint; the rule is the least length, in `passphrase`. It will not claim to
//! know dictionaries: it counts characters that are not repeats or runs, and kinds of characters.

/// How hard a passphrase looks to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Under 36 bits by this estimate, or shorter than a passphrase may be.
    Weak,
    /// 36 to 59 bits.
    Fair,
    /// 60 to 79 bits.
    Good,
    /// 80 bits or more.
    Strong,
}

impl Strength {
    /// Estimates `text`, which should be in NFC.
    ///
    /// Each character that continues no repeat (`aaa`) and no run (`abc`, `321`) counts 2.0, 2.8,
    /// 3.6 or 4.2 bits, by how many kinds occur (lower case, upper case, digits, others): about
    /// what is left of a character in words that people choose (after NIST SP 800-63-2, App. A).
    #[must_use]
    pub fn of(text: &str) -> Self {
        let tenths = informative_characters(text) * tenths_of_bits_per_character(text);
        if text.chars().count() < crate::passphrase::MIN_CHARACTERS {
            return Self::Weak;
        }
        match tenths {
            0..=359 => Self::Weak,
            360..=599 => Self::Fair,
            600..=799 => Self::Good,
            _ => Self::Strong,
        }
    }
}

fn informative_characters(text: &str) -> usize {
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    let continued = points.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    points.len() - continued
}

fn tenths_of_bits_per_character(text: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        char::is_lowercase,
        char::is_uppercase,
        |character| character.is_ascii_digit(),
        |character| {
            !character.is_lowercase() && !character.is_uppercase() && !character.is_ascii_digit()
        },
    ];
    match kinds.into_iter().filter(|kind| text.chars().any(kind)).count() {
        0 | 1 => 20,
        2 => 28,
        3 => 36,
        _ => 42,
    }
}

#[cfg(test)]
mod tests {
    use super::Strength::{self, Fair, Good, Strong, Weak};

    #[test]
    fn longer_and_more_mixed_looks_stronger() {
        let cases = [
            ("", Weak),
            ("Tr0ub4dor&3", Weak),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Weak),
            ("abcdefghijklmnopqrstuvwxyz0123456789", Weak),
            ("passwordpassword", Weak),
            ("Winterwald 42", Fair),
            ("correct horse battery staple", Good),
            ("correct horse battery staple wagon lantern", Strong),
            ("kF7!vQ2#xL9$mR4%tW8&", Strong),
        ];
        for (text, expected) in cases {
            assert_eq!(Strength::of(text), expected, "{text:?}");
        }
    }
}
