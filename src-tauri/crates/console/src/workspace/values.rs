//! Protected values: sealed for their place, and compared with the log when opened.
//!
//! Invariant: prompt texts and cards are stored only as Fernet tokens bound to their row; an old
//! token put back in its own place is refused, since its digest is not the log's.

use std::sync::Arc;

use ledger::{Digest, RecordId, TenantId};
use security::SecurityError;
use security::encryption::EncryptionService;
use security::error::EncryptionFault;
use security::kdf::Kdf;
use security::place::Place;
use store::NamesQuery;

use super::Workspace;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;

/// Where protected values lie: table and column, part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// A prompt version's text.
    PromptText,
    /// A model version's card.
    ModelCard,
}

impl Column {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::PromptText => ("prompt_version", "text"),
            Self::ModelCard => ("model_version", "card"),
        }
    }
}

impl Workspace {
    /// Seals a value for its place.
    pub(crate) async fn seal(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        value: &str,
    ) -> Result<String, ConsoleError> {
        let place = self.place(tenant, row, column)?;
        Ok(self.encryption().await?.seal_value(&place, value)?)
    }

    /// Opens a value and demands the digest that the log has.
    pub(crate) async fn unseal(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        stored: &str,
        digest: &Digest,
    ) -> Result<String, ConsoleError> {
        let value = self.open_sealed(tenant, row, column, stored).await?;
        if Digest::of(value.as_bytes()) != *digest {
            return Err(ConsoleError::Damaged {
                what: "a stored text: it is not the one on record",
            });
        }
        Ok(value)
    }

    /// Opens a value as it lies there; the caller compares it with the log.
    pub(crate) async fn open_sealed(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        stored: &str,
    ) -> Result<String, ConsoleError> {
        let place = self.place(tenant, row, column)?;
        Ok(self.encryption().await?.open_value(&place, stored)?)
    }

    fn place(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
    ) -> Result<Place, ConsoleError> {
        let (table, name) = column.names();
        Ok(Place::row(self.row.id.as_str(), tenant.as_str(), table, row.as_str(), name)?)
    }

    /// The workspace's encryption: derived once, on its own thread, when a value is first needed.
    pub(crate) async fn encryption(&self) -> Result<Arc<EncryptionService>, ConsoleError> {
        let make = async || -> Result<Arc<EncryptionService>, ConsoleError> {
            let kdf = Kdf::new(&self.row.kdf_salt, self.row.kdf_iterations)?;
            let environment = self.edge.encryption_key.clone();
            // If the variable is set it alone is used and the keychain is not asked.
            let stored = match &environment {
                Some(_) => None,
                None => self.keys.read(&ItemName::workspace_secret(&self.row.id)).await?,
            };
            let derived = tokio::task::spawn_blocking(move || {
                EncryptionService::new(stored.as_ref(), environment.as_deref(), &kdf)
            });
            let service = derived.await.map_err(|_| ConsoleError::Interrupted)??;
            self.demand_own_key(&service).await?;
            Ok(Arc::new(service))
        };
        self.encryption.get_or_try_init(make).await.cloned()
    }

    /// A key that does not open what is sealed here must not seal more of it.
    pub(super) async fn demand_own_key(
        &self,
        service: &EncryptionService,
    ) -> Result<(), ConsoleError> {
        for tenant in self.store.tenants().await? {
            let Some(stored) = self.any_sealed(&tenant.id).await? else { continue };
            let found = stored.split_once(':').map_or("none", |(key_id, _)| key_id);
            let expected = service.key_id();
            if found != expected {
                let (expected, found) = (expected.to_owned(), found.to_owned());
                let fault = EncryptionFault::OtherKey { expected, found };
                return Err(SecurityError::from(fault).into());
            }
        }
        Ok(())
    }

    /// One sealed value of a tenant, if it has any.
    async fn any_sealed(&self, tenant: &TenantId) -> Result<Option<String>, ConsoleError> {
        let first = NamesQuery {
            tenant_id: tenant.clone(),
            containing: None,
            status: None,
            after: None,
            limit: 1,
        };
        if let Some(newest) = self.store.prompts(first.clone()).await?.pop() {
            let (name, version) = (&newest.record.name, newest.record.version);
            return Ok(self.store.prompt_text(tenant, name, version).await?);
        }
        if let Some(newest) = self.store.models(first).await?.pop() {
            let (name, version) = (&newest.record.model_name, &newest.record.version);
            return Ok(self.store.model_card(tenant, name, version).await?);
        }
        Ok(None)
    }
}
