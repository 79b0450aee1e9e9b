//! Versions of models and prompts: one shape, two tables.
//!
//! Invariant: what a version is was written once, with the record that made it; writing it again
//! changes its standing (decision state) and nothing else.

use ledger::{Name, SubjectKind, TenantId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::columns::collect;
use super::log::{self, TenantNumber};
use super::secrets;
use super::version_columns::{FACTS, SELECTED, VersionColumns, VersionRecord};
use crate::{NamesQuery, Newest, PAGE_LIMIT, SealedColumn, StoreError};

/// Writes a version: new, with its sealed value; or its standing.
pub(super) fn put<T: VersionRecord>(
    connection: &Connection,
    number: TenantNumber,
    record: &T,
    sealed: Option<&str>,
) -> Result<(), StoreError> {
    let columns = record.to_columns();
    let position = number.position(columns.seq);
    let facts = columns.facts(number)?;
    match facts_equal::<T>(connection, &facts)? {
        None => {
            sealed.map_or(Ok(()), |token| secrets::demand_primary(connection, token))?;
            insert::<T>(connection, facts, sealed)?;
            count_name::<T>(connection, number, &columns.name, position)?;
        }
        Some(true) if sealed.is_none() => {}
        Some(_) => {
            return Err(StoreError::Conflict {
                constraint: "a version is never written twice".to_owned(),
            });
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO standing (position, status, approved_by, approved_at, request_id)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET status = excluded.status,
             approved_by = excluded.approved_by, approved_at = excluded.approved_at,
             request_id = excluded.request_id",
        )?
        .execute(rusqlite::params![
            position,
            columns.status.as_str(),
            columns.approved_by.map(|actor| actor.to_string()),
            columns.approved_at.map(|at| at.to_string()),
            columns.request_id.as_ref().map(|id| id.as_str()),
        ])?;
    Ok(())
}

/// One version.
pub(super) fn one<T: VersionRecord>(
    connection: &Connection,
    tenant: &TenantId,
    name: &Name,
    version: &str,
) -> Result<Option<T>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let sql = format!(
        "SELECT {SELECTED} FROM {} AS v JOIN standing AS s USING (position)
         WHERE v.tenant_no = ?1 AND v.name = ?2 AND v.version = ?3",
        table::<T>()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query(rusqlite::params![number.as_i64(), name.as_str(), version])?;
    collect(rows, VersionColumns::read)?
        .pop()
        .map(|columns| T::from_columns(columns, tenant))
        .transpose()
}

/// The sealed value of a version: a card or a text, as a token.
pub(super) fn sealed<T: VersionRecord>(
    connection: &Connection,
    tenant: &TenantId,
    name: &Name,
    version: &str,
) -> Result<Option<String>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let sql = format!(
        "SELECT {} FROM {} WHERE tenant_no = ?1 AND name = ?2 AND version = ?3",
        sealed_column::<T>(),
        table::<T>()
    );
    let found: Option<Option<String>> = connection
        .prepare_cached(&sql)?
        .query_row(rusqlite::params![number.as_i64(), name.as_str(), version], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The versions of a name, newest first.
pub(super) fn all_of<T: VersionRecord>(
    connection: &Connection,
    tenant: &TenantId,
    name: &Name,
) -> Result<Vec<T>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {SELECTED} FROM subject_name AS n JOIN {} AS v
         ON v.tenant_no = n.tenant_no AND v.name = n.name JOIN standing AS s USING (position)
         WHERE n.tenant_no = ?1 AND n.kind = ?2 AND n.name_key = ?3 ORDER BY v.position DESC",
        table::<T>()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows =
        statement.query(rusqlite::params![number.as_i64(), T::KIND.as_str(), key_of(name)])?;
    collect(rows, |row| T::from_columns(VersionColumns::read(row)?, tenant))
}

/// A page of names, each with its newest version.
pub(super) fn page<T: VersionRecord>(
    connection: &Connection,
    query: &NamesQuery,
) -> Result<Vec<Newest<T>>, StoreError> {
    let Some(number) = log::number_of(connection, &query.tenant_id)? else {
        return Ok(Vec::new());
    };
    let sql = page_statement::<T>();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query(rusqlite::params![
        number.as_i64(),
        T::KIND.as_str(),
        query.after.as_ref().map(key_of).unwrap_or_default(),
        query.containing.as_ref().map(|text| text.to_lowercase()),
        query.status.map(|status| status.as_str()),
        query.limit.min(PAGE_LIMIT),
    ])?;
    collect(rows, |row| {
        Ok(Newest {
            record: T::from_columns(VersionColumns::read(row)?, &query.tenant_id)?,
            versions: row.get("versions")?,
        })
    })
}

/// The statement of [`page`].
pub(super) fn page_statement<T: VersionRecord>() -> String {
    format!(
        "SELECT {SELECTED}, n.versions FROM subject_name AS n
         CROSS JOIN {} AS v ON v.position = n.newest
         CROSS JOIN standing AS s ON s.position = n.newest
         WHERE n.tenant_no = ?1 AND n.kind = ?2 AND n.name_key > ?3
         AND (?4 IS NULL OR instr(n.name_key, ?4) > 0) AND (?5 IS NULL OR s.status = ?5)
         ORDER BY n.name_key LIMIT ?6",
        table::<T>()
    )
}

/// Whether the version at this position was written with these facts; none: there is none.
fn facts_equal<T: VersionRecord>(
    connection: &Connection,
    facts: &[Value; 12],
) -> Result<Option<bool>, StoreError> {
    let sql = format!(
        "SELECT ({FACTS}) IS (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         FROM {} WHERE position = ?1",
        table::<T>()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(facts), |row| row.get(0)).optional()?)
}

fn insert<T: VersionRecord>(
    connection: &Connection,
    facts: [Value; 12],
    sealed: Option<&str>,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO {} ({FACTS}, {})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        table::<T>(),
        sealed_column::<T>()
    );
    let sealed = sealed.map_or(Value::Null, |token| Value::Text(token.to_owned()));
    let values = facts.into_iter().chain([sealed]);
    connection.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// Counts a new version under its name. A name that differs from an existing one by case is not
/// its next version.
fn count_name<T: VersionRecord>(
    connection: &Connection,
    number: TenantNumber,
    name: &Name,
    position: i64,
) -> Result<(), StoreError> {
    let counted = connection
        .prepare_cached(
            "INSERT INTO subject_name (tenant_no, kind, name_key, name, newest, versions)
             VALUES (?1, ?2, ?3, ?4, ?5, 1)
             ON CONFLICT DO UPDATE SET newest = excluded.newest, versions = versions + 1
             WHERE name = excluded.name",
        )?
        .execute(rusqlite::params![
            number.as_i64(),
            T::KIND.as_str(),
            key_of(name),
            name.as_str(),
            position,
        ])?;
    match counted {
        0 => Err(StoreError::Conflict { constraint: "names differ by more than case".to_owned() }),
        _ => Ok(()),
    }
}

/// Names are ASCII.
pub(super) fn key_of(name: &Name) -> String {
    name.as_str().to_ascii_lowercase()
}

fn table<T: VersionRecord>() -> &'static str {
    sealed_of::<T>().table()
}

fn sealed_column<T: VersionRecord>() -> &'static str {
    sealed_of::<T>().column()
}

fn sealed_of<T: VersionRecord>() -> SealedColumn {
    match T::KIND {
        SubjectKind::Model => SealedColumn::ModelCard,
        SubjectKind::Prompt => SealedColumn::PromptText,
    }
}
