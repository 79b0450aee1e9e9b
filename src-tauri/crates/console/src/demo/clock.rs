//! The clock of the demo's year: stands still until the play moves it on.
//!
//! Invariant: it never goes back, so that no record of the demo is stamped before its predecessor
//! and no `clock.jump` is written.

use std::sync::atomic::{AtomicI64, Ordering};

use ledger::Timestamp;

use crate::edge::Clock;

/// A clock that shows what it was last moved to.
pub(super) struct SimulatedClock(AtomicI64);

impl SimulatedClock {
    pub(super) fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_micros()))
    }

    /// Moves on to `time`; a time that is over already changes nothing.
    pub(super) fn move_to(&self, time: Timestamp) {
        self.0.fetch_max(time.as_micros(), Ordering::Relaxed);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        // It was made of a timestamp and only ever moved to one.
        Timestamp::from_micros(self.0.load(Ordering::Relaxed)).unwrap_or(Timestamp::EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_on_and_never_back() {
        let start = Timestamp::parse("2025-11-22T18:35:02.000000Z").unwrap();
        let clock = SimulatedClock::at(start);
        for (moved, expected) in [(0, 0), (5, 5), (3, 5), (-9, 5), (6, 6)] {
            clock.move_to(start.plus_micros(moved).unwrap());
            assert_eq!(clock.now().micros_since(start), expected);
        }
    }
}
