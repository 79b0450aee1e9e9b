//! Backups: one private file that holds one state of everything, or nothing that passes for one.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::fixtures::*;
use crate::sqlite::files::make_private_file;
use crate::{CopyWatch, SqliteStore, Store, StoreError, Unfinished};

fn on() -> CopyWatch {
    Box::new(|_| ControlFlow::Continue(()))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A desk with forty records and a copy of it in a folder of its own.
fn copied() -> (Desk, tempfile::TempDir, PathBuf) {
    let desk = Desk::new();
    for seq in 1..40 {
        wait(desk.store.commit(records(&credit(), seq, 1))).unwrap();
    }
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.countersign");
    make_private_file(&file).unwrap();
    wait(desk.store.copy_to(file.clone(), on())).unwrap();
    (desk, place, file)
}

#[test]
fn a_copy_is_one_private_file_with_everything_of_one_moment() {
    let (desk, place, file) = copied();
    // What comes later is not in it.
    wait(desk.store.commit(records(&credit(), 40, 1))).unwrap();
    assert_eq!(names(place.path()), ["backup.countersign"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&file).unwrap();
    let copy = SqliteStore::open_copy(&file).unwrap();
    assert_eq!(wait(copy.workspace()).unwrap(), workspace());
    wait(copy.check()).unwrap();
    let head = wait(copy.head(&credit())).unwrap();
    assert_eq!(head.size, 40);
    let rows = wait(desk.store.rows(&credit(), 0, 40)).unwrap();
    assert_eq!(wait(copy.rows(&credit(), 0, 100)).unwrap(), rows);
    let written = wait(copy.commit(records(&credit(), 40, 1)));
    assert_eq!(written, Err(StoreError::Closed));
    drop(copy);
    assert_eq!(names(place.path()), ["backup.countersign"], "nothing is left beside it");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_workspace_made_from_a_copy_goes_on_where_it_was() {
    let (_desk, place, file) = copied();
    let target = place.path().join("again");
    let unfinished = Unfinished::beside(&target, &workspace().id).unwrap();
    unfinished.fill_from(&file, on()).unwrap();
    unfinished.finish().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&target), mode(&target.join("workspace.db"))), (0o700, 0o600));
    let again = SqliteStore::open(&target).unwrap();
    wait(again.commit(records(&credit(), 40, 1))).unwrap();
    wait(again.check()).unwrap();
}

#[test]
fn a_copy_that_was_stopped_is_none() {
    let (desk, place, _) = copied();
    let file = place.path().join("stopped");
    make_private_file(&file).unwrap();
    let stopped = wait(desk.store.copy_to(file.clone(), Box::new(|_| ControlFlow::Break(()))));
    assert_eq!(stopped, Err(StoreError::Stopped));
    assert!(SqliteStore::open_copy(&file).is_err());
    let unfinished = Unfinished::beside(&place.path().join("again"), &workspace().id).unwrap();
    let good = place.path().join("backup.countersign");
    let stopped = unfinished.fill_from(&good, Box::new(|_| ControlFlow::Break(())));
    assert_eq!(stopped, Err(StoreError::Stopped));
    drop(unfinished);
    assert!(!place.path().join("again").exists());
}

#[test]
fn what_is_no_copy_of_ours_or_open_to_others_is_refused_by_its_cause() {
    let (_desk, place, file) = copied();
    let text = place.path().join("text");
    make_private_file(&text).unwrap();
    fs::write(&text, [b'x'; 40_000]).unwrap();
    assert_eq!(SqliteStore::open_copy(&text).err(), Some(StoreError::NotADatabase));
    let foreign = place.path().join("foreign");
    make_private_file(&foreign).unwrap();
    let other = rusqlite::Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE mine (a); PRAGMA application_id = 7").unwrap();
    drop(other);
    let refused = SqliteStore::open_copy(&foreign).err();
    assert_eq!(refused, Some(StoreError::ForeignApplication { found: 7 }));
    for loose in [0o640, 0o604, 0o666] {
        fs::set_permissions(&file, fs::Permissions::from_mode(loose)).unwrap();
        let refused = SqliteStore::open_copy(&file).err().unwrap();
        assert_eq!(refused, StoreError::LoosePermissions { path: file.clone() });
        let mend = format!("chmod -R go-rwx '{}'", file.display());
        assert!(refused.to_string().ends_with(&mend), "{refused}");
    }
}
