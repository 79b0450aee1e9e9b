//! No bit of an evidence bundle can change unnoticed.
//!
//! Invariant: the strict reader misses none. The control is a lax one, which reads what other
//! readers of JSON and base64 would read, writes it anew and then verifies: it must miss some.

use ledger::Timestamp;
use ledger::digest::{from_base64, to_base64};
use ledger::json::to_canonical;
use ledger::offline::{Asked, Bundle, Trust};
use serde_json::Value;
use tests::chance::Chance;
use tests::size::rounds;
use tests::vectors;

/// One bit of this many is tried in the usual run.
const STRIDE: usize = 20;

fn holds(bytes: &[u8], trust: &Trust) -> bool {
    let now = Timestamp::parse("2026-11-22T19:00:00.000000Z").unwrap();
    let asked = Asked { now, artefact: None, environment: None, max_age_micros: None };
    Bundle::parse(bytes).is_ok_and(|bundle| bundle.verify(trust, &asked).is_ok())
}

/// Reads digests in any case and base64 with any unused bits, as many readers do.
fn holds_for_the_lax(bytes: &[u8], trust: &Trust) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return false };
    tidied(&mut value);
    // What tidying left as it is, the strict reader has judged already.
    to_canonical(&value).is_ok_and(|tidy| tidy != bytes && holds(&tidy, trust))
}

fn tidied(value: &mut Value) {
    match value {
        Value::String(text) if text.len() == 64 => *text = text.to_lowercase(),
        Value::String(text) if text.ends_with('=') => {
            if let Some(strict) = without_unused_bits(text) {
                *text = strict;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidied),
        Value::Object(members) => members.values_mut().for_each(tidied),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The strict spelling of base64 whose last digit may have unused bits set.
fn without_unused_bits(text: &str) -> Option<String> {
    let digits = text.trim_end_matches('=');
    let (rest, last) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let number = alphabet.find(last)?;
    let kept = number & !(if text.ends_with("==") { 15 } else { 3 });
    let padding = &text[digits.len()..];
    let strict = format!("{rest}{}{padding}", alphabet.get(kept..=kept)?);
    from_base64(&strict).ok().map(|bytes| to_base64(&bytes))
}

#[test]
fn no_bit_of_a_bundle_can_change_unnoticed() {
    let original = vectors::bytes("countersign", "bundle.countersign.json");
    let trust = Trust::parse(&vectors::bytes("countersign", "trust.json")).unwrap();
    assert!(holds(&original, &trust), "the control");
    let all = original.len() * 8;
    let step = rounds(STRIDE, 1);
    let (mut chance, mut changed) = (Chance::of_seed(0x5eed_0b17), original.clone());
    let (mut tried, mut missed_by_the_lax) = (0, 0);
    for block in (0..all).step_by(step) {
        let bit = block + chance.below(step.min(all - block));
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!holds(&changed, &trust), "bit {bit} went unnoticed");
        missed_by_the_lax += usize::from(holds_for_the_lax(&changed, &trust));
        changed[bit / 8] = original[bit / 8];
        tried += 1;
    }
    println!(
        "evidence: bits of a bundle, sample {tried} of {all}: 0 missed, \
         {missed_by_the_lax} by a lax reader"
    );
    assert!(all > 160_000 && tried * STRIDE >= all);
    assert!(missed_by_the_lax * 2_000 >= tried, "the lax reader is not lax");
}
