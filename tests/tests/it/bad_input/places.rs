//! Files and disks that are not as they must be: newer, damaged, open to others, read-only, full.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use console::workspace::Founding;
use console::{Edge, ErrorCode, Workspace};
use ledger::{Decision, Tier};
use security::passphrase::Passphrase;
use tests::dump::{change, dump};
use tests::house::{self, ADA, BOB, House, edge, model};
use tests::items::{Items, Mood};
use tests::logs::{Reader, tenant};

use super::refused;

/// A disk of its own: a file system in memory, where this machine lets a test mount one.
struct Disk {
    at: tempfile::TempDir,
}

impl Disk {
    /// Tells when it cannot be had: a test that was not made must be seen.
    fn of_megabytes(size: u32) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let options = format!("size={size}m,mode=0700");
        if run("mount", &["-t", "tmpfs", "-o", &options, "none", path(at.path())]) {
            return Some(Self { at });
        }
        println!("NOT TRIED: this machine does not let a test mount a disk of {size} MiB");
        None
    }

    fn read_only(&self) {
        assert!(run("mount", &["-o", "remount,ro", path(self.at.path())]));
    }

    /// Writes until nothing fits; gives what is to be removed to make room.
    fn fill(&self) -> PathBuf {
        let filler = self.at.path().join("filler");
        let mut bytes = vec![0_u8; 1 << 16];
        let mut file = fs::File::create(&filler).unwrap();
        while !bytes.is_empty() {
            if std::io::Write::write_all(&mut file, &bytes).is_err() {
                bytes.truncate(bytes.len() / 2);
            }
        }
        filler
    }

    fn place(&self) -> PathBuf {
        self.at.path().join("bank")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a connection may close a moment later.
        let _ = run("umount", &["-l", path(self.at.path())]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Keys and clock of a house whose files lie elsewhere.
fn keys_of_the_house() -> Edge {
    edge(&Items::of(house::items()), "2026-03-02T08:00:00.000000Z")
}

async fn open(place: &Path) -> Result<Workspace, console::ConsoleError> {
    let edge = keys_of_the_house();
    Workspace::open(place, edge.keychain.clone(), edge).await
}

/// Opening is refused with this code, and the file stays as it is.
async fn stays_closed(place: &Path, what: &str, code: ErrorCode) {
    let file = place.join("workspace.db");
    let before = fs::read(&file).ok();
    let Err(error) = open(place).await else { panic!("{what}: it was opened") };
    assert_eq!(error.code(), code, "{what}: {error}");
    assert!(fs::read(&file).ok() == before, "{what}: the file was touched");
}

#[tokio::test]
async fn a_file_that_is_not_ours_to_open_stays_closed_and_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("bank");
    stays_closed(&place, "no folder", ErrorCode::NoWorkspace).await;
    house::lay_out(&place);
    let file = place.join("workspace.db");
    let good = fs::read(&file).unwrap();
    let put = |bytes: &[u8]| fs::write(&file, bytes).unwrap();
    // One file, whole: what SQLite left beside it would be taken for its tail.
    let alone = || {
        for beside in ["workspace.db-wal", "workspace.db-shm"] {
            let _ = fs::remove_file(place.join(beside));
        }
    };
    for (what, statement, code) in [
        ("a newer version", "PRAGMA user_version = 99", ErrorCode::DatabaseNewer),
        ("another application's", "PRAGMA application_id = 7", ErrorCode::NoWorkspace),
    ] {
        change(&file, statement);
        change(&file, "PRAGMA wal_checkpoint(TRUNCATE)");
        alone();
        stays_closed(&place, what, code).await;
        alone();
        put(&good);
    }
    put(b"no database at all, but as long as the smallest page of one would be"
        .repeat(10)
        .as_slice());
    stays_closed(&place, "another file", ErrorCode::NoWorkspace).await;
    put(b"");
    stays_closed(&place, "an empty file", ErrorCode::NoWorkspace).await;
    put(&good);
    for (what, path, mode) in
        [("an open file", file.as_path(), 0o640), ("an open folder", place.as_path(), 0o750)]
    {
        let kept = fs::metadata(path).unwrap().permissions();
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        stays_closed(&place, what, ErrorCode::LoosePermissions).await;
        fs::set_permissions(path, kept).unwrap();
    }
    open(&place).await.expect("the control: the same file, as it was");
}

#[tokio::test]
async fn a_read_only_disk_is_said_to_be_one() {
    let Some(disk) = Disk::of_megabytes(16) else { return };
    let place = disk.place();
    house::lay_out(&place);
    disk.read_only();
    stays_closed(&place, "a read-only disk", ErrorCode::DatabaseReadOnly).await;
    assert!(run("mount", &["-o", "remount,rw", path(disk.at.path())]));
    open(&place).await.expect("the control: the same disk, writable");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_next_call_works() {
    let Some(disk) = Disk::of_megabytes(16) else { return };
    let place = disk.place();
    house::lay_out(&place);
    let here = House::new().await;
    let workspace = open(&place).await.unwrap();
    let ada = here.session(ADA);
    let low = |name: &str| model(name, Tier::Low);
    let made = workspace.register_model(&ada, &low("before"), "a").await.unwrap();
    let bob = here.session(BOB);
    let mut review = workspace.open_review(&bob, &made.request_id).await.unwrap();
    review.acknowledge();
    let filler = disk.fill();
    let database = place.join("workspace.db");
    let before = dump(&database);
    let mut full = 0;
    for attempt in 0..200 {
        // A few may still find room in pages that are there; then one must be told.
        let submission = low(&format!("full-{attempt}"));
        let key = format!("full {attempt}");
        match workspace.register_model(&ada, &submission, &key).await {
            Ok(_) => continue,
            Err(error) => assert_eq!(error.code(), ErrorCode::DiskFull, "{error}"),
        }
        full += 1;
        if full == 3 {
            break;
        }
    }
    assert_eq!(full, 3, "the disk was never full");
    let verdict =
        console::reviewing::Verdict { decision: Decision::Approved, reason: "good", seconds: 1 };
    let held = dump(&database);
    let told = workspace.decide(&bob, here.key(BOB), &review, verdict, "d").await.unwrap_err();
    assert_eq!(told.code(), ErrorCode::DiskFull, "{told}");
    assert!(dump(&database) == held, "a decision was half-written");
    assert!(
        before
            .iter()
            .all(|line| held.binary_search(line).is_ok() || line.starts_with("subject_name"))
    );
    fs::remove_file(filler).unwrap();
    let signed = workspace.decide(&bob, here.key(BOB), &review, verdict, "d").await.unwrap();
    assert_eq!(signed.status, ledger::Status::Approved);
    drop(workspace);
    let store = store::SqliteStore::open(&place).unwrap();
    let mut reader = Reader::new(here.workspace.id(), house::CREDIT);
    reader.read_on(&store).await;
    assert_eq!(reader.faults(&store).await, Vec::<String>::new());
    println!("bad input: a full disk was told {} times", full + 1);
}

#[tokio::test]
async fn a_workspace_for_which_there_is_no_room_leaves_nothing_behind() {
    let Some(disk) = Disk::of_megabytes(16) else { return };
    let items = Items::of(BTreeMap::new());
    let edge = edge(&items, "2026-03-02T08:00:00.000000Z");
    let passphrase = Passphrase::from_text(house::PASSPHRASE).unwrap();
    let founding = Founding::prepare(house::wanted(), &passphrase, &edge).unwrap();
    let filler = disk.fill();
    let Err(told) = founding.commit(&disk.place(), edge.keychain.clone()).await else {
        panic!("there was no room for it")
    };
    assert_eq!(told.code(), ErrorCode::DiskFull, "{told}");
    let left: Vec<_> = fs::read_dir(disk.at.path()).unwrap().map(|left| left.unwrap()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(items.all().is_empty(), "a key was left behind");
    fs::remove_file(filler).unwrap();
    items.set(Mood::Locked);
    let told = founding.commit(&disk.place(), edge.keychain.clone()).await.err().unwrap();
    assert_eq!(told.code(), ErrorCode::Keychain, "{told}");
    assert_eq!(fs::read_dir(disk.at.path()).unwrap().count(), 0, "a folder was left behind");
    items.set(Mood::Willing);
    founding.commit(&disk.place(), edge.keychain.clone()).await.expect("the control");
}

#[tokio::test]
async fn another_process_that_holds_the_database_is_waited_for_and_then_named() {
    let house = House::new().await;
    let ada = house.session(ADA);
    let before = dump(&house.database());
    let other = tests::dump::connect(&house.database());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = house.workspace.register_model(&ada, &model("held", Tier::Low), "a").await;
    other.execute_batch("ROLLBACK").unwrap();
    refused(&house, &before, answer, ("it is held", ErrorCode::DatabaseBusy, &[]));
    house.workspace.register_model(&ada, &model("held", Tier::Low), "a").await.unwrap();
}

#[tokio::test]
async fn two_processes_on_one_folder_lose_nothing_to_each_other() {
    let house = House::new().await;
    let second = house.open_again().await.unwrap();
    let ada = house.session(ADA);
    for round in 0..8 {
        let workspace = if round % 2 == 0 { &house.workspace } else { &second };
        let name = format!("model-{round}");
        workspace.register_model(&ada, &model(&name, Tier::Low), &name).await.unwrap();
    }
    let store = house.store();
    let mut reader = Reader::new(house.workspace.id(), house::CREDIT);
    reader.read_on(&store).await;
    assert_eq!(reader.faults(&store).await, Vec::<String>::new());
    let counts = store::Store::request_counts(&store, &tenant(house::CREDIT)).await.unwrap();
    assert_eq!(counts.all, 8);
}
