//! The little formats of `text/`: notes, edits, slots.

use super::super::calendar::Calendar;
use super::super::slot::Slot;
use super::super::{Moment, note, prompts};
use super::MOMENTS;

#[test]
fn a_note_without_what_it_needs_is_refused() {
    let cases = [
        ("", "no reason"),
        ("[rejected] Lower threshold.", "a second text must say why"),
        ("[withdrawn] Wrong table.", "a second text must say why"),
        ("[waiting] New segment.", "waiting needs an age"),
        ("[waiting 3w] New segment.", "an age is a number and m, h or d"),
        ("[waiting 3h Nobody Here 2h] New segment. || Fine.", "nobody has that name"),
        ("[waiting 3h Amara] New segment.", "status is"),
        ("[lost] New segment.", "unknown status"),
        ("[rejected New segment.", "no closing bracket"),
    ];
    for (line, expected) in cases {
        let fault = note::parse(line).err().unwrap_or_else(|| panic!("{line:?} was taken"));
        assert!(fault.to_string().contains(expected), "{line:?}: {fault}");
    }
    assert!(note::parse("New segment for students.").is_ok());
}

#[test]
fn slots_keep_their_order_in_every_week() {
    let mut slots = Vec::new();
    for day in [250, 249, 120, 7, 6, 5, 4, 3, 2, 1, 0] {
        for minute in [0, 480, 1_320, 1_440, 2_000, 2_879] {
            slots.push(Slot::working(day, minute));
        }
    }
    slots.extend([3_299, 3_000, 1_440, 90, 1].map(Slot::ago));
    assert!(slots.is_sorted());
    for (weekday, minute_of_day) in MOMENTS {
        let calendar = Calendar::before(Moment { weekday, minute_of_day });
        let ages: Vec<i64> = slots.iter().map(|slot| calendar.minutes_before_now(*slot)).collect();
        assert!(ages.is_sorted_by(|a, b| a >= b), "{weekday} {minute_of_day}: {ages:?}");
        assert!(ages.iter().all(|age| *age > 0 && *age <= 365 * 1_440));
    }
}

const FIRST: &str =
    "%% First text of the desk.\nalpha\nbeta, beta\ngamma\n%% Second thoughts on it.\n";

#[test]
fn edits_change_exactly_the_line_they_name() {
    let cases = [
        ("~ gamma ==> delta", "alpha\nbeta, beta\ndelta\n"),
        ("@ alpha\n+ one\n+ two", "alpha\none\ntwo\nbeta, beta\ngamma\n"),
        ("- beta", "alpha\ngamma\n"),
        ("> end", "alpha\nbeta, beta\ngamma\nend\n"),
        ("@ gamma\n+\n+ a{U+200B}b", "alpha\nbeta, beta\ngamma\n\na\u{200b}b\n"),
    ];
    for (edits, expected) in cases {
        let (versions, _) = prompts::drafts("desk", leaked(edits)).unwrap();
        assert_eq!(versions[1].0, expected, "{edits}");
    }
}

#[test]
fn an_edit_that_does_not_fit_is_refused() {
    let cases = [
        ("~ omega ==> delta", "no line holds"),
        ("~ a ==> b", "more than one line holds"),
        ("~ gamma", "needs ` ==> `"),
        ("- omega", "no line holds"),
        ("* gamma", "unknown edit"),
    ];
    for (edits, expected) in cases {
        let fault = prompts::drafts("desk", leaked(edits)).err().unwrap();
        assert!(fault.to_string().contains(expected), "{edits}: {fault}");
    }
}

fn leaked(edits: &str) -> &'static str {
    Box::leak(format!("{FIRST}{edits}\n").into_boxed_str())
}
