//! Which keys of a workspace lie on this computer.
//!
//! Invariant: it looks and changes nothing.

use ledger::replay::Authority;
use ledger::{Actor, TenantId};

use super::Workspace;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;

impl Workspace {
    /// Whether anything here opens or signs for this workspace: this installation's log key is one
    /// of the workspace's own, or a key of somebody lies here. A copy on another computer has none.
    ///
    /// # Errors
    /// Those of store and keychain.
    pub async fn has_keys_here(&self) -> Result<bool, ConsoleError> {
        if self.knows_own_key(&TenantId::workspace()).await? {
            return Ok(true);
        }
        for tenant in self.log_ids().await? {
            let view = self.log(&tenant).await?;
            for (person, _) in view.authority.grants() {
                if self.has_key_here(&view.authority, person).await? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn has_key_here(
        &self,
        authority: &Authority,
        person: &Actor,
    ) -> Result<bool, ConsoleError> {
        for (keyid, _) in authority.keys_of(person) {
            let item = ItemName::person_key(&self.row.id, keyid);
            if self.keys.read(&item).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
