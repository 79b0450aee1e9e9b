//! A workspace in the making: filled in a folder beside its place, then moved there whole.
//!
//! Invariant: what is unfinished is not in place, and what is in place is wholly on the disk.
//! Commits meanwhile are not synced: if the machine stops there, nothing was promised, and the
//! remains are never taken for a workspace.

use std::fs::File;
use std::path::Path;

use ledger::WorkspaceId;

use super::threads::Threads;
use super::writer::{Syncing, Writer};
use super::{SqliteStore, connect, files, migrate, workspace};
use crate::{Commit, StoreError, WorkspaceRow};

/// The folder of a workspace that is being made. Dropped before it is finished, it is removed.
pub struct Unfinished {
    partial: files::PartialFolder,
}

impl Unfinished {
    /// Starts a workspace. `folder`, its place, must be absent or empty.
    ///
    /// # Errors
    /// [`StoreError::FolderNotEmpty`], [`StoreError::ReadOnly`], [`StoreError::DiskFull`].
    pub fn beside(folder: &Path, id: &WorkspaceId) -> Result<Self, StoreError> {
        Ok(Self { partial: files::PartialFolder::beside(folder, id.as_str())? })
    }

    /// Where it is being made: private to its owner; what lies here moves along.
    pub fn folder(&self) -> &Path {
        self.partial.path()
    }

    /// Makes the database with its first records (the genesis of its logs). Blocks for as long as
    /// the disk needs. The store must be dropped before [`Unfinished::finish`].
    ///
    /// # Errors
    /// Those of [`crate::Store::commit`] for the first commit.
    pub fn create(
        &self,
        workspace: &WorkspaceRow,
        first: &Commit,
    ) -> Result<SqliteStore, StoreError> {
        let folder = self.folder();
        files::make_private_file(&files::database_in(folder))?;
        let mut connection = connect::to_write(folder)?;
        connect::make_ours(&connection)?;
        migrate::migrate(&mut connection, folder, migrate::MIGRATIONS)?;
        workspace::put(&connection, workspace)?;
        let mut writer = Writer::new(connection, Syncing::AtTheEnd)?;
        writer.commit(first)?;
        Ok(SqliteStore { threads: Threads::start(folder, writer)? })
    }

    /// Brings everything to the disk, checks its structure and puts the folder in its place.
    /// Blocks for as long as the disk needs.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while its store is open; [`StoreError::Damaged`];
    /// [`StoreError::FolderNotEmpty`] when something appeared in its place meanwhile.
    pub fn finish(self) -> Result<(), StoreError> {
        let connection = connect::to_write(self.folder())?;
        connect::make_durable(&connection)?;
        let busy: bool =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy {
            return Err(StoreError::Busy);
        }
        workspace::check(&connection)?;
        connection.close().map_err(|(_, error)| StoreError::from(error))?;
        let database = files::database_in(self.folder());
        sync(&database)?;
        self.partial.move_into_place()
    }
}

/// What was checkpointed without a sync is synced here, whoever wrote it.
fn sync(database: &Path) -> Result<(), StoreError> {
    let file = File::options().write(true).open(database);
    file.and_then(|file| file.sync_all()).map_err(|error| StoreError::of_io(&error, database))
}
