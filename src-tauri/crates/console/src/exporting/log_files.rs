//! Proofs of the log as files: a completeness range, the consistency with an earlier checkpoint,
//! one record.
//!
//! Invariant: what is written was verified by the log's own trust file first, so that nobody
//! carries away a proof that fails elsewhere.

use ledger::TenantId;
use ledger::checkpoint::SignedCheckpoint;
use ledger::offline::{ConsistencyFile, RangeHeader, RangeReader, RecordProof};
use ledger::proof::{Beside, Plan};

use super::{Destination, ExportedFile, Format, begin, fill};
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
        to: &Destination,
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
        let (path, file) = begin(to).await?;
        let left = self.stored_hashes(tenant, &beside.left).await?;
        let right = self.stored_hashes(tenant, &beside.right).await?;
        let header = RangeHeader::new(&signed, (start, end), (left, right));
        let line = header.to_line()?;
        let reader = RangeReader::begin(line.trim_ascii_end(), &self.trust(tenant).await?)?;
        let file = fill(file, line).await?;
        let read = |mut reader: RangeReader, leaf: &[u8]| {
            reader.leaf(leaf)?;
            Ok(reader)
        };
        let (file, reader) = self.append_leaves(tenant, (start, end), (file, reader), read).await?;
        reader.finish()?;
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
        to: &Destination,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let second = self.signed_now(tenant).await?;
        let trust = self.trust(tenant).await?;
        let first = earlier
            .newest(&trust)
            .map_err(|why| ConsoleError::unsound(format!("{} {why}", earlier.name)))?;
        let (early, late) = (first.checkpoint().size, second.checkpoint().size);
        if early > late {
            let detail = format!("{} covers {early} records, the log has {late}", earlier.name);
            return Err(ConsoleError::unsound(detail));
        }
        let proof = self.prove(tenant, &Plan::consistency(early, late)?).await?;
        let made = ConsistencyFile::new(&first, &second, proof);
        made.verify(&trust)?;
        let (path, file) = begin(to).await?;
        let file = fill(file, made.to_canonical()?).await?;
        let about = (Format::Consistency, late);
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
        to: &Destination,
    ) -> Result<ExportedFile, ConsoleError> {
        let tenant = &session.tenant_id;
        self.permit_export(session).await?;
        let row = self.store.row(tenant, seq).await?;
        let row = row.ok_or(ConsoleError::NotFound { what: "record" })?;
        let signed = self.signed_now(tenant).await?;
        if seq >= signed.checkpoint().size {
            return Err(ConsoleError::NoCheckpoint);
        }
        let proof = self.prove(tenant, &Plan::inclusion(seq, signed.checkpoint().size)?).await?;
        let checkpoint = signed.text().to_owned();
        let made = RecordProof { leaf: row.leaf, index: seq, proof, checkpoint };
        made.verify(&self.trust(tenant).await?)?;
        let (path, file) = begin(to).await?;
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
