//! The keychain of the operating system, for real: in the virtual desktop, whose keychain is made
//! for the run and gone afterwards.
//!
//! Invariant: nobody's own keychain is touched. Without `COUNTERSIGN_DESKTOP=1` the test says that
//! it was skipped, and why:
//! `COUNTERSIGN_DESKTOP=1 cargo xtask desktop target/debug/deps/keychain_os-… --nocapture`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and says what it exercised"
)]

use std::sync::Arc;
use std::thread;

use console::keychain::{
    ItemName, Kept, Keychain, KeychainError, KeychainThread, MAX_CHARACTERS, OsKeychain, SERVICE,
    probe,
};
use ledger::{TenantId, WorkspaceId};
use security::secret::SecretText;

/// True inside of the virtual desktop; says so otherwise.
fn in_desktop(test: &str) -> bool {
    let inside = std::env::var_os("COUNTERSIGN_DESKTOP").is_some_and(|value| value == "1")
        && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    if !inside {
        println!("{test}: skipped, not in the virtual desktop (no keychain of its own to use)");
    }
    inside
}

fn workspace() -> WorkspaceId {
    WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap()
}

fn anchor(tenant: &str) -> ItemName {
    ItemName::anchor(&workspace(), &TenantId::parse(tenant).unwrap())
}

fn text(value: &str) -> SecretText {
    SecretText::new(value.to_owned())
}

fn read(account: &str) -> Option<String> {
    OsKeychain::new().read(account).unwrap().map(|value| value.expose().to_owned())
}

#[test]
fn the_keychain_gives_back_what_it_was_given() {
    if !in_desktop("round trips") {
        return;
    }
    let keychain = OsKeychain::new();
    assert_eq!(keychain.describe(), Kept::Os);
    probe(&keychain).unwrap();

    let values = ["note\n3\n\n— ü 🗝\n".to_owned(), "x".to_owned(), "a".repeat(MAX_CHARACTERS)];
    let names = [anchor("credit"), ItemName::workspace_secret(&workspace())];
    for name in &names {
        assert_eq!(read(name), None, "{name}");
        for value in &values {
            keychain.write(name, &text(value)).unwrap();
            assert_eq!(read(name).as_ref(), Some(value), "{name}");
        }
    }
    // A negative control: what is read is what was written, under this name and service only.
    keychain.write(&names[0], &text("another")).unwrap();
    assert_eq!(read(&names[0]).as_deref(), Some("another"));
    assert_eq!(read(&names[1]).as_ref(), Some(&values[2]));
    let beside = keyring::Entry::new(SERVICE, &names[0]).unwrap().get_password().unwrap();
    assert_eq!(beside, "another");
    let elsewhere = keyring::Entry::new("another service", &names[0]).unwrap().get_password();
    assert!(matches!(elsewhere, Err(keyring::Error::NoEntry)), "{:?}", elsewhere.err());

    let long = keychain.write(&names[0], &text(&"b".repeat(MAX_CHARACTERS + 1)));
    assert!(matches!(long, Err(KeychainError::TooLong { found: 1_201, .. })), "{long:?}");
    assert_eq!(read(&names[0]).as_deref(), Some("another"));

    for name in &names {
        for _ in 0..2 {
            keychain.delete(name).unwrap();
            assert_eq!(read(name), None, "{name}");
        }
    }
    println!("round trips: {} items, {} values each, probe", names.len(), values.len());
}

#[test]
fn bytes_that_are_no_text_are_refused_and_not_shown() {
    if !in_desktop("no text") {
        return;
    }
    let name = anchor("bytes");
    keyring::Entry::new(SERVICE, &name).unwrap().set_secret(&[b'k', 0xff]).unwrap();
    let refused = OsKeychain::new().read(&name).err();
    assert_eq!(refused, Some(KeychainError::NotText { account: name.to_string() }));
    OsKeychain::new().delete(&name).unwrap();
    println!("no text: 1 item refused");
}

#[test]
fn threads_at_the_same_time_lose_nothing() {
    if !in_desktop("threads") {
        return;
    }
    let names: Vec<ItemName> = (0..4).map(|count| anchor(&format!("t{count}"))).collect();
    let rounds = 10;
    thread::scope(|scope| {
        for name in &names {
            scope.spawn(move || {
                for round in 0..rounds {
                    let value = format!("{name} {round}");
                    OsKeychain::new().write(name, &text(&value)).unwrap();
                    assert_eq!(read(name), Some(value));
                }
            });
        }
    });
    for name in &names {
        assert_eq!(read(name), Some(format!("{name} {}", rounds - 1)));
        OsKeychain::new().delete(name).unwrap();
    }
    println!("threads: {} threads, {rounds} round trips each", names.len());
}

#[test]
fn the_keychains_thread_reaches_it_from_an_async_caller() {
    if !in_desktop("from async") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let thread = KeychainThread::start(Arc::new(OsKeychain::new())).unwrap();
        let name = ItemName::demo(&workspace());
        thread.write(&name, text("correct horse")).await.unwrap();
        let kept = thread.read(&name).await.unwrap();
        assert_eq!(kept.as_ref().map(SecretText::expose), Some("correct horse"));
        thread.delete(&name).await.unwrap();
        assert!(thread.read(&name).await.unwrap().is_none());
    });
    println!("from async: write, read, delete");
}
