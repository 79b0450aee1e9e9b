//! `cargo xtask run`: from a fresh clone to the open console.

use std::process::Command;

use crate::cargo;
use crate::problem::Problem;
use crate::steps::{self, Steps};
use crate::system::{self, Need};
use crate::{tour, ui};

/// Builds the console and opens it; where there is no display, says so and runs the tour.
pub(crate) fn run() -> Result<(), Problem> {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !display {
        println!("There is no display here, so the tour runs instead, in a virtual one.");
        return tour::run();
    }
    let mut steps = Steps::of("run");
    system::prepare(&mut steps, Need::Build)?;
    ui::install(&mut steps)?;
    ui::build(&mut steps)?;
    steps.program("build", &mut cargo::build_programs()?)?;
    steps.summary();
    println!("\nOpening Countersign. Its first page offers the demo workspace.");
    steps::run(&mut Command::new(cargo::built("countersign-desktop")?))
}
