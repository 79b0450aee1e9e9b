//! The migrator: numbered files, each applied once, in one transaction, after a backup.
//!
//! Invariant: a migration that was committed never changes (a test holds its SHA-256), and
//! `user_version` is the number of the last one applied. It will not go back.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::files;
use crate::StoreError;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    /// Its number, from 1 without gaps.
    pub(super) number: u32,
    /// Its statements.
    pub(super) sql: &'static str,
}

/// Every step, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, sql: include_str!("migrations/0001_workspace.sql") },
    Migration { number: 2, sql: include_str!("migrations/0002_sign_ins.sql") },
    Migration { number: 3, sql: include_str!("migrations/0003_service.sql") },
    Migration { number: 4, sql: include_str!("migrations/0004_secret.sql") },
    Migration { number: 5, sql: include_str!("migrations/0005_open_requests.sql") },
    Migration { number: 6, sql: include_str!("migrations/0006_revocation.sql") },
    Migration { number: 7, sql: include_str!("migrations/0007_comment.sql") },
    Migration { number: 8, sql: include_str!("migrations/0008_draft.sql") },
];

/// Brings the schema to the newest of these versions. Before each step of a database that holds
/// data, a copy is put beside it (`workspace.db.before-<number>`).
pub(super) fn migrate(
    connection: &mut Connection,
    folder: &Path,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let found = check_known(connection, migrations)?;
    for migration in migrations.iter().filter(|migration| migration.number > found) {
        // One that was begun just now holds nothing yet.
        if found > 0 {
            back_up(connection, folder, migration.number)?;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have taken this step meanwhile.
        if version_of(&transaction)? < migration.number {
            transaction.execute_batch(migration.sql)?;
            transaction.pragma_update(None, "user_version", migration.number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// The version of the data, if it is not newer than these migrations.
pub(super) fn check_known(
    connection: &Connection,
    migrations: &[Migration],
) -> Result<u32, StoreError> {
    let found = version_of(connection)?;
    let known = migrations.last().map_or(0, |migration| migration.number);
    if found > known { Err(StoreError::NewerVersion { found, known }) } else { Ok(found) }
}

fn version_of(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn back_up(connection: &Connection, folder: &Path, number: u32) -> Result<(), StoreError> {
    let copy = folder.join(format!("{}.before-{number}", files::DATABASE));
    match std::fs::remove_file(&copy) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(StoreError::of_io(&error, &copy)),
    }
    files::make_private_file(&copy)?;
    let path = copy.to_str().ok_or_else(|| StoreError::Io {
        reason: "the folder's name is not UTF-8, so no backup can be named".to_owned(),
    })?;
    connection.execute("VACUUM INTO ?1", [path])?;
    Ok(())
}
