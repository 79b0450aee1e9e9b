//! `cargo xtask tour`: a complete sign-off through the real window, in a virtual display.
//!
//! What the tour does is written in the program `desktop` of `tests`; this starts it.

use crate::desktop::Desktop;
use crate::problem::Problem;
use crate::steps::Steps;
use crate::system::{self, Need};
use crate::{cargo, desktop, ui};

/// Builds the programs, runs the tour and says where its pictures lie.
pub(crate) fn run() -> Result<(), Problem> {
    let mut steps = Steps::of("tour");
    system::prepare(&mut steps, Need::Tests)?;
    ui::install(&mut steps)?;
    ui::build(&mut steps)?;
    steps.program("build", &mut cargo::build_programs()?)?;
    desktop::install_driver(&mut steps)?;
    let display = Desktop::start()?;
    steps.program("tour", &mut display.command(&cargo::built("desktop")?, &["tour"]))?;
    steps.summary();
    println!("\nThe pictures lie in {}", cargo::target()?.join("tour").display());
    Ok(())
}
