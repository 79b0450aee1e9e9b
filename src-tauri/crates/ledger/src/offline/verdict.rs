//! Judging an evidence bundle by a trust file and nothing else: the checks of formats.md, in their
//! order.
//!
//! Invariant: what the records mean is asked of `replay`, which also reads whole logs; nothing is
//! believed of a bundle that its checkpoint, signatures and records do not carry.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bundle, Trust, checkpoint, not_included, shape};
use crate::checkpoint::Checkpoint;
use crate::metadata::ExportMetadata;
use crate::replay::{
    Authority, Check, Meaning, Refusal, RequestState, SubjectEffect, bound_by, demand,
};
use crate::subject::SubjectDigest;
use crate::terms::{Control, Effect, Status};
use crate::tree::{leaf_hash, verify_consistency, verify_inclusion};
use crate::{Action, Actor, AuditRecord, Digest, LedgerError, ResourceType, Statement, Timestamp};

/// How far an export may be ahead of the verifier's clock.
const AHEAD_LIMIT_MICROS: i64 = 5 * 60 * Timestamp::SECOND;

/// What a verifier wants to know beside whether the bundle is sound.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The verifier's clock.
    pub now: Timestamp,
    /// Digest of the artefact at hand, if one was handed in.
    pub artefact: Option<SubjectDigest>,
    /// The environment in which it is to run.
    pub environment: Option<&'a str>,
    /// Oldest export that is taken, in microseconds.
    pub max_age_micros: Option<i64>,
}

/// An act of authority that one admin made alone, or the recovery kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncommon {
    /// Its record.
    pub seq: u64,
    /// `single` or `recovery`.
    pub control: Control,
    /// What was done.
    pub action: Action,
    /// To what.
    pub resource: String,
}

/// Sound evidence, and what it says.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The request and its votes.
    pub request: RequestState,
    /// APPROVED or REJECTED.
    pub outcome: Status,
    /// Effect of the approval at the verifier's clock, in the environment asked for.
    pub effect: SubjectEffect,
    /// What the log had when it was exported.
    pub checkpoint: Checkpoint,
    /// Who exported it.
    pub exported_by: Actor,
    /// When.
    pub exported_at: Timestamp,
    /// Acts of authority that did not need two admins.
    pub control: Vec<Uncommon>,
    /// What the records of the bundle mean.
    pub meaning: Meaning,
}

impl Bundle {
    /// Judges the bundle.
    ///
    /// # Errors
    /// [`Refusal`] by the first check that fails.
    pub fn verify(&self, trust: &Trust, asked: &Asked<'_>) -> Result<Evidence, Refusal> {
        let records = self.parsed_records()?;
        let export = self.demand_export(&records)?;
        let checkpoint = self.demand_checkpoint(trust)?;
        self.demand_genesis(trust)?;
        self.demand_inclusion(&checkpoint)?;
        let statements = self.demand_signatures()?;
        let roots = self.demand_history(&statements, &checkpoint)?;
        let meaning = self.replayed(&roots)?;
        self.demand_keys(meaning.authority())?;
        let request = self.demand_bound(&records, &meaning, &export.metadata)?;
        self.demand_policy(&request)?;
        self.demand_complete(&meaning, &export.metadata)?;
        let exported_at = export.at;
        demand_effect(&meaning, &request, &export)?;
        let artefact = asked.artefact.is_none_or(|digest| digest == self.subject.digest);
        demand(artefact, Check::Artefact, "what is at hand is not what was decided on")?;
        demand_fresh(asked, exported_at)?;
        Ok(Evidence {
            outcome: request.status,
            effect: meaning.effect_of(&request, asked.now, asked.environment),
            checkpoint,
            exported_by: export.by,
            exported_at,
            control: uncommon(&records, meaning.authority()),
            meaning,
            request,
        })
    }

    fn parsed_records(&self) -> Result<BTreeMap<u64, AuditRecord>, Refusal> {
        let parsed = |record: &super::BundleRecord| {
            Ok((record.index, AuditRecord::parse(&record.leaf).map_err(shape)?))
        };
        self.records.iter().map(parsed).collect()
    }

    /// The last record is the one of an export.
    fn demand_export(&self, records: &BTreeMap<u64, AuditRecord>) -> Result<Export, Refusal> {
        let refuse = || Refusal::new(Check::Shape, "its last record is not that of an export");
        let (_, last) = records.last_key_value().ok_or_else(refuse)?;
        let parts = last.parts();
        if parts.action != Action::EvidenceExport {
            return Err(refuse());
        }
        let metadata: ExportMetadata = last.metadata_as().map_err(shape)?;
        let about = parts.resource_type == ResourceType::Request
            && parts.resource_id == metadata.request_id.as_str();
        demand(about, Check::Shape, "the record of the export names another request")?;
        // Whoever exports has a log key, and gives no reason.
        let by_device = parts.device_id.is_some() && parts.reason.is_empty();
        demand(by_device, Check::Shape, "the record of the export names no installation")?;
        Ok(Export { by: parts.actor.clone(), at: parts.timestamp_utc, metadata })
    }

    fn demand_checkpoint(&self, trust: &Trust) -> Result<Checkpoint, Refusal> {
        demand(
            self.workspace_id == trust.workspace_id && self.tenant_id == trust.tenant_id,
            Check::Checkpoint,
            "it is of another log than the trust file",
        )?;
        let checkpoint = checkpoint(&self.checkpoint, trust)?.checkpoint().clone();
        let last = self.records.last().map(|record| record.index + 1);
        demand(
            last == Some(checkpoint.size),
            Check::Checkpoint,
            "the checkpoint does not end with the record of the export",
        )?;
        Ok(checkpoint)
    }

    fn demand_genesis(&self, trust: &Trust) -> Result<(), Refusal> {
        let first = self.records.first();
        demand(
            first.is_some_and(|record| {
                record.index == 0 && leaf_hash(&record.leaf) == trust.genesis
            }),
            Check::Genesis,
            "record 0 is not the one of the trust file",
        )
    }

    fn demand_inclusion(&self, checkpoint: &Checkpoint) -> Result<(), Refusal> {
        let Checkpoint { size, root, .. } = checkpoint;
        self.records.iter().try_for_each(|record| {
            let hash = leaf_hash(&record.leaf);
            verify_inclusion(record.index, *size, &hash, &record.proof, root).map_err(not_included)
        })
    }

    /// Every statement is signed by the key that its envelope names, every key has signed one.
    fn demand_signatures(&self) -> Result<Vec<Statement>, Refusal> {
        let refuse = |detail: String| Refusal::new(Check::Signatures, detail);
        let mut unused: BTreeSet<Digest> = self.keys.iter().map(|key| key.keyid).collect();
        let mut statements = Vec::new();
        for envelope in &self.attestations {
            let named = self.keys.iter().find(|key| key.keyid == *envelope.keyid());
            let key = named.ok_or_else(|| refuse("the key of a signer is missing".to_owned()))?;
            envelope.verify(&key.public_key).map_err(|error| refuse(error.to_string()))?;
            unused.remove(&key.keyid);
            statements.push(Statement::parse(envelope.payload()).map_err(shape)?);
        }
        demand(unused.is_empty(), Check::Signatures, "a key has signed nothing here")?;
        Ok(statements)
    }

    /// Every log that a signer saw is in the past of the checkpoint; gives their roots.
    fn demand_history(
        &self,
        statements: &[Statement],
        checkpoint: &Checkpoint,
    ) -> Result<BTreeMap<u64, Digest>, Refusal> {
        let refuse = |detail: String| Refusal::new(Check::History, detail);
        let mut proofs = self.proofs().map_err(shape)?;
        let mut roots = BTreeMap::new();
        for reviewed in statements.iter().map(|statement| &statement.predicate.reviewed) {
            let (size, root) = (reviewed.log_size, reviewed.log_root);
            if size == 0 || roots.get(&size) == Some(&root) {
                continue;
            }
            let proof = proofs
                .remove(&size)
                .ok_or_else(|| refuse(format!("no proof for the {size} records a signer saw")))?;
            verify_consistency(size, checkpoint.size, &root, &checkpoint.root, proof)
                .map_err(|error| refuse(error.to_string()))?;
            roots.insert(size, root);
        }
        demand(proofs.is_empty(), Check::History, "a proof for a log that no signer saw")?;
        Ok(roots)
    }

    fn replayed(&self, roots: &BTreeMap<u64, Digest>) -> Result<Meaning, Refusal> {
        let envelopes: Result<BTreeMap<Digest, Vec<u8>>, LedgerError> = self
            .attestations
            .iter()
            .map(|envelope| Ok((envelope.payload_sha256(), envelope.to_canonical()?)))
            .collect();
        let envelopes = envelopes.map_err(shape)?;
        let authority = Authority::of_excerpt(self.workspace_id.clone(), self.tenant_id.clone());
        let mut meaning = Meaning::new(authority);
        for record in &self.records {
            let read = meaning.read(record.index, &record.leaf, &envelopes, roots);
            read.map_err(|Refusal { check, detail }| {
                Refusal::new(check, format!("record {}: {detail}", record.index))
            })?;
        }
        Ok(meaning)
    }

    /// The keys are those enrolled, in their owners' names.
    fn demand_keys(&self, authority: &Authority) -> Result<(), Refusal> {
        let is_enrolled = |key: &super::BundleKey| match authority.key(&key.keyid) {
            Some(enrolled) => enrolled.owner == key.owner && enrolled.public_key == key.public_key,
            None => key.owner == Actor::System && authority.recovery_key() == Some(&key.public_key),
        };
        demand(
            self.keys.iter().all(is_enrolled),
            Check::Keys,
            "a key is not the one enrolled, or another's",
        )
    }

    /// Nothing is unused and nothing is missing: the statements are those that the records bind, in
    /// the order in which they bind them, the records those that stand for the request.
    fn demand_bound(
        &self,
        records: &BTreeMap<u64, AuditRecord>,
        meaning: &Meaning,
        export: &ExportMetadata,
    ) -> Result<RequestState, Refusal> {
        let bound: Result<Vec<Vec<Digest>>, LedgerError> = records.values().map(bound_by).collect();
        let held = self.attestations.iter().map(crate::dsse::Envelope::payload_sha256);
        demand(
            bound.map_err(shape)?.into_iter().flatten().eq(held),
            Check::Binding,
            "a statement stands for no record, or twice, or not in its order",
        )?;
        let request = meaning
            .requests()
            .request(&export.request_id)
            .filter(|request| request.metadata.subject == self.subject)
            .ok_or_else(|| {
                Refusal::new(Check::Binding, "the request is not about the subject named")
            })?;
        let held: BTreeSet<u64> = self.indices().into_iter().collect();
        demand(
            meaning.records_of(request).as_ref() == Some(&held),
            Check::Binding,
            "the records are not those that stand for the request",
        )?;
        Ok(request.clone())
    }

    fn demand_policy(&self, request: &RequestState) -> Result<(), Refusal> {
        let digest = self.policy.digest().map_err(shape)?;
        demand(
            request.metadata.policy_sha256 == Some(digest),
            Check::Policy,
            "the policy is not the one pinned",
        )
    }

    fn demand_complete(&self, meaning: &Meaning, export: &ExportMetadata) -> Result<(), Refusal> {
        demand(
            export.records == self.indices()
                && meaning.bound().iter().eq(export.attestations.iter()),
            Check::Complete,
            "the export lists other records or statements",
        )
    }

    /// The records but that of the export.
    fn indices(&self) -> Vec<u64> {
        let indices = self.records.iter().map(|record| record.index);
        indices.take(self.records.len().saturating_sub(1)).collect()
    }
}

/// What the last record says.
struct Export {
    by: Actor,
    at: Timestamp,
    metadata: ExportMetadata,
}

/// Outcome and effect are those that the export lists, at its own stamp.
fn demand_effect(
    meaning: &Meaning,
    request: &RequestState,
    export: &Export,
) -> Result<(), Refusal> {
    let effect = meaning.effect_of(request, export.at, None).effect;
    demand(
        export.metadata.outcome == request.status && export.metadata.effect == effect,
        Check::Effect,
        "the export lists another outcome or effect",
    )
}

fn demand_fresh(asked: &Asked<'_>, exported_at: Timestamp) -> Result<(), Refusal> {
    let Some(limit) = asked.max_age_micros else { return Ok(()) };
    let age = asked.now.micros_since(exported_at);
    demand(age >= -AHEAD_LIMIT_MICROS, Check::Freshness, "it was exported in the future")?;
    demand(age <= limit, Check::Freshness, "it is older than allowed")
}

fn uncommon(records: &BTreeMap<u64, AuditRecord>, authority: &Authority) -> Vec<Uncommon> {
    let of = |(seq, control): (u64, Control)| {
        let parts = records.get(&seq).filter(|_| control != Control::Dual)?.parts();
        let resource = format!("{}/{}", parts.resource_type, parts.resource_id);
        Some(Uncommon { seq, control, action: parts.action, resource })
    };
    authority.controls().filter_map(of).collect()
}

impl Evidence {
    /// True when the decision is an approval that is in force in the environment asked for: what a
    /// gate wants beside soundness.
    pub fn allows(&self) -> bool {
        self.outcome == Status::Approved
            && self.effect == SubjectEffect { effect: Effect::InForce, in_scope: true }
    }
}
