//! The negative control of atomicity: a store as one would write it who has not understood
//! invariant 2. It brings the state to the disk in a transaction of its own, and the records after
//! it.
//!
//! Invariant: everything but the order of writing is the real store's, so that a check which this
//! store passes has checked nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use governance::state::ApprovalRequest;
use ledger::{RequestId, TenantId};
use store::{Answer, Commit, Head, SqliteStore, Store, StoreError};

use crate::dump::{change, connect};

/// The tables of governed state, without the logs.
const STATE: [&str; 10] = [
    "secret",
    "tenant",
    "person",
    "sign_in",
    "service",
    "standing",
    "subject_name",
    "model_version",
    "prompt_version",
    "request",
];

/// How long state is there without its records: as on a slow disk, so that a kill finds the gap.
const GAP: Duration = Duration::from_millis(25);

/// The real store, but state comes first.
pub struct StateFirst {
    real: SqliteStore,
    database: PathBuf,
}

impl StateFirst {
    /// Opens the workspace of a folder.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let real = SqliteStore::open(folder).unwrap();
        Self { real, database: folder.join("workspace.db") }
    }

    /// Carries the commit out on a copy without hindrances, and takes the state over from there.
    async fn write_state(&self, commit: Commit) -> Result<(), StoreError> {
        let scratch = tempfile::tempdir().unwrap();
        let copy = scratch.path().join("workspace.db");
        let path = copy.to_str().unwrap();
        connect(&self.database).execute("VACUUM INTO ?1", [path]).unwrap();
        #[cfg(unix)]
        for (path, mode) in [(scratch.path(), 0o700), (copy.as_path(), 0o600)] {
            let private = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(path, private).unwrap();
        }
        change(&copy, "DROP TRIGGER IF EXISTS log_fails;");
        SqliteStore::open(scratch.path()).unwrap().commit(commit).await?;
        let taken: String = STATE
            .iter()
            .map(|table| {
                format!(
                    "DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM copy.{table};"
                )
            })
            .collect();
        let statements = format!(
            "PRAGMA foreign_keys = off; ATTACH '{path}' AS copy; BEGIN IMMEDIATE; {taken} COMMIT;"
        );
        change(&self.database, &statements);
        Ok(())
    }
}

impl Store for StateFirst {
    fn commit(&self, commit: Commit) -> Answer<'_, Vec<(TenantId, Head)>> {
        Box::pin(async move {
            self.write_state(commit.clone()).await?;
            std::thread::sleep(GAP);
            self.real.commit(Commit { state: Vec::new(), ..commit }).await
        })
    }

    fn size(&self, tenant: &TenantId) -> Answer<'_, u64> {
        self.real.size(tenant)
    }

    fn head(&self, tenant: &TenantId) -> Answer<'_, Head> {
        self.real.head(tenant)
    }

    fn request(&self, tenant: &TenantId, id: &RequestId) -> Answer<'_, Option<ApprovalRequest>> {
        self.real.request(tenant, id)
    }

    crate::as_stored!();
}
