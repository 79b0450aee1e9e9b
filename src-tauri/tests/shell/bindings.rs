//! The page's bindings are generated from the commands, and the committed file is fresh.

use std::collections::BTreeSet;
use std::fs;

use countersign_desktop::collected;
use specta_typescript::Typescript;

use crate::shell::root;

/// Set by `cargo xtask bindings`: write the file and do not compare.
const WRITE: &str = "COUNTERSIGN_WRITE_BINDINGS";

#[test]
fn export_bindings() {
    let path = root().join("ui/src/lib/ipc/bindings.ts");
    let text = generated();
    let types = text.matches("\nexport type ").count();
    println!("bindings: {} commands, {types} types", commands(&text).len());
    assert!(commands(&text).len() >= 45 && types >= 50);
    assert!(!text.contains("bigint"), "a view carries a 64-bit integer");
    if std::env::var_os(WRITE).is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let committed = fs::read_to_string(path).unwrap();
    assert_eq!(difference(&committed, &text), None, "stale: run `cargo xtask bindings`");
    let edited = text.replacen("passphrase: string", "passphrase: unknown", 1);
    assert!(difference(&edited, &text).is_some(), "the control is not found");
}

/// The bindings as they should be.
pub(crate) fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bindings.ts");
    collected::<tauri::Wry>().export(Typescript::default(), &path).unwrap();
    fs::read_to_string(path).unwrap()
}

/// Names of the commands that bindings call.
pub(crate) fn commands(text: &str) -> BTreeSet<&str> {
    text.split("__TAURI_INVOKE(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The first line in which two texts differ, with its number.
fn difference(left: &str, right: &str) -> Option<String> {
    if left == right {
        return None;
    }
    let pairs = left.lines().zip(right.lines()).enumerate();
    let first = pairs.map(|(at, (a, b))| (at + 1, a, b)).find(|(_, a, b)| a != b);
    Some(match first {
        Some((line, a, b)) => format!("line {line}:\n  committed: {a}\n  generated: {b}"),
        None => "one is longer".to_owned(),
    })
}
