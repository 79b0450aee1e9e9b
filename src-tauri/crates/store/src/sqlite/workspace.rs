//! The workspace's own row, and the check of the whole file.
//!
//! Invariant: the row is written once, when the workspace is made.

use ledger::{Timestamp, WorkspaceId};
use rusqlite::Connection;

use crate::{StoreError, WorkspaceKind, WorkspaceRow};

const OWN: &str = "own";
const DEMO: &str = "demo";

/// Writes it.
pub(super) fn put(connection: &Connection, workspace: &WorkspaceRow) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO workspace (only_one, id, title, created_at, kdf_salt, kdf_iterations,
         key_storage, kind) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![
            workspace.id.as_str(),
            workspace.title,
            workspace.created_at.to_string(),
            workspace.kdf_salt,
            workspace.kdf_iterations,
            workspace.key_storage,
            match workspace.kind {
                WorkspaceKind::Own => OWN,
                WorkspaceKind::Demo => DEMO,
            },
        ],
    )?;
    Ok(())
}

/// Reads it.
pub(super) fn read(connection: &Connection) -> Result<WorkspaceRow, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, title, created_at, kdf_salt, kdf_iterations, key_storage, kind FROM workspace",
    )?;
    let mut rows = statement.query([])?;
    let row = rows.next()?.ok_or_else(|| StoreError::damaged("the workspace's row is missing"))?;
    let (id, created_at, kind): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(6)?);
    Ok(WorkspaceRow {
        id: WorkspaceId::parse(&id).map_err(StoreError::damaged)?,
        title: row.get(1)?,
        created_at: Timestamp::parse(&created_at).map_err(StoreError::damaged)?,
        kdf_salt: row.get(3)?,
        kdf_iterations: row.get(4)?,
        key_storage: row.get(5)?,
        kind: if kind == DEMO { WorkspaceKind::Demo } else { WorkspaceKind::Own },
    })
}

/// Reads every page and index entry (`PRAGMA quick_check`) and every reference.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(StoreError::damaged(found));
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    match statement.query([])?.next()? {
        Some(row) => Err(StoreError::damaged(format!(
            "a row of {} refers to nothing",
            row.get::<_, String>(0)?
        ))),
        None => Ok(()),
    }
}
