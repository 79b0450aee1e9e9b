//! Reads JSON without changing how its numbers are written.
//!
//! Invariant: 0.640 stays 0.640, which a reader into floats would make 0.64. The text has been
//! parsed by serde_json before: this module only finds where values begin and end, and gives up
//! with what it has, never in a panic, on text that is no JSON.

use std::fmt::Write as _;

/// What stands at a place of a JSON text.
pub(super) enum Shape<'a> {
    /// Keys, decoded, with their values as written.
    Object(Vec<(String, &'a str)>),
    /// Items as written.
    Array(Vec<&'a str>),
    /// A text, decoded.
    Text(String),
    /// A number, `true`, `false` or `null`, as written.
    Bare(&'a str),
}

/// The shape of a value.
pub(super) fn shape(text: &str) -> Shape<'_> {
    let text = text.trim_matches(is_blank);
    match text.as_bytes() {
        [b'{', inner @ .., b'}'] => Shape::Object(
            parts(&text[1..=inner.len()])
                .into_iter()
                .filter_map(|part| {
                    let (key, rest) = part.split_at(string_end(part)?);
                    Some((decoded(key)?, rest.trim_matches(is_blank).strip_prefix(':')?))
                })
                .collect(),
        ),
        [b'[', inner @ .., b']'] => Shape::Array(parts(&text[1..=inner.len()])),
        _ => decoded(text).map_or(Shape::Bare(text), Shape::Text),
    }
}

/// A value on one line, its texts in readable form and its keys sorted.
pub(super) fn compact(text: &str) -> String {
    let mut out = String::new();
    write(text, None, &mut out);
    out
}

/// A value with one entry a line, keys sorted, so that two versions compare line by line.
pub(super) fn in_lines(text: &str) -> String {
    let mut out = String::new();
    write(text, Some(0), &mut out);
    out
}

/// `depth` is the indentation of lines; none: on one line.
fn write(text: &str, depth: Option<usize>, out: &mut String) {
    let deeper = depth.map(|depth| depth + 1);
    match shape(text) {
        Shape::Object(mut entries) => {
            entries.sort();
            block('{', '}', depth, entries, out, |(key, value), out| {
                quote(&key, out);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(value, deeper, out);
            });
        }
        Shape::Array(items) => {
            block('[', ']', depth, items, out, |item, out| write(item, deeper, out));
        }
        Shape::Text(text) => quote(&text, out),
        Shape::Bare(text) => out.push_str(text),
    }
}

fn block<T>(
    open: char,
    close: char,
    depth: Option<usize>,
    items: Vec<T>,
    out: &mut String,
    one: impl Fn(T, &mut String),
) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    let empty = items.is_empty();
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if let Some(depth) = depth {
            line(depth + 1, out);
        }
        one(item, out);
    }
    if let Some(depth) = depth.filter(|_| !empty) {
        line(depth, out);
    }
    out.push(close);
}

/// Quotes a text; what is hidden stays a character, so that it is found and drawn.
fn quote(text: &str, out: &mut String) {
    // Writing to a String does not fail, and neither does a text as JSON.
    let _ = write!(out, "{}", serde_json::Value::from(text));
}

/// The parts between commas that stand neither in a text nor in an inner value.
fn parts(inner: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    while let Some(byte) = inner.as_bytes().get(at) {
        match byte {
            b'"' => {
                at += string_end(&inner[at..]).unwrap_or(inner.len() - at);
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(inner[start..at].trim_matches(is_blank));
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let last = inner[start..].trim_matches(is_blank);
    if !last.is_empty() {
        found.push(last);
    }
    found
}

/// Where the text that begins here ends, its closing quote included.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut bytes = text.bytes().enumerate();
    if bytes.next()?.1 != b'"' {
        return None;
    }
    for (at, byte) in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn decoded(quoted: &str) -> Option<String> {
    serde_json::from_str(quoted).ok()
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}
