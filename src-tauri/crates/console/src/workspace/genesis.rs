//! Record 0 of a log: the change that founds it, signed by its first admin.
//!
//! Invariant: a genesis names the one admin who signs it, the device that writes it, the recovery
//! key of the workspace, and the six standard policies of a tenant.

use governance::audit::Occasion;
use governance::text::{Reason, Title};
use ledger::change::{Change, ChangeBody, ChangeKind, DeviceBody, GenesisAdmin, GenesisBody};
use ledger::checkpoint::CheckpointSigner as _;
use ledger::{Decision, Policy, PublicKey, Role, TenantId, WorkspaceId, tree};

use super::Device;
use crate::failure::ConsoleError;
use crate::ids::Ids;
use crate::statements::{ChangeWord, SeenLog, SignedStatement, Signer};
use crate::workspace::public_key;

/// Who founds a log, and with what.
pub(crate) struct Genesis<'a> {
    pub(crate) workspace_id: &'a WorkspaceId,
    /// The first admin; their role here is that of an ADMIN.
    pub(crate) admin: Signer<'a>,
    pub(crate) device: &'a Device,
    pub(crate) recovery: PublicKey,
    pub(crate) reason: &'a Reason,
}

impl Genesis<'_> {
    /// The change for this log and the admin's word on it.
    pub(crate) fn sign(
        &self,
        tenant: &TenantId,
        title: &Title,
        occasion: &Occasion,
        ids: &Ids,
    ) -> Result<(Change, SignedStatement), ConsoleError> {
        let change = self.change(tenant, title, ids)?;
        let seen = SeenLog { size: 0, root: tree::empty_root(), opened_at: occasion.now };
        let word = ChangeWord {
            change: &change,
            decision: Decision::Proposed,
            reason: self.reason.as_str(),
            requested_at: occasion.now,
            seen: seen.into(),
        };
        let proposal = word.sign(&self.admin, occasion, ids.nonce()?)?;
        Ok((change, proposal))
    }

    fn change(&self, tenant: &TenantId, title: &Title, ids: &Ids) -> Result<Change, ConsoleError> {
        let key = public_key(self.admin.key)?;
        let is_workspace = tenant.is_workspace();
        Ok(Change {
            body: ChangeBody::Genesis(GenesisBody {
                admins: vec![GenesisAdmin {
                    keyid: key.keyid(),
                    name: self.admin.name.to_owned(),
                    person_id: self.admin.person.clone(),
                    public_key: key,
                }],
                log_keys: vec![DeviceBody {
                    device_id: self.device.id.clone(),
                    public_key: self.device.public_key(),
                }],
                name: title.as_str().to_owned(),
                // `_workspace` holds nothing that a policy could be for.
                policies: if is_workspace { Vec::new() } else { Policy::standard_six(tenant) },
                recovery_public_key: self.recovery,
            }),
            id: ids.change(),
            kind: if is_workspace { ChangeKind::WorkspaceCreate } else { ChangeKind::TenantCreate },
            proposed_by: self.admin.person.clone(),
            reason: self.reason.as_str().to_owned(),
            tenant_id: tenant.clone(),
            v: 1,
            workspace_id: self.workspace_id.clone(),
        })
    }
}

/// The first admin as they sign a genesis.
pub(crate) const fn first_admin<'a>(
    key: &'a security::signing::SigningKey,
    person: &'a ledger::Actor,
    name: &'a str,
) -> Signer<'a> {
    Signer { key, person, name, role: Role::Admin }
}
