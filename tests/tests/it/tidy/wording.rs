//! The words of the house: the domain's own names, nothing left for later, nothing that belongs
//! to one machine.
//!
//! Invariant: names are judged where they are declared, since other people's names cannot be
//! chosen. What must stand nowhere is put together here, so that this file needs no exception.

use super::files::{File, ends, is_vector};
use super::source::code;
use super::{Floor, Rule, check};

/// Words that say nothing about the thing named.
const EMPTY_WORDS: [&str; 11] = [
    "manager",
    "managers",
    "helper",
    "helpers",
    "util",
    "utils",
    "utility",
    "utilities",
    "misc",
    "common",
    "stuff",
];

/// After these a name is declared.
const DECLARING: [&str; 14] = [
    "struct",
    "enum",
    "trait",
    "union",
    "fn",
    "mod",
    "type",
    "const",
    "static",
    "let",
    "class",
    "interface",
    "function",
    "macro_rules!",
];

/// Marks of what is not finished, or switched off.
const UNFINISHED: [&str; 9] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!"),
    concat!("unimple", "mented!"),
    concat!("@ts-", "ignore"),
    concat!("@ts-", "nocheck"),
    concat!("eslint-", "disable"),
    concat!("#[ig", "nore"),
];

/// Addresses of package registries, and folders of one machine.
const PLACES: [&str; 9] = [
    concat!("crates", ".io"),
    concat!("npm", "js.org"),
    concat!("npm", "js.com"),
    concat!("py", "pi.org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.deb", "ian.org"),
    concat!("proxy.go", "lang.org"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
];

#[test]
fn names_say_what_they_name() {
    check(&Rule {
        states: "no name of a file or in code is an empty word",
        covers: |path| is_source(path) || path.ends_with(".sql"),
        breaks: |file| {
            let names = declared(&file.text).into_iter().chain([file.path.clone()]);
            names
                .filter(|name| words(name).iter().any(|w| EMPTY_WORDS.contains(&w.as_str())))
                .collect()
        },
        floor: Floor::Always(25),
        caught: &[
            ("src-tauri/crates/console/src/a.rs", concat!("pub struct Key", "Manager {")),
            ("src-tauri/crates/console/src/a.rs", concat!("pub(crate) fn hash_", "helper<T>(")),
            ("src-tauri/crates/console/src/a.rs", concat!("let ", "misc = 1;")),
            (concat!("src-tauri/crates/console/src/", "utils.rs"), "//! Text."),
            (concat!("ui/src/lib/", "common/a.ts"), ""),
            ("ui/src/a.ts", concat!("export function text", "Util(")),
            ("ui/src/a.ts", concat!("export const date", "Helpers = {")),
        ],
        allowed: &[
            ("src-tauri/src/main.rs", "use tauri::Manager;"),
            ("src-tauri/src/main.rs", "// what they have in common"),
            ("ui/src/a.ts", "export function commonality("),
        ],
    });
}

#[test]
fn nothing_is_left_for_later() {
    check(&Rule {
        states: "nothing unfinished, and nothing switched off",
        covers: |path| is_source(path) || ends(path, &[".sql", ".md", ".toml"]) && !is_vector(path),
        breaks: |file| marked(file, &UNFINISHED),
        floor: Floor::Always(30),
        caught: &[
            ("src-tauri/src/main.rs", concat!("// TO", "DO: the rest")),
            ("src-tauri/src/main.rs", concat!("    todo", "!()")),
            ("src-tauri/src/main.rs", concat!("#[ig", "nore = \"slow\"]")),
            ("ui/src/a.ts", concat!("// @ts-", "ignore")),
            ("README.md", concat!("FIX", "ME")),
        ],
        allowed: &[
            ("src-tauri/src/main.rs", "let mastodons = 1;"),
            ("src-tauri/src/main.rs", "const SEED: &str = \"aXXXb\";"),
        ],
    });
}

#[test]
fn we_declare_nobodys_obedience_to_a_rule() {
    check(&Rule {
        states: "the word that is the customer's to declare stands nowhere",
        covers: |path| !is_vector(path) && path != "LICENSE" && !is_lock(path),
        breaks: |file| {
            let word = concat!("compl", "iant");
            if file.text.to_lowercase().contains(word) { vec![word.to_owned()] } else { Vec::new() }
        },
        floor: Floor::Always(40),
        caught: &[
            ("README.md", concat!("Countersign is Compl", "iant with")),
            ("ui/src/a.svelte", concat!("<p>non-compl", "iant</p>")),
        ],
        allowed: &[("README.md", "Designed to support SR 26-2.")],
    });
}

#[test]
fn nothing_names_one_machine_or_a_registry() {
    check(&Rule {
        states: "no file names a machine's folder or a registry's address",
        covers: |_| true,
        breaks: |file| {
            let lock = file.path == "Cargo.lock";
            let lines = file.text.lines().enumerate();
            lines
                .filter(|(_, line)| !(lock && line.starts_with("source = ")))
                .filter(|(_, line)| PLACES.iter().any(|place| names_place(line, place)))
                .map(|(index, line)| format!("{}: {}", index + 1, line.trim()))
                .collect()
        },
        floor: Floor::Always(150),
        caught: &[
            ("README.md", concat!("see https://crates", ".io/crates/tauri")),
            ("ui/package-lock.json", concat!("\"https://registry.npm", "js.org/svelte\"")),
            ("tests/src/lib.rs", concat!("Path::new(\"/wo", "rk/main\")")),
            (".cargo/config.toml", concat!("dir = \"/ro", "ot/.cargo\"")),
            ("Cargo.lock", concat!("name = \"crates", ".io\"")),
        ],
        allowed: &[
            (
                "Cargo.lock",
                concat!("source = \"registry+https://example.org/crates", ".io-index\""),
            ),
            ("ui/src/a.ts", "import { x } from \"../network/a\";"),
            ("ui/src/a.ts", "import { x } from \"../framework/root/a\";"),
        ],
    });
}

fn is_source(path: &str) -> bool {
    ends(path, &[".rs", ".ts", ".js", ".mjs", ".svelte", ".css", ".html"]) && !is_vector(path)
}

fn is_lock(path: &str) -> bool {
    ["Cargo.lock", "ui/package-lock.json"].contains(&path)
}

/// The names that a file declares.
fn declared(text: &str) -> Vec<String> {
    code(text)
        .into_iter()
        .flat_map(|(_, line)| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words
                .windows(2)
                .filter(|pair| DECLARING.contains(&pair[0]))
                .map(|pair| {
                    let name = pair[1].split(|c: char| !(c.is_alphanumeric() || c == '_'));
                    name.take(1).collect::<String>()
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// `KeyManager`, `key_manager` and `key-manager.rs` are `key`, `manager` and what follows.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let begins = (c.is_uppercase() && after_lower) || !c.is_alphanumeric();
        if begins {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase() || c.is_numeric();
    }
    words
}

/// Lines with one of these marks as a word of its own.
fn marked(file: &File, marks: &[&str]) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    lines
        .filter(|(_, line)| marks.iter().any(|mark| super::source::names(line, mark)))
        .map(|(index, line)| format!("{}: {}", index + 1, line.trim()))
        .collect()
}

/// Whether a line names a place. A folder counts only where a path begins.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside = before.is_some_and(|c| c.is_alphanumeric() || "._-/$}".contains(c));
        !(place.starts_with('/') && inside)
    })
}
