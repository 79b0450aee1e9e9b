//! What changed in a text, as facts: variables, numbers, headings, instructions, length, endings.
//!
//! Invariant: every fact can be counted in the changed lines, and leads to its place; nothing here
//! says whether a change is good. What stands in unchanged lines is not looked at.

use std::collections::{BTreeMap, HashSet};

use governance::template;

use super::fields::fact;
use super::runs::Endings;
use super::{Change, Comparison, instructions, loose, outline};
use crate::hidden::{self, Standing};
use crate::views::ChangeFactView;
use crate::words::grouped;

/// Things of one kind that are named.
const NAMED: usize = 6;

/// Characters of a sentence or heading that are told.
const TOLD: usize = 60;

/// A line of one side: its number from 1, and its text.
type Line<'a> = (u32, &'a str);

impl Comparison {
    /// The facts of this change, those that matter most first. None for a first version.
    #[must_use]
    pub fn facts(&self) -> Vec<ChangeFactView> {
        if !self.has_left || self.changes.is_empty() {
            return self.facts_of_form();
        }
        let gone: Vec<Line<'_>> = self.lines_of(|change| (&self.left, change.before.clone()));
        let came: Vec<Line<'_>> = self.lines_of(|change| (&self.right, change.after.clone()));
        let mut facts = self.variables(&gone, &came);
        facts.extend(instructions_of(&gone, &came));
        facts.extend(things("heading", "heading", &gone, &came, |line| {
            outline::heading(line).into_iter().collect()
        }));
        facts.extend(things("number", "number", &gone, &came, numbers));
        let alike = self.alike();
        if facts.is_empty() && alike < self.changes.len() {
            let text = "Wording only: no variable, heading or number in digits changed, and no sentence \
                        beginning with Never, Must, Do not, Always or Only";
            facts.push(first_of("wording", text.to_owned(), &gone, &came));
        }
        facts.extend(hidden_of(&gone, &came));
        facts.push(length(&gone, &came));
        facts.extend(self.blanks(alike, &gone, &came));
        facts.extend(self.facts_of_form());
        facts
    }

    fn lines_of<'a>(
        &'a self,
        side: impl Fn(&Change) -> (&'a super::lines::Lines, std::ops::Range<u32>),
    ) -> Vec<Line<'a>> {
        let changes = self.changes.iter().map(side);
        changes
            .flat_map(|(lines, range)| range.map(move |index| (index + 1, lines.get(index))))
            .collect()
    }

    fn variables(&self, gone: &[Line<'_>], came: &[Line<'_>]) -> Vec<ChangeFactView> {
        let mut facts = Vec::new();
        for (kind, word, side, lines, other) in [
            ("variable_added", "New variable", "right", came, &self.left),
            ("variable_removed", "Variable gone:", "left", gone, &self.right),
        ] {
            if !lines.iter().any(|(_, line)| line.contains("{{")) {
                continue;
            }
            let mut known: HashSet<&str> = template::find(other.text()).into_iter().collect();
            for (number, line) in lines {
                for name in template::find(line) {
                    if known.insert(name) {
                        let text = format!("{word} {{{{{}}}}}", hidden::drawn(name));
                        facts.push(fact(kind, text, side, *number));
                    }
                }
            }
        }
        facts
    }

    /// Changes that are the same but for blanks.
    fn alike(&self) -> usize {
        let is_alike = |change: &&Change| {
            let (before, after) = (&change.before, &change.after);
            loose::alike(&self.left.between(before), &self.right.between(after))
        };
        self.changes.iter().filter(is_alike).count()
    }

    fn blanks(&self, alike: usize, gone: &[Line<'_>], came: &[Line<'_>]) -> Vec<ChangeFactView> {
        let all = self.changes.len();
        let text = match alike {
            0 => return Vec::new(),
            alike if alike == all => "Only spaces, tabs or line endings changed".to_owned(),
            alike => {
                let are = if alike == 1 { "is" } else { "are" };
                let (alike, all) = (grouped(alike as u64), grouped(all as u64));
                format!("{alike} of {all} changes {are} spaces, tabs or line endings alone")
            }
        };
        vec![first_of("whitespace", text, gone, came)]
    }

    /// Endings, the end of the text and the mark at its beginning.
    fn facts_of_form(&self) -> Vec<ChangeFactView> {
        let (left, right) = (self.left.text(), self.right.text());
        let mut facts = Vec::new();
        if self.is_coarse {
            let text = "So much changed that it is shown as one: the old text, then the new";
            facts.push(fact("coarse", text.to_owned(), "right", 1));
        }
        if !self.has_left || left.is_empty() || right.is_empty() {
            return facts;
        }
        let endings = |lines: &super::lines::Lines| match lines.endings() {
            Endings::AllCrLf => "CR LF",
            Endings::Other if lines.text().contains('\r') => "mixed",
            Endings::Other => "LF",
        };
        let (before, after) = (endings(&self.left), endings(&self.right));
        if before != after {
            facts.push(fact(
                "endings",
                format!("Line endings: {before} became {after}"),
                "right",
                1,
            ));
        }
        let mark = |word: &str| format!("A byte-order mark at the beginning is {word}");
        match (left.starts_with('\u{FEFF}'), right.starts_with('\u{FEFF}')) {
            (false, true) => facts.push(fact("mark", mark("new"), "right", 1)),
            (true, false) => facts.push(fact("mark", mark("gone"), "left", 1)),
            (true, true) | (false, false) => {}
        }
        let feed = |word: &str| format!("The line feed at the end is {word}");
        let ends = (self.left.len(), self.right.len());
        match (left.ends_with('\n'), right.ends_with('\n')) {
            (false, true) => facts.push(fact("end", feed("new"), "right", ends.1)),
            (true, false) => facts.push(fact("end", feed("gone"), "right", ends.1)),
            (true, true) | (false, false) => {}
        }
        facts
    }
}

fn first_of(kind: &str, text: String, gone: &[Line<'_>], came: &[Line<'_>]) -> ChangeFactView {
    match (came.first(), gone.first()) {
        (Some((line, _)), _) => fact(kind, text, "right", *line),
        (None, Some((line, _))) => fact(kind, text, "left", *line),
        (None, None) => fact(kind, text, "right", 1),
    }
}

/// What stands more often on one side than on the other: with how much more often, and where first.
fn surplus<'a>(
    own: &[Line<'a>],
    other: &[Line<'a>],
    found: impl Fn(&'a str) -> Vec<&'a str>,
) -> Vec<(&'a str, u32)> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for thing in other.iter().flat_map(|(_, line)| found(line)) {
        *left.entry(thing).or_default() += 1;
    }
    let mut surplus: Vec<(&str, u32)> = Vec::new();
    for (number, line) in own {
        for thing in found(line) {
            match left.get_mut(thing) {
                Some(count) if *count > 0 => *count -= 1,
                Some(_) | None => surplus.push((thing, *number)),
            }
        }
    }
    surplus
}

/// "2 numbers are gone: 5, 400", and the same for those that came.
fn things<'a>(
    kind: &str,
    noun: &str,
    gone: &[Line<'a>],
    came: &[Line<'a>],
    found: impl Fn(&'a str) -> Vec<&'a str> + Copy,
) -> Vec<ChangeFactView> {
    let mut facts = Vec::new();
    let sides = [("left", "gone", gone, came), ("right", "new", came, gone)];
    for (side, word, own, other) in sides {
        let things = surplus(own, other, found);
        let Some((_, line)) = things.first() else { continue };
        let named: Vec<String> = things.iter().take(NAMED).map(|(thing, _)| told(thing)).collect();
        let more = match things.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", grouped(more as u64)),
        };
        let head = match things.len() {
            1 => format!("1 {noun} is {word}"),
            many => format!("{} {noun}s are {word}", grouped(many as u64)),
        };
        let text = format!("{head}: {}{more}", named.join(", "));
        facts.push(fact(&format!("{kind}_{word}"), text, side, *line));
    }
    facts
}

fn instructions_of(gone: &[Line<'_>], came: &[Line<'_>]) -> Vec<ChangeFactView> {
    let found = |line| instructions::of(line).map(|(_, sentence)| sentence).collect();
    let mut facts = Vec::new();
    let sides = [
        ("left", ["was removed", "were removed"], gone, came),
        ("right", ["is new", "are new"], came, gone),
    ];
    for (side, [word, words], own, other) in sides {
        let sentences = surplus(own, other, found);
        for (sentence, line) in sentences.iter().take(NAMED) {
            let opener = instructions::of(sentence).next().map_or("", |(opener, _)| opener);
            let text = format!("A sentence beginning with “{opener}” {word}: {}", told(sentence));
            facts.push(fact("instruction", text, side, *line));
        }
        if let Some((_, line)) = sentences.get(NAMED) {
            let text = match sentences.len() - NAMED {
                1 => format!("1 more such sentence {word}"),
                more => format!("{more} more such sentences {words}"),
            };
            facts.push(fact("instruction", text, side, *line));
        }
    }
    facts
}

fn hidden_of(gone: &[Line<'_>], came: &[Line<'_>]) -> Vec<ChangeFactView> {
    let count = |lines: &[Line<'_>]| {
        let marks = lines.iter().flat_map(|(number, line)| {
            hidden::scan(line).into_iter().map(move |mark| (*number, mark))
        });
        let mut hidden =
            marks.filter(|(_, mark)| mark.standing == Standing::Hidden && mark.character != '\r');
        let first = hidden.next().map(|(number, _)| number);
        (first, first.map_or(0, |_| 1 + hidden.count()))
    };
    let ((before_line, before), (after_line, after)) = (count(gone), count(came));
    let noun = |count: usize| if count == 1 { "character is" } else { "characters are" };
    let (side, line, text) = if after > before {
        let more = after - before;
        ("right", after_line, format!("{more} hidden {} new", noun(more)))
    } else {
        let less = before - after;
        ("left", before_line, format!("{less} hidden {} gone", noun(less)))
    };
    let line = line.filter(|_| before != after);
    line.map(|line| fact("hidden", text, side, line)).into_iter().collect()
}

fn length(gone: &[Line<'_>], came: &[Line<'_>]) -> ChangeFactView {
    let characters =
        |lines: &[Line<'_>]| -> usize { lines.iter().map(|(_, line)| line.chars().count()).sum() };
    let (before, after) = (characters(gone), characters(came));
    let by = |before: usize, after: usize, noun: &str| match before.abs_diff(after) {
        0 => None,
        1 => Some(format!("1 {noun} {}", if after > before { "more" } else { "less" })),
        many => Some(format!(
            "{} {noun}s {}",
            grouped(many as u64),
            if after > before { "more" } else { "less" }
        )),
    };
    let parts = [by(before, after, "character"), by(gone.len(), came.len(), "line")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let text = if parts.is_empty() {
        "Length: as many characters and lines as before".to_owned()
    } else {
        format!("Length: {}", parts.join(", "))
    };
    first_of("length", text, gone, came)
}

/// Numbers in digits of any script, as written, with points and commas between them.
fn numbers(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut characters = line.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        if !first.is_numeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        while let Some((at, next)) = characters.peek().copied() {
            let point = matches!(next, '.' | ',') && line[at + 1..].starts_with(char::is_numeric);
            if !next.is_numeric() && !point {
                break;
            }
            end = at + next.len_utf8();
            characters.next();
        }
        found.push(&line[start..end]);
    }
    found
}

/// A short piece of text, its hidden characters written out.
fn told(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", hidden::drawn(text[..end].trim_end())),
        None => hidden::drawn(text),
    }
}
