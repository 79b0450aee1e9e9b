//! A link that is given to a second start of the program, as the desktop does for whoever follows one.
//!
//! Invariant: it leads to a page of the window that is there, and does nothing else.

use std::process::{Command, ExitStatus};

use serde_json::json;

use crate::Outcome;
use crate::checks::Scene;
use crate::driver::{Driver, until};
use crate::keys::SigningWindow;
use crate::stage::built;

/// Where the links of this program begin.
const REVIEW: &str = "countersign://review/";

/// Needs somebody at work who may decide on it.
pub(crate) fn lead(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("link", "Inbox")?;
    driver.press("tab", "Needs me")?;
    driver.press("row", "credit-pd")?;
    driver.find("button", "Approve…")?;
    let there = address(driver)?;
    let id = there.strip_prefix("#/inbox/").ok_or_else(|| format!("a review at {there}"))?;

    elsewhere(driver)?;
    follow(&format!("{REVIEW}{id}"))?;
    until("the link leads to its review", || Ok((address(driver)? == there).then_some(())))?;
    driver.find("button", "Approve…")?;

    // The control: what asks for more than to look leads nowhere, and is told.
    elsewhere(driver)?;
    follow(&format!("{REVIEW}{id}?approve"))?;
    driver.says("it names no review")?;
    match address(driver)?.as_str() {
        "#/models" if !SigningWindow::is_open() => {}
        led => return Err(format!("a link that asks for a signature led to {led}")),
    }
    driver.press("button", "Dismiss")
}

fn elsewhere(driver: &Driver) -> Outcome<()> {
    driver.press("link", "Models")?;
    driver.find("heading", "Models").map(|_| ())
}

fn address(driver: &Driver) -> Outcome<String> {
    let hash = driver.script("return location.hash", &json!([]))?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

/// Starts the program once more with a link; it hands the link on and ends.
fn follow(link: &str) -> Outcome<()> {
    let mut second = Command::new(built("countersign-desktop"))
        .arg(link)
        .spawn()
        .map_err(|error| format!("a second start: {error}"))?;
    let ended = until("the second start ends", || second.try_wait().map_err(|e| e.to_string()));
    if ended.is_err() {
        let _ = second.kill();
    }
    let status: ExitStatus = ended?;
    if status.success() { Ok(()) } else { Err(format!("the second start ended with {status}")) }
}
