//! How long a guesser waits: a delay that grows with the failures in a row.
//!
//! Invariant: pure; the count and the time of the last failure are the caller's to store, so that
//! they survive a restart. It will not lock anybody out for good: at the top of the curve a guess
//! costs 15 minutes, 96 a day, and the right person still gets in.
//!
//! | failures in a row | wait after the last |
//! |---|---|
//! | 0 to 2 | none |
//! | 3, 4, 5 … 11 | 2, 4, 8 … 512 s |
//! | 12 and more | 900 s |

use crate::SecurityError;

/// Failures that cost nothing: slips of the finger.
const FREE_FAILURES: u32 = 2;
/// Longest delay, in seconds.
const MAX_DELAY_S: i64 = 900;
const US_PER_S: i64 = 1_000_000;

/// Whether the next attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// At once.
    Over,
    /// Not before this time.
    Until {
        /// Microseconds since 1970-01-01 UTC.
        at_us: i64,
    },
}

impl Wait {
    /// After `failures` in a row, the last at `last_failure_us`, asked at `now_us` (microseconds
    /// since 1970-01-01 UTC). A clock set back makes the wait longer, never shorter.
    #[must_use]
    pub fn after(failures: u32, last_failure_us: i64, now_us: i64) -> Self {
        let at_us = last_failure_us.saturating_add(delay_s(failures) * US_PER_S);
        if delay_s(failures) == 0 || now_us >= at_us { Self::Over } else { Self::Until { at_us } }
    }

    /// Refuses while the wait lasts.
    ///
    /// # Errors
    /// [`SecurityError::Throttled`] with the end of the wait.
    pub fn demand_over(self) -> Result<(), SecurityError> {
        match self {
            Self::Over => Ok(()),
            Self::Until { at_us } => Err(SecurityError::Throttled { until_us: at_us }),
        }
    }
}

/// The delay after a number of failures, in seconds: 2^(failures − 2), at most 900.
fn delay_s(failures: u32) -> i64 {
    match failures.saturating_sub(FREE_FAILURES) {
        0 => 0,
        exponent => 1_i64
            .checked_shl(exponent)
            .filter(|delay| (1..=MAX_DELAY_S).contains(delay))
            .unwrap_or(MAX_DELAY_S),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{US_PER_S, Wait, delay_s};
    use crate::SecurityError;

    #[test]
    fn the_delay_doubles_from_the_third_failure_up_to_a_quarter_of_an_hour() {
        let curve = [
            (0, 0),
            (1, 0),
            (2, 0),
            (3, 2),
            (4, 4),
            (5, 8),
            (11, 512),
            (12, 900),
            (63, 900),
            (64, 900),
            (65, 900),
            (66, 900),
            (1000, 900),
            (u32::MAX, 900),
        ];
        for (failures, seconds) in curve {
            assert_eq!(delay_s(failures), seconds, "{failures} failures");
        }
    }

    #[test]
    fn the_wait_ends_exactly_when_its_delay_is_over() {
        let last = 1_000 * US_PER_S;
        let end = last + 2 * US_PER_S;
        assert_eq!(Wait::after(2, last, last), Wait::Over);
        assert_eq!(Wait::after(3, last, last), Wait::Until { at_us: end });
        assert_eq!(Wait::after(3, last, end - 1), Wait::Until { at_us: end });
        assert_eq!(Wait::after(3, last, end), Wait::Over);
        assert_eq!(Wait::after(3, last, 0), Wait::Until { at_us: end });
        assert_eq!(
            Wait::after(3, last, last).demand_over(),
            Err(SecurityError::Throttled { until_us: end })
        );
        assert_eq!(Wait::Over.demand_over(), Ok(()));
    }

    proptest! {
        #[test]
        fn one_more_failure_never_shortens_the_wait(failures in 0..u32::MAX) {
            prop_assert!(delay_s(failures + 1) >= delay_s(failures));
        }

        #[test]
        fn no_time_makes_it_panic(failures: u32, last: i64, now: i64) {
            let _ = Wait::after(failures, last, now);
        }
    }
}
