//! Service accounts.
//!
//! Invariant: what a token is, is written once; its last use and its end follow. What it may do is
//! derived from the log of the workspace and not from here.

use governance::state::ServiceAccount;
use ledger::{Actor, Digest, Role, TenantId, Timestamp};
use rusqlite::{Connection, Row};

use super::columns::{collect, parsed, parsed_if_any};
use crate::StoreError;

const COLUMNS: &str = "service_id, title, tenant_id, role, owner, token_sha256, created_at, \
     expires_at, last_used_at, revoked_at";

/// Writes an account as it is from now on.
pub(super) fn put(connection: &Connection, account: &ServiceAccount) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO service ({COLUMNS}, kind)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'service')
             ON CONFLICT (service_id) DO UPDATE SET title = excluded.title,
             tenant_id = excluded.tenant_id, role = excluded.role, owner = excluded.owner,
             token_sha256 = excluded.token_sha256, created_at = excluded.created_at,
             expires_at = excluded.expires_at, last_used_at = excluded.last_used_at,
             revoked_at = excluded.revoked_at"
        ))?
        .execute(rusqlite::params![
            account.id.to_string(),
            account.title,
            account.tenant_id.as_str(),
            account.role.as_str(),
            account.owner.to_string(),
            account.token_sha256.to_hex(),
            account.created_at.to_string(),
            account.expires_at.to_string(),
            account.last_used_at.map(|at| at.to_string()),
            account.revoked_at.map(|at| at.to_string()),
        ])?;
    Ok(())
}

/// Every account; their ids are in the order of their making.
pub(super) fn all(connection: &Connection) -> Result<Vec<ServiceAccount>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM service ORDER BY service_id"))?;
    collect(statement.query([])?, account)
}

/// One account.
pub(super) fn one(
    connection: &Connection,
    id: &Actor,
) -> Result<Option<ServiceAccount>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM service WHERE service_id = ?1"))?;
    Ok(collect(statement.query([id.to_string()])?, account)?.pop())
}

fn account(row: &Row<'_>) -> Result<ServiceAccount, StoreError> {
    Ok(ServiceAccount {
        id: parsed(row, "service_id", Actor::parse)?,
        title: row.get("title")?,
        tenant_id: parsed(row, "tenant_id", TenantId::parse)?,
        role: parsed(row, "role", Role::parse)?,
        owner: parsed(row, "owner", Actor::parse)?,
        token_sha256: parsed(row, "token_sha256", Digest::from_hex)?,
        created_at: parsed(row, "created_at", Timestamp::parse)?,
        expires_at: parsed(row, "expires_at", Timestamp::parse)?,
        last_used_at: parsed_if_any(row, "last_used_at", Timestamp::parse)?,
        revoked_at: parsed_if_any(row, "revoked_at", Timestamp::parse)?,
    })
}
