//! The rules of the page: one importer of the shell's API, no markup from text, a signing window
//! that carries nobody else's code.
//!
//! Invariant: these read `ui`'s sources; what the built bundles contain is tested where they are
//! built.

use super::files::ends;
use super::source::{code, imports};
use super::{Floor, Rule, check};

#[test]
fn the_shells_api_is_imported_in_lib_ipc_only() {
    check(&Rule {
        states: "@tauri-apps is named in ui/src/lib/ipc only, and by the core's stand-ins for tests",
        covers: |path| {
            is_script(path)
                && !path.starts_with("ui/src/lib/ipc/")
                && !path.starts_with("ui/tests/fixture/")
                && path != "ui/tests/browser/stand-in.ts"
        },
        breaks: |file| found(&file.text, &["@tauri-apps", "__TAURI"]),
        floor: Floor::WithPage(3),
        caught: &[
            ("ui/src/features/inbox/a.ts", "import { invoke } from \"@tauri-apps/api/core\";"),
            ("ui/src/signing/a.svelte", "window.__TAURI_INTERNALS__.invoke('sign')"),
            ("ui/src/features/inbox/a.test.ts", "window.__TAURI_INTERNALS__ = {};"),
            ("ui/tests/browser/a.test.ts", "window.__TAURI_INTERNALS__.invoke('sign')"),
        ],
        allowed: &[
            ("ui/src/lib/ipc/client.ts", "import { invoke } from \"@tauri-apps/api/core\";"),
            ("ui/src/app.ts", "import { signIn } from \"./lib/ipc/client\";"),
            ("ui/tests/fixture/ipc.ts", "Object.assign(window, { __TAURI_INTERNALS__: {} });"),
            ("ui/tests/browser/stand-in.ts", "Object.assign(window, { __TAURI_INTERNALS__: {} });"),
        ],
    });
}

#[test]
fn text_never_becomes_markup() {
    check(&Rule {
        states: "text never becomes markup or code",
        covers: is_script,
        breaks: |file| {
            found(
                &file.text,
                &[
                    "{@html",
                    "innerHTML",
                    "outerHTML",
                    "insertAdjacentHTML",
                    "createContextualFragment",
                    "document.write",
                    "eval(",
                    "new Function",
                ],
            )
        },
        floor: Floor::WithPage(3),
        caught: &[
            ("ui/src/features/review/a.svelte", "<p>{@html card}</p>"),
            ("ui/src/features/review/a.ts", "node.innerHTML = card;"),
            ("ui/src/features/review/a.ts", "node.insertAdjacentHTML('beforeend', card);"),
            ("ui/src/signing/a.ts", "eval(card)"),
        ],
        allowed: &[
            ("ui/src/features/review/a.svelte", "<p>{card}</p>"),
            ("ui/src/features/review/a.ts", "node.textContent = card;"),
        ],
    });
}

#[test]
fn the_signing_window_carries_nobody_elses_code() {
    check(&Rule {
        states: "ui/src/signing imports svelte, the design, the words and the client of lib/ipc only",
        covers: |path| path.starts_with("ui/src/signing/") && is_script(path) && !is_test(path),
        breaks: |file| {
            foreign(&file.text, &file.path, &["lib/design/", "lib/ipc/", "lib/words/", "signing/"])
        },
        floor: Floor::WithPage(1),
        caught: &[
            ("ui/src/signing/a.svelte", "import { diff } from \"@codemirror/merge\";"),
            ("ui/src/signing/a.ts", "import { x } from \"../features/review/controller\";"),
            ("ui/src/signing/a.ts", "import { x } from \"$lib/format\";"),
            ("ui/src/signing/deep/a.ts", "import \"../../features/a\";"),
            ("ui/src/signing/a.ts", "const x = await import(\"bits-ui\");"),
            ("ui/src/signing/a.ts", "import \"../lib/designer/a\";"),
        ],
        allowed: &[
            ("ui/src/signing/a.ts", "import { mount } from \"svelte\";"),
            ("ui/src/signing/a.ts", "import \"../lib/design/tokens.css\";"),
            ("ui/src/signing/a.svelte", "import { Button } from \"../lib/design\";"),
            ("ui/src/signing/a.ts", "import { sign } from \"$lib/ipc/client\";"),
            ("ui/src/signing/a.ts", "import { versionWord } from \"../lib/words/subject\";"),
            ("ui/src/signing/a.ts", "import Sheet from \"./Sheet.svelte\";"),
        ],
    });
}

#[test]
fn the_design_knows_nothing_of_the_domain() {
    check(&Rule {
        states: "ui/src/lib/design imports no feature and no command",
        covers: |path| path.starts_with("ui/src/lib/design/") && is_script(path) && !is_test(path),
        breaks: |file| {
            imports(&file.text)
                .into_iter()
                .map(|(number, name)| (number, resolved(&file.path, name)))
                .filter(|(_, name)| {
                    ["features/", "signing/", "lib/ipc"].iter().any(|other| name.starts_with(other))
                })
                .map(|(number, name)| format!("{number}: {name}"))
                .collect()
        },
        floor: Floor::WithPage(1),
        caught: &[
            ("ui/src/lib/design/A.svelte", "import { x } from \"../ipc/client\";"),
            ("ui/src/lib/design/A.svelte", "import { x } from \"../../features/inbox/a\";"),
        ],
        allowed: &[
            ("ui/src/lib/design/A.svelte", "import { Dialog } from \"bits-ui\";"),
            ("ui/src/lib/design/A.svelte", "import B from \"./B.svelte\";"),
        ],
    });
}

fn is_script(path: &str) -> bool {
    path.starts_with("ui/") && ends(path, &[".ts", ".js", ".mjs", ".svelte", ".html"])
}

fn is_test(path: &str) -> bool {
    ends(path, &[".test.ts"])
}

fn found(text: &str, words: &[&str]) -> Vec<String> {
    code(text)
        .into_iter()
        .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
        .map(|(number, line)| format!("{number}: {}", line.trim()))
        .collect()
}

/// Imports that lead neither to svelte nor into one of these folders of `ui/src`.
fn foreign(text: &str, path: &str, folders: &[&str]) -> Vec<String> {
    imports(text)
        .into_iter()
        .filter(|(_, name)| *name != "svelte" && !name.starts_with("svelte/"))
        .map(|(number, name)| (number, resolved(path, name)))
        .filter(|(_, name)| !folders.iter().any(|folder| format!("{name}/").starts_with(folder)))
        .map(|(number, name)| format!("{number}: {name}"))
        .collect()
}

/// Where an import leads, seen from `ui/src`; the name itself when it is a package's.
fn resolved(path: &str, name: &str) -> String {
    if let Some(inside) = name.strip_prefix("$lib/") {
        return format!("lib/{inside}");
    }
    if !name.starts_with('.') {
        return name.to_owned();
    }
    let file = path.strip_prefix("ui/src/").unwrap_or(path);
    let mut place: Vec<&str> = file.split('/').collect();
    place.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                place.pop();
            }
            other => place.push(other),
        }
    }
    place.join("/")
}
