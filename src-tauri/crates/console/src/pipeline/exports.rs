//! Files for a pipeline.
//!
//! Invariant: only a person with View exports, but for the trust file, which holds public keys
//! alone; what is written stands under no other file's name.

use std::path::Path;

use ledger::{Actor, RequestId};

use super::{EvidenceFileLine, ExportLine, Pipeline};
use crate::exporting::{Destination, EvidenceForm, ExportedFile};
use crate::failure::ConsoleError;
use crate::past::GivenPast;

impl Pipeline {
    /// Writes the whole log of the tenant in front to a new file, a record a line.
    ///
    /// # Errors
    /// [`ConsoleError`]; no file is left behind.
    pub async fn export_records(&self, path: &Path) -> Result<ExportLine, ConsoleError> {
        Ok(self
            .workspace
            .export_records(self.session()?, &Destination::new_file(path))
            .await?
            .into())
    }

    /// Writes a completeness range; to the newest checkpoint without an end.
    ///
    /// # Errors
    /// As [`Pipeline::export_records`].
    pub async fn export_range(
        &self,
        range: (u64, Option<u64>),
        path: &Path,
    ) -> Result<ExportLine, ConsoleError> {
        Ok(self
            .workspace
            .export_range(self.session()?, range, &Destination::new_file(path))
            .await?
            .into())
    }

    /// Writes the proof that the log continues the checkpoint of a file kept from before.
    ///
    /// # Errors
    /// As [`Pipeline::export_records`].
    pub async fn export_consistency(
        &self,
        earlier: &GivenPast,
        path: &Path,
    ) -> Result<ExportLine, ConsoleError> {
        Ok(self
            .workspace
            .export_consistency(self.session()?, earlier, &Destination::new_file(path))
            .await?
            .into())
    }

    /// Writes one record with its proof.
    ///
    /// # Errors
    /// As [`Pipeline::export_records`].
    pub async fn export_record(&self, seq: u64, path: &Path) -> Result<ExportLine, ConsoleError> {
        Ok(self
            .workspace
            .export_record(self.session()?, seq, &Destination::new_file(path))
            .await?
            .into())
    }

    /// Writes the evidence of a decided request.
    ///
    /// # Errors
    /// As [`Pipeline::export_records`]; an id that is none is as unknown as another's.
    pub async fn export_evidence(
        &self,
        request: &str,
        form: EvidenceForm,
        path: &Path,
    ) -> Result<EvidenceFileLine, ConsoleError> {
        let id =
            RequestId::parse(request).map_err(|_| ConsoleError::NotFound { what: "request" })?;
        let exported = self
            .workspace
            .export_evidence(self.session()?, &id, form, &Destination::new_file(path))
            .await?;
        Ok(EvidenceFileLine {
            path: exported.path.display().to_string(),
            subject: exported.subject,
            outcome: exported.outcome.as_str(),
            effect: exported.effect.as_str(),
            seq: exported.seq,
            sha256: exported.sha256.to_hex(),
        })
    }

    /// Writes the trust file of the tenant in front.
    ///
    /// # Errors
    /// As [`Pipeline::export_records`].
    pub async fn export_trust(&self, path: &Path) -> Result<ExportLine, ConsoleError> {
        let asker = self.session.as_ref().map_or(&Actor::System, |session| &session.person);
        Ok(self
            .workspace
            .export_trust(&self.tenant_id, asker, &Destination::new_file(path))
            .await?
            .into())
    }
}

impl From<ExportedFile> for ExportLine {
    fn from(file: ExportedFile) -> Self {
        Self {
            path: file.path.display().to_string(),
            records: file.records,
            sha256: file.sha256.to_hex(),
        }
    }
}
