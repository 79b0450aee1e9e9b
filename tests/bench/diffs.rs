//! The diff of prompts of ten thousand lines, with few and with many changes (performance.md, row
//! 12): beside bare imara-diff, and until the first screen of it can be painted.
//!
//! Invariant: both sides compare the same texts to the same changes, in short turns one after the
//! other. The first screen is what the page asks for: the numbers, headings and facts, and two
//! hundred rows of either layout, as the bytes that cross to it.

use std::hint::black_box;
use std::time::Duration;

use console::diff::{Comparison, Layout, Whitespace};
use imara_diff::{Algorithm, Diff, InternedInput};
use tests::chance::Chance;

use crate::figures::{Reach, Turns, measure, ratio};

const LINES: usize = 10_000;
/// How much of bare imara-diff's time ours may take.
const RATIO: f64 = 1.5;
const TURNS: Turns = Turns { turns: 60, operations: 10 };
const FIRST_SCREEN: Reach = Reach { percentile: 99, below: Duration::from_millis(100) };
const SCREENS: usize = 60;
/// Rows of the first screen; the page asks for as many at most.
const ROWS: u32 = 200;

/// Lines of which a prompt is made; some have a number, a variable, a command or a heading.
const SENTENCES: [&str; 8] = [
    "State who owns the customer, and through whom they own them.",
    "Never state a risk rating; the decision belongs to {{analyst_name}}.",
    "Quote amounts of more than 10,000 with their currency, as the document has them.",
    "",
    "## Adverse media",
    "Include adverse media from the last five years that names {{customer}}.",
    "- Leave a field empty rather than guess what belongs there.",
    "Écrivez dans la langue du dossier, sans jugement ni supposition.",
];

fn prompt() -> Vec<String> {
    let line = |number: usize| format!("{} ({number})\n", SENTENCES[number % SENTENCES.len()]);
    (0..LINES).map(line).collect()
}

/// The same with a word more in every third line, which leaves no two parts of it unlike in length:
/// the hardest for a search that begins with the longest.
fn every_third(prompt: &[String]) -> String {
    let line = |(at, line): (usize, &String)| {
        if at % 3 == 0 { format!("{at} {line}") } else { line.clone() }
    };
    prompt.iter().enumerate().map(line).collect()
}

/// The same with so many places changed, added or removed.
fn changed(prompt: &[String], places: usize) -> String {
    let mut chance = Chance::of_seed(12);
    let mut lines = prompt.to_vec();
    for place in 0..places {
        let at = chance.below(lines.len());
        match place % 4 {
            0 => lines.insert(at, format!("If {place} sources disagree, quote both.\n")),
            1 => drop(lines.remove(at)),
            2 | 3 => lines[at] = lines[at].replace("the", "seven"),
            _ => unreachable!("of four"),
        }
    }
    lines.concat()
}

pub(crate) fn run() -> bool {
    let before = prompt();
    let left = before.concat();
    let mut reached = true;
    let cases = [
        ("20 changes", 20, changed(&before, 20)),
        ("4,000 changes", 4_000, changed(&before, 4_000)),
        ("every third line changed", LINES / 3, every_third(&before)),
    ];
    for (name, places, right) in cases {
        let (bare_changes, ours) = (bare(&left, &right), compared(&left, &right));
        assert_eq!(bare_changes, ours.all_changes() as usize, "both find the same");
        assert!(bare_changes * 3 > places, "{bare_changes} of {places}");
        let texts = || (left.clone(), right.clone());
        reached &= ratio(
            &format!("diff of 10,000 lines, {name}, beside imara-diff"),
            (TURNS, RATIO),
            || (),
            |()| _ = black_box(bare(&left, &right)),
            texts,
            |(left, right)| {
                let compared = Comparison::new(Some(left), right, Whitespace::Exact);
                _ = black_box(compared.changes());
            },
        );
        reached &= measure(&format!("its first screen, {name}"), SCREENS, FIRST_SCREEN, |_| {
            black_box(first_screen(&left, &right));
        });
    }
    reached
}

/// What is measured against: interning, histogram, slider pass, hunks; nothing of ours.
fn bare(left: &str, right: &str) -> usize {
    let input = InternedInput::new(left, right);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    diff.hunks().count()
}

fn compared(left: &str, right: &str) -> Comparison {
    Comparison::new(Some(left.to_owned()), right.to_owned(), Whitespace::Exact)
}

/// Everything that a page needs before it shows something, as bytes.
fn first_screen(left: &str, right: &str) -> Vec<u8> {
    let compared = compared(left, right);
    let rows = [Layout::SideBySide, Layout::Unified].map(|layout| compared.rows(layout, 0..ROWS));
    let view = (compared.changes(), compared.headings(), compared.facts(), rows);
    serde_json::to_vec(&view).unwrap()
}
