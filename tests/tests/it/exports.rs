//! What leaves a workspace as a file: whole, for its owner only, on record, and over no other file.
//!
//! Invariant: the program is the built one, its workspace one that it made itself.

use std::fs;

use ledger::{AuditRecord, Digest, tree};
use tests::terminal::Terminal;

/// Names in the home that an unfinished export would have left.
fn left_behind(terminal: &Terminal) -> Vec<String> {
    let entries = fs::read_dir(terminal.home()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".countersign-")).collect()
}

#[test]
fn an_exported_log_is_its_stored_bytes_and_the_export_is_its_next_record() {
    let terminal = Terminal::with_workspace();
    let exported = terminal.ada(&["audit", "export", "-o", "log.jsonl"]);
    assert_eq!(exported.status, 0, "{exported:?}");
    let exported = exported.document();
    let file = fs::read(terminal.home().join("log.jsonl")).unwrap();
    assert_eq!(exported["sha256"], Digest::of(&file).to_hex());
    let text = String::from_utf8(file).unwrap();
    let size = exported["records"].as_u64().unwrap();
    assert_eq!(text.lines().count() as u64, size);
    for (seq, line) in (0_u64..).zip(text.lines()) {
        assert_eq!(AuditRecord::parse(line.as_bytes()).unwrap().parts().seq, seq);
    }
    let mut listed = terminal.ada(&["audit", "list"]).lines();
    listed.reverse();
    for (line, leaf) in text.lines().zip(&listed) {
        assert_eq!(leaf["leaf_hash"], tree::leaf_hash(line.as_bytes()).to_hex());
    }
    let record = &listed[usize::try_from(size).unwrap()];
    assert_eq!(record["action"], "audit.export");
    assert_eq!(record["metadata"]["sha256"], exported["sha256"]);
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

#[test]
fn an_export_that_is_refused_leaves_no_file() {
    let terminal = Terminal::with_workspace();
    terminal.write("there.jsonl", b"kept");
    let check = |who: Option<&str>, path: &str, status: i32, says: &str| {
        let ran = terminal.run_as(who, &["audit", "export", "-o", path]);
        assert_eq!(ran.status, status, "{path}: {ran:?}");
        assert!(ran.err.contains(says), "{path}: {ran:?}");
        assert_eq!(left_behind(&terminal), [""; 0], "{path}");
    };
    let ada = Some(tests::terminal::ADA);
    check(ada, "there.jsonl", 6, "is there already");
    check(ada, "no/such/log.jsonl", 7, "log.jsonl");
    check(ada, "bank", 6, "is there already");
    check(None, "log.jsonl", 3, "signed in");
    assert_eq!(fs::read(terminal.home().join("there.jsonl")).unwrap(), b"kept");
    assert!(!terminal.home().join("log.jsonl").exists());
}
