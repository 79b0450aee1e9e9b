//! Reading columns back into the types they were written from.
//!
//! Invariant: a column that does not hold what was written there is reported as damage, never
//! guessed at.

use ledger::LedgerError;
use rusqlite::{Row, Rows};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// Every row, read by `read`.
pub(super) fn collect<T>(
    mut rows: Rows<'_>,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row)?);
    }
    Ok(items)
}

/// A text that a type of `ledger` parses.
pub(super) fn parsed<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Result<T, LedgerError>,
) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().map_err(StoreError::damaged)?;
    parse(text).map_err(|error| StoreError::damaged(format!("{column}: {error}")))
}

/// The same, where the column may be empty.
pub(super) fn parsed_if_any<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Result<T, LedgerError>,
) -> Result<Option<T>, StoreError> {
    match row.get_ref(column)?.as_str_or_null().map_err(StoreError::damaged)? {
        Some(text) => match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(StoreError::damaged(format!("{column}: {error}"))),
        },
        None => Ok(None),
    }
}

/// A list or map, kept as JSON.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().map_err(StoreError::damaged)?;
    serde_json::from_str(text).map_err(|error| StoreError::damaged(format!("{column}: {error}")))
}

/// A list or map as JSON.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unexpected {
        reason: format!("a value has no JSON form: {error}"),
    })
}

/// A size or position of a log, which fits by its own limit.
pub(super) fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(StoreError::damaged)
}
