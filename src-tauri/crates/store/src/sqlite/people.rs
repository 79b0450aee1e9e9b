//! Accounts and tenants.
//!
//! Invariant: an account's title, folded, is unique in the workspace. What a person may do is
//! derived from the logs and not kept here.

use governance::state::{Person, PersonStatus, Tenant};
use ledger::{Actor, LedgerError, TenantId, Timestamp};
use rusqlite::{Connection, Row};

use super::columns::{collect, parsed, parsed_if_any};
use super::log::TenantNumber;
use crate::StoreError;

/// Writes an account as it is from now on.
pub(super) fn put(connection: &Connection, person: &Person) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO person (person_id, title, title_key, sign_in, status, created_at,
             last_sign_in_at, failures, last_failure_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (person_id) DO UPDATE SET title = excluded.title,
             title_key = excluded.title_key, sign_in = excluded.sign_in,
             status = excluded.status, last_sign_in_at = excluded.last_sign_in_at,
             failures = excluded.failures, last_failure_at = excluded.last_failure_at",
        )?
        .execute(rusqlite::params![
            person.id.to_string(),
            person.title,
            person.title_key,
            person.sign_in,
            person.status.as_str(),
            person.created_at.to_string(),
            person.last_sign_in_at.map(|at| at.to_string()),
            person.failures,
            person.last_failure_at.map(|at| at.to_string()),
        ])?;
    Ok(())
}

/// Every account, by title.
pub(super) fn all(connection: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM person ORDER BY title_key")?;
    collect(statement.query([])?, person)
}

/// One account.
pub(super) fn one(connection: &Connection, id: &Actor) -> Result<Option<Person>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM person WHERE person_id = ?1")?;
    Ok(collect(statement.query([id.to_string()])?, person)?.pop())
}

/// Writes a tenant as it is from now on.
pub(super) fn put_tenant(
    connection: &Connection,
    number: TenantNumber,
    tenant: &Tenant,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO tenant (tenant_no, title, created_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET title = excluded.title",
        )?
        .execute(rusqlite::params![number.as_i64(), tenant.title, tenant.created_at.to_string()])?;
    Ok(())
}

/// Every tenant, by title.
pub(super) fn all_tenants(connection: &Connection) -> Result<Vec<Tenant>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT tenant_id, title, created_at FROM tenant JOIN tenant_log USING (tenant_no)
         ORDER BY title, tenant_id",
    )?;
    collect(statement.query([])?, |row| {
        Ok(Tenant {
            id: parsed(row, "tenant_id", TenantId::parse)?,
            title: row.get("title")?,
            created_at: parsed(row, "created_at", Timestamp::parse)?,
        })
    })
}

fn person(row: &Row<'_>) -> Result<Person, StoreError> {
    Ok(Person {
        id: parsed(row, "person_id", Actor::parse)?,
        title: row.get("title")?,
        title_key: row.get("title_key")?,
        sign_in: row.get("sign_in")?,
        status: parsed(row, "status", |text| {
            PersonStatus::parse(text).ok_or_else(|| LedgerError::format("status", "unknown"))
        })?,
        created_at: parsed(row, "created_at", Timestamp::parse)?,
        last_sign_in_at: parsed_if_any(row, "last_sign_in_at", Timestamp::parse)?,
        failures: row.get("failures")?,
        last_failure_at: parsed_if_any(row, "last_failure_at", Timestamp::parse)?,
    })
}
