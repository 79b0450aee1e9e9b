//! `cargo xtask guards`: takes guards of the product away, one after the other, and demands that a
//! test turns red each time.
//!
//! Invariant: the working tree is never touched: a guard is taken away in a copy of the sources,
//! built into a folder of its own. A guard whose removal stays green, does not compile or is not
//! found is a failure.

mod list;
mod sources;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cargo;
use crate::problem::Problem;
use crate::steps::{Steps, output_of};
use crate::tally::Tally;
use list::Guard;

/// Guards whose turn it is in a usual run.
const BY_ROTATION: usize = 2;
/// Fewer guards than this in the list mean that some were lost.
const FLOOR: usize = 25;
const SECONDS_A_DAY: u64 = 86_400;

/// Which guards are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// All of them.
    All,
    /// Those whose turn it is.
    Next,
}

/// What came of one removal.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    /// So many tests turned red.
    Caught(u64),
    /// Why it is a failure.
    Stands(String),
}

/// `cargo xtask guards`.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("guards");
    step(&mut steps, Turn::All)?;
    steps.summary();
    Ok(())
}

/// Takes guards away as one step of a task.
pub(crate) fn step(steps: &mut Steps, turn: Turn) -> Result<(), Problem> {
    steps.step("guards", || {
        let guards = list::read(&cargo::root()?.join("tests/guards.txt"))?;
        if guards.len() < FLOOR {
            let found = guards.len() as u64;
            return Err(Problem::TooFewTests { found, floor: FLOOR as u64 });
        }
        let chosen = match turn {
            Turn::All => (0..guards.len()).collect(),
            Turn::Next => next(turns_so_far()?, guards.len()),
        };
        let stand = taken_away(&guards, &chosen)?;
        println!(
            "guards: {} of {} taken away, {} caught",
            chosen.len(),
            guards.len(),
            chosen.len() - stand.len()
        );
        if stand.is_empty() { Ok(()) } else { Err(Problem::GuardsUntested { names: stand }) }
    })
}

/// The numbers of the guards whose turn it is: neighbours in the list.
fn next(turn: u64, count: usize) -> Vec<usize> {
    let first = usize::try_from(turn % count as u64).unwrap_or(0) * BY_ROTATION;
    (0..BY_ROTATION).map(|step| (first + step) % count).collect()
}

/// The number of commits, so that each landing has its turn; without a history, the day.
fn turns_so_far() -> Result<u64, Problem> {
    let mut git = Command::new("git");
    git.args(["rev-list", "--count", "HEAD"]).current_dir(cargo::root()?);
    let commits = output_of(&mut git).and_then(|count| count.trim().parse().ok());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(commits.unwrap_or(since.as_secs() / SECONDS_A_DAY))
}

/// Takes these guards away in turn; gives those whose removal no test noticed.
fn taken_away(guards: &[Guard], chosen: &[usize]) -> Result<Vec<String>, Problem> {
    let place = cargo::target()?.join("guards");
    let sources = place.join("sources");
    sources::copy(&cargo::root()?, &sources)?;
    let run = |guard: &Guard| test(&sources, &place.join("build"), &guard.tests);
    // Green with the guard in its place, or its turning red says nothing. Once for each crate.
    let mut green = BTreeSet::new();
    for guard in chosen.iter().map(|number| &guards[*number]) {
        if green.insert(&guard.tests) {
            let (tally, output) = run(guard)?;
            if !tally.is_some_and(Tally::is_green) {
                println!("{output}");
                return Err(Problem::NotGreen { tests: guard.tests.join(" ") });
            }
        }
    }
    let mut stand = Vec::new();
    for number in chosen {
        let guard = &guards[*number];
        let came = without(guard, &sources, &|| run(guard))?;
        let said = match &came {
            Came::Caught(red) => format!("caught, {red} red"),
            Came::Stands(why) => why.clone(),
        };
        println!("guards {} of {}: {}: {said}", number + 1, guards.len(), guard.name);
        if let Came::Stands(why) = came {
            stand.push(format!("{}: {why}", guard.name));
        }
    }
    Ok(stand)
}

type Ran = (Option<Tally>, String);

/// Takes one guard away, tests, and puts it back.
fn without(
    guard: &Guard,
    sources: &Path,
    run: &dyn Fn() -> Result<Ran, Problem>,
) -> Result<Came, Problem> {
    let path = sources.join(&guard.file);
    let failed = |cause| Problem::Files { path: path.display().to_string(), cause };
    let Ok(original) = fs::read_to_string(&path) else {
        return Ok(Came::Stands(format!("there is no {}", guard.file)));
    };
    match original.matches(&guard.original).count() {
        1 => {}
        found => return Ok(Came::Stands(format!("its text is found {found} times, not once"))),
    }
    let removed = original.replacen(&guard.original, &guard.replacement, 1);
    fs::write(&path, removed).map_err(failed)?;
    let ran = run();
    fs::write(&path, original).map_err(failed)?;
    let (tally, output) = ran?;
    Ok(judged(tally, &output))
}

fn judged(tally: Option<Tally>, output: &str) -> Came {
    match tally {
        None => {
            println!("{output}");
            Came::Stands("what is left does not compile or run".to_owned())
        }
        Some(tally) if tally.failed() > 0 => Came::Caught(tally.failed()),
        Some(tally) if tally.executed() == 0 => Came::Stands("its tests are not found".to_owned()),
        Some(_) => Came::Stands("no test turned red".to_owned()),
    }
}

/// Runs tests in the copy; no tally where they did not come to run.
fn test(sources: &Path, build: &Path, words: &[String]) -> Result<Ran, Problem> {
    let mut command = cargo::cargo(&["test", "--locked", "--no-fail-fast"])?;
    command.args(words).current_dir(sources);
    command.env("CARGO_TARGET_DIR", build).env("RUST_BACKTRACE", "0");
    let program = format!("cargo test {}", words.join(" "));
    let output = command.output().map_err(|cause| Problem::NotStarted { program, cause })?;
    let out = String::from_utf8_lossy(&output.stdout);
    let mut tally: Option<Tally> = None;
    for line in out.lines().filter(|line| line.starts_with("test result: ")) {
        tally.get_or_insert_default().add(Tally::closing(line));
    }
    Ok((tally, format!("{out}\n{}", String::from_utf8_lossy(&output.stderr))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guard_has_its_turn_and_neighbours_go_together() {
        let mut seen = BTreeSet::new();
        for turn in 100..125 {
            let chosen = next(turn, 25);
            assert_eq!(chosen[1], (chosen[0] + 1) % 25);
            seen.extend(chosen);
        }
        assert_eq!(seen.len(), 25);
    }

    #[test]
    fn only_a_red_test_is_a_catch() {
        let closing = |line: &str| Some(Tally::closing(line));
        let red = closing("test result: FAILED. 3 passed; 2 failed; 0 ignored");
        assert_eq!(judged(red, ""), Came::Caught(2));
        let cases = [
            (closing("test result: ok. 3 passed; 0 failed; 0 ignored"), "no test turned red"),
            (closing("test result: ok. 0 passed; 0 failed; 0 ignored"), "its tests are not found"),
            (None, "what is left does not compile or run"),
        ];
        for (tally, why) in cases {
            assert_eq!(judged(tally, ""), Came::Stands(why.to_owned()));
        }
    }
}
