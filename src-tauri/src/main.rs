//! The desktop program. What it does stands in `lib.rs`; this only starts it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign_desktop::run()
}
