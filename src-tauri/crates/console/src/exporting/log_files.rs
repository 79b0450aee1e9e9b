//! Proofs of the log as files: a completeness range, the consistency with an earlier checkpoint,
//! one record.
//!
//! Invariant: what is written was verified by the log's own trust file first, so that nobody
//! carries away a proof that fails elsewhere.

use std::path::Path;

use ledger::TenantId;
use ledger::checkpoint::SignedCheckpoint;
use ledger::offline::{ConsistencyFile, RangeHeader, RecordProof};
use ledger::proof::{Beside, Plan};

use super::{ExportedFile, Format, begin, fill};
use crate::failure::ConsoleError;
use crate::past::GivenPast;
use crate::session::Session;
use crate::workspace::Workspace;

impl Workspace {
    /// Writes the records of [`start`, `end`) with the subtrees beside them under the newest
    /// checkpoint; all records under it where no end is given.
    ///
    /// # Errors
    /// [`ConsoleError::Input`] for an empty range or one beyond the checkpoint;
    /// [`ConsoleError::NoCheckpoint`]; those of [`Workspace::export_records`].
    pub async fn export_range(
        &self,
        session: &Session,
        (start, end): (u64, Option<u64>),
        path: &Path,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let signed = self.signed_now(tenant).await?;
        let size = signed.checkpoint().size;
        let end = end.unwrap_or(size);
        let beside = Beside::range(start, end, size).map_err(|_| ConsoleError::Input {
            what: "range",
            reason: "it is empty or ends beyond the newest checkpoint",
        })?;
        let (path, file) = begin(path).await?;
        let left = self.stored_hashes(tenant, &beside.left).await?;
        let right = self.stored_hashes(tenant, &beside.right).await?;
        let header = RangeHeader::new(&signed, (start, end), (left, right));
        let file = fill(file, header.to_line()?).await?;
        let file = self.append_leaves(tenant, (start, end), file).await?;
        let records = end - start;
        self.keep_exported((tenant, &session.person), (Format::Range, records), (path, file)).await
    }

    /// Writes the proof that the newest checkpoint continues the one in a file kept from before (a
    /// note, bundle, range, consistency file or record proof).
    ///
    /// # Errors
    /// [`ConsoleError::Alarm`] when the earlier checkpoint is not in this log's past;
    /// [`ConsoleError::NoCheckpoint`].
    pub async fn export_consistency(
        &self,
        session: &Session,
        earlier: &GivenPast,
        path: &Path,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let second = self.signed_now(tenant).await?;
        let trust = self.trust(tenant).await?;
        let first = earlier
            .newest(&trust)
            .map_err(|why| ConsoleError::unsound(format!("{} {why}", earlier.name)))?;
        let (from, to) = (first.checkpoint().size, second.checkpoint().size);
        if from > to {
            let detail = format!("{} covers {from} records, the log has {to}", earlier.name);
            return Err(ConsoleError::unsound(detail));
        }
        let proof = self.prove(tenant, &Plan::consistency(from, to)?).await?;
        let made = ConsistencyFile::new(&first, &second, proof);
        made.verify(&trust)?;
        let (path, file) = begin(path).await?;
        let file = fill(file, made.to_canonical()?).await?;
        let about = (Format::Consistency, to);
        self.keep_exported((tenant, &session.person), about, (path, file)).await
    }

    /// Writes one record with its inclusion proof under the newest checkpoint.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] beyond the end of the log; [`ConsoleError::NoCheckpoint`]; those
    /// of [`Workspace::export_records`].
    pub async fn export_record(
        &self,
        session: &Session,
        seq: u64,
        path: &Path,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let row = self.store.row(tenant, seq).await?;
        let row = row.ok_or(ConsoleError::NotFound { what: "record" })?;
        let signed = self.signed_now(tenant).await?;
        let proof = self.prove(tenant, &Plan::inclusion(seq, signed.checkpoint().size)?).await?;
        let checkpoint = signed.text().to_owned();
        let made = RecordProof { leaf: row.leaf, index: seq, proof, checkpoint };
        made.verify(&self.trust(tenant).await?)?;
        let (path, file) = begin(path).await?;
        let file = fill(file, made.to_text().into_bytes()).await?;
        self.keep_exported((tenant, &session.person), (Format::Record, 1), (path, file)).await
    }

    /// The newest checkpoint; what was written since the last one is signed over first, where this
    /// process has the log key (formats.md, "Checkpoint": always before a proof).
    async fn signed_now(&self, tenant: &TenantId) -> Result<SignedCheckpoint, ConsoleError> {
        self.settle().await?;
        self.signed_newest(tenant).await?.ok_or(ConsoleError::NoCheckpoint)
    }
}
