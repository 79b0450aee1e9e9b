//! Subjects, requests, votes, outcomes and revocations on paper, and the statements that people
//! sign (formats.md, "Decision (attestation)").
//!
//! Invariant: whatever repeats an earlier record is read from that record as it was written, so a
//! lie told there is repeated faithfully.

use ledger::Digest;
use ledger::json::to_canonical;
use serde_json::{Value, json};

use super::draft::{Draft, Slip};
use super::people::{DEVICE_ID, Signer};
use super::{Log, uuid};

/// The model of most stories.
pub const MODEL: &str = "model/credit-pd@3";

impl Log {
    /// Somebody registers a subject.
    #[must_use]
    pub fn make(&self, subject: Value, tier: &str, maker: Signer) -> Draft {
        let name = subject["name"].as_str().unwrap_or_default().to_owned();
        let (kind, id) = name.split_once('/').unwrap_or_default();
        let verb = if kind == "model" { "model.register" } else { "prompt.register" };
        let mut draft = self.draft(verb, maker.actor, (kind, id), "new version");
        draft.metadata = json!({
            "documents": {"card": Digest::of(b"the card")},
            "makers": [maker.actor],
            "subject": subject,
            "tier": tier,
        });
        draft
    }

    /// Somebody asks for approval of what a step made, by the policy in force.
    #[must_use]
    pub fn request(&self, made: &str, number: u64, requester: Signer) -> Draft {
        let making = self.leaf(self.seq(made));
        let of = &making["metadata"];
        let kind = making["resource_type"].clone();
        let policy = self.policy_of(&kind, &of["tier"]);
        let end = policy["expires_after_seconds"].as_i64().map(|after| self.now() + after);
        let resource = (text(&kind), text(&making["resource_id"]));
        let mut draft = self.draft("approval.request", requester.actor, resource, "ready for use");
        draft.metadata = json!({
            "documents": of["documents"],
            "expires_at": end.map(|end| self.stamp(end)),
            "makers": of["makers"],
            "policy_sha256": digest(policy),
            "request_id": uuid(0x3_0000 + number),
            "subject": of["subject"],
            "tier": of["tier"],
        });
        draft
    }

    /// A vote on the request of a step.
    #[must_use]
    pub fn vote(&self, request: &str, who: Signer, decision: &str) -> Draft {
        let mut draft = self.decision_on(request, who, decision, "approval.vote");
        draft.metadata = json!({
            "attestation_sha256": null,
            "decision": decision,
            "request_id": self.request_id(request),
        });
        draft
    }

    /// The end of an approval.
    #[must_use]
    pub fn revocation(&self, request: &str, who: Signer) -> Draft {
        let kind = self.leaf(self.seq(request))["resource_type"].clone();
        let action = format!("{}.revoke", text(&kind));
        let mut draft = self.decision_on(request, who, "REVOKED", &action);
        draft.metadata =
            json!({"attestation_sha256": null, "request_id": self.request_id(request)});
        draft
    }

    /// The final record: all votes on the request so far, by whoever voted last.
    #[must_use]
    pub fn outcome(&self, request: &str, action: &str) -> Draft {
        let (asked, id) = (self.leaf(self.seq(request)), self.request_id(request));
        let votes: Vec<Value> = (0..self.leaves.len())
            .map(|seq| self.leaf(seq))
            .filter(|leaf| {
                leaf["action"] == "approval.vote" && leaf["metadata"]["request_id"] == id
            })
            .collect();
        let last = votes.last().unwrap_or(&asked);
        let resource = (text(&asked["resource_type"]), text(&asked["resource_id"]));
        let mut draft = self.draft(action, text(&last["actor"]), resource, text(&last["reason"]));
        let digests = votes.iter().map(|vote| vote["metadata"]["attestation_sha256"].clone());
        draft.metadata = json!({"attestations": digests.collect::<Vec<_>>(), "request_id": id});
        draft
    }

    /// A record that has nothing to do with any decision.
    #[must_use]
    pub fn remark(&self, who: Signer) -> Draft {
        let mut draft = self.draft("comment.add", who.actor, ("model", "credit-pd@3"), "");
        draft.metadata = json!({"text_sha256": Digest::of(b"a remark")});
        draft
    }

    /// A policy by the digest that a request pins; null where this log never had it.
    #[must_use]
    pub fn pinned(&self, sha256: &Value) -> Value {
        let found = self.policies.iter().find(|policy| digest(policy) == *sha256);
        found.cloned().unwrap_or_default()
    }

    fn decision_on(&self, request: &str, who: Signer, decision: &str, action: &str) -> Draft {
        let asked = self.leaf(self.seq(request));
        let of = &asked["metadata"];
        let kind = text(&asked["resource_type"]);
        let resource = (kind, text(&asked["resource_id"]));
        let mut draft = self.draft(action, who.actor, resource, "limits hold");
        let mut statement = self.statement(who, decision, &of["subject"]);
        let predicate = &mut statement["predicate"];
        predicate["meaning"] = json!(meaning(kind, decision));
        predicate["reason"] = json!(draft.reason);
        predicate["policy"] = json!({"sha256": of["policy_sha256"]});
        predicate["reviewed"]["documents"] = of["documents"].clone();
        predicate["request"] = json!({
            "id": of["request_id"],
            "makers": of["makers"],
            "reason": asked["reason"],
            "requested_at": asked["timestamp_utc"],
            "requested_by": asked["actor"],
            "tier": of["tier"],
        });
        draft.slips = vec![Slip::Open(statement, who)];
        draft
    }

    /// A statement on a change.
    pub(super) fn change_statement(
        &self,
        change: &Value,
        who: Signer,
        role: &str,
        decision: &str,
    ) -> Value {
        let (subject, id) = Self::change_subject(change);
        let mut statement = self.statement(who, decision, &subject);
        let predicate = &mut statement["predicate"];
        predicate["meaning"] = json!(match decision {
            "PROPOSED" => "I propose this change.",
            _ => "I reviewed this change and approve it.",
        });
        predicate["reason"] = change["reason"].clone();
        predicate["reviewer"]["role"] = json!(role);
        predicate["request"] = json!({
            "id": id,
            "makers": [],
            "reason": change["reason"],
            "requested_at": self.stamp(self.now()),
            "requested_by": change["proposed_by"],
            "tier": null,
        });
        statement
    }

    /// The subject of statements on a change, and its id.
    pub(super) fn change_subject(change: &Value) -> (Value, Value) {
        let name = format!("change/{}", text(&change["id"]));
        (json!({"digest": {"sha256": digest(change)}, "name": name}), change["id"].clone())
    }

    /// A statement by somebody in their role, who opened the page now.
    fn statement(&self, who: Signer, decision: &str, subject: &Value) -> Value {
        let (size, now) = (self.past.size(), self.stamp(self.now()));
        let nonce = Digest::of(format!("{} {decision} {size}", who.actor).as_bytes()).to_hex();
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://countersign.dev/human-approval/v1",
            "subject": [subject],
            "predicate": {
                "conditions": {"expires_at": null, "scope": null},
                "correlation_id": uuid(0xc0),
                "decided_at": now,
                "decision": decision,
                "device_id": DEVICE_ID,
                "meaning": "",
                "nonce": nonce[..32],
                "policy": null,
                "reason": "",
                "request": null,
                "reviewed": {
                    "artefact_checked": true,
                    "base_sha256": null,
                    "documents": {},
                    "hidden_characters": 0,
                    "log_root": self.past.root(),
                    "log_size": size,
                    "opened_at": now,
                    "parts": ["overview", "artefact"],
                    "seconds": 74,
                },
                "reviewer": {
                    "id": who.actor,
                    "name": who.name,
                    "role": self.roles.get(who.actor).map_or("APPROVER", String::as_str),
                },
                "tenant_id": self.tenant,
                "workspace_id": self.workspace,
            },
        })
    }

    fn request_id(&self, request: &str) -> Value {
        self.leaf(self.seq(request))["metadata"]["request_id"].clone()
    }

    /// The policy in force; null where an insider left none.
    fn policy_of(&self, kind: &Value, tier: &Value) -> &Value {
        let is_it = |policy: &&Value| policy["resource_type"] == *kind && policy["tier"] == *tier;
        self.policies.iter().rev().find(is_it).unwrap_or(&Value::Null)
    }
}

/// A subject of these bytes: a file's or a text's.
#[must_use]
pub fn subject(name: &str, bytes: &[u8]) -> Value {
    json!({"digest": {"sha256": Digest::of(bytes)}, "name": name})
}

/// SHA-256 of the canonical JSON.
///
/// # Panics
/// When it has none.
#[must_use]
pub fn digest(value: &Value) -> Value {
    json!(Digest::of(&to_canonical(value).unwrap()))
}

fn meaning(kind: &str, decision: &str) -> String {
    match decision {
        "APPROVED" => format!("I reviewed this {kind} and approve it for production use."),
        "REJECTED" => format!("I reviewed this {kind} and reject it."),
        _ => format!("I revoke the approval of this {kind}."),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
