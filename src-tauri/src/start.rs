//! What must be settled before GTK starts, in the environment of this program and its children.
//!
//! Invariant (T17): `ENCRYPTION_KEY` reaches no process of the web view. A program cannot change
//! its own environment without `unsafe`, which is forbidden here: it starts itself anew in its own
//! place (same process id), once, and hands the key over in a pipe. It decides nothing else.

use std::io::{self, PipeReader, Read, Write};
use std::process::Command;

use console::SecretText;

const KEY: &str = "ENCRYPTION_KEY";
/// Set for the program started anew, whose standard input carries the key.
const KEY_ON_INPUT: &str = "COUNTERSIGN_KEY_ON_INPUT";
/// With NVIDIA's driver, or under Wayland, WebKit's DMA-BUF renderer shows an empty window.
const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts the program anew when its environment is not as it should be; returns the key that was
/// handed over, if any. Where that fails the program goes on as it is, and says so.
pub(crate) fn settle() -> io::Result<Option<SecretText>> {
    let key = std::env::var(KEY).ok();
    if cfg!(unix) && (key.is_some() || std::env::var_os(RENDERER).is_none()) {
        // Comes back only when it failed.
        let cause = anew(key).map_or_else(|cause| cause, |mut command| exec(&mut command));
        tracing::warn!(%cause, "the environment stays as it is: children see {KEY}, if set");
    }
    std::env::var_os(KEY_ON_INPUT).map(|_| from_input()).transpose()
}

fn anew(key: Option<String>) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1)).env_remove(KEY).env_remove(KEY_ON_INPUT);
    if std::env::var_os(RENDERER).is_none() {
        command.env(RENDERER, "1");
    }
    if let Some(key) = key {
        command.env(KEY_ON_INPUT, "1").stdin(in_a_pipe(&SecretText::new(key))?);
    }
    Ok(command)
}

/// A key is far shorter than what a pipe holds, so that writing waits for nobody.
fn in_a_pipe(key: &SecretText) -> io::Result<PipeReader> {
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(key.expose().as_bytes())?;
    Ok(reader)
}

fn from_input() -> io::Result<SecretText> {
    // Room for any key at once: a text that grows leaves copies behind.
    let mut key = String::with_capacity(4096);
    io::stdin().take(4096).read_to_string(&mut key)?;
    Ok(SecretText::new(key))
}

#[cfg(unix)]
fn exec(command: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(not(unix))]
fn exec(_: &mut Command) -> io::Error {
    io::ErrorKind::Unsupported.into()
}
