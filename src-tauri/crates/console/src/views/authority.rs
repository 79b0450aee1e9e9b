//! Acts of authority as an admin fills them in, and what they would mean; policies, keys and tenants
//! as the log has them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NameView;

/// An act of authority in the tenant in front, before anybody signed it.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActDraft {
    /// A person gets a role, and perhaps represents a group.
    GrantRole {
        /// `person/<uuid>`.
        person_id: String,
        /// ADMIN, ANALYST, APPROVER or VIEWER.
        role: String,
        /// Title of the group; absent: none.
        group: Option<String>,
    },
    /// A person loses their role.
    RevokeRole {
        /// `person/<uuid>`.
        person_id: String,
    },
    /// A policy comes into force for a type and tier.
    ChangePolicy(PolicyDraft),
    /// A key is retired: later signatures are refused, earlier ones stay.
    RetireKey {
        /// Key id, 64 hex digits.
        keyid: String,
    },
    /// A key ends as compromised: its signatures are void from a record on.
    CompromiseKey {
        /// Key id, 64 hex digits.
        keyid: String,
        /// The first record whose signatures are void.
        since: u32,
    },
    /// An installation may sign no more checkpoints.
    RevokeDevice {
        /// Its id.
        device_id: String,
    },
}

/// A policy as an admin fills it in; what is not here stays as it is.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct PolicyDraft {
    /// `model` or `prompt`.
    pub resource_type: String,
    /// `high`, `medium` or `low`.
    pub tier: String,
    /// Approvals needed, 1 to 16.
    pub approvals: u32,
    /// Titles of the groups that must each be represented.
    pub groups: Vec<String>,
    /// Seconds after which a request expires; absent: never.
    pub expires_after_seconds: Option<u32>,
    /// Seconds for which a passphrase stays good for signing; 0: every signature asks.
    pub reauth_seconds: u32,
    /// Whether makers and requester are kept from signing.
    pub four_eyes: bool,
    /// Whether each signer must have checked the artefact.
    pub artefact_check: bool,
}

/// What an act would mean, before it is made.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ConsequencesView {
    /// "Kenji Morimoto becomes Approver in retail-uk."
    pub sentence: String,
    /// One line for each entry that changes: what it is now, and what it becomes.
    pub changes: Vec<EntryChange>,
    /// What follows for requests, policies and admins, one sentence each; empty: nothing.
    pub follows: Vec<String>,
    /// Why the act would be refused; empty: it would not be.
    pub refused: String,
}

/// One entry of a change: `approvals` from 1 to 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EntryChange {
    /// Which entry, in words.
    pub entry: String,
    /// What it is now; empty where nothing is.
    pub now: String,
    /// What it becomes; empty where nothing will be.
    pub then: String,
}

/// The policies of the tenant in front.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PoliciesView {
    /// By type and tier.
    pub policies: Vec<PolicyView>,
    /// Every group that somebody represents.
    pub groups: Vec<GroupView>,
    /// False when the person is no ADMIN there and can only look.
    pub administers: bool,
}

/// A policy in force.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PolicyView {
    /// `model` or `prompt`.
    pub resource_type: String,
    /// `high`, `medium` or `low`.
    pub tier: String,
    /// Approvals needed.
    pub approvals: u32,
    /// Groups that must each be represented.
    pub groups: Vec<String>,
    /// Seconds after which a request expires; absent: never.
    pub expires_after_seconds: Option<u32>,
    /// Seconds for which a passphrase stays good for signing; 0: every signature asks.
    pub reauth_seconds: u32,
    /// Whether makers and requester are kept from signing.
    pub four_eyes: bool,
    /// Whether each signer must have checked the artefact.
    pub artefact_check: bool,
    /// Its digest, which requests pin.
    pub sha256: String,
    /// Why the people enrolled cannot meet it; empty: they can.
    pub unmet: String,
    /// The request of a change that waits, if one does.
    pub request_id: Option<String>,
}

/// People who represent something together.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GroupView {
    /// Title.
    pub title: String,
    /// Who represents it.
    pub people: Vec<NameView>,
}

/// People's keys and installations' log keys of the tenant in front.
#[derive(Debug, Clone, Serialize, Type)]
pub struct KeysView {
    /// Keys of people, by owner and then newest first.
    pub keys: Vec<KeyView>,
    /// Installations that sign checkpoints.
    pub devices: Vec<DeviceView>,
    /// False when the person is no ADMIN there and can only look.
    pub administers: bool,
}

/// A person's key.
#[derive(Debug, Clone, Serialize, Type)]
pub struct KeyView {
    /// Key id, 64 hex digits: the fingerprint.
    pub keyid: String,
    /// Whose.
    pub owner: NameView,
    /// Tenant in whose log it stands.
    pub tenant_id: String,
    /// Name under which it is enrolled: what signatures say.
    pub name: String,
    /// How it stands.
    pub state: KeyState,
    /// The record that enrolled it, and when.
    pub enrolled: StampView,
    /// The record that ended it, and when.
    pub ended: Option<StampView>,
    /// The first record whose signatures are void, if it was found compromised.
    pub void_since: Option<u32>,
    /// True when its private half lies on this computer.
    pub here: bool,
    /// The request of a change that waits to end it, if one does.
    pub request_id: Option<String>,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It may sign.
    Good,
    /// It ended; what it signed stays.
    Retired,
    /// It ended, and what it signed is void from a record on.
    Compromised,
}

/// A record and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StampView {
    /// Position in the log.
    pub seq: u32,
    /// Its stamp.
    pub at: String,
}

/// An installation that signs checkpoints.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DeviceView {
    /// Its id.
    pub id: String,
    /// True for this one.
    pub here: bool,
    /// SHA-256 of its log key.
    pub fingerprint: String,
    /// The record that enrolled it, and when.
    pub enrolled: StampView,
    /// The record that ended it, and when.
    pub ended: Option<StampView>,
    /// The request of a change that waits to end it, if one does.
    pub request_id: Option<String>,
}

/// What an admin is shown when a key may have been in other hands from a time on.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CompromiseView {
    /// The first record at or after that time; its signatures and all later ones are void.
    pub since: StampView,
    /// What that record is: `approval.vote` on `credit-pd@7`.
    pub record: String,
    /// Signatures of the key from there on.
    pub signatures: u32,
    /// Approvals in force now that would be void.
    pub void: Vec<String>,
}

/// A person, with everything that stands about them in the tenants that the reader may see.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PersonPageView {
    /// `person/<uuid>`.
    pub id: String,
    /// Name as it is printed on signatures.
    pub name: String,
    /// True for the signed-in person.
    pub you: bool,
    /// False when the account was closed.
    pub active: bool,
    /// When the account was made.
    pub created_at: String,
    /// Last sign-in, if any.
    pub seen_at: Option<String>,
    /// Failed sign-ins since then.
    pub failures: u32,
    /// Their roles by tenant.
    pub roles: Vec<HeldRole>,
    /// Their keys by tenant.
    pub keys: Vec<KeyView>,
    /// Installations in whose name they acted lately.
    pub devices: Vec<SeenDevice>,
    /// Their newest decisions in the tenant in front.
    pub decisions: Vec<DecidedView>,
    /// What the reader may do: disable the account.
    pub may_disable: bool,
    /// What the reader may do: have them enrol a new key.
    pub may_reset: bool,
}

/// A role that somebody holds.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HeldRole {
    /// Tenant.
    pub tenant_id: String,
    /// Role.
    pub role: String,
    /// Group they represent.
    pub group: Option<String>,
    /// The record that granted it, and when.
    pub granted: StampView,
    /// `dual`, `single` or `recovery`.
    pub control: String,
}

/// An installation that somebody used.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SeenDevice {
    /// Its id.
    pub id: String,
    /// True for this one.
    pub here: bool,
    /// When they last acted there.
    pub seen_at: String,
}

/// A decision of somebody.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DecidedView {
    /// Request.
    pub request_id: String,
    /// Subject.
    pub subject: String,
    /// APPROVED or REJECTED.
    pub decision: String,
    /// The record and its time.
    pub record: StampView,
    /// Reason they gave.
    pub reason: String,
}

/// The tenants of the workspace that the reader may see.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TenantsView {
    /// By id.
    pub tenants: Vec<TenantRow>,
    /// True when the reader administers the workspace: tenants are made and archived by those.
    pub administers: bool,
}

/// One tenant.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TenantRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// When it was made.
    pub created_at: String,
    /// When it was archived; absent: it is at work.
    pub archived_at: Option<String>,
    /// People with a role there.
    pub people: u32,
    /// Admins there.
    pub admins: u32,
    /// Records in its log.
    pub records: u32,
    /// True when the reader may archive it: an admin of the workspace and of this tenant.
    pub may_archive: bool,
    /// Why an admin of the workspace may not; empty: they may, or it is archived already.
    pub why_not: String,
}

/// What an admin fills in to make a tenant.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct TenantDraft {
    /// Id: lower-case letters, digits and hyphens.
    pub id: String,
    /// Title.
    pub title: String,
    /// Reason.
    pub reason: String,
}
