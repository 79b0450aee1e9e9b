//! The foot of a review: the policy as signature lines, and who may sign.
//!
//! Invariant: whether the person may decide is `governance`'s answer (`who_is_missing`); the words
//! beside it only say why.

use governance::state::CastVote;
use governance::workflow::Missing;
use governance::{ApprovalRequest, who_is_missing};
use ledger::replay::{Ballot, standing};
use ledger::{
    Control, Decision, Effect, Lifecycle, Policy, Role, Status, SubjectKind, SubjectName,
};

use super::names::role_word;
use super::reading::{Reading, count};
use crate::failure::ConsoleError;
use crate::relying::Changed;
use crate::views::{FootView, SignatureLine};
use crate::words;

impl Reading {
    /// The foot of a request.
    pub(super) fn foot(&self, request: &ApprovalRequest) -> FootView {
        let why_not = self.why_not(request);
        FootView {
            policy: self
                .policy_of(request)
                .map_or_else(|| self.without_policy(request), words::policy),
            policy_sha256: request.policy_sha256.map(|digest| digest.to_hex()),
            lines: self.lines(request),
            may_decide: why_not.is_empty(),
            why_not,
            may_withdraw: false,
            may_revoke: false,
            may_ask_again: false,
            warning: self.warning(request),
        }
    }

    /// The foot with what else the person may do: take the request back, end the approval, ask again.
    pub(super) async fn foot_with_acts(
        &self,
        request: &ApprovalRequest,
    ) -> Result<FootView, ConsoleError> {
        let foot = self.foot(request);
        if request.change.is_some() {
            return Ok(foot);
        }
        let is_open =
            request.lifecycle_at(self.now) == Lifecycle::Open && request.status == Status::Pending;
        let effect = self.workspace.effect_now(request).await?;
        let is_in_force = effect == Effect::InForce;
        // Only the log says that a key was found compromised.
        let is_void = effect == Effect::Void && !foot.why_not.is_empty();
        let why_not = if is_void { approved_words(effect).to_owned() } else { foot.why_not };
        Ok(FootView {
            why_not,
            may_withdraw: is_open
                && self.may_create()
                && request.requested_by == self.session.person,
            may_revoke: is_in_force && self.may_end(),
            may_ask_again: !is_open && self.can_ask_again(request).await?,
            ..foot
        })
    }

    async fn can_ask_again(&self, request: &ApprovalRequest) -> Result<bool, ConsoleError> {
        let subject = &request.subject.name;
        if !self.may_create() {
            return Ok(false);
        }
        let Some(standing) = self.workspace.standing_of(self.tenant(), subject).await? else {
            return Ok(false);
        };
        let changed = match standing.effect(self.now) {
            Effect::InForce => self.workspace.approvals(self.tenant()).await?.changed(subject),
            Effect::None | Effect::Lapsed | Effect::Revoked | Effect::Void => Changed::default(),
        };
        let open = self.open_requests().await?;
        Ok(self.can_be_asked_again(&standing, &open, &changed))
    }

    /// The policy pinned to a request; a change has none.
    pub(super) fn policy_of(&self, request: &ApprovalRequest) -> Option<&Policy> {
        let pinned = request.policy_sha256.as_ref()?;
        self.log.authority.policy_pinned(pinned)
    }

    /// Who a waiting request still needs; none when it waits no more.
    pub(super) fn missing(&self, request: &ApprovalRequest) -> Option<Missing> {
        let policy = self.policy_of(request);
        if policy.is_none() && request.change.is_none() {
            return None;
        }
        who_is_missing(policy, request, &self.log.authority, self.now)
    }

    /// Whether the person at work may decide on it now.
    pub(super) fn may_decide(&self, request: &ApprovalRequest) -> bool {
        self.workspace.alarm(self.tenant()).is_none()
            && self.log.archived_at.is_none()
            && self
                .missing(request)
                .is_some_and(|missing| missing.can_sign.contains(&self.session.person))
    }

    /// People who approved and are still in role; of a decided request, everybody who approved.
    pub(super) fn approvals(&self, request: &ApprovalRequest) -> u32 {
        let approved = request.votes.iter().filter(|vote| vote.decision == Decision::Approved);
        if request.status != Status::Pending {
            return count(approved.count());
        }
        let ballots: Vec<Ballot<'_>> = request.votes.iter().map(ballot).collect();
        let standing = standing(self.policy_of(request), &ballots, &self.log.authority);
        count(standing.approved_by.len())
    }

    /// One line for each signature given or still asked for.
    pub(super) fn lines(&self, request: &ApprovalRequest) -> Vec<SignatureLine> {
        let mut lines: Vec<SignatureLine> =
            request.votes.iter().map(|vote| self.signed(vote)).collect();
        let Some(missing) = self.missing(request) else { return lines };
        let others: Vec<String> = missing
            .can_sign
            .iter()
            .filter(|person| **person != self.session.person)
            .map(|person| self.names.title(person))
            .collect();
        let mine = u32::from(self.may_decide(request)).min(missing.needed);
        if mine == 1 {
            lines.push(SignatureLine::OpenToYou { others: others.clone() });
        }
        for _ in mine..missing.needed {
            lines.push(SignatureLine::Open { people: others.clone() });
        }
        lines
    }

    pub(super) fn signed(&self, vote: &CastVote) -> SignatureLine {
        SignatureLine::Signed {
            name: self.names.title(&vote.actor),
            role: vote.role.as_str().to_owned(),
            at: vote.at.to_string(),
            seq: count(vote.seq),
            decision: vote.decision.as_str().to_owned(),
            conditions: words::conditions(&vote.conditions),
        }
    }

    /// Why the person at work cannot decide; empty when they can.
    pub(super) fn why_not(&self, request: &ApprovalRequest) -> String {
        if self.may_decide(request) {
            return String::new();
        }
        let reason = self.state_against(request).or_else(|| self.person_against(request));
        reason.unwrap_or_else(|| "You cannot sign this.".to_owned())
    }

    fn state_against(&self, request: &ApprovalRequest) -> Option<String> {
        if self.workspace.alarm(self.tenant()).is_some() {
            return Some("The log does not hold: nothing can be signed over it.".to_owned());
        }
        if self.log.archived_at.is_some() {
            return Some("This tenant is archived.".to_owned());
        }
        let said = match (request.status, request.lifecycle_at(self.now)) {
            (Status::Approved, _) => approved_words(request.effect_at(self.now)),
            (Status::Rejected, _) => "This was rejected.",
            (Status::Pending, Lifecycle::Withdrawn) => "Its requester withdrew it.",
            (Status::Pending, Lifecycle::Expired) => "Its time is over.",
            (Status::Pending, Lifecycle::Superseded) => "A newer version took its place.",
            (Status::Pending, Lifecycle::Decided) => "This was decided.",
            (Status::Pending, Lifecycle::Open) => {
                let pinned = request.change.is_some() || self.policy_of(request).is_some();
                return (!pinned).then(|| "The policy pinned to it is not on record.".to_owned());
            }
        };
        Some(said.to_owned())
    }

    fn person_against(&self, request: &ApprovalRequest) -> Option<String> {
        let person = &self.session.person;
        let four_eyes = self.policy_of(request).is_none_or(|policy| policy.four_eyes);
        if request.vote_of(person).is_some() {
            return Some("You signed this already.".to_owned());
        }
        if four_eyes && request.requested_by == *person {
            let verb = if request.change.is_some() { "proposed" } else { "requested" };
            return Some(format!("You {verb} this."));
        }
        if four_eyes && request.makers.contains(person) {
            let verb = match &request.subject.name {
                SubjectName::Model(..) => "registered",
                SubjectName::Prompt(..) => "wrote",
                SubjectName::Change(_) => "proposed",
            };
            return Some(format!("You {verb} this."));
        }
        let Some(grant) = self.log.authority.grant(person) else {
            return Some("You hold no role here.".to_owned());
        };
        let needed = if request.change.is_some() {
            grant.role == Role::Admin
        } else {
            grant.role.may_decide()
        };
        if !needed {
            return Some(format!("Your role is {}.", role_word(grant.role)));
        }
        let enrolled = self.log.authority.is_enrolled(person);
        (!enrolled).then(|| "You have no key here.".to_owned())
    }

    fn without_policy(&self, request: &ApprovalRequest) -> String {
        match request.change {
            Some(_) => "Change of authority: a second admin, not its proposer".to_owned(),
            None => "The pinned policy is not on record".to_owned(),
        }
    }

    /// What a reader must know whatever they decide.
    fn warning(&self, request: &ApprovalRequest) -> String {
        let authority = &self.log.authority;
        match self.policy_of(request) {
            Some(policy) if !policy.four_eyes => {
                let maker = match policy.resource_type {
                    SubjectKind::Model => "whoever registered it",
                    SubjectKind::Prompt => "its author",
                };
                format!("Four eyes are off: {maker} may sign.")
            }
            Some(_) | None => match authority.control() {
                Control::Single => {
                    format!("Single control: {} has one admin.", authority.tenant())
                }
                Control::Dual | Control::Recovery => String::new(),
            },
        }
    }
}

/// What became of an approval.
fn approved_words(effect: Effect) -> &'static str {
    match effect {
        Effect::InForce | Effect::None => "This was approved.",
        Effect::Lapsed => "This was approved, and has lapsed since.",
        Effect::Revoked => "This was approved, and revoked since.",
        Effect::Void => "This was approved, and is void: a key that it needs was compromised.",
    }
}

fn ballot(vote: &CastVote) -> Ballot<'_> {
    Ballot { person: &vote.actor, decision: vote.decision }
}
