//! A place in the demo's year that does not know today's date yet.
//!
//! Invariant: slots order as their moments do, whatever the weekday of today. Work is planned on
//! *working days before today*; the last two and a half days are planned by age. `calendar` turns a slot
//! into an offset; nothing here reads a clock.

/// Minutes of a planned day. Minutes from 1440 on belong to the Saturday after a Friday, or to the
/// late evening of any other day.
const DAY: i64 = 2_880;
/// The first planned working day, counted back from the newest; 250 stay within 365 calendar days.
pub(super) const FIRST_DAY: i64 = 250;
const RECENT: i64 = (FIRST_DAY + 1) * DAY;
/// How far back planning by age reaches, in minutes: two days and a morning.
pub(super) const RECENT_SPAN: i64 = 55 * 60;

/// A planned moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(i64);

/// The two ways in which a slot is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// On a working day (0 is the newest), at a minute of it.
    Working { day: i64, minute: i64 },
    /// So many minutes before now.
    Age(i64),
}

impl Slot {
    /// On the working day `day` before the ages, at `minute` of it.
    pub(super) fn working(day: i64, minute: i64) -> Self {
        Self((FIRST_DAY - day.clamp(0, FIRST_DAY)) * DAY + minute.clamp(0, DAY - 1))
    }

    /// So many minutes ago: by age within [`RECENT_SPAN`], on a working day before that.
    pub(super) fn ago(minutes: i64) -> Self {
        if minutes < RECENT_SPAN {
            return Self(RECENT + RECENT_SPAN - minutes.max(1));
        }
        let days = minutes / 1_440;
        Self::working((days - 3) * 5 / 7, 500 + minutes % 480)
    }

    /// A little later on the same planned day.
    pub(super) fn later(self, minutes: i64) -> Self {
        match self.plan() {
            Plan::Working { day, minute } => Self::working(day, (minute + minutes).min(1_300)),
            Plan::Age(age) => Self(RECENT + RECENT_SPAN - (age - minutes).max(1)),
        }
    }

    /// A little earlier on the same planned day.
    pub(super) fn earlier(self, minutes: i64) -> Self {
        match self.plan() {
            Plan::Working { day, minute } => Self::working(day, (minute - minutes).max(0)),
            Plan::Age(age) => {
                Self(RECENT + RECENT_SPAN - (age + minutes).clamp(1, RECENT_SPAN - 1))
            }
        }
    }

    /// The planned day: working days count down to 0, planned ages are −1, −2, −3.
    pub(super) fn day(self) -> i64 {
        match self.plan() {
            Plan::Working { day, .. } => day,
            Plan::Age(age) => age / 1_440 - 3,
        }
    }

    /// How it was planned.
    pub(super) fn plan(self) -> Plan {
        if self.0 >= RECENT {
            Plan::Age(RECENT + RECENT_SPAN - self.0)
        } else {
            Plan::Working { day: FIRST_DAY - self.0 / DAY, minute: self.0 % DAY }
        }
    }
}
