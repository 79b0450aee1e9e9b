//! `cargo xtask bench`: timings, optimised as a release is; they are figures, and no test.

use crate::cargo;
use crate::problem::Problem;
use crate::steps::Steps;

/// Builds what is timed and runs it; fails where a figure is not reached.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("bench");
    let built = ["build", "--release", "--package", "cli", "--package", "tests", "--bins"];
    steps.program("build", &mut cargo::cargo(&built)?)?;
    let timed = ["run", "--release", "--quiet", "--package", "tests", "--bin", "bench"];
    steps.program("bench", &mut cargo::cargo(&timed)?)?;
    steps.summary();
    Ok(())
}
