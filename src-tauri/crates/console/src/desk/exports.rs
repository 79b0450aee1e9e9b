//! Taking proofs away: evidence of a decision, one record, the whole log, the trust file.
//!
//! Invariant: a path comes from the system's dialog, a file's name is made here, and a page learns
//! neither a path nor a byte of what was written. Without a path the person turned back, and nothing
//! is done.

use std::path::PathBuf;

use ledger::{Digest, RequestId, ResourceType};

use super::at_work::AtWork;
use super::signing::Asked;
use super::{Answer, Desk, DeskEvent};
use crate::exporting::{Destination, EvidenceForm};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::Session;
use crate::views::{ProofDraft, SavedFileView};
use crate::workspace::Workspace;

impl Desk {
    /// A name for a file with this proof.
    pub async fn proof_name(&self, draft: ProofDraft) -> Answer<String> {
        self.answer(async {
            let (id, ending) = match draft {
                ProofDraft::Evidence { request_id } => (request_id, ".countersign.json"),
                ProofDraft::Report { request_id } => (request_id, "-evidence.html"),
                ProofDraft::Record { seq } => return Ok(format!("record-{seq}.tlog-proof")),
                ProofDraft::Log {} => return Ok("log.range.jsonl".to_owned()),
                ProofDraft::Trust {} => return Ok("trust.json".to_owned()),
            };
            let id = request_of(&id)?;
            let at = self.at_work().await?;
            self.reading((ResourceType::Request, id.as_str())).await?;
            let AtWork { workspace, session, .. } = &at;
            let Some(request) = workspace.store.request(&session.tenant_id, &id).await? else {
                return Err(workspace.not_here(session, &id, &workspace.ids.correlation()).await);
            };
            // The subject's own letters are safe in a file's name but for its separators.
            Ok(request.subject.name.resource_id().replace(['/', '@'], "-") + ending)
        })
        .await
    }

    /// Writes a proof to a new file.
    pub async fn save_proof(
        &self,
        draft: ProofDraft,
        path: Option<PathBuf>,
    ) -> Answer<Option<SavedFileView>> {
        self.answer(async {
            let Some(path) = path else { return Ok(None) };
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let sha256 =
                write(&workspace, &session, draft, &Destination::chosen(path.clone())).await?;
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(Some(SavedFileView { name: hidden::drawn(&name), sha256: sha256.to_hex() }))
        })
        .await
    }

    /// The evidence of the request whose receipt stands in the signing window, if it is decided.
    pub async fn receipt_proof(&self) -> Answer<ProofDraft> {
        self.answer(async {
            #[allow(clippy::wildcard_enum_match_arm, reason = "the others are no receipts")]
            let request_id = match self.state().asked().1 {
                Asked::Receipt(receipt) => receipt.evidence_of.clone(),
                Asked::Revoked(revoked) => Some(revoked.evidence_of.clone()),
                _ => None,
            };
            let request_id = request_id.ok_or(ConsoleError::Undecided)?;
            Ok(ProofDraft::Evidence { request_id })
        })
        .await
    }
}

async fn write(
    workspace: &Workspace,
    session: &Session,
    draft: ProofDraft,
    to: &Destination,
) -> Result<Digest, ConsoleError> {
    let evidence = async |id: &str, form| {
        let id = request_of(id)?;
        Ok(workspace.export_evidence(session, &id, form, to).await?.sha256)
    };
    match draft {
        ProofDraft::Evidence { request_id } => evidence(&request_id, EvidenceForm::Bundle).await,
        ProofDraft::Report { request_id } => evidence(&request_id, EvidenceForm::Report).await,
        ProofDraft::Record { seq } => {
            Ok(workspace.export_record(session, u64::from(seq), to).await?.sha256)
        }
        ProofDraft::Log {} => Ok(workspace.export_range(session, (0, None), to).await?.sha256),
        ProofDraft::Trust {} => {
            let tenant = &session.tenant_id;
            Ok(workspace.export_trust(tenant, &session.person, to).await?.sha256)
        }
    }
}

/// An id that is none is as unknown as another's.
fn request_of(text: &str) -> Result<RequestId, ConsoleError> {
    RequestId::parse(text).map_err(|_| ConsoleError::NotFound { what: "request" })
}
