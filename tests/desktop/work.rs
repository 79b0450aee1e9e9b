//! What analysts and admins do all day, in the real window: write, register, enrol.
//!
//! Invariant: a draft is written through the page, as a person writes it; the file dialog is the
//! system's own and the passphrases go into the signing window, and WebDriver reaches neither.

use crate::Outcome;
use crate::checks::{Scene, leave};
use crate::file_dialog::FileDialog;
use crate::keys::SigningWindow;
use crate::tour::sign_in;

/// Admin of the workspace itself; others administer tenants.
pub(crate) const ADMIN: &str = "Lucía Ferrándiz";

/// Writes a new version of a prompt and asks for approval.
pub(crate) fn writes(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    leave(scene)?;
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

/// What lies in the artefacts that are registered here.
pub(crate) const WEIGHTS: &[u8] = b"weights";

/// Registers a model whose artefact is chosen in the system's dialog.
pub(crate) fn registers(scene: &Scene) -> Outcome<()> {
    register(scene, "window-test")
}

/// Registers a model of low tier, as an admin who stays signed in.
pub(crate) fn register(scene: &Scene, name: &str) -> Outcome<()> {
    let driver = &scene.stage.driver;
    // A name of lower-case letters and digits: each is one key.
    let folder = std::env::temp_dir().join(format!("countersign{}", std::process::id()));
    let artefact = folder.join("model.onnx");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&artefact, WEIGHTS))
        .map_err(|error| error.to_string())?;
    leave(scene)?;
    sign_in(&scene.stage, ADMIN, &scene.passphrase)?;
    driver.press("link", "Models")?;
    driver.press("button", "Register model")?;
    driver.write("Name", name)?;
    driver.write("Version", "1")?;
    driver.choose("Tier", "Low")?;
    let open = || driver.press("button", "Choose file…");
    let dialog = FileDialog { title: "Choose the artefact", open: &open };
    let chosen = dialog.refuses(&folder.join("nowhere/model.onnx")).and_then(|()| {
        dialog.answer(&artefact, || driver.find("status", "Chosen artefact").map(|_| ()))
    });
    let removed = std::fs::remove_dir_all(&folder);
    chosen?;
    removed.map_err(|error| error.to_string())?;
    driver.write("Card", r#"{"intended_use":"a check of the window"}"#)?;
    driver.write("Reason", "Registered by a check of the window.")?;
    scene.stage.picture("register-model")?;
    driver.press("button", "Register model")?;
    driver.says("You requested this")?;
    driver.says(name)
}

/// Reveals the card of a version of high tier: the page shows nothing of it before.
pub(crate) fn reveals(scene: &Scene) -> Outcome<()> {
    const OF_THE_CARD: &str = "Intended use";
    let driver = &scene.stage.driver;
    driver.press("link", "Models")?;
    driver.press("row", "credit-pd")?;
    driver.find("button", "Reveal…")?;
    scene.stage.picture("protected")?;
    if driver.text()?.contains(OF_THE_CARD) {
        return Err("the card is shown before it is revealed".to_owned());
    }
    driver.press("button", "Reveal…")?;
    let signing = SigningWindow::wait("Reveal")?;
    signing.text("asked by the auditor")?;
    signing.picture(&scene.stage.next_picture("reveal"))?;
    signing.answer(&["", &scene.passphrase], &[&scene.passphrase])?;
    driver.says(OF_THE_CARD)?;
    scene.stage.picture("revealed")
}

/// Adds a person, who types a passphrase of their own in the signing window; an admin vouches.
pub(crate) fn enrols(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("link", "Admin")?;
    driver.find("table", "People and roles")?;
    driver.find("table", "Matrix")?;
    scene.stage.picture("admin")?;
    driver.press("button", "Add person")?;
    driver.write("Name", "Noor Haddad")?;
    driver.choose("Role", "Viewer")?;
    driver.write("Reason", "Joins the second line.")?;
    driver.press("button", "Continue to sign…")?;
    let signing = SigningWindow::wait("Enrol")?;
    signing.picture(&scene.stage.next_picture("enrol"))?;
    let own = "a passphrase of my own";
    let fields = [own, own, scene.passphrase.as_str()];
    signing.answer(&fields, &fields)?;
    // Two admins here: both acts wait for the other one.
    driver.says("Noor Haddad becomes Viewer in retail-eu")
}

/// Changes a policy: what it would mean is said before it is signed, and it waits for the second
/// admin. The other tabs of administration are looked at on the way.
pub(crate) fn changes_policy(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("tab", "Policies")?;
    driver.find("table", "Policies")?;
    scene.stage.picture("policies")?;
    driver.press("button", "Change policy…")?;
    driver.write("Expires after", "14")?;
    driver.write("Reason", "Requests shall not lie for ever.")?;
    driver.says("after 14 days")?;
    scene.stage.picture("change-policy")?;
    driver.press("button", "Continue to sign…")?;
    let signing = SigningWindow::wait("Sign change")?;
    signing.picture(&scene.stage.next_picture("sign-change"))?;
    signing.answer(&[&scene.passphrase], &[&scene.passphrase])?;
    let receipt = SigningWindow::wait("Receipt")?;
    receipt.picture(&scene.stage.next_picture("change-receipt"))?;
    receipt.dismiss()?;
    driver.find("button", "Review change")?;
    scene.stage.picture("policy-waits")?;
    for (tab, table) in [("Keys", "Keys"), ("Tenants", "Tenants")] {
        driver.press("tab", tab)?;
        driver.find("table", table)?;
        scene.stage.picture(&tab.to_lowercase())?;
    }
    driver.press("link", "Your page")?;
    driver.says("Decisions")?;
    scene.stage.picture("person")
}
