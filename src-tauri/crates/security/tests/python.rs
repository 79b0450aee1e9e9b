//! `EncryptionService` and Python's `cryptography` open each other's tokens.
//!
//! Uses the library if `python3` has it, else tries to install it into the target directory; says
//! plainly when neither works. (The vectors of that same library are tested always.)

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that starts another program, and says what it exercised"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use security::encryption::EncryptionService;
use security::kdf::Kdf;
use security::secret::SecretText;
use serde_json::{Value, json};

const SECRET: &str = "correct horse bättery ✓";
const VALUES: [&str; 6] = [
    "",
    "v",
    "sixteen bytes...",
    "Summarise the file.\n",
    "Ünïcödé \u{202e} \u{1f4dc}",
    "{\"at\":\"w/credit/prompt_version/1/text\",\"value\":\"v\"}",
];

#[test]
fn tokens_pass_in_both_directions_between_this_crate_and_python() {
    let Some(python) = python_with_cryptography() else {
        println!("SKIPPED: python3 has no `cryptography` and cannot install it");
        return;
    };
    let kdf = Kdf::new(b"sixteen of salt!", 600_000).unwrap();
    let service =
        EncryptionService::new(Some(&SecretText::new(SECRET.into())), None, &kdf).unwrap();
    let mut tokens = VALUES.map(|value| service.encrypt(value)).to_vec();
    // Negative control: a token of another key must not open there.
    let other = EncryptionService::new(Some(&SecretText::new("other".into())), None, &kdf).unwrap();
    tokens.push(other.encrypt("v"));

    let answer = ask(
        &python,
        &json!({
            "secret": SECRET,
            "salt": STANDARD.encode(kdf.salt()),
            "iterations": kdf.iterations(),
            "tokens": tokens,
            "values": VALUES,
        }),
    );

    let mut expected: Vec<Value> = VALUES.into_iter().map(Value::from).collect();
    expected.push(Value::Null);
    assert_eq!(answer["opened"], Value::Array(expected), "our tokens, opened by Python");
    let theirs = answer["tokens"].as_array().unwrap();
    assert_eq!(theirs.len(), VALUES.len());
    for (token, value) in theirs.iter().zip(VALUES) {
        let token = token.as_str().unwrap();
        assert_eq!(service.decrypt(token).as_deref(), Ok(value), "Python's token, opened by us");
        assert!(other.decrypt(token).is_err());
    }
    println!("{} tokens in each direction, by {}", VALUES.len(), python.display());
}

fn ask(python: &Path, question: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A Python that can import the library: the system's, else one of our own in the target folder.
fn python_with_cryptography() -> Option<PathBuf> {
    let system = PathBuf::from("python3");
    if succeeds(&system, &["-c", "import cryptography.fernet"]) {
        return Some(system);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let own = folder.join("bin/python");
    let install =
        ["-m", "pip", "install", "-q", "--no-cache-dir", "--timeout", "20", "cryptography"];
    let ready = succeeds(&own, &["-c", "import cryptography.fernet"])
        || succeeds(&system, &["-m", "venv", folder.to_str()?]) && succeeds(&own, &install);
    ready.then_some(own)
}

fn succeeds(program: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
