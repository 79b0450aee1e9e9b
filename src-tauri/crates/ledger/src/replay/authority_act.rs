//! Acts of authority: who signed them, under which control, and what they change.
//!
//! Invariant: an act that is refused changes nothing. Source: formats.md, "Authority acts".

use super::authority::{Authority, Coverage, EnrolledKey, Grant, LogKey};
use super::signed::Signed;
use super::{Check, Refusal, demand};
use crate::change::{Change, ChangeBody, ChangeKind, GenesisBody, KeyEnrollBody, key_proof_text};
use crate::metadata::AuthorityMetadata;
use crate::statement::Reviewer;
use crate::terms::{Control, Decision, Role};
use crate::{Actor, AuditRecord, LedgerError};

/// Most code points of a title.
const TITLE_LIMIT: usize = 128;

fn shape(error: LedgerError) -> Refusal {
    Refusal::new(Check::Shape, error.to_string())
}

impl Authority {
    /// What would hold if this change took effect at record `seq`, under the control that the log
    /// has now. Signatures are not asked for: nothing may be granted by it.
    ///
    /// # Errors
    /// [`Refusal`] when the change itself does not hold there.
    pub fn supposing(&self, change: &Change, seq: u64) -> Result<Self, Refusal> {
        let mut after = self.clone();
        after.take_effect(change, self.control(), seq)?;
        Ok(after)
    }

    pub(super) fn apply_act(
        &mut self,
        record: &AuditRecord,
        signed: &[Signed],
    ) -> Result<(), Refusal> {
        let metadata: AuthorityMetadata = record.metadata_as().map_err(shape)?;
        let change = &metadata.change;
        self.demand_place(record, change)?;
        for attestation in signed {
            demand_about(change, attestation)?;
        }
        let last =
            signed.last().ok_or_else(|| Refusal::new(Check::Authority, "nobody signed it"))?;
        last.demand_same(record)?;
        // The admins of a genesis count from before record 0: judged on what it would found.
        let mut after = self.clone();
        if let ChangeBody::Genesis(body) = &change.body {
            after.found(body, record.parts().seq)?;
            after.demand_control(change, metadata.control, signed)?;
        } else {
            after.demand_control(change, metadata.control, signed)?;
            after.take_effect(change, metadata.control, record.parts().seq)?;
        }
        after.applied.insert(change.id.clone(), record.parts().seq);
        let signers = signed.iter().map(Signed::signer).collect();
        after.acts.signed.insert(record.parts().seq, (metadata.control, signers));
        *self = after;
        Ok(())
    }

    /// The record is where and what its change says, and the change is new.
    fn demand_place(&self, record: &AuditRecord, change: &Change) -> Result<(), Refusal> {
        let parts = record.parts();
        let is_genesis = matches!(change.body, ChangeBody::Genesis(_));
        demand(
            is_genesis == (parts.seq == 0),
            Check::Genesis,
            "a genesis stands at record 0 and only there",
        )?;
        demand(
            (change.kind == ChangeKind::WorkspaceCreate)
                == (is_genesis && change.tenant_id.is_workspace()),
            Check::Genesis,
            "the genesis is not of this kind of log",
        )?;
        demand(change.kind.action() == parts.action, Check::Binding, "another action was signed")?;
        demand(
            change.workspace_id == self.workspace && change.tenant_id == self.tenant,
            Check::Binding,
            "it was signed for another log",
        )?;
        demand(
            change.resource() == (parts.resource_type, parts.resource_id.clone()),
            Check::Binding,
            "it names another resource than was signed",
        )?;
        demand(
            !self.applied.contains_key(&change.id),
            Check::Binding,
            "its change was applied before",
        )
    }

    fn demand_control(
        &self,
        change: &Change,
        control: Control,
        signed: &[Signed],
    ) -> Result<(), Refusal> {
        let refuse = |detail: &str| Err(Refusal::new(Check::Authority, detail));
        match (control, signed) {
            (Control::Single, [proposal]) => {
                // All admins of a genesis stand in it, so that an excerpt shows them too.
                let shows_all = self.coverage == Coverage::Whole
                    || matches!(change.body, ChangeBody::Genesis(_));
                demand(
                    !shows_all || self.control() == Control::Single,
                    Check::Authority,
                    "one admin signed where there are several",
                )?;
                self.demand_admin(proposal, Decision::Proposed)?;
                demand_proposer(change, proposal)
            }
            (Control::Dual, [proposal, approval]) => {
                self.demand_admin(proposal, Decision::Proposed)?;
                demand_proposer(change, proposal)?;
                self.demand_admin(approval, Decision::Approved)?;
                demand(
                    approval.statement.predicate.reviewer.id != change.proposed_by,
                    Check::Authority,
                    "one admin signed twice",
                )
            }
            (Control::Recovery, [proposal]) => self.demand_recovery(change, proposal),
            (Control::Single | Control::Dual | Control::Recovery, _) => {
                refuse("the number of signatures is not that of its control")
            }
        }
    }

    fn demand_admin(&self, signed: &Signed, decision: Decision) -> Result<(), Refusal> {
        let predicate = &signed.statement.predicate;
        demand(predicate.decision == decision, Check::Authority, "another decision was signed")?;
        demand(
            predicate.reviewer.role.is(Role::Admin),
            Check::Authority,
            "it was not signed as ADMIN",
        )?;
        self.demand_signer(signed).map(|_| ())
    }

    fn demand_recovery(&self, change: &Change, proposal: &Signed) -> Result<(), Refusal> {
        let predicate = &proposal.statement.predicate;
        demand(
            predicate.reviewer == Reviewer::recovery_kit()
                && change.proposed_by == Actor::System
                && predicate.decision == Decision::Proposed,
            Check::Authority,
            "it was not signed as the recovery kit",
        )?;
        demand(
            change.kind == ChangeKind::KeyEnroll,
            Check::Authority,
            "the recovery kit enrols a key and does nothing else",
        )?;
        let key = self
            .recovery
            .ok_or_else(|| Refusal::new(Check::Authority, "the log has no recovery key"))?;
        let is_its_own = *proposal.keyid() == key.keyid();
        demand(is_its_own, Check::Authority, "it was not signed by the recovery key")?;
        proposal.demand_key(&key)
    }

    fn found(&mut self, body: &GenesisBody, seq: u64) -> Result<(), Refusal> {
        demand(!body.admins.is_empty(), Check::Genesis, "it names no admin")?;
        demand_title(&body.name)?;
        self.title.clone_from(&body.name);
        self.recovery = Some(body.recovery_public_key);
        let control = if body.admins.len() > 1 { Control::Dual } else { Control::Single };
        for admin in &body.admins {
            demand_title(&admin.name)?;
            demand(
                admin.public_key.keyid() == admin.keyid && admin.person_id.is_person(),
                Check::Genesis,
                "an admin's key id is not that of the key, or the admin is no person",
            )?;
            let key = EnrolledKey {
                owner: admin.person_id.clone(),
                name: admin.name.clone(),
                public_key: admin.public_key,
                enrolled_at: seq,
                revoked_at: None,
                compromised_since: None,
            };
            let fresh = self.keys.insert(admin.keyid, key).is_none();
            demand(fresh, Check::Genesis, "it names a key twice")?;
            let grant = Grant { role: Role::Admin, group: None, granted_at: seq, control };
            self.set_role(&admin.person_id, Some(grant), seq);
        }
        for device in &body.log_keys {
            let fresh = !self.log_keys.contains_key(&device.device_id);
            demand(fresh, Check::Genesis, "it names an installation twice")?;
            let key = LogKey { public_key: device.public_key, enrolled_at: seq, revoked_at: None };
            self.log_keys.entry(device.device_id.clone()).or_default().push(key);
        }
        for policy in &body.policies {
            let fresh = !self.policies.contains_key(&(policy.resource_type, policy.tier));
            demand(fresh, Check::Genesis, "it names two policies of one type and tier")?;
            self.set_policy(policy, seq)?;
        }
        Ok(())
    }

    fn take_effect(&mut self, change: &Change, control: Control, seq: u64) -> Result<(), Refusal> {
        match &change.body {
            ChangeBody::Genesis(_) => {
                Err(Refusal::new(Check::Genesis, "a genesis stands at record 0 and only there"))
            }
            ChangeBody::KeyEnroll(body) => self.enroll(body, seq),
            ChangeBody::KeyRevoke(body) => {
                demand(self.keys.contains_key(&body.keyid), Check::Keys, "no such key")?;
                demand(body.since <= seq, Check::Keys, "it is void from a later record on")?;
                self.revoke_key(&body.keyid, body.mode, body.since, seq);
                Ok(())
            }
            ChangeBody::RoleGrant(body) => {
                demand(body.person_id.is_person(), Check::Authority, "a role for no person")?;
                let grant =
                    Grant { role: body.role, group: body.group.clone(), granted_at: seq, control };
                self.set_role(&body.person_id, Some(grant), seq);
                Ok(())
            }
            ChangeBody::RoleRevoke(body) => {
                let had = self.roles.contains_key(&body.person_id);
                demand(had, Check::Authority, "the person had no role")?;
                self.set_role(&body.person_id, None, seq);
                Ok(())
            }
            ChangeBody::PolicyChange(body) => self.set_policy(&body.policy, seq),
            ChangeBody::DeviceEnroll(body) => {
                let key =
                    LogKey { public_key: body.public_key, enrolled_at: seq, revoked_at: None };
                self.log_keys.entry(body.device_id.clone()).or_default().push(key);
                Ok(())
            }
            ChangeBody::DeviceRevoke(body) => {
                let keys = self.log_keys.get_mut(&body.device_id);
                let open = keys.into_iter().flatten().filter(|key| key.revoked_at.is_none());
                let ended = open.map(|key| key.revoked_at = Some(seq)).count();
                demand(ended > 0, Check::Keys, "the installation has no log key")
            }
        }
    }

    fn enroll(&mut self, body: &KeyEnrollBody, seq: u64) -> Result<(), Refusal> {
        demand_title(&body.name)?;
        demand(
            body.public_key.keyid() == body.keyid && body.person_id.is_person(),
            Check::Keys,
            "the key id is not that of the key, or its owner is no person",
        )?;
        let text = key_proof_text(&self.workspace, &self.tenant, &body.person_id, &body.keyid);
        body.public_key
            .verify_strict(text.as_bytes(), &body.proof)
            .map_err(|_| Refusal::new(Check::Keys, "its owner did not prove to hold it"))?;
        let key = EnrolledKey {
            owner: body.person_id.clone(),
            name: body.name.clone(),
            public_key: body.public_key,
            enrolled_at: seq,
            revoked_at: None,
            compromised_since: None,
        };
        demand(self.keys.insert(body.keyid, key).is_none(), Check::Keys, "it is enrolled already")
    }

    fn set_role(&mut self, person: &Actor, grant: Option<Grant>, seq: u64) {
        self.acts.roles.entry(person.clone()).or_default().push((seq, grant.clone()));
        match grant {
            Some(grant) => self.roles.insert(person.clone(), grant),
            None => self.roles.remove(person),
        };
    }

    fn set_policy(&mut self, policy: &crate::Policy, seq: u64) -> Result<(), Refusal> {
        policy.check().map_err(shape)?;
        demand(policy.tenant_id == self.tenant, Check::Policy, "a policy of another tenant")?;
        let digest = policy.digest().map_err(shape)?;
        self.policies_ever.insert(digest, policy.clone());
        let of = (policy.resource_type, policy.tier);
        self.acts.policies.entry(of).or_default().push((seq, digest));
        self.policies.insert(of, (policy.clone(), digest));
        Ok(())
    }
}

/// The statement is about exactly this change, and says nothing that only reviews of models and
/// prompts say.
fn demand_about(change: &Change, signed: &Signed) -> Result<(), Refusal> {
    let statement = &signed.statement;
    let predicate = &statement.predicate;
    let subject = change.subject().map_err(shape)?;
    demand(*statement.subject() == subject, Check::Binding, "another change was signed")?;
    demand(
        predicate.workspace_id == change.workspace_id && predicate.tenant_id == change.tenant_id,
        Check::Binding,
        "it was signed for another log",
    )?;
    let request = &predicate.request;
    demand(
        request.id.as_str() == change.id.as_str()
            && request.requested_by == change.proposed_by
            && request.reason == change.reason
            && request.makers.is_empty()
            && request.tier.is_none()
            && predicate.policy.is_none()
            && predicate.reviewed.documents.is_empty()
            && predicate.conditions == crate::statement::Conditions::default(),
        Check::Binding,
        "what was signed does not repeat the change",
    )
}

/// A title of a person or tenant (formats.md, "Conventions").
fn demand_title(text: &str) -> Result<(), Refusal> {
    let is_title = (1..=TITLE_LIMIT).contains(&text.chars().count());
    demand(is_title, Check::Shape, "a title has not 1 to 128 code points")
}

fn demand_proposer(change: &Change, proposal: &Signed) -> Result<(), Refusal> {
    demand(
        proposal.statement.predicate.reviewer.id == change.proposed_by,
        Check::Authority,
        "its proposer did not sign it",
    )
}
