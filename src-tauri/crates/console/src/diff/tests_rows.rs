//! Rows asked for in parts, in either layout: the same as all of them, and none lost. A search
//! finds every line once. What is hidden is drawn.

use proptest::prelude::*;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::tests::{line_text, runner, texts};
use super::*;
use crate::hidden;
use crate::views::{DiffLine, DiffRow};

const LAYOUTS: [Layout; 2] = [Layout::SideBySide, Layout::Unified];

fn all_rows(compared: &Comparison, layout: Layout) -> Vec<DiffRow> {
    compared.rows(layout, 0..u32::MAX)
}

/// One side read back from rows.
fn side(rows: &[DiffRow], of: fn(&DiffRow) -> Option<&DiffLine>) -> String {
    let lines: Vec<&DiffLine> = rows.iter().filter_map(of).collect();
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(line.number as usize, at + 1, "every line once, in order");
    }
    lines.into_iter().map(line_text).collect()
}

#[test]
fn the_rows_of_either_layout_are_both_texts_whole_and_as_many_as_was_said() {
    for whitespace in [Whitespace::Exact, Whitespace::Ignored] {
        runner(800)
            .run(&texts(), |(left, right)| {
                let compared = Comparison::new(Some(left.clone()), right.clone(), whitespace);
                for layout in LAYOUTS {
                    let rows = all_rows(&compared, layout);
                    prop_assert_eq!(rows.len(), compared.row_count(layout) as usize);
                    prop_assert_eq!(side(&rows, |row| row.left.as_ref()), left.as_str());
                    prop_assert_eq!(side(&rows, |row| row.right.as_ref()), right.as_str());
                }
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn any_part_of_the_rows_is_that_part_of_all_of_them() {
    let strategy = (texts(), 0..60_u32, 0..20_u32);
    runner(1_000)
        .run(&strategy, |((left, right), from, rows)| {
            let compared = Comparison::new(Some(left), right, Whitespace::Exact);
            for layout in LAYOUTS {
                let all = all_rows(&compared, layout);
                let part = compared.rows(layout, from..from + rows);
                let start = (from as usize).min(all.len());
                let end = ((from + rows) as usize).min(all.len());
                prop_assert_eq!(format!("{part:?}"), format!("{:?}", &all[start..end]));
            }
            Ok(())
        })
        .unwrap();
}

/// Where a row stands follows from the three numbers of each change: what the page reckons with.
#[test]
fn the_numbers_of_the_changes_say_which_rows_differ() {
    runner(500)
        .run(&texts(), |(left, right)| {
            let compared = Comparison::new(Some(left), right, Whitespace::Exact);
            for layout in LAYOUTS {
                let mut kinds = Vec::new();
                for change in compared.changes().chunks(3) {
                    kinds.extend(vec!["same"; change[0] as usize]);
                    match layout {
                        Layout::SideBySide => {
                            kinds.extend(vec!["?"; change[1].max(change[2]) as usize]);
                        }
                        Layout::Unified => {
                            kinds.extend(vec!["removed"; change[1] as usize]);
                            kinds.extend(vec!["added"; change[2] as usize]);
                        }
                    }
                }
                for (kind, row) in kinds.iter().zip(all_rows(&compared, layout)) {
                    let fits = *kind == row.kind || (*kind == "?" && row.kind != "same");
                    prop_assert!(fits, "{} where {kind} was said", row.kind);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_text_of_nothing_but_differences_is_told_as_one_change() {
    let left: String = (0..50_000).map(|line| format!("same {line}\nold {line}\n")).collect();
    let compared =
        Comparison::new(Some(left.clone()), left.replace("old", "new"), Whitespace::Exact);
    assert!(compared.is_coarse() && compared.changes().len() == 3);
    assert_eq!(compared.all_changes(), 50_000);
    assert!(compared.facts().iter().any(|fact| fact.kind == "coarse"));
    assert_eq!(compared.rows(Layout::Unified, 70_000..70_010).len(), 10);
}

#[test]
fn a_very_long_line_comes_whole_and_alone() {
    let long = "word ".repeat(200_000);
    let compared =
        Comparison::new(Some(format!("{long}\nb\n")), format!("{long}x\nc\n"), Whitespace::Exact);
    let rows = compared.rows(Layout::SideBySide, 0..10);
    assert_eq!(rows.len(), 1, "the next is asked for again");
    assert_eq!(line_text(rows[0].right.as_ref().unwrap()), format!("{long}x\n"));
    assert_eq!(compared.rows(Layout::SideBySide, 1..10).len(), 1);
}

#[test]
fn a_search_finds_each_line_once_on_the_side_where_it_stands() {
    let left = "alpha\nbeta\ngamma\nΔelta\u{200b}\n";
    let right = "alpha\nBETA two\ngamma\nΔelta\u{200b}\n";
    let compared = Comparison::new(Some(left.to_owned()), right.to_owned(), Whitespace::Exact);
    let check = |text: &str, expected: &[(Side, u32)]| {
        let hits = compared.search(text);
        assert_eq!(hits.places, expected, "{text:?}");
        assert_eq!(hits.total as usize, expected.len());
    };
    check("", &[]);
    check("beta", &[(Side::Left, 2), (Side::Right, 2)]);
    check("GAMMA", &[(Side::Right, 3)]);
    check("δELTA", &[(Side::Right, 4)]);
    check("U+200B", &[(Side::Right, 4)]);
    check("u+0041", &[(Side::Right, 2)]);
    check("nowhere", &[]);
    let many = "x\n".repeat(5_000);
    let hits = Comparison::new(None, many, Whitespace::Exact).search("x");
    assert_eq!((hits.total, hits.places.len()), (5_000, 1_000));
}

/// The chips of all rows, hidden and in place.
fn chips(compared: &Comparison, layout: Layout) -> Vec<String> {
    let rows = all_rows(compared, layout);
    let lines = rows.iter().filter_map(|row| row.right.as_ref());
    let runs = lines.flat_map(|line| &line.runs);
    runs.filter(|run| matches!(run.kind.as_str(), "hidden" | "in_place"))
        .map(|run| run.text.clone())
        .collect()
}

fn is_controlling(character: char) -> bool {
    let code = u32::from(character);
    character.general_category() == GeneralCategory::Format
        || matches!(code, 0xFE00..=0xFE0F | 0xE0000..=0xE007F | 0xE0100..=0xE01EF | 0x180B..=0x180F)
}

#[test]
fn every_format_bidirectional_tag_and_selector_code_point_injected_once_is_a_chip_of_the_diff() {
    let clean = "# Task\nNever state a risk rating.\nCite {{source}} by number.\n";
    let all: Vec<char> = ('\0'..=char::MAX).filter(|one| is_controlling(*one)).collect();
    for (number, character) in all.iter().enumerate() {
        let mut text = clean.to_owned();
        text.insert(number % clean.len(), *character);
        let compared = Comparison::new(Some(clean.to_owned()), text, Whitespace::Ignored);
        let chip = hidden::chip(*character);
        assert!(chip.starts_with(&format!("U+{:04X} ", u32::from(*character))), "{chip}");
        for layout in LAYOUTS {
            assert_eq!(chips(&compared, layout), [chip.as_str()], "at {}", number % clean.len());
        }
        assert_eq!(compared.all_changes(), 1);
        let told = compared.facts().into_iter().any(|fact| fact.kind == "hidden");
        assert!(told, "{chip} is no fact of the change");
    }
    println!("diff: {} code points, each drawn in both layouts and told", all.len());
    assert!(all.len() >= 450, "{}", all.len());
}

#[test]
fn every_character_that_a_trojan_source_sample_hides_is_a_chip_of_the_diff() {
    let Some(file) = hidden::tests::samples() else {
        println!("ABSENT: payload list `trojan-source` (set COUNTERSIGN_VECTORS)");
        return;
    };
    let samples: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut drawn = 0;
    for sample in &samples {
        let text = sample["text"].as_str().unwrap();
        let listed = ["bidi_codepoints", "invisible_codepoints"].into_iter();
        let listed: Vec<&str> = listed
            .flat_map(|key| sample[key].as_array().unwrap())
            .map(|code| code.as_str().unwrap())
            .collect();
        for left in [None, Some(String::new()), Some(text.replace('a', "b"))] {
            let compared = Comparison::new(left, text.to_owned(), Whitespace::Exact);
            for layout in LAYOUTS {
                let chips = chips(&compared, layout);
                let count = |code: &str| chips.iter().filter(|chip| chip.starts_with(code)).count();
                for code in &listed {
                    let expected = listed.iter().filter(|other| *other == code).count();
                    assert_eq!(count(code), expected, "{code} in {}", sample["file"]);
                    drawn += 1;
                }
                let look_alikes = hidden::count(text) as usize;
                assert!(chips.len() >= look_alikes && !chips.is_empty(), "{}", sample["file"]);
            }
        }
    }
    println!("diff: {drawn} characters of {} trojan-source samples drawn", samples.len());
    assert!(samples.len() >= 5 && drawn >= 100);
}
