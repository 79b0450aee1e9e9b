//! What is said about requests, and the reasons for what becomes of them.

use console::registering::Submitted;
use console::reviewing::Ending;
use console::session::Session;
use console::{ConsoleError, discussing::RemarkPlace};
use governance::{Said, Severity};
use ledger::statement::Conditions;
use ledger::{Decision, RecordId, RequestId};

use super::garden::{Done, Garden, one, session};
use crate::house::{self, ANN, BOB};

/// So much is said about one request, as in a long discussion.
const LONG: u32 = 40;

/// A request that is talked about, and a finding that stands open there.
pub(super) struct Talk {
    request: RequestId,
    finding: RecordId,
    said: u32,
}

impl Garden {
    pub(super) async fn comment(&mut self, texts: &[String]) -> Done {
        self.remark(&session(ANN)?, Said::Comment, one(texts)).await.map(drop)
    }

    pub(super) async fn finding(&mut self, texts: &[String]) -> Done {
        self.remark(&session(BOB)?, opened(), one(texts)).await.map(drop)
    }

    pub(super) async fn answer(&mut self, texts: &[String]) -> Done {
        let (_, finding) = self.talked_about().await?;
        self.remark(&session(ANN)?, Said::Answer { finding }, one(texts)).await.map(drop)
    }

    pub(super) async fn closing(&mut self, texts: &[String]) -> Done {
        let bob = session(BOB)?;
        // Both are said about one request.
        self.talk = self.talk.take().filter(|talk| talk.said + 2 <= LONG);
        let finding = self.remark(&bob, opened(), "a finding").await?.id;
        self.remark(&bob, Said::Closing { finding }, one(texts)).await.map(drop)
    }

    pub(super) async fn wish(&mut self, texts: &[String]) -> Done {
        self.remark(&session(BOB)?, Said::ChangesWanted, one(texts)).await.map(drop)
    }

    pub(super) async fn withdrawal(&mut self, texts: &[String]) -> Done {
        let written = match self.waits.take() {
            Some(written) => written,
            None => self.asked("withdrawals").await?,
        };
        let taken = self.workspace.withdraw(&session(ANN)?, &written.request_id, one(texts)).await;
        if taken.is_err() {
            self.waits = Some(written);
        }
        taken
    }

    pub(super) async fn asking_again(&mut self, texts: &[String]) -> Done {
        let (ann, key) = (session(ANN)?, self.key());
        let left = match self.left.take() {
            Some(left) => left,
            None => self.asked_and_left().await?,
        };
        let again = self.workspace.request_again(&ann, &left.subject, one(texts), &key).await;
        self.left = Some(left);
        self.workspace.withdraw(&ann, &again?.request_id, "asked too early").await
    }

    pub(super) async fn revocation(&mut self, texts: &[String]) -> Done {
        let (written, bob, key) = (self.asked("ended").await?, session(BOB)?, self.key());
        self.sign(&written, Decision::Approved, "seen").await?;
        let review = self.review(&bob, &written.request_id).await?;
        let ending = Ending { reviews: vec![review], back_to: None };
        let reason = (one(texts), 7);
        self.workspace.revoke(&bob, &self.bob, &ending, reason, &key).await.map(drop)
    }

    pub(super) async fn environment(&mut self, texts: &[String]) -> Done {
        let written = match self.waits.take() {
            Some(written) => written,
            None => self.asked("limited").await?,
        };
        let conditions = Conditions { expires_at: None, scope: Some(vec![one(texts).to_owned()]) };
        let signed = self.sign_under(&written, (Decision::Approved, "seen"), &conditions).await;
        if signed.is_err() {
            self.waits = Some(written);
        }
        signed
    }

    async fn asked_and_left(&mut self) -> Result<Submitted, ConsoleError> {
        let written = self.asked("again").await?;
        self.workspace.withdraw(&session(ANN)?, &written.request_id, "asked too early").await?;
        Ok(written)
    }

    /// The request that is talked about now, and its open finding.
    async fn talked_about(&mut self) -> Result<(RequestId, RecordId), ConsoleError> {
        if let Some(talk) = self.talk.as_ref().filter(|talk| talk.said < LONG) {
            return Ok((talk.request.clone(), talk.finding.clone()));
        }
        let (request, key) = (self.asked("talks").await?.request_id, self.key());
        let said = (opened(), "a finding");
        let finding = self.workspace.say(&session(BOB)?, &request, said, &key).await?.id;
        self.talk = Some(Talk { request: request.clone(), finding: finding.clone(), said: 0 });
        Ok((request, finding))
    }

    async fn remark(
        &mut self,
        session: &Session,
        said: Said,
        text: &str,
    ) -> Result<RemarkPlace, ConsoleError> {
        let ((request, _), key) = (self.talked_about().await?, self.key());
        if let Some(talk) = &mut self.talk {
            talk.said += 1;
        }
        self.workspace.say(session, &request, (said, text), &key).await
    }
}

/// A finding that is Bob's to see to.
fn opened() -> Said {
    let owner = Some(house::person(BOB).clone());
    Said::Finding { severity: Severity::Low, blocking: false, owner, due: None }
}
