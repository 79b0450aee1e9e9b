//! Reviewing a request and signing a decision on it.
//!
//! Invariant 4 of the product: you sign what you saw. Opening a review fixes digests, policy and
//! log head; signing compares them with the bytes as they lie there at that moment.

mod check;
mod checked;
pub(crate) mod conditions;
mod decide;
mod material;
mod recorded;
mod revoke;
mod word;

use std::collections::BTreeSet;

use governance::{ApprovalRequest, SubjectRecord};
use ledger::metadata::Documents;
use ledger::{Actor, CorrelationId, Digest, Part, RequestId, ResourceType, Subject, TenantId};
use security::rbac::Action as Verb;
use security::tenant_context::TenantContext;

pub use checked::ArtefactCheck;
pub(crate) use decide::resource;
pub use decide::{Receipt, Verdict};
pub(crate) use material::Material;
pub use revoke::{Ended, EndedReceipt, Ending};

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::statements::SeenLog;
use crate::workspace::Workspace;

/// An opened review of one request by one person.
#[derive(Debug, Clone)]
pub struct OpenReview {
    /// The request.
    pub request_id: RequestId,
    /// Hidden characters in subject, documents and request reason.
    pub hidden_characters: u32,
    pub(crate) tenant_id: TenantId,
    pub(crate) person: Actor,
    pub(crate) seen: SeenLog,
    pub(crate) subject: Subject,
    pub(crate) documents: Documents,
    pub(crate) policy_sha256: Option<Digest>,
    /// The version in force when it was opened: what its changes are shown against, and what a
    /// decision names, whichever other version is looked at.
    pub(crate) base: Option<SubjectRecord>,
    acknowledged: bool,
    check: Option<ArtefactCheck>,
    parts: BTreeSet<Part>,
}

impl OpenReview {
    /// A part was opened.
    pub fn open_part(&mut self, part: Part) {
        self.parts.insert(part);
    }

    /// The person has seen the hidden characters.
    pub const fn acknowledge(&mut self) {
        self.acknowledged = true;
    }

    /// True when nothing hidden is left to acknowledge.
    pub const fn is_acknowledged(&self) -> bool {
        self.acknowledged || self.hidden_characters == 0
    }

    /// The parts opened, in the order of the format.
    pub fn parts(&self) -> Vec<Part> {
        self.parts.iter().copied().collect()
    }

    /// Digest of the version that the subject is compared with.
    pub fn base_sha256(&self) -> Option<Digest> {
        self.base.as_ref().map(|base| *base.subject().digest.digest())
    }

    /// Size of the tenant's log when it was opened.
    pub const fn log_size(&self) -> u64 {
        self.seen.size
    }

    /// When it was opened.
    pub const fn opened_at(&self) -> ledger::Timestamp {
        self.seen.opened_at
    }
}

impl Workspace {
    /// Opens a review: what is shown from here on is what a decision signs.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] for a request of another tenant too; [`ConsoleError::Damaged`]
    /// when stored bytes are not those on record.
    pub async fn open_review(
        &self,
        session: &Session,
        request_id: &RequestId,
    ) -> Result<OpenReview, ConsoleError> {
        let (request, material) = self.look_at(session, request_id).await?;
        material.demand_on_record(&request)?;
        let head = self.store.head(&session.tenant_id).await?;
        let base = self.base_of(&request).await?;
        Ok(OpenReview {
            request_id: request.id.clone(),
            hidden_characters: material.hidden_characters(),
            tenant_id: session.tenant_id.clone(),
            person: session.person.clone(),
            seen: SeenLog { size: head.size, root: head.root, opened_at: self.now() },
            subject: request.subject,
            documents: request.documents,
            policy_sha256: request.policy_sha256,
            base,
            acknowledged: false,
            check: None,
            parts: BTreeSet::new(),
        })
    }

    /// A request of the session's tenant with what a reviewer reads; any role may look.
    pub(crate) async fn look_at(
        &self,
        session: &Session,
        request_id: &RequestId,
    ) -> Result<(ApprovalRequest, Material), ConsoleError> {
        let request = self.request_seen(session, request_id, &self.ids.correlation()).await?;
        let material = self.material(&request).await?;
        Ok((request, material))
    }

    /// A request of the session's tenant without its texts; any role may look.
    pub(crate) async fn request_seen(
        &self,
        session: &Session,
        request_id: &RequestId,
        correlation_id: &CorrelationId,
    ) -> Result<ApprovalRequest, ConsoleError> {
        let asked = (ResourceType::Request, request_id.as_str());
        self.permit(session, Verb::View, asked, correlation_id).await?;
        match self.store.request(&session.tenant_id, request_id).await? {
            Some(request) => Ok(request),
            None => Err(self.not_here(session, request_id, correlation_id).await),
        }
    }

    /// Another tenant's request is told like one that does not exist; the log of the session's
    /// tenant has that it was asked for (rule 10).
    pub(crate) async fn not_here(
        &self,
        session: &Session,
        request_id: &RequestId,
        correlation_id: &CorrelationId,
    ) -> ConsoleError {
        let refused = async || -> Result<(), ConsoleError> {
            for tenant in self.log_ids().await? {
                if self.store.request(&tenant, request_id).await?.is_none() {
                    continue;
                }
                let own = session.tenant_id.as_str();
                if let Err(refusal) = TenantContext::validate_access(tenant.as_str(), own) {
                    let asked = (ResourceType::Request, request_id.as_str());
                    return Err(self.deny(session, asked, refusal, correlation_id).await);
                }
            }
            Ok(())
        };
        match refused().await {
            Ok(()) | Err(ConsoleError::Security(_)) => ConsoleError::NotFound { what: "request" },
            Err(error) => error,
        }
    }
}
