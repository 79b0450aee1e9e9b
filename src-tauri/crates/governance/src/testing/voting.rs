//! Requests and votes in the world.

use ledger::statement::Predicate;
use ledger::{Decision, Policy, Subject, Tier};
use security::rbac::Action as Verb;

use super::{ADA, EVE, World, new_model, reason};
use crate::error::GovernanceError;
use crate::registry::ModelRegistry;
use crate::state::{ApprovalRequest, ModelRecord, SubjectRecord};
use crate::workflow::{ApprovalWorkflow, CurrentSubject, Requested, Review, Voted};

impl World {
    /// Registers a model as Ada and asks for approval as Eve.
    pub(crate) fn request(&mut self, name: &str, tier: Tier) -> (SubjectRecord, ApprovalRequest) {
        let model = self.register(name, tier);
        self.ask(EVE, &SubjectRecord::Model(model))
    }

    pub(crate) fn register(&mut self, name: &str, tier: Tier) -> ModelRecord {
        let permit = self.permit(ADA, Verb::RegisterModel).unwrap();
        let new = new_model(name, tier);
        self.act(|_, records| ModelRegistry::register_model(&permit, &[], None, &new, records))
            .unwrap()
    }

    pub(crate) fn ask(
        &mut self,
        name: &str,
        subject: &SubjectRecord,
    ) -> (SubjectRecord, ApprovalRequest) {
        let permit = self.permit(name, Verb::Create).unwrap();
        let why = reason("limits were recalibrated");
        let Requested { request, subject } = self
            .act(|authority, records| {
                ApprovalWorkflow::request_approval(&permit, subject, None, &why, authority, records)
            })
            .unwrap();
        (subject, request)
    }

    /// The pinned policy, as the log has it.
    pub(crate) fn policy(&self, request: &ApprovalRequest) -> Policy {
        self.replay.requests().request(&request.id).unwrap().policy.clone().unwrap()
    }

    /// Signs and votes; a statement may be bent before it is signed.
    pub(crate) fn vote_with(
        &mut self,
        name: &str,
        decision: Decision,
        on: (&SubjectRecord, &ApprovalRequest),
        bend: impl FnOnce(&mut CurrentSubject, &mut Subject, &mut Predicate),
    ) -> Result<Voted, GovernanceError> {
        let policy = self.policy(on.1);
        self.vote_under((&policy, 0), name, decision, on, bend)
    }

    /// The same, with so many blocking findings open.
    pub(crate) fn vote_blocked(
        &mut self,
        name: &str,
        decision: Decision,
        on: (&SubjectRecord, &ApprovalRequest),
        blocking: u32,
    ) -> Result<Voted, GovernanceError> {
        let policy = self.policy(on.1);
        self.vote_under((&policy, blocking), name, decision, on, |_, _, _| {})
    }

    /// The same, counted under this policy, whichever was pinned.
    pub(crate) fn vote_under(
        &mut self,
        (policy, blocking): (&Policy, u32),
        name: &str,
        decision: Decision,
        (subject, request): (&SubjectRecord, &ApprovalRequest),
        bend: impl FnOnce(&mut CurrentSubject, &mut Subject, &mut Predicate),
    ) -> Result<Voted, GovernanceError> {
        let permit = self.permit(name, Verb::Approve)?;
        let mut current = CurrentSubject {
            record: subject.clone(),
            digest: subject.subject().digest,
            documents: subject.documents().clone(),
            hidden_characters: 0,
        };
        let mut signed_subject = request.subject.clone();
        let mut predicate = self.predicate(name, decision, request);
        bend(&mut current, &mut signed_subject, &mut predicate);
        let signed = self.sign(name, signed_subject, predicate);
        let request = request.clone();
        self.act(|authority, records| {
            let review =
                Review { request: &request, subject: &current, policy, authority, blocking };
            match decision {
                Decision::Rejected => ApprovalWorkflow::reject(&permit, &review, &signed, records),
                Decision::Approved | Decision::Revoked | Decision::Proposed => {
                    ApprovalWorkflow::approve(&permit, &review, &signed, records)
                }
            }
        })
    }

    pub(crate) fn approve(
        &mut self,
        name: &str,
        on: (&SubjectRecord, &ApprovalRequest),
    ) -> Result<Voted, GovernanceError> {
        self.vote_with(name, Decision::Approved, on, |_, _, _| {})
    }

    pub(crate) fn reject(
        &mut self,
        name: &str,
        on: (&SubjectRecord, &ApprovalRequest),
    ) -> Result<Voted, GovernanceError> {
        self.vote_with(name, Decision::Rejected, on, |_, _, _| {})
    }
}
