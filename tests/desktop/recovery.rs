//! A workspace brought back on another computer by its recovery kit, in the real window: another
//! home, another keychain, a copy of the folder and the file in which the kit was saved.
//!
//! Invariant: the lines of the kit go from its file to the core; no page shows them but the sheet
//! that shows the kit once, and WebDriver reaches none of it.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use console::{Edge, settings};

use crate::Outcome;
use crate::alarm::badge_says;
use crate::checks::{Check, Scene, carry_out, leave};
use crate::driver::until;
use crate::elsewhere::Computer;
use crate::file_dialog::FileDialog;
use crate::keys::{self, SigningWindow};
use crate::stage::Stage;

const ADMIN: &str = "Grace Hopper";
const OWN: &str = "the passphrase of the old computer";
const NEW: &str = "a passphrase for the new computer";
const REASON: &str = "the old computer is gone";

/// Creates a workspace; its kit is saved, tried from the file, and only then said to be kept.
pub(crate) fn saves_kit(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Close workspace")?;
    driver.press("button", "Create workspace")?;
    driver.write("Name", "Eastmere")?;
    driver.write("First tenant", "retail-eu")?;
    driver.write("Your name", ADMIN)?;
    driver.press("button", "Choose passphrase…")?;
    SigningWindow::wait("Create workspace")?.answer(&[OWN, OWN], &[OWN, OWN])?;
    let kit = SigningWindow::wait("Recovery kit")?;
    // Save kit, Print kit…, Try kit…, Cancel, I have kept it.
    tabs(&kit, 1)?;
    let file = kept_kit();
    let _ = fs::remove_file(&file);
    let open = || kit.key("Return");
    let dialog = FileDialog { title: "Save the recovery kit", open: &open };
    dialog.answer(&file, || match file.exists() {
        true => Ok(()),
        false => Err("no kit was saved".to_owned()),
    })?;
    kit.picture(&scene.stage.next_picture("kit-saved"))?;
    tabs(&kit, 1)?;
    kit.key("Return")?;
    prints(&scene.stage)?;
    tabs(&kit, 1)?;
    kit.key("Return")?;
    let lines = SigningWindow::wait("Kit lines")?;
    lines.picture(&scene.stage.next_picture("kit-trial"))?;
    choose_kit(&lines, &file, "Recovery kit")?;
    let kit = SigningWindow::wait("Recovery kit")?;
    kit.picture(&scene.stage.next_picture("kit-tried"))?;
    tabs(&kit, 5)?;
    kit.key("Return")?;
    driver.find("link", "Inbox")?;
    leave(scene)?;
    driver.press("button", "Close workspace")?;
    driver.find("button", "Open workspace")?;
    copy_folder()
}

/// The system's dialog for printing opens; no printer is asked for.
fn prints(stage: &Stage) -> Outcome<()> {
    const TITLE: &str = "^Print$";
    until("the dialog for printing opens", || Ok(keys::search(TITLE)))?;
    keys::screen(&stage.next_picture("kit-print"))?;
    until("the dialog for printing closes", || {
        if keys::search(TITLE).is_none() {
            return Ok(Some(()));
        }
        keys::escape_from_dialog().map(|()| None)
    })
}

/// Carries out the checks on another computer; gives those that failed.
pub(crate) fn on_another_computer(checks: &[(&'static str, Check)]) -> Outcome<Vec<&'static str>> {
    let computer = Computer::start()?;
    let copy = computer.home().join("copy");
    copy_all(&kept_copy(), &copy)?;
    let pictures = tests::root().join("target/window-tests/recovery");
    let stage = Stage::open_in(&pictures, &computer.variables())?;
    let scene = Scene { stage, passphrase: NEW.to_owned(), folder: copy };
    let failed = carry_out(&scene, checks);
    scene.stage.close()?;
    // Leftovers in the temporary folder harm nobody.
    let _ = fs::remove_file(kept_kit());
    let _ = fs::remove_dir_all(kept_copy());
    Ok(failed)
}

/// The first page opens the copy; nobody can sign in, and the kit is offered.
pub(crate) fn asks_for_kit(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.find("button", "Create workspace")?;
    scene.stage.picture("first-page")?;
    driver.press("button", "Restore from a backup or copy…")?;
    driver.find("button", "Choose backup…")?;
    scene.stage.picture("restore")?;
    let open = || driver.press("button", "Choose folder…");
    let dialog = FileDialog { title: "Choose the folder of the workspace", open: &open };
    let offered = || driver.find("button", "Recover with the kit…").map(|_| ());
    dialog.answer(&scene.folder, offered)?;
    driver.find("heading", "Its keys are on another computer")?;
    scene.stage.picture("copy-without-keys")?;
    match driver.look("list", "People")? {
        None => Ok(()),
        Some(_) => Err("people are offered to sign in".to_owned()),
    }
}

/// The kit's file, then the admin's reason and new passphrase; the receipt says what is left.
pub(crate) fn brings_back(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Recover with the kit…")?;
    let lines = SigningWindow::wait("Kit lines")?;
    // The control: a line that does not fit is refused.
    lines.text("AAAQE")?;
    lines.key("Tab")?;
    lines.text("BYHA4")?;
    lines.key("Tab")?;
    tabs(&lines, 2)?;
    lines.key("Return")?;
    if !lines.is_refused()? {
        return Err("five letters are taken for a kit".to_owned());
    }
    lines.picture(&scene.stage.next_picture("kit-refused"))?;
    choose_kit(&lines, &kept_kit(), "Recover")?;
    let sheet = SigningWindow::wait("Recover")?;
    sheet.picture(&scene.stage.next_picture("recover"))?;
    sheet.answer(&[REASON, NEW, NEW], &[NEW, NEW])?;
    let receipt = SigningWindow::wait("Receipt")?;
    receipt.picture(&scene.stage.next_picture("recovered"))?;
    receipt.dismiss()?;
    driver.find("link", "Inbox")?;
    badge_says(scene, "Log has lost its anchor")?;
    scene.stage.picture("recovered-in-alarm")
}

/// An admin sets both anchors anew; then a prompt is written.
pub(crate) fn writes_again(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    for _log in ["_workspace", "retail-eu"] {
        driver.press("button", "Set anchor anew…")?;
        let signing = SigningWindow::wait("End alarm")?;
        signing.answer(&["compared with the evidence of last week", NEW], &[NEW])?;
        SigningWindow::wait("Receipt")?.dismiss()?;
    }
    badge_says(scene, "Verified to #")?;
    driver.press("link", "Prompts")?;
    driver.press("button", "New prompt")?;
    driver.write("Name", "kyc-summary")?;
    driver.write("Text", "Summarise the file of {{customer}}.")?;
    driver.write("Reason", "The first one here.")?;
    driver.press("button", "Save and request approval")?;
    driver.says("You requested this")?;
    driver.press("link", "Audit")?;
    driver.says("key.enroll")?;
    scene.stage.picture("recovered-audit")
}

/// Presses Tab to **Choose file…** from wherever the focus stands in the sheet's first field.
fn choose_kit(lines: &SigningWindow, file: &Path, next: &'static str) -> Outcome<()> {
    tabs(lines, 2)?;
    let open = || lines.key("Return");
    let dialog = FileDialog { title: "Choose the recovery kit", open: &open };
    dialog.answer(file, || SigningWindow::wait(next).map(|_| ()))
}

fn tabs(window: &SigningWindow, times: usize) -> Outcome<()> {
    (0..times).try_for_each(|_| window.key("Tab"))
}

/// Lower-case letters and digits: each is one key.
fn kept_kit() -> PathBuf {
    std::env::temp_dir().join(format!("kit{}.txt", std::process::id()))
}

fn kept_copy() -> PathBuf {
    std::env::temp_dir().join(format!("copy{}", std::process::id()))
}

/// Takes a copy of the workspace that was opened last.
fn copy_folder() -> Outcome<()> {
    let edge = Edge::system().map_err(|error| error.to_string())?;
    let last = settings::last_workspace(&edge).map_err(|error| error.to_string())?;
    copy_all(&last.ok_or("no workspace was remembered")?, &kept_copy())
}

fn copy_all(from: &Path, to: &Path) -> Outcome<()> {
    let told = |cause: std::io::Error| format!("{}: {cause}", to.display());
    fs::DirBuilder::new().mode(0o700).create(to).map_err(told)?;
    for entry in fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(told)?;
    }
    Ok(())
}
