//! Requests for a pipeline: the queue, one request, taking one back, asking again.
//!
//! Invariant: a pipeline can look, ask and withdraw; it cannot decide.

use ledger::{RequestId, SubjectName};

use super::registries::submitted;
use super::{Pipeline, RequestLine, SubmittedLine};
use crate::failure::ConsoleError;
use crate::listing::ListedRequest;
use crate::words;

impl Pipeline {
    /// Every request, newest first.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn requests(&self) -> Result<Vec<RequestLine>, ConsoleError> {
        let listed = self.workspace.list_requests(self.session()?).await?;
        Ok(listed.into_iter().map(line).collect())
    }

    /// One request.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`], also for another tenant's.
    pub async fn request(&self, id: &str) -> Result<RequestLine, ConsoleError> {
        Ok(line(self.workspace.show_request(self.session()?, &known(id)?).await?))
    }

    /// Asks again for a version, `model/NAME@VERSION` or `prompt/NAME@VERSION`, whose last request
    /// ended without an approval in force.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn open_request(
        &self,
        subject: &str,
        reason: &str,
    ) -> Result<SubmittedLine, ConsoleError> {
        let unknown = ConsoleError::NotFound { what: "model or prompt version" };
        let name = SubjectName::parse(subject).map_err(|_| unknown)?;
        let key = self.idempotency_key("request open", subject);
        let made = self.workspace.request_again(self.session()?, &name, reason, &key).await?;
        Ok(submitted(&made))
    }

    /// Takes a request back; only who asked can.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn withdraw(&self, id: &str, reason: &str) -> Result<RequestLine, ConsoleError> {
        self.workspace.withdraw(self.session()?, &known(id)?, reason).await?;
        self.request(id).await
    }
}

fn known(id: &str) -> Result<RequestId, ConsoleError> {
    RequestId::parse(id).map_err(|_| ConsoleError::NotFound { what: "request" })
}

fn line(listed: ListedRequest) -> RequestLine {
    let waits = listed.lifecycle == ledger::Lifecycle::Open;
    let missing = if waits {
        words::missing(listed.needed, listed.votes, &listed.can_sign)
    } else {
        String::new()
    };
    let request = listed.request;
    RequestLine {
        id: request.id.to_string(),
        subject: request.subject.name.to_string(),
        status: request.status.to_string(),
        lifecycle: listed.lifecycle.to_string(),
        requested_by: request.requested_by.to_string(),
        requester: listed.requester,
        requested_at: request.requested_at.to_string(),
        tier: request.tier.map(|tier| tier.to_string()),
        votes: listed.votes,
        needed: listed.needed,
        reason: request.reason,
        can_sign: listed.can_sign,
        missing,
    }
}
