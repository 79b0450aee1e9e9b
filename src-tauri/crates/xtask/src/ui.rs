//! The web page's own tools, through npm.
//!
//! Invariant: what is installed is exactly the lock file's, and no package runs a script of its
//! own while it is installed.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use crate::cargo;
use crate::problem::Problem;
use crate::steps::Steps;

/// Installs the locked packages, unless they are in place already.
pub(crate) fn install(steps: &mut Steps) -> Result<(), Problem> {
    let ui = cargo::root()?.join("ui");
    let changed = |path: &str| -> Option<SystemTime> {
        fs::metadata(ui.join(path)).and_then(|file| file.modified()).ok()
    };
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        println!("\n== ui packages: in place");
        return Ok(());
    }
    steps.program("ui packages", &mut npm(&["ci", "--ignore-scripts"])?)
}

/// Type check and unit tests of the page.
pub(crate) fn check(steps: &mut Steps) -> Result<(), Problem> {
    steps.program("ui types", &mut npm(&["run", "check"])?)?;
    steps.tests("ui tests", &mut npm(&["run", "test"])?).map(|_| ())
}

/// Builds the page that the desktop program carries inside.
pub(crate) fn build(steps: &mut Steps) -> Result<(), Problem> {
    steps.program("ui build", &mut npm(&["run", "build"])?)
}

/// npm in the folder of the page.
pub(crate) fn npm(words: &[&str]) -> Result<Command, Problem> {
    let mut command = Command::new("npm");
    command.args(words).current_dir(cargo::root()?.join("ui"));
    Ok(command)
}
