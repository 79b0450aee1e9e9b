//! Which version of a subject is in force: what a review is compared with.
//!
//! Invariant: of the versions whose approval stands now, the one approved last. An approval that was
//! revoked, has lapsed or rests on a compromised key is none, however its row reads. Only the gate
//! and the evidence check are believed about effect; this is what a reviewer is shown, and what
//! their statement names.

use governance::SubjectRecord;
use ledger::dsse::Envelope;
use ledger::{Action, Effect, ResourceType, Statement, Status, SubjectKind, Timestamp};
use store::{AuditQuery, ResourceFilter};

use crate::failure::ConsoleError;
use crate::workspace::Workspace;

impl Workspace {
    /// Of these versions the one approved last that is in force.
    pub(crate) async fn in_force_of(
        &self,
        versions: Vec<SubjectRecord>,
    ) -> Result<Option<SubjectRecord>, ConsoleError> {
        let effects = self.effects_of(&versions).await?;
        let in_force = versions.into_iter().zip(effects);
        let in_force = in_force.filter(|(_, effect)| *effect == Effect::InForce);
        Ok(in_force.map(|(version, _)| version).max_by_key(approved_at))
    }

    /// The effect of each of these versions of one name, now.
    pub(crate) async fn effects_of(
        &self,
        versions: &[SubjectRecord],
    ) -> Result<Vec<Effect>, ConsoleError> {
        let Some(first) = versions.first() else { return Ok(Vec::new()) };
        let log = self.log(first.tenant_id()).await?;
        // Rare, and far-reaching: whoever a key made what they are is asked of the whole log.
        if log.authority.keys_ever().any(|key| key.compromised_since.is_some()) {
            let replay = self.replayed(first.tenant_id()).await?;
            let effect = |version| self.effect(version, &replay);
            return Ok(versions.iter().map(effect).collect());
        }
        let mut effects = Vec::with_capacity(versions.len());
        for version in versions {
            effects.push(match version.status() {
                Status::Pending | Status::Rejected => Effect::None,
                Status::Approved => self.effect_of_approved(version).await?,
            });
        }
        Ok(effects)
    }

    async fn effect_of_approved(&self, version: &SubjectRecord) -> Result<Effect, ConsoleError> {
        let tenant = version.tenant_id();
        let request = match request_id(version) {
            Some(id) => self.store.request(tenant, id).await?,
            None => None,
        };
        let Some(request) = request else { return Ok(Effect::None) };
        let (kind, action) = match version.kind() {
            SubjectKind::Model => (ResourceType::Model, Action::ModelRevoke),
            SubjectKind::Prompt => (ResourceType::Prompt, Action::PromptRevoke),
        };
        let resource = version.subject().name.resource_id();
        let revocations = self.store.audit(AuditQuery {
            action: Some(action),
            resource: Some(ResourceFilter::Exactly(kind, resource)),
            ..AuditQuery::newest(tenant.clone(), 1)
        });
        let revoked = revocations.await?.first().map(|row| row.seq);
        // Coming back needs a new approval, which then stands after the revocation.
        if revoked.is_some_and(|seq| request.decided_seq.is_none_or(|decided| decided < seq)) {
            return Ok(Effect::Revoked);
        }
        let mut ends: Option<Timestamp> = None;
        for vote in &request.votes {
            let found = self.store.attestations(tenant, &[vote.attestation_sha256]).await?;
            let missing = ConsoleError::Damaged { what: "a statement" };
            let bytes = found.get(&vote.attestation_sha256).ok_or(missing)?;
            let statement = Statement::parse(Envelope::parse(bytes)?.payload())?;
            let end = statement.predicate.conditions.expires_at;
            ends = [ends, end].into_iter().flatten().min();
        }
        let lapsed = ends.is_some_and(|end| self.now() >= end);
        Ok(if lapsed { Effect::Lapsed } else { Effect::InForce })
    }
}

const fn request_id(version: &SubjectRecord) -> Option<&ledger::RequestId> {
    match version {
        SubjectRecord::Model(model) => model.request_id.as_ref(),
        SubjectRecord::Prompt(prompt) => prompt.request_id.as_ref(),
    }
}

const fn approved_at(version: &SubjectRecord) -> Option<Timestamp> {
    match version {
        SubjectRecord::Model(model) => model.approved_at,
        SubjectRecord::Prompt(prompt) => prompt.approved_at,
    }
}
