//! Making and opening a workspace: whole, private, ours, and not from the future.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;

use super::fixtures::*;
use crate::sqlite::migrate::{self, MIGRATIONS, Migration};
use crate::{Commit, SqliteStore, Store, StoreError, Unfinished};

const DATABASE: &str = "workspace.db";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_workspace_is_private_and_says_what_it_is() {
    let desk = Desk::new();
    assert_eq!(mode(&desk.folder()), 0o700);
    for file in [DATABASE, "workspace.db-wal", "workspace.db-shm"] {
        assert_eq!(mode(&desk.folder().join(file)), 0o600, "{file}");
    }
    assert_eq!(wait(desk.store.workspace()).unwrap(), workspace());
    wait(desk.store.check()).unwrap();
    let header = fs::read(desk.folder().join(DATABASE)).unwrap();
    assert_eq!(&header[68..72], b"CSgn");
    let folder = desk.folder();
    let _guard = desk.close();
    let left: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [DATABASE], "the last connection folds the WAL in");
    let again = SqliteStore::open(&folder).unwrap();
    assert_eq!(wait(again.head(&credit())).unwrap().size, 1);
}

#[test]
fn what_others_could_reach_is_not_opened() {
    let desk = Desk::new();
    let folder = desk.folder();
    let _guard = desk.close();
    for (path, tight, loose) in [
        (folder.clone(), 0o700, [0o750, 0o701, 0o777, 0o710]),
        (folder.join(DATABASE), 0o600, [0o640, 0o604, 0o666, 0o610]),
    ] {
        for loose in loose {
            set_mode(&path, loose);
            let refused = SqliteStore::open(&folder).err();
            assert_eq!(refused, Some(StoreError::LoosePermissions { path: path.clone() }));
        }
        set_mode(&path, tight);
    }
    let wal = folder.join("workspace.db-wal");
    fs::write(&wal, b"").unwrap();
    set_mode(&wal, 0o644);
    let refused = SqliteStore::open(&folder).err();
    assert_eq!(refused, Some(StoreError::LoosePermissions { path: wal.clone() }));
    fs::remove_file(&wal).unwrap();
    assert!(SqliteStore::open(&folder).is_ok());
}

#[test]
fn a_workspace_in_the_making_is_in_place_only_when_finished() {
    let guard = tempfile::tempdir().unwrap();
    let entries = || fs::read_dir(guard.path()).unwrap().count();
    let target = guard.path().join("desk");
    let begin = || {
        let unfinished = Unfinished::beside(&target, &workspace().id).unwrap();
        let store = unfinished.create(&workspace(), &records(&credit(), 0, 1)).unwrap();
        for seq in 1..40 {
            wait(store.commit(records(&credit(), seq, 1))).unwrap();
        }
        assert!(!target.join(DATABASE).exists(), "it is not in place yet");
        (unfinished, store)
    };
    let (unfinished, store) = begin();
    drop((store, unfinished));
    assert_eq!(entries(), 0, "given up: something was left behind");

    let (unfinished, store) = begin();
    assert_eq!(mode(unfinished.folder()), 0o700);
    fs::write(unfinished.folder().join("keys.json"), b"{}").unwrap();
    drop(store);
    fs::create_dir(&target).unwrap();
    fs::write(target.join("note"), b"").unwrap();
    assert!(unfinished.finish().is_err(), "something lies in its place");
    fs::remove_file(target.join("note")).unwrap();

    let (unfinished, store) = begin();
    fs::write(unfinished.folder().join("keys.json"), b"{}").unwrap();
    drop(store);
    unfinished.finish().unwrap();
    assert!(target.join("keys.json").exists(), "what lies beside the database moves along");
    let again = SqliteStore::open(&target).unwrap();
    assert_eq!(wait(again.head(&credit())).unwrap().size, 40);
    wait(again.check()).unwrap();
}

#[test]
fn a_workspace_is_made_whole_or_not_at_all() {
    let guard = tempfile::tempdir().unwrap();
    let entries = || fs::read_dir(guard.path()).unwrap().count();
    let target = guard.path().join("desk");
    for first in [
        Commit::default(),
        records(&credit(), 1, 1),
        with_state(records(&credit(), 0, 1), registration(&credit(), "a", "1", 5).state),
    ] {
        assert!(SqliteStore::create(&target, &workspace(), &first).is_err());
        assert_eq!(entries(), 0, "something was left behind");
    }
    fs::create_dir(&target).unwrap();
    fs::write(target.join("notes.txt"), b"mine").unwrap();
    let first = records(&credit(), 0, 1);
    let refused = SqliteStore::create(&target, &workspace(), &first).err();
    assert_eq!(refused, Some(StoreError::FolderNotEmpty { path: target.clone() }));
    assert_eq!(entries(), 1);
    fs::remove_file(target.join("notes.txt")).unwrap();
    drop(SqliteStore::create(&target, &workspace(), &first).unwrap());
    assert_eq!(mode(&target), 0o700);
    assert_eq!(entries(), 1);
}

#[test]
fn a_file_that_is_not_ours_is_refused_by_its_cause() {
    type Spoil = fn(&Path);
    let cases: [(&str, Spoil); 8] = [
        ("absent", |database| fs::remove_file(database).unwrap()),
        ("empty", |database| fs::write(database, b"").unwrap()),
        ("garbage", |database| fs::write(database, [0x5a; 40_000]).unwrap()),
        ("cut in its header", |database| cut(database, 60)),
        ("cut in its first page", |database| cut(database, 3_000)),
        ("cut after some pages", |database| cut(database, 3 * 16_384)),
        ("of another application", |database| pragma(database, "application_id", 0x1234)),
        ("from the future", |database| pragma(database, "user_version", 99)),
    ];
    for (name, spoil) in cases {
        let desk = Desk::new();
        let folder = desk.folder();
        let _guard = desk.close();
        spoil(&folder.join(DATABASE));
        let error = match SqliteStore::open(&folder) {
            Err(error) => error,
            Ok(store) => wait(store.check()).expect_err(name),
        };
        println!("{name}: {error}");
        match name {
            "absent" => assert!(matches!(error, StoreError::NotFound { .. })),
            "empty" | "garbage" | "cut in its header" => {
                assert_eq!(error, StoreError::NotADatabase)
            }
            "of another application" => {
                assert_eq!(error, StoreError::ForeignApplication { found: 0x1234 });
            }
            "from the future" => {
                let known = MIGRATIONS.last().unwrap().number;
                assert_eq!(error, StoreError::NewerVersion { found: 99, known });
            }
            _ => assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}"),
        }
    }
}

#[test]
fn a_damaged_page_is_reported_and_never_a_panic() {
    let desk = Desk::new();
    for number in 0..60 {
        desk.commit(registration(&credit(), &format!("m{number}"), "1", 1 + 2 * number)).unwrap();
    }
    let folder = desk.folder();
    let _guard = desk.close();
    let whole = fs::read(folder.join(DATABASE)).unwrap();
    let (mut reported, mut tried) = (0, 0);
    for page in 1..whole.len() / 16_384 {
        let mut damaged = whole.clone();
        damaged[page * 16_384..page * 16_384 + 200].fill(0xa5);
        fs::write(folder.join(DATABASE), &damaged).unwrap();
        tried += 1;
        match SqliteStore::open(&folder) {
            Ok(store) => match wait(store.check()) {
                Err(StoreError::Damaged { .. }) => reported += 1,
                other => println!("page {page}: {other:?}"),
            },
            Err(StoreError::Damaged { .. }) => reported += 1,
            Err(other) => panic!("page {page}: {other}"),
        }
    }
    println!("{reported} of {tried} damaged pages reported");
    assert!(tried > 20 && reported == tried);
    // Negative control: the whole file is sound.
    fs::write(folder.join(DATABASE), &whole).unwrap();
    wait(SqliteStore::open(&folder).unwrap().check()).unwrap();
}

#[test]
fn records_are_never_updated_deleted_or_replaced_by_anybody() {
    let desk = Desk::new();
    desk.commit(records(&credit(), 1, 3)).unwrap();
    let other = Connection::open(desk.folder().join(DATABASE)).unwrap();
    let at = (1_i64 << 40) + 2;
    for statement in [
        "UPDATE log SET leaf = x'00'",
        "UPDATE log SET seal = NULL",
        "UPDATE log SET attestations = NULL",
        "UPDATE OR REPLACE log SET position = position + 1",
        "DELETE FROM log",
        &format!("DELETE FROM log WHERE position = {at}"),
        &format!("REPLACE INTO log (position, hashes, leaf) VALUES ({at}, x'00', x'00')"),
        &format!("INSERT INTO log (position, hashes, leaf) VALUES ({}, x'', x'')", at + 5),
        &format!(
            "INSERT INTO log (position, hashes, leaf) VALUES ({at}, x'', x'')
                  ON CONFLICT DO UPDATE SET leaf = excluded.leaf"
        ),
    ] {
        let refused = other.execute(statement, []);
        assert!(refused.is_err(), "done: {statement}");
    }
    // Negative control: the next position is free.
    let next = format!("INSERT INTO log (position, hashes, leaf) VALUES ({}, x'', x'')", at + 2);
    other.execute(&next, []).unwrap();
}

#[test]
fn a_reading_connection_cannot_write_and_a_full_disk_is_named() {
    let desk = Desk::new();
    let reader = crate::sqlite::connect::to_read(&desk.folder()).unwrap();
    let refused = reader.execute("DELETE FROM log_index", []).unwrap_err();
    assert_eq!(StoreError::from(refused), StoreError::ReadOnly);
    let writer = crate::sqlite::connect::to_write(&desk.folder()).unwrap();
    let pages: i64 = writer.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    writer.pragma_update(None, "max_page_count", pages).unwrap();
    let full = writer.execute(
        "INSERT INTO person VALUES ('person/x',?1,?1,?1,?1,?1,0,?1)",
        ["x".repeat(99_999)],
    );
    assert_eq!(StoreError::from(full.unwrap_err()), StoreError::DiskFull);
    let lock = Connection::open(desk.folder().join(DATABASE)).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    writer.busy_timeout(std::time::Duration::ZERO).unwrap();
    let busy = writer.execute_batch("BEGIN IMMEDIATE").unwrap_err();
    assert_eq!(StoreError::from(busy), StoreError::Busy);
}

#[test]
fn committed_migrations_never_change() {
    // Changing a migration that was released breaks every workspace made with it: write a new one.
    let known = [
        "97fcb35215c8cfdc5f1895696aba6004273ea438b2913f9c93055a07a7f650dc",
        "2642d9758133df26253052b4554695e95bbb080b3f50bf90ba71a9961ad7fedc",
        "d4cdac93f5a5a5700bc8059ed3e3a5521d1441317652fa6cb458ddabef4a1c95",
        "95dd862db096b4303f587eb13f33f2cb5c25b6d31eeb2990c51164c1aea51a65",
        "c00875bdc99aa25ea09bb24b84d98606cd976e20861e38b8387a75133ba83f5e",
        "24428f2d2999ea5311aeab3fb05be730f5e541f9a97be3a8c0d5439384efa993",
        "871cab0fb4f9775f2409a49ac3cafcdf556abb3c07dfe22e202a0050ec1c5a8f",
        "8a76f333de3c969ee07b10ea3bc3de36e12e3573d70fe49abfaedc931c0fa3e5",
    ];
    let found: Vec<_> =
        MIGRATIONS.iter().map(|step| ledger::Digest::of(step.sql.as_bytes()).to_hex()).collect();
    assert_eq!(found, known);
    let numbers: Vec<_> = MIGRATIONS.iter().map(|step| step.number).collect();
    assert_eq!(numbers, (1..=u32::try_from(known.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn a_workspace_of_before_keys_were_noted_keeps_its_sign_ins() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    migrate::migrate(&mut connection, folder.path(), &MIGRATIONS[..1]).unwrap();
    connection
        .execute_batch(
            "INSERT INTO person VALUES ('a', 'Ada', 'ada', 'hash of Ada', 'active', '', '', 0, '');
             INSERT INTO person VALUES ('b', 'Bob', 'bob', NULL, 'active', '', '', 0, '');",
        )
        .unwrap();
    migrate::migrate(&mut connection, folder.path(), MIGRATIONS).unwrap();
    let mut statement = connection.prepare("SELECT person_id, keyid, hash FROM sign_in").unwrap();
    let kept: Vec<(String, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(kept, [("a".to_owned(), String::new(), "hash of Ada".to_owned())]);
}

#[test]
fn requests_of_before_revocations_were_noted_have_no_conditions_and_were_not_revoked() {
    let desk = Desk::new();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    desk.commit(approval(&credit(), "credit-pd", 1, 3)).unwrap();
    let folder = desk.folder();
    let _guard = desk.close();
    let mut connection = Connection::open(folder.join(DATABASE)).unwrap();
    // As the program before wrote it.
    connection
        .execute_batch(
            "DROP TABLE draft; DROP TABLE comment;
             ALTER TABLE standing DROP COLUMN revoked_seq; PRAGMA user_version = 5;
             UPDATE standing SET votes = json_remove(votes, '$[0].conditions')
             WHERE votes IS NOT NULL;",
        )
        .unwrap();
    migrate::migrate(&mut connection, &folder, MIGRATIONS).unwrap();
    drop(connection);
    let store = SqliteStore::open(&folder).unwrap();
    let id = request_for(&model(&credit(), "credit-pd", "1", 1), 2).id;
    let request = wait(store.request(&credit(), &id)).unwrap().unwrap();
    assert_eq!(request.revoked_seq, None);
    assert_eq!(request.votes.len(), 1, "the control: it has a vote");
    assert!(request.votes[0].conditions.are_none());
}

#[test]
fn a_step_forward_is_backed_up_and_taken_whole() {
    let desk = Desk::new();
    desk.commit(records(&credit(), 1, 2)).unwrap();
    let folder = desk.folder();
    let _guard = desk.close();
    let next = MIGRATIONS.last().unwrap().number + 1;
    let backup = folder.join(format!("{DATABASE}.before-{next}"));
    let mut steps = MIGRATIONS.to_vec();
    let version = |connection: &Connection| -> u32 {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    };
    let mut connection = crate::sqlite::connect::to_write(&folder).unwrap();

    steps.push(Migration { number: next, sql: "CREATE TABLE a (b); SELECT no_such_thing;" });
    assert!(migrate::migrate(&mut connection, &folder, &steps).is_err());
    assert_eq!(version(&connection), next - 1);
    assert!(connection.execute("INSERT INTO a VALUES (1)", []).is_err(), "half a step was taken");

    steps.pop();
    steps.push(Migration { number: next, sql: "CREATE TABLE a (b);" });
    migrate::migrate(&mut connection, &folder, &steps).unwrap();
    assert_eq!(version(&connection), next);
    assert_eq!(mode(&backup), 0o600);
    let copy = Connection::open(&backup).unwrap();
    assert_eq!(version(&copy), next - 1);
    let rows: i64 = copy.query_row("SELECT count(*) FROM log", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 3);
    drop(connection);
    let refused = SqliteStore::open(&folder).err();
    assert_eq!(refused, Some(StoreError::NewerVersion { found: next, known: next - 1 }));
}

fn cut(database: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(database).unwrap().set_len(length).unwrap();
}

fn pragma(database: &Path, name: &str, value: i32) {
    Connection::open(database).unwrap().pragma_update(None, name, value).unwrap();
}
