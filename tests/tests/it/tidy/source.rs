//! Reads source text as far as the rules need it: code without comments, product without tests,
//! words and imports.
//!
//! Invariant: what is dropped is dropped line by line, so that line numbers stay true.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::files::{self, File};

/// The lines of code with their numbers; what follows `//` is gone.
pub(super) fn code(text: &str) -> Vec<(usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, before_comment(line))).collect()
}

/// The lines of code before the file's own test module, which stands last.
pub(super) fn product(text: &str) -> Vec<(usize, &str)> {
    let lines = code(text);
    let mut marked = None;
    for (index, (_, line)) in lines.iter().enumerate() {
        let line = line.trim();
        if line == "#[cfg(test)]" {
            marked = Some(index);
        } else if line.ends_with([';', '{', '}']) {
            // The item that the attribute speaks about: a module with a body, or something else.
            match marked.take() {
                Some(start) if line.starts_with("mod ") && line.ends_with('{') => {
                    return lines[..start].to_vec();
                }
                Some(_) | None => {}
            }
        }
    }
    lines
}

/// Whether the file is a product crate's own Rust, and no test.
pub(super) fn is_product(path: &str) -> bool {
    path.starts_with("src-tauri/")
        && path.ends_with(".rs")
        && !path.contains("/tests/")
        && !test_modules().contains(path)
}

/// The files that a product crate declares as modules of its tests.
fn test_modules() -> &'static BTreeSet<String> {
    static FOUND: OnceLock<BTreeSet<String>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let rust = files::all().into_iter().filter(|file| file.path.ends_with(".rs"));
        rust.flat_map(|file| declared_tests(&file)).collect()
    })
}

/// The files behind each `#[cfg(test)] mod name;` of a file.
fn declared_tests(file: &File) -> Vec<String> {
    let (folder, own) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let inside = match own {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        own => format!("{folder}/{}", own.trim_end_matches(".rs")),
    };
    let mut found = Vec::new();
    let (mut for_tests, mut placed) = (false, None);
    for (_, line) in code(&file.text) {
        let line = line.trim();
        let declared = line.strip_prefix("pub(crate) ").unwrap_or(line).strip_prefix("mod ");
        if line == "#[cfg(test)]" {
            for_tests = true;
        } else if let Some(path) = line.strip_prefix("#[path = \"") {
            placed = Some(format!("{folder}/{}", path.trim_end_matches("\"]")));
        } else if let Some(name) = declared.and_then(|rest| rest.strip_suffix(';')) {
            let place = placed.take().unwrap_or_else(|| format!("{inside}/{name}.rs"));
            found.extend(for_tests.then_some(place));
            for_tests = false;
        } else if line.ends_with([';', '{', '}']) {
            (for_tests, placed) = (false, None);
        }
    }
    found
}

/// Whether the words stand in the line as they are, not as part of a longer name.
pub(super) fn names(line: &str, words: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(words).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + words.len()..].chars().next();
        let runs_on = part(before) && words.starts_with(|c: char| c.is_alphanumeric())
            || part(after) && words.ends_with(|c: char| c.is_alphanumeric());
        !runs_on
    })
}

/// What a script or style imports: the text between the quotes of `from "…"`, `import "…"`,
/// `import("…")` and `@import "…"`.
pub(super) fn imports(text: &str) -> Vec<(usize, &str)> {
    code(text)
        .into_iter()
        .flat_map(|(number, line)| {
            let marks = ["from \"", "from '", "import \"", "import '", "import(\"", "import('"];
            marks.into_iter().flat_map(move |mark| {
                line.match_indices(mark).filter_map(move |(at, _)| {
                    let rest = &line[at + mark.len()..];
                    rest.find(['"', '\'']).map(|end| (number, &rest[..end]))
                })
            })
        })
        .collect()
}

/// A line without its comment. An address (`https://`) is no comment.
fn before_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") || trimmed.starts_with("* ") || trimmed.starts_with("/*") {
        return "";
    }
    match line.find(" //") {
        Some(at) => &line[..at],
        None => line,
    }
}

#[test]
fn product_ends_where_the_test_module_begins() {
    let text = "use a;\n#[cfg(test)]\nuse b;\nfn c() {} // d\n#[cfg(test)]\n#[allow(\n x,\n)]\nmod tests {\n e\n}\n";
    let kept: Vec<&str> = product(text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(kept, ["use a;", "#[cfg(test)]", "use b;", "fn c() {}"]);
}

#[test]
fn imports_are_read_in_every_form() {
    let text = "import a from \"x\";\nimport 'y';\nconst z = import(\"z\");\n// import \"w\"\n";
    assert_eq!(imports(text), [(1, "x"), (2, "y"), (3, "z")]);
}

#[test]
fn modules_declared_for_tests_are_no_product() {
    let text = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[allow(\n  x,\n)]\nmod c;\n\
                #[cfg(test)]\nuse d;\nmod e;\n#[cfg(test)]\n#[path = \"f_tests.rs\"]\nmod tests;\n";
    let at = |path: &str| declared_tests(&File::new(path, text));
    assert_eq!(at("x/src/lib.rs"), ["x/src/b.rs", "x/src/c.rs", "x/src/f_tests.rs"]);
    assert_eq!(at("x/src/f.rs"), ["x/src/f/b.rs", "x/src/f/c.rs", "x/src/f_tests.rs"]);
}
