//! Acts of authority: who may sign, under which key, by which policy (formats.md, "Authority
//! acts").
//!
//! Invariant: the body fits the kind. A change says what shall hold; whether it does is decided by
//! `replay` from the signatures on it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::ids::{Actor, ChangeId, DeviceId, TenantId, WorkspaceId};
use crate::key::{PublicKey, Signature};
use crate::policy::Policy;
use crate::subject::{Subject, SubjectDigest, SubjectName};
use crate::terms::{Role, words};
use crate::{Digest, LedgerError, json};

words!(
    /// The actions that change authority.
    ChangeKind, "change kind" {
        /// Genesis of `_workspace`.
        WorkspaceCreate = "workspace.create",
        /// Genesis of a tenant.
        TenantCreate = "tenant.create",
        /// A key becomes good for a person.
        KeyEnroll = "key.enroll",
        /// A key ends.
        KeyRevoke = "key.revoke",
        /// A person gets a role.
        RoleGrant = "role.grant",
        /// A person loses their role.
        RoleRevoke = "role.revoke",
        /// A policy comes into force.
        PolicyChange = "policy.change",
        /// An installation may sign checkpoints.
        DeviceEnroll = "device.enroll",
        /// An installation may no longer.
        DeviceRevoke = "device.revoke",
    }
);

words!(
    /// Why a key ends.
    RevocationMode, "revocation mode" {
        /// Later signatures are refused; earlier ones stay.
        Retired = "retired",
        /// Every signature from record `since` on is void.
        Compromised = "compromised",
    }
);

/// An act of authority, with exactly these keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What shall hold.
    pub body: ChangeBody,
    /// Id; applied once in a workspace.
    pub id: ChangeId,
    /// The action.
    pub kind: ChangeKind,
    /// The admin who proposes it; `system` under recovery.
    pub proposed_by: Actor,
    /// Why.
    pub reason: String,
    /// The log it stands in.
    pub tenant_id: TenantId,
    /// Version of the format: 1.
    pub v: u8,
    /// The workspace.
    pub workspace_id: WorkspaceId,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ChangeBody {
    /// Record 0 of a log.
    Genesis(GenesisBody),
    /// A key for a person.
    KeyEnroll(KeyEnrollBody),
    /// The end of a key.
    KeyRevoke(KeyRevokeBody),
    /// A role for a person; replaces the earlier one.
    RoleGrant(RoleGrantBody),
    /// No role for a person.
    RoleRevoke(RoleRevokeBody),
    /// A policy.
    PolicyChange(PolicyChangeBody),
    /// A log key for an installation.
    DeviceEnroll(DeviceBody),
    /// The end of a log key.
    DeviceRevoke(DeviceRevokeBody),
}

/// The first admins, log keys and policies of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisBody {
    /// ADMINs from before record 0.
    pub admins: Vec<GenesisAdmin>,
    /// Installations that may sign checkpoints.
    pub log_keys: Vec<DeviceBody>,
    /// Title of the workspace or tenant.
    pub name: String,
    /// Policies in force from the start.
    pub policies: Vec<Policy>,
    /// The key of the recovery kit.
    pub recovery_public_key: PublicKey,
}

/// One of the first admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAdmin {
    /// Digest of the key.
    pub keyid: Digest,
    /// Title of the person.
    pub name: String,
    /// The person.
    pub person_id: Actor,
    /// The key.
    pub public_key: PublicKey,
}

/// A key becomes good for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEnrollBody {
    /// Digest of the key.
    pub keyid: Digest,
    /// Title of the person: what their statements must say.
    pub name: String,
    /// The person.
    pub person_id: Actor,
    /// The new key's signature of [`key_proof_text`].
    pub proof: Signature,
    /// The key.
    pub public_key: PublicKey,
}

/// A key ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRevokeBody {
    /// The key.
    pub keyid: Digest,
    /// Retired or compromised.
    pub mode: RevocationMode,
    /// Record from which its signatures are void, if compromised.
    pub since: u64,
}

/// A person gets a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGrantBody {
    /// The group that the person represents, by title.
    pub group: Option<String>,
    /// The person.
    pub person_id: Actor,
    /// The role.
    pub role: Role,
}

/// A person loses their role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRevokeBody {
    /// The person.
    pub person_id: Actor,
}

/// A policy comes into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyChangeBody {
    /// The policy.
    pub policy: Policy,
}

/// A log key of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceBody {
    /// The installation.
    pub device_id: DeviceId,
    /// Its log key for this workspace.
    pub public_key: PublicKey,
}

/// A log key ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceRevokeBody {
    /// The installation.
    pub device_id: DeviceId,
}

impl Change {
    /// Canonical JSON.
    ///
    /// # Errors
    /// [`LedgerError`] when a number passes the limit.
    pub fn canonical(&self) -> Result<Vec<u8>, LedgerError> {
        json::canonical_of(self)
    }

    /// The subject of the statements on this change: `change/<id>` with its SHA-256.
    ///
    /// # Errors
    /// As [`Change::canonical`].
    pub fn subject(&self) -> Result<Subject, LedgerError> {
        Ok(Subject {
            digest: SubjectDigest::Sha256(Digest::of(&self.canonical()?)),
            name: SubjectName::Change(self.id.clone()),
        })
    }

    /// `resource_type` and `resource_id` of its authority act.
    pub fn resource(&self) -> (crate::action::ResourceType, String) {
        use crate::action::ResourceType as Type;
        match (&self.body, self.kind) {
            (ChangeBody::Genesis(_), ChangeKind::WorkspaceCreate) => {
                (Type::Workspace, self.workspace_id.to_string())
            }
            (ChangeBody::Genesis(_), _) => (Type::Tenant, self.tenant_id.to_string()),
            (ChangeBody::KeyEnroll(body), _) => (Type::Key, body.keyid.to_hex()),
            (ChangeBody::KeyRevoke(body), _) => (Type::Key, body.keyid.to_hex()),
            (ChangeBody::RoleGrant(body), _) => (Type::Person, body.person_id.to_string()),
            (ChangeBody::RoleRevoke(body), _) => (Type::Person, body.person_id.to_string()),
            (ChangeBody::PolicyChange(body), _) => {
                (Type::Policy, format!("{}/{}", body.policy.resource_type, body.policy.tier))
            }
            (ChangeBody::DeviceEnroll(body), _) => (Type::Device, body.device_id.to_string()),
            (ChangeBody::DeviceRevoke(body), _) => (Type::Device, body.device_id.to_string()),
        }
    }
}

impl ChangeKind {
    /// The action of its authority act.
    pub const fn action(self) -> Action {
        match self {
            Self::WorkspaceCreate => Action::WorkspaceCreate,
            Self::TenantCreate => Action::TenantCreate,
            Self::KeyEnroll => Action::KeyEnroll,
            Self::KeyRevoke => Action::KeyRevoke,
            Self::RoleGrant => Action::RoleGrant,
            Self::RoleRevoke => Action::RoleRevoke,
            Self::PolicyChange => Action::PolicyChange,
            Self::DeviceEnroll => Action::DeviceEnroll,
            Self::DeviceRevoke => Action::DeviceRevoke,
        }
    }
}

/// What a new key signs to prove that its owner holds it.
pub fn key_proof_text(
    workspace: &WorkspaceId,
    tenant: &TenantId,
    person: &Actor,
    keyid: &Digest,
) -> String {
    format!("countersign key v1\n{workspace}\n{tenant}\n{person}\n{keyid}\n")
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Untyped {
            body: Value,
            id: ChangeId,
            kind: ChangeKind,
            proposed_by: Actor,
            reason: String,
            tenant_id: TenantId,
            v: u8,
            workspace_id: WorkspaceId,
        }
        fn body<T: serde::de::DeserializeOwned, E: serde::de::Error>(value: Value) -> Result<T, E> {
            serde_json::from_value(value).map_err(E::custom)
        }
        let Untyped { body: value, id, kind, proposed_by, reason, tenant_id, v, workspace_id } =
            Untyped::deserialize(deserializer)?;
        if v != 1 {
            return Err(D::Error::custom("a change of a version other than 1"));
        }
        let body = match kind {
            ChangeKind::WorkspaceCreate | ChangeKind::TenantCreate => {
                ChangeBody::Genesis(body(value)?)
            }
            ChangeKind::KeyEnroll => ChangeBody::KeyEnroll(body(value)?),
            ChangeKind::KeyRevoke => ChangeBody::KeyRevoke(body(value)?),
            ChangeKind::RoleGrant => ChangeBody::RoleGrant(body(value)?),
            ChangeKind::RoleRevoke => ChangeBody::RoleRevoke(body(value)?),
            ChangeKind::PolicyChange => ChangeBody::PolicyChange(body(value)?),
            ChangeKind::DeviceEnroll => ChangeBody::DeviceEnroll(body(value)?),
            ChangeKind::DeviceRevoke => ChangeBody::DeviceRevoke(body(value)?),
        };
        Ok(Self { body, id, kind, proposed_by, reason, tenant_id, v, workspace_id })
    }
}
