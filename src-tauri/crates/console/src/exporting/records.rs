//! The records of a log as JSON Lines: every leaf as it is stored, one a line, from record 0 on.
//!
//! Invariant: the lines are the stored bytes, unchanged; hashing each gives the leaves of the tree.
//! Memory is bounded by one chunk of rows, whatever the length of the log.

use ledger::{ResourceType, TenantId};
use security::rbac::Action as Verb;
use store::StoredRow;

use super::new_file::NewFile;
use super::{Destination, ExportedFile, Format, begin};
use crate::failure::ConsoleError;
use crate::session::{Session, off_thread};
use crate::workspace::Workspace;

/// Rows read at once: at most 32 MiB, by the limit of a leaf.
const CHUNK: u32 = 64;

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
        to: &Destination,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let (path, file) = begin(to).await?;
        let size = self.store.size(tenant).await?;
        let (file, ()) = self.append_leaves(tenant, (0, size), (file, ()), |(), _| Ok(())).await?;
        self.keep_exported((tenant, &session.person), (Format::Lines, size), (path, file)).await
    }

    /// Whoever may view the log may take it away.
    pub(super) async fn permit_export(&self, session: &Session) -> Result<(), ConsoleError> {
        let asked = (ResourceType::Log, session.tenant_id.as_str());
        self.permit(session, Verb::View, asked, &self.ids.correlation()).await?;
        Ok(())
    }

    /// Adds the leaves of [`from`, `to`), a line each; `reader` reads each as whoever gets the file.
    pub(super) async fn append_leaves<T: Send + 'static>(
        &self,
        tenant: &TenantId,
        (from, to): (u64, u64),
        mut so_far: (NewFile, T),
        reader: impl Fn(T, &[u8]) -> Result<T, ConsoleError> + Clone + Send + 'static,
    ) -> Result<(NewFile, T), ConsoleError> {
        let mut next = from;
        while next < to {
            let left = u32::try_from(to - next).unwrap_or(CHUNK);
            let rows = self.store.rows(tenant, next, left.min(CHUNK)).await?;
            if rows.is_empty() {
                return Err(ConsoleError::Damaged { what: "the end of the log" });
            }
            let first = next;
            next += rows.len() as u64;
            let reader = reader.clone();
            so_far = off_thread(move || append(so_far, &rows, first, reader)).await??;
        }
        Ok(so_far)
    }
}

/// Adds rows that begin with record `first`.
fn append<T>(
    (mut file, mut read): (NewFile, T),
    rows: &[StoredRow],
    first: u64,
    reader: impl Fn(T, &[u8]) -> Result<T, ConsoleError>,
) -> Result<(NewFile, T), ConsoleError> {
    for (seq, row) in (first..).zip(rows) {
        if row.seq != seq {
            return Err(ConsoleError::Damaged { what: "a record of the log, which is missing," });
        }
        read = reader(read, &row.leaf)?;
        file.write(&row.leaf)?;
        file.write(b"\n")?;
    }
    Ok((file, read))
}
