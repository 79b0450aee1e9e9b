//! Times of the log: UTC with six fractional digits, comparable as text (formats.md,
//! "Conventions").
//!
//! Invariant: a [`Timestamp`] is a real instant of the years 0001 to 9999, written in one way.
//! Nothing here reads a clock.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::LedgerError;
use crate::ids::serde_by_text;

const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// One second, in microseconds.
    pub const SECOND: i64 = 1_000_000;
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// An instant by its microseconds since the epoch.
    ///
    /// # Errors
    /// [`LedgerError::Format`] outside the years 0001 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, LedgerError> {
        match DateTime::<Utc>::from_timestamp_micros(micros) {
            Some(date) if (1..=9999).contains(&chrono::Datelike::year(&date)) => Ok(Self(micros)),
            Some(_) | None => Err(LedgerError::format("time", "outside the years 0001 to 9999")),
        }
    }

    /// Reads `2026-11-22T18:35:02.123456Z`; any other spelling of an instant is refused.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for another spelling, an unreal date or a leap second.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let refuse = || LedgerError::format("time", "not of the form 2026-11-22T18:35:02.123456Z");
        let date = NaiveDateTime::parse_from_str(text, FORMAT).map_err(|_| refuse())?.and_utc();
        let time = Self::from_micros(date.timestamp_micros())?;
        // The parser reads more spellings than we write, and a leap second as the one before.
        if time.to_string() == text { Ok(time) } else { Err(refuse()) }
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Microseconds from `earlier` to this instant; negative if it is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This instant moved by so many microseconds, kept within the years 0001 to 9999.
    ///
    /// # Errors
    /// [`LedgerError::Format`] outside those years.
    pub fn plus_micros(self, micros: i64) -> Result<Self, LedgerError> {
        Self::from_micros(self.0.saturating_add(micros))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In range by construction, hence never the epoch by default.
        let date = DateTime::<Utc>::from_timestamp_micros(self.0).unwrap_or_default();
        write!(formatter, "{}", date.format(FORMAT))
    }
}

serde_by_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_spelling() {
        let text = "2026-11-22T18:35:02.123456Z";
        let time = Timestamp::parse(text).unwrap();
        assert_eq!(time.to_string(), text);
        assert_eq!(time.plus_micros(1).unwrap().to_string(), "2026-11-22T18:35:02.123457Z");
        let refused = [
            "",
            "2026-11-22T18:35:02Z",
            "2026-11-22T18:35:02.123Z",
            "2026-11-22T18:35:02.1234567Z",
            "2026-11-22 18:35:02.123456Z",
            "2026-11-22T18:35:02.123456z",
            "2026-11-22T18:35:02.123456+00:00",
            "2026-02-29T00:00:00.000000Z",
            "2026-12-31T23:59:60.000000Z",
            "+2026-11-22T18:35:02.123456Z",
            "12026-11-22T18:35:02.123456Z",
            "0000-11-22T18:35:02.123456Z",
        ];
        for text in refused {
            assert!(Timestamp::parse(text).is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn text_order_is_time_order() {
        let times =
            [-62_135_596_800_000_000, -1, 0, 1, 999_999, 1_000_000, 253_402_300_799_999_999];
        for pair in times.windows(2) {
            let [left, right] =
                [pair[0], pair[1]].map(|micros| Timestamp::from_micros(micros).unwrap());
            assert!(left.to_string() < right.to_string());
            assert_eq!(Timestamp::parse(&left.to_string()), Ok(left));
        }
    }
}
