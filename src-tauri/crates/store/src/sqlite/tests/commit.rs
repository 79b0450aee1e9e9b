//! All or nothing, in order, once, and seen by every process.

use ledger::{Digest, tree};
use rusqlite::Connection;

use super::fixtures::*;
use crate::sqlite::connect;
use crate::sqlite::writer::{Syncing, Writer};
use crate::{Commit, Idempotency, SqliteStore, StateWrite, Store, StoreError, StoredCheckpoint};

#[test]
fn a_log_folds_to_the_root_of_its_leaves_whatever_the_commits() {
    let desk = Desk::new();
    let sizes = [1_u64, 2, 1, 7, 64, 3, 1, 100, 5];
    let mut hashes = vec![tree::leaf_hash(&row(&credit(), 0).leaf)];
    for count in sizes {
        let size = desk.size(&credit());
        let commit = records(&credit(), size, count);
        hashes.extend(commit.rows.iter().map(|row| tree::leaf_hash(&row.leaf)));
        let heads = wait(desk.store.commit(commit)).unwrap();
        let expected = tree::root_of(hashes.iter().copied());
        assert_eq!(heads[0].1.root, expected);
        assert_eq!(wait(desk.store.head(&credit())).unwrap(), heads[0].1);
        assert_eq!(wait(desk.store.size(&credit())).unwrap(), heads[0].1.size);
        assert_eq!(wait(desk.store.size(&tenant("credit-2"))).unwrap(), 0, "has no log");
        assert_eq!(heads[0].1.last_stamp, Some(at(size + count - 1)));
    }
    let rows = wait(desk.store.rows(&credit(), 0, 1000)).unwrap();
    assert_eq!(rows.len(), hashes.len());
    for level in 0..8_u32 {
        for index in 0..hashes.len() >> level {
            let place = tree::StoredHash::of_subtree(level, index as u64);
            let stored = &rows[place.row_index as usize].hashes[place.offset()..][..32];
            let leaves = &hashes[index << level..(index + 1) << level];
            assert_eq!(stored, tree::root_of(leaves.iter().copied()).as_bytes());
        }
    }
    assert_eq!(wait(desk.store.row(&credit(), 3)).unwrap().unwrap().leaf, row(&credit(), 3).leaf);
    assert_eq!(wait(desk.store.row(&credit(), 10_000)).unwrap(), None);
}

#[test]
fn a_commit_that_cannot_be_written_whole_leaves_no_trace() {
    let desk = Desk::new();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    let wrong_seq = |mut commit: Commit| {
        commit.rows[1].seq += 1;
        commit
    };
    let other_leaf = |mut commit: Commit| {
        commit.rows[1].leaf = row(&credit(), 9).leaf;
        commit
    };
    let other_tenant = |mut commit: Commit| {
        commit.rows[1].leaf = row(&tenant("fraud"), 4).leaf;
        commit
    };
    let no_record = |mut commit: Commit| {
        commit.rows[1].leaf = b"{}".to_vec();
        commit
    };
    let repeated = |mut commit: Commit| {
        commit.attestations.push(commit.attestations[0].clone());
        commit
    };
    let foreign_attestation = |mut commit: Commit| {
        commit.attestations[0].tenant_id = tenant("fraud");
        commit
    };
    let foreign_state = |mut commit: Commit| {
        let fraud = model(&tenant("fraud"), "x", "1", 3);
        commit.state.push(StateWrite::PutModel { model: fraud, card: None });
        commit
    };
    let changed_fact = |mut commit: Commit| {
        let mut other = model(&credit(), "credit-pd", "1", 1);
        other.checksum = ledger::SubjectDigest::Sha256(Digest::of(b"other bytes"));
        commit.state.push(StateWrite::PutModel { model: other, card: None });
        commit
    };
    let approve = || approval(&credit(), "credit-pd", 1, 3);
    let cases: Vec<(&str, Commit)> = vec![
        ("wrong seq", wrong_seq(approve())),
        ("leaf of another seq", other_leaf(approve())),
        ("leaf of another tenant", other_tenant(approve())),
        ("no record", no_record(approve())),
        ("repeated attestation", repeated(approve())),
        ("foreign attestation", foreign_attestation(approve())),
        ("foreign state", foreign_state(approve())),
        ("changed fact", changed_fact(approve())),
        ("head moved", Commit { expected: vec![(credit(), 2)], ..approve() }),
        ("no expectation", Commit { expected: vec![], ..approve() }),
        ("no rows", Commit { rows: vec![], ..approve() }),
        ("nothing", Commit::default()),
    ];
    let before = contents(&desk);
    for (name, commit) in cases {
        let error = desk.commit(commit).unwrap_err();
        println!("{name}: {error}");
        assert_eq!(contents(&desk), before, "{name} left a trace");
    }
    // The writer goes on from where it was.
    desk.commit(approve()).unwrap();
    assert_ne!(contents(&desk), before);
}

#[test]
fn state_without_a_record_of_its_tenant_is_refused() {
    let desk = Desk::new();
    let put = |tenant| StateWrite::PutModel { model: model(tenant, "a", "1", 1), card: None };
    let fraud = tenant("fraud");
    for commit in [
        Commit { rows: vec![], ..registration(&credit(), "a", "1", 1) },
        with_state(records(&credit(), 1, 2), vec![put(&fraud)]),
        Commit { attestations: vec![attestation(&credit(), 1, 10)], ..Commit::default() },
    ] {
        assert_eq!(desk.commit(commit), Err(StoreError::StateWithoutRecord));
    }
}

#[test]
fn a_failure_at_the_audit_insert_takes_the_state_with_it() {
    let desk = Desk::new();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    let folder = desk.folder();
    // Somebody wrote a row behind the writer's back: the insert of record 4 fails after 3 went in.
    let other = Connection::open(folder.join("workspace.db")).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON log WHEN NEW.position & 1099511627775 = 4
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
        )
        .unwrap();
    let before = contents(&desk);
    let failed = desk.commit(approval(&credit(), "credit-pd", 1, 3));
    assert!(matches!(failed, Err(StoreError::Conflict { .. })), "{failed:?}");
    assert_eq!(contents(&desk), before);
    other.execute_batch("DROP TRIGGER full").unwrap();
    desk.commit(approval(&credit(), "credit-pd", 1, 3)).unwrap();
    let found = wait(desk.store.model(
        &credit(),
        &ledger::Name::parse("credit-pd").unwrap(),
        &ledger::Version::parse("1").unwrap(),
    ));
    assert_eq!(found.unwrap().unwrap().status, ledger::Status::Approved);
}

#[test]
fn two_processes_on_one_file_lose_nothing_and_see_each_other() {
    let desk = Desk::new();
    let other = SqliteStore::open(&desk.folder()).unwrap();
    let stores = [&desk.store, &other];
    let (mut moved, mut written) = (0, 0);
    let mut sizes = [1_u64, 1];
    for turn in 0..200_usize {
        let which = (turn * 7 + turn / 5) % 2;
        match wait(stores[which].commit(records(&credit(), sizes[which], 1))) {
            Ok(heads) => {
                written += 1;
                sizes[which] = heads[0].1.size;
            }
            Err(StoreError::HeadMoved { actual, .. }) => {
                moved += 1;
                sizes[which] = actual;
            }
            Err(error) => panic!("{error}"),
        }
    }
    println!("{written} written, {moved} refused because the other was faster");
    assert!(moved > 20 && written > 20);
    let rows = wait(other.rows(&credit(), 0, 1000)).unwrap();
    assert_eq!(rows.len(), written + 1);
    let root = tree::root_of(rows.iter().map(|row| tree::leaf_hash(&row.leaf)));
    for store in stores {
        assert_eq!(wait(store.head(&credit())).unwrap().root, root);
    }
}

#[test]
fn the_same_key_is_answered_once_and_remembered() {
    let desk = Desk::new();
    let done =
        |key: &str| Some(Idempotency { key: key.to_owned(), answer: format!("answer to {key}") });
    let commit = Commit { idempotency: done("k1"), ..records(&credit(), 1, 1) };
    desk.commit(commit).unwrap();
    let remembered = |key| wait(desk.store.idempotent(key)).unwrap();
    for _ in 0..2 {
        assert_eq!(remembered("k1").as_deref(), Some("answer to k1"));
        assert_eq!(remembered("k2"), None);
        let again = Commit { idempotency: done("k1"), ..records(&credit(), 2, 1) };
        let answer = "answer to k1".to_owned();
        assert_eq!(desk.commit(again), Err(StoreError::AlreadyDone { answer }));
        // From the tail first, then from the projection.
        wait(desk.store.rebuild_index()).unwrap();
    }
    assert_eq!(desk.size(&credit()), 2);
}

#[test]
fn attestations_are_found_by_digest_in_their_own_tenant_only() {
    let desk = Desk::new();
    let (fraud, statements) =
        (tenant("fraud"), [1, 2, 3].map(|number| attestation(&credit(), number, 500)));
    let digests = statements.clone().map(|row| row.payload_sha256);
    let commit = Commit { attestations: statements.to_vec(), ..records(&credit(), 1, 2) };
    desk.commit(commit).unwrap();
    desk.commit(records(&fraud, 0, 1)).unwrap();
    for _ in 0..2 {
        let found = wait(desk.store.attestations(&credit(), &digests)).unwrap();
        assert_eq!(found.len(), 3);
        for statement in &statements {
            assert_eq!(found[&statement.payload_sha256], statement.envelope);
        }
        assert!(wait(desk.store.attestations(&fraud, &digests)).unwrap().is_empty());
        let twice =
            Commit { attestations: vec![attestation(&fraud, 2, 500)], ..records(&fraud, 1, 1) };
        assert_eq!(desk.commit(twice), Err(StoreError::AttestationRepeated));
        wait(desk.store.rebuild_index()).unwrap();
    }
}

#[test]
fn a_checkpoint_only_moves_forward() {
    let desk = Desk::new();
    let note = |size| StoredCheckpoint { size, note: format!("note at {size}") };
    assert_eq!(wait(desk.store.checkpoint(&credit())).unwrap(), None);
    for (put, kept) in [(3, 3), (2, 3), (3, 3), (7, 7), (1, 7)] {
        wait(desk.store.put_checkpoint(&credit(), note(put))).unwrap();
        assert_eq!(wait(desk.store.checkpoint(&credit())).unwrap(), Some(note(kept)));
    }
    let unknown = wait(desk.store.put_checkpoint(&tenant("nobody"), note(1)));
    assert_eq!(unknown, Err(StoreError::UnknownTenant));
}

#[test]
fn an_audited_approval_writes_few_frames() {
    let desk = Desk::new();
    let approvals = 100_u64;
    for number in 0..approvals {
        let made_at = 1 + 2 * number;
        desk.commit(registration(&credit(), &format!("m{number}"), "1", made_at)).unwrap();
    }
    let folder = desk.folder();
    let _guard = desk.close();
    // Without its thread the writer fills no projection meanwhile: the count does not vary.
    let connection = connect::to_write(&folder).unwrap();
    connect::make_durable(&connection).unwrap();
    let mut writer = Writer::new(connection, Syncing::EveryCommit).unwrap();
    let database = Connection::open(folder.join("workspace.db")).unwrap();
    let page_size: u32 = database.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    let mut frames = 0;
    for number in 0..approvals {
        // The WAL starts anew, so its length is what this commit wrote.
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let size = 1 + 2 * (approvals + number);
        let mut commit = approval(&credit(), &format!("m{number}"), 1 + 2 * number, size);
        let answer = "a short answer".to_owned();
        commit.idempotency = Some(Idempotency { key: id(size), answer });
        writer.commit(&commit).unwrap();
        let length = std::fs::metadata(folder.join("workspace.db-wal")).unwrap().len();
        frames += (length - 32) / u64::from(page_size + 24);
    }
    println!("{frames} frames of {page_size} bytes for {approvals} audited approvals");
    assert!(frames >= approvals && frames <= 3 * approvals);
}

/// Everything that is stored, but for the projection and what only SQLite keeps.
fn contents(desk: &Desk) -> Vec<String> {
    let database = Connection::open(desk.folder().join("workspace.db")).unwrap();
    let mut found = Vec::new();
    for table in [
        "tenant_log",
        "log",
        "checkpoint",
        "tenant",
        "person",
        "standing",
        "subject_name",
        "model_version",
        "prompt_version",
        "request",
    ] {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap()));
            found.push(format!("{table}: {}", values.collect::<Vec<_>>().join(" ")));
        }
    }
    found
}
