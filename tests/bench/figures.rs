//! Timing something many times, and saying how it went beside what is to be reached.

use std::time::{Duration, Instant};

/// The head of the table.
pub(crate) const HEAD: &str = "what                                            times     median        p95        p99      reach";

/// What is to be reached, and at which percentile.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) percentile: usize,
    pub(crate) below: Duration,
}

/// Times `work` so often, after a tenth of that unmeasured; prints a line, and tells whether it
/// reached what it is to reach.
pub(crate) fn measure(what: &str, times: usize, reach: Reach, mut work: impl FnMut(usize)) -> bool {
    (0..times / 10).for_each(&mut work);
    let mut taken: Vec<Duration> = (0..times)
        .map(|round| {
            let began = Instant::now();
            work(round);
            began.elapsed()
        })
        .collect();
    taken.sort_unstable();
    let at = |percent: usize| taken[(taken.len() * percent / 100).min(taken.len() - 1)];
    let reached = at(reach.percentile) < reach.below;
    let (shown, limit) = ([50, 95, 99].map(|percent| words(at(percent))), words(reach.below));
    let word = if reached { "reached" } else { "MISSED" };
    println!(
        "{what:<46}{times:>7}{:>11}{:>11}{:>11}   p{} < {limit}: {word}",
        shown[0], shown[1], shown[2], reach.percentile
    );
    reached
}

fn words(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1e3) }
}
