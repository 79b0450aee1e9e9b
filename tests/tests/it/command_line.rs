//! `countersign` as a pipeline uses it: exit statuses, the shapes of `--json`, and what it cannot
//! do.
//!
//! Invariant: the program is the built one, its workspace one that it made itself.

use std::io::Read as _;
use std::process::Stdio;

use ledger::{Decision, Role};
use serde_json::Value;
use tests::tamper::Attacker;
use tests::terminal::{ADA, Ran, Terminal};

/// The fields of an object, sorted.
fn fields(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn gate(terminal: &Terminal, words: &[&str]) -> Ran {
    let mut all = vec!["gate"];
    all.extend(words);
    terminal.nobody(&all)
}

#[tokio::test]
async fn what_people_sign_passes_the_gate_and_nothing_else_does() {
    let terminal = Terminal::with_workspace();
    for name in ["Bob Noyce", "Eve Moore"] {
        terminal.hire(name, Role::Approver).await;
    }
    terminal.write("weights.bin", b"weights");
    terminal.write("other.bin", b"other");
    terminal.write("card.json", br#"{"intended_use":"Probability of default"}"#);
    std::fs::create_dir(terminal.home().join("folder")).unwrap();
    terminal.write("folder/weights.bin", b"weights");
    terminal.write("kyc.txt", b"Summarise the file.\n");
    let register = |name: &str, tier: &str| -> String {
        let made = terminal.ada(&[
            "model",
            "register",
            name,
            "1",
            "--artifact",
            "weights.bin",
            "--card",
            "card.json",
            "--tier",
            tier,
            "--reason",
            "recalibrated",
        ]);
        assert_eq!(made.status, 0, "{made:?}");
        let made = made.document();
        assert_eq!(fields(&made), ["request_id", "seq", "subject"]);
        text(&made, "request_id").to_owned()
    };
    let signed = register("signed", "high");
    register("pending", "medium");
    let rejected = register("rejected", "low");
    let folder = ["model", "register", "folder", "1", "--artefact", "folder", "--reason", "new"];
    let folder = terminal.ada(&folder).document();
    let pushed = ["prompt", "push", "kyc", "--file", "kyc.txt", "--reason", "first version"];
    let prompt = terminal.ada(&pushed).document();
    terminal.decide("Bob Noyce", &signed, Decision::Approved).await;
    assert_eq!(gate(&terminal, &["model", "signed", "1"]).status, 4, "one of two");
    terminal.decide("Eve Moore", &signed, Decision::Approved).await;
    terminal.decide("Bob Noyce", &rejected, Decision::Rejected).await;
    for made in [&folder, &prompt] {
        terminal.decide("Bob Noyce", text(made, "request_id"), Decision::Approved).await;
    }
    let cases: [(&[&str], i32); 17] = [
        (&["model", "signed", "1"], 0),
        (&["model", "signed", "1", "--artifact", "weights.bin"], 0),
        (&["model", "signed", "1", "--scope", "prod"], 0),
        (&["model", "folder", "1", "--artefact", "folder"], 0),
        (&["prompt", "kyc", "1"], 0),
        (&["prompt", "kyc", "1", "--file", "kyc.txt"], 0),
        (&["model", "signed", "1", "--artifact", "other.bin"], 5),
        (&["model", "signed", "1", "--artifact", "folder"], 5),
        (&["model", "signed", "1", "--artifact", "absent.bin"], 5),
        (&["model", "folder", "1", "--artifact", "folder/weights.bin"], 5),
        (&["prompt", "kyc", "1", "--file", "weights.bin"], 5),
        (&["model", "pending", "1"], 4),
        (&["model", "pending", "1", "--artifact", "other.bin"], 4),
        (&["model", "rejected", "1"], 4),
        (&["model", "unknown", "1"], 4),
        (&["prompt", "kyc", "2"], 4),
        (&["model", "signed", "1", "--tenant", "markets"], 4),
    ];
    for (words, status) in cases {
        let ran = gate(&terminal, words);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        let answer = ran.document();
        assert_eq!(fields(&answer), ["answer", "cause", "reason", "subject"]);
        assert_eq!(text(&answer, "answer"), if status == 0 { "yes" } else { "no" });
        let said = terminal.run_as(None, &[&["gate"], words].concat());
        let first = if status == 0 { "yes: " } else { "no: " };
        assert!(said.status == status && said.out.starts_with(first), "{said:?}");
    }
    shapes(&terminal);
}

/// The shapes that others rely on, on a workspace with something of everything.
fn shapes(terminal: &Terminal) {
    let models = terminal.ada(&["model", "list"]).lines();
    assert_eq!(models.len(), 4);
    for field in ["name", "version", "status", "effect", "tier", "digest"] {
        assert!(models.iter().all(|line| line[field].is_string()), "{field}");
    }
    let of = |name: &str| models.iter().find(|line| line["name"] == name).unwrap();
    assert_eq!(
        (text(of("signed"), "status"), text(of("signed"), "effect")),
        ("APPROVED", "in_force")
    );
    assert_eq!((text(of("pending"), "status"), text(of("pending"), "effect")), ("PENDING", "none"));
    assert_eq!(text(of("rejected"), "status"), "REJECTED");
    assert_eq!(text(of("folder"), "digest_kind"), "dirHash1");
    let prompts = terminal.ada(&["prompt", "list"]).lines();
    assert_eq!(prompts[0]["version"], 1);
    assert_eq!(text(&prompts[0], "effect"), "in_force");
    let requests = terminal.ada(&["request", "list"]).lines();
    assert_eq!(requests.len(), 5);
    for request in &requests {
        for field in
            ["id", "subject", "status", "lifecycle", "requested_by", "requested_at", "tier"]
        {
            assert!(request[field].is_string(), "{field} in {request}");
        }
        assert!(request["votes"].is_u64() && request["needed"].is_u64(), "{request}");
        let shown = terminal.ada(&["request", "show", text(request, "id")]).document();
        assert_eq!(shown["subject"], request["subject"]);
    }
    let records = terminal.ada(&["audit", "list"]).lines();
    let newest = records[0]["seq"].as_u64().unwrap();
    assert_eq!(records.len() as u64, newest + 1, "every record, newest first");
    for record in &records {
        assert_eq!(fields(record).len(), 14, "the thirteen keys of a leaf and its hash");
        assert_eq!(text(record, "leaf_hash").len(), 64);
    }
    let verified = terminal.nobody(&["audit", "verify"]);
    assert_eq!(verified.status, 0, "{verified:?}");
    let verified = verified.document();
    let expected = ["alarms", "findings", "first_broken", "result", "root", "size", "tenant_id"];
    assert_eq!(fields(&verified), expected);
    assert_eq!(text(&verified, "result"), "verified");
    let note = terminal.run_as(None, &["audit", "checkpoint"]);
    assert!(note.out.starts_with("countersign.local/") && note.out.contains("\n\n— "), "{note:?}");
    let text_of = terminal.run_as(Some(ADA), &["prompt", "get", "kyc", "--approved"]);
    assert_eq!((text_of.status, text_of.out.as_str()), (0, "Summarise the file.\n"));
}

#[tokio::test]
async fn the_matrix_holds_on_the_command_line_and_denials_are_on_record() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    terminal.write("kyc.txt", b"Summarise the file.\n");
    let model = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason", "new"];
    let prompt = ["prompt", "push", "p", "--file", "kyc.txt", "--reason", "new"];
    let cases = [
        ("Vic Iewer", Role::Viewer, 3, 3),
        ("Bob Noyce", Role::Approver, 3, 3),
        ("Ann Lyst", Role::Analyst, 3, 0),
    ];
    for (name, role, models, prompts) in cases {
        terminal.hire(name, role).await;
        assert_eq!(terminal.run_as(Some(name), &model).status, models, "{name} registers");
        assert_eq!(terminal.run_as(Some(name), &prompt).status, prompts, "{name} writes");
        assert_eq!(terminal.run_as(Some(name), &["model", "list"]).status, 0, "{name} looks");
    }
    let denials = terminal.ada(&["audit", "list", "--action", "permission.deny"]).lines();
    assert_eq!(denials.len(), 5, "{denials:?}");
    let matrix = terminal.ada(&["role", "matrix"]).lines();
    assert_eq!(matrix.len(), 4);
    assert_eq!(fields(&matrix[0]), ["approve", "create", "register_model", "role", "view"]);
    assert_eq!(terminal.ada(&["role", "list"]).lines().len(), 4);
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

#[test]
fn every_failure_says_what_is_wrong_and_what_to_do_next() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    terminal.write("wrong", b"another passphrase\n");
    let register = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason"];
    assert_eq!(terminal.ada(&[&register[..], &["new"]].concat()).status, 0);
    let long = "x".repeat(2_001);
    let unknown = "01930000-0000-7000-8000-000000000300";
    let wrong = ["--user", ADA, "--passphrase-file", "wrong", "model", "list"];
    let cases: Vec<(Ran, i32)> = vec![
        (terminal.nobody(&["model", "list"]), 3),
        (terminal.nobody(&wrong), 3),
        (terminal.run_as(Some("Nobody"), &["--json", "model", "list"]), 3),
        (terminal.nobody(&["audit", "list"]), 3),
        (terminal.nobody(&["approve", unknown]), 2),
        (terminal.nobody(&["request", "approve", unknown]), 2),
        (terminal.nobody(&["gate", "model", "m"]), 2),
        (terminal.ada(&[&register[..], &[""]].concat()), 2),
        (terminal.ada(&[&register[..], &[&long]].concat()), 2),
        (
            terminal.ada(&["model", "register", "m", "2", "--checksum", "md5:00", "--reason", "x"]),
            2,
        ),
        (
            terminal.ada(&["model", "register", "m", "2", "--artifact", "absent", "--reason", "x"]),
            2,
        ),
        (terminal.ada(&["prompt", "push", "p", "--file", "absent", "--reason", "x"]), 2),
        (terminal.ada(&[&register[..], &["again"]].concat()), 6),
        (terminal.ada(&["request", "show", unknown]), 4),
        (terminal.ada(&["model", "show", "unknown"]), 4),
        (terminal.ada(&["--tenant", "markets", "model", "list"]), 4),
        (terminal.ada(&["--workspace", "absent", "model", "list"]), 7),
        (terminal.nobody(&["--workspace", "absent", "gate", "model", "m", "1"]), 7),
        (terminal.nobody(&["init", "--admin", "Eve", "--passphrase-file", "passphrase"]), 2),
    ];
    for (ran, status) in &cases {
        assert_eq!(ran.status, *status, "{ran:?}");
        assert!(ran.out.is_empty(), "{ran:?}");
        let error: Value = serde_json::from_str(&ran.err).unwrap_or_else(|_| panic!("{ran:?}"));
        assert_eq!(fields(&error["error"]), ["code", "hint", "message"]);
        for field in ["code", "hint", "message"] {
            assert!(!text(&error["error"], field).is_empty(), "{ran:?}");
        }
    }
    println!("command line: {} failures", cases.len());
    let mut other = terminal.command();
    other.env("ENCRYPTION_KEY", "another").args(["gate", "model", "m", "1"]);
    assert_eq!(other.output().unwrap().status.code(), Some(7));
}

#[test]
fn no_command_decides() {
    let help = Terminal::bare().run_as(None, &["--help"]);
    assert_eq!(help.status, 0);
    let commands = [
        "model", "prompt", "request", "gate", "audit", "role", "user", "tenant", "device", "token",
    ];
    for command in commands {
        let help = Terminal::bare().run_as(None, &[command, "--help"]);
        let words = help.out.to_lowercase();
        for word in ["approve ", "reject", "sign "] {
            let commands = words.lines().filter(|line| line.trim_start().starts_with(word));
            assert_eq!(commands.count(), 0, "{command} has {word}");
        }
    }
}

#[test]
fn a_correlation_id_is_that_of_every_record() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    let id = "01930000-0000-7000-8000-0000000000c1";
    let words = [
        "--correlation-id",
        id,
        "model",
        "register",
        "m",
        "1",
        "--artifact",
        "weights.bin",
        "--reason",
        "new",
    ];
    let first = terminal.ada(&words);
    assert_eq!(first.status, 0, "{first:?}");
    assert_eq!(terminal.ada(&words).out, first.out, "sent twice, carried out once");
    let caused = terminal.ada(&["audit", "list", "--correlation", id]).lines();
    let actions: Vec<&str> = caused.iter().map(|record| text(record, "action")).collect();
    assert_eq!(actions, ["approval.request", "model.register"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let terminal = Terminal::with_workspace();
    for _ in 0..3 {
        assert_eq!(gate(&terminal, &["model", "m", "1"]).status, 4);
    }
    let mut command = terminal.command();
    command.args(["--user", ADA, "--passphrase-file", "passphrase", "audit", "list", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_hand_on_the_database_ends_with_five() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    let words = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason", "new"];
    assert_eq!(terminal.ada(&words).status, 0);
    let attacker = Attacker::on(&terminal.workspace().join("workspace.db"), "main");
    let seq = attacker.edit_leaf("model.register", "\"reason\":\"new\"", "\"reason\":\"old\"");
    drop(attacker);
    let found = terminal.nobody(&["audit", "verify"]);
    assert_eq!(found.status, 5, "{found:?}");
    let found = found.document();
    assert_eq!((text(&found, "result"), found["first_broken"].as_u64()), ("broken", Some(seq)));
    assert_eq!(gate(&terminal, &["model", "m", "1"]).status, 5);
}

#[test]
fn the_kit_is_shown_once_and_no_other_secret_ever() {
    let terminal = Terminal::bare();
    let made = terminal.nobody(&["init", "--admin", ADA, "--passphrase-file", "passphrase"]);
    let kit = made.document();
    assert!(kit["kit"]["secret"].is_null(), "the secret is ENCRYPTION_KEY, and is not shown");
    assert_eq!(text(&kit["kit"], "recovery").split('-').count(), 11);
    for ran in [terminal.ada(&["user", "list"]), terminal.nobody(&["doctor"])] {
        let said = format!("{}{}", ran.out, ran.err);
        for secret in ["correct horse", "only for this test", text(&kit["kit"], "recovery")] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}
