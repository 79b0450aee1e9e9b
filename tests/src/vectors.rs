//! Finds the test vectors: the standards' suites that the repository carries, and the lists of
//! hostile payloads that it does not.
//!
//! Invariant: a suite of the repository is always there, or the test fails; a payload list may be
//! absent, and then that is printed, never passed over in silence.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Names a folder with vectors, looked at before all others.
pub const VARIABLE: &str = "COUNTERSIGN_VECTORS";

/// The folder of one of the suites in `tests/vectors`, for example `merkle`.
///
/// # Panics
/// When it is nowhere: the repository carries it.
#[must_use]
pub fn suite(name: &str) -> PathBuf {
    let places = places();
    find(&places, name).unwrap_or_else(|| panic!("no vectors `{name}` in any of {places:?}"))
}

/// The folder of a list of hostile payloads, for example `blns`. Prints so when it is absent.
#[must_use]
pub fn payloads(name: &str) -> Option<PathBuf> {
    let places = places();
    let found = find(&places, name);
    if found.is_none() {
        println!("ABSENT: payload list `{name}` (set {VARIABLE}); looked in {places:?}");
    }
    found
}

/// The bytes of one file of a suite.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn bytes(name: &str, file: &str) -> Vec<u8> {
    let path = suite(name).join(file);
    fs::read(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// One JSON file of a suite.
///
/// # Panics
/// When it cannot be read, or is no JSON.
#[must_use]
pub fn json(name: &str, file: &str) -> Value {
    serde_json::from_slice(&bytes(name, file))
        .unwrap_or_else(|cause| panic!("{name}/{file}: {cause}"))
}

/// Every file under a suite's folder, sorted, whatever its depth.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn files(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![suite(name)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a suite's folder can be read") {
            let path = entry.expect("a suite's folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Where vectors may lie, in order.
fn places() -> Vec<PathBuf> {
    let root = crate::root();
    let beside = root.parent().unwrap_or(&root).join("shared/vectors");
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    named.into_iter().chain([root.join("tests/vectors"), beside]).collect()
}

fn find(places: &[impl AsRef<Path>], name: &str) -> Option<PathBuf> {
    places.iter().map(|place| place.as_ref().join(name)).find(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_of_the_repository_is_found_with_its_cases() {
        let mut cases = 0;
        for (name, floor) in [
            ("fernet", 3),
            ("wycheproof", 4),
            ("cctv-ed25519", 1),
            ("merkle", 100),
            ("signed-note", 1),
            ("tlog-checkpoint", 2),
            ("jcs", 15),
            ("dsse", 1),
            ("in-toto", 2),
            ("generated-pyca", 4),
            ("countersign", 16),
        ] {
            let found = files(name).len();
            assert!(found >= floor, "{name}: {found} files, at least {floor}");
            cases += found;
        }
        println!("vectors: {cases} files in 11 suites");
        assert!(json("countersign", "figures.json").is_object());
    }

    #[test]
    fn the_first_place_that_has_it_wins_and_an_absent_one_is_none() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let places = [first.path(), second.path()];
        fs::create_dir(second.path().join("blns")).unwrap();
        assert_eq!(find(&places, "blns"), Some(second.path().join("blns")));
        fs::create_dir(first.path().join("blns")).unwrap();
        assert_eq!(find(&places, "blns"), Some(first.path().join("blns")));
        assert_eq!(find(&places, "nothing"), None);
    }

    #[test]
    #[should_panic(expected = "no vectors `no-such-suite`")]
    fn a_suite_that_is_missing_fails_the_test() {
        let _ = suite("no-such-suite");
    }
}
