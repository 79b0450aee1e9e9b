//! Where vector files lie, and how a harness reports what it ran.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of a suite: under `COUNTERSIGN_VECTORS`, in the project, or beside the checkout.
pub(crate) fn suite(name: &str) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let named = std::env::var_os("COUNTERSIGN_VECTORS").map(PathBuf::from);
    let roots =
        [named, Some(project.join("tests/vectors")), Some(project.join("../shared/vectors"))];
    roots.into_iter().flatten().map(|root| root.join(name)).find(|folder| folder.is_dir())
}

/// A file of a suite that the project carries.
pub(crate) fn carried(suite_name: &str, file: &str) -> Vec<u8> {
    let folder = suite(suite_name).unwrap_or_else(|| panic!("no vectors of {suite_name}"));
    let path = folder.join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A carried file that is an array of cases.
pub(crate) fn cases(suite_name: &str, file: &str) -> Vec<Value> {
    serde_json::from_slice(&carried(suite_name, file)).unwrap()
}

/// Every file under a folder, in order.
pub(crate) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Prints how many cases ran and demands at least `floor`.
pub(crate) fn report(what: &str, ran: usize, floor: usize) {
    println!("{what}: {ran} cases");
    assert!(ran >= floor, "{what}: only {ran} cases, at least {floor} expected");
}

/// The text of a case's member.
pub(crate) fn text<'case>(case: &'case Value, member: &str) -> &'case str {
    case[member].as_str().unwrap_or_else(|| panic!("no {member} in {case}"))
}

/// The bytes of a case's hexadecimal member.
pub(crate) fn hex_bytes(case: &Value, member: &str) -> Vec<u8> {
    hex::decode(text(case, member)).unwrap()
}
