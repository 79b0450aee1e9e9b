//! The rules that the demo's content keeps, stated over the real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail loudly and say what they covered"
)]

mod format;
mod texts;
mod year;

use super::{Catalogue, DemoEvent, Moment, catalogue, timeline};

/// A Tuesday afternoon, and the awkward moments: midnights around a weekend.
const MOMENTS: [(u32, u32); 6] = [(1, 845), (0, 0), (4, 1_439), (5, 10), (6, 720), (2, 3)];

fn demo() -> Catalogue {
    catalogue().unwrap()
}

fn year(weekday: u32, minute_of_day: u32) -> Vec<DemoEvent> {
    timeline(&demo(), Moment { weekday, minute_of_day })
}
