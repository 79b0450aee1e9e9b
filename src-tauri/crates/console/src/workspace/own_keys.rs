//! Which keys of a workspace lie on this computer.
//!
//! Invariant: it looks and changes nothing. A person's key is the one enrolled last of those that
//! lie here: an older one may be on another computer, or under a passphrase that nobody knows.

use ledger::replay::Authority;
use ledger::{Actor, Digest, TenantId};
use security::secret::SecretText;

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
                if self.key_here(&view.authority, person).await?.is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The good key of a person that lies here, with its item.
    pub(crate) async fn key_here(
        &self,
        authority: &Authority,
        person: &Actor,
    ) -> Result<Option<(Digest, SecretText)>, ConsoleError> {
        let mut keys: Vec<(u64, Digest)> =
            authority.keys_of(person).map(|(keyid, key)| (key.enrolled_at, *keyid)).collect();
        keys.sort_unstable();
        for (_, keyid) in keys.into_iter().rev() {
            let item = ItemName::person_key(&self.row.id, &keyid);
            if let Some(content) = self.keys.read(&item).await? {
                return Ok(Some((keyid, content)));
            }
        }
        Ok(None)
    }
}
