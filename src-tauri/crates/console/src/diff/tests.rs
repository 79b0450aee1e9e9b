//! What a comparison shows, as small pictures, and that it loses nothing, over many texts.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use super::runs::NO_NEWLINE;
use super::*;
use crate::views::{DiffLine, DiffRow};

/// A row as text: sign, line numbers, and the runs: `*word*`, `<variable>`, `[chip]`.
fn picture(compared: &Compared) -> Vec<String> {
    let side = |line: &Option<DiffLine>| match line {
        None => "-".to_owned(),
        Some(line) => format!("{} {}", line.number, runs_picture(line)),
    };
    let mut lines = Vec::new();
    for hunk in &compared.hunks {
        lines.push(format!("@ {} {}", hunk.folded_before, hunk.section).trim_end().to_owned());
        let rows = hunk.rows.iter();
        lines.extend(rows.map(|row| {
            if row.kind == "same" {
                format!("  {}", side(&row.right))
            } else {
                format!("{} {} | {}", &row.kind[..1], side(&row.left), side(&row.right))
            }
        }));
    }
    lines
}

fn runs_picture(line: &DiffLine) -> String {
    let run = |run: &crate::views::TextRun| match run.kind.as_str() {
        "plain" => run.text.clone(),
        "word" => format!("*{}*", run.text),
        "variable" => format!("<{}>", run.text),
        "hidden" => format!("[{}]", run.text),
        "in_place" => format!("({})", run.text),
        other => panic!("no such kind: {other}"),
    };
    line.runs.iter().map(run).collect()
}

fn check(left: &str, right: &str, expected: &[&str]) {
    let compared = compare(Some(left), right, Whitespace::Exact);
    assert_eq!(picture(&compared), expected, "{left:?} against {right:?}");
}

#[test]
fn equal_texts_have_no_hunk() {
    for text in ["", "a", "a\n", "a\r\nb\r\n", "\u{feff}a"] {
        let compared = compare(Some(text), text, Whitespace::Exact);
        assert!(compared.hunks.is_empty());
        assert_eq!((compared.added, compared.removed, compared.changes), (0, 0, 0));
    }
}

#[test]
fn words_that_differ_are_marked_in_lines_that_stand_side_by_side() {
    check(
        "last five years\n",
        "last seven years\n",
        &["@ 0", "c 1 last *five* years | 1 last *seven* years"],
    );
    check(
        "documents listed under X.\n",
        "documents under X.\n",
        &["@ 0", "c 1 documents *listed* under X. | 1 documents under X."],
    );
    // Blanks between marked words belong to the mark.
    check(
        "the customer.\n",
        "the customer or a beneficial owner.\n",
        &["@ 0", "c 1 the customer. | 1 the customer *or a beneficial owner*."],
    );
    check(
        "write in {{old}} tone\n",
        "write in {{new}} tone {{kept}}\n",
        &["@ 0", "c 1 write in *{{old}}* tone | 1 write in *{{new}}* tone *{{kept}}*"],
    );
    // Lines with nothing in common are changed as a whole.
    check("alpha beta\n", "gamma delta\n", &["@ 0", "c 1 alpha beta | 1 gamma delta"]);
    check(
        "申請は一名で承認\n",
        "申請は二名で承認\n",
        &["@ 0", "c 1 申請は*一*名で承認 | 1 申請は*二*名で承認"],
    );
}

#[test]
fn lines_are_paired_with_the_line_they_resemble() {
    check(
        "keep this sentence here\n",
        "something quite different\nkeep that sentence here\n",
        &[
            "@ 0",
            "a - | 1 something quite different",
            "c 1 keep *this* sentence here | 2 keep *that* sentence here",
        ],
    );
    // Where nothing resembles anything they are paired from the top.
    check("one\n", "two\nthree\n", &["@ 0", "c 1 one | 1 two", "a - | 2 three"]);
    check("one\ntwo\n", "three\n", &["@ 0", "c 1 one | 1 three", "r 2 two | -"]);
}

#[test]
fn variables_and_hidden_characters_are_runs_of_their_own() {
    check(
        "x\n",
        "x\nNever {{tone}} a risk\u{200b}rating.\n",
        &["@ 0", "  1 x", "a - | 2 Never <{{tone}}> a risk[U+200B ZERO WIDTH SPACE]rating."],
    );
    check(
        "say it\n",
        "say\u{202e} {{na\u{200b}me}} it\n",
        &[
            "@ 0",
            "c 1 say it | 1 say[U+202E RIGHT-TO-LEFT OVERRIDE]* {{na*[U+200B ZERO WIDTH SPACE]*me}}* it",
        ],
    );
    check(
        "payment date\n",
        "p\u{430}yment date\n",
        &["@ 0", "c 1 *payment* date | 1 *p*[U+0430 CYRILLIC SMALL LETTER A]*yment* date"],
    );
}

#[test]
fn endings_and_marks_of_order_are_shown_as_what_they_are() {
    let newline = format!("({NO_NEWLINE})");
    // Quiet where every line of its text ends so.
    check("a b\n", "a b\r\n", &["@ 0", "c 1 a b | 1 a b(U+000D CARRIAGE RETURN)"]);
    check("a b\nc\n", "a b\r\nc\n", &["@ 0", "c 1 a b | 1 a b[U+000D CARRIAGE RETURN]", "  2 c"]);
    check("a b\n", "a b", &["@ 0", &format!("c 1 a b | 1 a b{newline}")]);
    check(
        "a\nb",
        "a\nb\nc",
        &["@ 0", "  1 a", &format!("c 2 b{newline} | 2 b"), &format!("a - | 3 c{newline}")],
    );
    check("a b\n", "\u{feff}a b\n", &["@ 0", "c 1 a b | 1 [U+FEFF ZERO WIDTH NO-BREAK SPACE]a b"]);
    check("a b\n", "a  b\n", &["@ 0", "c 1 a* *b | 1 a*  *b"]);
    check("", "\n", &["@ 0", "a - | 1 "]);
}

#[test]
fn far_lines_are_folded_near_ones_are_context_and_the_heading_is_told() {
    let numbered = |changed: &[u32]| {
        let line = |number: u32| match number {
            1 => "# Task\n".to_owned(),
            20 => "## Output \u{200b}\n".to_owned(),
            number if changed.contains(&number) => format!("line {number} anew\n"),
            number => format!("line {number}\n"),
        };
        (1..=60).map(line).collect::<String>()
    };
    check(
        &numbered(&[]),
        &numbered(&[10, 17, 40]),
        &[
            "@ 6 Task",
            "  7 line 7",
            "  8 line 8",
            "  9 line 9",
            "c 10 line 10 | 10 line 10 *anew*",
            "  11 line 11",
            "  12 line 12",
            "  13 line 13",
            "  14 line 14",
            "  15 line 15",
            "  16 line 16",
            "c 17 line 17 | 17 line 17 *anew*",
            "  18 line 18",
            "  19 line 19",
            "  20 ## Output [U+200B ZERO WIDTH SPACE]",
            "@ 16 Output [U+200B]",
            "  37 line 37",
            "  38 line 38",
            "  39 line 39",
            "c 40 line 40 | 40 line 40 *anew*",
            "  41 line 41",
            "  42 line 42",
            "  43 line 43",
        ],
    );
    let compared = compare(Some(&numbered(&[])), &numbered(&[10, 17, 40]), Whitespace::Exact);
    assert_eq!((compared.added, compared.removed, compared.changes), (3, 3, 3));
    assert_eq!(compared.hunks.len(), 2);
}

#[test]
fn a_first_version_is_added_as_a_whole() {
    let compared = compare(None, "a\nb\n", Whitespace::Exact);
    assert_eq!(picture(&compared), ["@ 0", "a - | 1 a", "a - | 2 b"]);
    assert_eq!((compared.added, compared.removed, compared.changes), (2, 0, 1));
    assert!(compare(None, "", Whitespace::Exact).hunks.is_empty());
    assert_eq!(
        (line_count(""), line_count("a"), line_count("a\n"), line_count("a\n\n")),
        (0, 1, 1, 2)
    );
}

#[test]
fn ignored_whitespace_is_ascii_only_and_shown_as_each_side_has_it() {
    let ignored = |left, right| picture(&compare(Some(left), right, Whitespace::Ignored));
    assert!(ignored("a b\n c\n", "a  b \r\nc").is_empty());
    assert_eq!(ignored("a b\n", "a\u{a0}b\n").len(), 2, "a hidden character is no blank");
    assert_eq!(
        ignored("a  b\nold word\n", "a b\nnew  word\n"),
        ["@ 0", "w 1 a  b | 1 a b", "c 2 *old* word | 2 *new*  word",]
    );
    let compared = compare(Some("a  b\nx\n"), "a b\ny\n", Whitespace::Ignored);
    assert_eq!(compared.hunks[0].rows[0].left.as_ref().map(runs_picture).unwrap(), "a  b");
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Reads a line back from its runs.
pub(super) fn line_text(line: &DiffLine) -> String {
    let mut text = String::new();
    let mut ended = true;
    for run in &line.runs {
        if !matches!(run.kind.as_str(), "hidden" | "in_place") {
            text.push_str(&run.text);
        } else if run.text == NO_NEWLINE {
            ended = false;
        } else {
            let code = run.text.split(' ').next().unwrap().strip_prefix("U+").unwrap();
            text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        }
    }
    if ended { text + "\n" } else { text }
}

/// Applies the rows to one side and returns the other.
fn apply(
    from: &str,
    compared: &Compared,
    own: fn(&DiffRow) -> Option<&DiffLine>,
    other: fn(&DiffRow) -> Option<&DiffLine>,
) -> String {
    let lines = lines(from);
    let (mut at, mut text) = (0, String::new());
    for hunk in &compared.hunks {
        let folded = hunk.folded_before as usize;
        text.extend(lines[at..at + folded].iter().copied());
        at += folded;
        for row in &hunk.rows {
            if let Some(line) = own(row) {
                assert_eq!(line.number as usize, at + 1);
                assert_eq!(line_text(line), lines[at]);
                at += 1;
            }
            text.extend(other(row).map(line_text));
        }
    }
    text.extend(lines[at..].iter().copied());
    text
}

fn left_of(row: &DiffRow) -> Option<&DiffLine> {
    row.left.as_ref()
}

fn right_of(row: &DiffRow) -> Option<&DiffLine> {
    row.right.as_ref()
}

/// Texts of few different lines, so that much is equal, moved or nearly equal.
pub(super) fn texts() -> impl Strategy<Value = (String, String)> {
    let line = prop_oneof![
        4 => "[a-d]{1,2}( [a-d]{1,2}){0,4}",
        2 => Just(String::new()),
        1 => "## [a-c]",
        1 => "[a-b]?\\{\\{[a-c]{1,2}\\}\\}[ \t.]{0,2}",
        1 => "[a\u{200b}\u{202e}\u{a0}\u{430}é\u{301}日 ]{0,6}",
        1 => "[{} a]{0,6}",
    ];
    let ending = prop_oneof![8 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let lines = proptest::collection::vec((line, ending), 0..40);
    let edits =
        proptest::collection::vec((0..45_usize, 0..4_u8, "[a-d {}\u{200b}\r\n]{0,5}"), 0..8);
    (lines, edits, any::<bool>()).prop_map(|(lines, edits, ended)| {
        let mut lines: Vec<String> = lines.into_iter().map(|(line, end)| line + end).collect();
        let left = lines.concat();
        for (at, kind, text) in edits {
            let at = at.min(lines.len());
            match kind {
                0 => lines.insert(at, text),
                1 if at < lines.len() => drop(lines.remove(at)),
                2 if at < lines.len() => lines[at].insert_str(0, &text),
                _ => lines.insert(at, text + "\n"),
            }
        }
        let right = lines.concat();
        (left, if ended { right } else { right.trim_end_matches('\n').to_owned() })
    })
}

pub(super) fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[0x12; 32]))
}

fn reproduces(left: &str, right: &str, compared: &Compared) -> bool {
    apply(left, compared, left_of, right_of) == right
        && apply(right, compared, right_of, left_of) == left
}

#[test]
fn the_rows_reproduce_both_texts_exactly() {
    let (cases, changed) = (Cell::new(0), Cell::new(0));
    runner(2_000)
        .run(&texts(), |(left, right)| {
            let compared = compare(Some(&left), &right, Whitespace::Exact);
            cases.set(cases.get() + 1);
            changed.set(changed.get() + u32::from(!compared.hunks.is_empty()));
            prop_assert!(reproduces(&left, &right, &compared));
            prop_assert_eq!(left == right, compared.hunks.is_empty());
            let rows = || compared.hunks.iter().flat_map(|hunk| &hunk.rows);
            let changed_lines = |side: fn(&DiffRow) -> Option<&DiffLine>| {
                rows().filter(|row| row.kind != "same" && side(row).is_some()).count()
            };
            prop_assert_eq!(changed_lines(right_of), compared.added as usize);
            prop_assert_eq!(changed_lines(left_of), compared.removed as usize);
            Ok(())
        })
        .unwrap();
    println!("diff: {} pairs of texts, {} of them different", cases.get(), changed.get());
    assert!(cases.get() >= 2_000 && changed.get() >= 1_500);
}

#[test]
fn with_whitespace_ignored_every_row_shows_its_own_sides_exactly() {
    runner(500)
        .run(&texts(), |(left, right)| {
            let compared = compare(Some(&left), &right, Whitespace::Ignored);
            let (lefts, rights) = (lines(&left), lines(&right));
            for row in compared.hunks.iter().flat_map(|hunk| &hunk.rows) {
                for (line, own) in [(&row.left, &lefts), (&row.right, &rights)] {
                    let Some(line) = line else { continue };
                    prop_assert_eq!(line_text(line), own[line.number as usize - 1]);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// The check above must be able to fail: one row less, one character less, one chip forgotten.
#[test]
fn a_comparison_that_loses_something_is_caught() {
    let spoilers: [fn(&mut Compared); 3] = [
        |compared| drop(compared.hunks.last_mut().and_then(|hunk| hunk.rows.pop())),
        |compared| {
            let lines = compared.hunks.iter_mut().flat_map(|hunk| &mut hunk.rows);
            let line = lines.filter_map(|row| row.right.as_mut()).last().unwrap();
            drop(line.runs.pop());
        },
        |compared| compared.hunks[0].folded_before += 1,
    ];
    for spoil in spoilers {
        let failed = runner(200).run(&texts(), |(left, right)| {
            let right = right + "last line\n";
            let mut compared = compare(Some(&left), &right, Whitespace::Exact);
            spoil(&mut compared);
            let held = std::panic::catch_unwind(|| reproduces(&left, &right, &compared));
            prop_assert!(held.unwrap_or(false));
            Ok(())
        });
        assert!(matches!(failed, Err(TestError::Fail(..))));
    }
}
