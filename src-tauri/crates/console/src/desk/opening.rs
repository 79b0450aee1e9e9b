//! The page before any workspace is open: opening one, making the demo, and closing.
//!
//! Invariant: at most one workspace is open; closing settles its logs first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use security::SecurityError;
use security::error::EncryptionFault;
use security::passphrase::Passphrase;
use store::{SqliteStore, Store as _};

use super::creating::free_place;
use super::following;
use super::key_file::has_lost_key_file;
use super::{Answer, Desk, DeskEvent, Progress};
use crate::demo::{self, DemoKeys};
use crate::doctor::{self, Screen};
use crate::failure::ConsoleError;
use crate::keychain_check::check_keychain;
use crate::opening::{needs_passphrase, open_workspace};
use crate::session::off_thread;
use crate::settings;
use crate::views::{FirstPageView, KeyStorage, KeychainView, SessionView, WorkspaceView};
use crate::workspace::Workspace;

impl Desk {
    /// What works on this computer, and the workspace opened last.
    pub async fn first_page(&self) -> Answer<FirstPageView> {
        self.answer(async {
            let edge = &self.inner.edge;
            let folder = settings::last_workspace(edge)?;
            let health = doctor::examine(edge, Screen::There, folder.as_deref()).await;
            let last = match &folder {
                Some(folder) => peek(folder).await.ok(),
                None => None,
            };
            Ok(FirstPageView { version: env!("CARGO_PKG_VERSION").to_owned(), health, last })
        })
        .await
    }

    /// Whether the keychain of this computer keeps keys, tried now.
    pub async fn check_keychain(&self) -> Answer<KeychainView> {
        self.answer(async { Ok(check_keychain(&self.inner.edge).await) }).await
    }

    /// Opens the workspace that was opened last, or asks for the passphrase of its key file first:
    /// until it is typed, the session stays as it was.
    pub async fn open_last(&self) -> Answer<SessionView> {
        self.answer(async {
            let edge = &self.inner.edge;
            let folder = settings::last_workspace(edge)?.ok_or(ConsoleError::NoWorkspace)?;
            self.open_at(folder).await?;
            self.session_view().await
        })
        .await
    }

    /// Opens the workspace in a folder that a person chose, such as a copy from another computer;
    /// without one they turned back. From then on it is the one opened last.
    pub async fn open_folder(&self, folder: Option<PathBuf>) -> Answer<Option<SessionView>> {
        self.answer(async {
            let Some(folder) = folder else { return Ok(None) };
            self.open_at(folder).await?;
            self.session_view().await.map(Some)
        })
        .await
    }

    /// Opens a workspace where no passphrase of a key file is needed; else asks for it. A key file
    /// that did not come along is made anew first, as one that was lost.
    pub(super) async fn open_at(&self, folder: PathBuf) -> Result<(), ConsoleError> {
        let edge = &self.inner.edge;
        if has_lost_key_file(&folder).await? && !self.make_key_file_anew(&folder).await? {
            return Ok(());
        }
        if needs_passphrase(&folder, edge).await? {
            return self.ask_for_key_file(folder).await;
        }
        let workspace = open_workspace(&folder, edge, &no_passphrase).await?;
        self.remember(&folder);
        self.place(workspace).await;
        self.tell(DeskEvent::SessionChanged);
        Ok(())
    }

    /// Makes a demo of its own, and opens it.
    pub async fn open_demo(&self, keys: KeyStorage, progress: Progress) -> Answer<SessionView> {
        self.answer(async {
            let data = self.data_folder()?;
            let edge = &self.inner.edge;
            let today = edge.clock.now().to_string();
            let day = today.get(..10).unwrap_or_default();
            let folder = free_place(&data, &format!("demo-{day}"));
            let keys = match keys {
                KeyStorage::Keychain => DemoKeys::Keychain,
                KeyStorage::KeyFile => DemoKeys::KeyFile { secret: None },
            };
            let made = demo::create(&folder, edge, keys, progress).await?;
            let secret = made.people.first().map(|person| Arc::clone(&person.passphrase));
            let ask = move || match &secret {
                Some(secret) => Ok(Arc::new(Passphrase::from_text(secret.expose())?)),
                None => no_passphrase(),
            };
            let workspace = open_workspace(&folder, edge, &ask).await?;
            self.remember(&folder);
            self.place(workspace).await;
            self.tell(DeskEvent::SessionChanged);
            self.session_view().await
        })
        .await
    }

    /// Signs out and closes the workspace.
    pub async fn close_workspace(&self) -> Answer<SessionView> {
        self.answer(async {
            self.close().await;
            self.tell(DeskEvent::SigningFinished);
            self.tell(DeskEvent::SessionChanged);
            self.session_view().await
        })
        .await
    }

    /// Puts a workspace on the desk, in place of the one that lay there and of what was asked.
    pub(super) async fn place(&self, workspace: Workspace) -> Arc<Workspace> {
        self.close().await;
        self.tell(DeskEvent::SigningFinished);
        let workspace = Arc::new(workspace);
        self.state().workspace = Some(Arc::clone(&workspace));
        self.inner.settle(&workspace).await;
        let (desk, followed) = (Arc::downgrade(&self.inner), Arc::downgrade(&workspace));
        drop(tokio::spawn(following::follow(desk, followed)));
        workspace
    }

    async fn close(&self) {
        self.leave_seat().await;
        let workspace = self.state().close();
        if let Some(workspace) = workspace.filter(|workspace| workspace.is_unsettled()) {
            self.inner.settle(&workspace).await;
        }
    }
}

/// Title and place of a workspace, without its keys.
pub(super) async fn peek(folder: &Path) -> Result<WorkspaceView, ConsoleError> {
    let place = folder.to_owned();
    let store = off_thread(move || SqliteStore::open(&place)).await??;
    Ok(Workspace::view_of(&store.workspace().await?, folder))
}

/// For keys that need no passphrase: in the keychain, or in a file that `ENCRYPTION_KEY` opens.
pub(super) fn no_passphrase() -> Result<Arc<Passphrase>, ConsoleError> {
    Err(SecurityError::Encryption { fault: EncryptionFault::KeyMissing }.into())
}
