//! A reviewer's whole way in the real window, by keyboard alone and by mouse: find, read, verify the
//! artefact, comment, sign, save evidence.
//!
//! Invariant: with the keyboard nothing is pressed but keys, as the X server gives them to the window;
//! scripts only look where the focus is. The system's dialogs and the signing window take keys in both.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::Outcome;
use crate::checks::{Scene, leave};
use crate::driver::until;
use crate::file_dialog::FileDialog;
use crate::keys::{MainKeys, SigningWindow};
use crate::proof;
use crate::tour::{APPROVER, sign_in};
use crate::work::{self, WEIGHTS};

/// The dialog in which an artefact is chosen.
const DIALOG: &str = "Choose the artefact";
/// More presses of a key than a way may take.
const MOST: usize = 150;

/// Everything by keys.
pub(crate) fn by_keyboard(scene: &Scene) -> Outcome<()> {
    let name = "keyboard-test";
    let driver = &scene.stage.driver;
    let artefact = prepared(scene, name)?;
    let keys = Keys { scene, main: MainKeys::in_front()? };
    keys.walk("textbox", "Search requests")?;
    keys.main.text("keyboard")?;
    driver.find("row", name)?;
    keys.until_in("Tab", "row", "")?;
    keys.main.key("Return")?;
    driver.find("button", "Approve…")?;
    keys.tab("Changes")?;
    keys.tab("History")?;
    keys.tab("Artefact")?;
    let open = || {
        keys.walk("button", "Choose file…")?;
        keys.main.key("Return")
    };
    let dialog = FileDialog { title: DIALOG, open: &open };
    dialog.answer(&artefact, || driver.find("status", "Matches").map(|_| ()))?;
    scene.stage.picture("artefact-by-keyboard")?;
    keys.tab("Discussion")?;
    keys.walk("textbox", "Comment")?;
    keys.main.text("read by keys alone")?;
    keys.walk("button", "Add comment")?;
    keys.main.key("Return")?;
    driver.says("commented")?;
    keys.walk("button", "Approve…")?;
    keys.main.key("Return")?;
    signs(scene)?;
    driver.says("read by keys alone")?;
    // The search stays as it was left.
    keys.walk("textbox", "Search requests")?;
    keys.main.key("ctrl+a")?;
    keys.main.key("BackSpace")?;
    removed(&artefact)
}

/// The same with the pointer, where a pointer can be used.
pub(crate) fn by_mouse(scene: &Scene) -> Outcome<()> {
    let name = "mouse-test";
    let driver = &scene.stage.driver;
    let artefact = prepared(scene, name)?;
    driver.write("Search requests", "mouse")?;
    driver.press("row", name)?;
    driver.find("button", "Approve…")?;
    driver.press("tab", "Changes")?;
    driver.press("tab", "History")?;
    driver.press("tab", "Artefact")?;
    let open = || driver.press("button", "Choose file…");
    let dialog = FileDialog { title: DIALOG, open: &open };
    // The control: another file is told from the one under review.
    let other = artefact.with_file_name("other.onnx");
    std::fs::write(&other, b"other weights").map_err(|error| error.to_string())?;
    dialog.answer(&other, || driver.find("status", "Does not match").map(|_| ()))?;
    dialog.answer(&artefact, || driver.find("status", "Matches").map(|_| ()))?;
    scene.stage.picture("artefact-by-mouse")?;
    driver.press("tab", "Discussion")?;
    driver.write("Comment", "Read with the pointer.")?;
    driver.press("button", "Add comment")?;
    driver.says("commented")?;
    scene.stage.picture("discussion")?;
    driver.press("button", "Approve…")?;
    signs(scene)?;
    driver.says("Read with the pointer.")?;
    removed(&artefact)
}

/// A model that waits, with the file it was registered from, and the approver in front of their inbox.
fn prepared(scene: &Scene, name: &str) -> Outcome<PathBuf> {
    work::register(scene, name)?;
    // Lower-case letters and digits: each is one key.
    let folder = std::env::temp_dir().join(format!("countersignreview{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let artefact = folder.join("model.onnx");
    std::fs::write(&artefact, WEIGHTS).map_err(|error| error.to_string())?;
    leave(scene)?;
    sign_in(&scene.stage, APPROVER, &scene.passphrase)?;
    scene.stage.driver.press("tab", "Needs me")?;
    Ok(artefact)
}

fn removed(artefact: &Path) -> Outcome<()> {
    let folder = artefact.parent().ok_or("the artefact lies in no folder")?;
    std::fs::remove_dir_all(folder).map_err(|error| error.to_string())
}

/// Reason and passphrase; then the evidence is saved, and holds for somebody who has nothing else.
fn signs(scene: &Scene) -> Outcome<()> {
    let signing = SigningWindow::wait("Sign")?;
    signing.text("checked")?;
    signing.picture(&scene.stage.next_picture("signing-reviewed"))?;
    signing.answer(&["", &scene.passphrase], &[&scene.passphrase])?;
    let signing = SigningWindow::wait("Receipt")?;
    scene.stage.driver.says("This was approved")?;
    let evidence = proof::save_from_receipt(&signing)?;
    signing.picture(&scene.stage.next_picture("receipt-reviewed"))?;
    signing.dismiss()?;
    proof::evidence_stands_alone(&scene.folder, &evidence)
}

/// The keyboard in front of the main window.
struct Keys<'a> {
    scene: &'a Scene,
    main: MainKeys,
}

impl Keys<'_> {
    /// Presses Tab until the element of this role and name has the focus.
    fn walk(&self, role: &str, name: &str) -> Outcome<()> {
        self.until_in("Tab", role, name)
    }

    /// Comes to the tabs of the review, and along them to this one.
    fn tab(&self, name: &str) -> Outcome<()> {
        self.until_in("Tab", "tab", "")?;
        self.until_in("Right", "tab", name)
    }

    /// Presses a key until something of this role, and of this name where one is given, has the focus.
    fn until_in(&self, key: &str, role: &str, name: &str) -> Outcome<()> {
        let driver = &self.scene.stage.driver;
        // In the review first: the inbox beside it has tabs of its own.
        let script = "
            const [role, name] = arguments;
            const at = document.activeElement;
            const own = { button: 'button', textbox: 'input,textarea', tab: 'main [role=tab]', row: '[role=row]' };
            if (!at || !at.matches(own[role])) return false;
            const label = at.getAttribute('aria-label') || (at.labels && at.labels.length ? at.labels[0].textContent : at.textContent);
            return label.replace(/\\s+/g, ' ').trim().startsWith(name);";
        let is_there = || {
            let at = driver.script(script, &json!([role, name]))?;
            Ok::<bool, String>(at.as_bool() == Some(true))
        };
        until(&format!("{role} \"{name}\" is there"), || {
            Ok(if name.is_empty() { Some(()) } else { driver.look(role, name)?.map(|_| ()) })
        })?;
        for _ in 0..MOST {
            if is_there()? {
                return Ok(());
            }
            self.main.key(key)?;
        }
        Err(format!("{MOST} times {key} do not lead to {role} \"{name}\""))
    }
}
