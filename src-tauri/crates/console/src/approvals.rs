//! The versions of a model or prompt with the approvals they stand by.
//!
//! Invariant: only for what is shown and prepared. What is decided is read back from the log
//! first, and the gate replays it.

use std::collections::BTreeMap;

use governance::{ApprovalRequest, SubjectRecord};
use ledger::statement::Conditions;
use ledger::{Effect, SubjectName, TenantId, Timestamp};

use crate::failure::ConsoleError;
use crate::void_approvals::effect_under;
use crate::workspace::Workspace;

/// A version with the request it stands by: the one that approved it, else the one opened last.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) record: SubjectRecord,
    pub(crate) request: Option<ApprovalRequest>,
    /// Its approval needs a key that was found compromised.
    pub(crate) is_void: bool,
}

impl Standing {
    /// Whether it may be used at `now`, wherever its scope lets it.
    pub(crate) fn effect(&self, now: Timestamp) -> Effect {
        let effect = self.request.as_ref().map(|request| request.effect_at(now));
        effect.map_or(Effect::None, |effect| effect_under(effect, self.is_void))
    }

    /// The record of its approval, if it was approved.
    pub(crate) fn decided_seq(&self) -> Option<u64> {
        self.request.as_ref().and_then(|request| request.decided_seq)
    }

    /// Under which conditions it is approved.
    pub(crate) fn conditions(&self) -> Conditions {
        self.request.as_ref().map_or_else(Conditions::default, ApprovalRequest::conditions)
    }
}

/// Of these versions the one in force: of several the one approved last.
pub(crate) fn in_force(standings: &[Standing], now: Timestamp) -> Option<&Standing> {
    let in_force = standings.iter().filter(|standing| standing.effect(now) == Effect::InForce);
    in_force.max_by_key(|standing| standing.decided_seq())
}

impl Workspace {
    /// The versions of a subject's name, newest first; a change has none.
    pub(crate) async fn versions_of(
        &self,
        tenant: &TenantId,
        subject: &SubjectName,
    ) -> Result<Vec<SubjectRecord>, ConsoleError> {
        Ok(match subject {
            SubjectName::Model(name, _) => {
                let models = self.store.model_versions(tenant, name).await?;
                models.into_iter().map(SubjectRecord::Model).collect()
            }
            SubjectName::Prompt(name, _) => {
                let prompts = self.store.prompt_versions(tenant, name).await?;
                prompts.into_iter().map(SubjectRecord::Prompt).collect()
            }
            SubjectName::Change(_) => Vec::new(),
        })
    }

    /// These versions with the requests they stand by, in one question.
    pub(crate) async fn standings_of(
        &self,
        tenant: &TenantId,
        records: Vec<SubjectRecord>,
    ) -> Result<Vec<Standing>, ConsoleError> {
        let ids: Vec<_> =
            records.iter().filter_map(|record| record.request_id().cloned()).collect();
        let requests = self.store.requests_of(tenant, &ids).await?;
        let mut requests: BTreeMap<_, _> =
            requests.into_iter().map(|request| (request.id.clone(), request)).collect();
        let void = self.void_approvals(tenant).await?;
        let standing = |record: SubjectRecord| {
            let request = record.request_id().and_then(|id| requests.remove(id));
            let is_void = request.as_ref().is_some_and(|request| void.contains(&request.id));
            Standing { record, request, is_void }
        };
        Ok(records.into_iter().map(standing).collect())
    }

    /// Every version of a subject's name with the request it stands by, newest first.
    pub(crate) async fn standings(
        &self,
        tenant: &TenantId,
        subject: &SubjectName,
    ) -> Result<Vec<Standing>, ConsoleError> {
        let records = self.versions_of(tenant, subject).await?;
        self.standings_of(tenant, records).await
    }

    /// Of the other versions in force the one approved last: what a version is held against.
    pub(crate) async fn other_in_force(
        &self,
        tenant: &TenantId,
        subject: &SubjectName,
    ) -> Result<Option<SubjectRecord>, ConsoleError> {
        let mut others = self.standings(tenant, subject).await?;
        others.retain(|other| other.record.subject().name != *subject);
        Ok(in_force(&others, self.now()).map(|standing| standing.record.clone()))
    }

    /// One version with the request it stands by.
    pub(crate) async fn standing_of(
        &self,
        tenant: &TenantId,
        subject: &SubjectName,
    ) -> Result<Option<Standing>, ConsoleError> {
        let standings = self.standings(tenant, subject).await?;
        Ok(standings.into_iter().find(|standing| standing.record.subject().name == *subject))
    }
}
