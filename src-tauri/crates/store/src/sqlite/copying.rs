//! Copies of the whole database: a backup in one file, and a workspace made from one.
//!
//! Invariant: a copy is one state of the data, taken page by page by SQLite's own backup, and is one
//! file without a `-wal` beside it. It is written into a file that its caller made; a copy that was
//! stopped is not finished and is never taken for one.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::threads::Threads;
use super::unfinished::Unfinished;
use super::{SqliteStore, connect, files, migrate, workspace};
use crate::{CopyProgress, CopyWatch, StoreError};

/// Pages copied between two looks at whoever watches: 8 MiB.
const PAGES_AT_ONCE: i32 = 512;

/// Copies what a connection sees into an empty file that is there already.
pub(super) fn copy_into(
    from: &Connection,
    file: &Path,
    watch: &mut CopyWatch,
) -> Result<(), StoreError> {
    let mut to = connect::to_fill(file)?;
    copy(from, &mut to, watch)?;
    // One file: nobody must know that a -wal belongs to it.
    let mode: String =
        to.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
    if mode != "delete" {
        return Err(StoreError::ReadOnly);
    }
    to.close().map_err(|(_, error)| StoreError::from(error))
}

fn copy(from: &Connection, to: &mut Connection, watch: &mut CopyWatch) -> Result<(), StoreError> {
    let backup = Backup::new(from, to)?;
    loop {
        // Before the first step both are 0.
        let progress = backup.progress();
        let total = u32::try_from(progress.pagecount).unwrap_or(0);
        let left = u32::try_from(progress.remaining).unwrap_or(0);
        let now = CopyProgress { done: total.saturating_sub(left), total };
        if watch(now) == ControlFlow::Break(()) {
            return Err(StoreError::Stopped);
        }
        match backup.step(PAGES_AT_ONCE)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // The source waits by itself; who holds the new file is not us.
            StepResult::Busy | StepResult::Locked => return Err(StoreError::Busy),
            step => {
                return Err(StoreError::Unexpected { reason: format!("a backup gave {step:?}") });
            }
        }
    }
}

impl SqliteStore {
    /// Opens a copy in one file to read it: nothing is written to it, nor beside it. Blocks for as
    /// long as the disk needs.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; what asks it to write hears [`StoreError::Closed`].
    pub fn open_copy(file: &Path) -> Result<Self, StoreError> {
        files::check_private_file(file)?;
        let connection = connect::to_read_copy(file)?;
        connect::check_ours(&connection)?;
        migrate::check_known(&connection, migrate::MIGRATIONS)?;
        workspace::read(&connection)?;
        Ok(Self { threads: Threads::reading(|| connect::to_read_copy(file))? })
    }
}

impl Unfinished {
    /// Fills a workspace in the making from a copy. Blocks for as long as the disk needs.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open_copy`]; [`StoreError::Stopped`]; [`StoreError::DiskFull`].
    pub fn fill_from(&self, file: &Path, mut watch: CopyWatch) -> Result<(), StoreError> {
        let from = connect::to_read_copy(file)?;
        connect::check_ours(&from)?;
        let database = files::database_in(self.folder());
        files::make_private_file(&database)?;
        copy_into(&from, &database, &mut watch)
    }
}
