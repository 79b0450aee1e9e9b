//! Statements as the people of the world sign them.

use std::collections::BTreeMap;

use ledger::change::Change;
use ledger::dsse::{Envelope, PAYLOAD_TYPE, pae};
use ledger::statement::{
    Conditions, PolicyReference, Predicate, RequestReference, Reviewed, Reviewer, ReviewerRole,
    meaning,
};
use ledger::{Decision, Digest, RequestId, Role, Signature, Statement, Subject};

use super::World;
use super::governing::public_key;
use crate::state::ApprovalRequest;
use crate::workflow::SignedDecision;

impl World {
    /// What this person would sign on a request now.
    pub(crate) fn predicate(
        &self,
        name: &str,
        decision: Decision,
        request: &ApprovalRequest,
    ) -> Predicate {
        let reference = RequestReference {
            id: request.id.clone(),
            makers: request.makers.clone(),
            reason: request.reason.clone(),
            requested_at: request.requested_at,
            requested_by: request.requested_by.clone(),
            tier: request.tier,
        };
        Predicate {
            policy: request.policy_sha256.map(|sha256| PolicyReference { sha256 }),
            reviewed: Reviewed {
                documents: request.documents.clone(),
                ..self.blank(name, decision, &request.subject, reference.clone()).reviewed
            },
            ..self.blank(name, decision, &request.subject, reference)
        }
    }

    /// Signs as this person, and keeps the envelope.
    pub(crate) fn sign(
        &mut self,
        name: &str,
        subject: Subject,
        predicate: Predicate,
    ) -> SignedDecision {
        let statement = Statement::new(subject, predicate).unwrap();
        let payload = statement.to_payload().unwrap();
        let member = &self.people[name];
        let signature = Signature::from_bytes(member.key.sign(&pae(PAYLOAD_TYPE, &payload)));
        let envelope = Envelope::new(payload, &public_key(&member.key), signature).unwrap();
        self.attestations.insert(envelope.payload_sha256(), envelope.to_canonical().unwrap());
        SignedDecision::new(statement).unwrap()
    }

    pub(crate) fn sign_proposal(&mut self, proposer: &str, change: &Change) -> SignedDecision {
        let predicate = self.proposal(proposer, change);
        self.sign(proposer, change.subject().unwrap(), predicate)
    }

    /// What this person would sign as the proposer of a change now.
    pub(crate) fn proposal(&self, proposer: &str, change: &Change) -> Predicate {
        let subject = change.subject().unwrap();
        let reference = RequestReference {
            id: RequestId::parse(change.id.as_str()).unwrap(),
            makers: Vec::new(),
            reason: change.reason.clone(),
            requested_at: self.occasion.now,
            requested_by: change.proposed_by.clone(),
            tier: None,
        };
        let mut predicate = self.blank(proposer, Decision::Proposed, &subject, reference);
        predicate.reason = change.reason.clone();
        predicate
    }

    fn blank(
        &self,
        name: &str,
        decision: Decision,
        subject: &Subject,
        request: RequestReference,
    ) -> Predicate {
        let actor = self.actor(name);
        let role = self.authority().grant(&actor).map_or(Role::Admin, |grant| grant.role);
        let nonce = Digest::of(self.ids.next_text().as_bytes()).to_hex();
        Predicate {
            conditions: Conditions::default(),
            correlation_id: self.occasion.correlation_id.clone(),
            decided_at: self.occasion.now,
            decision,
            device_id: self.occasion.device_id.clone(),
            meaning: meaning(decision, &subject.name).unwrap(),
            nonce: nonce[..32].to_owned(),
            policy: None,
            reason: "limits hold".to_owned(),
            request,
            reviewed: Reviewed {
                artefact_checked: false,
                base_sha256: None,
                documents: BTreeMap::new(),
                hidden_characters: 0,
                log_root: self.replay.past().root(),
                log_size: self.replay.past().size(),
                opened_at: self.occasion.now,
                parts: Vec::new(),
                seconds: 0,
            },
            reviewer: Reviewer { id: actor, name: name.to_owned(), role: ReviewerRole::Role(role) },
            tenant_id: self.occasion.tenant_id.clone(),
            workspace_id: self.authority().workspace().clone(),
        }
    }
}
