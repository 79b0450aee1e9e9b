//! `doctor`: what works here, and what to do about the rest.
//!
//! Invariant: it ends with 7 only when something that commands need does not work, else with 5
//! when a log raised an alarm.

use console::Edge;
use console::doctor::{Screen, examine, logs};
use console::views::{HealthState, HealthView};

use crate::arguments::Global;
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign doctor`
pub(crate) async fn run(
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let folder = asking::folder(global, edge).ok();
    let displays = ["DISPLAY", "WAYLAND_DISPLAY"];
    let has_display = cfg!(not(target_os = "linux"))
        || displays.iter().any(|name| std::env::var_os(name).is_some_and(|text| !text.is_empty()));
    let screen = if has_display { Screen::There } else { Screen::Absent };
    let health = examine(edge, screen, folder.as_deref()).await;
    let compared = match &folder {
        Some(folder) => logs(edge, folder, asking::given_key_file_passphrase()).await,
        None => Vec::new(),
    };
    output.lines(&health, words)?;
    output.lines(&compared, words)?;
    let any_failed =
        |lines: &[HealthView]| lines.iter().any(|line| line.state == HealthState::Failed);
    Ok(match (any_failed(&health), any_failed(&compared)) {
        (true, _) => Status::Unavailable,
        (false, true) => Status::Unverified,
        (false, false) => Status::Done,
    })
}

fn words(line: &HealthView) -> String {
    let state = match line.state {
        HealthState::Ready => "ready",
        HealthState::Limited => "limited",
        HealthState::Failed => "failed",
        HealthState::Unused => "unused",
    };
    let next = if line.next.is_empty() { String::new() } else { format!(" {}", line.next) };
    format!("{:<9} {state:<8} {}{next}", line.name, line.detail)
}
