//! A log that has lost its anchor, in the real window: what is said, and the act that ends it.
//!
//! Invariant: the anchor is taken out of the keychain while no program runs, as somebody would who
//! hides that records are missing; the passphrase goes into the signing window alone.

use console::Edge;
use console::keychain::{ItemName, Keychain, OsKeychain};
use console::settings;
use ledger::TenantId;

use crate::Outcome;
use crate::checks::{Scene, leave};
use crate::demo::Demo;
use crate::driver::until;
use crate::keys::SigningWindow;
use crate::stage::{Stage, countersign};
use crate::tour::{APPROVER, sign_in};
use crate::work::ADMIN;

/// The tenant whose anchor is lost.
const TENANT: &str = "retail-eu";
/// What the badge says then.
const LOST: &str = "Log has lost its anchor";

/// Takes the anchor away and starts the program again.
pub(crate) fn reopened(demo: Demo, stage: Stage) -> Outcome<Scene> {
    stage.close()?;
    lose_anchor(&demo)?;
    // Whatever the checks before opened last.
    let edge = Edge::system().map_err(|error| error.to_string())?;
    settings::remember_workspace(&edge, &demo.folder).map_err(|error| error.to_string())?;
    let stage = Stage::open(&tests::root().join("target/window-tests/alarm"))?;
    stage.driver.press("button", "Open workspace")?;
    stage.driver.find("list", "People")?;
    Ok(Scene { stage, passphrase: demo.passphrase, folder: demo.folder })
}

fn lose_anchor(demo: &Demo) -> Outcome<()> {
    let id = demo.workspace()?.id;
    let tenant = TenantId::parse(TENANT).map_err(|error| error.to_string())?;
    let (keychain, item) = (OsKeychain::new(), ItemName::anchor(&id, &tenant));
    let kept = keychain.read(&item).map_err(|error| error.to_string())?;
    if kept.is_none() {
        return Err(format!("the keychain has no {}", item.as_str()));
    }
    keychain.delete(&item).map_err(|error| error.to_string())
}

/// Everybody sees badge and banner; the gate says no; an approver is offered no act.
pub(crate) fn told(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    sign_in(&scene.stage, APPROVER, &scene.passphrase)?;
    badge_says(scene, LOST)?;
    driver.says("Nothing can be signed or changed")?;
    driver.says("can set the anchor anew")?;
    scene.stage.picture("alarm-approver")?;
    if driver.look("button", "Set anchor anew…")?.is_some() {
        return Err("an approver is offered the act of an admin".to_owned());
    }
    let place = scene.folder.to_string_lossy();
    let asked = ["--workspace", &place, "--tenant", TENANT, "gate", "model", "credit-pd", "6"];
    match countersign(&asked)? {
        (5, said) if said.contains("no anchor") => Ok(()),
        (status, said) => Err(format!("the gate ended with {status}: {said}")),
    }
}

/// An admin sets the anchor anew in the signing window; badge and banner follow, the act is in the
/// log.
pub(crate) fn set_anew(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    leave(scene)?;
    sign_in(&scene.stage, ADMIN, &scene.passphrase)?;
    driver.find("button", "Set anchor anew…")?;
    scene.stage.picture("alarm-admin")?;
    driver.press("link", "Audit")?;
    driver.find("grid", "Audit")?;
    driver.says("This computer’s anchor")?;
    scene.stage.picture("alarm-audit")?;
    driver.press("button", "Set anchor anew…")?;
    let signing = SigningWindow::wait("End alarm")?;
    signing.text("the keychain was made anew")?;
    signing.picture(&scene.stage.next_picture("alarm-sheet"))?;
    signing.answer(&["", &scene.passphrase], &[&scene.passphrase])?;
    let receipt = SigningWindow::wait("Receipt")?;
    receipt.picture(&scene.stage.next_picture("alarm-receipt"))?;
    receipt.dismiss()?;
    badge_says(scene, "Verified to #")?;
    driver.says("anchor.reset")?;
    scene.stage.picture("alarm-over")?;
    if driver.text()?.contains("Nothing can be signed or changed") {
        return Err("the banner stayed".to_owned());
    }
    Ok(())
}

pub(crate) fn badge_says(scene: &Scene, words: &str) -> Outcome<()> {
    let driver = &scene.stage.driver;
    until(&format!("the badge says \"{words}\""), || {
        let Some(badge) = driver.look("status", "Log")? else { return Ok(None) };
        let script = "return arguments[0].textContent.trim()";
        let text = driver.script(script, &serde_json::json!([badge.json()]))?;
        Ok(text.as_str().is_some_and(|text| text.starts_with(words)).then_some(()))
    })
}
