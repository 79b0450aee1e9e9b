//! A card as lines, in the words and the order in which its page shows it.
//!
//! Invariant: everything that stands in a card is written, each value once; entries stand in an
//! order that does not depend on how the card was written. What reads alike may differ in its bytes
//! (`1` and `"1"`): `card::exact` tells that apart.

use super::json_text::{self, Shape};
use super::{KNOWN, is_json, label};
use crate::diff::{FieldWriter, Fielded};

pub(super) fn read(card: &str) -> Fielded {
    let shape = is_json(card).then(|| json_text::shape(card));
    let Some(Shape::Object(mut entries)) = shape else {
        return Fielded { text: card.to_owned(), ..Fielded::default() };
    };
    let place = |key: &str| {
        let known = KNOWN.iter().position(|(known, _)| *known == key);
        // Metrics come last: they are the longest.
        known.unwrap_or(if key == "metrics" { KNOWN.len() + 1 } else { KNOWN.len() })
    };
    entries.sort_by(|one, other| (place(&one.0), one).cmp(&(place(&other.0), other)));
    let mut writer = FieldWriter::default();
    for (key, written) in entries {
        let title = one_line(&label(&key));
        writer.heading(&title);
        let at = At { path: title, pointer: quoted(&key) };
        value(&mut writer, 1, "", &at, written);
    }
    writer.finish()
}

/// Where a value stands: in the words of the reading, and in the card's own keys.
struct At {
    path: String,
    pointer: String,
}

impl At {
    fn entry(&self, own: &str, key: &str) -> Self {
        let pointer = format!("{}.{}", self.pointer, quoted(key));
        Self { path: format!("{}: {own}", self.path), pointer }
    }

    /// Items have no number here: one that comes first would else change all others.
    fn item(&self) -> Self {
        Self { path: self.path.clone(), pointer: format!("{}[]", self.pointer) }
    }
}

/// A value, below its heading or beside its label.
fn value(writer: &mut FieldWriter, depth: usize, name: &str, at: &At, written: &str) {
    match json_text::shape(written) {
        Shape::Text(text) => fact(writer, depth, name, at, &text, written),
        Shape::Bare(text) => fact(writer, depth, name, at, text, written),
        Shape::Object(mut entries) if !entries.is_empty() => {
            entries.sort();
            let depth = below(writer, depth, name);
            for (key, written) in entries {
                let own = spoken(&key);
                value(writer, depth, &own, &at.entry(&own, &key), written);
            }
        }
        Shape::Array(items) if !items.is_empty() => {
            let depth = below(writer, depth, name);
            let at = at.item();
            for written in items {
                item(writer, depth, &at, written);
            }
        }
        Shape::Object(_) => fact(writer, depth, name, at, "{}", written),
        Shape::Array(_) => fact(writer, depth, name, at, "[]", written),
    }
}

/// An item of a list: by its name where it has one.
fn item(writer: &mut FieldWriter, depth: usize, at: &At, written: &str) {
    let mut entries = match json_text::shape(written) {
        Shape::Object(entries) => entries,
        Shape::Text(text) => return fact(writer, depth, "", at, &format!("- {text}"), written),
        Shape::Bare(text) => return fact(writer, depth, "", at, &format!("- {text}"), written),
        Shape::Array(_) => {
            writer.label(depth, "-");
            return value(writer, depth + 1, "", at, written);
        }
    };
    let named = entries.iter().position(|(key, _)| key == "name");
    let name = named.and_then(|found| match json_text::shape(entries[found].1) {
        Shape::Text(text) if entries.len() > 1 => Some((one_line(&text), quoted(&text))),
        Shape::Text(_) | Shape::Object(_) | Shape::Array(_) | Shape::Bare(_) => None,
    });
    let Some((name, pointer)) = name else {
        writer.label(depth, "-");
        return value(writer, depth + 1, "", at, written);
    };
    writer.label(depth, &name);
    entries.retain(|(key, _)| key != "name");
    entries.sort();
    let named =
        At { path: format!("{}: {name}", at.path), pointer: format!("{}{pointer}", at.pointer) };
    for (key, written) in entries {
        let own = spoken(&key);
        value(writer, depth + 1, &own, &named.entry(&own, &key), written);
    }
}

fn fact(writer: &mut FieldWriter, depth: usize, name: &str, at: &At, value: &str, written: &str) {
    writer.fact(depth, name, &at.path, value);
    writer.exactly(format!("{}={}", at.pointer, json_text::compact(written)));
}

/// Where the parts of a value stand: below its label, or in its place where it has none.
fn below(writer: &mut FieldWriter, depth: usize, name: &str) -> usize {
    if name.is_empty() {
        return depth;
    }
    writer.label(depth, name);
    depth + 1
}

fn spoken(key: &str) -> String {
    one_line(&key.replace('_', " "))
}

fn quoted(key: &str) -> String {
    format!("{key:?}")
}

/// A name has one line, so that it cannot write another's.
fn one_line(name: &str) -> String {
    name.replace('\n', "\\n")
}
