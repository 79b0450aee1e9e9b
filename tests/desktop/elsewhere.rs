//! Another computer on the same screen: a home, a session bus and an unlocked keychain of its own,
//! none of which knows anything of the first one's.
//!
//! Invariant: its programs see nothing of the first home or keychain; all of it ends and is removed
//! with it.

use std::fs::DirBuilder;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// A running one.
pub(crate) struct Computer {
    home: PathBuf,
    bus: Child,
    address: String,
}

impl Computer {
    /// Starts its session bus, and unlocks its keychain. What the bus starts ends with it.
    pub(crate) fn start() -> Outcome<Self> {
        let told = |what: &str, cause: std::io::Error| format!("{what}: {cause}");
        // Lower-case letters and digits: each is one key.
        let home = std::env::temp_dir().join(format!("elsewhere{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&home).map_err(|cause| told("its home", cause))?;
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", &home)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|cause| told("its session bus", cause))?;
        let mut address = String::new();
        if let Some(output) = bus.stdout.take() {
            let read = BufReader::new(output).read_line(&mut address);
            read.map_err(|cause| told("the address of its session bus", cause))?;
        }
        let computer = Self { home, bus, address: address.trim().to_owned() };
        computer.unlock_keychain()?;
        Ok(computer)
    }

    /// Its home.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// What its programs are given in place of the first computer's.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let home = self.home.display().to_string();
        vec![
            ("HOME", home.clone()),
            ("XDG_RUNTIME_DIR", home),
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
        ]
    }

    fn unlock_keychain(&self) -> Outcome<()> {
        let told = |cause: std::io::Error| format!("its keychain: {cause}");
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets"])
            .envs(self.variables())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(told)?;
        if let Some(mut input) = daemon.stdin.take() {
            input.write_all(b"\n").map_err(told)?;
        }
        match daemon.wait().map_err(told)?.success() {
            true => Ok(()),
            false => Err("its keychain was not unlocked".to_owned()),
        }
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
        // A leftover in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
