//! Protected values: sealed for their place, and compared with the log when opened.
//!
//! Invariant: prompt texts and cards are stored only as Fernet tokens bound to their row; an old
//! token put back in its own place is refused, since its digest is not the log's. They are opened off
//! the async threads: a long one takes milliseconds.

use std::sync::Arc;

use ledger::{Digest, RecordId, TenantId};
use security::encryption::EncryptionService;
use security::place::Place;

use super::Workspace;
use crate::failure::ConsoleError;
use crate::session::off_thread;

/// Where protected values lie: the store's list, so that none can be sealed outside of it.
pub(crate) use store::SealedColumn as Column;

impl Workspace {
    /// Seals a value for its place, under the secret that is primary on record.
    pub(crate) async fn seal(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        value: &str,
    ) -> Result<String, ConsoleError> {
        let place = self.value_place(tenant, row, column)?;
        Ok(self.secrets_on_record().await?.primary().seal_value(&place, value)?)
    }

    /// Opens a value and demands the digest that the log has.
    pub(crate) async fn unseal(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        stored: String,
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
        stored: String,
    ) -> Result<String, ConsoleError> {
        let place = self.value_place(tenant, row, column)?;
        let (service, stored) = self.secret_of(tenant, row, column, stored).await?;
        Ok(off_thread(move || service.open_value(&place, &stored)).await??)
    }

    /// The secret that a value is sealed under, and the value as it lies there now.
    async fn secret_of(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
        stored: String,
    ) -> Result<(Arc<EncryptionService>, String), ConsoleError> {
        if let Some(service) = self.secrets().await?.of(&stored) {
            return Ok((Arc::clone(service), stored));
        }
        // Another process may have rotated the secret, and sealed this value anew meanwhile.
        let secrets = self.secrets_on_record().await?;
        let stored = self.store.sealed(tenant, column, row).await?.unwrap_or(stored);
        let service = secrets.of(&stored).unwrap_or_else(|| secrets.primary());
        Ok((Arc::clone(service), stored))
    }

    /// What a value's token is bound to.
    pub(super) fn value_place(
        &self,
        tenant: &TenantId,
        row: &RecordId,
        column: Column,
    ) -> Result<Place, ConsoleError> {
        let (id, tenant) = (self.row.id.as_str(), tenant.as_str());
        Ok(Place::row(id, tenant, column.table(), row.as_str(), column.column())?)
    }
}
