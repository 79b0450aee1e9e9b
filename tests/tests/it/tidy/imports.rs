//! Imports point inward: which crate may depend on which, read off cargo's own view of the
//! manifests.
//!
//! Invariant: the table is the architecture's, and every member of the workspace stands in it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What a crate of the workspace may depend on, among its own kind.
const INWARD: [(&str, &[&str]); 9] = [
    ("ledger", &[]),
    ("security", &[]),
    ("governance", &["ledger", "security"]),
    ("store", &["governance", "ledger", "security"]),
    ("console", &["governance", "ledger", "security", "store"]),
    ("cli", &["console"]),
    ("countersign-desktop", &["console"]),
    ("tests", &["governance", "ledger", "security", "store", "console", "cli"]),
    ("xtask", &[]),
];

/// Which crates may depend on what others wrote and is to be named in one place only. A star
/// stands for any ending.
const KEPT: [(&str, &[&str]); 10] = [
    ("tauri*", &["countersign-desktop"]),
    ("rusqlite", &["store", "tests"]),
    ("fernet", &["security"]),
    ("pbkdf2", &["security"]),
    ("ed25519-dalek", &["security", "ledger", "tests"]),
    ("keyring", &["console", "tests"]),
    ("getrandom", &["console", "tests"]),
    ("zbus", &["console"]),
    ("clap", &["cli"]),
    // What waits or writes: the pure crates do no I/O (invariant 1).
    ("tokio*", &["store", "console", "cli", "countersign-desktop", "tests"]),
];

/// A crate of the workspace: its name and what it depends on, tests included.
type Manifest = (String, BTreeSet<String>);

#[test]
fn imports_point_inward() {
    let manifests = manifests();
    println!("tidy: imports point inward: {} crates", manifests.len());
    assert_eq!(manifests.len(), INWARD.len(), "a crate is missing in the table, or too many");
    let found: Vec<String> = manifests.iter().flat_map(outward).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_named_in_one_place_is_no_dependency_elsewhere() {
    let found: Vec<String> = manifests().iter().flat_map(misplaced).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_rules_of_imports_catch_what_they_must() {
    let case = |name: &str, on: &[&str]| -> Manifest {
        (name.to_owned(), on.iter().map(|name| (*name).to_owned()).collect())
    };
    for (name, on) in [
        ("ledger", "security"),
        ("security", "ledger"),
        ("governance", "store"),
        ("store", "console"),
        ("cli", "store"),
        ("countersign-desktop", "governance"),
        ("tests", "countersign-desktop"),
        ("xtask", "serde"),
        ("newcomer", "console"),
    ] {
        assert!(!outward(&case(name, &[on])).is_empty(), "{name} on {on}");
    }
    for (name, on) in [
        ("console", "tauri"),
        ("cli", "tauri-build"),
        ("countersign-desktop", "zbus"),
        ("console", "rusqlite"),
        ("store", "fernet"),
        ("ledger", "pbkdf2"),
        ("governance", "ed25519-dalek"),
        ("governance", "tokio"),
    ] {
        assert!(!misplaced(&case(name, &[on])).is_empty(), "{name} on {on}");
    }
    let fine = case("store", &["ledger", "rusqlite", "tokio"]);
    assert!(outward(&fine).is_empty() && misplaced(&fine).is_empty());
}

fn outward((name, dependencies): &Manifest) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = INWARD.into_iter().collect();
    let Some(allowed) = table.get(name.as_str()) else {
        return vec![format!("{name} stands in no table")];
    };
    dependencies
        .iter()
        // xtask starts processes, and needs nothing for it.
        .filter(|on| table.contains_key(on.as_str()) || name == "xtask")
        .filter(|on| !allowed.contains(&on.as_str()))
        .map(|on| format!("{name} depends on {on}"))
        .collect()
}

fn misplaced((name, dependencies): &Manifest) -> Vec<String> {
    let kept = |on: &str| {
        KEPT.iter().find(|(pattern, _)| match pattern.strip_suffix('*') {
            Some(beginning) => on.starts_with(beginning),
            None => on == *pattern,
        })
    };
    dependencies
        .iter()
        .filter(|on| kept(on).is_some_and(|(_, crates)| !crates.contains(&name.as_str())))
        .map(|on| format!("{name} depends on {on}"))
        .collect()
}

fn manifests() -> Vec<Manifest> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(tests::root())
        .output()
        .expect("cargo metadata starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(manifest).collect()
}

fn manifest(package: &Value) -> Manifest {
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    (name(package), dependencies.iter().map(name).collect())
}
