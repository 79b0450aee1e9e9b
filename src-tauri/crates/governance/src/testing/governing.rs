//! Acts of authority in the world: who is hired, granted and dismissed.

use ledger::change::{
    Change, ChangeBody, ChangeKind, GenesisAdmin, GenesisBody, KeyEnrollBody, PolicyChangeBody,
    RoleGrantBody, RoleRevokeBody, key_proof_text,
};
use ledger::{Actor, ChangeId, Digest, Policy, PublicKey, Role, Signature, TenantId};
use security::rbac::{Principal, RbacService};
use security::secret::SecretText;
use security::signing::SigningKey;

use super::{ADA, Member, World};
use crate::audit::Written;
use crate::error::GovernanceError;
use crate::workflow::{ApprovalWorkflow, Proposal};

impl World {
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

    /// The genesis that Ada would sign.
    pub(crate) fn genesis(&self) -> Change {
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
        self.change(ADA, ChangeKind::TenantCreate, ChangeBody::Genesis(body))
    }

    /// Signs and writes a genesis as Ada, who is ADMIN of `_workspace`.
    pub(crate) fn found(&mut self, change: &Change) -> Result<Written, GovernanceError> {
        let signed = self.sign_proposal(ADA, change);
        let (actor, workspace) = (self.actor(ADA).to_string(), TenantId::workspace());
        let role = security::rbac::Role::Admin;
        let principal = Principal::person(&actor, workspace.as_str(), role).unwrap();
        let admin = RbacService::administer(&principal).unwrap();
        self.act(|_, records| ApprovalWorkflow::found_tenant(&admin, change, &signed, records))
    }
}

pub(super) fn public_key(key: &SigningKey) -> PublicKey {
    PublicKey::from_bytes(key.public_key()).unwrap()
}
