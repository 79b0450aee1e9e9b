//! `cargo xtask browser`: the page in a real browser, answered by the real core (`tests/bridge`).
//!
//! Invariant: a machine without Chromium is named in the summary, never passed over in silence; one
//! that names a Chromium which is not there fails.

use std::env;
use std::path::{Path, PathBuf};

use crate::problem::Problem;
use crate::steps::Steps;
use crate::test::Size;
use crate::{cargo, ui};

/// Where the browser is, when it lies elsewhere than Debian's package puts it.
const VARIABLE: &str = "COUNTERSIGN_CHROMIUM";
const DEBIAN: &str = "/usr/bin/chromium";
/// Fewer tests than this mean that some were lost.
const FLOOR: u64 = 77;

/// Builds what the checks need, and runs them.
pub(crate) fn run(size: Size) -> Result<(), Problem> {
    let mut steps = Steps::of("browser");
    ui::install(&mut steps)?;
    ui::build(&mut steps)?;
    steps.program("build", &mut cargo::build_programs()?)?;
    step(&mut steps, size)?;
    steps.summary();
    Ok(())
}

/// The checks alone: page and bridge are built.
pub(crate) fn step(steps: &mut Steps, size: Size) -> Result<(), Problem> {
    let Some(chromium) = found() else {
        return steps.step("browser (ABSENT: no Chromium)", || {
            println!("ABSENT: {DEBIAN} is not there. Accessibility, keyboard and hostile texts are not checked");
            println!("here: install Chromium, or name one with {VARIABLE}.");
            Ok(())
        });
    };
    let (name, value) = size.variable();
    let mut checks = ui::npm(&["run", "browser"])?;
    checks.env(VARIABLE, chromium).env("COUNTERSIGN_TARGET", cargo::target()?).env(name, value);
    let tally = steps.tests("browser", &mut checks)?;
    if tally.executed() < FLOOR {
        return Err(Problem::TooFewTests { found: tally.executed(), floor: FLOOR });
    }
    Ok(())
}

fn found() -> Option<PathBuf> {
    chosen(env::var_os(VARIABLE).map(PathBuf::from), Path::new(DEBIAN))
}

/// The browser that was named, there or not; else Debian's, where it is there.
fn chosen(named: Option<PathBuf>, debian: &Path) -> Option<PathBuf> {
    named.or_else(|| debian.exists().then(|| debian.to_path_buf()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_browser_is_taken_and_debians_only_where_it_is() {
        let (here, nowhere) = (Path::new("/"), Path::new("/no/such/browser"));
        assert_eq!(chosen(None, here), Some(here.to_path_buf()));
        assert_eq!(chosen(None, nowhere), None);
        // It is not there: the checks fail, and say so.
        assert_eq!(chosen(Some(nowhere.to_path_buf()), here), Some(nowhere.to_path_buf()));
    }
}
