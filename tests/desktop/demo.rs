//! The demo that the window made: where it lies and which passphrase opens it.
//!
//! Both are read the way another program of the same person could: the settings and the keychain.

use std::path::{Path, PathBuf};
use std::time::Duration;

use console::edge::Edge;
use console::keychain::{ItemName, Keychain, OsKeychain};
use console::settings;
use store::{SqliteStore, Store, WorkspaceRow};

use crate::Outcome;
use crate::driver::until_within;
use crate::stage::Stage;

/// Making a demo takes under half a minute on two cores; here others may be at work too.
const PATIENCE: Duration = Duration::from_secs(120);

/// A demo workspace that stands open in the window.
pub(crate) struct Demo {
    pub(crate) folder: PathBuf,
    pub(crate) passphrase: String,
}

impl Demo {
    /// Presses **Explore the demo** and waits for its people.
    pub(crate) fn explore(stage: &Stage) -> Outcome<Self> {
        stage.driver.press("button", "Explore the demo")?;
        until_within(PATIENCE, "the demo is made", || stage.driver.look("list", "People"))?;
        let edge = Edge::system().map_err(|error| error.to_string())?;
        let folder = settings::last_workspace(&edge)
            .map_err(|error| error.to_string())?
            .ok_or("no workspace was remembered")?;
        let passphrase = passphrase(&folder)?;
        Ok(Self { folder, passphrase })
    }

    /// What the workspace says of itself.
    pub(crate) fn workspace(&self) -> Outcome<WorkspaceRow> {
        workspace(&self.folder)
    }
}

/// The workspace in a folder, as its row says.
fn workspace(folder: &Path) -> Outcome<WorkspaceRow> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime
        .block_on(async { SqliteStore::open(folder)?.workspace().await })
        .map_err(|error| error.to_string())
}

fn passphrase(folder: &Path) -> Outcome<String> {
    let item = ItemName::demo(&workspace(folder)?.id);
    let kept = OsKeychain::new().read(&item).map_err(|error| error.to_string())?;
    kept.map(|text| text.expose().to_owned())
        .ok_or("the keychain has no demo passphrase".to_owned())
}
