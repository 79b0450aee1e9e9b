//! The repository's place and the cargo calls that several tasks share.
//!
//! Invariant: every build of the workspace names the same features and profile, so that one
//! build serves lints, tests and windows, and nothing is compiled twice for nothing. The profile
//! is dev: the release one spends minutes on link-time optimisation that no test and no first
//! look needs (what derives keys is optimised in every profile); only what is timed is built so.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Problem;

/// The page inside the desktop program is the packaged one, in every build made here.
const FEATURES: [&str; 2] = ["--features", "countersign-desktop/custom-protocol"];

/// The repository's root. Cargo says where this crate lies; the root is three folders up.
pub(crate) fn root() -> Result<PathBuf, Problem> {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(Problem::NotUnderCargo)?;
    let root = Path::new(&crate_folder).ancestors().nth(3).ok_or(Problem::NotUnderCargo)?;
    Ok(root.to_path_buf())
}

/// The folder of all build output: this program lies in its `debug`.
pub(crate) fn target() -> Result<PathBuf, Problem> {
    let own = std::env::current_exe()
        .map_err(|cause| Problem::Files { path: "this program".to_owned(), cause })?;
    Ok(own.ancestors().nth(2).ok_or(Problem::NotUnderCargo)?.to_path_buf())
}

/// A program that the build leaves behind.
pub(crate) fn built(name: &str) -> Result<PathBuf, Problem> {
    Ok(target()?.join("debug").join(name))
}

/// The same, optimised as a release is.
pub(crate) fn released(name: &str) -> Result<PathBuf, Problem> {
    Ok(target()?.join("release").join(name))
}

/// `cargo` with these words, at the root.
pub(crate) fn cargo(words: &[&str]) -> Result<Command, Problem> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).current_dir(root()?);
    Ok(command)
}

/// `cargo fmt`, looking only.
pub(crate) fn format_check() -> Result<Command, Problem> {
    cargo(&["fmt", "--all", "--check"])
}

/// `cargo clippy` over everything, where a warning is a failure.
pub(crate) fn lints() -> Result<Command, Problem> {
    let mut command = cargo(&["clippy", "--workspace", "--all-targets"])?;
    command.args(FEATURES).args(["--", "-D", "warnings"]);
    Ok(command)
}

/// The one build that tests and window tests use.
pub(crate) fn build_everything() -> Result<Command, Problem> {
    let mut command = cargo(&["build", "--workspace", "--all-targets"])?;
    command.args(FEATURES);
    Ok(command)
}

/// The programs only, for whoever wants to look and not to test.
pub(crate) fn build_programs() -> Result<Command, Problem> {
    let mut command = cargo(&["build", "--workspace", "--bins"])?;
    command.args(FEATURES);
    Ok(command)
}

/// The programs, optimised as a release is: what is timed.
pub(crate) fn build_released() -> Result<Command, Problem> {
    let mut command = build_programs()?;
    command.arg("--release");
    Ok(command)
}

/// `cargo test` over the workspace with the artefacts of [`build_everything`].
pub(crate) fn tests(words: &[&str]) -> Result<Command, Problem> {
    let mut command = cargo(&["test", "--workspace"])?;
    command.args(FEATURES).args(words);
    Ok(command)
}

/// `cargo test` of these test programs, for a process whose home is another one: cargo and rustc
/// are told where the caller's are.
pub(crate) fn tests_elsewhere(names: &[&str]) -> Result<Vec<String>, Problem> {
    let home = std::env::var("HOME").unwrap_or_default();
    let at = |name: &str, folder: &str| {
        let place = std::env::var(name).unwrap_or_else(|_| format!("{home}/{folder}"));
        format!("{name}={place}")
    };
    let cargo = cargo(&[])?;
    let mut words = vec![
        at("CARGO_HOME", ".cargo"),
        at("RUSTUP_HOME", ".rustup"),
        cargo.get_program().to_string_lossy().into_owned(),
        "test".to_owned(),
        "--workspace".to_owned(),
    ];
    words.extend(FEATURES.map(str::to_owned));
    for name in names {
        words.extend(["--test".to_owned(), (*name).to_owned()]);
    }
    words.extend(["--", "--nocapture"].map(str::to_owned));
    Ok(words)
}
