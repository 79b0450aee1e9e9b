//! Exit statuses, and what is said when something does not work.
//!
//! Invariant: one total table from codes to statuses; an error is one sentence of what is wrong
//! and one of what to do next, on standard error.

use std::io::Write as _;
use std::process::ExitCode;

use console::gate::GateCause;
use console::pipeline::AlarmLine;
use console::{ConsoleError, ErrorCode};
use serde_json::{Value, json};

/// What the program ends with (cli.md, "Exit status").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Done = 0,
    Unexpected = 1,
    Usage = 2,
    NotAllowed = 3,
    NotApproved = 4,
    Unverified = 5,
    InvalidState = 6,
    Unavailable = 7,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl From<GateCause> for Status {
    fn from(cause: GateCause) -> Self {
        match cause {
            GateCause::Approved => Self::Done,
            GateCause::Unavailable => Self::Unavailable,
            GateCause::Unverified | GateCause::OtherArtefact => Self::Unverified,
            GateCause::NotApproved => Self::NotApproved,
        }
    }
}

impl From<ErrorCode> for Status {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidInput | ErrorCode::WeakPassphrase | ErrorCode::Artefact => {
                Self::Usage
            }
            ErrorCode::NotSignedIn
            | ErrorCode::NotAllowed
            | ErrorCode::WrongPassphrase
            | ErrorCode::Throttled => Self::NotAllowed,
            ErrorCode::NotFound | ErrorCode::NotApproved => Self::NotApproved,
            ErrorCode::VerificationFailed => Self::Unverified,
            ErrorCode::AlreadyExists
            | ErrorCode::InvalidState
            | ErrorCode::StaleReview
            | ErrorCode::HiddenCharacters
            | ErrorCode::ArtefactUnchecked
            | ErrorCode::Protected => Self::InvalidState,
            ErrorCode::File
            | ErrorCode::LoosePermissions
            | ErrorCode::Keychain
            | ErrorCode::Encryption
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::DatabaseNewer
            | ErrorCode::NoWorkspace => Self::Unavailable,
            ErrorCode::Unexpected => Self::Unexpected,
        }
    }
}

/// Something that does not work.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    code: String,
    message: String,
    hint: String,
}

impl From<ConsoleError> for Failure {
    fn from(error: ConsoleError) -> Self {
        let view = error.view("");
        // The sentence for a window is "sign in first"; here a flag or a variable does it.
        let hint = match (&error, error.code()) {
            (ConsoleError::TokenRefused, _) => {
                "Ask an admin for a new token, and set COUNTERSIGN_TOKEN to it.".to_owned()
            }
            (_, ErrorCode::NotSignedIn) => {
                "Say who asks with --user NAME, or set COUNTERSIGN_TOKEN.".to_owned()
            }
            _ => view.hint,
        };
        let code = json!(view.code).as_str().unwrap_or_default().to_owned();
        Self { status: error.code().into(), code, message: view.message, hint }
    }
}

impl Failure {
    /// Something typed that cannot be.
    pub(crate) fn usage(message: String, hint: &str) -> Self {
        let code = "usage".to_owned();
        Self { status: Status::Usage, code, message, hint: hint.to_owned() }
    }

    /// Something that should not happen.
    pub(crate) fn unexpected(cause: &dyn std::fmt::Display) -> Self {
        let hint = "Try again; COUNTERSIGN_LOG=debug says more.".to_owned();
        let code = "unexpected".to_owned();
        Self { status: Status::Unexpected, code, message: format!("{cause}."), hint }
    }

    /// True when another passphrase may do.
    pub(crate) fn is_wrong_passphrase(&self) -> bool {
        self.code == "wrong_passphrase"
    }

    /// Says it on standard error.
    pub(crate) fn tell(&self, as_json: bool) -> Status {
        let (code, message, hint) = (&self.code, &self.message, &self.hint);
        let error = json!({"error": {"code": code, "message": message, "hint": hint}});
        say(as_json.then_some(error), &format!("{message}\n{hint}"));
        self.status
    }
}

/// Says on standard error that a log is read and not written. What was asked for goes on.
pub(crate) fn warn(alarm: &AlarmLine, as_json: bool) {
    let AlarmLine { tenant_id, message, hint, .. } = alarm;
    let warning = as_json.then(|| json!({"warning": alarm}));
    say(warning, &format!("Alarm in {tenant_id}: {message}\n{hint}"));
}

fn say(document: Option<Value>, words: &str) {
    // What somebody typed or stored must not steer the terminal.
    let text = document.map_or_else(|| console::hidden::drawn(words), |json| json.to_string());
    // Nobody reads it: the status still says it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What clap found wrong; help and version are no errors.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A reader that went away has read enough.
        let _ = error.print();
        return Status::Done.into();
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
        return Failure::usage(message, "See countersign --help.").tell(true).into();
    }
    let _ = error.print();
    Status::Usage.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_says_yes_is_the_only_one_that_ends_with_zero() {
        let cases = [
            (GateCause::Approved, 0),
            (GateCause::NotApproved, 4),
            (GateCause::Unverified, 5),
            (GateCause::OtherArtefact, 5),
            (GateCause::Unavailable, 7),
        ];
        for (cause, expected) in cases {
            assert_eq!(Status::from(cause) as u8, expected, "{cause:?}");
        }
    }

    #[test]
    fn every_failure_ends_with_the_status_of_its_cause() {
        let cases = [
            (ConsoleError::PassphrasesDiffer, 2),
            (ConsoleError::NotSignedIn, 3),
            (ConsoleError::TokenRefused, 3),
            (ConsoleError::WrongPassphrase, 3),
            (ConsoleError::NotEnrolled, 3),
            (ConsoleError::NotFound { what: "model" }, 4),
            (ConsoleError::Alarm { detail: "x".to_owned(), next: "y" }, 5),
            (ConsoleError::TitleTaken, 6),
            (ConsoleError::KeyItem { item: "log key" }, 7),
            (ConsoleError::Interrupted, 1),
        ];
        for (error, expected) in cases {
            assert_eq!(Failure::from(error.clone()).status as u8, expected, "{error:?}");
        }
    }
}
