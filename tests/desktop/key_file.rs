//! A workspace whose keys lie in a key file: made in the real window, closed, and opened again by
//! the passphrase of the file.
//!
//! Invariant: both passphrases are typed into the signing window; the page never offers a field for
//! one.

use crate::Outcome;
use crate::checks::{Scene, leave};
use crate::keys::SigningWindow;

const ADMIN: &str = "Ada Lovelace";
/// Her own: it opens her key, and not the file.
const OWN: &str = "a passphrase of my own";
const OF_THE_FILE: &str = "what the key file alone knows";

/// Creates such a workspace and leaves it closed.
pub(crate) fn makes(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    leave(scene)?;
    driver.press("button", "Close workspace")?;
    driver.press("button", "Create workspace")?;
    driver.write("Name", "Northmere")?;
    driver.write("First tenant", "retail-eu")?;
    driver.write("Your name", ADMIN)?;
    driver.choose("Keys", "In a file of the workspace folder (weaker)")?;
    driver.press("button", "Choose passphrase…")?;
    SigningWindow::wait("Create workspace")?.answer(&[OWN, OWN], &[OWN, OWN])?;
    let signing = SigningWindow::wait("New key file")?;
    signing.picture(&scene.stage.next_picture("new-key-file"))?;
    let typed = [OF_THE_FILE, OF_THE_FILE];
    signing.answer(&typed, &typed)?;
    let kit = SigningWindow::wait("Recovery kit")?;
    // Save kit, Print kit…, Try kit…, Cancel, I have kept it.
    for _ in 0..5 {
        kit.key("Tab")?;
    }
    kit.key("Return")?;
    driver.find("link", "Inbox")?;
    leave(scene)?;
    driver.press("button", "Close workspace")?;
    driver.find("button", "Open workspace").map(|_| ())
}

/// Opens it: given up once, refused once, and open only then.
pub(crate) fn opens(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Open workspace")?;
    let signing = SigningWindow::wait("Open key file")?;
    signing.picture(&scene.stage.next_picture("open-key-file"))?;
    driver.says("Go on in the signing window")?;
    signing.dismiss()?;
    driver.press("button", "Open workspace")?;
    let signing = SigningWindow::wait("Open key file")?;
    signing.text(OWN)?;
    signing.key("Return")?;
    if !signing.is_refused()? {
        return Err("another passphrase opened the key file".to_owned());
    }
    signing.picture(&scene.stage.next_picture("open-key-file-refused"))?;
    if driver.look("list", "People")?.is_some() {
        return Err("the workspace is open beside its closed key file".to_owned());
    }
    signing.answer(&[OF_THE_FILE], &[OF_THE_FILE])?;
    driver.find("list", "People")?;
    driver.find("button", ADMIN).map(|_| ())
}
