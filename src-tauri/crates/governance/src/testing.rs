//! A tenant's log for tests: real keys, real statements, every record read back by the replay.
//!
//! Invariant: whatever a verb writes here must hold for `ledger::replay`; [`World::act`] fails the
//! test otherwise.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::change::{
    Change, ChangeBody, ChangeKind, GenesisAdmin, GenesisBody, KeyEnrollBody, PolicyChangeBody,
    RoleGrantBody, RoleRevokeBody, key_proof_text,
};
use ledger::dsse::{Envelope, PAYLOAD_TYPE, pae};
use ledger::replay::{Authority, Replay};
use ledger::statement::{
    Conditions, PolicyReference, Predicate, RequestReference, Reviewed, Reviewer, ReviewerRole,
    meaning,
};
use ledger::{
    Actor, ChangeId, CorrelationId, Decision, Digest, Name, Policy, PublicKey, RecordId, RequestId,
    Role, Signature, Statement, Subject, SubjectDigest, TenantId, Tier, Timestamp, Version,
    WorkspaceId,
};
use security::SecurityError;
use security::rbac::{Action as Verb, AdminPermit, Permit, Principal, RbacService};
use security::secret::SecretText;
use security::signing::SigningKey;

use crate::acting::matrix_role;
use crate::audit::{Ids, LogHead, Occasion, RecordBuilder};
use crate::card::Card;
use crate::error::GovernanceError;
use crate::registry::{ModelRegistry, NewModel};
use crate::state::{ApprovalRequest, ModelRecord, SubjectRecord};
use crate::text::Reason;
use crate::workflow::{
    ApprovalWorkflow, CurrentSubject, Proposal, Requested, Review, SignedDecision, Voted,
};

pub(crate) const TENANT: &str = "credit";
pub(crate) const ADA: &str = "Ada";
pub(crate) const BOB: &str = "Bob";
pub(crate) const CYD: &str = "Cyd";
pub(crate) const EVE: &str = "Eve";
pub(crate) const VIC: &str = "Vic";
pub(crate) const DAN: &str = "Dan";
/// The founder comes first; the others get these roles. Dan is left out, for dual control.
const STAFF: [(&str, Role); 4] =
    [(BOB, Role::Approver), (CYD, Role::Approver), (EVE, Role::Analyst), (VIC, Role::Viewer)];

/// Counts up; ids are UUIDs of version 7 by their form.
#[derive(Default)]
pub(crate) struct CountingIds(AtomicU64);

impl CountingIds {
    fn next_text(&self) -> String {
        format!("01930000-0000-7000-8000-{:012x}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl Ids for CountingIds {
    fn record_id(&self) -> RecordId {
        RecordId::parse(&self.next_text()).unwrap()
    }

    fn request_id(&self) -> RequestId {
        RequestId::parse(&self.next_text()).unwrap()
    }
}

struct Member {
    actor: Actor,
    key: SigningKey,
}

/// One tenant, its people and its log.
pub(crate) struct World {
    pub(crate) replay: Replay,
    pub(crate) head: LogHead,
    pub(crate) occasion: Occasion,
    pub(crate) ids: CountingIds,
    attestations: BTreeMap<Digest, Vec<u8>>,
    people: BTreeMap<String, Member>,
}

pub(crate) fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

pub(crate) fn timestamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn new_model(name: &str, tier: Tier) -> NewModel {
    NewModel {
        model_name: Name::parse(name).unwrap(),
        version: Version::parse("1").unwrap(),
        checksum: SubjectDigest::Sha256(Digest::of(name.as_bytes())),
        tier,
        card: Card::parse("{\"auc\":0.81}").unwrap(),
        reason: reason("first version"),
    }
}

impl World {
    /// A tenant with Ada (ADMIN), Bob and Cyd (APPROVER), Eve (ANALYST) and Vic (VIEWER).
    pub(crate) fn new() -> Self {
        let mut world = Self::founded();
        for (name, role) in STAFF {
            world.hire(name, role, None);
        }
        world
    }

    /// A tenant with Ada alone.
    pub(crate) fn founded() -> Self {
        let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
        let tenant_id = TenantId::parse(TENANT).unwrap();
        let ids = CountingIds::default();
        let mut world = Self {
            replay: Replay::new(workspace, tenant_id.clone()),
            head: LogHead::default(),
            occasion: Occasion {
                tenant_id,
                correlation_id: CorrelationId::parse(&ids.next_text()).unwrap(),
                device_id: None,
                now: timestamp("2026-11-22T18:35:00.000000Z"),
            },
            ids,
            attestations: BTreeMap::new(),
            people: BTreeMap::new(),
        };
        world.found();
        world
    }

    pub(crate) fn authority(&self) -> &Authority {
        self.replay.authority()
    }

    pub(crate) fn actor(&self, name: &str) -> Actor {
        self.people[name].actor.clone()
    }

    pub(crate) fn permit(&self, name: &str, verb: Verb) -> Result<Permit, SecurityError> {
        let actor = self.actor(name);
        let role = self.authority().grant(&actor).map_or(Role::Viewer, |grant| grant.role);
        let principal = Principal::person(&actor.to_string(), TENANT, matrix_role(role))?;
        RbacService::permit(&principal, verb)
    }

    pub(crate) fn admin(&self, name: &str) -> AdminPermit {
        let actor = self.actor(name).to_string();
        let principal = Principal::person(&actor, TENANT, security::rbac::Role::Admin).unwrap();
        RbacService::administer(&principal).unwrap()
    }

    /// A service account of this owner.
    pub(crate) fn service(&self, owner: &str, role: Role) -> Principal {
        let service = "service/01930000-0000-7000-8000-000000000c1c";
        let owner = self.actor(owner).to_string();
        Principal::service(service, &owner, TENANT, matrix_role(role)).unwrap()
    }

    /// Decides, and commits what was decided: every record must hold for the replay.
    pub(crate) fn act<T>(
        &mut self,
        decide: impl FnOnce(&Authority, &mut RecordBuilder<'_>) -> Result<T, GovernanceError>,
    ) -> Result<T, GovernanceError> {
        let mut builder = RecordBuilder::new(self.occasion.clone(), self.head, &self.ids);
        let done = decide(self.replay.authority(), &mut builder)?;
        let records = builder.into_records();
        for record in records {
            let (seq, at) = (record.parts().seq, record.parts().timestamp_utc);
            self.replay.read(&record.to_leaf().unwrap(), &self.attestations).unwrap();
            assert_eq!(self.replay.findings(), [], "{record:?}");
            self.head = LogHead { next_seq: seq + 1, last_stamp: Some(at) };
        }
        self.occasion.correlation_id = CorrelationId::parse(&self.ids.next_text()).unwrap();
        self.pass(Timestamp::SECOND);
        Ok(done)
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, micros: i64) {
        self.occasion.now = self.occasion.now.plus_micros(micros).unwrap();
    }

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
        let (request, policy) = (request.clone(), self.policy(request));
        self.act(|authority, records| {
            let review =
                Review { request: &request, subject: &current, policy: &policy, authority };
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

    /// A change that this person proposes.
    pub(crate) fn change(&self, proposer: &str, kind: ChangeKind, body: ChangeBody) -> Change {
        Change {
            body,
            id: ChangeId::parse(&self.ids.next_text()).unwrap(),
            kind,
            proposed_by: self.actor(proposer),
            reason: "as agreed".to_owned(),
            tenant_id: self.occasion.tenant_id.clone(),
            v: 1,
            workspace_id: self.authority().workspace().clone(),
        }
    }

    pub(crate) fn propose(
        &mut self,
        proposer: &str,
        change: &Change,
    ) -> Result<Proposal, GovernanceError> {
        let signed = self.sign_proposal(proposer, change);
        let admin = self.admin(proposer);
        self.act(|authority, records| {
            ApprovalWorkflow::request_change(&admin, change, &signed, 0, authority, records)
        })
    }

    pub(crate) fn grant(&mut self, name: &str, role: Role, group: Option<&str>) {
        let body = ChangeBody::RoleGrant(RoleGrantBody {
            group: group.map(str::to_owned),
            person_id: self.actor(name),
            role,
        });
        let change = self.change(ADA, ChangeKind::RoleGrant, body);
        assert!(matches!(self.propose(ADA, &change), Ok(Proposal::Applied(_))));
    }

    pub(crate) fn dismiss(&mut self, name: &str) {
        let body = ChangeBody::RoleRevoke(RoleRevokeBody { person_id: self.actor(name) });
        let change = self.change(ADA, ChangeKind::RoleRevoke, body);
        assert!(matches!(self.propose(ADA, &change), Ok(Proposal::Applied(_))));
    }

    pub(crate) fn set_policy(&mut self, policy: Policy) -> Result<Proposal, GovernanceError> {
        let body = ChangeBody::PolicyChange(PolicyChangeBody { policy });
        let change = self.change(ADA, ChangeKind::PolicyChange, body);
        self.propose(ADA, &change)
    }

    /// Enrols a new person and grants their role, while Ada is the only admin.
    pub(crate) fn hire(&mut self, name: &str, role: Role, group: Option<&str>) {
        self.introduce(name);
        let (actor, key) = (self.actor(name), public_key(&self.people[name].key));
        let text = key_proof_text(
            self.authority().workspace(),
            self.authority().tenant(),
            &actor,
            &key.keyid(),
        );
        let proof = Signature::from_bytes(self.people[name].key.sign(text.as_bytes()));
        let body = KeyEnrollBody {
            keyid: key.keyid(),
            name: name.to_owned(),
            person_id: actor,
            proof,
            public_key: key,
        };
        let change = self.change(ADA, ChangeKind::KeyEnroll, ChangeBody::KeyEnroll(body));
        assert!(matches!(self.propose(ADA, &change), Ok(Proposal::Applied(_))));
        self.grant(name, role, group);
    }

    /// Makes actor and key of a person; the log knows neither yet.
    pub(crate) fn introduce(&mut self, name: &str) {
        let actor = Actor::parse(&format!("person/{}", self.ids.next_text())).unwrap();
        let seed = Digest::of(name.as_bytes()).to_base64();
        let key = SigningKey::from_seed_text(&SecretText::new(seed)).unwrap();
        self.people.insert(name.to_owned(), Member { actor, key });
    }

    pub(crate) fn sign_proposal(&mut self, proposer: &str, change: &Change) -> SignedDecision {
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
        self.sign(proposer, subject, predicate)
    }

    fn found(&mut self) {
        self.introduce(ADA);
        let key = public_key(&self.people[ADA].key);
        let body = GenesisBody {
            admins: vec![GenesisAdmin {
                keyid: key.keyid(),
                name: ADA.to_owned(),
                person_id: self.actor(ADA),
                public_key: key,
            }],
            log_keys: Vec::new(),
            name: "Credit".to_owned(),
            policies: Policy::standard_six(&self.occasion.tenant_id),
            recovery_public_key: key,
        };
        let change = self.change(ADA, ChangeKind::TenantCreate, ChangeBody::Genesis(body));
        let signed = self.sign_proposal(ADA, &change);
        let actor = self.actor(ADA).to_string();
        let workspace = TenantId::workspace();
        let principal =
            Principal::person(&actor, workspace.as_str(), security::rbac::Role::Admin).unwrap();
        let admin = RbacService::administer(&principal).unwrap();
        self.act(|_, records| ApprovalWorkflow::found_tenant(&admin, &change, &signed, records))
            .unwrap();
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

fn public_key(key: &SigningKey) -> PublicKey {
    PublicKey::from_bytes(key.public_key()).unwrap()
}
