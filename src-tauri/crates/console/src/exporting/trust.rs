//! The trust file of a log: what a verifier elsewhere is to believe.
//!
//! Invariant: it is made of signed acts alone, of a log that raised no alarm; whoever may read the
//! files may take it, since it holds nothing but public keys.

use ledger::offline::Trust;
use ledger::{Actor, TenantId, tree};

use super::{Destination, ExportedFile, Format, begin, fill};
use crate::failure::ConsoleError;
use crate::workspace::Workspace;

impl Workspace {
    /// Genesis and log keys of a log as its records have them.
    pub(crate) async fn trust(&self, tenant: &TenantId) -> Result<Trust, ConsoleError> {
        if !self.log_ids().await?.contains(tenant) {
            return Err(ConsoleError::NotFound { what: "tenant" });
        }
        let view = self.log(tenant).await?;
        if let Some(alarm) = self.alarm(tenant) {
            return Err((&alarm).into());
        }
        let genesis = self.store.row(tenant, 0).await?;
        let genesis = genesis.ok_or(ConsoleError::Damaged { what: "record 0" })?;
        Ok(Trust::of(&view.authority, tree::leaf_hash(&genesis.leaf))?)
    }

    /// Writes the trust file of a log to a new file; the digest is to be compared by voice.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] for no such tenant, [`ConsoleError::Alarm`] for a log that cannot
    /// be trusted, [`ConsoleError::FileThere`].
    pub async fn export_trust(
        &self,
        tenant: &TenantId,
        actor: &Actor,
        to: &Destination,
    ) -> Result<ExportedFile, ConsoleError> {
        let trust = self.trust(tenant).await?;
        let (path, file) = begin(to).await?;
        let file = fill(file, trust.to_canonical()?).await?;
        self.keep_exported((tenant, actor), (Format::Trust, 1), (path, file)).await
    }
}
