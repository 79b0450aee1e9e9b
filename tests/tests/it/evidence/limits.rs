//! What is too large, too deep or too long for its format.
//!
//! Invariant: it is refused before anything is built of it, and by its shape, however well it is
//! hashed, signed and proven.

use ledger::json::to_canonical;
use ledger::offline::{EVIDENCE_LIMIT, Trust};
use serde_json::json;
use tests::paper::{Log, stories};

use super::files::{Files, Kind};

#[test]
fn what_is_too_large_or_too_deep_is_refused_before_it_is_built() {
    let files = Files::new();
    let (brackets, braces) = ("[".repeat(100_000_000), "{\"a\":".repeat(1_000_000));
    for kind in Kind::ALL {
        files.refuses(kind, "100 MB of brackets", brackets.as_bytes(), &["shape"]);
        files.refuses(kind, "a million braces", braces.as_bytes(), &["shape"]);
        let with_line = [&brackets.as_bytes()[..20 * 1024 * 1024], b"\n"].concat();
        files.refuses(kind, "20 MiB of brackets in a line", &with_line, &["shape"]);
    }
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for (kind, levels) in [(Kind::Bundle, 17), (Kind::Trust, 17), (Kind::Consistency, 17)] {
        files.refuses(kind, "17 levels", deep(levels).as_bytes(), &["shape"]);
    }
    let large = files.judge(Kind::Bundle, &vec![b' '; EVIDENCE_LIMIT + 1]).unwrap_err();
    assert!(large.detail.contains("larger than"), "{large}");
    let at_the_limit = files.judge(Kind::Bundle, &vec![b' '; EVIDENCE_LIMIT]).unwrap_err();
    assert!(!at_the_limit.detail.contains("larger than"), "{at_the_limit}");
    println!("evidence: 100 MB of brackets are refused by all five readers");
}

/// A leaf over its limit, in each file that holds leaves; signed, hashed and proven in order.
#[test]
fn a_record_over_its_limits_is_refused_wherever_it_stands() {
    let told = |bytes: usize| {
        let large = tests::paper::at("remark", move |remark, _| {
            remark.metadata = json!({"text": "x".repeat(bytes)});
        });
        let mut log = Log::told(stories::single, vec![large]);
        let seq = log.seq("remark") as u64;
        let size = log.now_seq();
        let record = log.record_file(seq).bytes();
        let range = log.range(seq, seq + 1, size).bytes();
        let mut plan = log.plan(&Log::told(stories::single, Vec::new()).survey());
        plan.held.insert(log.seq("remark"));
        plan.listed.insert(log.seq("remark"));
        let trust = Trust::parse(&to_canonical(&log.trust()).unwrap()).unwrap();
        let bundle = log.export(&plan);
        let files = Files { log, trust, bundle };
        let bundle = files.good(Kind::Bundle);
        [(Kind::Bundle, bundle), (Kind::Record, record), (Kind::Range, range)].map(
            |(kind, bytes)| {
                files
                    .judge(kind, &bytes)
                    .map_or_else(|refusal| refusal.to_string(), |()| "good".into())
            },
        )
    };
    let within = told(256 * 1024 - 100);
    assert!(within[0].contains("(binding)") && within[1..] == ["good", "good"], "{within:?}");
    for (bytes, what) in [(256 * 1024, "metadata is larger"), (512 * 1024, "leaf is larger")] {
        for refused in told(bytes) {
            assert!(refused.contains(what) && refused.contains("(shape)"), "{bytes}: {refused}");
        }
    }
}
