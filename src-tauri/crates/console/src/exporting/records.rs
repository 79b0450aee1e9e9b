//! The records of a log as JSON Lines: every leaf as it is stored, one a line, from record 0 on.
//!
//! Invariant: the lines are the stored bytes, unchanged; hashing each gives the leaves of the tree.
//! Memory is bounded by one chunk of rows, whatever the length of the log.

use std::path::{Path, PathBuf};

use governance::audit::RecordDraft;
use ledger::{Action, Digest, ResourceType};
use security::rbac::Action as Verb;
use serde_json::{Map, Value, json};
use store::StoredRow;

use super::new_file::NewFile;
use crate::failure::ConsoleError;
use crate::session::{Session, off_thread};
use crate::workspace::Workspace;

/// Rows read at once: at most 32 MiB, by the limit of a leaf.
const CHUNK: u32 = 64;

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRecords {
    /// Where it stands.
    pub path: PathBuf,
    /// How many records, from 0 on.
    pub records: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

impl Workspace {
    /// Writes the session's whole log, as it stands now, to a new file. The export is on record,
    /// after the last record that it holds.
    ///
    /// # Errors
    /// [`ConsoleError::FileThere`] where a file is there already; [`ConsoleError::Alarm`] for a log
    /// that is only read; [`ConsoleError::Damaged`] when a record is missing. Nothing is left
    /// behind.
    pub async fn export_records(
        &self,
        session: &Session,
        path: &Path,
    ) -> Result<ExportedRecords, ConsoleError> {
        let tenant = &session.tenant_id;
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Log, tenant.as_str());
        self.permit(session, Verb::View, asked, &correlation_id).await?;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let place = path.clone();
        let mut file = off_thread(move || NewFile::begin(&place)).await??;
        let size = self.store.head(tenant).await?.size;
        let mut next = 0;
        while next < size {
            let left = u32::try_from(size - next).unwrap_or(CHUNK);
            let rows = self.store.rows(tenant, next, left.min(CHUNK)).await?;
            if rows.is_empty() {
                return Err(ConsoleError::Damaged { what: "the end of the log" });
            }
            let first = next;
            next += rows.len() as u64;
            file = off_thread(move || append(file, &rows, first)).await??;
        }
        let sha256 = file.digest();
        let metadata = exported(size, sha256);
        let draft = RecordDraft::of(
            Action::AuditExport,
            (ResourceType::Log, tenant.to_string()),
            "",
            &metadata,
        )?;
        self.log_alone(tenant, &correlation_id, &session.person, &draft).await?;
        off_thread(move || file.keep()).await??;
        Ok(ExportedRecords { path, records: size, sha256 })
    }
}

/// Adds rows that begin with record `first`.
fn append(mut file: NewFile, rows: &[StoredRow], first: u64) -> Result<NewFile, ConsoleError> {
    for (seq, row) in (first..).zip(rows) {
        if row.seq != seq {
            return Err(ConsoleError::Damaged { what: "a record of the log, which is missing," });
        }
        file.write(&row.leaf)?;
        file.write(b"\n")?;
    }
    Ok(file)
}

/// What the record of the export says.
fn exported(records: u64, sha256: Digest) -> Map<String, Value> {
    Map::from_iter([
        ("format".to_owned(), json!("jsonl")),
        ("records".to_owned(), json!(records)),
        ("sha256".to_owned(), json!(sha256)),
    ])
}
