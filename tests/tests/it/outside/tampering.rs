//! Copies of a file with one thing changed: a bit, a line, or a place of its JSON, also of the JSON
//! inside its base64.
//!
//! Invariant: the same file gives the same copies, each of which differs from it. Nothing is signed
//! anew: these are the copies of somebody without keys.

use ledger::digest::{from_base64, to_base64};
use ledger::json;
use serde_json::Value;
use tests::outside::Kind;

/// A changed copy, and what was done.
pub(super) type Copy = (String, Vec<u8>);

/// Every copy of a file of this kind, bits apart.
pub(super) fn copies(kind: Kind, file: &[u8]) -> Vec<Copy> {
    let mut copies = of_bytes(file);
    match kind {
        Kind::Bundle | Kind::Consistency => copies.extend(of_json(file)),
        Kind::Record => copies.extend(of_lines(file)),
        Kind::Range => {
            copies.extend(of_lines(file));
            let end = file.iter().position(|byte| *byte == b'\n').unwrap();
            let header = of_json(&file[..end]).into_iter();
            copies.extend(header.map(|(what, line)| (what, [&line[..], &file[end..]].concat())));
        }
    }
    copies.retain(|(_, copy)| copy != file);
    copies
}

/// Copies with one bit flipped, as many as asked for, spread over the file.
pub(super) fn flips(file: &[u8], count: usize) -> Vec<Copy> {
    let bits = file.len() * 8;
    // An odd step meets every bit of a byte in turn.
    let step = (bits / count).max(1) | 1;
    let flip = |bit: usize| {
        let mut copy = file.to_vec();
        copy[bit / 8] ^= 1 << (bit % 8);
        (format!("bit {bit}"), copy)
    };
    (0..bits).step_by(step).map(flip).collect()
}

fn of_bytes(file: &[u8]) -> Vec<Copy> {
    let cut = |at: usize| (format!("cut at {at}"), file[..at].to_vec());
    let mut copies: Vec<Copy> = [0, 1, file.len() / 2, file.len() - 1].map(cut).into();
    copies.extend([
        ("a byte-order mark".to_owned(), [b"\xef\xbb\xbf", file].concat()),
        ("a line end more".to_owned(), [file, b"\n"].concat()),
        ("a space before".to_owned(), [b" ", file].concat()),
        ("twice".to_owned(), [file, file].concat()),
        ("upper case".to_owned(), file.to_ascii_uppercase()),
        ("a zero byte".to_owned(), [file, b"\0"].concat()),
        ("DOS line ends".to_owned(), replaced(file, "\n", "\r\n")),
        ("another dash".to_owned(), replaced(file, "\u{2014}", "-")),
        ("a space after a colon".to_owned(), replaced(file, ":\"", ": \"")),
        ("an escaped letter".to_owned(), replaced(file, "\"v\"", "\"\\u0076\"")),
        ("another tenant".to_owned(), replaced(file, "/main", "/maim")),
        ("a later version".to_owned(), replaced(file, "v1", "v2")),
    ]);
    copies
}

fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    std::str::from_utf8(file).unwrap().replace(from, to).into_bytes()
}

fn of_lines(file: &[u8]) -> Vec<Copy> {
    let lines: Vec<&str> = std::str::from_utf8(file).unwrap().split_inclusive('\n').collect();
    let mut copies = Vec::new();
    for at in 0..lines.len() {
        let mut add = |what: &str, edit: &dyn Fn(&mut Vec<String>)| {
            let mut copy: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            edit(&mut copy);
            copies.push((format!("line {at} {what}"), copy.concat().into_bytes()));
        };
        add("left out", &|copy| drop(copy.remove(at)));
        add("twice", &|copy| copy.insert(at, lines[at].to_owned()));
        add("moved down", &|copy| copy.swap(at, (at + 1) % lines.len()));
        add("empty", &|copy| copy[at] = "\n".to_owned());
        add("of another", &|copy| copy[at] = lines[(at + 2) % lines.len()].to_owned());
        add("spaced", &|copy| copy[at] = format!(" {}", lines[at]));
        add("with another digit", &|copy| copy[at] = with_another_digit(lines[at]));
    }
    copies
}

/// One digit in the middle of a text is another.
fn with_another_digit(text: &str) -> String {
    let from = text.len() / 2;
    let digit = |(at, c): (usize, char)| (at >= from && c.is_ascii_digit()).then_some(at);
    match text.char_indices().find_map(digit) {
        Some(at) => {
            let other = if text[at..].starts_with('7') { "8" } else { "7" };
            format!("{}{other}{}", &text[..at], &text[at + 1..])
        }
        None => text.to_owned(),
    }
}

/// Copies with one place of the JSON changed, in the one spelling of what they say.
pub(super) fn of_json(file: &[u8]) -> Vec<Copy> {
    let value = json::parse_canonical(file).unwrap();
    let edits = edits(&value).into_iter();
    edits.map(|(what, edited)| (what, json::to_canonical(&edited).unwrap())).collect()
}

/// The value with one thing changed at one place, for every place.
fn edits(value: &Value) -> Vec<(String, Value)> {
    let mut found = here(value);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let mut without = fields.clone();
                without.remove(name);
                found.push((format!("{name} left out"), without.into()));
                for (what, edited) in edits(field) {
                    let mut copy = fields.clone();
                    copy[name] = edited;
                    found.push((format!("{name}/{what}"), copy.into()));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let mut without = items.clone();
                without.remove(at);
                found.push((format!("{at} left out"), without.into()));
                for (what, edited) in edits(item) {
                    let mut copy = items.clone();
                    copy[at] = edited;
                    found.push((format!("{at}/{what}"), copy.into()));
                }
            }
        }
        Value::String(text) => found.extend(inside(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found
}

/// What can be done to a value as a whole.
pub(super) fn here(value: &Value) -> Vec<(String, Value)> {
    let mut found = match value {
        Value::Null => vec![Value::from(0)],
        Value::Bool(is) => vec![Value::from(!is)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            vec![(number + 1).into(), (number - 1).into(), number.to_string().into()]
        }
        Value::String(text) => texts(text),
        Value::Array(items) => {
            let reversed: Vec<Value> = items.iter().rev().cloned().collect();
            let longer: Vec<Value> = items.iter().chain(items.last()).cloned().collect();
            vec![reversed.into(), longer.into(), Value::Array(Vec::new())]
        }
        Value::Object(fields) => {
            let mut more = fields.clone();
            more.insert("x".to_owned(), 1.into());
            vec![more.into()]
        }
    };
    found.push(Value::Null);
    found.retain(|edited| edited != value);
    found.into_iter().enumerate().map(|(way, edited)| (format!("way {way}"), edited)).collect()
}

fn texts(text: &str) -> Vec<Value> {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let mut turned = text.to_owned();
    if let Some(c) = text[middle..].chars().next() {
        let other = if c == 'A' { "B" } else { "A" };
        turned.replace_range(middle..middle + c.len_utf8(), other);
    }
    [turned, with_another_digit(text), format!("{text} "), String::new()].map(Value::from).into()
}

/// Base64 of canonical JSON with one place of that changed.
fn inside(text: &str) -> Vec<(String, Value)> {
    let decoded = from_base64(text).ok().filter(|bytes| bytes.starts_with(b"{"));
    let Some(value) = decoded.and_then(|bytes| json::parse_canonical(&bytes).ok()) else {
        return Vec::new();
    };
    let edited = edits(&value).into_iter();
    let encoded = |value: &Value| to_base64(&json::to_canonical(value).unwrap());
    edited.map(|(what, value)| (format!("inside/{what}"), encoded(&value).into())).collect()
}

#[test]
fn every_place_of_a_json_is_changed_also_inside_base64() {
    let inner = to_base64(br#"{"b":1}"#);
    let file = format!(r#"{{"a":["{inner}"],"c":null}}"#);
    let copies: Vec<Copy> = copies(Kind::Consistency, file.as_bytes());
    for what in ["a left out", "a/way 0", "a/0 left out", "a/0/inside/b/way 0", "c/way 0"] {
        assert!(copies.iter().any(|(name, _)| name == what), "{what}: {copies:?}");
    }
    assert!(copies.iter().all(|(_, copy)| copy != file.as_bytes()));
    assert_eq!(flips(b"ab", 16).len(), 16);
}
