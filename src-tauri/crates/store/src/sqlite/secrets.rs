//! Secrets by the ids of their keys, and the values sealed under each.
//!
//! Invariant: a value is written under the primary secret or not at all, and a secret is retired
//! only when no value is left under it: both are looked at in the transaction that writes. Values of
//! all tenants are sealed under one secret, so that counting and batches go over all of them.

use std::collections::BTreeMap;

use ledger::{RecordId, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use super::columns::{collect, parsed, parsed_if_any, unsigned};
use super::log;
use crate::{
    Resealed, RotationBegun, SealedColumn, SealedValue, SecretRow, SecretStanding, StoreError,
};

/// Most values of a batch.
const BATCH_VALUES: u32 = 128;
/// Characters after which a batch takes no further value.
const BATCH_CHARACTERS: usize = 4 << 20;

/// Every secret on record, oldest first. None: the workspace has its first secret only.
pub(super) fn all(connection: &Connection) -> Result<Vec<SecretRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key_id, standing, since, begun_seq, ended_at FROM secret ORDER BY since, key_id",
    )?;
    collect(statement.query([])?, |row| {
        Ok(SecretRow {
            key_id: row.get("key_id")?,
            standing: standing(row)?,
            since: parsed(row, "since", Timestamp::parse)?,
            begun_seq: row.get::<_, Option<i64>>("begun_seq")?.map(unsigned).transpose()?,
            ended_at: parsed_if_any(row, "ended_at", Timestamp::parse)?,
        })
    })
}

fn standing(row: &Row<'_>) -> Result<SecretStanding, StoreError> {
    let word: String = row.get("standing")?;
    [SecretStanding::Primary, SecretStanding::Reading, SecretStanding::Retired]
        .into_iter()
        .find(|standing| standing.as_str() == word)
        .ok_or_else(|| StoreError::damaged("the standing of a secret"))
}

/// How many values begin with which key's id.
pub(super) fn counts(connection: &Connection) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut counts = BTreeMap::new();
    for sealed in SealedColumn::ALL {
        let (table, column) = (sealed.table(), sealed.column());
        let mut statement = connection.prepare_cached(&format!(
            "SELECT substr({column}, 1, 16) AS key_id, count(*) AS sealed FROM {table}
             WHERE {column} IS NOT NULL GROUP BY substr({column}, 1, 16)"
        ))?;
        let rows = collect(statement.query([])?, |row| {
            Ok((row.get::<_, String>("key_id")?, unsigned(row.get("sealed")?)?))
        })?;
        for (key_id, values) in rows {
            *counts.entry(key_id).or_default() += values;
        }
    }
    Ok(counts)
}

/// The next values of a column under this key, by row id from after this one on.
pub(super) fn batch(
    connection: &Connection,
    key_id: &str,
    sealed: SealedColumn,
    after: Option<&RecordId>,
) -> Result<Vec<SealedValue>, StoreError> {
    let (table, column) = (sealed.table(), sealed.column());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT t.tenant_id, v.row_id, v.{column} AS token
         FROM {table} AS v JOIN tenant_log AS t USING (tenant_no)
         WHERE v.{column} IS NOT NULL AND substr(v.{column}, 1, 16) = ?1 AND v.row_id > ?2
         ORDER BY v.row_id LIMIT ?3"
    ))?;
    let after = after.map_or("", RecordId::as_str);
    let mut rows = statement.query(rusqlite::params![key_id, after, BATCH_VALUES])?;
    let (mut values, mut characters) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let token: String = row.get("token")?;
        characters += token.len();
        values.push(SealedValue {
            tenant_id: parsed(row, "tenant_id", TenantId::parse)?,
            column: sealed,
            row_id: parsed(row, "row_id", RecordId::parse)?,
            token,
        });
        if characters >= BATCH_CHARACTERS {
            break;
        }
    }
    Ok(values)
}

/// The value at one place.
pub(super) fn one(
    connection: &Connection,
    tenant: &TenantId,
    sealed: SealedColumn,
    row_id: &RecordId,
) -> Result<Option<String>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let (table, column) = (sealed.table(), sealed.column());
    let found: Option<Option<String>> = connection
        .prepare_cached(&format!(
            "SELECT {column} FROM {table} WHERE tenant_no = ?1 AND row_id = ?2"
        ))?
        .query_row(rusqlite::params![number.as_i64(), row_id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// Refuses a value that is sealed under another secret than the primary one.
pub(super) fn demand_primary(connection: &Connection, token: &str) -> Result<(), StoreError> {
    let primary: Option<String> = connection
        .prepare_cached("SELECT key_id FROM secret WHERE standing = 'primary'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    match primary {
        Some(primary) if token.split_once(':').is_none_or(|(key_id, _)| key_id != primary) => {
            Err(StoreError::OtherSecret { primary })
        }
        Some(_) | None => Ok(()),
    }
}

/// Another secret is primary from now on; the one before stays for reading.
pub(super) fn begin(connection: &Connection, begun: &RotationBegun) -> Result<(), StoreError> {
    let is_first = all(connection)?.is_empty();
    if is_first {
        connection
            .prepare_cached("INSERT INTO secret (key_id, standing, since) VALUES (?1, ?2, ?3)")?
            .execute(rusqlite::params![
                begun.from,
                SecretStanding::Primary.as_str(),
                begun.from_since.to_string()
            ])?;
    }
    let begun_seq = i64::try_from(begun.begun_seq).map_err(StoreError::damaged)?;
    move_on(connection, &begun.from, (SecretStanding::Primary, SecretStanding::Reading), None)?;
    connection
        .prepare_cached(
            "INSERT INTO secret (key_id, standing, since, begun_seq) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(rusqlite::params![
            begun.to,
            SecretStanding::Primary.as_str(),
            begun.begun_at.to_string(),
            begun_seq
        ])?;
    Ok(())
}

/// Writes a value's new token over the one that was read.
pub(super) fn reseal(connection: &Connection, resealed: &Resealed) -> Result<(), StoreError> {
    let was = &resealed.was;
    demand_primary(connection, &resealed.token)?;
    let (table, column) = (was.column.table(), was.column.column());
    let number = log::number_of(connection, &was.tenant_id)?.ok_or(StoreError::UnknownTenant)?;
    let written = connection
        .prepare_cached(&format!(
            "UPDATE {table} SET {column} = ?1
             WHERE tenant_no = ?2 AND row_id = ?3 AND {column} = ?4"
        ))?
        .execute(rusqlite::params![
            resealed.token,
            number.as_i64(),
            was.row_id.as_str(),
            was.token
        ])?;
    match was.column {
        // It was kept again meanwhile, under the primary secret, or it is gone.
        SealedColumn::DraftText => Ok(()),
        SealedColumn::PromptText | SealedColumn::ModelCard | SealedColumn::CommentText => {
            demand_one(written, "a sealed value is still as it was read")
        }
    }
}

/// The secret that was primary before is needed no more: not one value is left under it.
pub(super) fn end(
    connection: &Connection,
    from: &str,
    ended_at: Timestamp,
) -> Result<(), StoreError> {
    if let Some(values) = counts(connection)?.get(from) {
        return Err(StoreError::SecretInUse { values: *values });
    }
    let ended = (SecretStanding::Reading, SecretStanding::Retired);
    move_on(connection, from, ended, Some(ended_at))
}

fn move_on(
    connection: &Connection,
    key_id: &str,
    (before, after): (SecretStanding, SecretStanding),
    ended_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let written = connection
        .prepare_cached(
            "UPDATE secret SET standing = ?1, ended_at = ?2 WHERE key_id = ?3 AND standing = ?4",
        )?
        .execute(rusqlite::params![
            after.as_str(),
            ended_at.map(|at| at.to_string()),
            key_id,
            before.as_str()
        ])?;
    demand_one(written, "a secret is what the rotation takes it for")
}

fn demand_one(written: usize, constraint: &str) -> Result<(), StoreError> {
    match written {
        1 => Ok(()),
        _ => Err(StoreError::Conflict { constraint: constraint.to_owned() }),
    }
}
