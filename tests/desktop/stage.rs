//! The bridge and the program under it, and where its pictures go.
//!
//! Invariant: the bridge is ended with the stage, whatever happened on it.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::driver::{Driver, until};
use crate::keys;

/// The bridge, the program and its pictures.
pub(crate) struct Stage {
    pub(crate) driver: Driver,
    bridge: Child,
    pictures: PathBuf,
    taken: Cell<u32>,
}

impl Stage {
    /// Starts the console's window; pictures are numbered in `folder`.
    pub(crate) fn open(folder: &Path) -> Outcome<Self> {
        Self::open_in(folder, &[])
    }

    /// The same, as on another computer: with these variables in place of this one's.
    pub(crate) fn open_in(folder: &Path, variables: &[(&str, String)]) -> Outcome<Self> {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let bridge = std::env::var("TAURI_DRIVER")
            .map_err(|_| "TAURI_DRIVER is not set: start this through cargo xtask".to_owned())?;
        let (port, native) = (free_port()?, free_port()?);
        let bridge = Command::new(bridge)
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("GTK_IM_MODULE", "gtk-im-context-simple")
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("the WebDriver bridge: {error}"))?;
        let driver = Driver::start(port, &built("countersign-desktop").to_string_lossy());
        let driver = match driver {
            Ok(driver) => driver,
            Err(problem) => {
                end(bridge);
                return Err(problem);
            }
        };
        Ok(Self { driver, bridge, pictures: folder.to_owned(), taken: Cell::new(0) })
    }

    /// Where the next picture goes: `03-review.png`.
    pub(crate) fn next_picture(&self, name: &str) -> PathBuf {
        self.taken.set(self.taken.get() + 1);
        self.pictures.join(format!("{:02}-{name}.png", self.taken.get()))
    }

    /// A picture of the main window.
    pub(crate) fn picture(&self, name: &str) -> Outcome<()> {
        let path = self.next_picture(name);
        keys::photograph(&keys::main_window()?, &path)?;
        println!("  picture {}", path.display());
        Ok(())
    }

    /// Ends the program.
    pub(crate) fn close(self) -> Outcome<()> {
        self.driver.quit()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.bridge.kill();
        let _ = self.bridge.wait();
    }
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// A program that was built beside this one.
pub(crate) fn built(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.with_file_name(name)
}

/// Runs the command line; gives its exit status and what it printed.
pub(crate) fn countersign(arguments: &[&str]) -> Outcome<(i32, String)> {
    let output = Command::new(built("countersign"))
        .args(arguments)
        .output()
        .map_err(|error| format!("countersign: {error}"))?;
    let status = output.status.code().unwrap_or(-1);
    let errors = String::from_utf8_lossy(&output.stderr);
    if status != 0 && !errors.trim().is_empty() {
        println!("  countersign {}: {}", arguments.join(" "), errors.trim());
    }
    Ok((status, String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn free_port() -> Outcome<u16> {
    let listener = until("a free port", || {
        std::net::TcpListener::bind("127.0.0.1:0").map(Some).map_err(|error| error.to_string())
    })?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}
