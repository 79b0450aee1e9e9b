//! What works on this computer, and what to do about the rest.
//!
//! Invariant: it looks and changes nothing but a probe in the keychain, which it takes away again.
//! No check hides another: each has its own line.

use std::path::Path;
use std::sync::Arc;

use ledger::Timestamp;
use security::SecurityError;
use security::error::EncryptionFault;
use store::{SqliteStore, Store as _};

use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::keychain::KeyFile;
use crate::keychain_check::check_keychain;
use crate::opening::{AskForKeyFile, open_workspace};
use crate::session::off_thread;
use crate::views::{HealthState, HealthView, KeychainFound, KeychainView};
use crate::workspace::Alarm;

/// Before this time no copy of this program existed: such a clock is wrong.
const EARLIEST: &str = "2026-01-01T00:00:00.000000Z";

/// The line about being told that the person left.
const LEAVING: &str = "Leaving";

/// What the edge sees of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Windows can be opened.
    There,
    /// None: a server or a pipeline.
    Absent,
}

/// Looks at everything; with a folder also at the workspace in it.
pub async fn examine(edge: &Edge, screen: Screen, folder: Option<&Path>) -> Vec<HealthView> {
    let uses_file = folder.is_some_and(|folder| matches!(KeyFile::exists(folder), Ok(true)));
    vec![
        keys(edge, uses_file).await,
        display(screen),
        clock(edge),
        leaving(edge).await,
        database(folder).await,
        line("Version", HealthState::Ready, env!("CARGO_PKG_VERSION").to_owned(), ""),
    ]
}

async fn keys(edge: &Edge, uses_file: bool) -> HealthView {
    if uses_file {
        let detail = "The workspace keeps its keys in a file: anchors in it roll back with the \
                      disk.";
        return line("Keychain", HealthState::Limited, detail.to_owned(), "");
    }
    let KeychainView { found, detail, next, here, .. } = check_keychain(edge).await;
    let state = match found {
        KeychainFound::Available => HealthState::Ready,
        KeychainFound::Waiting | KeychainFound::Missing | KeychainFound::Refused => {
            HealthState::Failed
        }
    };
    line("Keychain", state, format!("{}. {detail}", here.title), &next)
}

fn display(screen: Screen) -> HealthView {
    match screen {
        Screen::There => {
            line("Display", HealthState::Ready, "Windows can be opened.".to_owned(), "")
        }
        Screen::Absent => line(
            "Display",
            HealthState::Limited,
            "There is no display: the command line works, windows do not.".to_owned(),
            "Start the console from a desktop session.",
        ),
    }
}

fn clock(edge: &Edge) -> HealthView {
    let now = edge.clock.now();
    // To the minute: nobody compares microseconds by eye.
    let text = now.to_string();
    let detail = format!("It is {} {} UTC.", &text[..10], &text[11..16]);
    if Timestamp::parse(EARLIEST).is_ok_and(|earliest| now < earliest) {
        return line("Clock", HealthState::Failed, detail, "Set the clock of this computer.");
    }
    line("Clock", HealthState::Ready, detail, "")
}

async fn leaving(edge: &Edge) -> HealthView {
    let login = Arc::clone(&edge.login);
    let why = match off_thread(move || login.probe()).await {
        Ok(Ok(())) => {
            let detail = "Sleep and the lock of the screen lock the console.".to_owned();
            return line(LEAVING, HealthState::Ready, detail, "");
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    let detail = format!(
        "Sleep and the lock of the screen are not heard of ({why}): ten minutes at rest lock the \
         console."
    );
    line(LEAVING, HealthState::Limited, detail, "Lock it by hand before you leave.")
}

async fn database(folder: Option<&Path>) -> HealthView {
    let Some(folder) = folder.map(Path::to_owned) else {
        let detail = "No workspace was opened here yet.".to_owned();
        return line("Database", HealthState::Unused, detail, "");
    };
    let shown = folder.display().to_string();
    let checked = async || -> Result<(), ConsoleError> {
        let store = off_thread(move || SqliteStore::open(&folder)).await??;
        Ok(store.check().await?)
    };
    match checked().await {
        Ok(()) => {
            let detail = format!("The workspace at {shown} is whole.");
            line("Database", HealthState::Ready, detail, "")
        }
        Err(error) => {
            let view = error.view("");
            line("Database", HealthState::Failed, view.message, &view.hint)
        }
    }
}

/// Whether the logs of the workspace in a folder agree with their anchors: a line for each that
/// raised an alarm, else one for all. Nothing is written, and nobody is asked for the passphrase of
/// a key file: `given` reads it where it lies ready.
pub async fn logs(edge: &Edge, folder: &Path, given: Option<AskForKeyFile<'_>>) -> Vec<HealthView> {
    let nobody = || Err(SecurityError::Encryption { fault: EncryptionFault::KeyMissing }.into());
    let compared = async || -> Result<Vec<Alarm>, ConsoleError> {
        let workspace = open_workspace(folder, edge, given.unwrap_or(&nobody)).await?;
        let mut alarms = Vec::new();
        for tenant in workspace.log_ids().await? {
            workspace.demand_compared(&tenant).await?;
            alarms.extend(workspace.alarm(&tenant));
        }
        Ok(alarms)
    };
    match compared().await {
        Ok(alarms) if alarms.is_empty() => {
            let detail = "Every log agrees with what this computer has seen.".to_owned();
            vec![line("Logs", HealthState::Ready, detail, "")]
        }
        Ok(alarms) => alarms.iter().map(of_alarm).collect(),
        Err(error) => {
            let view = error.view("");
            let detail = format!("They were not compared with their anchors. {}", view.message);
            vec![line("Logs", HealthState::Limited, detail, &view.hint)]
        }
    }
}

fn of_alarm(alarm: &Alarm) -> HealthView {
    let name = format!("Log of {}", alarm.tenant_id);
    let detail = format!("{}. {}", alarm.cause.title(), alarm.detail);
    line(&name, HealthState::Failed, detail, alarm.cause.next())
}

fn line(name: &str, state: HealthState, detail: String, next: &str) -> HealthView {
    HealthView { name: name.to_owned(), state, detail, next: next.to_owned() }
}
