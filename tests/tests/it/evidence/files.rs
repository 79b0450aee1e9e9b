//! Bad input (issue "Proof"): the five kinds of file that a stranger checks, cut, padded, mixed up,
//! huge, or written in another way, each refused with the name of its check.
//!
//! Invariant: every kind is read from bytes, as the command line reads it, and judged to the end; a
//! good one of each kind is the control of every case.

use ledger::json::to_canonical;
use ledger::offline::{Bundle, ConsistencyFile, RangeReader, RecordProof, Trust};
use ledger::replay::{Check, Refusal};
use serde_json::{Value, json};
use tests::paper::{Log, stories};

use super::{NOW, asked};

/// A kind of file, with a good one of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bundle,
    Trust,
    Range,
    Consistency,
    Record,
}

/// Good files of one log.
pub(super) struct Files {
    pub(super) log: Log,
    pub(super) trust: Trust,
    pub(super) bundle: Value,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::Bundle, Self::Trust, Self::Range, Self::Consistency, Self::Record];
}

impl Files {
    pub(super) fn new() -> Self {
        let mut log = Log::told(stories::approved_by_two, Vec::new());
        let survey = log.survey();
        let bundle = log.export(&log.plan(&survey));
        let trust = Trust::parse(&to_canonical(&log.trust()).unwrap()).unwrap();
        Self { log, trust, bundle }
    }

    pub(super) fn good(&self, kind: Kind) -> Vec<u8> {
        let size = self.log.now_seq();
        match kind {
            Kind::Bundle => to_canonical(&self.bundle).unwrap(),
            Kind::Trust => to_canonical(&two_keys(&self.log)).unwrap(),
            Kind::Range => self.log.range(3, 7, size).bytes(),
            Kind::Consistency => to_canonical(&self.log.consistency_file(5, size).0).unwrap(),
            Kind::Record => self.log.record_file(5).bytes(),
        }
    }

    /// Reads and judges a file to the end.
    pub(super) fn judge(&self, kind: Kind, bytes: &[u8]) -> Result<(), Refusal> {
        let shape = |error: ledger::LedgerError| Refusal::new(Check::Shape, error.to_string());
        match kind {
            Kind::Bundle => {
                Bundle::parse(bytes)?.verify(&self.trust, &asked(&self.log, NOW)).map(|_| ())
            }
            Kind::Trust => {
                let trust = Trust::parse(bytes).map_err(shape)?;
                let bundle = Bundle::parse(&self.good(Kind::Bundle))?;
                bundle.verify(&trust, &asked(&self.log, NOW)).map(|_| ())
            }
            Kind::Range => self.judge_range(bytes),
            Kind::Consistency => ConsistencyFile::parse(bytes)?.verify(&self.trust).map(|_| ()),
            Kind::Record => RecordProof::parse(bytes)?.verify(&self.trust).map(|_| ()),
        }
    }

    /// Lines are ended by one line feed each, the last one too.
    fn judge_range(&self, bytes: &[u8]) -> Result<(), Refusal> {
        let refuse = || Refusal::new(Check::Shape, "the last line is not ended");
        let text = bytes.strip_suffix(b"\n").ok_or_else(refuse)?;
        let mut lines = text.split(|byte| *byte == b'\n');
        let mut reader = RangeReader::begin(lines.next().unwrap_or_default(), &self.trust)?;
        for line in lines {
            reader.leaf(line)?;
        }
        reader.finish().map(|_| ())
    }

    /// Refused by one of these checks.
    pub(super) fn refuses(&self, kind: Kind, what: &str, bytes: &[u8], checks: &[&str]) {
        let Err(refusal) = self.judge(kind, bytes) else { panic!("{kind:?}, {what}: accepted") };
        let named = refusal.check.as_str();
        assert!(checks.contains(&named), "{kind:?}, {what}: {refusal}, not {checks:?}");
    }
}

/// A trust file with an older key beside the one in use.
fn two_keys(log: &Log) -> Value {
    let mut trust = log.trust();
    let older = tests::paper::DEVICE.with_key(tests::paper::STRAY);
    let key = json!({"from": 0, "to": 3, "vkey": log.vkey(older)});
    let keys = trust["log_keys"].as_array_mut().unwrap();
    keys.push(key);
    keys.sort_by_key(|key| key["vkey"].as_str().unwrap().to_owned());
    trust
}

#[test]
fn a_file_that_is_cut_or_padded_is_refused() {
    let (files, mut tried) = (Files::new(), 0);
    for kind in Kind::ALL {
        let good = files.good(kind);
        files.judge(kind, &good).unwrap_or_else(|refusal| panic!("{kind:?}: {refusal}"));
        // A record is cut inside its note as well, which is read when it is verified.
        let cut: &[&str] = if kind == Kind::Record { &["shape", "checkpoint"] } else { &["shape"] };
        for end in (0..good.len()).step_by(97).chain([good.len() - 1]) {
            files.refuses(kind, &format!("cut at {end}"), &good[..end], cut);
            tried += 1;
        }
        for pad in [" ", "\n", "\r\n", "\0", "\u{feff}", "{}", "x"] {
            let (before, after) =
                ([pad.as_bytes(), &good].concat(), [&good, pad.as_bytes()].concat());
            files.refuses(kind, &format!("{pad:?} before"), &before, &["shape"]);
            files.refuses(kind, &format!("{pad:?} after"), &after, cut);
            tried += 2;
        }
        let windows = String::from_utf8(good.clone()).unwrap().replace('\n', "\r\n");
        if windows.as_bytes() != good {
            files.refuses(kind, "with CR LF", windows.as_bytes(), cut);
            tried += 1;
        }
        let doubled = [good.clone(), good].concat();
        files.refuses(kind, "doubled", &doubled, cut);
        tried += 1;
    }
    println!("evidence: {tried} files cut or padded, all refused");
    assert!(tried >= 480, "{tried}");
}

/// What each kind may be refused for when a list of it is out of order or has an entry twice.
const LISTS: [(Kind, &str, &[&str]); 9] = [
    (Kind::Bundle, "/records", &["shape"]),
    (Kind::Bundle, "/keys", &["shape"]),
    (Kind::Bundle, "/attestations", &["binding"]),
    (Kind::Bundle, "/records/3/proof", &["inclusion"]),
    (Kind::Bundle, "/consistency/9", &["history"]),
    (Kind::Trust, "/log_keys", &["shape"]),
    (Kind::Range, "/left", &["shape", "inclusion"]),
    (Kind::Range, "/right", &["shape", "inclusion"]),
    (Kind::Consistency, "/proof", &["history"]),
];

type Change = fn(&mut Vec<Value>, usize);

#[test]
fn entries_in_another_order_or_twice_or_left_out_are_refused() {
    let (files, mut tried) = (Files::new(), 0);
    for (kind, path, checks) in LISTS {
        let good = files.good(kind);
        let (head, rest) = split_head(kind, &good);
        let value: Value = serde_json::from_slice(head).unwrap();
        let count = value.pointer(path).unwrap().as_array().unwrap().len();
        assert!(count > 1, "{kind:?}{path} has {count} entries");
        for at in 0..count {
            let changes: [(&str, Change); 3] = [
                ("swapped", |list, at| {
                    let next = (at + 1) % list.len();
                    list.swap(at, next);
                }),
                ("doubled", |list, at| list.insert(at, list[at].clone())),
                ("left out", |list, at| drop(list.remove(at))),
            ];
            for (what, change) in changes {
                let mut crooked = value.clone();
                change(crooked.pointer_mut(path).unwrap().as_array_mut().unwrap(), at);
                let bytes = [&to_canonical(&crooked).unwrap()[..], rest].concat();
                let out: &[&str] = match (what, path) {
                    // Without the other key, the trust file is another good one.
                    ("left out", "/log_keys") => continue,
                    ("left out", "/records") => &LEFT_OUT,
                    ("left out", "/keys" | "/attestations") => &LEFT_OUT,
                    _ => checks,
                };
                files.refuses(kind, &format!("{path} {at} {what}"), &bytes, out);
                tried += 1;
            }
        }
    }
    for kind in [Kind::Range, Kind::Record] {
        tried += mixed_lines(&files, kind);
    }
    println!("evidence: {tried} lists out of order, all refused");
    assert!(tried >= 150, "{tried}");
}

const LEFT_OUT: [&str; 10] = [
    "shape",
    "checkpoint",
    "genesis",
    "signatures",
    "history",
    "authority",
    "keys",
    "binding",
    "policy",
    "complete",
];

/// The JSON of a file, and what follows it.
pub(super) fn split_head(kind: Kind, bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').filter(|_| kind == Kind::Range);
    bytes.split_at(end.unwrap_or(bytes.len()))
}

/// Lines swapped, doubled and left out.
fn mixed_lines(files: &Files, kind: Kind) -> usize {
    let good = String::from_utf8(files.good(kind)).unwrap();
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    let mut tried = 0;
    for at in 0..lines.len() {
        let mut swapped = lines.clone();
        swapped.swap(at, (at + 1) % lines.len());
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        let mut without = lines.clone();
        without.remove(at);
        for (what, lines) in [("swapped", swapped), ("doubled", doubled), ("left out", without)] {
            let checks = ["shape", "checkpoint", "inclusion"];
            files.refuses(kind, &format!("line {at} {what}"), lines.concat().as_bytes(), &checks);
            tried += 1;
        }
    }
    tried
}

#[test]
fn a_number_has_one_spelling_and_a_bound() {
    let files = Files::new();
    let hostile = [
        "1e0",
        "5.0",
        "-0",
        "-5",
        "05",
        "+5",
        "0x5",
        " 5",
        "\"5\"",
        "null",
        "true",
        "NaN",
        "[5]",
        "9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
        "1e400",
        "340282366920938463463374607431768211456",
    ];
    let fields: [(Kind, &str); 7] = [
        (Kind::Bundle, "\"approvals\":2"),
        (Kind::Bundle, "\"index\":5"),
        (Kind::Range, "\"end\":7"),
        (Kind::Range, "\"start\":3"),
        (Kind::Range, "\"size\":14"),
        (Kind::Trust, "\"from\":0"),
        (Kind::Trust, "\"to\":3"),
    ];
    let mut tried = 0;
    for (kind, field) in fields {
        let good = String::from_utf8(files.good(kind)).unwrap();
        assert!(good.contains(field), "{kind:?} has no {field}: {good}");
        let (name, _) = field.split_once(':').unwrap();
        for number in hostile {
            let bytes = good.replacen(field, &format!("{name}:{number}"), 1);
            if field.starts_with("\"to\"") && number == "null" {
                continue;
            }
            files.refuses(kind, &format!("{name} {number}"), bytes.as_bytes(), &["shape"]);
            tried += 1;
        }
    }
    for number in hostile.iter().chain(&["5 ", "", "6", "5\n6"]) {
        let good = String::from_utf8(files.good(Kind::Record)).unwrap();
        let bytes = good.replacen("index 5\n", &format!("index {number}\n"), 1);
        files.refuses(Kind::Record, &format!("index {number}"), bytes.as_bytes(), &["shape"]);
        tried += 1;
    }
    println!("evidence: {tried} hostile numbers, all refused");
    assert!(tried >= 140, "{tried}");
}

#[test]
fn another_spelling_of_the_same_file_is_refused() {
    let (files, mut tried) = (Files::new(), 0);
    for kind in Kind::ALL {
        let good = String::from_utf8(files.good(kind)).unwrap();
        for (what, bytes) in spellings(&good) {
            let checks = ["shape", "checkpoint", "inclusion"];
            files.refuses(kind, what, bytes.as_bytes(), &checks);
            tried += 1;
        }
    }
    println!("evidence: {tried} other spellings, all refused");
    assert!(tried >= 40, "{tried}");
}

/// The same content for a lenient reader, where the file has what is respelt.
fn spellings(good: &str) -> Vec<(&'static str, String)> {
    let replaced: [(&str, &str, &str); 13] = [
        ("a space", ":", ": "),
        ("a space after a comma", ",\"", ", \""),
        ("a line break", "{\"", "{\n\""),
        ("an escape", "\"countersign", "\"\\u0063ountersign"),
        ("a solidus escaped", "countersign.local/", "countersign.local\\/"),
        ("a key twice", "{\"", "{\"zeal\":1,\"zeal\":1,\""),
        ("a key more", "{\"", "{\"aa\":null,\""),
        ("padding left out", "=\"", "\""),
        ("padding left out in a line", "=\n", "\n"),
        ("the other alphabet", "/", "_"),
        ("a dash of another kind", "\u{2014} ", "- "),
        ("another type of note", "@v1", "@v2"),
        ("another type", ".v1+json", ".v2+json"),
    ];
    let respelt = replaced.map(|(what, from, to)| (what, good.replacen(from, to, 1)));
    let upper = good.find("\"keyid\":\"").or_else(|| good.find("\"genesis\":\"")).map(|at| {
        let start = at + good[at..].find(":\"").unwrap() + 2;
        let digest = &good[start..start + 64];
        ("upper case", good.replacen(digest, &digest.to_uppercase(), 1))
    });
    respelt.into_iter().chain(upper).filter(|(_, bytes)| bytes != good).collect()
}
