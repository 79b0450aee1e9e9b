//! Models, prompts, votes, withdrawals, and attempts that are refused.
//!
//! Invariant: a vote signs a review that was opened before it, on the bytes that lie there; a
//! refusal is the core's own answer and stands in the log as the core wrote it.

use ledger::{Decision, Digest, Name, Part, SubjectDigest, TenantId, Tier, Timestamp, Version};

use super::content::{DemoModelVersion, DemoSubject, DemoVote};
use super::play::{MISSING, Play};
use crate::edge::Clock;
use crate::error::ErrorCode;
use crate::failure::ConsoleError;
use crate::registering::{ModelSubmission, PromptSubmission, Submitted};
use crate::reviewing::{OpenReview, Verdict};

/// Lines of an artefact that the demo makes up.
const ARTEFACT_LINES: u32 = 64;

impl Play<'_> {
    pub(super) async fn register(
        &mut self,
        by: &str,
        subject: DemoSubject,
    ) -> Result<(), ConsoleError> {
        let submitted = self.hand_in_model(by, subject).await?;
        self.requests.insert(subject, submitted.request_id);
        Ok(())
    }

    async fn hand_in_model(
        &self,
        by: &str,
        subject: DemoSubject,
    ) -> Result<Submitted, ConsoleError> {
        let DemoSubject::Model { model, version } = subject else { return Err(MISSING) };
        let record = self.catalogue.models.get(model).ok_or(MISSING)?;
        let one = record.versions.get(version).ok_or(MISSING)?;
        let session = self.session(by, &TenantId::parse(record.tenant)?)?;
        let submission = ModelSubmission {
            name: Name::parse(record.name)?,
            version: Version::parse(one.version)?,
            checksum: SubjectDigest::Sha256(checksum(one)),
            tier: Tier::parse(one.tier)?,
            card: serde_json::to_string_pretty(&one.card).map_err(|_| MISSING)?,
            reason: format!("{} {}", one.request_reason, one.reason),
        };
        self.workspace.register_model(&session, &submission, &self.command()).await
    }

    pub(super) async fn push(
        &mut self,
        by: &str,
        subject: DemoSubject,
    ) -> Result<(), ConsoleError> {
        let DemoSubject::Prompt { prompt, version } = subject else { return Err(MISSING) };
        let record = self.catalogue.prompts.get(prompt).ok_or(MISSING)?;
        let one = record.versions.get(version).ok_or(MISSING)?;
        let session = self.session(by, &TenantId::parse(record.tenant)?)?;
        let submission = PromptSubmission {
            name: Name::parse(record.name)?,
            based_on: u32::try_from(version).map_err(|_| MISSING)?,
            text: one.text.clone(),
            tier: Some(Tier::parse(record.tier)?),
            reason: one.reason.to_owned(),
        };
        let command = self.command();
        let submitted = self.workspace.write_prompt(&session, &submission, &command).await?;
        self.requests.insert(subject, submitted.request_id);
        Ok(())
    }

    pub(super) async fn vote(
        &self,
        vote: &DemoVote,
        subject: DemoSubject,
        rejects: bool,
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        let decision = if rejects { Decision::Rejected } else { Decision::Approved };
        self.decide(vote.by, subject, (decision, &vote.reason), at).await
    }

    async fn decide(
        &self,
        by: &str,
        subject: DemoSubject,
        (decision, reason): (Decision, &str),
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        let session = self.session(by, &self.tenant_of(subject)?)?;
        let request_id = self.requests.get(&subject).ok_or(MISSING)?;
        self.begin_before(at, self.reading_time())?;
        let mut review = self.workspace.open_review(&session, request_id).await?;
        self.read(&mut review, subject);
        self.clock.move_to(at);
        let seconds = self.seconds_since(review.opened_at());
        let verdict = Verdict { decision, reason, seconds };
        let key = &self.member(by)?.key;
        let command = self.command();
        self.workspace.decide(&session, key, &review, verdict, &command).await.map(|_| ())
    }

    /// What a reviewer opens: always the overview, of a later version the changes, now and then
    /// the history. What is hidden has been seen.
    fn read(&self, review: &mut OpenReview, subject: DemoSubject) {
        review.open_part(Part::Overview);
        let (DemoSubject::Model { version, .. } | DemoSubject::Prompt { version, .. }) = subject;
        if version > 0 {
            review.open_part(Part::Changes);
        }
        if self.act_number().is_multiple_of(3) {
            review.open_part(Part::History);
        }
        review.acknowledge();
    }

    pub(super) async fn withdraw(
        &self,
        by: &str,
        subject: DemoSubject,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        let session = self.session(by, &self.tenant_of(subject)?)?;
        let request_id = self.requests.get(&subject).ok_or(MISSING)?;
        self.workspace.withdraw(&session, request_id, reason).await
    }

    pub(super) async fn denied_vote(
        &self,
        by: &str,
        subject: DemoSubject,
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        let verdict = (Decision::Approved, "Looks fine to me.");
        let outcome = self.decide(by, subject, verdict, at).await;
        demand_refused(outcome, ErrorCode::NotAllowed)
    }

    pub(super) async fn denied_register(
        &self,
        by: &str,
        subject: DemoSubject,
    ) -> Result<(), ConsoleError> {
        let outcome = self.hand_in_model(by, subject).await;
        demand_refused(outcome.map(|_| ()), ErrorCode::NotAllowed)
    }

    pub(super) async fn denied_foreign(
        &self,
        by: &str,
        tenant: &str,
        subject: DemoSubject,
    ) -> Result<(), ConsoleError> {
        let session = self.session(by, &TenantId::parse(tenant)?)?;
        let request_id = self.requests.get(&subject).ok_or(MISSING)?;
        let outcome = self.workspace.open_review(&session, request_id).await;
        demand_refused(outcome.map(|_| ()), ErrorCode::NotFound)
    }

    /// Whole seconds since then.
    pub(super) fn seconds_since(&self, opened_at: Timestamp) -> u64 {
        let micros = self.clock.now().micros_since(opened_at);
        u64::try_from(micros / Timestamp::SECOND).unwrap_or_default()
    }
}

/// The checksum of the artefact that the demo's model would be: lines made from its seed.
pub(super) fn checksum(version: &DemoModelVersion) -> Digest {
    let mut artefact = format!("{}\n", version.artefact_name);
    for line in 0..ARTEFACT_LINES {
        let seed = version.artefact_seed.as_bytes();
        artefact.push_str(&Digest::of_parts(&[seed, &line.to_be_bytes()]).to_hex());
        artefact.push('\n');
    }
    Digest::of(artefact.as_bytes())
}

fn demand_refused(
    outcome: Result<(), ConsoleError>,
    expected: ErrorCode,
) -> Result<(), ConsoleError> {
    match outcome {
        Ok(()) => Err(ConsoleError::Damaged { what: "a refusal that the demo counts on" }),
        Err(error) if error.code() == expected => Ok(()),
        Err(error) => Err(error),
    }
}
