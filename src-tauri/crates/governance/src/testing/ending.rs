//! Revocations in the world.

use ledger::statement::{Conditions, Predicate};
use ledger::{Decision, Effect, Subject, Timestamp};
use security::rbac::Action as Verb;

use super::World;
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::workflow::{Approval, ApprovalWorkflow, CurrentSubject};

impl World {
    /// The subject as it lies there.
    pub(crate) fn current(subject: &SubjectRecord) -> CurrentSubject {
        CurrentSubject {
            record: subject.clone(),
            digest: subject.subject().digest,
            documents: subject.documents().clone(),
            hidden_characters: 0,
        }
    }

    /// What the log tells of the newest approval of a subject now.
    pub(crate) fn effect(&self, subject: &SubjectRecord, environment: Option<&str>) -> Effect {
        let told = self.replay.effect(&subject.subject(), self.occasion.now, environment);
        let elsewhere = told.effect == Effect::InForce && !told.in_scope;
        if elsewhere { Effect::None } else { told.effect }
    }

    /// Signs and revokes; a statement may be bent before it is signed.
    pub(crate) fn revoke_with(
        &mut self,
        name: &str,
        (subject, request): (&SubjectRecord, &ApprovalRequest),
        bend: impl FnOnce(&mut CurrentSubject, &mut Effect, &mut Subject, &mut Predicate),
    ) -> Result<ApprovalRequest, GovernanceError> {
        let permit = self.permit(name, Verb::Approve)?;
        let mut current = Self::current(subject);
        let mut effect = request.effect_at(self.occasion.now);
        let mut signed_subject = request.subject.clone();
        let mut predicate = self.predicate(name, Decision::Revoked, request);
        bend(&mut current, &mut effect, &mut signed_subject, &mut predicate);
        let signed = self.sign(name, signed_subject, predicate);
        self.act(|authority, records| {
            let approval = Approval { request, subject: &current, effect };
            ApprovalWorkflow::revoke(&permit, approval, &signed, authority, records)
        })
    }

    pub(crate) fn revoke(
        &mut self,
        name: &str,
        on: (&SubjectRecord, &ApprovalRequest),
    ) -> Result<ApprovalRequest, GovernanceError> {
        self.revoke_with(name, on, |_, _, _, _| {})
    }

    /// A model of medium tier that Bob approved, under these conditions.
    pub(crate) fn in_force(
        &mut self,
        name: &str,
        conditions: Conditions,
    ) -> (SubjectRecord, ApprovalRequest) {
        let (subject, request) = self.request(name, ledger::Tier::Medium);
        let voted = self
            .vote_with(super::BOB, Decision::Approved, (&subject, &request), |_, _, predicate| {
                predicate.conditions = conditions;
            })
            .unwrap();
        (voted.subject.unwrap(), voted.request)
    }

    /// Conditions that end so many seconds from now, in these environments.
    pub(crate) fn limits(&self, seconds: Option<i64>, scope: &[&str]) -> Conditions {
        let end = |seconds| self.occasion.now.plus_micros(seconds * Timestamp::SECOND).unwrap();
        let scope: Vec<String> = scope.iter().map(|name| (*name).to_owned()).collect();
        Conditions { expires_at: seconds.map(end), scope: (!scope.is_empty()).then_some(scope) }
    }
}
