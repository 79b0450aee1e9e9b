//! Tests of the shell on Tauri's mock runtime: no display, the real commands, the real
//! capability files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly and say what it ran"
)]

mod bindings;
mod configuration;
mod permissions;
mod shell;
