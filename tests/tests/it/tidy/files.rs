//! Which files are ours: the checkout without what git ignores, as text.
//!
//! Invariant: paths are relative to the root and written with `/`. Other people's vectors are
//! data and are told apart by [`is_vector`].

use std::fs;
use std::path::Path;

/// One text file of the repository.
#[derive(Debug)]
pub(super) struct File {
    /// Relative to the root.
    pub(super) path: String,
    /// Its whole text.
    pub(super) text: String,
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// Every text file of the checkout, sorted by path. Pictures and other binary files are left out.
pub(super) fn all() -> Vec<File> {
    let root = tests::root();
    let ignored = ignored();
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for name in names(&root.join(&folder)) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if ignored.contains(&path) {
                continue;
            }
            let place = root.join(&path);
            if place.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&place) {
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// What lies at the root, apart from what git ignores.
pub(super) fn at_the_root() -> Vec<String> {
    let ignored = ignored();
    names(&tests::root()).into_iter().filter(|name| !ignored.contains(name)).collect()
}

/// Whether `ui` is part of this checkout (invariant 12: the core lives without it).
pub(super) fn page_is_there() -> bool {
    tests::root().join("ui/package.json").exists()
}

/// Data that others wrote.
pub(super) fn is_vector(path: &str) -> bool {
    path.starts_with("tests/vectors/")
}

/// Whether the path ends in one of these, dot included.
pub(super) fn ends(path: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| path.ends_with(end))
}

/// Git's own folder and the folders named in `.gitignore`, which names nothing by pattern.
fn ignored() -> Vec<String> {
    let listed = fs::read_to_string(tests::root().join(".gitignore")).expect(".gitignore");
    let named = listed.lines().map(|line| line.trim().trim_matches('/').to_owned());
    named.filter(|line| !line.is_empty()).chain([".git".to_owned()]).collect()
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap_or_else(|cause| panic!("{}: {cause}", folder.display()))
        .map(|entry| entry.expect("a folder's entry").file_name().to_string_lossy().into_owned())
        .collect()
}
