//! Named steps of a task: each is announced, timed, and ends the task when it fails.
//!
//! Invariant: every step that began is in the summary, the failed one too. Output is never kept
//! back: it streams as it comes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::Problem;
use crate::tally::Tally;

/// The steps done so far, with their time and the tests they ran.
pub(crate) struct Steps {
    task: &'static str,
    done: Vec<(String, Duration)>,
    tally: Tally,
}

impl Steps {
    /// Begins the task of this name.
    pub(crate) fn of(task: &'static str) -> Self {
        Self { task, done: Vec::new(), tally: Tally::default() }
    }

    /// Does one step. A failure prints the summary and comes back under the step's name.
    pub(crate) fn step(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.tallied(name, || work().map(|()| Tally::default())).map(|_| ())
    }

    /// Does one step that is a program.
    pub(crate) fn program(&mut self, name: &str, command: &mut Command) -> Result<(), Problem> {
        self.step(name, || run(command))
    }

    /// Does one step that is a test runner; its closing lines are counted, and their sum is given.
    pub(crate) fn tests(&mut self, name: &str, command: &mut Command) -> Result<Tally, Problem> {
        self.tallied(name, || run_counting(command))
    }

    /// Prints what was done, how long each step took, and how many tests were run.
    pub(crate) fn summary(&self) {
        let total: Duration = self.done.iter().map(|(_, time)| *time).sum();
        println!("\n== {}: {:.0} s", self.task, total.as_secs_f64());
        for (name, time) in &self.done {
            println!("   {:7.1} s  {name}", time.as_secs_f64());
        }
        if self.tally != Tally::default() {
            println!("{}", self.tally);
        }
    }

    fn tallied(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<Tally, Problem>,
    ) -> Result<Tally, Problem> {
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = work();
        let time = began.elapsed();
        println!("-- {name}: {:.1} s", time.as_secs_f64());
        match outcome {
            Ok(tally) => {
                self.done.push((name.to_owned(), time));
                self.tally.add(tally);
                Ok(tally)
            }
            Err(cause) => {
                self.done.push((format!("{name} (failed)"), time));
                self.summary();
                Err(Problem::Step { name: name.to_owned(), cause: Box::new(cause) })
            }
        }
    }
}

/// Runs a program to its end with this process's output.
pub(crate) fn run(command: &mut Command) -> Result<(), Problem> {
    let program = shown(command);
    let status = command
        .status()
        .map_err(|cause| Problem::NotStarted { program: program.clone(), cause })?;
    ended(program, status)
}

/// The standard output of a program that ended well, or nothing at all.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a test runner to its end: passes each line on, and counts the closing ones.
fn run_counting(command: &mut Command) -> Result<Tally, Problem> {
    let program = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|cause| Problem::NotStarted { program: program.clone(), cause })?;
    let (lines, counted) = mpsc::channel();
    let output = child.stdout.take();
    thread::spawn(move || output.map(|output| pass_on(output, &lines)));
    let status =
        child.wait().map_err(|cause| Problem::Interrupted { program: program.clone(), cause })?;
    let mut tally = Tally::default();
    // A process that the runner left behind may hold the pipe open for ever: it is waited for
    // a while only, and what it says later belongs to no step.
    while let Ok(more) = counted.recv_timeout(LEFT_BEHIND) {
        tally.add(more);
    }
    ended(program, status).map(|()| tally)
}

/// How long the output of an ended program may stay silent before it counts as complete.
const LEFT_BEHIND: Duration = Duration::from_secs(5);

/// Prints each line as it comes, and tells what it counts.
fn pass_on(output: impl Read, counted: &Sender<Tally>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // Nobody reads our output any more, or nobody counts: neither ends the program.
        let _ = io::stdout().write_all(&line);
        let _ = counted.send(Tally::closing(&String::from_utf8_lossy(&line)));
        line.clear();
    }
}

fn ended(program: String, status: ExitStatus) -> Result<(), Problem> {
    if status.success() {
        Ok(())
    } else {
        Err(Problem::Failed { program, status: status.to_string() })
    }
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_comes_back_under_its_name() {
        let mut steps = Steps::of("trial");
        let problem = steps.program("the false one", &mut Command::new("false"));
        assert!(
            matches!(problem, Err(Problem::Step { ref name, .. }) if name == "the false one"),
            "{problem:?}"
        );
    }

    #[test]
    fn the_tests_of_every_step_are_added_up() -> Result<(), Problem> {
        let mut steps = Steps::of("trial");
        for passed in [2, 3] {
            let line = format!("tests: {passed} passed, 0 failed, 1 skipped");
            steps.tallied("one runner", || Ok(Tally::closing(&line)))?;
        }
        assert_eq!(steps.tally.to_string(), "tests: 5 passed, 0 failed, 2 skipped");
        Ok(())
    }
}
