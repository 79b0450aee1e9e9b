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
pub(crate) fn measure(what: &str, times: usize, reach: Reach, work: impl FnMut(usize)) -> bool {
    let mut rounds = (0..times / 10).chain(0..times);
    measure_each(what, times, reach, || rounds.next().unwrap_or_default(), work)
}

/// The same, each on what was prepared for it unmeasured.
pub(crate) fn measure_each<T>(
    what: &str,
    times: usize,
    reach: Reach,
    mut prepare: impl FnMut() -> T,
    mut work: impl FnMut(T),
) -> bool {
    (0..times / 10).for_each(|_| work(prepare()));
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let prepared = prepare();
            let began = Instant::now();
            work(prepared);
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

/// How often two things are done one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Turns {
    pub(crate) turns: usize,
    /// In a turn, of each.
    pub(crate) operations: usize,
}

/// Times two works in short turns, each on what was prepared for it unmeasured; tells whether the
/// median of the turns' ratios is below what is to be reached. Rates on a shared machine move by
/// two, such a ratio hardly.
pub(crate) fn ratio<B, O>(
    what: &str,
    (Turns { turns, operations }, limit): (Turns, f64),
    mut for_bare: impl FnMut() -> B,
    mut bare: impl FnMut(B),
    mut for_ours: impl FnMut() -> O,
    mut ours: impl FnMut(O),
) -> bool {
    let mut taken: Vec<(Duration, Duration)> = Vec::with_capacity(turns);
    for _ in 0..=turns {
        let all: Vec<B> = (0..operations).map(|_| for_bare()).collect();
        let began = Instant::now();
        all.into_iter().for_each(&mut bare);
        let first = began.elapsed();
        let all: Vec<O> = (0..operations).map(|_| for_ours()).collect();
        let began = Instant::now();
        all.into_iter().for_each(&mut ours);
        taken.push((first, began.elapsed()));
    }
    // The first turn warms up.
    taken.remove(0);
    let mut ratios: Vec<f64> =
        taken.iter().map(|(bare, ours)| ours.as_secs_f64() / bare.as_secs_f64()).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| ratios[(turns * percent / 100).min(turns - 1)];
    let reached = at(50) <= limit;
    let word = if reached { "reached" } else { "MISSED" };
    let times = turns * operations;
    println!(
        "{what:<46}{times:>7}{:>10.2}x{:>10.2}x{:>10.2}x   p50 < {limit:.2}x: {word}",
        at(50),
        at(95),
        at(99)
    );
    reached
}

fn words(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1e3) }
}
