//! Drafts of people, each under what it is a draft of.
//!
//! Invariant: a draft is asked for by tenant and person, never without either. It is sealed under the
//! primary secret; what is over a person's limits goes, the one kept longest ago first.

use ledger::{Actor, RecordId, TenantId, Timestamp};
use rusqlite::Connection;

use super::columns::{collect, parsed};
use super::{log, secrets};
use crate::draft::{DRAFTS_CHARACTERS, DRAFTS_LIMIT};
use crate::{DraftRow, StoreError};

/// Keeps a draft in the place of the one before.
pub(super) fn put(connection: &Connection, draft: &DraftRow) -> Result<(), StoreError> {
    secrets::demand_primary(connection, &draft.text)?;
    let number = log::number_of(connection, &draft.tenant_id)?.ok_or(StoreError::UnknownTenant)?;
    let (number, person) = (number.as_i64(), draft.person.to_string());
    connection
        .prepare_cached(
            "INSERT INTO draft (row_id, tenant_no, person_id, place, kept_at, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (person_id, tenant_no, place) DO UPDATE SET
             row_id = excluded.row_id, kept_at = excluded.kept_at, text = excluded.text",
        )?
        .execute(rusqlite::params![
            draft.row_id.as_str(),
            number,
            person,
            draft.place,
            draft.kept_at.to_string(),
            draft.text
        ])?;
    // Counted from the newest on: the one just kept is in it whatever its size.
    connection
        .prepare_cached(
            "DELETE FROM draft WHERE row_id IN (
               SELECT row_id FROM (
                 SELECT row_id, row_number() OVER newest AS nth,
                        sum(length(text)) OVER newest AS characters
                 FROM draft WHERE person_id = ?1 AND tenant_no = ?2
                 WINDOW newest AS (ORDER BY row_id = ?3 DESC, kept_at DESC, row_id DESC)
               ) WHERE nth > 1 AND (nth > ?4 OR characters > ?5))",
        )?
        .execute(rusqlite::params![
            person,
            number,
            draft.row_id.as_str(),
            DRAFTS_LIMIT,
            i64::try_from(DRAFTS_CHARACTERS).unwrap_or(i64::MAX)
        ])?;
    Ok(())
}

/// A person's draft of something.
pub(super) fn one(
    connection: &Connection,
    tenant: &TenantId,
    person: &Actor,
    place: &str,
) -> Result<Option<DraftRow>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT row_id, kept_at, text FROM draft
         WHERE person_id = ?1 AND tenant_no = ?2 AND place = ?3",
    )?;
    let given = rusqlite::params![person.to_string(), number.as_i64(), place];
    let mut found = collect(statement.query(given)?, |row| {
        Ok(DraftRow {
            tenant_id: tenant.clone(),
            row_id: parsed(row, "row_id", RecordId::parse)?,
            person: person.clone(),
            place: place.to_owned(),
            kept_at: parsed(row, "kept_at", Timestamp::parse)?,
            text: row.get("text")?,
        })
    })?;
    Ok(found.pop())
}

/// It was sent, or given up.
pub(super) fn drop_one(
    connection: &Connection,
    tenant: &TenantId,
    person: &Actor,
    place: &str,
) -> Result<(), StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(()) };
    connection
        .prepare_cached("DELETE FROM draft WHERE person_id = ?1 AND tenant_no = ?2 AND place = ?3")?
        .execute(rusqlite::params![person.to_string(), number.as_i64(), place])?;
    Ok(())
}

/// A person's account is closed: what they left unsent goes, in every tenant.
pub(super) fn erase_of(connection: &Connection, person: &Actor) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM draft WHERE person_id = ?1")?
        .execute([person.to_string()])?;
    Ok(())
}
