//! `doctor`: what works here, and what to do about the rest.
//!
//! Invariant: it ends with 7 only when something that commands need does not work.

use console::Edge;
use console::doctor::{Screen, examine};
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
    output.lines(&health, words)?;
    let failed = health.iter().any(|line| line.state == HealthState::Failed);
    Ok(if failed { Status::Unavailable } else { Status::Done })
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
