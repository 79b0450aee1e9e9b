//! What is named in one place only: the shell's framework, SQL, private keys; and what pure code
//! never names.
//!
//! Invariant: these rules speak about product code. Tests attack the boundaries on purpose.

use super::files::{File, is_vector};
use super::source::{is_product, names, product};
use super::{Floor, Rule, check};

#[test]
fn tauri_is_named_in_the_shell_only() {
    check(&Rule {
        states: "tauri is named in src-tauri/src only, and by what reads the shell's text",
        covers: |path| {
            let reads_the_shell = path == "tests/bridge/source.rs";
            path.ends_with(".rs") && !in_the_shell(path) && !is_tidy(path) && !reads_the_shell
        },
        breaks: |file| {
            lines_with(file, |line| {
                names(line, "tauri::") || names(line, "use tauri") || line.contains("tauri_")
            })
        },
        floor: Floor::Always(10),
        caught: &[
            ("src-tauri/crates/console/src/lib.rs", "use tauri::State;"),
            ("tests/src/lib.rs", "fn a(b: tauri::AppHandle) {}"),
            ("tests/bridge/standin.rs", "use tauri::Runtime;"),
            ("src-tauri/crates/cli/src/main.rs", "tauri_build::build();"),
        ],
        allowed: &[
            ("src-tauri/src/main.rs", "use tauri::State;"),
            ("tests/bridge/source.rs", "let attribute = \"#[tauri::command]\";"),
            ("src-tauri/crates/xtask/src/desktop.rs", "let name = \"tauri-driver\";"),
        ],
    });
}

#[test]
fn sql_is_written_in_store_only() {
    check(&Rule {
        states: "SQL stands in store only",
        covers: |path| {
            let ours = is_product(path) || (path.ends_with(".sql") && !is_vector(path));
            ours && !path.starts_with("src-tauri/crates/store/")
        },
        breaks: |file| {
            if file.path.ends_with(".sql") {
                return vec!["a file of SQL".to_owned()];
            }
            lines_with(file, is_sql)
        },
        floor: Floor::Always(10),
        caught: &[
            ("src-tauri/crates/console/src/a.rs", "let q = \"SELECT id FROM person\";"),
            ("src-tauri/crates/console/src/a.rs", "let q = \"SELECT id,\";"),
            ("src-tauri/crates/cli/src/a.rs", "run(\"insert into person values (1)\")"),
            ("src-tauri/src/a.rs", "run(\"UPDATE person SET name = ?1\")"),
            ("src-tauri/crates/console/src/a.rs", "run(\"DELETE FROM person\")"),
            ("src-tauri/crates/console/src/a.rs", "\"CREATE TABLE person (id)\""),
            ("src-tauri/crates/governance/src/a.rs", "use rusqlite::Connection;"),
            ("src-tauri/crates/console/migrations/1.sql", "anything"),
        ],
        allowed: &[
            ("src-tauri/crates/store/src/a.rs", "let q = \"SELECT id FROM person\";"),
            ("src-tauri/crates/console/src/a.rs", "let text = \"Select a model from the list\";"),
            ("src-tauri/crates/console/src/a.rs", "// \"DELETE FROM person\" is forbidden"),
        ],
    });
}

#[test]
fn private_keys_and_key_derivation_are_in_security_only() {
    check(&Rule {
        states: "private keys, Fernet and PBKDF2 are named in security only",
        covers: |path| is_product(path) && !path.starts_with("src-tauri/crates/security/"),
        breaks: |file| {
            let dalek = file.text.contains("ed25519_dalek");
            // Ed25519 verification is ledger's as well.
            let ledger = file.path.starts_with("src-tauri/crates/ledger/");
            lines_with(file, move |line| {
                names(line, "fernet::")
                    || names(line, "pbkdf2::")
                    || names(line, "pbkdf2_hmac")
                    || (!ledger && names(line, "ed25519_dalek"))
                    || (dalek && names(line, "SigningKey"))
            })
        },
        floor: Floor::Always(10),
        caught: &[
            ("src-tauri/crates/store/src/a.rs", "let f = fernet::Fernet::new(key);"),
            ("src-tauri/crates/console/src/a.rs", "pbkdf2::pbkdf2_hmac::<Sha256>(a, b);"),
            ("src-tauri/crates/console/src/a.rs", "use ed25519_dalek::VerifyingKey;"),
            ("src-tauri/crates/ledger/src/a.rs", "use ed25519_dalek::{SigningKey, Signature};"),
        ],
        allowed: &[
            ("src-tauri/crates/security/src/a.rs", "use ed25519_dalek::SigningKey;"),
            ("src-tauri/crates/ledger/src/a.rs", "use ed25519_dalek::{Signature, VerifyingKey};"),
            (
                "src-tauri/crates/ledger/src/a.rs",
                "fn a() {}\n#[cfg(test)]\nmod tests {\n    use ed25519_dalek::SigningKey;\n}",
            ),
        ],
    });
}

#[test]
fn no_pipeline_decides() {
    check(&Rule {
        states: "no pipeline opens a review or signs a decision; administration alone opens a \
                 person's key, to propose",
        covers: |path| is_product(path) && PIPELINES.iter().any(|part| path.starts_with(part)),
        breaks: |file| {
            let proposes = file.path.starts_with("src-tauri/crates/console/src/pipeline/admin");
            lines_with(file, move |line| {
                DECIDING.iter().any(|word| names(line, word))
                    || (!proposes && OPENING.iter().any(|word| names(line, word)))
            })
        },
        floor: Floor::Always(10),
        caught: &[
            ("src-tauri/crates/console/src/pipeline/requests.rs", "self.workspace.decide(a, b)"),
            ("src-tauri/crates/console/src/pipeline/administration.rs", "workspace.open_review(a)"),
            ("src-tauri/crates/console/src/pipeline/administration.rs", "use ledger::Decision;"),
            ("src-tauri/crates/console/src/pipeline/people.rs", "workspace.unlock(a, b, c).await"),
            ("src-tauri/crates/cli/src/asking.rs", "use console::reviewing::Verdict;"),
            ("src-tauri/crates/cli/src/commands/request.rs", "let key: UnlockedKey = open();"),
        ],
        allowed: &[
            ("src-tauri/crates/console/src/pipeline/administration.rs", "workspace.unlock(a, b)"),
            ("src-tauri/crates/console/src/pipeline/requests.rs", "Lifecycle::Decided"),
            ("src-tauri/crates/console/src/desk/deciding.rs", "workspace.decide(a, b).await"),
        ],
    });
}

#[test]
fn pure_crates_do_no_io_and_read_no_clock() {
    check(&Rule {
        states: "governance, security and ledger name no clock, file, socket or environment",
        covers: |path| is_product(path) && PURE.iter().any(|folder| path.starts_with(folder)),
        breaks: |file| lines_with(file, |line| EDGE.iter().any(|word| names(line, word))),
        floor: Floor::Always(3),
        caught: &[
            ("src-tauri/crates/ledger/src/a.rs", "let now = Utc::now();"),
            ("src-tauri/crates/governance/src/a.rs", "let now = std::time::SystemTime::now();"),
            ("src-tauri/crates/security/src/a.rs", "std::env::var(\"ENCRYPTION_KEY\")"),
            ("src-tauri/crates/security/src/a.rs", "use std::fs;"),
            ("src-tauri/crates/security/src/a.rs", "getrandom::fill(&mut seed)"),
            ("src-tauri/crates/ledger/src/a.rs", "tracing::info!(\"read\")"),
            ("src-tauri/crates/ledger/src/a.rs", "std::thread::spawn(|| ())"),
        ],
        allowed: &[
            ("src-tauri/crates/console/src/a.rs", "let now = Utc::now();"),
            ("src-tauri/crates/ledger/src/a.rs", "//! std::fs is never used here"),
            ("src-tauri/crates/ledger/src/a.rs", "#[cfg(test)]\nmod tests {\n use std::fs;\n}"),
        ],
    });
}

/// What pipelines and terminals reach.
const PIPELINES: [&str; 2] =
    ["src-tauri/crates/console/src/pipeline/", "src-tauri/crates/cli/src/"];

/// What a decision is made of.
const DECIDING: [&str; 6] =
    ["decide", "reviewing", "open_review", "OpenReview", "Verdict", "Decision"];

/// What opens a person's signing key.
const OPENING: [&str; 5] = ["unlock", "UnlockedKey", "OwnKey", "make_key", "LockedKey"];

/// The crates that decide and do nothing.
const PURE: [&str; 3] =
    ["src-tauri/crates/governance/", "src-tauri/crates/security/", "src-tauri/crates/ledger/"];

/// What only the edge names.
const EDGE: [&str; 14] = [
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "env::var",
    "getrandom::",
    "tracing::",
    "tokio::",
    "println!",
];

fn in_the_shell(path: &str) -> bool {
    path.starts_with("src-tauri/") && !path.starts_with("src-tauri/crates/")
}

fn is_tidy(path: &str) -> bool {
    path.starts_with("tests/tests/it/tidy/")
}

fn is_sql(line: &str) -> bool {
    let lower = line.to_lowercase();
    names(line, "rusqlite")
        || ["insert into ", "delete from ", "create table "].iter().any(|s| lower.contains(s))
        || line.contains("\"SELECT ")
        || (names(line, "SELECT") && names(line, "FROM"))
        || (names(line, "UPDATE") && names(line, "SET"))
}

fn lines_with(file: &File, broken: impl Fn(&str) -> bool) -> Vec<String> {
    product(&file.text)
        .into_iter()
        .filter(|(_, line)| broken(line))
        .map(|(number, line)| format!("{number}: {}", line.trim()))
        .collect()
}
