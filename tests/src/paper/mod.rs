//! Logs on paper: whole logs of signed records, made without store or console, for tests of those
//! who verify.
//!
//! Invariant: a log is written by the letter of formats.md, as JSON, and signed by keys of fixed
//! seeds; an insider may change any record before it is signed ([`Twist`]), and everything after it
//! is then written, hashed, signed and proven over the change, so that only the check meant can
//! catch it.

mod acts;
mod decisions;
mod draft;
mod export;
mod files;
mod people;
pub mod stories;

pub use acts::By;
pub use decisions::{MODEL, digest, subject};
pub use draft::{Draft, Slip, Twist, at, before, place, skip};
pub use export::{Plan, Survey, in_base64, key_entry};
pub use files::{ConsistencyText, RangeText, RecordText};
pub use people::{ADA, ALL, ANN, BOB, DEVICE, DEVICE_ID, EVE, KIT, MAX, SERVICE, STRAY, Signer};

use std::collections::BTreeMap;

use draft::How;
use ledger::checkpoint::{Checkpoint, Origin, SignedCheckpoint};
use ledger::dsse::Envelope;
use ledger::json::to_canonical;
use ledger::replay::{Past, Replay};
use ledger::tree::leaf_hash;
use ledger::{Digest, TenantId, Timestamp, WorkspaceId};
use serde_json::{Map, Value, json};

/// The workspace of the worked examples.
pub const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";
/// Another one.
pub const OTHER_WORKSPACE: &str = "01930000-0000-7000-8000-00000000000b";
/// The tenant of the worked examples.
pub const TENANT: &str = "credit";
/// Another one.
pub const OTHER_TENANT: &str = "markets";

/// A log that is being written.
#[derive(Clone)]
pub struct Log {
    workspace: String,
    tenant: String,
    leaves: Vec<Vec<u8>>,
    steps: Vec<String>,
    envelopes: BTreeMap<Digest, Envelope>,
    past: Past,
    roles: BTreeMap<String, String>,
    policies: Vec<Value>,
    seconds: i64,
    ids: u32,
    twists: Vec<Twist>,
    twisted: Vec<String>,
}

impl Log {
    /// An empty log, in which these twists wait for their steps.
    #[must_use]
    pub fn new(workspace: &str, tenant: &str, twists: Vec<Twist>) -> Self {
        Self {
            workspace: workspace.to_owned(),
            tenant: tenant.to_owned(),
            leaves: Vec::new(),
            steps: Vec::new(),
            envelopes: BTreeMap::new(),
            past: Past::default(),
            roles: BTreeMap::new(),
            policies: Vec::new(),
            seconds: 0,
            ids: 0,
            twists,
            twisted: Vec::new(),
        }
    }

    /// A log told by a story.
    #[must_use]
    pub fn told(story: stories::Story, twists: Vec<Twist>) -> Self {
        let mut log = Self::new(WORKSPACE, TENANT, twists);
        story(&mut log);
        log
    }

    /// Writes a record under the name of its step, after what waits for that step was done to it.
    ///
    /// # Panics
    /// When it has no canonical form.
    pub fn write(&mut self, step: &str, draft: impl FnOnce(&Self) -> Draft) {
        let waiting: Vec<How> =
            self.twists.iter().filter(|twist| twist.step == step).map(|t| t.how.clone()).collect();
        self.twisted.extend(waiting.iter().map(|_| step.to_owned()));
        for how in &waiting {
            if let How::Before(write) = how {
                write(self);
            }
        }
        let mut draft = draft(self);
        for how in &waiting {
            match how {
                How::Change(change) => change(&mut draft, self),
                How::Skip => return,
                How::Before(_) => {}
            }
        }
        self.append(step, draft);
    }

    /// Lets time pass.
    pub const fn wait(&mut self, seconds: i64) {
        self.seconds += seconds;
    }

    /// Sets the clock back, after it ran ahead.
    pub const fn turn_back(&mut self, seconds: i64) {
        self.seconds -= seconds;
    }

    fn append(&mut self, step: &str, draft: Draft) {
        let envelopes: Vec<Envelope> = draft.slips.iter().map(Slip::envelope).collect();
        let digests: Vec<Digest> = envelopes.iter().map(Envelope::payload_sha256).collect();
        let mut metadata = draft.metadata;
        if metadata.get("attestations").is_some_and(Value::is_null) {
            metadata["attestations"] = json!(digests);
        }
        if metadata.get("attestation_sha256").is_some_and(Value::is_null) {
            metadata["attestation_sha256"] = json!(digests[0]);
        }
        self.remember(&draft.action, &metadata);
        let (kind, id) = draft.resource;
        let mut leaf = json!({
            "action": draft.action,
            "actor": draft.actor,
            "correlation_id": draft.correlation,
            "device_id": draft.device,
            "id": self.id(),
            "metadata": metadata,
            "reason": draft.reason,
            "resource_id": id,
            "resource_type": kind,
            "seq": self.leaves.len(),
            "tenant_id": self.tenant,
            "timestamp_utc": self.stamp(draft.at),
            "v": 1,
        });
        if let Some((path, value)) = draft.leaf {
            *place(&mut leaf, &path) = value;
        }
        let leaf = to_canonical(&leaf).unwrap();
        self.past.push(leaf_hash(&leaf)).unwrap();
        self.leaves.push(leaf);
        self.steps.push(step.to_owned());
        for (digest, envelope) in digests.into_iter().zip(envelopes) {
            self.envelopes.insert(digest, envelope);
        }
        self.seconds = self.seconds.max(draft.at) + 1;
    }

    /// Keeps what later records repeat: roles and policies.
    fn remember(&mut self, action: &str, metadata: &Value) {
        let body = &metadata["change"]["body"];
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        match action {
            "role.grant" => drop(self.roles.insert(text("person_id"), text("role"))),
            "role.revoke" => drop(self.roles.remove(&text("person_id"))),
            "policy.change" => self.policies.push(body["policy"].clone()),
            "tenant.create" => {
                for admin in body["admins"].as_array().into_iter().flatten() {
                    let person = admin["person_id"].as_str().unwrap_or_default();
                    self.roles.insert(person.to_owned(), "ADMIN".to_owned());
                }
                self.policies.extend(body["policies"].as_array().into_iter().flatten().cloned());
            }
            _ => {}
        }
    }

    /// A new id, the same in every log that was written alike.
    fn id(&mut self) -> String {
        self.ids += 1;
        uuid(0x1_0000 + u64::from(self.ids))
    }

    /// A time of this log, in seconds.
    ///
    /// # Panics
    /// When it is beyond the years of the format.
    #[must_use]
    pub fn stamp(&self, at: i64) -> String {
        let noon = Timestamp::parse("2026-03-02T12:00:00.000000Z").unwrap();
        noon.plus_micros(at * Timestamp::SECOND).unwrap().to_string()
    }

    /// The place of the next record.
    #[must_use]
    pub const fn now_seq(&self) -> u64 {
        self.past.size()
    }

    /// Seconds that the next record is stamped with.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.seconds
    }

    /// The record of a step.
    ///
    /// # Panics
    /// When no step of that name was written.
    #[must_use]
    pub fn seq(&self, step: &str) -> usize {
        let found = self.steps.iter().rposition(|name| name == step);
        found.unwrap_or_else(|| panic!("no step `{step}` in {:?}", self.steps))
    }

    /// A leaf, as JSON.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn leaf(&self, seq: usize) -> Value {
        serde_json::from_slice(&self.leaves[seq]).unwrap()
    }

    /// The leaves.
    #[must_use]
    pub fn leaves(&self) -> &[Vec<u8>] {
        &self.leaves
    }

    /// The steps, by record.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.steps
    }

    /// The envelopes that a record binds, in its order; those that were never signed are missing.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn bound(&self, seq: usize) -> Vec<Envelope> {
        let leaf = self.leaf(seq);
        let metadata = &leaf["metadata"];
        let listed = match leaf["action"].as_str() {
            Some("approval.approve" | "approval.reject" | "evidence.export") => &Value::Null,
            _ => &metadata["attestations"],
        };
        let one = metadata.get("attestation_sha256");
        let digests = listed.as_array().into_iter().flatten().chain(one);
        let digest = |text: &Value| Digest::from_hex(text.as_str()?).ok();
        digests.filter_map(|text| self.envelopes.get(&digest(text)?).cloned()).collect()
    }

    /// Hashes of the records.
    #[must_use]
    pub const fn past(&self) -> &Past {
        &self.past
    }

    /// What the whole log means.
    ///
    /// # Panics
    /// Never, for logs of a size that is written here.
    #[must_use]
    pub fn replay(&self) -> Replay {
        let stored = self.stored();
        let mut replay = Replay::new(self.workspace_id(), self.tenant_id());
        for leaf in &self.leaves {
            replay.read(leaf, &stored).unwrap();
        }
        replay
    }

    /// The envelopes by digest, as a store keeps them.
    fn stored(&self) -> BTreeMap<Digest, Vec<u8>> {
        let bytes = |envelope: &Envelope| envelope.to_canonical().unwrap();
        self.envelopes.iter().map(|(digest, envelope)| (*digest, bytes(envelope))).collect()
    }

    /// The steps at which a twist was applied, for a test to see that all were.
    #[must_use]
    pub fn twisted(&self) -> &[String] {
        &self.twisted
    }

    /// The workspace.
    ///
    /// # Panics
    /// When an insider named none.
    #[must_use]
    pub fn workspace_id(&self) -> WorkspaceId {
        WorkspaceId::parse(&self.workspace).unwrap()
    }

    /// The tenant.
    ///
    /// # Panics
    /// When an insider named none.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        TenantId::parse(&self.tenant).unwrap()
    }

    /// A note over the first records, by a log key.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn note(&self, size: u64, by: Signer) -> SignedCheckpoint {
        let origin = Origin::new(&self.workspace_id(), &self.tenant_id()).to_string();
        let root = self.past.root_at(size).unwrap();
        Checkpoint { origin, size, root }.sign_with(&by).unwrap()
    }

    /// A draft of this action with nothing in it yet.
    fn draft(&self, action: &str, actor: &str, resource: (&str, &str), reason: &str) -> Draft {
        Draft {
            action: action.to_owned(),
            actor: actor.to_owned(),
            resource: (resource.0.to_owned(), resource.1.to_owned()),
            reason: reason.to_owned(),
            metadata: Value::Object(Map::new()),
            slips: Vec::new(),
            correlation: uuid(0xc0),
            device: json!(DEVICE_ID),
            at: self.seconds,
            leaf: None,
        }
    }
}

/// A UUID v7 with these last digits.
#[must_use]
pub fn uuid(number: u64) -> String {
    format!("01930000-0000-7000-8000-{number:012x}")
}
