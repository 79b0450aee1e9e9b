//! The year in order: everything that people and the pipeline do in the demo.
//!
//! Invariant: each event is allowed (or, where it is a denial, refused) by the rules of domain.md
//! at its place in the order; the order is the same for every `now`. It decides nothing: what a
//! gate is expected to answer follows from the votes before it.

use std::collections::HashMap;

use super::calendar::{Calendar, Moment};
use super::chance::Chance;
use super::people::{self, DemoRoleChange, EU};
use super::slot::{FIRST_DAY, Slot};
use super::talks::{self, DemoRemark};
use super::{Catalogue, DemoOutcome, DemoVote, sessions};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoEvent {
    /// Seconds before now; strictly falling through the timeline, at most 365 days.
    pub(crate) seconds_before_now: i64,
    /// What happened.
    pub(crate) act: DemoAct,
}

/// A version of a model or a prompt, by place in the [`Catalogue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum DemoSubject {
    /// `models[model].versions[version]`
    Model { model: usize, version: usize },
    /// `prompts[prompt].versions[version]`
    Prompt { prompt: usize, version: usize },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DemoAct {
    /// A person signs in.
    SignIn { by: &'static str },
    /// A wrong passphrase at a person's name.
    SignInFails { by: &'static str },
    /// A person signs out.
    SignOut { by: &'static str },
    /// An admin registers a model version and asks for approval.
    RegisterModel { by: &'static str, subject: DemoSubject },
    /// An analyst pushes a prompt version and asks for approval; supersedes an older waiting one.
    PushPrompt { by: &'static str, subject: DemoSubject },
    /// A vote; it approves unless `rejects`.
    Vote { vote: DemoVote, subject: DemoSubject, rejects: bool },
    /// The requester withdraws.
    Withdraw { by: &'static str, subject: DemoSubject, reason: &'static str },
    /// Somebody says something about the request of a version that this maker made.
    Remark {
        by: &'static str,
        maker: &'static str,
        subject: DemoSubject,
        remark: &'static DemoRemark,
    },
    /// The pipeline asks whether the subject may run; `yes` is the answer to expect.
    AskGate { subject: DemoSubject, yes: bool },
    /// A role is granted or taken away; who is new is added and enrolled first.
    ChangeRole(DemoRoleChange),
    /// Refused: the person may not decide (an analyst, a viewer, or a maker of the subject).
    DeniedVote { by: &'static str, subject: DemoSubject },
    /// Refused: the person may not register models in the subject's tenant.
    DeniedRegister { by: &'static str, subject: DemoSubject },
    /// Refused: signed in to `tenant`, the person asks for a subject of the other one.
    DeniedForeign { by: &'static str, tenant: &'static str, subject: DemoSubject },
}

/// Everything in order of time, oldest first, as offsets before `now`.
pub(crate) fn timeline(catalogue: &Catalogue, now: Moment) -> Vec<DemoEvent> {
    let mut planned = work(catalogue);
    planned.extend(people::role_changes().into_iter().map(|(at, c)| (at, DemoAct::ChangeRole(c))));
    planned.extend(denials(&planned, catalogue));
    planned.extend(gates(&planned));
    planned.extend(talks::planned(catalogue));
    planned.sort_by_key(|(at, _)| *at);
    planned.extend(sessions::around(&planned));
    planned.sort_by_key(|(at, act)| (*at, sessions::rank(act)));
    answer_gates(&mut planned, catalogue);
    dated(planned, &Calendar::before(now))
}

/// An act at its planned place.
pub(super) type Planned = (Slot, DemoAct);

fn work(catalogue: &Catalogue) -> Vec<Planned> {
    let mut planned = Vec::new();
    for (model, record) in catalogue.models.iter().enumerate() {
        for (version, one) in record.versions.iter().enumerate() {
            let subject = DemoSubject::Model { model, version };
            planned.push((one.at, DemoAct::RegisterModel { by: one.by, subject }));
            decide(&mut planned, subject, one.by, &one.outcome);
        }
    }
    for (prompt, record) in catalogue.prompts.iter().enumerate() {
        for (version, one) in record.versions.iter().enumerate() {
            let subject = DemoSubject::Prompt { prompt, version };
            planned.push((one.at, DemoAct::PushPrompt { by: one.by, subject }));
            decide(&mut planned, subject, one.by, &one.outcome);
        }
    }
    planned
}

fn decide(
    planned: &mut Vec<Planned>,
    subject: DemoSubject,
    requester: &'static str,
    outcome: &DemoOutcome,
) {
    match outcome {
        DemoOutcome::Approved { votes } | DemoOutcome::Waiting { votes } => {
            planned.extend(votes.iter().map(|vote| {
                (vote.at, DemoAct::Vote { vote: vote.clone(), subject, rejects: false })
            }));
        }
        DemoOutcome::Rejected { vote } => {
            planned.push((vote.at, DemoAct::Vote { vote: vote.clone(), subject, rejects: true }));
        }
        DemoOutcome::Withdrawn { reason, at } => {
            planned.push((*at, DemoAct::Withdraw { by: requester, subject, reason }));
        }
        DemoOutcome::Superseded => {}
    }
}

/// Refused attempts, each soon after a request that still waits.
fn denials(planned: &[Planned], catalogue: &Catalogue) -> Vec<Planned> {
    let mut chance = Chance::of("denials");
    let mut denied = Vec::new();
    for (at, act) in planned {
        let (DemoAct::RegisterModel { by, subject } | DemoAct::PushPrompt { by, subject }) = act
        else {
            continue;
        };
        let (by, subject) = (*by, *subject);
        if chance.below(19) > 0 {
            continue;
        }
        let soon = at.later(2 + chance.minutes(18));
        let eu = catalogue.tenant_of(subject) == Some(EU);
        let turn = denied.len() % 5;
        let attempt = match (turn, subject) {
            (0, _) => DemoAct::DeniedVote { by, subject },
            (1, DemoSubject::Model { .. }) => {
                DemoAct::DeniedRegister { by: "Priya Raghunathan", subject }
            }
            (1 | 2, _) if !eu => {
                DemoAct::DeniedForeign { by: "Yusuf Demirel", tenant: EU, subject }
            }
            (3, _) if at.day() < 140 && eu => DemoAct::DeniedVote { by: "Leilani Kahale", subject },
            (4, _) => DemoAct::DeniedVote { by: "Chloé Vasseur", subject },
            (_, _) => DemoAct::DeniedVote { by: "Priya Raghunathan", subject },
        };
        denied.push((soon, attempt));
    }
    denied
}

/// The pipeline asks before and after decisions, and on some weekends.
fn gates(planned: &[Planned]) -> Vec<Planned> {
    let mut chance = Chance::of("gates");
    let mut asked = Vec::new();
    let ask = |subject| DemoAct::AskGate { subject, yes: false };
    for (at, act) in planned {
        if let DemoAct::RegisterModel { subject, .. } = act
            && chance.below(100) < 14
        {
            asked.push((at.later(1 + chance.minutes(9)), ask(*subject)));
        }
        if let DemoAct::Vote { subject, .. } = act
            && chance.below(100) < 44
        {
            asked.push((at.later(4 + chance.minutes(300)), ask(*subject)));
            if at.day() > 1 && chance.below(100) < 18 {
                let night = 1_440 + 60 + chance.minutes(1_200);
                asked.push((Slot::working(at.day() - 1, night), ask(*subject)));
            }
        }
    }
    asked
}

/// Fills in what each gate must answer: yes from the vote that completes the quorum on.
fn answer_gates(planned: &mut [Planned], catalogue: &Catalogue) {
    let mut approvals: HashMap<DemoSubject, usize> = HashMap::new();
    for (_, act) in planned {
        if let DemoAct::Vote { subject, rejects: false, .. } = act {
            *approvals.entry(*subject).or_default() += 1;
        }
        if let DemoAct::AskGate { subject, yes } = act {
            let given = approvals.get(subject).copied().unwrap_or(0);
            *yes = given >= catalogue.needed(*subject);
        }
    }
}

/// Gives each act its offset, in seconds, no two alike.
fn dated(planned: Vec<Planned>, calendar: &Calendar) -> Vec<DemoEvent> {
    let mut chance = Chance::of("seconds");
    let mut events: Vec<DemoEvent> = planned
        .into_iter()
        .map(|(at, act)| DemoEvent {
            seconds_before_now: calendar.minutes_before_now(at) * 60 - chance.minutes(59),
            act,
        })
        .collect();
    let mut newest = 0;
    for event in events.iter_mut().rev() {
        event.seconds_before_now = event.seconds_before_now.max(newest + 1);
        newest = event.seconds_before_now;
    }
    events
}

impl Catalogue {
    /// The tenant of a subject.
    pub(crate) fn tenant_of(&self, subject: DemoSubject) -> Option<&'static str> {
        match subject {
            DemoSubject::Model { model, .. } => self.models.get(model).map(|model| model.tenant),
            DemoSubject::Prompt { prompt, .. } => {
                self.prompts.get(prompt).map(|prompt| prompt.tenant)
            }
        }
    }

    /// How many approvals the default policy asks for.
    pub(crate) fn needed(&self, subject: DemoSubject) -> usize {
        let tier = match subject {
            DemoSubject::Model { model, version } => {
                self.models.get(model).and_then(|m| m.versions.get(version)).map(|v| v.tier)
            }
            DemoSubject::Prompt { prompt, .. } => self.prompts.get(prompt).map(|p| p.tier),
        };
        if tier == Some("high") { 2 } else { 1 }
    }
}

/// Planned days from the first to today, for who only looks.
pub(super) fn days() -> impl Iterator<Item = i64> {
    (-3..=FIRST_DAY).rev()
}
