//! Plants hostile texts (`tests::plant`) in the house of a home of its own.
//!
//! Invariant: the texts come in through the core alone; the home is kept as it was left.

use std::fs;
use std::path::Path;

use ::tests::{house, plant};
use serde_json::Value;

use crate::Outcome;
use crate::home::{Home, alone, place};

/// Plants the texts of a file in one bed, and prints how many were kept and refused where.
pub(crate) fn run(folder: &Path, bed: &str, texts: &Path) -> Outcome<()> {
    let bytes = fs::read(texts).map_err(|cause| format!("{}: {cause}", texts.display()))?;
    let texts: Vec<String> = serde_json::from_slice(&bytes).map_err(|cause| cause.to_string())?;
    Home::furnish(folder, &house::items())?;
    let house = place(folder, "house")?;
    house::lay_out(&house);
    let home = Home::open(folder)?;
    let told: Value = alone()?.block_on(plant::planted(&house, &home.edge, bed, &texts))?;
    println!("{told}");
    home.keep()
}
