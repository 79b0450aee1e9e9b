//! What a person does to a request beside deciding on it: taking it back, and asking again.
//!
//! Invariant: neither is a decision, and neither is signed: who asks is the session's person.

use ledger::{RequestId, ResourceType, SubjectName};

use super::submitting::requested;
use super::{Answer, Desk, DeskEvent};
use crate::failure::ConsoleError;
use crate::views::{ReReviewView, RequestedView};

impl Desk {
    /// Takes a request back; only who asked can.
    pub async fn withdraw(&self, request_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            let id = RequestId::parse(&request_id)
                .map_err(|_| ConsoleError::NotFound { what: "request" })?;
            let at = self.at_work().await?;
            at.workspace.withdraw(&at.session, &id, &reason).await?;
            self.tell(DeskEvent::RecordsChanged);
            Ok(())
        })
        .await
    }

    /// Asks again for the approval of a version, `model/credit-pd@7`.
    pub async fn request_again(
        &self,
        subject: String,
        reason: String,
        idempotency_key: String,
    ) -> Answer<RequestedView> {
        self.answer(async {
            let subject = SubjectName::parse(&subject)
                .map_err(|_| ConsoleError::NotFound { what: "model or prompt version" })?;
            let at = self.at_work().await?;
            let key = at.idempotency("request_again", &idempotency_key)?;
            let made = at.workspace.request_again(&at.session, &subject, &reason, &key).await?;
            self.tell(DeskEvent::RecordsChanged);
            Ok(requested(&made))
        })
        .await
    }

    /// Versions in force that rely on something that has changed since they were approved.
    pub async fn re_reviews(&self) -> Answer<Vec<ReReviewView>> {
        self.answer(async {
            let reading = self.reading((ResourceType::Request, "")).await?;
            let approvals = reading.workspace.approvals(reading.tenant()).await?;
            let open = reading.open_requests().await?;
            let mut listed = Vec::new();
            for (one, changed) in approvals.to_review_again() {
                let (subject, tier) = (&one.request.subject.name, one.request.tier);
                let changed = match reading.disclosed.withholds_of(subject, tier).await {
                    true => changed.untold(),
                    false => changed.told(),
                };
                listed.push(reading.re_review(&one.request, changed, &open));
            }
            Ok(listed)
        })
        .await
    }
}
