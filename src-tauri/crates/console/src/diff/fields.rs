//! A text made of facts: headings, and under them labels with what stands beside them.
//!
//! Invariant: a heading stands at the beginning of its line and nothing else does, so that no value
//! can pass for one; a value that is deeper stands further in. Each fact knows its line.

use std::collections::HashMap;

use crate::hidden;
use crate::views::ChangeFactView;

/// Facts as they are read, and as lines that compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fielded {
    /// The lines.
    pub text: String,
    /// Every value with the path to it, in order.
    pub(crate) fields: Vec<Field>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// "Metrics: Gini: threshold".
    pub(crate) path: String,
    pub(crate) value: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// Where and what it is in the bytes: two that read alike may differ here.
    pub(crate) exact: String,
}

/// Writes facts.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    written: Fielded,
    line: u32,
}

impl Writer {
    /// A heading, parted from what stands above it.
    pub(crate) fn heading(&mut self, title: &str) {
        if self.line > 0 {
            self.push("");
        }
        self.push(&format!("# {title}"));
    }

    /// "label: value", or with an empty label the value alone; a value of several lines stands
    /// below its label, further in.
    pub(crate) fn fact(&mut self, depth: usize, label: &str, path: &str, value: &str) {
        let indent = "  ".repeat(depth);
        let line = self.line + 1;
        let lines: Vec<&str> = lines_of(value);
        match (lines.as_slice(), label) {
            ([one], "") => self.push(&format!("{indent}{one}")),
            ([one], label) => self.push(&format!("{indent}{label}: {one}")),
            (many, "") => many.iter().for_each(|one| self.push(&format!("{indent}{one}"))),
            (many, label) => {
                self.label(depth, label);
                many.iter().for_each(|one| self.push(&format!("{indent}  {one}")));
            }
        }
        let (path, value) = (path.to_owned(), value.to_owned());
        self.written.fields.push(Field { path, value, line, exact: String::new() });
    }

    /// How the last fact stands in the bytes.
    pub(crate) fn exactly(&mut self, exact: String) {
        if let Some(last) = self.written.fields.last_mut() {
            last.exact = exact;
        }
    }

    /// A label with facts below it.
    pub(crate) fn label(&mut self, depth: usize, label: &str) {
        self.push(&format!("{}{label}:", "  ".repeat(depth)));
    }

    pub(crate) fn finish(self) -> Fielded {
        self.written
    }

    fn push(&mut self, line: &str) {
        self.written.text.push_str(line);
        self.written.text.push('\n');
        self.line += 1;
    }
}

/// Lines of a value; where all of them end with CR LF that is its way of ending lines.
fn lines_of(value: &str) -> Vec<&str> {
    let feeds = value.matches('\n').count();
    if feeds > 0 && value.matches("\r\n").count() == feeds {
        value.split("\r\n").collect()
    } else {
        value.split('\n').collect()
    }
}

/// Longest value that is told whole in a fact.
const SHORT: usize = 48;

/// Facts told one by one.
const MOST: usize = 40;

/// What changed, path by path: those of the right in order, then those that are gone.
pub(crate) fn field_facts(left: &Fielded, right: &Fielded) -> Vec<ChangeFactView> {
    let mut sides: HashMap<&str, [Vec<&Field>; 2]> = HashMap::new();
    let mut paths = Vec::new();
    for (side, field) in right
        .fields
        .iter()
        .map(|field| (1, field))
        .chain(left.fields.iter().map(|field| (0, field)))
    {
        let fields = sides.entry(&field.path).or_insert_with(|| {
            paths.push(field.path.as_str());
            <[Vec<&Field>; 2]>::default()
        });
        fields[side].push(field);
    }
    let mut facts: Vec<_> =
        paths.iter().flat_map(|path| path_facts(path, &sides[path][0], &sides[path][1])).collect();
    if facts.len() > MOST {
        let more = facts.len() - MOST;
        facts.truncate(MOST);
        facts.push(ChangeFactView {
            kind: "more".to_owned(),
            text: format!("{more} more facts changed"),
            side: None,
            line: None,
        });
    }
    facts
}

/// What stands under one path; of several values there only which came and which went is told.
fn path_facts(path: &str, before: &[&Field], after: &[&Field]) -> Vec<ChangeFactView> {
    let path = hidden::drawn(path);
    if let ([was], [is]) = (before, after) {
        if was.value == is.value {
            let text = format!("{path} reads as before, but is written in another form");
            let is_same = was.exact == is.exact;
            return if is_same { Vec::new() } else { vec![fact("form", text, "right", is.line)] };
        }
        let text = if is_short(&was.value) && is_short(&is.value) {
            format!("{path}: {} became {}", told(&was.value), told(&is.value))
        } else {
            format!("{path} changed")
        };
        return vec![fact("field", text, "right", is.line)];
    }
    let mut facts = Vec::new();
    for (own, other, side, word) in
        [(after, before, "right", "new"), (before, after, "left", "gone")]
    {
        let mut others: HashMap<(&str, &str), usize> = HashMap::new();
        for field in other {
            *others.entry((&field.value, &field.exact)).or_default() += 1;
        }
        for field in own {
            match others.get_mut(&(field.value.as_str(), field.exact.as_str())) {
                Some(count) if *count > 0 => *count -= 1,
                Some(_) | None => {
                    let text = format!("{path} is {word}: {}", told(&field.value));
                    facts.push(fact("field", text, side, field.line));
                }
            }
        }
    }
    let moved = before.iter().zip(after).find(|(was, is)| was.value != is.value);
    if let Some((_, is)) = moved.filter(|_| facts.is_empty()) {
        facts.push(fact("field", format!("{path}: the order changed"), "right", is.line));
    }
    facts
}

fn is_short(value: &str) -> bool {
    value.chars().count() <= SHORT && !value.contains('\n')
}

/// The beginning of a value, its hidden characters written out.
fn told(value: &str) -> String {
    let line = value.split('\n').next().unwrap_or_default();
    match line.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", hidden::drawn(line[..end].trim_end())),
        None if line.len() < value.len() => format!("{}…", hidden::drawn(line)),
        None => hidden::drawn(line),
    }
}

pub(super) fn fact(kind: &str, text: String, side: &str, line: u32) -> ChangeFactView {
    ChangeFactView { kind: kind.to_owned(), text, side: Some(side.to_owned()), line: Some(line) }
}
