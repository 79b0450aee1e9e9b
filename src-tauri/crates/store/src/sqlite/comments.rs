//! Texts of remarks.
//!
//! Invariant: a text is written once, under the id of its record, and sealed under the primary secret;
//! only a rotation writes its token anew. It is read at its place ([`super::secrets::one`]).

use rusqlite::Connection;

use super::log::TenantNumber;
use super::secrets;
use crate::{CommentRow, StoreError};

/// Writes a new text.
pub(super) fn put(
    connection: &Connection,
    number: TenantNumber,
    comment: &CommentRow,
) -> Result<(), StoreError> {
    secrets::demand_primary(connection, &comment.text)?;
    connection
        .prepare_cached(
            "INSERT INTO comment (position, tenant_no, row_id, text) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(rusqlite::params![
            number.position(comment.seq),
            number.as_i64(),
            comment.row_id.as_str(),
            comment.text
        ])?;
    Ok(())
}
