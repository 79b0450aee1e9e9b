//! The bridge: ui's built page in a browser, answered by the same core as in the desktop program.
//! For tests alone (accessibility, keyboard, payloads, pictures); no product code knows it.
//!
//! Invariant: a page reaches what the capability of its window lists, by the shell's own command
//! bodies, under the packaged content security policy to the letter: calls go through the browser's
//! debugging port (the test passes them on), so that not even `connect-src` is widened. What the
//! bridge stands in for are the system's windows and dialogs. It listens on loopback only.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test program says what it does")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod commands;
mod dialogs;
mod given;
mod home;
mod page;
mod plant;
mod server;
#[cfg(test)]
#[allow(unreachable_pub, reason = "the same file is a module of the build script")]
mod source;
mod stage;
mod standin;
mod windows;

use std::path::Path;
use std::process::ExitCode;

/// What went wrong, in a sentence.
type Outcome<T> = Result<T, String>;

const USAGE: &str = "usage: bridge make <home> | bridge serve <home> | \
                     bridge payloads <file> | bridge plant <home> <bed> <file>";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["make", home] => home::make(Path::new(home)),
        ["payloads", file] => tests::plant::lists::write(Path::new(file)),
        ["plant", home, bed, file] => plant::run(Path::new(home), bed, Path::new(file)),
        ["serve", home] => server::run(Path::new(home)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bridge: {problem}");
            ExitCode::FAILURE
        }
    }
}
