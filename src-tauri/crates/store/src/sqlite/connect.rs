//! Opening connections: the same settings for every one, and refusing what is not ours.
//!
//! Invariant: a connection that writes is in WAL mode and syncs every commit; one that reads cannot
//! write. A database of a newer version or of another application is not touched.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::files;
use crate::StoreError;

/// "CSgn": marks the database as ours (`file(1)` and SQLite read it from the header).
pub(super) const APPLICATION_ID: u32 = 0x4353_676e;
/// SQLite before 3.51.3 can lose a WAL checkpoint under several connections.
const SQLITE_NEEDED: i32 = 3_051_003;
/// How long a writer waits for another process before it says so.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// An approval with its envelopes is about 4 KiB: a page holds some, so that few commits start a
/// new one.
const PAGE_SIZE: u32 = 16_384;
const STATEMENTS_KEPT: usize = 128;

/// A connection that may write, to an existing file that is ours or empty.
pub(super) fn to_write(folder: &Path) -> Result<Connection, StoreError> {
    check_sqlite()?;
    let connection = open(folder)?;
    if connection.is_readonly("main")? {
        return Err(StoreError::ReadOnly);
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn to_read(folder: &Path) -> Result<Connection, StoreError> {
    let connection = open(folder)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A connection that reads a copy in one file and makes nothing beside it.
pub(super) fn to_read_copy(file: &Path) -> Result<Connection, StoreError> {
    let connection = open_file(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A connection to an empty file that is to hold a copy.
pub(super) fn to_fill(file: &Path) -> Result<Connection, StoreError> {
    check_sqlite()?;
    open_file(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Demands our application id; a database without tables of ours has another.
pub(super) fn check_ours(connection: &Connection) -> Result<(), StoreError> {
    let found: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if found.cast_unsigned() == APPLICATION_ID {
        Ok(())
    } else {
        Err(StoreError::ForeignApplication { found: found.cast_unsigned() })
    }
}

/// Marks a new, empty database as ours.
pub(super) fn make_ours(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    make_durable(connection)
}

/// Turns on what survives power cuts: WAL with a sync for every commit.
pub(super) fn make_durable(connection: &Connection) -> Result<(), StoreError> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::ReadOnly);
    }
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(())
}

fn open(folder: &Path) -> Result<Connection, StoreError> {
    open_file(&files::database_in(folder), OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open_file(file: &Path, how: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(file, how | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < SQLITE_NEEDED {
        return Err(StoreError::SqliteTooOld { found: rusqlite::version().to_owned() });
    }
    Ok(())
}
