//! Sentences that command or forbid, by the word they begin with.
//!
//! Invariant: a fact of the text, no judgement of it: only how a sentence begins is looked at, and
//! only in English. Sentences that other words make strict are not told.

/// What such a sentence begins with, as it is told; longer ones first.
const OPENERS: [(&str, &str); 9] = [
    ("you must", "You must"),
    ("must not", "Must not"),
    ("do not", "Do not"),
    ("don't", "Don’t"),
    ("don’t", "Don’t"),
    ("never", "Never"),
    ("must", "Must"),
    ("always", "Always"),
    ("only", "Only"),
];

/// The sentences of a line that begin so, with the opener.
pub(super) fn of(line: &str) -> impl Iterator<Item = (&'static str, &str)> {
    sentences(line).filter_map(|sentence| Some((opener(sentence)?, sentence)))
}

fn opener(sentence: &str) -> Option<&'static str> {
    let begins = |opener: &str| {
        sentence.get(..opener.len()).is_some_and(|start| start.eq_ignore_ascii_case(opener))
            && !sentence[opener.len()..].starts_with(|next: char| next.is_alphanumeric())
    };
    OPENERS.iter().find(|(opener, _)| begins(opener)).map(|(_, told)| *told)
}

/// Sentences of a line, without the signs of lists, quotes and headings before them.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let sign = |character: char| {
        character.is_whitespace()
            || matches!(character, '-' | '*' | '#' | '>' | '•' | '–' | '"' | '“' | '(' | '[' | '_')
    };
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(sign);
        // "1. Never …": the number of a list.
        let numbered = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        if numbered.len() < rest.len() && numbered.starts_with(['.', ')']) {
            rest = numbered[1..].trim_start_matches(sign);
        }
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .find(|(offset, end)| {
                matches!(end, '.' | '!' | '?' | ';' | ':')
                    && rest[offset + 1..].starts_with(char::is_whitespace)
            })
            .map_or(rest.len(), |(offset, _)| offset + 1);
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence.trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_counts_by_the_word_it_begins_with() {
        let check = |line: &str, expected: &[(&str, &str)]| {
            assert_eq!(of(line).collect::<Vec<_>>(), expected, "{line:?}");
        };
        check("", &[]);
        check("Never state a rating.\n", &[("Never", "Never state a rating.")]);
        check("- **Do not** guess", &[("Do not", "Do not** guess")]);
        check(
            "- Do not guess; never invent.",
            &[("Do not", "Do not guess;"), ("Never", "never invent.")],
        );
        check(
            "12. You must cite. Must not quote? Mustard.",
            &[("You must", "You must cite."), ("Must not", "Must not quote?")],
        );
        check("It can never fail. Nevertheless, only one.", &[]);
        check("> “Only cite sources.”", &[("Only", "Only cite sources.”")]);
    }
}
