//! A house as it lies on the disk and in the keychain at one moment, to be laid out again and again.
//!
//! Invariant: every layout has a folder and a keychain of its own; what is done to one is not seen
//! in another.

use std::collections::BTreeMap;
use std::path::PathBuf;

use console::{ConsoleError, Edge, Workspace};
use tempfile::TempDir;

use crate::dump::connect;
use crate::founding::files_of;
use crate::house::{self, House};
use crate::items::Items;

/// Files and keychain items of a closed house.
pub struct Frozen {
    files: BTreeMap<String, Vec<u8>>,
    items: BTreeMap<String, String>,
}

/// One layout of them.
pub struct Layout {
    /// The workspace's folder.
    pub place: PathBuf,
    edge: Edge,
    _folder: TempDir,
}

impl Frozen {
    /// Takes a house as it is now, settled.
    ///
    /// # Panics
    /// When it cannot be settled or read.
    pub async fn of(house: &House) -> Self {
        let House { workspace, items, place, .. } = house;
        workspace.settle().await.unwrap();
        // Whatever lies in the -wal belongs to what is frozen.
        let whole = "PRAGMA wal_checkpoint(TRUNCATE)";
        connect(&house.database()).query_row(whole, [], |_| Ok(())).unwrap();
        Self { files: files_of(place), items: items.all() }
    }

    /// Lays it out in a folder of its own.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[must_use]
    pub fn lay_out(&self) -> Layout {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bank");
        house::lay_out_files(&place, &self.files);
        let edge = house::edge(&Items::of(self.items.clone()), "2026-05-04T08:00:00.000000Z");
        Layout { place, edge, _folder: folder }
    }
}

impl Layout {
    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.place.join("workspace.db")
    }

    /// Opens it as a process that knows nothing of what was there before.
    ///
    /// # Errors
    /// Those of [`Workspace::open`].
    pub async fn open(&self) -> Result<Workspace, ConsoleError> {
        Workspace::open(&self.place, self.edge.keychain.clone(), self.edge.clone()).await
    }
}
