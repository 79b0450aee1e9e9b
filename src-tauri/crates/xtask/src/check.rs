//! `cargo xtask check`: the quick look before a commit. Proves less than `test`, on purpose.

use crate::cargo;
use crate::problem::Problem;
use crate::steps::Steps;

/// Format, lints and the house rules.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("check");
    steps.program("format", &mut cargo::format_check()?)?;
    steps.program("lints", &mut cargo::lints()?)?;
    steps.tests("house rules", &mut cargo::tests(&["--test", "it", "--", "tidy::"])?)?;
    steps.summary();
    Ok(())
}
