//! `cargo xtask bench`: timings, optimised as a release is; they are figures, and no test.

use crate::problem::Problem;
use crate::steps::Steps;
use crate::{browser, cargo, ui};

/// Builds what is timed and runs it; fails where a figure is not reached.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("bench");
    ui::install(&mut steps)?;
    ui::build(&mut steps)?;
    let built = ["build", "--release", "--package", "cli", "--package", "tests", "--bins"];
    steps.program("build", &mut cargo::cargo(&built)?)?;
    let timed = ["run", "--release", "--quiet", "--package", "tests", "--bin", "bench"];
    steps.program("bench", &mut cargo::cargo(&timed)?)?;
    browser::bench(&mut steps)?;
    steps.summary();
    Ok(())
}
