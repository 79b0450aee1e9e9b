//! Making and opening a workspace, with its keys where they were put when it was made.
//!
//! Invariant: where keys lie is fixed when a workspace is made; nothing falls back from one place
//! to another. A workspace that is not finished leaves nothing behind.

use std::path::Path;
use std::sync::Arc;

use ledger::{CorrelationId, TenantId};
use security::passphrase::Passphrase;
use security::secret::SecretText;
use store::Unfinished;

use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::ids;
use crate::keychain::{KeyFile, KeychainError, KeychainThread};
use crate::session::{Session, off_thread};
use crate::views::KeyStorage;
use crate::workspace::{Founding, Workspace};

/// Where the passphrase of a key file comes from when `ENCRYPTION_KEY` is not what opens it.
pub type AskForKeyFile<'a> = &'a (dyn Fn() -> Result<Arc<Passphrase>, ConsoleError> + Sync);

/// Opens the workspace in a folder. A key file is opened by `ENCRYPTION_KEY`, or by the passphrase
/// that is asked for; the keychain needs neither.
///
/// # Errors
/// [`ConsoleError`] when there is no workspace, or its key file stays closed.
pub async fn open_workspace(
    folder: &Path,
    edge: &Edge,
    ask: AskForKeyFile<'_>,
) -> Result<Workspace, ConsoleError> {
    let keys = if KeyFile::exists(folder)? {
        open_key_file(folder, edge, ask).await?
    } else {
        edge.keychain.clone()
    };
    let workspace = Workspace::open(folder, keys, edge.clone()).await?;
    let has_file = KeyFile::exists(folder)?;
    if has_file != (workspace.key_storage() == KeyStorage::KeyFile) {
        return Err(ConsoleError::Damaged { what: "the place of the workspace's keys" });
    }
    Ok(workspace)
}

/// True when opening the workspace in a folder asks for a passphrase: its keys lie in a file that
/// `ENCRYPTION_KEY` does not open.
///
/// # Errors
/// [`ConsoleError`] when no passphrase would open it.
pub async fn needs_passphrase(folder: &Path, edge: &Edge) -> Result<bool, ConsoleError> {
    if !KeyFile::exists(folder)? {
        return Ok(false);
    }
    let Some(variable) = edge.encryption_key.clone() else {
        KeyFile::demand_sound(folder)?;
        return Ok(true);
    };
    match key_thread(folder, variable).await {
        Ok(_) => Ok(false),
        Err(ConsoleError::Keychain(KeychainError::Encryption(_))) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Puts a founded workspace where it belongs, with its keys, and opens it. In a key file, the keys
/// are opened by `ENCRYPTION_KEY` or by the passphrase asked for.
///
/// # Errors
/// [`ConsoleError`]; nothing is left behind.
pub async fn commit_founding(
    founding: &Founding,
    folder: &Path,
    edge: &Edge,
    keys: KeyStorage,
    ask: AskForKeyFile<'_>,
) -> Result<Workspace, ConsoleError> {
    let thread = match keys {
        KeyStorage::Keychain => {
            let workspace = founding.commit(folder, edge.keychain.clone()).await?;
            workspace.settle().await?;
            return Ok(workspace);
        }
        KeyStorage::KeyFile => {
            let secret = key_file_secret(edge, ask)?;
            let unfinished = Unfinished::beside(folder, founding.id())?;
            let (place, entropy) = (unfinished.folder().to_owned(), Arc::clone(&edge.entropy));
            let sealed = Arc::clone(&secret);
            let file = off_thread(move || KeyFile::create(&place, &sealed, entropy.as_ref()));
            let thread = KeychainThread::start(Arc::new(file.await??))?;
            let workspace = founding.commit_into(&unfinished, thread).await?;
            workspace.settle().await?;
            off_thread(move || {
                // The store must be closed before its file is brought to the disk.
                drop(workspace);
                unfinished.finish()
            })
            .await??;
            key_thread(folder, secret).await?
        }
    };
    Workspace::open(folder, thread, edge.clone()).await
}

async fn open_key_file(
    folder: &Path,
    edge: &Edge,
    ask: AskForKeyFile<'_>,
) -> Result<KeychainThread, ConsoleError> {
    let Some(variable) = edge.encryption_key.clone() else {
        return key_thread(folder, secret_of(ask()?.as_ref())).await;
    };
    match key_thread(folder, variable).await {
        // Made with a passphrase before the variable was set: the variable opens values only.
        Err(ConsoleError::Keychain(KeychainError::Encryption(error))) => match ask() {
            Ok(passphrase) => key_thread(folder, secret_of(&passphrase)).await,
            Err(_) => Err(KeychainError::Encryption(error).into()),
        },
        opened => opened,
    }
}

async fn key_thread(
    folder: &Path,
    secret: Arc<SecretText>,
) -> Result<KeychainThread, ConsoleError> {
    let place = folder.to_owned();
    let file = off_thread(move || KeyFile::open(&place, &secret)).await??;
    Ok(KeychainThread::start(Arc::new(file))?)
}

fn key_file_secret(edge: &Edge, ask: AskForKeyFile<'_>) -> Result<Arc<SecretText>, ConsoleError> {
    match &edge.encryption_key {
        Some(variable) => Ok(Arc::clone(variable)),
        None => {
            let passphrase = ask()?;
            passphrase.check_new()?;
            Ok(secret_of(&passphrase))
        }
    }
}

fn secret_of(passphrase: &Passphrase) -> Arc<SecretText> {
    Arc::new(SecretText::new(passphrase.as_secret().expose().to_owned()))
}

/// Carries out a command under a correlation id that its caller chose (rule 9).
pub async fn under<T>(correlation_id: CorrelationId, command: impl Future<Output = T>) -> T {
    ids::under(correlation_id, command).await
}

impl Workspace {
    /// The tenants there are, without the workspace's own log.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenant_ids(&self) -> Result<Vec<TenantId>, ConsoleError> {
        Ok(self.store.tenants().await?.into_iter().map(|tenant| tenant.id).collect())
    }

    /// The session in another tenant, if the person has a role there. Anything else is recorded
    /// where the session is, and looks like a tenant that does not exist (rule 10).
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub async fn enter(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Result<Session, ConsoleError> {
        if self.log_ids().await?.contains(tenant) && self.role_of(session, tenant).await?.is_some()
        {
            return Ok(Session { tenant_id: tenant.clone(), ..session.clone() });
        }
        let asked = (ledger::ResourceType::Tenant, tenant.as_str());
        let refusal = security::SecurityError::TenantIsolation {
            fault: security::error::TenantFault::Mismatch {
                resource_tenant: tenant.to_string(),
                request_tenant: session.tenant_id.to_string(),
            },
        };
        Err(self.deny(session, asked, refusal, &self.ids.correlation()).await)
    }
}
