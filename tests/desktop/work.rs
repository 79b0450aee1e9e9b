//! What analysts and admins do all day, in the real window: register, write, enrol.
//!
//! Invariant: the file dialog is the system's own and the passphrases go into the signing window;
//! neither is reached by WebDriver.

use crate::Outcome;
use crate::checks::Scene;
use crate::keys::{SigningWindow, choose_path};
use crate::tour::sign_in;

/// Registers a model whose artefact is chosen in the system's dialog.
pub(crate) fn registers(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let artefact = folder.path().join("model.onnx");
    std::fs::write(&artefact, b"weights").map_err(|error| error.to_string())?;
    driver.press("link", "Models")?;
    driver.press("button", "Register model")?;
    driver.write("Name", "window-test")?;
    driver.write("Version", "1")?;
    driver.press("button", "Choose file…")?;
    choose_path(&artefact)?;
    driver.find("status", "Chosen artefact")?;
    driver.write("Card", r#"{"intended_use":"a check of the window"}"#)?;
    driver.write("Reason", "Registered by a check of the window.")?;
    scene.stage.picture("register-model")?;
    driver.press("button", "Register model")?;
    driver.says("You requested this")?;
    driver.says("window-test")
}

/// Adds a person, who types a passphrase of their own in the signing window; an admin vouches.
pub(crate) fn enrols(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Lock")?;
    driver.press("button", "Sign out")?;
    // The admin of the workspace itself: others administer tenants.
    sign_in(&scene.stage, "Lucía Ferrándiz", &scene.passphrase)?;
    driver.press("link", "Admin")?;
    driver.find("table", "People and roles")?;
    driver.find("table", "Matrix")?;
    scene.stage.picture("admin")?;
    driver.press("button", "Add person")?;
    driver.write("Name", "Noor Haddad")?;
    driver.choose("Role", "Viewer")?;
    driver.write("Reason", "Joins the second line.")?;
    driver.press("button", "Continue to sign…")?;
    let signing = SigningWindow::wait()?;
    let own = "a passphrase of my own";
    for (at, passphrase) in [own, own, scene.passphrase.as_str()].into_iter().enumerate() {
        if at > 0 {
            signing.key("Tab")?;
        }
        signing.text(passphrase)?;
    }
    signing.picture(&scene.stage.next_picture("enrol"))?;
    signing.key("Return")?;
    SigningWindow::gone()?;
    // Two admins here: both acts wait for the other one.
    driver.says("Noor Haddad becomes Viewer in retail-eu")
}

/// Writes a new version of a prompt and asks for approval.
pub(crate) fn writes(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Lock")?;
    driver.press("button", "Sign out")?;
    sign_in(&scene.stage, "Kenji Morimoto", &scene.passphrase)?;
    driver.press("link", "Prompts")?;
    driver.press("row", "translation-review")?;
    driver.press("button", "New version")?;
    driver.write("Text", "\nName the newest source first: {{newest_source}}.\n")?;
    driver.write("Reason", "The newest source comes first.")?;
    driver.find("list", "Variables")?;
    scene.stage.picture("new-version")?;
    driver.press("button", "Save and request approval")?;
    driver.says("You requested this")
}
