//! Models: registered once a version, decided by the workflow, read by whoever may view.
//!
//! Invariant: `approve_model` and `reject_model` are called by the workflow only, and only on a
//! PENDING model.

use ledger::metadata::{Documents, MakingMetadata};
use ledger::{
    Action, Actor, Effect, Name, RequestId, Status, Subject, SubjectDigest, SubjectName, Tier,
    Timestamp, Version,
};
use security::rbac::{Action as Verb, Permit};

use super::{record_making, refuse_reserved};
use crate::acting::{Acting, makers_of};
use crate::audit::RecordBuilder;
use crate::card::Card;
use crate::error::GovernanceError;
use crate::state::ModelRecord;
use crate::text::{Reason, check_name_case};

/// Name of the card among the documents of a model.
pub const CARD_DOCUMENT: &str = "card";

/// A model version to register.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    /// Its name.
    pub model_name: Name,
    /// Its version.
    pub version: Version,
    /// Checksum of its artefact, as measured.
    pub checksum: SubjectDigest,
    /// Its tier.
    pub tier: Tier,
    /// What its makers say about it; stored apart, encrypted.
    pub card: Card,
    /// Why.
    pub reason: Reason,
}

/// The registry of models.
#[derive(Debug, Clone, Copy)]
pub struct ModelRegistry;

impl ModelRegistry {
    /// Registers a model version and writes `model.register`. `names` are the names of the
    /// tenant's models; `existing` is the version of this name and number, if there is one.
    ///
    /// # Errors
    /// [`GovernanceError::Security`] without a permit to register here;
    /// [`GovernanceError::AlreadyExists`]; [`GovernanceError::NameTaken`];
    /// [`GovernanceError::ReservedTenant`].
    pub fn register_model(
        permit: &Permit,
        names: &[Name],
        existing: Option<&ModelRecord>,
        new: &NewModel,
        records: &mut RecordBuilder<'_>,
    ) -> Result<ModelRecord, GovernanceError> {
        let tenant_id = records.occasion().tenant_id.clone();
        let acting = Acting::by(permit, Verb::RegisterModel, &tenant_id)?;
        refuse_reserved(&tenant_id)?;
        check_name_case(&new.model_name, names)?;
        let name = SubjectName::Model(new.model_name.clone(), new.version.clone());
        if existing.is_some() {
            return Err(GovernanceError::AlreadyExists { subject: name });
        }
        let metadata = MakingMetadata {
            documents: Documents::from([(CARD_DOCUMENT.to_owned(), new.card.digest())]),
            makers: makers_of(permit.principal())?,
            subject: Subject { digest: new.checksum, name },
            tier: new.tier,
        };
        let written =
            record_making(&acting, Action::ModelRegister, &metadata, &new.reason, records)?;
        Ok(ModelRecord {
            row_id: records.ids().record_id(),
            tenant_id,
            model_name: new.model_name.clone(),
            version: new.version.clone(),
            checksum: new.checksum,
            tier: new.tier,
            documents: metadata.documents,
            makers: metadata.makers,
            author: acting.actor,
            reason: new.reason.as_str().to_owned(),
            created_at: written.at,
            seq: written.seq,
            status: Status::Pending,
            approved_by: None,
            approved_at: None,
            request_id: None,
        })
    }

    /// A model version, for whoever may view the tenant.
    ///
    /// # Errors
    /// [`GovernanceError::NotFound`]; [`GovernanceError::Security`] when it is another tenant's.
    pub fn get_model<'a>(
        permit: &Permit,
        model: Option<&'a ModelRecord>,
    ) -> Result<&'a ModelRecord, GovernanceError> {
        let model = model.ok_or(GovernanceError::NotFound { what: "model version" })?;
        permit.covers(Verb::View, model.tenant_id.as_str())?;
        Ok(model)
    }

    /// A model version that may be used now. `effect` is what the log tells of it.
    ///
    /// # Errors
    /// [`GovernanceError::ModelNotApproved`] unless it is APPROVED and in force; as
    /// [`ModelRegistry::get_model`] otherwise.
    pub fn get_approved_model<'a>(
        permit: &Permit,
        model: Option<&'a ModelRecord>,
        effect: Effect,
    ) -> Result<&'a ModelRecord, GovernanceError> {
        let model = Self::get_model(permit, model)?;
        match (model.status, effect) {
            (Status::Approved, Effect::InForce) => Ok(model),
            (
                Status::Approved | Status::Pending | Status::Rejected,
                Effect::None | Effect::InForce | Effect::Lapsed | Effect::Revoked | Effect::Void,
            ) => Err(GovernanceError::ModelNotApproved { subject: model.subject().name, effect }),
        }
    }

    /// The model after the vote that approved it.
    pub(crate) fn approve_model(
        model: &ModelRecord,
        request_id: &RequestId,
        approved_by: &Actor,
        approved_at: Timestamp,
    ) -> Result<ModelRecord, GovernanceError> {
        refuse_decided(model)?;
        Ok(ModelRecord {
            status: Status::Approved,
            approved_by: Some(approved_by.clone()),
            approved_at: Some(approved_at),
            request_id: Some(request_id.clone()),
            ..model.clone()
        })
    }

    /// The model after the vote that rejected it.
    pub(crate) fn reject_model(
        model: &ModelRecord,
        request_id: &RequestId,
    ) -> Result<ModelRecord, GovernanceError> {
        refuse_decided(model)?;
        Ok(ModelRecord {
            status: Status::Rejected,
            request_id: Some(request_id.clone()),
            ..model.clone()
        })
    }
}

fn refuse_decided(model: &ModelRecord) -> Result<(), GovernanceError> {
    match model.status {
        Status::Pending => Ok(()),
        status @ (Status::Approved | Status::Rejected) => {
            Err(GovernanceError::InvalidModelState { status })
        }
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
