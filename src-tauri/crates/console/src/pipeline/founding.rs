//! New workspaces from the command line: a bank's own, and the demo.
//!
//! Invariant: nothing is committed before everything typed was found good; the kit is given once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use governance::text::{Reason, Title};
use ledger::TenantId;
use security::secret::SecretText;
use serde::Serialize;
use store::WorkspaceKind;

use super::Passphrase;
use crate::demo::{self, DemoKeys, Progress};
use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::opening::{AskForKeyFile, commit_founding};
use crate::session::off_thread;
use crate::views::KeyStorage;
use crate::workspace::{Founding, NewWorkspace, RecoveryKit};

/// A workspace as typed.
#[derive(Debug, Clone)]
pub struct NewWorkspaceTexts {
    /// Title.
    pub title: String,
    /// First tenant.
    pub tenant_id: String,
    /// First admin.
    pub admin: String,
    /// Why.
    pub reason: String,
    /// Where the keys go.
    pub keys: KeyStorage,
}

/// A workspace that was made, with what is shown once.
pub struct Founded {
    /// Its folder.
    pub workspace: PathBuf,
    /// The recovery kit.
    pub kit: RecoveryKit,
}

/// The demo that was made.
#[derive(Serialize)]
pub struct Demo {
    /// Its folder.
    pub workspace: String,
    /// Its people.
    pub people: Vec<DemoPerson>,
}

/// A person of the demo.
#[derive(Serialize)]
pub struct DemoPerson {
    /// Name.
    pub name: String,
    /// Passphrase, made for this demo.
    pub passphrase: String,
    /// Roles.
    pub roles: Vec<DemoRole>,
}

/// A role of a person of the demo.
#[derive(Serialize)]
pub struct DemoRole {
    /// Tenant.
    pub tenant_id: String,
    /// Role.
    pub role: String,
}

impl Founded {
    /// Makes a workspace in a folder that is absent or empty.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing is left behind.
    pub async fn make(
        folder: &Path,
        texts: &NewWorkspaceTexts,
        passphrase: Arc<Passphrase>,
        edge: &Edge,
        ask: AskForKeyFile<'_>,
    ) -> Result<Self, ConsoleError> {
        let tenant_title = Title::parse(&texts.tenant_id)?;
        let new = NewWorkspace {
            title: Title::parse(&texts.title)?,
            tenant_id: TenantId::parse(&texts.tenant_id)?,
            tenant_title,
            admin: Title::parse(&texts.admin)?,
            reason: Reason::parse(&texts.reason)?,
            kind: WorkspaceKind::Own,
            keys: texts.keys,
        };
        let for_keys = edge.clone();
        let founding = off_thread(move || Founding::prepare(new, &passphrase, &for_keys)).await??;
        let kit = founding.kit();
        commit_founding(&founding, folder, edge, texts.keys, ask).await?;
        Ok(Self { workspace: folder.to_owned(), kit })
    }
}

impl Demo {
    /// Makes the demo in a folder that is absent or empty.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing is left behind.
    pub async fn make(
        folder: &Path,
        keys: KeyStorage,
        key_file_secret: Option<Arc<SecretText>>,
        edge: &Edge,
        progress: Progress,
    ) -> Result<Self, ConsoleError> {
        let keys = match keys {
            KeyStorage::Keychain => DemoKeys::Keychain,
            KeyStorage::KeyFile => DemoKeys::KeyFile { secret: key_file_secret },
        };
        let report = demo::create(folder, edge, keys, progress).await?;
        let person = |person: demo::DemoPersonReport| DemoPerson {
            passphrase: person.passphrase.expose().to_owned(),
            roles: person
                .roles
                .into_iter()
                .map(|(tenant_id, role)| DemoRole { tenant_id, role })
                .collect(),
            name: person.name,
        };
        Ok(Self {
            workspace: report.workspace.display().to_string(),
            people: report.people.into_iter().map(person).collect(),
        })
    }
}
