//! What can go wrong in a task, one variant a cause, each saying what to do next.
//!
//! Invariant: whatever ends a task reaches the person through this type. It carries text only.

use std::fmt;
use std::io;

/// Why a task ended early.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The words after `cargo xtask` name no task.
    Usage,
    /// `cargo xtask` was not started by cargo, so the repository is not known.
    NotUnderCargo,
    /// A program could not be started at all.
    NotStarted { program: String, cause: io::Error },
    /// A program was started and could not be followed to its end.
    Interrupted { program: String, cause: io::Error },
    /// A program ended with another status than 0.
    Failed { program: String, status: String },
    /// A tool is missing or too old.
    ToolTooOld { tool: &'static str, found: String, needed: &'static str },
    /// System packages are missing and this is not a machine where they can be installed.
    PackagesMissing { packages: Vec<String> },
    /// A run that was to execute tests executed fewer than it must.
    TooFewTests { found: u64, floor: u64 },
    /// An entry of the list of guards is not whole.
    GuardList { entry: String },
    /// The tests of a guard are red, or not there, while it stands.
    NotGreen { tests: String },
    /// No test noticed that these guards were taken away.
    GuardsUntested { names: Vec<String> },
    /// The virtual display did not come up.
    NoDisplay { reason: String },
    /// A file or folder could not be read or made.
    Files { path: String, cause: io::Error },
    /// The step of this name failed; its cause is inside.
    Step { name: String, cause: Box<Problem> },
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => write!(to, "no such task; `cargo xtask help` lists them"),
            Self::NotUnderCargo => write!(to, "start it as `cargo xtask <task>`"),
            Self::NotStarted { program, cause } => {
                write!(to, "`{program}` could not be started: {cause}")
            }
            Self::Interrupted { program, cause } => {
                write!(to, "`{program}` could not be followed to its end: {cause}")
            }
            Self::Failed { program, status } => write!(to, "`{program}` ended with {status}"),
            Self::ToolTooOld { tool, found, needed } => {
                write!(to, "{tool} {needed} or newer is needed, found {found}; install it first")
            }
            Self::PackagesMissing { packages } => write!(
                to,
                "these packages (Debian's names) are missing, and only Debian and Ubuntu are \
                 served by themselves; install their like: {}",
                packages.join(" ")
            ),
            Self::TooFewTests { found, floor } => {
                write!(to, "only {found} tests were run, at least {floor} must be")
            }
            Self::GuardList { entry } => {
                write!(to, "tests/guards.txt: \"{entry}\" is no whole entry; its head says how")
            }
            Self::NotGreen { tests } => {
                write!(to, "`cargo test {tests}` is not green with every guard in its place")
            }
            Self::GuardsUntested { names } => write!(
                to,
                "guards that can go unnoticed; write the test that notices, or mend the entry in \
                 tests/guards.txt:\n  {}",
                names.join("\n  ")
            ),
            Self::NoDisplay { reason } => write!(to, "the virtual display: {reason}"),
            Self::Files { path, cause } => write!(to, "{path}: {cause}"),
            Self::Step { name, cause } => write!(to, "step \"{name}\" failed: {cause}"),
        }
    }
}
