//! Ending approvals: of one version, or of every later one at a rollback, in the signing window.
//!
//! Invariant: what is shown is what will be signed, one statement a version; what came into force or
//! changed since is refused by `Workspace::revoke`, which alone signs. Every one asks for the
//! passphrase: ending what runs in production is never a quick second signature.

use std::sync::Arc;

use governance::text::REASON_LIMIT;
use governance::{ApprovalRequest, GovernanceError, Reason};
use ledger::statement::meaning;
use ledger::{Decision, Effect, RequestId, ResourceType, SubjectName};

use super::at_work::AtWork;
use super::deciding::{record_facts, seen};
use super::facts::{fact, version_text};
use super::reading::{Reading, count};
use super::reviews::{HIDDEN_LISTED, NO_REVIEW};
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::approvals::{Standing, in_force};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::reviewing::{EndedReceipt, Ending, OpenReview};
use crate::views::{
    EndedView, EndingView, FactView, HiddenView, RevocationView, RevokedView, SigningView,
};
use crate::words;

/// The end of approvals in front of its signature.
pub(super) struct Revoking {
    /// The review it was asked in; a rollback is asked beside the versions.
    review_id: Option<String>,
    ending: Ending,
    back_to: Option<SubjectName>,
    /// On the clock that nobody sets.
    since_micros: i64,
    pub(super) view: RevocationView,
}

impl Revoking {
    pub(super) fn sheet(&self) -> String {
        let ends = self.ending.reviews.iter().map(|review| review.request_id.as_str());
        let ends = ends.collect::<Vec<_>>().join(" ");
        match &self.back_to {
            Some(to) => format!("go back to {to}, ending {ends}"),
            None => format!("revoke {ends}"),
        }
    }
}

impl Desk {
    /// Asks for the end of the approval of what an opened review is about.
    pub async fn revoke(&self, review_id: String) -> Answer<()> {
        self.answer(async {
            let (opened, at) = self.opened(&review_id).await?;
            // Nobody signs what they were not shown.
            if let Some(why) = opened.withheld {
                return Err(why);
            }
            let request = at.workspace.check_revocation(&at.session, &opened.review).await?;
            if !opened.review.is_acknowledged() {
                let count = opened.review.hidden_characters;
                return Err(ConsoleError::HiddenCharacters { count });
            }
            let reading = Reading::of(at, (ResourceType::Request, request.id.as_str())).await?;
            let ending = Ending { reviews: vec![opened.review], back_to: None };
            let view = reading.revocation(&ending, None).await?;
            self.ask(Asked::Revoke(Arc::new(Revoking {
                review_id: Some(review_id),
                ending,
                back_to: None,
                since_micros: opened.since_micros,
                view,
            })));
            Ok(())
        })
        .await
    }

    /// Asks to go back to a version in force, `model/credit-pd@6`: every later one ends.
    pub async fn roll_back(&self, subject: String) -> Answer<()> {
        self.answer(async {
            let missing = ConsoleError::NotFound { what: "model or prompt version" };
            let subject = SubjectName::parse(&subject).map_err(|_| missing.clone())?;
            let at = self.at_work().await?;
            let (back_to, later) = at.to_roll_back(&subject).await?;
            let mut reviews = Vec::new();
            for id in later {
                let review = at.workspace.open_review(&at.session, &id).await?;
                at.workspace.check_revocation(&at.session, &review).await?;
                reviews.push(review);
            }
            let reading = Reading::of(at, (ResourceType::Request, back_to.as_str())).await?;
            let ending = Ending { reviews, back_to: Some(back_to) };
            let view = reading.revocation(&ending, Some(&subject)).await?;
            let since_micros = self.inner.edge.clock.elapsed_micros();
            let back_to = Some(subject);
            let revoking = Revoking { review_id: None, ending, back_to, since_micros, view };
            self.ask(Asked::Revoke(Arc::new(revoking)));
            Ok(())
        })
        .await
    }

    /// Reason and passphrase for it. `acknowledged` is how many hidden characters the person has
    /// looked at in the window: those that the window counted, where they are not yet acknowledged.
    pub async fn answer_revocation(
        &self,
        reason: String,
        acknowledged: u32,
        passphrase: Passphrase,
        idempotency_key: String,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let at = self.at_work().await?;
            let key = at.idempotency("revoke", &idempotency_key)?;
            let (turn, asked) = self.state().asked();
            let Asked::Revoke(revoking) = &asked else { return Ok(asked.view()) };
            Reason::parse(&reason)?;
            let ending = self.ending(revoking, acknowledged)?;
            let given = passphrase.read()?;
            let AtWork { workspace, session, .. } = &at;
            let unlocked = workspace.unlock(&session.person, &session.tenant_id, &given).await?;
            self.demand_still_asked(turn, session)?;
            let said = (reason.as_str(), self.seconds_since(revoking.since_micros));
            let receipt = workspace.revoke(session, &unlocked, &ending, said, &key).await?;
            let first = receipt.ended.first();
            let first = first.ok_or(ConsoleError::NotFound { what: "approval" })?;
            let id = first.request_id.to_string();
            let reading = Reading::of(at, (ResourceType::Request, &id)).await?;
            let view = reading.revoked(&receipt, revoking.back_to.as_ref()).await?;
            let shown = Asked::Revoked(Box::new(view));
            let next = shown.view();
            self.ask_after_reason(turn, &asked, shown).await;
            self.tell(DeskEvent::RecordsChanged);
            Ok(next)
        })
        .await
    }

    /// What is signed: the opened reviews as they are now, with what was acknowledged in the window.
    fn ending(&self, revoking: &Revoking, acknowledged: u32) -> Result<Ending, ConsoleError> {
        let mut ending = revoking.ending.clone();
        if let Some(review_id) = &revoking.review_id {
            let opened = self.state().review(review_id).cloned().ok_or(NO_REVIEW)?;
            ending.reviews = vec![opened.review];
        }
        if acknowledged == revoking.view.hidden_characters {
            ending.reviews.iter_mut().for_each(OpenReview::acknowledge);
        }
        Ok(ending)
    }
}

impl AtWork {
    /// The approval of a version to go back to, and those given later that are in force, the last
    /// one first.
    async fn to_roll_back(
        &self,
        subject: &SubjectName,
    ) -> Result<(RequestId, Vec<RequestId>), ConsoleError> {
        let Self { workspace, session, .. } = self;
        workspace.demand_may_end(session, subject).await?;
        let missing = ConsoleError::NotFound { what: "model or prompt version" };
        let standings = workspace.standings(&session.tenant_id, subject).await?;
        let to = standings.iter().find(|one| one.record.subject().name == *subject);
        let to = to.ok_or(missing)?;
        let request = to.request.as_ref();
        let id = request.map(|request| request.id.clone());
        let id = id.ok_or(GovernanceError::NothingLater)?;
        let now = workspace.now();
        let mut later: Vec<&Standing> = standings
            .iter()
            .filter(|other| {
                other.effect(now) == Effect::InForce && other.decided_seq() > to.decided_seq()
            })
            .collect();
        if to.effect(now) != Effect::InForce || later.is_empty() {
            return Err(GovernanceError::NothingLater.into());
        }
        later.sort_by_key(|other| std::cmp::Reverse(other.decided_seq()));
        let requests = later.into_iter().filter_map(|other| other.request.as_ref());
        Ok((id, requests.map(|request| request.id.clone()).collect()))
    }
}

impl Reading {
    async fn revocation(
        &self,
        ending: &Ending,
        back_to: Option<&SubjectName>,
    ) -> Result<RevocationView, ConsoleError> {
        let authority = &self.log.authority;
        let person = &self.session.person;
        let grant = authority.grant(person).ok_or(ConsoleError::NotEnrolled)?;
        let (keyid, key) = authority.keys_of(person).next().ok_or(ConsoleError::NotEnrolled)?;
        let first = ending.reviews.first().ok_or(NO_REVIEW)?;
        let name = &first.subject.name;
        let sentence = match back_to {
            Some(to) => words::rollback(to, ending.reviews.len(), self.tenant().as_str()),
            None => words::decision(Decision::Revoked, name, self.tenant().as_str()),
        };
        let mut ends = Vec::new();
        for review in &ending.reviews {
            ends.push(self.ending_view(review).await?);
        }
        // What a rollback ends was not reviewed for it.
        let recorded = if back_to.is_none() { record_facts(first) } else { Vec::new() };
        let unseen = ending.reviews.iter().filter(|review| !review.is_acknowledged());
        Ok(RevocationView {
            sentence,
            ends,
            back_to: back_to.map(version_text),
            meaning: meaning(Decision::Revoked, name).unwrap_or_default(),
            seen: seen(first),
            facts: self.afterwards(ending, name).await?.into_iter().chain(recorded).collect(),
            hidden_characters: unseen.map(|review| review.hidden_characters).sum(),
            name: hidden::drawn(&key.name),
            role: grant.role.as_str().to_owned(),
            keyid: keyid.to_hex(),
            reason_limit: count(REASON_LIMIT),
            typed_reason: String::new(),
            demo_passphrase: demo_passphrase(&self.workspace).await?,
        })
    }

    async fn ending_view(&self, review: &OpenReview) -> Result<EndingView, ConsoleError> {
        let found = self.workspace.store.request(self.tenant(), &review.request_id).await?;
        let request = found.ok_or(ConsoleError::NotFound { what: "request" })?;
        let by = request.votes.last().map_or_else(String::new, |vote| {
            format!("approved {} by {}", words::minute(vote.at), self.names.title(&vote.actor))
        });
        let conditions = words::conditions(&request.conditions());
        let comma = if conditions.is_empty() { "" } else { ", " };
        let (hidden_characters, hidden) = self.unseen(&request, review).await?;
        Ok(EndingView {
            hidden_characters,
            hidden,
            subject: review.subject.name.to_string(),
            digest_kind: review.subject.digest.algorithm().to_owned(),
            digest: review.subject.digest.digest().to_hex(),
            approved: format!("{by}{comma}{conditions}"),
        })
    }

    /// The hidden characters of what ends that nobody acknowledged in a review: whoever ends it reads
    /// them on the sheet, and that they did is on record where the text is protected.
    async fn unseen(
        &self,
        request: &ApprovalRequest,
        review: &OpenReview,
    ) -> Result<(u32, Vec<HiddenView>), ConsoleError> {
        if review.is_acknowledged() {
            return Ok((0, Vec::new()));
        }
        let material = self.workspace.material(request).await?;
        self.read_in_review([material.record().as_ref(), None]).await?;
        let listed = material.hidden().into_iter().take(HIDDEN_LISTED).collect();
        Ok((review.hidden_characters, listed))
    }

    /// What is in force once these approvals have ended.
    async fn afterwards(
        &self,
        ending: &Ending,
        name: &SubjectName,
    ) -> Result<Vec<FactView>, ConsoleError> {
        let mut left = self.workspace.standings(self.tenant(), name).await?;
        left.retain(|standing| {
            let subject = standing.record.subject();
            ending.reviews.iter().all(|review| review.subject != subject)
        });
        let said = match in_force(&left, self.now) {
            Some(next) => format!("@{} is in force", version_text(&next.record.subject().name)),
            None => "No version is in force: the gate says no".to_owned(),
        };
        Ok(vec![fact("Afterwards", said)])
    }

    async fn revoked(
        &self,
        receipt: &EndedReceipt,
        back_to: Option<&SubjectName>,
    ) -> Result<RevokedView, ConsoleError> {
        let first = receipt.ended.first().ok_or(ConsoleError::NotFound { what: "approval" })?;
        let none = Ending { reviews: Vec::new(), back_to: None };
        let place = self.tenant().as_str();
        let mut signatures = Vec::new();
        for ended in &receipt.ended {
            signatures.extend(self.signatures(ended.seq).await?);
        }
        Ok(RevokedView {
            sentence: match back_to {
                Some(to) => words::rolled_back(to, place),
                None => words::outcome(Decision::Revoked, &first.subject, place, 0),
            },
            ended: receipt
                .ended
                .iter()
                .map(|ended| EndedView {
                    subject: ended.subject.to_string(),
                    seq: count(ended.seq),
                    attestation_sha256: ended.attestation_sha256.to_hex(),
                })
                .collect(),
            facts: self.afterwards(&none, &first.subject).await?,
            keyid: receipt.keyid.to_hex(),
            meaning: meaning(Decision::Revoked, &first.subject).unwrap_or_default(),
            correlation_id: receipt.correlation_id.to_string(),
            evidence_of: first.request_id.to_string(),
            signatures,
        })
    }
}
