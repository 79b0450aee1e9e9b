//! `cargo xtask test`: everything that must pass, in the order in which a mistake is found soonest.

use std::path::Path;

use crate::desktop::Desktop;
use crate::guards::{self, Turn};
use crate::problem::Problem;
use crate::steps::Steps;
use crate::system::{self, Need};
use crate::{browser, cargo, desktop, ui};

/// Which sizes the long tests take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Size {
    /// Small enough for every landing.
    Usual,
    /// As long as the figures to reach ask for.
    Full,
}

impl Size {
    /// The variable that `tests::size` reads, and its value.
    pub(crate) fn variable(self) -> (&'static str, &'static str) {
        let value = match self {
            Self::Usual => "usual",
            Self::Full => "full",
        };
        ("COUNTERSIGN_TEST_SIZE", value)
    }

    /// Which guards are taken away.
    const fn guards(self) -> Turn {
        match self {
            Self::Usual => Turn::Next,
            Self::Full => Turn::All,
        }
    }
}

/// Fewer executed tests than this mean that something was not found, not that all is well.
const FLOOR: u64 = 30;

/// Runs it all; the last line printed says how many tests passed.
pub(crate) fn run(size: Size) -> Result<(), Problem> {
    let mut steps = Steps::of("test");
    let (name, value) = size.variable();
    system::prepare(&mut steps, Need::Tests)?;
    steps.program("format", &mut cargo::format_check()?)?;
    ui::install(&mut steps)?;
    ui::check(&mut steps)?;
    ui::build(&mut steps)?;
    steps.program("lints", &mut cargo::lints()?)?;
    steps.program("build", &mut cargo::build_everything()?)?;
    let tests = &mut cargo::tests(&["--no-fail-fast"])?;
    let tally = steps.tests("tests", tests.env(name, value))?;
    if tally.executed() < FLOOR {
        return Err(Problem::TooFewTests { found: tally.executed(), floor: FLOOR });
    }
    browser::step(&mut steps, size)?;
    guards::step(&mut steps, size.guards())?;
    in_the_desktop(&mut steps, (name, value))?;
    steps.summary();
    Ok(())
}

/// What needs a display, a session bus and an unlocked keychain.
fn in_the_desktop(steps: &mut Steps, size: (&str, &str)) -> Result<(), Problem> {
    desktop::install_driver(steps)?;
    let display = Desktop::start()?;
    let words = cargo::tests_elsewhere(&["keychain_os", "keychain_locked"])?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut keychain = display.command(Path::new("env"), &words);
    steps.tests("real keychain", keychain.env(size.0, size.1))?;
    let mut window = display.command(&cargo::built("desktop")?, &["test"]);
    steps.tests("real window", window.env(size.0, size.1))?;
    Ok(())
}
