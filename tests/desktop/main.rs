//! The real window: `tour` walks through a complete sign-off and leaves pictures, `test` checks
//! what only the real window can show, `painted` times what a person waits for.
//!
//! Runs inside the virtual desktop that `xtask` makes (display, window manager, session bus, unlocked
//! keychain); `$TAURI_DRIVER` names the WebDriver bridge. Invariant: the main window is driven
//! through WebDriver, the signing window by pressed keys alone, as a person would.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test program says what it does")]

mod alarm;
mod checks;
mod demo;
mod driver;
mod elsewhere;
mod file_dialog;
mod key_file;
mod keys;
mod links;
mod painted;
mod payloads;
mod proof;
mod recovery;
mod reviewer;
mod stage;
mod tour;
mod work;

use std::process::ExitCode;

/// What went wrong, in a sentence.
type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let task = words.join(" ");
    let done = match words.as_slice() {
        ["tour"] => tour::run(),
        ["painted"] => painted::run(),
        ["test"] => checks::run(),
        ["test", "payloads"] => checks::run_payloads(),
        _ => Err("usage: desktop tour | desktop painted | desktop test [payloads]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("desktop {task}: {problem}");
            ExitCode::FAILURE
        }
    }
}
