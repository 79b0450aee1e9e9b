//! Secrets: which is primary, what is sealed under each, and that nothing slips under another.

use rusqlite::Connection;

use super::fixtures::*;
use crate::{
    Commit, Resealed, RotationBegun, SealedColumn, SealedValue, SecretStanding, StateWrite, Store,
    StoreError,
};

const OLD: &str = "00000000000000aa";
const NEW: &str = "00000000000000bb";
const THIRD: &str = "00000000000000cc";

fn workspace_log() -> ledger::TenantId {
    ledger::TenantId::workspace()
}

/// A desk with this many models, prompts and comments whose cards and texts are sealed under a key.
fn desk_with(values: u64, key_id: &str) -> Desk {
    let desk = Desk::new();
    for number in 0..values {
        desk.commit(sealed(number, key_id)).unwrap();
    }
    desk
}

/// A model, a prompt and a comment, in one commit.
fn sealed(number: u64, key_id: &str) -> Commit {
    let size = 1 + 3 * number;
    let token = |what: &str| Some(format!("{key_id}:{what} {number}"));
    let name = format!("n{number}");
    let model = model(&credit(), &name, "1", size);
    let prompt = prompt(&credit(), &name, 1, size + 1);
    let state = vec![
        StateWrite::PutModel { model, card: token("card") },
        StateWrite::PutPrompt { prompt, text: token("text") },
        StateWrite::PutComment(comment(&credit(), size + 2, &format!("{key_id}:said {number}"))),
    ];
    with_state(records(&credit(), size, 3), state)
}

fn own(desk: &Desk, state: Vec<StateWrite>) -> Result<(), StoreError> {
    let size = desk.size(&workspace_log());
    desk.commit(with_state(records(&workspace_log(), size, 1), state))
}

fn begin(desk: &Desk, from: &str, to: &str) -> Result<(), StoreError> {
    let begun = RotationBegun {
        from: from.to_owned(),
        from_since: at(0),
        to: to.to_owned(),
        begun_seq: desk.size(&workspace_log()),
        begun_at: at(900),
    };
    own(desk, vec![StateWrite::BeginRotation(begun)])
}

fn end(desk: &Desk, from: &str) -> Result<(), StoreError> {
    own(desk, vec![StateWrite::EndRotation { from: from.to_owned(), ended_at: at(950) }])
}

fn anew(was: SealedValue) -> StateWrite {
    let token = was.token.replace(OLD, NEW);
    StateWrite::Reseal(Resealed { was, token })
}

fn counts(desk: &Desk) -> Vec<(String, u64)> {
    wait(desk.store.sealed_counts()).unwrap().into_iter().collect()
}

fn batch(desk: &Desk, column: SealedColumn) -> Vec<SealedValue> {
    wait(desk.store.sealed_under(OLD, column, None)).unwrap()
}

#[test]
fn a_rotation_goes_from_one_secret_to_the_next_and_none_is_left_behind() {
    let desk = desk_with(200, OLD);
    assert_eq!(wait(desk.store.secrets()).unwrap(), []);
    assert_eq!(counts(&desk), [(OLD.to_owned(), 600)]);
    begin(&desk, OLD, NEW).unwrap();
    assert_eq!(end(&desk, OLD), Err(StoreError::SecretInUse { values: 600 }));
    let mut batches = 0;
    for column in SealedColumn::ALL {
        let mut after = None;
        loop {
            let values = wait(desk.store.sealed_under(OLD, column, after.as_ref())).unwrap();
            let Some(last) = values.last() else { break };
            after = Some(last.row_id.clone());
            own(&desk, values.into_iter().map(anew).collect()).unwrap();
            batches += 1;
        }
    }
    assert!(batches >= 6, "{batches} batches");
    assert_eq!(counts(&desk), [(NEW.to_owned(), 600)]);
    end(&desk, OLD).unwrap();
    let secrets = wait(desk.store.secrets()).unwrap();
    let said: Vec<_> = secrets.iter().map(|row| (row.key_id.as_str(), row.standing)).collect();
    assert_eq!(said, [(OLD, SecretStanding::Retired), (NEW, SecretStanding::Primary)]);
    assert_eq!((secrets[0].since, secrets[0].ended_at), (at(0), Some(at(950))));
    assert_eq!((secrets[1].since, secrets[1].begun_seq), (at(900), Some(0)));
    let first = model(&credit(), "n0", "1", 1);
    let card = wait(desk.store.model_card(&credit(), &first.model_name, &first.version)).unwrap();
    assert_eq!(card, Some(format!("{NEW}:card 0")));
    let at_its_place = desk.store.sealed(&credit(), SealedColumn::ModelCard, &first.row_id);
    assert_eq!(wait(at_its_place).unwrap(), card);
    wait(desk.store.check()).unwrap();
}

#[test]
fn once_a_secret_is_primary_nothing_is_sealed_under_another() {
    let desk = desk_with(2, OLD);
    begin(&desk, OLD, NEW).unwrap();
    let primary = || StoreError::OtherSecret { primary: NEW.to_owned() };
    assert_eq!(desk.commit(sealed(2, OLD)), Err(primary()));
    desk.commit(sealed(2, NEW)).unwrap();
    let was = batch(&desk, SealedColumn::ModelCard).remove(0);
    let token = format!("{THIRD}:card 0");
    let other = StateWrite::Reseal(Resealed { was, token });
    assert_eq!(own(&desk, vec![other]), Err(primary()));
    // Neither does a program that was started before this one knew of secrets.
    let other = Connection::open(desk.folder().join("workspace.db")).unwrap();
    for statement in [
        format!("UPDATE model_version SET card = '{OLD}:x'"),
        format!("UPDATE prompt_version SET text = '{OLD}:x'"),
        format!("UPDATE comment SET text = '{OLD}:x'"),
        format!(
            "INSERT INTO comment SELECT position + 90, tenant_no, row_id || 'x', '{OLD}:x'
             FROM comment"
        ),
        format!(
            "INSERT INTO prompt_version SELECT position + 90, tenant_no, row_id || 'x', name || 'x',
             version, digest, tier, documents, makers, author, reason, created_at, '{OLD}:x'
             FROM prompt_version"
        ),
    ] {
        let refused = other.execute(&statement, []).unwrap_err().to_string();
        assert!(refused.contains("under the primary secret"), "{refused}");
    }
}

#[test]
fn a_rotation_that_does_not_fit_what_is_on_record_is_refused_whole() {
    let desk = desk_with(2, OLD);
    let refused = |done: Result<(), StoreError>| {
        assert!(matches!(done, Err(StoreError::Conflict { .. })), "{done:?}");
    };
    refused(end(&desk, THIRD));
    begin(&desk, OLD, NEW).unwrap();
    refused(begin(&desk, OLD, THIRD));
    refused(begin(&desk, NEW, THIRD));
    refused(begin(&desk, NEW, OLD));
    let mut was = batch(&desk, SealedColumn::PromptText).remove(0);
    was.token.push('x');
    refused(own(&desk, vec![anew(was)]));
    let secrets = wait(desk.store.secrets()).unwrap();
    let said: Vec<_> = secrets.iter().map(|row| (row.key_id.as_str(), row.standing)).collect();
    assert_eq!(said, [(OLD, SecretStanding::Reading), (NEW, SecretStanding::Primary)]);
    assert_eq!(counts(&desk), [(OLD.to_owned(), 6)]);
}

#[test]
fn a_batch_is_bounded_by_its_size_as_well() {
    let desk = Desk::new();
    for number in 0..6 {
        let size = 1 + number;
        let prompt = prompt(&credit(), &format!("n{number}"), 1, size);
        let text = Some(format!("{OLD}:{}", "x".repeat(1_500_000)));
        let put = vec![StateWrite::PutPrompt { prompt, text }];
        desk.commit(with_state(records(&credit(), size, 1), put)).unwrap();
    }
    assert_eq!(batch(&desk, SealedColumn::PromptText).len(), 3);
}

#[test]
fn counting_and_finding_read_an_index_and_no_value() {
    let desk = desk_with(1, OLD);
    let connection = Connection::open(desk.folder().join("workspace.db")).unwrap();
    for sealed in SealedColumn::ALL {
        let (table, column) = (sealed.table(), sealed.column());
        let plan: String = connection
            .query_row(
                &format!(
                    "EXPLAIN QUERY PLAN SELECT substr({column}, 1, 16), count(*) FROM {table}
                     WHERE {column} IS NOT NULL GROUP BY substr({column}, 1, 16)"
                ),
                [],
                |row| row.get(3),
            )
            .unwrap();
        assert!(plan.contains(&format!("INDEX {table}_by_secret")), "{plan}");
    }
}

#[test]
fn a_workspace_from_before_secrets_were_counted_is_brought_forward() {
    use crate::sqlite::{connect, migrate};
    let desk = desk_with(3, OLD);
    let folder = desk.folder();
    let _guard = desk.close();
    let mut connection = connect::to_write(&folder).unwrap();
    // Back to how the step before left it, comments and drafts aside.
    connection
        .execute_batch(
            "DROP TABLE draft; DROP TABLE comment;
             DROP TRIGGER model_card_is_sealed_by_the_primary;
             DROP TRIGGER model_card_is_sealed_anew_by_the_primary;
             DROP TRIGGER prompt_text_is_sealed_by_the_primary;
             DROP TRIGGER prompt_text_is_sealed_anew_by_the_primary;
             DROP INDEX model_version_by_secret; DROP INDEX prompt_version_by_secret;
             DROP TABLE secret; ALTER TABLE standing DROP COLUMN revoked_seq;
             PRAGMA user_version = 3;",
        )
        .unwrap();
    migrate::migrate(&mut connection, &folder, migrate::MIGRATIONS).unwrap();
    drop(connection);
    let store = crate::SqliteStore::open(&folder).unwrap();
    assert_eq!(wait(store.sealed_counts()).unwrap().get(OLD), Some(&6));
    assert_eq!(wait(store.secrets()).unwrap(), []);
}
