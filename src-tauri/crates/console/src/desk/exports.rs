//! Taking proofs away: evidence of a decision, one record, the whole log, the trust file.
//!
//! Invariant: a path comes from the system's dialog, a file's name is made here, and a page learns
//! neither a path nor a byte of what was written.

use std::path::{Path, PathBuf};

use ledger::{RequestId, ResourceType, SubjectName};

use super::at_work::AtWork;
use super::signing::Asked;
use super::{Answer, Desk, DeskEvent};
use crate::exporting::{EvidenceForm, ExportedFile};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{EvidenceDraft, SavedFileView};

impl From<EvidenceDraft> for EvidenceForm {
    fn from(draft: EvidenceDraft) -> Self {
        match draft {
            EvidenceDraft::Bundle => Self::Bundle,
            EvidenceDraft::Report => Self::Report,
        }
    }
}

impl Desk {
    /// A name for a file with the evidence of a request.
    pub async fn evidence_name(&self, request_id: String, form: EvidenceDraft) -> Answer<String> {
        self.answer(async {
            let id = request_of(&request_id)?;
            let at = self.at_work().await?;
            self.reading((ResourceType::Request, id.as_str())).await?;
            let found = at.workspace.store.request(&at.session.tenant_id, &id).await?;
            let request = found.ok_or(ConsoleError::NotFound { what: "request" })?;
            Ok(name_of(&request.subject.name, form))
        })
        .await
    }

    /// Writes the evidence of a decided request.
    pub async fn export_evidence(
        &self,
        request_id: String,
        form: EvidenceDraft,
        path: PathBuf,
    ) -> Answer<SavedFileView> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            let id = request_of(&request_id)?;
            let exported = workspace.export_evidence(&session, &id, form.into(), &path).await?;
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            Ok(saved(&exported.path, exported.sha256.to_hex()))
        })
        .await
    }

    /// The request whose receipt stands in the signing window, if it is decided.
    pub async fn receipt_request(&self) -> Answer<String> {
        self.answer(async {
            let Asked::Receipt(receipt) = self.state().asked().1 else {
                return Err(ConsoleError::Undecided);
            };
            receipt.evidence_of.clone().ok_or(ConsoleError::Undecided)
        })
        .await
    }

    /// Writes one record with its proof.
    pub async fn export_record(&self, seq: u32, path: PathBuf) -> Answer<SavedFileView> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            self.told(workspace.export_record(&session, u64::from(seq), &path).await?)
        })
        .await
    }

    /// Writes the whole log with the proof that nothing in it is missing.
    pub async fn export_log(&self, path: PathBuf) -> Answer<SavedFileView> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            self.told(workspace.export_range(&session, (0, None), &path).await?)
        })
        .await
    }

    /// Writes the trust file of the tenant in front.
    pub async fn export_trust(&self, path: PathBuf) -> Answer<SavedFileView> {
        self.answer(async {
            let AtWork { workspace, session } = self.at_work().await?;
            let asked = (ResourceType::Log, session.tenant_id.as_str());
            self.reading(asked).await?;
            let tenant = &session.tenant_id;
            self.told(workspace.export_trust(tenant, &session.person, &path).await?)
        })
        .await
    }

    fn told(&self, file: ExportedFile) -> Result<SavedFileView, ConsoleError> {
        self.tell(DeskEvent::SessionChanged);
        self.tell(DeskEvent::RecordsChanged);
        Ok(saved(&file.path, file.sha256.to_hex()))
    }
}

/// An id that is none is as unknown as another's.
fn request_of(text: &str) -> Result<RequestId, ConsoleError> {
    RequestId::parse(text).map_err(|_| ConsoleError::NotFound { what: "request" })
}

/// `credit-pd-7.countersign.json`: of the subject's own letters, which are safe in a file's name
/// but for the separators.
fn name_of(subject: &SubjectName, form: EvidenceDraft) -> String {
    let name = subject.resource_id().replace(['/', '@'], "-");
    match form {
        EvidenceDraft::Bundle => format!("{name}.countersign.json"),
        EvidenceDraft::Report => format!("{name}-evidence.html"),
    }
}

fn saved(path: &Path, sha256: String) -> SavedFileView {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    SavedFileView { name: hidden::drawn(&name), sha256 }
}
