//! The projection that searches the log: filled after commits, up to a watermark, from the log.
//!
//! Invariant: whatever a question asks, projection up to the watermark plus the tail after it give
//! the same answer as a scan of the log. The projection holds nothing that the log does not.

use std::collections::BTreeMap;

use ledger::{Action, Actor, CorrelationId, ResourceType, TenantId};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::Deserialize;

use super::log::{self, TenantNumber};
use crate::{Facets, StoreError};

/// What the projection holds of a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Indexed {
    pub(super) action: Action,
    pub(super) actor: Actor,
    pub(super) correlation_id: CorrelationId,
    pub(super) resource_id: String,
    pub(super) resource_type: ResourceType,
}

impl Indexed {
    pub(super) fn of(leaf: &[u8]) -> Result<Self, StoreError> {
        serde_json::from_slice(leaf).map_err(|_| StoreError::damaged("a leaf is no record"))
    }
}

/// A row as the projection reads it.
struct TailRow {
    position: i64,
    leaf: Vec<u8>,
    attestations: Option<Vec<u8>>,
    idempotency_key: Option<String>,
}

/// Takes up to `limit` records of each log into the projection; says how many it took.
pub(super) fn advance(connection: &mut Connection, limit: u32) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut taken = 0;
    for number in log::all_numbers(&transaction)? {
        let mark = watermark(&transaction, number)?;
        let rows = tail(&transaction, number, mark, limit)?;
        if rows.is_empty() {
            continue;
        }
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        take(&transaction, number, &rows)?;
        set_watermark(&transaction, number, mark + count)?;
        taken += count;
    }
    transaction.commit()?;
    Ok(taken)
}

/// Empties the projection, so that [`advance`] builds it again.
pub(super) fn clear(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "DELETE FROM log_index; DELETE FROM log_facet; DELETE FROM attestation_index;
         DELETE FROM idempotency_index; DELETE FROM log_watermark;",
    )?;
    Ok(transaction.commit()?)
}

/// How many records of a log the projection holds.
pub(super) fn watermark(connection: &Connection, number: TenantNumber) -> Result<u64, StoreError> {
    let size: Option<i64> = connection
        .prepare_cached("SELECT size FROM log_watermark WHERE tenant_no = ?1")?
        .query_row([number.as_i64()], |row| row.get(0))
        .optional()?;
    u64::try_from(size.unwrap_or(0)).map_err(StoreError::damaged)
}

/// What the filters of the audit page offer.
pub(super) fn facets(connection: &Connection, tenant: &TenantId) -> Result<Facets, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(Facets::default()) };
    let (mut actors, mut actions) = (BTreeMap::new(), BTreeMap::new());
    let mut statement = connection
        .prepare_cached("SELECT facet, word, records FROM log_facet WHERE tenant_no = ?1")?;
    let mut found = statement.query([number.as_i64()])?;
    while let Some(row) = found.next()? {
        let (facet, word): (String, String) = (row.get(0)?, row.get(1)?);
        let records = u64::try_from(row.get::<_, i64>(2)?).map_err(StoreError::damaged)?;
        if facet == "actor" {
            actors.insert(Actor::parse(&word).map_err(StoreError::damaged)?, records);
        } else {
            actions.insert(Action::parse(&word).map_err(StoreError::damaged)?, records);
        }
    }
    for row in tail(connection, number, watermark(connection, number)?, u32::MAX)? {
        let indexed = Indexed::of(&row.leaf)?;
        *actors.entry(indexed.actor).or_default() += 1;
        *actions.entry(indexed.action).or_default() += 1;
    }
    Ok(Facets { actors: actors.into_iter().collect(), actions: actions.into_iter().collect() })
}

fn tail(
    connection: &Connection,
    number: TenantNumber,
    from: u64,
    limit: u32,
) -> Result<Vec<TailRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, leaf, attestations, idempotency_key FROM log
         WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3",
    )?;
    let rows = statement.query_map(
        rusqlite::params![number.position(from), number.positions().end, limit],
        |row| {
            Ok(TailRow {
                position: row.get(0)?,
                leaf: row.get(1)?,
                attestations: row.get(2)?,
                idempotency_key: row.get(3)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn take(connection: &Connection, number: TenantNumber, rows: &[TailRow]) -> Result<(), StoreError> {
    let mut facets: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for row in rows {
        let indexed = Indexed::of(&row.leaf)?;
        connection
            .prepare_cached(
                "INSERT INTO log_index (position, actor, action, resource_type, resource_id,
                 correlation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(rusqlite::params![
                row.position,
                indexed.actor.to_string(),
                indexed.action.as_str(),
                indexed.resource_type.as_str(),
                indexed.resource_id,
                indexed.correlation_id.as_str(),
            ])?;
        for (digest, _) in log::unpack(row.attestations.as_deref().unwrap_or_default())? {
            connection
                .prepare_cached("INSERT INTO attestation_index VALUES (?1, ?2)")?
                .execute(rusqlite::params![digest.as_bytes(), row.position])?;
        }
        if let Some(key) = &row.idempotency_key {
            connection
                .prepare_cached("INSERT INTO idempotency_index VALUES (?1, ?2)")?
                .execute(rusqlite::params![key, row.position])?;
        }
        *facets.entry(("actor", indexed.actor.to_string())).or_default() += 1;
        *facets.entry(("action", indexed.action.to_string())).or_default() += 1;
    }
    for ((facet, word), records) in facets {
        connection
            .prepare_cached(
                "INSERT INTO log_facet (tenant_no, facet, word, records) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET records = records + excluded.records",
            )?
            .execute(rusqlite::params![number.as_i64(), facet, word, records])?;
    }
    Ok(())
}

fn set_watermark(
    connection: &Connection,
    number: TenantNumber,
    size: u64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO log_watermark (tenant_no, size) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET size = excluded.size",
        )?
        .execute(rusqlite::params![
            number.as_i64(),
            i64::try_from(size).map_err(StoreError::damaged)?
        ])?;
    Ok(())
}
