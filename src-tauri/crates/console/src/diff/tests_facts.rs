//! What is told of a change: facts that can be counted, each with its place.

use super::*;

fn told(left: &str, right: &str) -> Vec<String> {
    let compared = Comparison::new(Some(left.to_owned()), right.to_owned(), Whitespace::Exact);
    let place = |side: Option<String>, line: Option<u32>| match (side.as_deref(), line) {
        (Some("left"), Some(line)) => format!("-{line}"),
        (Some(_), Some(line)) => format!("+{line}"),
        (Some(_) | None, _) => "?".to_owned(),
    };
    let facts = compared.facts().into_iter();
    facts.map(|fact| format!("{} {}", place(fact.side, fact.line), fact.text)).collect()
}

fn check(left: &str, right: &str, expected: &[&str]) {
    assert_eq!(told(left, right), expected, "{left:?} against {right:?}");
}

#[test]
fn nothing_is_told_of_what_did_not_change_or_has_nothing_to_change_from() {
    check("a 1 {{b}}\n", "a 1 {{b}}\n", &[]);
    assert!(
        Comparison::new(None, "Never 1 {{a}}\n".to_owned(), Whitespace::Exact).facts().is_empty()
    );
}

#[test]
fn variables_headings_numbers_and_commands_are_told_with_their_place() {
    check(
        "x\nUse {{old}} and {{kept}}.\n",
        "x\nUse {{new}} and {{kept}}.\n",
        &[
            "+2 New variable {{new}}",
            "-2 Variable gone: {{old}}",
            "+2 Length: as many characters and lines as before",
        ],
    );
    // One that stands elsewhere is not new.
    check(
        "{{a}}\nb\n",
        "{{a}}\nb {{a}}\n",
        &[
            "+2 Wording only: no variable, heading or number in digits changed, and no sentence \
         beginning with Never, Must, Do not, Always or Only",
            "+2 Length: 6 characters more",
        ],
    );
    check(
        "## Tone\nAt most 400 words, 5 %.\n",
        "## Voice\nAt most 350 words, 5 %.\n",
        &[
            "-1 1 heading is gone: Tone",
            "+1 1 heading is new: Voice",
            "-2 1 number is gone: 400",
            "+2 1 number is new: 350",
            "+1 Length: 1 character more",
        ],
    );
    check(
        "a\n",
        "a\nNever guess. Do not cite.\n",
        &[
            "+2 A sentence beginning with “Never” is new: Never guess.",
            "+2 A sentence beginning with “Do not” is new: Do not cite.",
            "+2 Length: 26 characters more, 1 line more",
        ],
    );
    check(
        "a\nAlways cite.\n",
        "a\n",
        &[
            "-2 A sentence beginning with “Always” was removed: Always cite.",
            "-2 Length: 13 characters less, 1 line less",
        ],
    );
}

#[test]
fn much_of_one_kind_is_told_in_one_sentence() {
    let numbers: String = (10..20).map(|number| format!("{number} ")).collect();
    let facts = told("a\n", &format!("a\n{numbers}\n"));
    assert_eq!(facts[0], "+2 10 numbers are new: 10, 11, 12, 13, 14, 15 and 4 more");
    let commands: String = (0..9).map(|number| format!("Never do x{number}.\n")).collect();
    let facts = told("a\n", &format!("a\n{commands}"));
    assert_eq!(facts[6], "+8 3 more such sentences are new");
}

#[test]
fn blanks_endings_marks_and_the_end_are_told() {
    check(
        "a b\n",
        "a  b\n",
        &["+1 Length: 1 character more", "+1 Only spaces, tabs or line endings changed"],
    );
    check(
        "a\nb\n",
        "a\r\nb\r\n",
        &[
            "+1 Length: 2 characters more",
            "+1 Only spaces, tabs or line endings changed",
            "+1 Line endings: LF became CR LF",
        ],
    );
    check(
        "a b\n",
        "a b",
        &[
            "+1 Length: 1 character less",
            "+1 Only spaces, tabs or line endings changed",
            "+1 The line feed at the end is gone",
        ],
    );
    let facts = told("a b\n", "\u{feff}a b\n");
    assert!(
        facts.contains(&"+1 A byte-order mark at the beginning is new".to_owned()),
        "{facts:?}"
    );
    let facts = told("a b\nc d\n", "a  b\nc e\n");
    assert!(!facts.iter().any(|fact| fact.contains("Only spaces")), "{facts:?}");
}

#[test]
fn hidden_characters_that_came_or_went_are_counted_and_what_is_quoted_draws_them() {
    let facts = told("Never a rating.\n", "Never a\u{200b} rating\u{202e}.\n");
    assert!(facts.contains(&"+1 2 hidden characters are new".to_owned()), "{facts:?}");
    assert!(facts.iter().any(|fact| fact.contains("Never a[U+200B] rating[U+202E]")), "{facts:?}");
    let facts = told("a\u{200b}b c\n", "ab c\n");
    assert!(facts.contains(&"-1 1 hidden character is gone".to_owned()), "{facts:?}");
}

#[test]
fn headings_and_changes_in_numbers_are_what_a_page_lays_out_from() {
    let left = "# A\none\n## B \u{200b}\ntwo\n####### no heading\n#hash\n";
    let right = left.replace("one", "1\n2").replace("two\n", "");
    let compared = Comparison::new(Some(left.to_owned()), right, Whitespace::Exact);
    assert_eq!(compared.changes(), [1, 1, 2, 1, 1, 0]);
    let headings: Vec<_> =
        compared.headings().into_iter().map(|heading| (heading.line, heading.text)).collect();
    assert_eq!(headings, [(1, "A".to_owned()), (4, "B [U+200B]".to_owned())]);
}
