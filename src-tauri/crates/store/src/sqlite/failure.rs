//! Every failure of SQLite, mapped to its cause.
//!
//! Invariant: the mapping is total and reads codes, never texts.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::StoreError;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is rusqlite's and open-ended: what is not named is a defect of ours"
)]
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match error {
            E::SqliteFailure(failure, message) => of_code(failure, message.unwrap_or_default()),
            E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::InvalidColumnType(..)
            | E::Utf8Error(..) => Self::damaged("a column holds what was never written there"),
            E::QueryReturnedNoRows => Self::damaged("a row is missing"),
            other => Self::Unexpected { reason: other.to_string() },
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "ErrorCode is rusqlite's and open-ended: what is not named is a defect of ours"
)]
fn of_code(failure: ffi::Error, message: String) -> StoreError {
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly,
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::DatabaseCorrupt => StoreError::damaged("a page of the database is malformed"),
        ErrorCode::NotADatabase => StoreError::NotADatabase,
        ErrorCode::ConstraintViolation => StoreError::Conflict { constraint: message },
        ErrorCode::SystemIoFailure if is_missing_bytes(failure.extended_code) => {
            StoreError::damaged("the database file is cut short")
        }
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::FileLockingProtocolFailed => StoreError::Io { reason: message },
        _ => StoreError::Unexpected { reason: message },
    }
}

const fn is_missing_bytes(extended_code: i32) -> bool {
    extended_code == ffi::SQLITE_IOERR_SHORT_READ
}
