//! What analysts do all day, in the real window.
//!
//! Invariant: a draft is written through the page, as a person writes it.

use crate::Outcome;
use crate::checks::Scene;
use crate::tour::sign_in;

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
