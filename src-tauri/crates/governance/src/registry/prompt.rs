//! Prompts: every edit is a new version; earlier ones never change.
//!
//! Invariant: versions of a name are 1, 2, 3… without gaps, and a new one takes the place of the
//! requests that wait for older ones.

use ledger::metadata::{Documents, MakingMetadata};
use ledger::{
    Action, Actor, Effect, Name, RecordId, RequestId, Status, Subject, SubjectDigest, SubjectName,
    TenantId, Tier, Timestamp,
};
use security::rbac::{Action as Verb, Permit};

use super::{record_making, refuse_reserved};
use crate::acting::{Acting, makers_of};
use crate::audit::{RecordBuilder, Written};
use crate::error::GovernanceError;
use crate::state::{ApprovalRequest, PromptRecord};
use crate::text::{PromptText, Reason, check_name_case};
use crate::workflow::ApprovalWorkflow;

/// A prompt to register: its version 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrompt {
    /// Its name.
    pub name: Name,
    /// Its text; stored apart, encrypted.
    pub text: PromptText,
    /// Its tier; `medium` if none is given.
    pub tier: Option<Tier>,
    /// Why.
    pub reason: Reason,
}

/// A new version of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptEdit {
    /// The version that the edit began from.
    pub based_on: u32,
    /// The new text; stored apart, encrypted.
    pub text: PromptText,
    /// The new tier; the last version's if none is given.
    pub tier: Option<Tier>,
    /// Why it was changed.
    pub reason: Reason,
}

/// What an update leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedPrompt {
    /// The new version.
    pub prompt: PromptRecord,
    /// Requests for older versions that it took the place of.
    pub superseded: Vec<ApprovalRequest>,
}

/// The registry of prompts.
#[derive(Debug, Clone, Copy)]
pub struct PromptRegistry;

impl PromptRegistry {
    /// Registers a prompt as version 1 and writes `prompt.register`. `names` are the names of the
    /// tenant's prompts.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to create here;
    /// [`GovernanceError::AlreadyExists`] when the name is among `names`;
    /// [`GovernanceError::NameTaken`]; [`GovernanceError::ReservedTenant`].
    pub fn register_prompt(
        permit: &Permit,
        names: &[Name],
        new: &NewPrompt,
        records: &mut RecordBuilder<'_>,
    ) -> Result<PromptRecord, GovernanceError> {
        let tenant_id = records.occasion().tenant_id.clone();
        let acting = Acting::by(permit, Verb::Create, &tenant_id)?;
        refuse_reserved(&tenant_id)?;
        check_name_case(&new.name, names)?;
        let name = SubjectName::Prompt(new.name.clone(), 1);
        if names.contains(&new.name) {
            return Err(GovernanceError::AlreadyExists { subject: name });
        }
        let metadata = making(permit, name, &new.text, new.tier.unwrap_or(Tier::Medium))?;
        let written =
            record_making(&acting, Action::PromptRegister, &metadata, &new.reason, records)?;
        let row_id = records.ids().record_id();
        Ok(version(row_id, &acting, (&new.name, 1), metadata, (&new.text, &new.reason), written))
    }

    /// Writes the next version of a prompt (`prompt.update`) and supersedes the requests that
    /// wait for older ones (`approval.supersede`). `last` is the last version; `waiting` are the
    /// open requests for versions of this prompt.
    ///
    /// # Errors
    /// [`GovernanceError::NotFound`]; [`GovernanceError::Security`];
    /// [`GovernanceError::StaleVersion`] when the edit began from another version than the last.
    pub fn update_prompt(
        permit: &Permit,
        last: Option<&PromptRecord>,
        waiting: &[ApprovalRequest],
        edit: &PromptEdit,
        records: &mut RecordBuilder<'_>,
    ) -> Result<UpdatedPrompt, GovernanceError> {
        let last = last.ok_or(GovernanceError::NotFound { what: "prompt" })?;
        let acting = Acting::by(permit, Verb::Create, &last.tenant_id)?;
        if edit.based_on != last.version {
            let based_on = edit.based_on;
            return Err(GovernanceError::StaleVersion { based_on, last: last.version });
        }
        let number = last.version.checked_add(1).ok_or(GovernanceError::Text {
            what: "version",
            reason: "there are no more numbers",
        })?;
        let name = SubjectName::Prompt(last.name.clone(), number);
        let metadata = making(permit, name, &edit.text, edit.tier.unwrap_or(last.tier))?;
        let written =
            record_making(&acting, Action::PromptUpdate, &metadata, &edit.reason, records)?;
        let superseded = waiting
            .iter()
            .filter(|request| is_older(request, last))
            .map(|request| {
                ApprovalWorkflow::supersede(&acting.actor, request, &edit.reason, records)
            })
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        let row_id = records.ids().record_id();
        let names = (&last.name, number);
        let prompt = version(row_id, &acting, names, metadata, (&edit.text, &edit.reason), written);
        Ok(UpdatedPrompt { prompt, superseded })
    }

    /// A prompt version, for whoever may view the tenant.
    ///
    /// # Errors
    /// [`GovernanceError::NotFound`]; [`GovernanceError::Security`] when it is another tenant's.
    pub fn get_prompt<'a>(
        permit: &Permit,
        prompt: Option<&'a PromptRecord>,
    ) -> Result<&'a PromptRecord, GovernanceError> {
        let prompt = prompt.ok_or(GovernanceError::NotFound { what: "prompt version" })?;
        permit.covers(Verb::View, prompt.tenant_id.as_str())?;
        Ok(prompt)
    }

    /// A prompt version that may be used now. `effect` is what the log tells of it.
    ///
    /// # Errors
    /// [`GovernanceError::PromptNotApproved`] unless it is APPROVED and in force; as
    /// [`PromptRegistry::get_prompt`] otherwise.
    pub fn get_approved_prompt<'a>(
        permit: &Permit,
        prompt: Option<&'a PromptRecord>,
        effect: Effect,
    ) -> Result<&'a PromptRecord, GovernanceError> {
        let prompt = Self::get_prompt(permit, prompt)?;
        match (prompt.status, effect) {
            (Status::Approved, Effect::InForce) => Ok(prompt),
            (
                Status::Approved | Status::Pending | Status::Rejected,
                Effect::None | Effect::InForce | Effect::Lapsed | Effect::Revoked | Effect::Void,
            ) => Err(GovernanceError::PromptNotApproved { subject: prompt.subject().name, effect }),
        }
    }

    /// The prompt version after the vote that approved it.
    pub(crate) fn approve_prompt(
        prompt: &PromptRecord,
        request_id: &RequestId,
        approved_by: &Actor,
        approved_at: Timestamp,
    ) -> Result<PromptRecord, GovernanceError> {
        refuse_decided(prompt)?;
        Ok(PromptRecord {
            status: Status::Approved,
            approved_by: Some(approved_by.clone()),
            approved_at: Some(approved_at),
            request_id: Some(request_id.clone()),
            ..prompt.clone()
        })
    }

    /// The prompt version after the vote that rejected it.
    pub(crate) fn reject_prompt(
        prompt: &PromptRecord,
        request_id: &RequestId,
    ) -> Result<PromptRecord, GovernanceError> {
        refuse_decided(prompt)?;
        Ok(PromptRecord {
            status: Status::Rejected,
            request_id: Some(request_id.clone()),
            ..prompt.clone()
        })
    }
}

fn making(
    permit: &Permit,
    name: SubjectName,
    text: &PromptText,
    tier: Tier,
) -> Result<MakingMetadata, GovernanceError> {
    Ok(MakingMetadata {
        documents: Documents::new(),
        makers: makers_of(permit.principal())?,
        subject: Subject { digest: SubjectDigest::Sha256(text.digest()), name },
        tier,
    })
}

fn version(
    row_id: RecordId,
    acting: &Acting,
    (name, number): (&Name, u32),
    metadata: MakingMetadata,
    (text, reason): (&PromptText, &Reason),
    written: Written,
) -> PromptRecord {
    PromptRecord {
        row_id,
        tenant_id: acting.tenant_id.clone(),
        name: name.clone(),
        version: number,
        digest: text.digest(),
        tier: metadata.tier,
        documents: metadata.documents,
        makers: metadata.makers,
        author: acting.actor.clone(),
        reason: reason.as_str().to_owned(),
        created_at: written.at,
        seq: written.seq,
        status: Status::Pending,
        approved_by: None,
        approved_at: None,
        request_id: None,
    }
}

/// Whether the request is for this prompt, hence for a version before the one being written.
fn is_older(request: &ApprovalRequest, last: &PromptRecord) -> bool {
    let tenant: &TenantId = &request.tenant_id;
    match &request.subject.name {
        SubjectName::Prompt(name, _) => *name == last.name && *tenant == last.tenant_id,
        SubjectName::Model(..) | SubjectName::Change(_) => false,
    }
}

fn refuse_decided(prompt: &PromptRecord) -> Result<(), GovernanceError> {
    match prompt.status {
        Status::Pending => Ok(()),
        status @ (Status::Approved | Status::Rejected) => {
            Err(GovernanceError::InvalidPromptState { status })
        }
    }
}

#[cfg(test)]
#[path = "prompt_tests.rs"]
mod tests;
