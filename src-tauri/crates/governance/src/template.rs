//! Prompts as templates: which variables they have, and what they say with sample inputs.
//!
//! Invariant: a variable lies within one line and has a name; what stands between the braces is the
//! name, trimmed, and what a template language would do with it is not judged. A sample is put in as
//! it stands and not read for variables again; every byte of the template beside its variables stays.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use crate::error::{GovernanceError, Unit};

/// Most bytes of a rendered prompt: four times those of a template.
pub const RENDERED_LIMIT: usize = 4 * crate::text::PROMPT_LIMIT;

/// Sample inputs, by the name of their variable.
pub type Samples = BTreeMap<String, String>;

/// A template with sample inputs in the place of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What it says then. A variable without a sample stands there as it is written.
    pub text: String,
    /// Variables without a sample, in order of first appearance.
    pub missing: Vec<String>,
    /// Samples that no variable takes, by name.
    pub unused: Vec<String>,
}

/// Puts the samples in the place of the variables of a template.
///
/// # Errors
/// [`GovernanceError::Limit`] when it would be longer than [`RENDERED_LIMIT`].
pub fn render(text: &str, samples: &Samples) -> Result<Rendered, GovernanceError> {
    let ranges = ranges(text);
    let sample = |range: &Range<usize>| samples.get(name(&text[range.clone()]));
    let length = ranges.iter().fold(text.len(), |length, range| {
        sample(range).map_or(length, |value| length - range.len() + value.len())
    });
    if length > RENDERED_LIMIT {
        let (what, limit) = ("rendered prompt", RENDERED_LIMIT);
        return Err(GovernanceError::Limit { what, limit, unit: Unit::Bytes });
    }
    let (mut rendered, mut reached) = (String::with_capacity(length), 0);
    for range in &ranges {
        if let Some(value) = sample(range) {
            rendered.push_str(&text[reached..range.start]);
            rendered.push_str(value);
            reached = range.end;
        }
    }
    rendered.push_str(&text[reached..]);
    let names = find(text);
    let taken: BTreeSet<&str> = names.iter().copied().collect();
    let missing = names.iter().filter(|name| !samples.contains_key(**name));
    let unused = samples.keys().filter(|name| !taken.contains(name.as_str()));
    Ok(Rendered {
        text: rendered,
        missing: missing.map(|name| (*name).to_owned()).collect(),
        unused: unused.cloned().collect(),
    })
}

/// Names in order of first appearance, each once, as written.
#[must_use]
pub fn find(text: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let names = ranges(text).into_iter().map(|range| name(&text[range]));
    names.filter(|name| seen.insert(*name)).collect()
}

/// Byte ranges of the variables with their braces, in order, none touching another's bytes.
#[must_use]
pub fn ranges(text: &str) -> Vec<Range<usize>> {
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

    fn rendered(text: &str, samples: &[(&str, &str)]) -> Result<Rendered, GovernanceError> {
        let samples = samples.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        render(text, &samples.collect())
    }

    #[test]
    fn samples_stand_in_the_place_of_variables_and_everything_else_stays() {
        let check = |text: &str, samples: &[(&str, &str)], says: &str| {
            assert_eq!(rendered(text, samples).unwrap().text, says, "of {text:?}");
        };
        check("", &[], "");
        check("no variables \r\n", &[("a", "1")], "no variables \r\n");
        check("{{a}}", &[("a", "1")], "1");
        check("<{{ a }}{{a}}{{b}}>", &[("a", "1"), ("b", "é")], "<11é>");
        check("{{{a}}}", &[("a", "1")], "{1}");
        check("{{a}} {{b}}", &[("b", "2")], "{{a}} 2");
        check("{{a|upper}} {{a}}", &[("a", "1")], "{{a|upper}} 1");
        check("{{a\n}} {{}} {a}", &[("a", "1"), ("", "2")], "{{a\n}} {{}} {a}");
        check("{{a}}!", &[("a", "")], "!");
        check("{{名前}} \u{feff}", &[("名前", "\u{200b}")], "\u{200b} \u{feff}");
    }

    #[test]
    fn a_sample_is_not_read_for_variables() {
        let check = |text: &str, samples: &[(&str, &str)], says: &str| {
            let rendered = rendered(text, samples).unwrap();
            assert_eq!((rendered.text.as_str(), rendered.missing.len()), (says, 0));
        };
        check("{{a}} {{b}}", &[("a", "{{b}}"), ("b", "2")], "{{b}} 2");
        check("{{a}}{{b}}", &[("a", "{{"), ("b", "a}}")], "{{a}}");
        check("{{a}}", &[("a", "{{a}}")], "{{a}}");
    }

    #[test]
    fn what_is_missing_and_what_is_unused_is_told() {
        let check = |text: &str, samples: &[(&str, &str)], missing: &[&str], unused: &[&str]| {
            let rendered = rendered(text, samples).unwrap();
            assert_eq!(rendered.missing, missing, "of {text:?}");
            assert_eq!(rendered.unused, unused, "of {text:?}");
        };
        check("{{b}} {{a}} {{b}}", &[], &["b", "a"], &[]);
        check("{{b}} {{a}}", &[("a", "")], &["b"], &[]);
        check("{{ a }}", &[("a", "1"), (" a ", "2"), ("A", "3")], &[], &[" a ", "A"]);
        check("none", &[("z", ""), ("y", "")], &[], &["y", "z"]);
    }

    #[test]
    fn what_would_be_too_long_is_refused_and_names_the_limit() {
        let many = "{{a}}".repeat(1000);
        let value = "x".repeat(RENDERED_LIMIT / 1000);
        assert!(rendered(&many, &[("a", &value)]).is_ok());
        let refused = rendered(&many, &[("a", &format!("{value}xxxxx"))]).unwrap_err();
        assert!(matches!(refused, GovernanceError::Limit { limit: RENDERED_LIMIT, .. }));
    }

    #[test]
    fn a_megabyte_of_braces_is_read_once() {
        for text in ["{".repeat(1 << 20), "{{".repeat(1 << 19) + "}}", "{{a".repeat(300_000)] {
            assert!(ranges(&text).len() <= 1);
        }
    }
}
