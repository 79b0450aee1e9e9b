//! What docs/evidence.md offers to be pasted, run: its commands by the built program, its Python
//! program by `securesystemslib` on a real bundle and on one that was changed.
//!
//! Invariant: no line is written again here.

use std::fs;
use std::path::Path;

use ledger::{Decision, Role};
use serde_json::Value;
use tests::document::fenced;
use tests::python::Python;
use tests::terminal::{Ran, Terminal};

const BUNDLE: &str = "credit-pd-3.countersign.json";
const FILES: [&str; 3] = [BUNDLE, "credit-trust.json", "model.onnx"];

fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(tests::root().join("docs/evidence.md")).unwrap();
    fenced(&page, language)
}

/// A home in which the page's own lines exported the evidence of an approval.
async fn exported() -> Terminal {
    let terminal = Terminal::with_workspace();
    terminal.hire("Bob Noyce", Role::Approver).await;
    terminal.write("model.onnx", b"weights");
    let words = ["model", "register", "credit-pd", "3", "--artefact", "model.onnx"];
    let made = terminal.ada(&[&words[..], &["--reason", "new"]].concat()).document();
    let request = made["request_id"].as_str().unwrap();
    terminal.decide("Bob Noyce", request, Decision::Approved).await;
    let ran = terminal.shell(&blocks("sh")[0], &[("REQUEST", request)]);
    assert_eq!(ran.status, 0, "{ran:?}");
    terminal
}

#[tokio::test]
async fn the_pages_commands_export_evidence_and_check_it_where_there_is_no_workspace() {
    let (terminal, stranger) = (exported().await, Terminal::bare());
    let lines = blocks("sh");
    assert_eq!(lines.len(), 2, "export, verify");
    for file in FILES {
        stranger.write(file, &fs::read(terminal.home().join(file)).unwrap());
    }
    let sound = stranger.shell(&lines[1], &[]);
    assert_eq!(sound.status, 0, "{sound:?}");
    assert!(sound.out.contains("model/credit-pd@3 is APPROVED"), "{sound:?}");
    assert!(sound.out.contains("(single)"), "{sound:?}");
    stranger.write("model.onnx", b"other weights");
    let other = stranger.shell(&lines[1], &[]);
    assert_eq!(other.status, 5, "{other:?}");
    assert!(other.out.contains("(artefact)"), "{other:?}");
}

#[tokio::test]
async fn python_reads_our_signatures_and_sees_a_flipped_byte() {
    let python = match Python::in_target(Path::new(env!("CARGO_TARGET_TMPDIR"))) {
        Ok(python) => python,
        Err(why) => {
            println!("SKIPPED: no Python with securesystemslib: {why}");
            return;
        }
    };
    let [program] = <[String; 1]>::try_from(blocks("python")).expect("one program");
    let terminal = exported().await;
    let bundle: Value =
        serde_json::from_slice(&fs::read(terminal.home().join(BUNDLE)).unwrap()).unwrap();
    terminal.write("program.py", program.as_bytes());
    let run = |name: &str| -> Ran {
        let mut command = python.command(terminal.home());
        let output = command.args(["program.py", name]).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = output.status.code().unwrap();
        Ran { status, out: text(output.stdout), err: text(output.stderr) }
    };
    let sound = run(BUNDLE);
    assert_eq!(sound.status, 0, "{sound:?}");
    let signed = bundle["attestations"].as_array().unwrap().len();
    assert_eq!(sound.out.lines().count(), signed, "{sound:?}");
    assert!(sound.out.contains("APPROVED model/credit-pd@3"), "{sound:?}");
    let mut refused = 0;
    for at in 0..signed {
        for part in ["/payload", "/signatures/0/sig"] {
            terminal.write("flipped.json", &flipped(&bundle, &format!("/attestations/{at}{part}")));
            let ran = run("flipped.json");
            assert_eq!(ran.status, 1, "{at}{part}: {ran:?}");
            assert!(ran.err.contains("a signature does not hold"), "{at}{part}: {ran:?}");
            refused += 1;
        }
    }
    println!(
        "evidence page: {signed} signatures read by securesystemslib, {refused} flips refused"
    );
    assert!(signed >= 4 && refused >= 8);
}

/// The bundle with one character in the middle of a base64 text replaced by another.
fn flipped(bundle: &Value, place: &str) -> Vec<u8> {
    let mut changed = bundle.clone();
    let text = changed.pointer_mut(place).unwrap();
    let mut bytes = text.as_str().unwrap().as_bytes().to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    *text = String::from_utf8(bytes).unwrap().into();
    serde_json::to_vec(&changed).unwrap()
}
