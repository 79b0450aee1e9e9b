//! The passphrase of the people of one demo: four words, so that a newcomer types it once and knows
//! it.
//!
//! Invariant: drawn anew for each demo, every word equally likely: 4 × 8 bits. It protects a demo,
//! nothing else, and is shown to whoever opens it.

use security::secret::SecretText;
use security::{Entropy, SecurityError};

/// 256 words of four letters or more.
const WORDS: &str = include_str!("words.txt");
const WORDS_DRAWN: usize = 4;

/// Draws a passphrase.
pub(super) fn draw(entropy: &dyn Entropy) -> Result<SecretText, SecurityError> {
    let mut drawn = [0_u8; WORDS_DRAWN];
    entropy.fill(&mut drawn)?;
    let words: Vec<&str> =
        drawn.iter().filter_map(|byte| WORDS.lines().nth(usize::from(*byte))).collect();
    Ok(SecretText::new(words.join("-")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use security::passphrase::Passphrase;

    use super::*;
    use crate::edge::SystemEntropy;

    #[test]
    fn each_byte_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 256);
        assert!(
            words.iter().all(|word| {
                word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase())
            })
        );
    }

    #[test]
    fn it_is_new_each_time_and_long_enough() {
        let drawn: BTreeSet<String> =
            (0..8).map(|_| draw(&SystemEntropy).unwrap().expose().to_owned()).collect();
        assert!(drawn.len() > 1, "{drawn:?}");
        for text in drawn {
            assert_eq!(text.split('-').count(), WORDS_DRAWN, "{text}");
            assert_eq!(Passphrase::from_text(&text).unwrap().check_new(), Ok(()), "{text}");
        }
    }
}
