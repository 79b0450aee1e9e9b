//! Deciding: what can be checked is checked before the window opens; what is signed is the opened
//! review.
//!
//! Invariant: the words of the signing window come from the review that the core opened and from
//! the log. Anything that changed since is refused by `Workspace::decide`, which alone signs.

use std::sync::Arc;

use governance::error::Stale;
use governance::text::REASON_LIMIT;
use governance::{ApprovalRequest, GovernanceError, Reason};
use ledger::statement::meaning;
use ledger::{Decision, Policy, RequestId, ResourceType, Timestamp};

use super::at_work::AtWork;
use super::checking;
use super::facts::fact;
use super::reading::{Reading, count};
use super::reviews::NO_REVIEW;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::reviewing::{OpenReview, Receipt, Verdict, conditions};
use crate::session::UnlockedKey;
use crate::views::{
    ConditionsDraft, DecisionDraft, DecisionView, FactView, ReceiptView, SignatureLine,
    SignatureView, SigningView,
};
use crate::words;

/// A decision in front of its signature.
pub(super) struct Deciding {
    review_id: String,
    request_id: RequestId,
    decision: Decision,
    /// The policy pinned to the request; a change has none.
    policy: Option<Policy>,
    /// What the window says of the artefact.
    told: Option<String>,
    pub(super) view: DecisionView,
}

impl Deciding {
    pub(super) fn sheet(&self) -> String {
        format!("{} {}", self.decision.as_str(), self.request_id)
    }
}

impl Desk {
    /// Asks for a decision in the signing window. Somebody who cannot sign is told now.
    pub async fn decide(&self, review_id: String, decision: DecisionDraft) -> Answer<()> {
        self.answer(async {
            let decision = match decision {
                DecisionDraft::Approve => Decision::Approved,
                DecisionDraft::Reject => Decision::Rejected,
            };
            let (opened, at) = self.opened(&review_id).await?;
            // Nobody signs what they were not shown.
            if let Some(why) = opened.withheld {
                return Err(why);
            }
            let request =
                at.workspace.check_decision(&at.session, &opened.review, decision).await?;
            if decision == Decision::Approved {
                at.workspace.demand_unblocked(&request).await?;
            }
            let asked = (ResourceType::Request, request.id.as_str());
            let reading = Reading::of(at, asked).await?;
            let policy = reading.policy_of(&request).cloned();
            let mut view = reading.decision(&request, &opened.review, decision).await?;
            let at = reading.at();
            view.asks_passphrase = self.kept_key(&at, policy.as_ref()).is_none();
            let request_id = request.id.clone();
            let told = checking::told(&opened.review);
            let deciding = Deciding { review_id, request_id, decision, policy, told, view };
            self.ask(Asked::Decide(Arc::new(deciding)));
            Ok(())
        })
        .await
    }

    /// Reason and passphrase for it; no passphrase where the window asked for none.
    pub async fn answer_decision(
        &self,
        reason: String,
        conditions: ConditionsDraft,
        passphrase: Passphrase,
        idempotency_key: String,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let at = self.at_work().await?;
            let key = at.idempotency("decide", &idempotency_key)?;
            let (turn, asked) = self.state().asked();
            let Asked::Decide(deciding) = &asked else { return Ok(asked.view()) };
            Reason::parse(&reason)?;
            let conditions = conditions::read(&conditions.end, &conditions.environments)?;
            let opened = self.state().review(&deciding.review_id).cloned().ok_or(NO_REVIEW)?;
            if checking::told(&opened.review) != deciding.told {
                return Err(GovernanceError::StaleReview { what: Stale::Artefact }.into());
            }
            let unlocked = self.unlocked_for(&at, (turn, deciding), &passphrase).await?;
            let seconds = self.seconds_since(opened.since_micros);
            let verdict = Verdict { decision: deciding.decision, reason: &reason, seconds };
            let AtWork { workspace, session, .. } = &at;
            let word = (verdict, &conditions);
            let receipt =
                workspace.decide_under(session, &unlocked, &opened.review, word, &key).await?;
            let reading =
                Reading::of(at, (ResourceType::Request, receipt.request_id.as_str())).await?;
            let view = reading.receipt(&receipt, deciding.decision, &opened.review).await?;
            let shown = Asked::Receipt(Box::new(view));
            let next = shown.view();
            self.ask_after_reason(turn, &asked, shown).await;
            self.tell(DeskEvent::RecordsChanged);
            Ok(next)
        })
        .await
    }

    /// How long something has been in front of a person, in whole seconds.
    pub(super) fn seconds_since(&self, since_micros: i64) -> u64 {
        let in_front = self.inner.edge.clock.elapsed_micros().saturating_sub(since_micros);
        u64::try_from(in_front / Timestamp::SECOND).unwrap_or(0)
    }

    /// The person's key: opened by their passphrase, or the one that the policy lets stand.
    async fn unlocked_for(
        &self,
        at: &AtWork,
        (turn, deciding): (u64, &Deciding),
        passphrase: &Passphrase,
    ) -> Result<Arc<UnlockedKey>, ConsoleError> {
        let AtWork { workspace, session, .. } = at;
        let kept = match deciding.view.asks_passphrase {
            true => None,
            false => self.kept_key(at, deciding.policy.as_ref()),
        };
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let given = passphrase.read()?;
        let key = workspace.unlock(&session.person, &session.tenant_id, &given).await?;
        // Before it is kept: a lock that came meanwhile has wiped what was.
        self.demand_still_asked(turn, session)?;
        let key = Arc::new(key);
        self.keep_key(at, Arc::clone(&key), deciding.policy.as_ref());
        Ok(key)
    }
}

impl AtWork {
    /// A key that a page chose, bound to the person, the tenant and the command: nobody is answered
    /// with what another did, or another command did.
    pub(super) fn idempotency(&self, command: &str, key: &str) -> Result<String, ConsoleError> {
        if !(8..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConsoleError::Input {
                what: "idempotency key",
                reason: "8 to 128 visible characters",
            });
        }
        let Self { session, .. } = self;
        Ok(format!("{command}/{}/{}/{key}", session.tenant_id, session.person))
    }
}

impl Reading {
    async fn decision(
        &self,
        request: &ApprovalRequest,
        review: &OpenReview,
        decision: Decision,
    ) -> Result<DecisionView, ConsoleError> {
        let authority = &self.log.authority;
        let person = &self.session.person;
        let grant = authority.grant(person).ok_or(ConsoleError::NotEnrolled)?;
        let (keyid, key) = authority.keys_of(person).next().ok_or(ConsoleError::NotEnrolled)?;
        let name = &review.subject.name;
        let policy = match (decision, self.policy_of(request)) {
            (Decision::Rejected, _) => "One rejection ends the request.".to_owned(),
            (_, Some(policy)) => words::policy_for_signer(policy, self.approvals(request)),
            (_, None) => "Yours is the second signature: the change takes effect.".to_owned(),
        };
        Ok(DecisionView {
            decision: decision.as_str().to_owned(),
            sentence: self.decision_sentence(request, decision),
            subject: name.to_string(),
            digest_kind: review.subject.digest.algorithm().to_owned(),
            digest: review.subject.digest.digest().to_hex(),
            policy,
            policy_sha256: review.policy_sha256.map(|digest| digest.to_hex()),
            meaning: meaning(decision, name).unwrap_or_default(),
            seen: seen(review),
            facts: self.decision_facts(request, review),
            name: hidden::drawn(&key.name),
            role: grant.role.as_str().to_owned(),
            keyid: keyid.to_hex(),
            reason_limit: count(REASON_LIMIT),
            may_limit: decision == Decision::Approved && request.change.is_none(),
            conditions_before: words::conditions(&request.conditions()),
            asks_passphrase: true,
            typed_reason: String::new(),
            typed_conditions: ConditionsDraft::default(),
            demo_passphrase: demo_passphrase(&self.workspace).await?,
        })
    }

    fn decision_sentence(&self, request: &ApprovalRequest, decision: Decision) -> String {
        match &request.change {
            Some(change) => {
                let verb = if decision == Decision::Rejected { "Reject" } else { "Approve" };
                format!("{verb} this change: {}.", super::change_words::clause(change, &self.names))
            }
            None => words::decision(decision, &request.subject.name, self.tenant().as_str()),
        }
    }

    fn decision_facts(&self, request: &ApprovalRequest, review: &OpenReview) -> Vec<FactView> {
        let mut facts = record_facts(review);
        if review.hidden_characters > 0 {
            let noun = if review.hidden_characters == 1 { "character" } else { "characters" };
            let said = format!("{} {noun} seen and acknowledged", review.hidden_characters);
            facts.push(fact("Hidden", said));
        }
        let warning = self.foot(request).warning;
        if !warning.is_empty() {
            facts.push(fact("Note", warning));
        }
        facts
    }

    async fn receipt(
        &self,
        receipt: &Receipt,
        decision: Decision,
        review: &OpenReview,
    ) -> Result<ReceiptView, ConsoleError> {
        let found = self.workspace.store.request(self.tenant(), &receipt.request_id).await?;
        let request = found.ok_or(ConsoleError::NotFound { what: "request" })?;
        let still = self.missing(&request).map_or(0, |missing| missing.needed);
        let signed = request.votes.iter().map(|vote| self.signed(vote));
        let open = (0..still).map(|_| SignatureLine::Open { people: self.able(&request) });
        let statement = receipt.attestation_sha256.to_hex();
        let signatures = self.signatures(receipt.seq).await?;
        let own = |signature: &SignatureView| signature.logged.statement_sha256 == statement;
        let signature = signatures.into_iter().find(own);
        Ok(ReceiptView {
            sentence: self.outcome(&request, decision, still),
            signers: signed.chain(open).collect(),
            digest: review.subject.digest.digest().to_hex(),
            attestation_sha256: receipt.attestation_sha256.to_hex(),
            keyid: receipt.keyid.to_hex(),
            meaning: meaning(decision, &receipt.subject).unwrap_or_default(),
            seq: count(receipt.seq),
            final_seq: receipt.final_seq.map(count),
            correlation_id: receipt.correlation_id.to_string(),
            evidence_of: receipt
                .final_seq
                .filter(|_| receipt.subject.kind().is_some())
                .map(|_| receipt.request_id.to_string()),
            signature: signature.ok_or(ConsoleError::Damaged { what: "a signature on record" })?,
        })
    }

    /// What the signature brought about, with the conditions it was given under.
    fn outcome(&self, request: &ApprovalRequest, decision: Decision, still: u32) -> String {
        let said = words::outcome(decision, &request.subject.name, self.tenant().as_str(), still);
        let conditions = words::conditions(&request.conditions());
        match (decision, conditions.is_empty()) {
            (Decision::Approved, false) => {
                format!("{}, {conditions}.", said.trim_end_matches('.'))
            }
            (
                Decision::Approved | Decision::Rejected | Decision::Revoked | Decision::Proposed,
                _,
            ) => said,
        }
    }

    pub(super) fn able(&self, request: &ApprovalRequest) -> Vec<String> {
        let missing = self.missing(request);
        let able = missing.iter().flat_map(|missing| &missing.can_sign);
        able.map(|person| self.names.title(person)).collect()
    }
}

/// "Overview, Changes; opened 14:01 UTC, log at #12,482".
pub(super) fn seen(review: &OpenReview) -> String {
    let parts: Vec<String> = review.parts().iter().map(|part| capitalised(part.as_str())).collect();
    let parts = if parts.is_empty() { "Nothing opened".to_owned() } else { parts.join(", ") };
    let opened = review.opened_at().to_string();
    let at = opened.get(11..16).unwrap_or_default();
    let last = review.log_size().saturating_sub(1);
    format!("{parts}; opened {at} UTC, log at #{}", words::grouped(last))
}

/// What else of the review is signed: the time that still runs, and for a model whether its artefact
/// was checked. The parts opened are in [`seen`].
pub(super) fn record_facts(review: &OpenReview) -> Vec<FactView> {
    let opened = review.opened_at().to_string();
    let at = opened.get(11..19).unwrap_or_default();
    let said = format!("Counted from {at} UTC until you sign; the seconds are signed as well");
    let mut facts = vec![fact("Time", said)];
    facts.extend(checking::told(review).map(|told| fact("Artefact", told)));
    facts
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
