//! A copy of the sources that guards are taken away in.
//!
//! Invariant: after a copy the folder holds exactly what the working tree holds; a file that is the
//! same already is not written again, so that nothing is built anew without a cause.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// What a build of the core and its tests reads.
const PARTS: [&str; 5] = ["Cargo.toml", "Cargo.lock", "src-tauri", "tests", "docs"];
/// What is built or fetched there, and never a source.
const PASSED: [&str; 5] = ["target", "node_modules", "gen", "__pycache__", ".venv"];

/// Brings the copy up to date.
pub(crate) fn copy(root: &Path, to: &Path) -> Result<(), Problem> {
    let failed = |cause| Problem::Files { path: to.display().to_string(), cause };
    let mut kept = BTreeSet::new();
    for part in PARTS {
        for file in files(root, Path::new(part)).map_err(failed)? {
            write(&root.join(&file), &to.join(&file)).map_err(failed)?;
            kept.insert(file);
        }
    }
    for part in PARTS.iter().filter(|part| to.join(part).exists()) {
        for file in files(to, Path::new(part)).map_err(failed)? {
            if !kept.contains(&file) {
                fs::remove_file(to.join(file)).map_err(failed)?;
            }
        }
    }
    Ok(())
}

/// Every file under a path, from the root.
fn files(root: &Path, path: &Path) -> io::Result<Vec<PathBuf>> {
    if !root.join(path).is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(path))? {
        let name = entry?.file_name();
        if !PASSED.iter().any(|passed| name == *passed) {
            found.extend(files(root, &path.join(name))?);
        }
    }
    Ok(found)
}

fn write(from: &Path, to: &Path) -> io::Result<()> {
    let bytes = fs::read(from)?;
    if fs::read(to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, bytes)
}
