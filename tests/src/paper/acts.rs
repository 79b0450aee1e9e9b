//! Acts of authority on paper (formats.md, "Authority acts").
//!
//! Invariant: an act is signed by exactly those whom its control asks for; an insider takes
//! signatures away, or puts others there.

use serde_json::{Value, json};

use super::draft::{Draft, Slip};
use super::people::{DEVICE, DEVICE_ID, KIT, Signer};
use super::{Log, uuid};

/// Under which control, and who signs.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// One admin.
    Single(Signer),
    /// The proposer, then the second admin.
    Dual(Signer, Signer),
    /// The recovery kit.
    Recovery,
}

impl By {
    const fn control(self) -> &'static str {
        match self {
            Self::Single(_) => "single",
            Self::Dual(..) => "dual",
            Self::Recovery => "recovery",
        }
    }

    fn signers(self) -> Vec<(Signer, &'static str, &'static str)> {
        match self {
            Self::Single(one) => vec![(one, "ADMIN", "PROPOSED")],
            Self::Dual(one, two) => vec![(one, "ADMIN", "PROPOSED"), (two, "ADMIN", "APPROVED")],
            Self::Recovery => vec![(KIT, "RECOVERY", "PROPOSED")],
        }
    }
}

impl Log {
    /// An act of authority with a change of its own.
    ///
    /// # Panics
    /// Never, for kinds of the format.
    #[must_use]
    pub fn act(&self, kind: &str, body: Value, by: By) -> Draft {
        let signers = by.signers();
        let (proposer, last) = (signers[0].0, signers[signers.len() - 1].0);
        let change = json!({
            "body": body,
            "id": uuid(0x2_0000 + u64::from(self.ids)),
            "kind": kind,
            "proposed_by": proposer.actor,
            "reason": format!("{kind} is due"),
            "tenant_id": self.tenant,
            "v": 1,
            "workspace_id": self.workspace,
        });
        let (resource, id) = self.resource_of(kind, &change["body"]);
        let reason = change["reason"].as_str().unwrap_or_default().to_owned();
        let mut draft = self.draft(kind, last.actor, (resource, &id), &reason);
        let slip = |(signer, role, decision): (Signer, &str, &str)| {
            let statement = self.change_statement(&change, signer, role, decision);
            Slip::Open(statement, signer)
        };
        draft.slips = signers.into_iter().map(slip).collect();
        let control = by.control();
        draft.metadata = json!({"attestations": null, "change": change, "control": control});
        draft
    }

    /// Signs a draft's change again, after an insider changed it.
    ///
    /// # Panics
    /// When a statement of it is signed already.
    pub fn sign_change_again(&self, draft: &mut Draft) {
        let change = draft.metadata["change"].clone();
        let (subject, _) = Self::change_subject(&change);
        for slip in 0..draft.slips.len() {
            draft.statement(slip)["subject"] = json!([subject]);
            let request = &mut draft.predicate(slip)["request"];
            request["id"] = change["id"].clone();
            request["requested_by"] = change["proposed_by"].clone();
        }
    }

    fn resource_of(&self, kind: &str, body: &Value) -> (&'static str, String) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match kind {
            "tenant.create" => ("tenant", self.tenant.clone()),
            "key.enroll" | "key.revoke" => ("key", text(&body["keyid"])),
            "role.grant" | "role.revoke" => ("person", text(&body["person_id"])),
            "device.enroll" | "device.revoke" => ("device", text(&body["device_id"])),
            _ => {
                let policy = &body["policy"];
                let of = [text(&policy["resource_type"]), text(&policy["tier"])];
                ("policy", of.join("/"))
            }
        }
    }

    /// Record 0, with these admins.
    #[must_use]
    pub fn genesis(&self, by: By, policies: &[Value]) -> Draft {
        let admin = |(signer, _, _): (Signer, &str, &str)| {
            json!({
                "keyid": signer.keyid(),
                "name": signer.name,
                "person_id": signer.actor,
                "public_key": signer.public_text(),
            })
        };
        let body = json!({
            "admins": by.signers().into_iter().map(admin).collect::<Vec<_>>(),
            "log_keys": [{"device_id": DEVICE_ID, "public_key": DEVICE.public_text()}],
            "name": "Credit",
            "policies": policies,
            "recovery_public_key": KIT.public_text(),
        });
        self.act("tenant.create", body, by)
    }

    /// A policy of this log.
    #[must_use]
    pub fn policy(&self, kind: &str, tier: &str, approvals: u32, groups: &[&str]) -> Value {
        json!({
            "approvals": approvals,
            "artefact_check": false,
            "expires_after_seconds": null,
            "four_eyes": true,
            "groups": groups,
            "reauth_seconds": 0,
            "resource_type": kind,
            "tenant_id": self.tenant,
            "tier": tier,
            "v": 1,
        })
    }

    /// A key becomes good for its owner.
    #[must_use]
    pub fn key_enroll(&self, of: Signer, by: By) -> Draft {
        let (workspace, tenant, keyid) = (&self.workspace, &self.tenant, of.keyid());
        let text = format!("countersign key v1\n{workspace}\n{tenant}\n{}\n{keyid}\n", of.actor);
        let body = json!({
            "keyid": keyid,
            "name": of.name,
            "person_id": of.actor,
            "proof": of.sign_bytes(text.as_bytes()).to_base64(),
            "public_key": of.public_text(),
        });
        self.act("key.enroll", body, by)
    }

    /// A key ends.
    #[must_use]
    pub fn key_revoke(&self, of: Signer, mode: &str, since: u64, by: By) -> Draft {
        let body = json!({"keyid": of.keyid(), "mode": mode, "since": since});
        self.act("key.revoke", body, by)
    }

    /// A person gets a role.
    #[must_use]
    pub fn role_grant(&self, to: Signer, role: &str, group: Option<&str>, by: By) -> Draft {
        let body = json!({"group": group, "person_id": to.actor, "role": role});
        self.act("role.grant", body, by)
    }

    /// A person loses their role.
    #[must_use]
    pub fn role_revoke(&self, of: Signer, by: By) -> Draft {
        self.act("role.revoke", json!({"person_id": of.actor}), by)
    }

    /// A policy comes into force.
    #[must_use]
    pub fn policy_change(&self, policy: &Value, by: By) -> Draft {
        self.act("policy.change", json!({"policy": policy}), by)
    }
}
