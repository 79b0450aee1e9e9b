//! Exporting evidence of a log on paper: which records, the record of the export, the bundle.
//!
//! Invariant: an honest export selects by `Meaning::records_of`. A crooked log is exported with the
//! records of its honest twin, by the names of their steps, so that only the crooked step differs;
//! an insider may then list, hold or change anything, under a checkpoint and proofs made for it.

use std::collections::{BTreeMap, BTreeSet};

use ledger::dsse::Envelope;
use ledger::proof::Plan as Proof;
use ledger::replay::{Authority, Meaning};
use ledger::{Digest, Effect, RequestId, Timestamp};
use serde_json::{Map, Value, json};

use super::Log;
use super::people::{ADA, ALL, DEVICE, STRAY, Signer};

/// What an honest log says of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The steps that stand for the request.
    pub steps: BTreeSet<String>,
    /// APPROVED or REJECTED.
    pub outcome: String,
    /// Effect at the export.
    pub effect: String,
}

/// What is exported.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The records that the record of the export lists.
    pub listed: BTreeSet<usize>,
    /// The records that the bundle holds, without that of the export.
    pub held: BTreeSet<usize>,
    /// As the record of the export says.
    pub outcome: String,
    /// As the record of the export says.
    pub effect: String,
    /// Who signs the checkpoint.
    pub log_key: Signer,
}

impl Log {
    /// What an honest log says of the request of the step `request`.
    ///
    /// # Panics
    /// When something does not hold in it, or the request is open.
    #[must_use]
    pub fn survey(&self) -> Survey {
        let replay = self.replay();
        assert_eq!(replay.findings(), &[], "an honest log");
        let leaf = self.leaf(self.seq("request"));
        let id = RequestId::parse(leaf["metadata"]["request_id"].as_str().unwrap()).unwrap();
        let state = replay.requests().request(&id).unwrap();
        let records = replay.meaning().records_of(state).unwrap();
        let effect = self.effect(&records, &id);
        let step = |seq: &u64| self.steps[usize::try_from(*seq).unwrap()].clone();
        Survey {
            steps: records.iter().map(step).collect(),
            outcome: state.status.to_string(),
            effect: effect.to_string(),
        }
    }

    /// The effect by these records alone, which is what their verifier sees, at the next stamp.
    fn effect(&self, records: &BTreeSet<u64>, request: &RequestId) -> Effect {
        let authority = Authority::of_excerpt(self.workspace_id(), self.tenant_id());
        let (mut meaning, stored) = (Meaning::new(authority), self.stored());
        for seq in records {
            let leaf = &self.leaves[usize::try_from(*seq).unwrap()];
            meaning.read(*seq, leaf, &stored, &self.past).unwrap();
        }
        let now = Timestamp::parse(&self.stamp(self.now())).unwrap();
        meaning.effect_of(meaning.requests().request(request).unwrap(), now, None).effect
    }

    /// Exports what a survey selects.
    #[must_use]
    pub fn plan(&self, survey: &Survey) -> Plan {
        let selected = |(_, step): &(usize, &String)| survey.steps.contains(*step);
        let records: BTreeSet<usize> =
            self.steps.iter().enumerate().filter(selected).map(|(seq, _)| seq).collect();
        Plan {
            listed: records.clone(),
            held: records,
            outcome: survey.outcome.clone(),
            effect: survey.effect.clone(),
            log_key: DEVICE,
        }
    }

    /// Writes the record of the export, as the step `export`, and gives the bundle.
    ///
    /// # Panics
    /// When a record planned does not exist.
    pub fn export(&mut self, plan: &Plan) -> Value {
        let request = self.leaf(self.seq("request"))["metadata"]["request_id"].clone();
        let attestations: BTreeSet<Digest> =
            self.envelopes_of(&plan.listed).iter().map(Envelope::payload_sha256).collect();
        let metadata = json!({
            "attestations": attestations,
            "effect": plan.effect,
            "outcome": plan.outcome,
            "records": plan.listed,
            "request_id": request,
        });
        self.write("export", |log| {
            let id = request.as_str().unwrap_or_default();
            let mut draft = log.draft("evidence.export", ADA.actor, ("request", id), "");
            draft.metadata = metadata;
            draft
        });
        self.bundle(plan)
    }

    fn bundle(&self, plan: &Plan) -> Value {
        let size = self.leaves.len() as u64;
        let envelopes = self.envelopes_of(&plan.held);
        let request = self.leaf(self.seq("request"));
        let of = &request["metadata"];
        let held = plan.held.iter().copied().chain([self.leaves.len() - 1]);
        json!({
            "attestations": envelopes.iter().map(as_json).collect::<Vec<_>>(),
            "checkpoint": self.note(size, plan.log_key).text(),
            "consistency": self.consistency(&envelopes, size),
            "keys": keys_of(&envelopes),
            "mediaType": "application/vnd.countersign.evidence.v1+json",
            "policy": self.pinned(&of["policy_sha256"]),
            "records": held.map(|seq| self.record(seq)).collect::<Vec<_>>(),
            "subject": of["subject"],
            "tenant_id": self.tenant,
            "workspace_id": self.workspace,
        })
    }

    /// A record as a bundle has it, proven under all records so far.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn record(&self, seq: usize) -> Value {
        let proof = Proof::inclusion(seq as u64, self.leaves.len() as u64).unwrap();
        json!({
            "index": seq,
            "leaf": ledger::digest::to_base64(&self.leaves[seq]),
            "proof": in_base64(&self.past.prove(&proof).unwrap()),
        })
    }

    fn envelopes_of(&self, records: &BTreeSet<usize>) -> Vec<Envelope> {
        records.iter().flat_map(|seq| self.bound(*seq)).collect()
    }

    /// For each size that a signer saw and that this log has, the proof.
    fn consistency(&self, envelopes: &[Envelope], size: u64) -> Value {
        let mut proofs = Map::new();
        for envelope in envelopes {
            let statement: Value = serde_json::from_slice(envelope.payload()).unwrap();
            let seen = statement["predicate"]["reviewed"]["log_size"].as_u64().unwrap_or_default();
            if let Ok(plan) = Proof::consistency(seen, size) {
                let proof = self.past.prove(&plan).unwrap();
                proofs.insert(seen.to_string(), in_base64(&proof));
            }
        }
        Value::Object(proofs)
    }
}

/// The keys of the signers, each under the name of its owner.
fn keys_of(envelopes: &[Envelope]) -> Value {
    let stray = ALL.into_iter().map(|person| person.with_key(STRAY + person.seed));
    let known: BTreeMap<Digest, Signer> =
        ALL.into_iter().chain(stray).map(|signer| (signer.keyid(), signer)).collect();
    let signers: BTreeSet<Digest> = envelopes.iter().map(|envelope| *envelope.keyid()).collect();
    let key = |keyid: &Digest| key_entry(known[keyid]);
    json!(signers.iter().map(key).collect::<Vec<_>>())
}

/// A key as a bundle has it.
#[must_use]
pub fn key_entry(signer: Signer) -> Value {
    let raw = ledger::checkpoint::CheckpointSigner::public_key(&signer);
    let spki = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let line = ledger::digest::to_base64(&[&spki[..], raw.as_bytes()].concat());
    json!({
        "keyid": signer.keyid(),
        "owner": signer.actor,
        "public_key": format!("-----BEGIN PUBLIC KEY-----\n{line}\n-----END PUBLIC KEY-----\n"),
    })
}

fn as_json(envelope: &Envelope) -> Value {
    serde_json::from_slice(&envelope.to_canonical().unwrap()).unwrap()
}

/// Hashes as a file lists them.
#[must_use]
pub fn in_base64(hashes: &[Digest]) -> Value {
    json!(hashes.iter().map(Digest::to_base64).collect::<Vec<_>>())
}
