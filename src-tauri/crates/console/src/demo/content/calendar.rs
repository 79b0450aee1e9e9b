//! Turns planned slots into offsets before now, so that work falls on weekdays.
//!
//! Invariant: the mapping is monotone: a later slot is never an earlier moment. It knows weekdays
//! and minutes only, no dates, no time zones (all times are UTC).

use super::slot::{Plan, RECENT_SPAN, Slot};

/// Now, as far as the demo's calendar needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// 0 is Monday, 6 is Sunday.
    pub(crate) weekday: u32,
    /// Minutes since midnight, UTC.
    pub(crate) minute_of_day: u32,
}

const FRIDAY: i64 = 4;

/// For each working day of the plan, how many calendar days ago it is and whether it is a Friday.
pub(super) struct Calendar {
    minute_of_day: i64,
    days: Vec<(i64, bool)>,
}

impl Calendar {
    /// Lays the planned working days on the weekdays before `now`.
    pub(super) fn before(now: Moment) -> Self {
        let weekday = i64::from(now.weekday);
        let of = |ago: i64| (weekday - ago).rem_euclid(7);
        // A Friday carries its Saturday, so the newest one must lie a day further back.
        let newest = RECENT_SPAN / 1_440 + 1;
        let days = (newest..)
            .filter(|ago| of(*ago) <= FRIDAY && (of(*ago) != FRIDAY || *ago > newest))
            .map(|ago| (ago, of(ago) == FRIDAY))
            .take(usize::try_from(super::slot::FIRST_DAY + 1).unwrap_or(0))
            .collect();
        Self { minute_of_day: i64::from(now.minute_of_day), days }
    }

    /// Minutes between the slot and now.
    pub(super) fn minutes_before_now(&self, slot: Slot) -> i64 {
        match slot.plan() {
            Plan::Age(age) => age,
            Plan::Working { day, minute } => {
                let index = usize::try_from(day).unwrap_or(0);
                let (ago, friday) = self.days.get(index).copied().unwrap_or((4, false));
                let minute = match (minute >= 1_440, friday) {
                    (true, false) => 1_320 + (minute - 1_440) / 12,
                    (true, true) | (false, _) => minute,
                };
                ago * 1_440 + self.minute_of_day - minute
            }
        }
    }
}
