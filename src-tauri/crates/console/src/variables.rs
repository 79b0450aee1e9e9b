//! Finds the variables of a prompt: `{{name}}`.
//!
//! Invariant: a variable lies within one line and has a name. What a template language would do
//! inside the braces is not judged; the name is what stands between them, trimmed.

use std::collections::HashSet;
use std::ops::Range;

/// Names in order of first appearance, each once, as written.
#[must_use]
pub fn find(text: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let names = ranges(text).into_iter().map(|range| name(&text[range]));
    names.filter(|name| seen.insert(*name)).collect()
}

/// Byte ranges of the variables with their braces, in order, none touching another's bytes.
pub(crate) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        let inside = open + 2;
        match text[inside..].find(['{', '}', '\n']).map(|at| inside + at) {
            Some(close) if text[close..].starts_with("}}") => {
                if !text[inside..close].trim().is_empty() {
                    found.push(open..close + 2);
                }
                from = close + 2;
            }
            // "{{{name}}}": the innermost two braces are the variable's.
            Some(close) if close == inside && text[close..].starts_with('{') => from = open + 1,
            Some(close) => from = close,
            None => break,
        }
    }
    found
}

fn name(braced: &str) -> &str {
    braced.trim_start_matches("{{").trim_end_matches("}}").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_where_two_braces_hold_a_name_on_one_line() {
        let check = |text: &str, names: &[&str]| assert_eq!(find(text), names, "in {text:?}");
        check("", &[]);
        check("no braces {single} }} {{", &[]);
        check("{{institution}}. Write in {{language}}.", &["institution", "language"]);
        check("{{a}}{{b}} and {{a}} again", &["a", "b"]);
        check("{{ spaced }} {{spaced}}", &["spaced"]);
        check("{{}} {{  }}", &[]);
        check("{{{raw}}}", &["raw"]);
        check("{{{{deep}}}}", &["deep"]);
        check("{{open\n}}", &[]);
        check("{{a{b}} {{c}}", &["c"]);
        check("{{a}b}} {{c}}", &["c"]);
        check("{{user.name | upper}}", &["user.name | upper"]);
        check("{{naïve}} {{名前}}", &["naïve", "名前"]);
    }

    #[test]
    fn ranges_cover_braces_and_nothing_else() {
        let text = "é {{x}} and {{{y}}}";
        let found: Vec<&str> = ranges(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["{{x}}", "{{y}}"]);
    }

    #[test]
    fn a_megabyte_of_braces_is_read_once() {
        for text in ["{".repeat(1 << 20), "{{".repeat(1 << 19) + "}}", "{{a".repeat(300_000)] {
            assert!(ranges(&text).len() <= 1);
        }
    }
}
