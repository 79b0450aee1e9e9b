//! The desktop shell: two windows around `console::Desk`, which decides everything.
//!
//! Invariant: a command takes the desk, calls one method of it and returns; the shell knows no
//! rule of the product. It opens windows and dialogs, carries answers to pages, and tells the main
//! page when to ask again. It never reads a workspace, a key or a passphrase itself.

mod attention;
mod commands;
mod dialogs;
mod start;
mod state;
mod windows;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use console::{Desk, Edge};
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Wry};
use tracing_subscriber::{EnvFilter, fmt};

pub use commands::collected;
pub use windows::is_own;

/// Runs the program until its main window closes.
pub fn run() -> ExitCode {
    tell_on_standard_error();
    match started() {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_event)).unwrap_or(1)),
        Err(cause) => {
            tracing::error!(%cause, "the program did not start");
            ExitCode::FAILURE
        }
    }
}

/// What goes wrong is told on standard error; `COUNTERSIGN_LOG` (`info`, `console=debug`) chooses how
/// much. No event carries a secret.
fn tell_on_standard_error() {
    let level = EnvFilter::try_from_env("COUNTERSIGN_LOG");
    let filter = level.unwrap_or_else(|_| EnvFilter::new("warn"));
    // Refused only if somebody listens already, who is then told instead.
    let _ = fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// The program with everything from outside in its hands, before its first window.
fn started() -> Result<App, Box<dyn Error>> {
    let key = start::settle()?;
    let edge = Edge::system()?;
    let encryption_key = key.map(Arc::new).or(edge.encryption_key);
    Ok(application(Edge { encryption_key, ..edge }).build(tauri::generate_context!())?)
}

fn application(edge: Edge) -> Builder<Wry> {
    Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            windows::focus_front(app);
            app.state::<Desk>().take_arguments(arguments.into_iter().map(Into::into));
        }))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(collected().invoke_handler())
        .setup(move |app| {
            windows::remove_left_overs(app.handle());
            state::manage(app.handle(), edge);
            windows::open_main(app.handle())?;
            app.state::<Desk>().take_arguments(std::env::args_os());
            Ok(())
        })
}

fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        windows::remove_left_overs(app);
    }
}
