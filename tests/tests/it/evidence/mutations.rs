//! Random damage: whatever happens to the bytes of any of the five files, its reader never panics,
//! and never accepts other bytes than those that were written.
//!
//! Invariant: the damage is drawn by a fixed seed, so that a file that came through comes through
//! again. The control: the reader without damage accepts.

use std::collections::BTreeMap;

use ledger::offline::Trust;
use tests::chance::Chance;
use tests::size::rounds;

use super::files::{Files, Kind};

/// Does one thing to some bytes.
fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) -> &'static str {
    let at = chance.below(bytes.len());
    let to = at + chance.below((bytes.len() - at).min(200));
    match chance.below(8) {
        0 => {
            bytes[at] = hostile(chance);
            "a byte"
        }
        1 => {
            bytes.insert(at, hostile(chance));
            "a byte more"
        }
        2 => {
            bytes.drain(at..to);
            "a piece less"
        }
        3 => {
            let piece = bytes[at..to].to_vec();
            let place = chance.below(bytes.len());
            bytes.splice(place..place, piece);
            "a piece again"
        }
        4 => {
            let piece: Vec<u8> = bytes.drain(at..to).collect();
            let place = chance.below(bytes.len().max(1));
            bytes.splice(place..place, piece);
            "a piece moved"
        }
        5 => {
            bytes.truncate(at);
            "cut"
        }
        6 => {
            bytes[at..to].reverse();
            "a piece reversed"
        }
        _ => {
            let number = chance.next().to_string();
            bytes.splice(at..(at + 1), number.into_bytes());
            "a number"
        }
    }
}

/// A byte that means something in one of the formats, or any byte.
fn hostile(chance: &mut Chance) -> u8 {
    let meant = b"\"\\{}[]:,\n\r\0 0129=/+-eE.\xef\xbb\xbf\xff\xc0tfn";
    match chance.below(3) {
        0 => chance.next().to_le_bytes()[0],
        _ => meant[chance.below(meant.len())],
    }
}

/// A trust file is what everything else is judged by, and is compared by its digest. With another
/// size in it, it is another one, in its one spelling.
fn is_another_trust_file(kind: Kind, bytes: &[u8]) -> bool {
    kind == Kind::Trust && Trust::parse(bytes).unwrap().to_canonical().unwrap() == bytes
}

#[test]
fn damaged_files_never_verify_and_never_panic() {
    let wanted = rounds(2_000, 100_000);
    let (files, mut chance) = (Files::new(), Chance::of_seed(0x5eed_0bad));
    let mut counted: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    let mut whole = 0;
    for kind in Kind::ALL {
        let good = files.good(kind);
        files.judge(kind, &good).unwrap_or_else(|refusal| panic!("{kind:?}: {refusal}"));
        for round in 0..wanted {
            let mut bytes = good.clone();
            let mut done = Vec::new();
            for _ in 0..=chance.below(3) {
                if !bytes.is_empty() {
                    done.push(damage(&mut bytes, &mut chance));
                }
            }
            if bytes == good {
                whole += 1;
                continue;
            }
            let check = match files.judge(kind, &bytes) {
                Err(refusal) => refusal.check.as_str(),
                Ok(()) if is_another_trust_file(kind, &bytes) => "another trust file",
                Ok(()) => {
                    let text = String::from_utf8_lossy(&bytes);
                    panic!("{kind:?}, round {round}, {done:?}: accepted {text}")
                }
            };
            *counted.entry((kind, check)).or_default() += 1;
        }
    }
    let refused: usize = counted.values().sum();
    println!("evidence: {refused} damaged files refused, {whole} left whole: {counted:?}");
    assert!(refused >= wanted * 4 && counted.len() >= 8, "{counted:?}");
}
