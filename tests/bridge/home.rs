//! Where a bridge keeps what a computer would: the data, the settings, and the keychain in a file.
//!
//! Invariant: a home is a folder that can be copied; nothing outside of it is read or written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::edge::{SystemClock, SystemEntropy};
use console::keychain::KeychainThread;
use console::login::Nobody;
use console::settings::{make_private, remember_workspace};
use console::views::KeyStorage;
use console::{Desk, Edge};
use tests::items::Items;

use crate::Outcome;

/// The keychain's items by account, as JSON.
const KEYCHAIN: &str = "keychain.json";
const DATA: &str = "data";

/// A home that is lived in.
pub(crate) struct Home {
    pub(crate) edge: Edge,
    items: Arc<Items>,
    folder: PathBuf,
}

impl Home {
    /// Moves in. Where there is one workspace, it is the one that was opened last.
    pub(crate) fn open(folder: &Path) -> Outcome<Self> {
        let of_items = folder.join(KEYCHAIN);
        let kept: BTreeMap<String, String> = match fs::read(&of_items) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|cause| format!("{}: {cause}", of_items.display()))?,
            Err(_) => BTreeMap::new(),
        };
        make_private(folder).map_err(|cause| told(folder, &cause))?;
        let items = Items::of(kept);
        let keychain = KeychainThread::start(Arc::clone(&items) as Arc<_>)
            .map_err(|cause| cause.to_string())?;
        let data = folder.join(DATA);
        let edge = Edge {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keychain,
            login: Arc::new(Nobody),
            encryption_key: None,
            settings: Some(folder.join("settings")),
            data: Some(data.clone()),
        };
        if let [only] = workspaces(&data).as_slice() {
            remember_workspace(&edge, only).map_err(|cause| cause.to_string())?;
        }
        Ok(Self { edge, items, folder: folder.to_owned() })
    }

    /// Keeps what the keychain holds now.
    pub(crate) fn keep(&self) -> Outcome<()> {
        let place = self.folder.join(KEYCHAIN);
        let bytes = serde_json::to_vec(&self.items.all()).map_err(|cause| cause.to_string())?;
        fs::write(&place, bytes).map_err(|cause| told(&place, &cause))
    }

    /// Puts items into the keychain that belong to files laid out in it.
    pub(crate) fn furnish(folder: &Path, items: &BTreeMap<String, String>) -> Outcome<()> {
        make_private(folder).map_err(|cause| told(folder, &cause))?;
        let bytes = serde_json::to_vec(items).map_err(|cause| cause.to_string())?;
        let place = folder.join(KEYCHAIN);
        fs::write(&place, bytes).map_err(|cause| told(&place, &cause))
    }
}

/// Where a workspace of a home lies.
pub(crate) fn place(folder: &Path, name: &str) -> Outcome<PathBuf> {
    let data = folder.join(DATA);
    make_private(&data).map_err(|cause| told(&data, &cause))?;
    Ok(data.join(name))
}

/// Makes a home with a demo in it.
pub(crate) fn make(folder: &Path) -> Outcome<()> {
    let home = Home::open(folder)?;
    let desk = Desk::new(home.edge.clone(), Arc::new(|_| ()));
    alone()?.block_on(async {
        let made = desk.open_demo(KeyStorage::Keychain, Arc::new(|_| ())).await;
        made.map_err(|refused| format!("the demo: {} {}", refused.message, refused.hint))?;
        desk.close_workspace().await.map_err(|refused| refused.message)
    })?;
    home.keep()
}

/// Runs what is asked, one thing at a time.
pub(crate) fn alone() -> Outcome<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(|cause| cause.to_string())
}

fn workspaces(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.join("workspace.db").exists()).collect()
}

fn told(path: &Path, cause: &std::io::Error) -> String {
    format!("{}: {cause}", path.display())
}
