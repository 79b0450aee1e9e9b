//! `cargo xtask`: builds, checks and shows the project by starting the programs that do it.
//!
//! Invariant: a step that fails is named, and ends the whole with status 1; nothing is skipped in
//! silence. It knows no rule of the product: what must hold is written in tests, never here.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task runner speaks to the person who started it"
)]

mod bench;
mod bindings;
mod browser;
mod cargo;
mod check;
mod desktop;
mod guards;
mod problem;
mod run;
mod steps;
mod system;
mod tally;
mod test;
mod tour;
mod ui;

use std::process::ExitCode;

use problem::Problem;
use test::Size;

const USAGE: &str = "\
cargo xtask <task>
  run            build the console and open it (where there is no display: the tour)
  tour           drive a sign-off through the real window; pictures in target/tour
  test [--full]  everything that must pass; --full with the long sizes
  check          format, lints and house rules only
  browser [--full]
                 the page in Chromium: accessibility, keyboard, hostile texts
  guards         take each guard of tests/guards.txt away in turn; a test must turn red
  bench          time what has a figure to reach, optimised as a release is
  desktop <program> [<argument>…]
                 start a program in the virtual desktop that tour and tests use
  bindings       write ui/src/lib/ipc's generated bindings anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run"] => run::run(),
        ["tour"] => tour::run(),
        ["test"] => test::run(Size::Usual),
        ["test", "--full"] => test::run(Size::Full),
        ["check"] => check::run(),
        ["browser"] => browser::run(Size::Usual),
        ["browser", "--full"] => browser::run(Size::Full),
        ["guards"] => guards::run(),
        ["bench"] => bench::run(),
        ["desktop", program, arguments @ ..] => desktop::run(program, arguments),
        ["bindings"] => bindings::run(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Problem::Usage),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Problem::Usage) => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}
