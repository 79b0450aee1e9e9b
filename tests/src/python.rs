//! A Python of its own for tests: a virtual environment with what `tests/outside/requirements.txt`
//! pins, made once in the target folder.
//!
//! Invariant: nothing of the system's Python packages is used, and nothing outside the target
//! folder is written. Where it cannot be made, the reason is told; whether a test may go without
//! is that test's to say.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// A virtual environment that has what is pinned.
#[derive(Debug)]
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// The environment in this folder for temporary files (`CARGO_TARGET_TMPDIR` of the test), made
    /// by whoever asks first; the others wait.
    ///
    /// # Errors
    /// Why there is none, in a sentence: no `python3`, no `venv`, nothing to install from.
    pub fn in_target(folder: &Path) -> Result<&'static Self, &'static str> {
        static MADE: OnceLock<Result<Python, String>> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            fs::create_dir_all(folder).unwrap();
            let lock = File::create(folder.join("outside-python.lock")).unwrap();
            lock.lock().unwrap();
            make(&folder.join("outside-python"))
        });
        made.as_ref().map_err(String::as_str)
    }

    /// The interpreter, in a folder, with nothing of the caller's environment.
    #[must_use]
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(folder).env_clear().stdin(Stdio::null());
        // No `__pycache__` beside sources; no packages of the user's home.
        command.args(["-B", "-s"]);
        command
    }
}

fn make(folder: &Path) -> Result<Python, String> {
    let pinned = fs::read_to_string(requirements()).unwrap();
    let python = Python { program: folder.join("bin/python") };
    let stamp = folder.join("made-from.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == pinned) {
        return Ok(python);
    }
    // The rest of an earlier try, or of other versions.
    drop(fs::remove_dir_all(folder));
    let mut venv = Command::new("python3");
    done("python3 -m venv", venv.args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(&python.program);
    pip.args(["-m", "pip", "install", "-q", "--no-cache-dir", "--disable-pip-version-check"]);
    pip.args(["--timeout", "20", "-r"]).arg(requirements());
    done("pip install", &mut pip)?;
    fs::write(stamp, pinned).unwrap();
    Ok(python)
}

fn requirements() -> PathBuf {
    crate::root().join("tests/outside/requirements.txt")
}

fn done(what: &str, command: &mut Command) -> Result<(), String> {
    let ran = command.stdin(Stdio::null()).output();
    let Output { status, stderr, .. } = ran.map_err(|cause| format!("{what}: {cause}"))?;
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("{what} ends with {status}: {last}"))
}
