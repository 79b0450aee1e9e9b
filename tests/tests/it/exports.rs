//! What leaves a workspace as a file: whole, for its owner only, on record, and over no other file.
//! And what is proven of a record before it leaves.
//!
//! Invariant: the program is the built one, its workspace one that it made itself.

use std::fs;

use ledger::{AuditRecord, Digest, Tier, tree};
use tests::house::{ADA, CREDIT, House};
use tests::tamper::Attacker;
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

#[test]
fn a_log_is_verified_against_what_was_kept_from_before() {
    let terminal = Terminal::with_workspace();
    let verify = |file: &str| terminal.nobody(&["audit", "verify", "--against", file]);
    let kept = terminal.run_as(None, &["audit", "checkpoint"]);
    terminal.write("kept.note", kept.out.as_bytes());
    let holds = verify("kept.note");
    assert_eq!((holds.status, holds.document()["result"].as_str()), (0, Some("verified")));
    // A note of another workspace, and files that are none.
    let elsewhere = Terminal::with_workspace();
    let other = elsewhere.run_as(None, &["audit", "checkpoint"]);
    assert!(other.out.starts_with("countersign.local/"), "{other:?}");
    let cases: [(&str, Vec<u8>, i32); 6] = [
        ("other.note", other.out.into_bytes(), 5),
        ("edited.note", kept.out.replacen("/main", "/mayn", 1).into_bytes(), 5),
        ("empty", Vec::new(), 5),
        ("lines", b"[\n".repeat(20 << 20), 5),
        ("brackets", vec![b'['; 100_000_000], 2),
        ("nested", vec![b'['; 1 << 20], 5),
    ];
    for (name, bytes, status) in cases {
        terminal.write(name, &bytes);
        let ran = verify(name);
        assert_eq!(ran.status, status, "{name}: {ran:?}");
    }
    assert_eq!(verify("absent").status, 2);
}

#[tokio::test]
async fn a_record_is_under_a_checkpoint_once_one_is_signed_and_only_as_its_bytes_stand() {
    let house = House::new().await;
    let made = house.register("credit-pd", Tier::Medium).await.seq;
    let ada = house.session(ADA);
    let covered = async |seq| house.workspace.audit_record(&ada, seq).await.unwrap().covered_by;
    assert_eq!(covered(made).await, None, "nothing is signed over it yet");
    house.workspace.settle().await.unwrap();
    let size = covered(made).await.expect("it is under a checkpoint now");
    assert!(u64::from(size) > made, "{size}");
    assert_eq!(covered(0).await, Some(size));
    let next = house.register("churn", Tier::Low).await.seq;
    assert_eq!((covered(next).await, covered(made).await), (None, Some(size)));
    let edited = Attacker::on(&house.database(), CREDIT);
    let seq = edited.edit_leaf("model.register", "Recal", "Decal");
    assert_eq!(covered(seq).await, None, "other bytes are under no checkpoint");
    edited.rehash();
    assert_eq!(covered(seq).await, None, "hashes that fit lead to a root that nobody signed");
}
