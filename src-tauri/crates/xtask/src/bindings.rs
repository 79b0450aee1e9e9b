//! `cargo xtask bindings`: writes the page's generated bindings anew.
//!
//! Invariant: the program that writes them is the test that checks them, told to write; this
//! file knows neither their place nor their form.

use crate::cargo;
use crate::problem::Problem;
use crate::steps::Steps;
use crate::system::{self, Need};
use crate::ui;

/// Set for the test `export_bindings`: write the file and do not compare.
const WRITE: &str = "COUNTERSIGN_WRITE_BINDINGS";

/// Runs the test `export_bindings` of the shell so that it writes.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("bindings");
    system::prepare(&mut steps, Need::Build)?;
    if !cargo::root()?.join("ui/dist/index.html").exists() {
        // The shell carries the page inside, and does not compile without one.
        ui::install(&mut steps)?;
        ui::build(&mut steps)?;
    }
    let mut test = cargo::cargo(&["test", "--package", "countersign-desktop"])?;
    test.args(["--features", "custom-protocol", "export_bindings"]).env(WRITE, "1");
    let tally = steps.tests("write the bindings", &mut test)?;
    steps.summary();
    match tally.executed() {
        0 => Err(Problem::TooFewTests { found: 0, floor: 1 }),
        _ => Ok(()),
    }
}
