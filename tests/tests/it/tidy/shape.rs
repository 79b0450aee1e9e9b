//! The shape of the house: sizes, headings, lock files, what lies at the root.

use super::files::{self, File, ends, is_vector};
use super::{Floor, Rule, check};

/// The longest file a person is asked to read.
const FILE_LINES: usize = 400;

/// The shell only hands over: all of it together stays below this.
const SHELL_LINES: usize = 1_000;

/// Written by a program, for a program.
const GENERATED: [&str; 1] = ["ui/src/lib/ipc/bindings.ts"];

/// What a newcomer needs to see first.
const ROOT: [&str; 20] = [
    ".cargo",
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "docs",
    "icons",
    "rustfmt.toml",
    "src-tauri",
    "tests",
    "ui",
];

#[test]
fn a_file_is_short_enough_to_read() {
    check(&Rule {
        states: "no source file has more than 400 lines",
        covers: |path| {
            ends(path, &[".rs", ".ts", ".svelte", ".css", ".mjs", ".js", ".sql"])
                && !is_vector(path)
                && !GENERATED.contains(&path)
        },
        breaks: |file| {
            let lines = file.text.lines().count();
            if lines > FILE_LINES { vec![format!("{lines} lines")] } else { Vec::new() }
        },
        floor: Floor::Always(30),
        caught: &[("src-tauri/crates/store/src/a.rs", LONG)],
        allowed: &[("ui/src/lib/ipc/bindings.ts", LONG), ("ui/src/a.ts", "one line\n")],
    });
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    check(&Rule {
        states: "every Rust file begins with `//!`",
        covers: |path| path.ends_with(".rs"),
        breaks: |file| match file.text.lines().next() {
            Some(line) if line.starts_with("//! ") && line.len() > "//! Stub.".len() => Vec::new(),
            line => vec![format!("begins with {line:?}")],
        },
        floor: Floor::Always(25),
        caught: &[
            ("src-tauri/build.rs", "fn main() {}"),
            ("src-tauri/src/main.rs", "use std::fs;\n//! too late"),
            ("src-tauri/src/main.rs", "//!\n"),
            ("tests/src/lib.rs", ""),
        ],
        allowed: &[("tests/src/lib.rs", "//! What tests build on.\n")],
    });
}

#[test]
fn the_shell_stays_thin() {
    let shell: Vec<File> =
        files::all().into_iter().filter(|file| in_the_shell(&file.path)).collect();
    println!("tidy: the shell: {} files, {} lines", shell.len(), lines(&shell));
    assert!(!shell.is_empty());
    assert!(lines(&shell) <= SHELL_LINES, "{} lines in src-tauri/src", lines(&shell));
    let thick = [File::new("src-tauri/src/a.rs", LONG), File::new("src-tauri/src/b.rs", LONG)];
    assert!(thick.iter().all(|file| in_the_shell(&file.path)) && lines(&thick) > SHELL_LINES);
    assert!(!in_the_shell("src-tauri/crates/cli/src/main.rs"));
}

#[test]
fn nothing_lies_at_the_root_that_a_newcomer_does_not_need() {
    let found = files::at_the_root();
    println!("tidy: the root: {} entries", found.len());
    assert!(found.len() >= 10);
    assert_eq!(strangers(&found), Vec::<&String>::new());
    let control = ["Cargo.toml".to_owned(), "PLAN.md".to_owned()];
    assert_eq!(strangers(&control), [&control[1]]);
}

#[test]
fn lock_files_are_committed() {
    assert!(tests::root().join("Cargo.lock").is_file());
    if files::page_is_there() {
        assert!(tests::root().join("ui/package-lock.json").is_file());
    }
}

#[test]
fn the_pages_lock_file_names_no_place_to_fetch_from() {
    check(&Rule {
        states: "ui/.npmrc keeps addresses out of the lock file, and none is in it",
        covers: |path| ["ui/.npmrc", "ui/package-lock.json"].contains(&path),
        breaks: |file| {
            let setting = "omit-lockfile-registry-resolved=true";
            let broken = match file.path.as_str() {
                "ui/.npmrc" => !file.text.lines().any(|line| line.trim() == setting),
                _ => file.text.contains("\"resolved\": \"http"),
            };
            if broken { vec!["addresses in the lock file".to_owned()] } else { Vec::new() }
        },
        floor: Floor::WithPage(2),
        caught: &[
            ("ui/.npmrc", "fund=false\n"),
            ("ui/package-lock.json", "{ \"resolved\": \"https://example.org/a.tgz\" }"),
        ],
        allowed: &[("ui/.npmrc", "omit-lockfile-registry-resolved=true\n")],
    });
}

fn in_the_shell(path: &str) -> bool {
    path.starts_with("src-tauri/src/") && path.ends_with(".rs")
}

fn lines(files: &[File]) -> usize {
    files.iter().map(|file| file.text.lines().count()).sum()
}

fn strangers(found: &[String]) -> Vec<&String> {
    found.iter().filter(|name| !ROOT.contains(&name.as_str())).collect()
}

/// A text of 512 lines, for the controls.
const LONG: &str = match std::str::from_utf8(&[b'\n'; 512]) {
    Ok(text) => text,
    Err(_) => "",
};
