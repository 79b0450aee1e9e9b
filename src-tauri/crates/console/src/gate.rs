//! The gate: may this exact model or prompt version run?
//!
//! Invariant: yes only after the whole log was read again from its stored bytes and holds against
//! the anchor on this machine, the subject is approved and in force by that reading, and what was
//! handed in is what was approved. No status column can make a yes; every answer is on record,
//! and a yes that cannot be recorded is a no.

use governance::audit::{RecordDraft, asked_resource_id};
use ledger::offline::Trust;
use ledger::replay::SubjectEffect;
use ledger::{
    Action, Actor, Effect, Lifecycle, ResourceType, Status, Subject, SubjectDigest, SubjectKind,
    SubjectName, TenantId,
};
use serde_json::{Map, Value};

use crate::agreement::standing;
use crate::artefact::Continue;
use crate::error::ErrorCode;
use crate::failure::ConsoleError;
use crate::rereading::Reading;
use crate::session::Session;
use crate::workspace::Workspace;

/// How often a row is compared anew while other processes keep writing.
const ROUNDS: usize = 8;

/// What is asked. Name and version are as typed: what no subject can be called is unknown.
#[derive(Debug, Clone)]
pub struct GateQuestion {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Model or prompt.
    pub kind: SubjectKind,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// What is about to run, if it was handed in.
    pub given: Option<Given>,
    /// The environment it is to run in.
    pub scope: Option<String>,
    /// The root of trust, if it is not the anchor on this machine.
    pub trust: Option<Trust>,
}

/// The artefact or text that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Its digest; kinds never match each other.
    Digest(SubjectDigest),
    /// It could not be read, and so is not what was approved.
    Unreadable(String),
}

/// Why the gate answers as it does, in the order in which a no is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateCause {
    /// Yes.
    Approved,
    /// No: store or keychain do not answer, or the answer cannot be recorded.
    Unavailable,
    /// No: a root, a signature or a row does not hold, or there is no anchor.
    Unverified,
    /// No: not approved, not in force, out of scope, or unknown.
    NotApproved,
    /// No: what was handed in is not what was approved.
    OtherArtefact,
}

impl GateCause {
    /// The word on record and in `--json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Unavailable => "unavailable",
            Self::Unverified => "unverified",
            Self::NotApproved => "not_approved",
            Self::OtherArtefact => "other_artefact",
        }
    }
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateAnswer {
    /// Why; [`GateCause::Approved`] is the only yes.
    pub cause: GateCause,
    /// `model/<name>@<version>` as asked.
    pub subject: String,
    /// One sentence.
    pub reason: String,
}

impl GateAnswer {
    /// `yes` or `no`.
    pub const fn answer(&self) -> &'static str {
        if self.is_yes() { "yes" } else { "no" }
    }

    /// True for yes.
    pub const fn is_yes(&self) -> bool {
        matches!(self.cause, GateCause::Approved)
    }
}

/// What a log is held against.
#[derive(Clone, Copy)]
pub(crate) enum Root<'a> {
    /// The anchor on this machine.
    Anchor,
    /// A trust file that came another way.
    Trust(&'a Trust),
}

/// Why a log cannot be trusted, one sentence.
pub(crate) struct Unverified(pub(crate) String);

/// A judgement before it is recorded.
type Judged = (GateCause, String);

impl Workspace {
    /// Asks the gate; without a session it is the system that asks.
    pub async fn gate(&self, question: &GateQuestion, session: Option<&Session>) -> GateAnswer {
        self.gate_from(question, session, &mut None).await
    }

    /// Asks the gate, for somebody who asks often: a reading of the tenant's log that this process
    /// made from record 0 on is read on instead of begun anew, and left where it was.
    pub(crate) async fn gate_from(
        &self,
        question: &GateQuestion,
        session: Option<&Session>,
        earlier: &mut Option<Reading>,
    ) -> GateAnswer {
        let judged = match self.judge(question, earlier).await {
            Ok(judged) => judged,
            Err(error) => of_error(&error),
        };
        self.answered(question, session, judged).await
    }

    /// A no for want of a root of trust, on record like any other answer.
    pub(crate) async fn refuse_gate(
        &self,
        question: &GateQuestion,
        session: Option<&Session>,
        why: String,
    ) -> GateAnswer {
        self.answered(question, session, (GateCause::Unverified, why)).await
    }

    /// Puts an answer on record; one that cannot be recorded is a no.
    async fn answered(
        &self,
        question: &GateQuestion,
        session: Option<&Session>,
        judged: Judged,
    ) -> GateAnswer {
        let actor = session.map_or(Actor::System, |session| session.person.clone());
        let (cause, reason) = match self.record_answer(question, &judged, &actor).await {
            Ok(()) => judged,
            // A log that does not hold is read and not written: its no stands unrecorded.
            Err(error) if error.code() == ErrorCode::VerificationFailed => match judged {
                (GateCause::Unverified, reason) => (GateCause::Unverified, reason),
                _ => of_error(&error),
            },
            Err(error) => {
                (GateCause::Unavailable, format!("The answer cannot be recorded: {error}."))
            }
        };
        GateAnswer { cause, subject: asked(question), reason }
    }

    async fn judge(
        &self,
        question: &GateQuestion,
        earlier: &mut Option<Reading>,
    ) -> Result<Judged, ConsoleError> {
        let tenant = &question.tenant_id;
        let unknown = || (GateCause::NotApproved, "There is nothing of that name here.".to_owned());
        if !self.log_ids().await?.contains(tenant) {
            return Ok(unknown());
        }
        let subject = SubjectName::parse(&asked(question)).ok();
        let root = question.trust.as_ref().map_or(Root::Anchor, Root::Trust);
        let (reading, covered) = match self.trusted(tenant, subject.as_ref(), root, earlier).await?
        {
            Ok(trusted) => trusted,
            Err(Unverified(why)) => return Ok((GateCause::Unverified, why)),
        };
        let made = subject.and_then(|name| reading.replay.requests().making(&name).cloned());
        let Some(made) = made else { return Ok(unknown()) };
        Ok(self.judge_subject(question, &made.metadata.subject, (reading, covered)))
    }

    /// The log of a tenant, read again, if all of it holds against the root of trust and the row of
    /// the subject, if one is named, says what the log says; with how many of its records the root
    /// covers.
    pub(crate) async fn trusted<'a>(
        &self,
        tenant: &TenantId,
        subject: Option<&SubjectName>,
        root: Root<'_>,
        earlier: &'a mut Option<Reading>,
    ) -> Result<Result<(&'a Reading, u64), Unverified>, ConsoleError> {
        if let Some(alarm) = self.alarm(tenant) {
            return Ok(Err(Unverified(alarm.said())));
        }
        // Read before the log: it only moves forward.
        let note = match root {
            Root::Anchor => self.anchor_note(tenant).await?,
            Root::Trust(_) => self.store.checkpoint(tenant).await?.map(|newest| newest.note),
        };
        let mut reading = match earlier.take() {
            Some(reading) if reading.replay.authority().tenant() == tenant => reading,
            Some(_) | None => self.begin_reading(tenant).await?,
        };
        let mut row_fault = None;
        for _ in 0..ROUNDS {
            reading = self.read_on(reading, &mut |_| Continue::Yes).await?;
            row_fault = match subject {
                Some(name) => self.subject_row_fault(tenant, name, &reading.replay).await?,
                None => None,
            };
            if row_fault.is_none() || self.store.size(tenant).await? == reading.size() {
                break;
            }
        }
        let reading = &*earlier.insert(reading);
        let covered = match self.demand_root(root, note.as_deref(), reading) {
            Ok(covered) => covered,
            Err(why) => return Ok(Err(Unverified(why))),
        };
        Ok(match reading.faults().into_iter().chain(row_fault).next() {
            Some(fault) => Err(Unverified(fault.detail)),
            None => Ok((reading, covered)),
        })
    }

    /// Demands that the log contains what the root of trust says; gives how far that reaches.
    fn demand_root(
        &self,
        root: Root<'_>,
        note: Option<&str>,
        reading: &Reading,
    ) -> Result<u64, String> {
        match (root, note) {
            (Root::Anchor, None) => Err("This computer has no anchor of the log, so nothing here \
                                         can be trusted."
                .to_owned()),
            (Root::Anchor, Some(note)) => match reading.demand_contained(note, self) {
                // Records behind the anchor are under this device's seals until it moves.
                Ok(_) => Ok(reading.size()),
                Err(why) => Err(format!("The anchor on this computer {why}.")),
            },
            (Root::Trust(_), None) => {
                Err("The log has no checkpoint that the trust file could vouch for.".to_owned())
            }
            (Root::Trust(trust), Some(note)) => match reading.demand_trusted(note, trust) {
                Ok(covered) => Ok(covered),
                Err(why) => Err(format!("The newest checkpoint {why}.")),
            },
        }
    }

    fn judge_subject(
        &self,
        question: &GateQuestion,
        subject: &Subject,
        (reading, covered): (&Reading, u64),
    ) -> Judged {
        let effect = reading.replay.effect(subject, self.now(), question.scope.as_deref());
        if let Some(reason) = not_in_force(effect, subject, reading) {
            return (GateCause::NotApproved, reason);
        }
        let approved = reading.replay.meaning().newest_approval(subject);
        if approved.and_then(|request| request.decided_at).is_none_or(|seq| seq >= covered) {
            let reason = "Its approval is not under a checkpoint yet.".to_owned();
            return (GateCause::Unverified, reason);
        }
        match &question.given {
            None => {}
            Some(Given::Digest(digest)) if *digest == subject.digest => {}
            Some(Given::Digest(digest)) => {
                let approved = subject.digest;
                let reason = format!("What was handed in is {digest}, approved is {approved}.");
                return (GateCause::OtherArtefact, reason);
            }
            Some(Given::Unreadable(why)) => {
                let reason = format!("What was handed in cannot be read: {why}.");
                return (GateCause::OtherArtefact, reason);
            }
        }
        (GateCause::Approved, format!("{} is approved and in force.", subject.name))
    }

    /// Both answers go on record in the tenant's log. A tenant that is none has no log: that it
    /// was asked for stands in the workspace's own.
    async fn record_answer(
        &self,
        question: &GateQuestion,
        (cause, reason): &Judged,
        actor: &Actor,
    ) -> Result<(), ConsoleError> {
        let kind = match question.kind {
            SubjectKind::Model => ResourceType::Model,
            SubjectKind::Prompt => ResourceType::Prompt,
        };
        let id = asked_resource_id(&format!("{}@{}", question.name, question.version));
        let is_known = self.log_ids().await?.contains(&question.tenant_id);
        let (tenant, action) = match (is_known, cause) {
            (false, _) => (TenantId::workspace(), Action::TenantDeny),
            (true, GateCause::Approved) => (question.tenant_id.clone(), Action::GateAllow),
            (
                true,
                GateCause::Unavailable
                | GateCause::Unverified
                | GateCause::NotApproved
                | GateCause::OtherArtefact,
            ) => (question.tenant_id.clone(), Action::GateDeny),
        };
        let given = match &question.given {
            Some(Given::Digest(digest)) => Value::from(digest.to_string()),
            Some(Given::Unreadable(_)) | None => Value::Null,
        };
        let metadata = Map::from_iter([
            ("cause".to_owned(), Value::from(cause.as_str())),
            ("given".to_owned(), given),
            ("reason".to_owned(), Value::from(reason.as_str())),
            ("scope".to_owned(), Value::from(question.scope.clone())),
        ]);
        let draft = RecordDraft::of(action, (kind, id), "", &metadata)?;
        self.log_alone(&tenant, &self.ids.correlation(), actor, &draft).await?;
        Ok(())
    }
}

/// Why an approval does not let it run; none when it does.
fn not_in_force(effect: SubjectEffect, subject: &Subject, reading: &Reading) -> Option<String> {
    let name = &subject.name;
    let what = match effect.effect {
        Effect::InForce | Effect::Lapsed | Effect::Revoked | Effect::Void => {
            out_of_force(effect)?.to_owned()
        }
        Effect::None => match standing(name, &reading.replay) {
            Some((_, request)) => match (request.status, request.lifecycle) {
                (Status::Rejected, _) => "was rejected".to_owned(),
                (Status::Pending, Lifecycle::Open) => "waits for its approval".to_owned(),
                (Status::Pending | Status::Approved, lifecycle) => {
                    format!("is not approved; its request is {lifecycle}")
                }
            },
            None => "was never up for approval".to_owned(),
        },
    };
    Some(format!("{name} {what}."))
}

/// Why an approval that was given does not let it run; none when it does.
pub(crate) const fn out_of_force(effect: SubjectEffect) -> Option<&'static str> {
    match effect.effect {
        Effect::InForce if effect.in_scope => None,
        Effect::InForce => Some("is approved for other environments"),
        Effect::Lapsed => Some("was approved for a time that is over"),
        Effect::Revoked => Some("was approved, and the approval was revoked"),
        Effect::Void => Some("rests on a signature by a key found compromised"),
        Effect::None => Some("is not approved"),
    }
}

fn asked(question: &GateQuestion) -> String {
    format!("{}/{}@{}", question.kind, question.name, question.version)
}

/// A no for a failure: of the data, or of what keeps them.
fn of_error(error: &ConsoleError) -> Judged {
    let of_data = [ErrorCode::VerificationFailed, ErrorCode::NoWorkspace].contains(&error.code());
    let cause = if of_data { GateCause::Unverified } else { GateCause::Unavailable };
    (cause, error.view("").message)
}
