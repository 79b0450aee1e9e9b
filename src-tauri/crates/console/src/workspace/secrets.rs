//! The workspace's secrets in use: the one that seals, and the one that is still needed to read.
//!
//! Invariant: what seals is the secret that is primary on record, found by the id of its key; it
//! never falls back to another and never makes a new one. If `ENCRYPTION_KEY` is set it alone is
//! used, and the keychain is not asked. A secret that was rotated in by another process is read from
//! the keychain before it is needed.

use std::sync::Arc;

use security::SecurityError;
use security::encryption::EncryptionService;
use security::error::EncryptionFault;
use security::kdf::Kdf;
use security::secret::SecretText;
use store::{SecretRow, SecretStanding};

use super::Workspace;
use crate::failure::ConsoleError;
use crate::keychain::{ItemName, SecretLock};
use crate::session::off_thread;

/// Secrets with their keys derived.
pub(crate) struct Secrets {
    /// What was on record when they were read.
    on_record: Vec<SecretRow>,
    services: Vec<Arc<EncryptionService>>,
    primary: usize,
}

impl Secrets {
    /// The one that seals.
    pub(crate) fn primary(&self) -> &Arc<EncryptionService> {
        &self.services[self.primary]
    }

    /// The one that a stored value names, if it is here.
    pub(crate) fn of(&self, stored: &str) -> Option<&Arc<EncryptionService>> {
        let (key_id, _) = stored.split_once(':')?;
        self.with_key(key_id)
    }

    /// The one with this key, if it is here.
    pub(super) fn with_key(&self, key_id: &str) -> Option<&Arc<EncryptionService>> {
        self.services.iter().find(|service| service.key_id() == key_id)
    }
}

impl Workspace {
    /// The secrets: derived once, off the async threads, when a value is first needed.
    pub(crate) async fn secrets(&self) -> Result<Arc<Secrets>, ConsoleError> {
        let mut kept = self.secrets.lock().await;
        if let Some(secrets) = &*kept {
            return Ok(Arc::clone(secrets));
        }
        let secrets = Arc::new(self.read_secrets().await?);
        *kept = Some(Arc::clone(&secrets));
        Ok(secrets)
    }

    /// The secrets as they are on record now: read again if a rotation moved on since.
    pub(crate) async fn secrets_on_record(&self) -> Result<Arc<Secrets>, ConsoleError> {
        let secrets = self.secrets().await?;
        if self.store.secrets().await? == secrets.on_record {
            return Ok(secrets);
        }
        *self.secrets.lock().await = None;
        self.secrets().await
    }

    async fn read_secrets(&self) -> Result<Secrets, ConsoleError> {
        loop {
            let on_record = self.store.secrets().await?;
            match self.secrets_of(on_record.clone()).await {
                Ok(secrets) => return Ok(secrets),
                // A rotation that ended meanwhile took its items away.
                Err(_) if self.store.secrets().await? != on_record => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn secrets_of(&self, on_record: Vec<SecretRow>) -> Result<Secrets, ConsoleError> {
        let mut services = Vec::new();
        match self.edge.encryption_key.clone() {
            Some(variable) => services.push(Arc::new(self.derive(variable).await?)),
            None => {
                for text in self.secret_texts(&on_record).await? {
                    services.push(Arc::new(self.derive(text).await?));
                }
            }
        }
        let first = services.first().ok_or(SecurityError::from(EncryptionFault::KeyMissing))?;
        let primary = on_record.iter().find(|row| row.standing == SecretStanding::Primary);
        let expected = match primary {
            Some(primary) => primary.key_id.clone(),
            None => self.demand_first(first.key_id()).await?,
        };
        let at = services.iter().position(|service| service.key_id() == expected);
        let found = first.key_id().to_owned();
        let primary = at.ok_or_else(|| other_key(found, expected))?;
        Ok(Secrets { on_record, services, primary })
    }

    /// Demands that a key is the one that seals here, or may be: that of a secret from elsewhere.
    pub(super) async fn demand_seals(
        &self,
        service: &EncryptionService,
    ) -> Result<(), ConsoleError> {
        let on_record = self.store.secrets().await?;
        let primary = on_record.iter().find(|row| row.standing == SecretStanding::Primary);
        match primary {
            Some(primary) if primary.key_id == service.key_id() => Ok(()),
            Some(primary) => Err(other_key(service.key_id().to_owned(), primary.key_id.clone())),
            None => self.demand_first(service.key_id()).await.map(|_| ()),
        }
    }

    /// A key that opens nothing of what is sealed here must not seal more of it. Only the first
    /// secret is asked: of later ones the record says which is primary.
    async fn demand_first(&self, key_id: &str) -> Result<String, ConsoleError> {
        let counts = self.store.sealed_counts().await?;
        match counts.keys().next() {
            Some(found) if !counts.contains_key(key_id) => {
                Err(other_key(key_id.to_owned(), found.clone()))
            }
            Some(_) | None => Ok(key_id.to_owned()),
        }
    }

    /// Every secret in the keychain that may be needed, each once. That of a rotation is asked for
    /// before the workspace's own, in which it ends.
    async fn secret_texts(
        &self,
        on_record: &[SecretRow],
    ) -> Result<Vec<Arc<SecretText>>, ConsoleError> {
        let id = &self.row.id;
        let in_use = on_record.iter().filter(|row| row.standing != SecretStanding::Retired);
        let mut items: Vec<ItemName> =
            in_use.map(|row| ItemName::rotated_secret(id, &row.key_id)).collect();
        items.push(ItemName::workspace_secret(id));
        let mut texts: Vec<Arc<SecretText>> = Vec::new();
        for item in items {
            let Some(text) = self.keys.read(&item).await? else { continue };
            if texts.iter().all(|known| known.expose() != text.expose()) {
                texts.push(Arc::new(text));
            }
        }
        Ok(texts)
    }

    /// The key of a secret: takes about 0.2 s, off the async threads.
    pub(super) async fn derive(
        &self,
        secret: Arc<SecretText>,
    ) -> Result<EncryptionService, ConsoleError> {
        let kdf = Kdf::new(&self.row.kdf_salt, self.row.kdf_iterations)?;
        Ok(off_thread(move || EncryptionService::new(Some(&secret), None, &kdf)).await??)
    }

    /// The lock of all processes under which a rotation begins and ends.
    pub(super) async fn secret_lock(&self) -> Result<SecretLock, ConsoleError> {
        let folder = self.folder.clone();
        Ok(off_thread(move || SecretLock::hold(&folder)).await??)
    }
}

fn other_key(expected: String, found: String) -> ConsoleError {
    SecurityError::from(EncryptionFault::OtherKey { expected, found }).into()
}
