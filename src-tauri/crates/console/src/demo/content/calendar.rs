//! Turns planned slots into offsets before now, so that work falls on weekdays and into the day.
//!
//! Invariant: the mapping is monotone: a later slot is never an earlier moment. It knows weekdays
//! and minutes only, no dates, no time zones (all times are UTC). What is younger than 24 hours
//! keeps its age, whatever the hour: something must have happened "today".

use super::slot::{FIRST_DAY, Plan, RECENT_SPAN, Slot};

/// Now, as far as the demo's calendar needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// 0 is Monday, 6 is Sunday.
    pub(crate) weekday: u32,
    /// Minutes since midnight, UTC.
    pub(crate) minute_of_day: u32,
}

const FRIDAY: i64 = 4;
const DAY: i64 = 1_440;

/// The planned days laid on the weekdays before one moment.
pub(super) struct Calendar {
    weekday: i64,
    minute_of_day: i64,
    /// For each working day of the plan, how many calendar days ago it is, and if it is a Friday.
    days: Vec<(i64, bool)>,
}

impl Calendar {
    /// Lays the planned working days on the weekdays before `now`.
    pub(super) fn before(now: Moment) -> Self {
        let (weekday, minute_of_day) = (i64::from(now.weekday), i64::from(now.minute_of_day));
        let mut calendar = Self { weekday, minute_of_day, days: Vec::new() };
        let of = |ago: i64| (weekday - ago).rem_euclid(7);
        let (oldest_recent, _) = calendar.recent(RECENT_SPAN);
        calendar.days = (oldest_recent + 1..)
            .filter(|ago| of(*ago) <= FRIDAY)
            .map(|ago| (ago, of(ago) == FRIDAY))
            .take(usize::try_from(FIRST_DAY + 1).unwrap_or(0))
            .collect();
        calendar
    }

    /// Minutes between the slot and now.
    pub(super) fn minutes_before_now(&self, slot: Slot) -> i64 {
        let (ago, minute) = match slot.plan() {
            Plan::Age(age) if age < DAY => return age,
            Plan::Age(age) => self.recent(age),
            Plan::Working { day, minute } => self.working(day, minute),
        };
        ago * DAY + self.minute_of_day - minute
    }

    /// Calendar days ago and minute of that day, for a working day.
    fn working(&self, day: i64, minute: i64) -> (i64, i64) {
        let index = usize::try_from(day).unwrap_or(0);
        let (ago, friday) = self.days.get(index).copied().unwrap_or((RECENT_SPAN / DAY + 1, false));
        // What runs into a Saturday stays there after a Friday, else it is done late at night.
        let late = minute >= DAY && !friday;
        (ago, if late { 1_320 + (minute - DAY) / 12 } else { minute })
    }

    /// Calendar days ago and minute of that day, for an age of a day or more: it steps over the
    /// weekend and is drawn together into the hours from 8 to 18.
    fn recent(&self, age: i64) -> (i64, i64) {
        let monday = if self.weekday > FRIDAY { self.weekday - 7 } else { self.weekday };
        let weekend_ends = monday * DAY + self.minute_of_day;
        let skipped_from = weekend_ends.max(DAY);
        let skipped = (weekend_ends + 2 * DAY - skipped_from).max(0);
        let age = if age >= skipped_from { age + skipped } else { age };
        let moment = self.minute_of_day - age;
        let (ago, minute) = (-moment.div_euclid(DAY), moment.rem_euclid(DAY));
        let drawn = 480 + minute * 600 / DAY;
        // Yesterday also holds moments that keep their age; stay before them.
        (ago, if ago <= 1 { drawn.min(self.minute_of_day) } else { drawn })
    }
}
