//! The newest checkpoint of each log.
//!
//! Invariant: a checkpoint is only ever replaced by one of a larger size. Whether it is consistent
//! with the log is judged by who signs it.

use ledger::TenantId;
use rusqlite::{Connection, OptionalExtension};

use super::log;
use crate::{StoreError, StoredCheckpoint};

/// Keeps it if it is newer.
pub(super) fn put(
    connection: &Connection,
    tenant: &TenantId,
    checkpoint: &StoredCheckpoint,
) -> Result<(), StoreError> {
    let number = log::number_of(connection, tenant)?.ok_or(StoreError::UnknownTenant)?;
    let size = i64::try_from(checkpoint.size).map_err(|_| StoreError::Conflict {
        constraint: "a checkpoint is no larger than a log can be".to_owned(),
    })?;
    connection
        .prepare_cached(
            "INSERT INTO checkpoint (tenant_no, size, note) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET size = excluded.size, note = excluded.note
             WHERE excluded.size > size",
        )?
        .execute(rusqlite::params![number.as_i64(), size, checkpoint.note])?;
    Ok(())
}

/// The one that is kept.
pub(super) fn newest(
    connection: &Connection,
    tenant: &TenantId,
) -> Result<Option<StoredCheckpoint>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let found: Option<(i64, String)> = connection
        .prepare_cached("SELECT size, note FROM checkpoint WHERE tenant_no = ?1")?
        .query_row([number.as_i64()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found
        .map(|(size, note)| {
            let size = u64::try_from(size).map_err(StoreError::damaged)?;
            Ok(StoredCheckpoint { size, note })
        })
        .transpose()
}
