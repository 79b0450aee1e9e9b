//! Keychains that do not answer, for real: none there, and one that waits for its owner.
//!
//! Invariant: nobody's own keychain is touched. The first test gives a child process a session bus
//! that does not exist, the second one a session and a keychain made for it; that needs the virtual
//! desktop, where the prompt is shown and answered:
//! `COUNTERSIGN_DESKTOP=1 cargo xtask desktop target/debug/deps/keychain_locked-… --nocapture`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and says what it exercised"
)]

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use console::keychain::{ItemName, Keychain, KeychainError, KeychainThread, OsKeychain, probe};
use ledger::WorkspaceId;
use security::secret::SecretText;

/// Long enough for a keychain that answers, short enough for a test of one that does not.
const LIMIT: Duration = Duration::from_secs(2);
/// How long the prompt may take to appear and to be answered.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the keychain may take to try a passphrase.
const TO_ANSWER: Duration = Duration::from_secs(1);

/// Set in the child process that the test before it starts.
const CHILD: &str = "COUNTERSIGN_KEYCHAIN_CHILD";

/// A part that only the child process can play; elsewhere it says so.
fn is_child() -> bool {
    let is_child = std::env::var_os(CHILD).is_some();
    if !is_child {
        println!("this runs in the child process that the test before it starts");
    }
    is_child
}

fn item() -> ItemName {
    ItemName::demo(&WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap())
}

fn text(value: &str) -> SecretText {
    SecretText::new(value.to_owned())
}

#[test]
fn without_a_session_bus_every_call_says_that_no_keychain_answers() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("unix:path={}", folder.path().join("bus").display());
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_a_process_without_a_session_bus", "--nocapture"])
        .env(CHILD, "1")
        .env("DBUS_SESSION_BUS_ADDRESS", nowhere)
        .env("XDG_RUNTIME_DIR", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    assert!(said.contains("no bus: 4 calls refused"), "the child ran nothing: {said}");
}

#[test]
fn in_a_process_without_a_session_bus() {
    if !is_child() {
        return;
    }
    let keychain = OsKeychain::new();
    let answers = [
        keychain.read(&item()).err(),
        keychain.write(&item(), &text("x")).err(),
        keychain.delete(&item()).err(),
        probe(&keychain).err(),
    ];
    for answer in &answers {
        let detail = match answer {
            Some(KeychainError::Unavailable { detail }) => detail.as_str(),
            Some(_) | None => "",
        };
        assert!(detail.contains("No such file or directory"), "{answer:?}");
    }
    println!("no bus: {} calls refused", answers.len());
}

#[test]
fn a_locked_keychain_is_seen_to_wait_and_goes_on_when_its_owner_unlocks_it() {
    if std::env::var_os("COUNTERSIGN_DESKTOP").is_none_or(|value| value != "1") {
        println!("locked: skipped, not in the virtual desktop (nowhere to show a prompt)");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let child = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SESSION, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "in_a_process_with_a_locked_keychain", "--nocapture"])
        .env(CHILD, "1")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("OWNER", OWNER)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    assert!(said.contains(WENT_ON), "the child ran nothing: {said}");
    println!("{WENT_ON}");
}

#[test]
fn in_a_process_with_a_locked_keychain() {
    if !is_child() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let keychain = Arc::new(OsKeychain::new());
        let thread = KeychainThread::start_with_limit(keychain, LIMIT).unwrap();
        thread.write(&item(), text("before")).await.unwrap();
        run("gdbus", &LOCK);

        assert_eq!(thread.write(&item(), text("refused")).await, Err(overdue()));
        assert!(thread.waits_for_owner());
        assert_eq!(thread.read(&item()).await.err(), Some(KeychainError::Busy));
        // The owner dismisses the prompt: the write did not happen, and the next call asks again.
        press_until_answered(&thread, &["key", "Escape"]);

        assert_eq!(thread.write(&item(), text("after")).await, Err(overdue()));
        // The owner unlocks: the write that was begun happens.
        press_until_answered(&thread, &["key", "ctrl+a", "o", "w", "n", "e", "r", "Return"]);
        let kept = thread.read(&item()).await.unwrap();
        assert_eq!(kept.as_ref().map(SecretText::expose), Some("after"));
        thread.delete(&item()).await.unwrap();
    });
    println!("{WENT_ON}");
}

fn overdue() -> KeychainError {
    KeychainError::TimedOut { after: LIMIT }
}

/// Answers the prompt, as often as it takes to reach it.
fn press_until_answered(thread: &KeychainThread, keys: &[&str]) {
    let began = Instant::now();
    while thread.waits_for_owner() {
        assert!(began.elapsed() < PATIENCE, "the prompt was not answered: {keys:?}");
        run("xdotool", &["search", "--sync", "--onlyvisible", "--name", "^Unlock"]);
        run("xdotool", keys);
        let pressed = Instant::now();
        while thread.waits_for_owner() && pressed.elapsed() < TO_ANSWER {
            std::thread::yield_now();
        }
    }
}

const WENT_ON: &str = "locked: waited, was busy, was refused, was unlocked, went on";

/// Passphrase of the keychain that the child gets; each letter is the name of its key.
const OWNER: &str = "owner";

/// A keychain with that passphrase, then the program.
const SESSION: &str = r#"printf %s "$OWNER" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$@""#;

const LOCK: [&str; 8] = [
    "call",
    "--session",
    "--dest=org.freedesktop.secrets",
    "--object-path=/org/freedesktop/secrets",
    "--method=org.freedesktop.Secret.Service.Lock",
    "--timeout=10",
    "--",
    "['/org/freedesktop/secrets/collection/login']",
];

fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}
