//! Service accounts: read back as written, written once, and never in a person's place.

use governance::state::{Person, PersonStatus, ServiceAccount};
use ledger::{Actor, Digest, Role, TenantId};
use rusqlite::Connection;

use super::fixtures::*;
use crate::sqlite::{connect, files};
use crate::{SqliteStore, StateWrite, Store, StoreError};

fn service(number: u64) -> Actor {
    Actor::parse(&format!("service/{}", id(number))).unwrap()
}

fn owner() -> Person {
    Person {
        id: person(1),
        title: "Ada".to_owned(),
        title_key: "ada".to_owned(),
        sign_ins: Vec::new(),
        status: PersonStatus::Active,
        created_at: at(1),
        last_sign_in_at: None,
        failures: 0,
        last_failure_at: None,
    }
}

fn account(number: u64) -> ServiceAccount {
    ServiceAccount {
        id: service(number),
        title: "nightly build".to_owned(),
        tenant_id: credit(),
        role: Role::Analyst,
        owner: person(1),
        token_sha256: Digest::of(&number.to_be_bytes()),
        created_at: at(2),
        expires_at: at(90),
        last_used_at: None,
        revoked_at: None,
    }
}

/// A workspace with Ada, whose own log has one record.
fn desk() -> Desk {
    let desk = Desk::new();
    put(&desk, StateWrite::PutPerson(owner())).unwrap();
    desk
}

fn put(desk: &Desk, write: StateWrite) -> Result<(), StoreError> {
    let home = TenantId::workspace();
    desk.commit(with_state(records(&home, desk.size(&home), 1), vec![write]))
}

#[test]
fn a_service_account_is_read_back_as_written_used_and_revoked() {
    let desk = desk();
    let (first, second) = (account(7), account(8));
    for account in [&second, &first] {
        put(&desk, StateWrite::PutService(account.clone())).unwrap();
    }
    let used = ServiceAccount { last_used_at: Some(at(5)), ..first.clone() };
    put(&desk, StateWrite::PutService(used.clone())).unwrap();
    assert_eq!(wait(desk.store.service(&first.id)).unwrap(), Some(used.clone()));
    let revoked = ServiceAccount { revoked_at: Some(at(6)), ..used };
    put(&desk, StateWrite::PutService(revoked.clone())).unwrap();
    assert_eq!(wait(desk.store.services()).unwrap(), [revoked, second]);
    assert_eq!(wait(desk.store.service(&service(9))).unwrap(), None);
    let commit = with_state(records(&credit(), 1, 1), vec![StateWrite::PutService(account(9))]);
    assert_eq!(desk.commit(commit), Err(StoreError::StateWithoutRecord));
}

#[test]
fn what_a_token_is_never_changes_and_a_revoked_one_stays_revoked() {
    let desk = desk();
    let base = ServiceAccount { revoked_at: Some(at(6)), ..account(7) };
    put(&desk, StateWrite::PutService(base.clone())).unwrap();
    let cases = [
        ServiceAccount { title: "other".to_owned(), ..base.clone() },
        ServiceAccount { tenant_id: TenantId::workspace(), ..base.clone() },
        ServiceAccount { role: Role::Admin, ..base.clone() },
        ServiceAccount { owner: person(2), ..base.clone() },
        ServiceAccount { token_sha256: Digest::of(b"other"), ..base.clone() },
        ServiceAccount { created_at: at(1), ..base.clone() },
        ServiceAccount { expires_at: at(900), ..base.clone() },
        ServiceAccount { revoked_at: None, ..base.clone() },
        ServiceAccount { revoked_at: Some(at(7)), ..base.clone() },
    ];
    for changed in cases {
        let refused = put(&desk, StateWrite::PutService(changed.clone()));
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{changed:?}: {refused:?}");
    }
    assert_eq!(wait(desk.store.services()).unwrap(), [base]);
}

#[test]
fn the_database_itself_knows_which_kind_of_principal_stands_where() {
    let desk = desk();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    desk.commit(approval(&credit(), "credit-pd", 1, 3)).unwrap();
    let other = Connection::open(desk.folder().join(files::DATABASE)).unwrap();
    other.pragma_update(None, "foreign_keys", true).unwrap();
    let (ada, build, hash) = (person(1), service(7), Digest::of(b"token"));
    let insert = |service_id: &str, kind: &str, tenant: &str, role: &str, owner: &str| {
        format!(
            "INSERT INTO service VALUES ('{service_id}', '{kind}', 'x', '{tenant}', '{role}',
             '{owner}', '{hash}', '2026-01-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z',
             NULL, NULL)"
        )
    };
    let (ada, build) = (ada.to_string(), build.to_string());
    let vote = |actor: &str| {
        format!("UPDATE standing SET votes = '[{{\"actor\":{actor}}}]' WHERE votes IS NOT NULL")
    };
    for (forbidden, statement) in [
        ("of another kind", insert(&build, "person", "credit", "ADMIN", &ada)),
        ("with a person's id", insert(&ada, "service", "credit", "ADMIN", &ada)),
        ("with no id", insert("service/x", "service", "credit", "ADMIN", &ada)),
        ("of a fifth role", insert(&build, "service", "credit", "ROOT", &ada)),
        ("of no tenant", insert(&build, "service", "markets", "ADMIN", &ada)),
        ("of the workspace", insert(&build, "service", "_workspace", "ADMIN", &ada)),
        ("owned by a service", insert(&build, "service", "credit", "ADMIN", &build)),
        ("owned by nobody", insert(&build, "service", "credit", "ADMIN", &person(2).to_string())),
        ("that signs in", format!("UPDATE person SET person_id = '{build}'")),
        (
            "that has an account",
            format!("INSERT INTO person VALUES ('{build}','x','x','x','active','x',NULL,0,NULL)"),
        ),
        ("that votes", vote(&format!("\"{build}\""))),
        ("as a vote of the system", vote("\"system\"")),
        ("as a vote of nobody", vote("null")),
        ("that approves", format!("UPDATE standing SET approved_by = '{build}'")),
        (
            "as a new vote",
            format!(
                "INSERT INTO standing (position, status, votes)
                 VALUES (1, 'PENDING', '[{{\"actor\":\"{build}\"}}]')"
            ),
        ),
    ] {
        let refused = other.execute(&statement, []);
        println!("{forbidden}: {refused:?}");
        assert!(refused.is_err(), "done: a service account {forbidden}");
    }
    // Negative control: each of these statements works for the right kind.
    other.execute(&insert(&build, "service", "credit", "ADMIN", &ada), []).unwrap();
    assert_eq!(other.execute(&vote(&format!("\"{ada}\"")), []).unwrap(), 1);
    other.execute(&format!("UPDATE standing SET approved_by = '{ada}'"), []).unwrap();
}

#[test]
fn an_older_database_is_brought_forward_with_all_it_holds() {
    let desk = Desk::new();
    for commit in [
        with_state(records(&TenantId::workspace(), 0, 1), vec![StateWrite::PutPerson(owner())]),
        registration(&credit(), "credit-pd", "1", 1),
        approval(&credit(), "credit-pd", 1, 3),
    ] {
        desk.commit(commit).unwrap();
    }
    let folder = desk.folder();
    let guard = desk.close();
    // Back to how the step before left it.
    let connection = connect::to_write(&folder).unwrap();
    connection
        .execute_batch(
            "DROP TABLE draft; DROP TABLE comment;
             DROP TRIGGER model_card_is_sealed_by_the_primary;
             DROP TRIGGER model_card_is_sealed_anew_by_the_primary;
             DROP TRIGGER prompt_text_is_sealed_by_the_primary;
             DROP TRIGGER prompt_text_is_sealed_anew_by_the_primary;
             DROP INDEX model_version_by_secret; DROP INDEX prompt_version_by_secret;
             DROP TABLE secret;
             DROP TRIGGER standing_is_of_people; DROP TRIGGER standing_stays_of_people;
             DROP TRIGGER person_is_a_person; DROP TRIGGER person_stays_a_person;
             DROP TABLE service; ALTER TABLE standing DROP COLUMN revoked_seq;
             PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(connection);

    let store = SqliteStore::open(&folder).unwrap();
    let desk = Desk { guard, store };
    assert!(folder.join(format!("{}.before-3", files::DATABASE)).exists());
    assert_eq!((desk.size(&credit()), wait(desk.store.people()).unwrap().len()), (5, 1));
    assert_eq!(wait(desk.store.services()).unwrap(), []);
    put(&desk, StateWrite::PutService(account(7))).unwrap();
    assert_eq!(wait(desk.store.services()).unwrap(), [account(7)]);
    wait(desk.store.check()).unwrap();
}
