//! Copies of a file changed at a place that chance picks, by somebody without keys.
//!
//! Invariant: a copy differs from its file; nothing is signed anew.

use ledger::digest::{from_base64, to_base64};
use ledger::json;
use serde_json::Value;
use tests::chance::Chance;
use tests::outside::Kind;

use super::super::tampering::{self, Copy};

/// The page does not say in which order a bundle has its statements; ours demands that of the
/// records, the outside reader none.
const STATEMENTS_REVERSED: &str = "/attestations way 0";

/// A changed copy of a file.
pub(super) fn changed(kind: Kind, file: &[u8], chance: &mut Chance) -> Copy {
    loop {
        let (what, copy) = match chance.below(6) {
            0 => bit(file, chance),
            1 => piece(file, chance),
            2 if kind != Kind::Bundle => {
                let copies = tampering::copies(kind, file);
                copies[chance.below(copies.len())].clone()
            }
            _ => match kind {
                Kind::Bundle | Kind::Consistency => field(file, chance),
                Kind::Range | Kind::Record => bit(file, chance),
            },
        };
        if copy != file && what != STATEMENTS_REVERSED {
            return (what, copy);
        }
    }
}

fn bit(file: &[u8], chance: &mut Chance) -> Copy {
    let at = chance.below(file.len() * 8);
    let mut copy = file.to_vec();
    copy[at / 8] ^= 1 << (at % 8);
    (format!("bit {at}"), copy)
}

/// A piece of it is gone, stands there twice, or is turned around.
fn piece(file: &[u8], chance: &mut Chance) -> Copy {
    let from = chance.below(file.len());
    let to = (from + 1 + chance.below(120)).min(file.len());
    let (before, piece, after) = (&file[..from], &file[from..to], &file[to..]);
    let turned: Vec<u8> = piece.iter().rev().copied().collect();
    let (what, middle) = match chance.below(3) {
        0 => ("gone", Vec::new()),
        1 => ("twice", [piece, piece].concat()),
        _ => ("turned around", turned),
    };
    (format!("{from} to {to} {what}"), [before, &middle, after].concat())
}

fn field(file: &[u8], chance: &mut Chance) -> Copy {
    let mut value = json::parse_canonical(file).unwrap();
    let what = edit(&mut value, chance);
    (what, json::to_canonical(&value).unwrap())
}

/// Changes one place of a value: of all its places, and of those of JSON in base64 when one is hit.
fn edit(value: &mut Value, chance: &mut Chance) -> String {
    let mut all = Vec::new();
    places(value, String::new(), &mut all);
    let at = all.swap_remove(chance.below(all.len()));
    let there = value.pointer_mut(&at).unwrap();
    if let Some(mut inner) = there.as_str().and_then(inside)
        && chance.below(4) != 0
    {
        let what = edit(&mut inner, chance);
        *there = to_base64(&json::to_canonical(&inner).unwrap()).into();
        return format!("{at}/inside{what}");
    }
    if chance.below(4) == 0
        && let Some((parent, last)) = at.rsplit_once('/')
    {
        left_out(value.pointer_mut(parent).unwrap(), last);
        return format!("{at} left out");
    }
    let mut ways = tampering::here(there);
    let (what, other) = ways.swap_remove(chance.below(ways.len()));
    *there = other;
    format!("{at} {what}")
}

fn inside(text: &str) -> Option<Value> {
    json::parse_canonical(&from_base64(text).ok()?).ok().filter(Value::is_object)
}

fn left_out(parent: &mut Value, last: &str) {
    match parent {
        Value::Object(fields) => drop(fields.remove(last)),
        Value::Array(items) => drop(items.remove(last.parse().unwrap())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                places(inner, format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                places(inner, format!("{at}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(at);
}
