//! Ranges, consistency files and single records of generated logs, honest and tampered with.
//!
//! Invariant: an insider's file is signed by the log key over what is shown, or shows what the log
//! key never signed; the trust file is that of the honest log.

use ledger::digest::to_base64;
use ledger::json::to_canonical;
use serde_json::json;
use tests::chance::Chance;
use tests::outside::Kind;
use tests::paper::{ADA, DEVICE, Log, STRAY, Signer, before};

use super::tale::Tale;
use super::{Case, Hand, SEED, outsider, question};

/// File n: a range, a consistency file or a record in turn.
pub(super) fn part(number: usize) -> Case {
    let mut chance = Chance::of_seed(SEED ^ (number as u64 + 1).wrapping_mul(0x9a27));
    let kind = [Kind::Range, Kind::Consistency, Kind::Record][number % 3];
    let (hand, tale) = (Hand::of(number), Tale::drawn(chance.next()));
    let log = tale.told(Vec::new());
    let (what, file) = match hand {
        Hand::Honest => (String::new(), honest(kind, &log, &mut chance)),
        Hand::Outsider => {
            let file = honest(kind, &log, &mut chance);
            outsider::changed(kind, &file, &mut chance)
        }
        Hand::Insider => {
            let way = chance.below(4);
            let other = tale.told(vec![before("genesis", |log| {
                log.write("earlier", |log| log.remark(ADA));
            })]);
            let file = match kind {
                Kind::Range => range(&log, &other, way, &mut chance),
                Kind::Consistency => consistency(&log, &other, way, &mut chance),
                Kind::Record | Kind::Bundle => record(&log, way, &mut chance),
            };
            (format!("way {way}"), file)
        }
    };
    let name = format!("{number} {} {hand:?}: {what}", kind.as_str());
    let question = question(kind, file, &log, log.now());
    Case { name, hand, traits: tale.traits(), question }
}

/// A number from `low` to before `high`.
fn between(low: u64, high: u64, chance: &mut Chance) -> u64 {
    low + chance.next() % (high - low)
}

fn honest(kind: Kind, log: &Log, chance: &mut Chance) -> Vec<u8> {
    let size = log.now_seq();
    match kind {
        Kind::Range => {
            let whole = between(2, size + 1, chance);
            let start = between(0, whole, chance);
            log.range(start, between(start, whole, chance) + 1, whole).bytes()
        }
        Kind::Consistency => {
            let first = between(1, size, chance);
            let second = between(first, size, chance) + 1;
            to_canonical(&log.consistency_file(first, second).0).unwrap()
        }
        Kind::Record | Kind::Bundle => log.record_file(between(0, size, chance)).bytes(),
    }
}

/// Keys that sign no checkpoint of this log.
fn strangers(chance: &mut Chance) -> Signer {
    [DEVICE.with_key(STRAY), ADA][chance.below(2)]
}

fn range(log: &Log, other: &Log, way: usize, chance: &mut Chance) -> Vec<u8> {
    let size = log.now_seq();
    let start = between(1, size - 1, chance);
    let end = between(start, size, chance) + 1;
    let mut range = log.range(start, end, size);
    match way {
        0 => range.header["checkpoint"] = json!(log.note(size, strangers(chance)).text()),
        1 => range.header["checkpoint"] = json!(other.note(size, DEVICE).text()),
        2 => range.lines[0].clone_from(&log.leaves()[0]),
        _ => drop(range.lines.pop()),
    }
    range.bytes()
}

fn consistency(log: &Log, other: &Log, way: usize, chance: &mut Chance) -> Vec<u8> {
    let size = log.now_seq();
    let first = between(2, size, chance);
    let mut file = log.consistency_file(first, size).0;
    match way {
        0 => file["first"] = json!(log.note(first, strangers(chance)).text()),
        1 => file["first"] = json!(other.note(first, DEVICE).text()),
        2 => file["second"] = json!(other.note(size, DEVICE).text()),
        _ => file["first"] = json!(log.note(first - 1, DEVICE).text()),
    }
    to_canonical(&file).unwrap()
}

fn record(log: &Log, way: usize, chance: &mut Chance) -> Vec<u8> {
    let size = log.now_seq();
    let seq = between(1, size, chance);
    let mut file = log.record_file(seq);
    match way {
        0 => log.note(size, strangers(chance)).text().clone_into(&mut file.checkpoint),
        1 => log.note(size - 1, DEVICE).text().clone_into(&mut file.checkpoint),
        2 => file.index = (seq - 1).to_string(),
        _ => file.extra = to_base64(&log.leaves()[0]),
    }
    file.bytes()
}
