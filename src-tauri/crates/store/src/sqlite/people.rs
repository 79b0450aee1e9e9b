//! Accounts and tenants.
//!
//! Invariant: an account's title, folded, is unique in the workspace. What a person may do is
//! derived from the logs and not kept here. With a closed account go its drafts.

use governance::state::{Person, PersonStatus, SignIn, Tenant};
use ledger::{Actor, Digest, LedgerError, TenantId, Timestamp};
use rusqlite::{Connection, Row};

use super::columns::{collect, from_json, parsed, parsed_if_any};
use super::drafts;
use super::log::TenantNumber;
use crate::StoreError;

/// An account with its sign-ins, in the order of their keys.
const PERSON: &str = "SELECT person.*,
    (SELECT json_group_array(json_array(keyid, hash) ORDER BY keyid) FROM sign_in
     WHERE sign_in.person_id = person.person_id) AS sign_ins
    FROM person";

/// Writes an account as it is from now on.
pub(super) fn put(connection: &Connection, person: &Person) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO person (person_id, title, title_key, status, created_at,
             last_sign_in_at, failures, last_failure_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (person_id) DO UPDATE SET title = excluded.title,
             title_key = excluded.title_key, status = excluded.status, last_sign_in_at = excluded.last_sign_in_at,
             failures = excluded.failures, last_failure_at = excluded.last_failure_at",
        )?
        .execute(rusqlite::params![
            person.id.to_string(),
            person.title,
            person.title_key,
            person.status.as_str(),
            person.created_at.to_string(),
            person.last_sign_in_at.map(|at| at.to_string()),
            person.failures,
            person.last_failure_at.map(|at| at.to_string()),
        ])?;
    if person.status == PersonStatus::Disabled {
        drafts::erase_of(connection, &person.id)?;
    }
    put_sign_ins(connection, person)
}

fn put_sign_ins(connection: &Connection, person: &Person) -> Result<(), StoreError> {
    let id = person.id.to_string();
    connection.prepare_cached("DELETE FROM sign_in WHERE person_id = ?1")?.execute([&id])?;
    let mut insert = connection
        .prepare_cached("INSERT INTO sign_in (person_id, keyid, hash) VALUES (?1, ?2, ?3)")?;
    for sign_in in &person.sign_ins {
        let keyid = sign_in.keyid.map(|keyid| keyid.to_hex()).unwrap_or_default();
        insert.execute([&id, &keyid, &sign_in.hash])?;
    }
    Ok(())
}

/// Every account, by title.
pub(super) fn all(connection: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{PERSON} ORDER BY person.title_key"))?;
    collect(statement.query([])?, person)
}

/// One account.
pub(super) fn one(connection: &Connection, id: &Actor) -> Result<Option<Person>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{PERSON} WHERE person.person_id = ?1"))?;
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

fn sign_ins(row: &Row<'_>) -> Result<Vec<SignIn>, StoreError> {
    let pairs: Vec<(String, String)> = from_json(row, "sign_ins")?;
    let sign_in = |(keyid, hash): (String, String)| {
        let keyid = match keyid.as_str() {
            "" => None,
            hex => Some(Digest::from_hex(hex).map_err(StoreError::damaged)?),
        };
        Ok(SignIn { keyid, hash })
    };
    pairs.into_iter().map(sign_in).collect()
}

fn person(row: &Row<'_>) -> Result<Person, StoreError> {
    Ok(Person {
        id: parsed(row, "person_id", Actor::parse)?,
        title: row.get("title")?,
        title_key: row.get("title_key")?,
        sign_ins: sign_ins(row)?,
        status: parsed(row, "status", |text| {
            PersonStatus::parse(text).ok_or_else(|| LedgerError::format("status", "unknown"))
        })?,
        created_at: parsed(row, "created_at", Timestamp::parse)?,
        last_sign_in_at: parsed_if_any(row, "last_sign_in_at", Timestamp::parse)?,
        failures: row.get("failures")?,
        last_failure_at: parsed_if_any(row, "last_failure_at", Timestamp::parse)?,
    })
}
