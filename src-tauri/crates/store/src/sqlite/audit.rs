//! Pages of the audit log under any filter, newest first.
//!
//! Invariant: the answer is that of a scan of the log from the newest record down. Records after
//! the projection's watermark are read from the log itself, older ones through one index.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::index::{self, Indexed};
use super::log::{self, TenantNumber};
use crate::{AuditQuery, PAGE_LIMIT, ResourceFilter, StoreError, StoredRow};

/// A page of records.
pub(super) fn page(
    connection: &Connection,
    query: &AuditQuery,
) -> Result<Vec<StoredRow>, StoreError> {
    let Some(number) = log::number_of(connection, &query.tenant_id)? else {
        return Ok(Vec::new());
    };
    let limit = query.limit.min(PAGE_LIMIT);
    let before = number.position(query.before.unwrap_or(u64::MAX));
    if conditions(query).is_empty() {
        return unfiltered(connection, number, before, limit);
    }
    let mark = number.position(index::watermark(connection, number)?);
    let mut rows = from_tail(connection, query, mark, before, limit)?;
    let missing = limit - u32::try_from(rows.len()).unwrap_or(limit);
    if missing > 0 {
        rows.extend(from_index(connection, query, number, before.min(mark), missing)?);
    }
    Ok(rows)
}

/// The statement and the values of a filtered page; the first three values are the bounds of the
/// tenant's records and the limit.
pub(super) fn statement(query: &AuditQuery) -> (String, Vec<Value>) {
    let (mut filters, mut values) = (String::new(), Vec::new());
    for (column, value) in conditions(query) {
        filters.push_str(&format!(" AND i.{column} = ?{}", values.len() + 4));
        values.push(Value::Text(value));
    }
    let sql = format!(
        "SELECT log.position, log.hashes, log.leaf, log.seal
         FROM log_index AS i CROSS JOIN log ON log.position = i.position
         WHERE i.position >= ?1 AND i.position < ?2{filters}
         ORDER BY i.position DESC LIMIT ?3"
    );
    (sql, values)
}

fn conditions(query: &AuditQuery) -> Vec<(&'static str, String)> {
    let mut conditions = Vec::new();
    if let Some(actor) = &query.actor {
        conditions.push(("actor", actor.to_string()));
    }
    if let Some(action) = query.action {
        conditions.push(("action", action.to_string()));
    }
    match &query.resource {
        Some(ResourceFilter::OfType(kind)) => conditions.push(("resource_type", kind.to_string())),
        Some(ResourceFilter::Exactly(kind, id)) => {
            conditions.push(("resource_type", kind.to_string()));
            conditions.push(("resource_id", id.clone()));
        }
        None => {}
    }
    if let Some(correlation) = &query.correlation_id {
        conditions.push(("correlation_id", correlation.to_string()));
    }
    conditions
}

fn matches(query: &AuditQuery, record: &Indexed) -> bool {
    query.actor.as_ref().is_none_or(|actor| *actor == record.actor)
        && query.action.is_none_or(|action| action == record.action)
        && query.correlation_id.as_ref().is_none_or(|id| *id == record.correlation_id)
        && match &query.resource {
            Some(ResourceFilter::OfType(kind)) => *kind == record.resource_type,
            Some(ResourceFilter::Exactly(kind, id)) => {
                *kind == record.resource_type && *id == record.resource_id
            }
            None => true,
        }
}

fn unfiltered(
    connection: &Connection,
    number: TenantNumber,
    before: i64,
    limit: u32,
) -> Result<Vec<StoredRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, hashes, leaf, seal FROM log WHERE position >= ?1 AND position < ?2
         ORDER BY position DESC LIMIT ?3",
    )?;
    let rows = statement
        .query_map(rusqlite::params![number.position(0), before, limit], log::stored_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_tail(
    connection: &Connection,
    query: &AuditQuery,
    mark: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<StoredRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, hashes, leaf, seal FROM log WHERE position >= ?1 AND position < ?2
         ORDER BY position DESC",
    )?;
    let mut found = statement.query([mark, before])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()?
        && rows.len() < limit as usize
    {
        let row = log::stored_row(row)?;
        if matches(query, &Indexed::of(&row.leaf)?) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn from_index(
    connection: &Connection,
    query: &AuditQuery,
    number: TenantNumber,
    before: i64,
    limit: u32,
) -> Result<Vec<StoredRow>, StoreError> {
    let (sql, filters) = statement(query);
    let bounds = [number.position(0), before, i64::from(limit)].map(Value::Integer);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map(params_from_iter(bounds.into_iter().chain(filters)), log::stored_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
