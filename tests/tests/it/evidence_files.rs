//! Evidence, trust files, ranges and proofs as a pipeline and a stranger use them: made by the
//! built program, checked by it where there is no workspace.
//!
//! Invariant: what checks a file runs in a home of its own, without the workspace, its keys or
//! `ENCRYPTION_KEY`.

use std::fs;
use std::path::Path;
use std::process::Command;

use ledger::{Decision, Role};
use serde_json::Value;
use tests::terminal::{Ran, Terminal};

/// Somebody elsewhere, with the program and the files that they were given.
struct Stranger {
    home: tempfile::TempDir,
}

impl Stranger {
    fn given(terminal: &Terminal, files: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        for file in files {
            fs::copy(terminal.home().join(file), home.path().join(file)).unwrap();
        }
        Self { home }
    }

    fn run(&self, words: &[&str]) -> Ran {
        let program = Terminal::bare().command().get_program().to_owned();
        let mut command = Command::new(program);
        command.current_dir(self.home.path()).env_clear().arg("--json").args(words);
        let output = command.output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.home.path().join(file), bytes).unwrap();
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.home.path().join(file)).unwrap()
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// A desk on which Bob decided three models: `good` approved, `bad` rejected, `open` not at all.
/// Gives the ids of their requests.
async fn desk() -> (Terminal, [String; 3]) {
    let terminal = Terminal::with_workspace();
    terminal.hire("Bob Noyce", Role::Approver).await;
    terminal.write("weights.bin", b"weights");
    terminal.write("other.bin", b"other");
    let register = |name: &str| {
        let words =
            ["model", "register", name, "1", "--artifact", "weights.bin", "--reason", "new"];
        let made = terminal.ada(&words);
        assert_eq!(made.status, 0, "{made:?}");
        text(&made.document(), "request_id").to_owned()
    };
    let requests = ["good", "bad", "open"].map(register);
    terminal.decide("Bob Noyce", &requests[0], Decision::Approved).await;
    terminal.decide("Bob Noyce", &requests[1], Decision::Rejected).await;
    (terminal, requests)
}

fn export(terminal: &Terminal, request: &str, file: &str) -> Value {
    let ran = terminal.ada(&["evidence", "export", request, "-o", file]);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.document()
}

fn trust(terminal: &Terminal) -> Value {
    let ran = terminal.nobody(&["trust", "export", "-o", "trust.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.document()
}

#[tokio::test]
async fn evidence_is_checked_where_there_is_no_workspace() {
    let (terminal, [good, bad, open]) = desk().await;
    let made = export(&terminal, &good, "good.countersign.json");
    assert_eq!((text(&made, "outcome"), text(&made, "effect")), ("APPROVED", "in_force"));
    export(&terminal, &bad, "bad.countersign.json");
    let printed = trust(&terminal);
    let file = fs::read(terminal.home().join("trust.json")).unwrap();
    assert_eq!(text(&printed, "sha256"), ledger::Digest::of(&file).to_hex());
    for (request, status, says) in [
        (open.as_str(), 6, "not decided"),
        ("01930000-0000-7000-8000-000000000300", 4, "nothing of that name"),
        ("none", 4, "nothing of that name"),
    ] {
        let ran = terminal.ada(&["evidence", "export", request, "-o", "none.countersign.json"]);
        assert_eq!(ran.status, status, "{ran:?}");
        assert!(ran.err.contains(says), "{ran:?}");
        assert!(!terminal.home().join("none.countersign.json").exists());
    }
    let anonymous = terminal.nobody(&["evidence", "export", &good, "-o", "x.countersign.json"]);
    assert_eq!(anonymous.status, 3);

    let files = ["good.countersign.json", "bad.countersign.json", "trust.json", "weights.bin"];
    let stranger = Stranger::given(&terminal, &files);
    let verify = |file: &str, more: &[&str]| {
        let mut words = vec!["evidence", "verify", file, "--trust", "trust.json"];
        words.extend(more);
        stranger.run(&words)
    };
    let sound = verify("good.countersign.json", &["--artifact", "weights.bin", "--max-age", "1h"]);
    assert_eq!(sound.status, 0, "{sound:?}");
    let line = sound.document();
    assert_eq!((text(&line, "result"), text(&line, "outcome")), ("verified", "APPROVED"));
    assert_eq!((text(&line, "effect"), text(&line, "subject")), ("in_force", "model/good@1"));
    let control = line["control"].as_array().unwrap();
    assert!(control.len() >= 3 && control.iter().all(|act| act["control"] == "single"), "{line}");
    let rejected = verify("bad.countersign.json", &[]);
    assert_eq!(rejected.status, 0, "evidence of a rejection is sound: {rejected:?}");
    assert_eq!(text(&rejected.document(), "outcome"), "REJECTED");

    stranger.write("other.bin", b"other");
    let wrong = verify("good.countersign.json", &["--artifact", "other.bin"]);
    assert_eq!((wrong.status, text(&wrong.document(), "check")), (5, "artefact"));
    let mut edited = stranger.read("good.countersign.json");
    *edited.last_mut().unwrap() ^= 1;
    stranger.write("edited.json", &edited);
    let refused = verify("edited.json", &[]);
    assert_eq!((refused.status, text(&refused.document(), "check")), (5, "shape"));
    assert_eq!(verify("absent.json", &[]).status, 7);
    assert_eq!(verify("good.countersign.json", &["--max-age", "soon"]).status, 2);
}

#[tokio::test]
async fn the_gate_asks_a_bundle_where_there_is_no_workspace() {
    let (terminal, [good, bad, _]) = desk().await;
    export(&terminal, &good, "good.json");
    export(&terminal, &bad, "bad.json");
    trust(&terminal);
    let files = ["good.json", "bad.json", "trust.json", "weights.bin", "other.bin"];
    let stranger = Stranger::given(&terminal, &files);
    let foreign = Terminal::with_workspace();
    trust(&foreign);
    stranger.write("foreign.json", &fs::read(foreign.home().join("trust.json")).unwrap());
    stranger.write("cut.json", &stranger.read("good.json")[..900]);
    let check = |model: &str, evidence: &str, more: &[&str], status: i32, cause: &str| {
        let mut words = vec!["gate", "model", model, "1", "--evidence", evidence];
        words.extend(more);
        if !more.contains(&"--trust") {
            words.extend(["--trust", "trust.json"]);
        }
        let ran = stranger.run(&words);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        let answer = if status == 0 { "yes" } else { "no" };
        let line = ran.document();
        assert_eq!((text(&line, "answer"), text(&line, "cause")), (answer, cause), "{words:?}");
    };
    check("good", "good.json", &[], 0, "approved");
    check("good", "good.json", &["--artifact", "weights.bin"], 0, "approved");
    check("good", "good.json", &["--artifact", "other.bin"], 5, "other_artefact");
    check("good", "good.json", &["--artifact", "absent.bin"], 5, "other_artefact");
    check("good", "good.json", &["--tenant", "main"], 0, "approved");
    check("good", "good.json", &["--tenant", "other"], 4, "not_approved");
    check("other", "good.json", &["--artifact", "other.bin"], 4, "not_approved");
    check("bad", "bad.json", &["--artifact", "other.bin"], 4, "not_approved");
    check("good", "good.json", &["--max-age", "0s"], 5, "unverified");
    check("good", "good.json", &["--trust", "foreign.json"], 5, "unverified");
    check("good", "good.json", &["--trust", "weights.bin"], 5, "unverified");
    check("good", "good.json", &["--trust", "absent.json"], 5, "unverified");
    check("good", "cut.json", &[], 5, "unverified");
    check("good", "absent.json", &[], 5, "unverified");
    let without = stranger.run(&["gate", "model", "good", "1", "--evidence", "good.json"]);
    assert_eq!(without.status, 2, "a bundle without a trust file is no question: {without:?}");
}

#[tokio::test]
async fn the_gate_believes_a_trust_file_where_there_is_no_anchor() {
    let (terminal, [..]) = desk().await;
    trust(&terminal);
    let foreign = Terminal::with_workspace();
    trust(&foreign);
    terminal.write("foreign.json", &fs::read(foreign.home().join("trust.json")).unwrap());
    let gate = |model: &str, file: &str| {
        terminal.nobody(&["gate", "model", model, "1", "--trust", file]).status
    };
    assert_eq!(gate("good", "trust.json"), 0);
    for model in ["bad", "open", "absent"] {
        assert_eq!(gate(model, "trust.json"), 4, "{model}");
    }
    for file in ["foreign.json", "weights.bin", "absent.json"] {
        assert_eq!(gate("good", file), 5, "{file}");
    }
    let listed = terminal.ada(&["audit", "list", "--action", "gate.deny"]).lines();
    assert_eq!(listed.len(), 6, "every no is on record");
    let listed = terminal.ada(&["audit", "list", "--action", "gate.allow"]).lines();
    assert_eq!(listed.len(), 1, "and so is every yes");
}

#[tokio::test]
async fn ranges_consistency_and_records_are_checked_where_there_is_no_workspace() {
    let (terminal, [..]) = desk().await;
    let kept = terminal.run_as(None, &["audit", "checkpoint"]);
    terminal.write("kept.note", kept.out.as_bytes());
    let make = |words: &[&str]| {
        let ran = terminal.ada(words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran.document()
    };
    make(&["audit", "range", "-o", "all.jsonl"]);
    let part = make(&["audit", "range", "--from", "2", "--to", "5", "-o", "part.jsonl"]);
    assert_eq!(part["records"], 3);
    make(&["audit", "consistency", "kept.note", "-o", "grown.json"]);
    make(&["audit", "proof", "4", "-o", "4.tlog-proof"]);
    trust(&terminal);
    for (words, status) in [
        (vec!["audit", "range", "--from", "5", "--to", "5", "-o", "x"], 2),
        (vec!["audit", "range", "--to", "99999", "-o", "x"], 2),
        (vec!["audit", "proof", "99999", "-o", "x"], 4),
        (vec!["audit", "consistency", "weights.bin", "-o", "x"], 5),
        (vec!["audit", "range", "-o", "part.jsonl"], 6),
    ] {
        let ran = terminal.ada(&words);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        assert!(!terminal.home().join("x").exists());
    }

    let files = ["all.jsonl", "part.jsonl", "grown.json", "4.tlog-proof", "trust.json"];
    let stranger = Stranger::given(&terminal, &files);
    let check = |words: &[&str], status: i32, says: Option<&str>| {
        let mut all = vec!["audit"];
        all.extend(words);
        all.extend(["--trust", "trust.json"]);
        let ran = stranger.run(&all);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        assert_eq!(ran.document()["check"].as_str(), says, "{words:?}");
    };
    check(&["verify-range", "all.jsonl"], 0, None);
    check(&["verify-range", "part.jsonl"], 0, None);
    check(&["verify-consistency", "grown.json"], 0, None);
    let all = String::from_utf8(stranger.read("all.jsonl")).unwrap();
    let without = |line: usize| {
        let lines = all.lines().enumerate().filter(|(index, _)| *index != line);
        lines.map(|(_, text)| format!("{text}\n")).collect::<String>()
    };
    for (name, bytes, says) in [
        ("left-out.jsonl", without(3), "shape"),
        ("edited.jsonl", all.replacen("\"new\"", "\"old\"", 1), "inclusion"),
        ("first.jsonl", all.replacen("\"created\"", "\"founded\"", 1), "genesis"),
        ("unended.jsonl", all.trim_end().to_owned(), "shape"),
        ("header.jsonl", without(0), "shape"),
        ("empty.jsonl", String::new(), "shape"),
        ("brackets.jsonl", "[".repeat(20 << 20), "shape"),
    ] {
        stranger.write(name, bytes.as_bytes());
        check(&["verify-range", name], 5, Some(says));
    }
    check(&["verify-consistency", "part.jsonl"], 5, Some("shape"));
    let against = |file: &str| terminal.nobody(&["audit", "verify", "--against", file]).status;
    for file in ["all.jsonl", "part.jsonl", "grown.json", "4.tlog-proof", "kept.note"] {
        assert_eq!(against(file), 0, "{file}");
    }
}

/// Keys that lie beside the database go back with it, and so does the anchor: only what somebody
/// kept elsewhere can tell.
#[tokio::test]
async fn a_workspace_taken_back_whole_is_found_by_any_file_kept_from_later() {
    let (terminal, [good, ..]) = desk().await;
    let older = tempfile::tempdir().unwrap();
    let copy = |from: &Path, to: &Path| {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    let early = terminal.run_as(None, &["audit", "checkpoint"]);
    terminal.write("early.note", early.out.as_bytes());
    copy(&terminal.workspace(), older.path());
    export(&terminal, &good, "bundle.json");
    for words in [
        vec!["audit", "range", "-o", "range.jsonl"],
        vec!["audit", "consistency", "early.note", "-o", "consistency.json"],
        vec!["audit", "proof", "0", "-o", "record.tlog-proof"],
    ] {
        assert_eq!(terminal.ada(&words).status, 0, "{words:?}");
    }
    let verify = |file: &str| terminal.nobody(&["audit", "verify", "--against", file]).status;
    let later = ["bundle.json", "range.jsonl", "consistency.json", "record.tlog-proof"];
    for file in later {
        assert_eq!(verify(file), 0, "{file} is in the past of the log that goes on");
    }
    for entry in fs::read_dir(terminal.workspace()).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    copy(older.path(), &terminal.workspace());
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0, "nothing here can tell");
    assert_eq!(verify("early.note"), 0, "the control");
    for file in later {
        assert_eq!(verify(file), 5, "{file}");
    }
}

#[tokio::test]
async fn an_export_of_evidence_is_the_last_record_of_its_own_bundle() {
    let (terminal, [good, ..]) = desk().await;
    let made = export(&terminal, &good, "good.json");
    let bundle: Value =
        serde_json::from_slice(&fs::read(terminal.home().join("good.json")).unwrap()).unwrap();
    let last = bundle["records"].as_array().unwrap().last().unwrap();
    assert_eq!(last["index"], made["seq"]);
    let listed = terminal.ada(&["audit", "list", "--action", "evidence.export"]).lines();
    assert_eq!(listed[0]["seq"], made["seq"]);
    assert_eq!(terminal.nobody(&["audit", "verify", "--against", "good.json"]).status, 0);
    let report = ["evidence", "export", &good, "--report", "-o", "good.html"];
    assert_eq!(terminal.ada(&report).status, 0);
    let page = fs::read_to_string(terminal.home().join("good.html")).unwrap();
    for says in ["model/good@1", "Approved, in force", "Bob Noyce", "limits hold", "does not prove"]
    {
        assert!(page.contains(says), "the report does not say {says}");
    }
    for never in ["<script", "http://", "https://", "src="] {
        assert!(!page.contains(never), "the report holds {never}");
    }
    // Again: a second export is a record of its own, and the first stays sound.
    let again = export(&terminal, &good, "again.json");
    assert!(again["seq"].as_u64() > made["seq"].as_u64());
    let refused = terminal.ada(&["evidence", "export", &good, "-o", "good.json"]);
    assert_eq!(refused.status, 6, "a file that is there is kept: {refused:?}");
    assert!(Path::new(&terminal.home().join("good.json")).exists());
}
