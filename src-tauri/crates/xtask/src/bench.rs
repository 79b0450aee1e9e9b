//! `cargo xtask bench`: timings, optimised as a release is; they are figures, and no test.

use crate::desktop::Desktop;
use crate::problem::Problem;
use crate::steps::Steps;
use crate::{cargo, desktop, ui};

/// Builds what is timed and runs it; fails where a figure is not reached.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("bench");
    ui::install(&mut steps)?;
    ui::build(&mut steps)?;
    steps.program("build", &mut cargo::build_released()?)?;
    let timed = ["run", "--release", "--quiet", "--package", "tests", "--bin", "bench"];
    steps.program("bench", &mut cargo::cargo(&timed)?)?;
    desktop::install_driver(&mut steps)?;
    let display = Desktop::start()?;
    let mut painted = display.command(&cargo::released("desktop")?, &["painted"]);
    steps.program("bench in the window", &mut painted)?;
    steps.summary();
    Ok(())
}
