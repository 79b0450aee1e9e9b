//! Opening a workspace whose keys lie in a key file: its passphrase is asked for in the signing
//! window, as every other is.
//!
//! Invariant: nothing of the workspace is open before its key file is; an attempt is counted before
//! it is made, and what was given up meanwhile stays closed. No record can tell of an attempt: the
//! log is written with keys that lie in the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use security::SecurityError;
use security::error::EncryptionFault;
use security::secret::SecretText;

use super::opening::peek;
use super::signing::Asked;
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::keychain::{KeyFile, KeychainError};
use crate::opening::open_workspace;
use crate::session::off_thread;
use crate::settings;
use crate::views::{KeyStorage, SigningView};
use crate::workspace::Workspace;

/// A workspace that waits for the passphrase of its key file.
pub(super) struct OpeningKeyFile {
    folder: PathBuf,
    pub(super) view: SigningView,
}

impl Desk {
    /// The passphrase of the key file: opens the workspace.
    pub async fn answer_key_file(&self, passphrase: Passphrase) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::OpenKeyFile(opening) = asked else { return Ok(asked.view()) };
            let (edge, given) = (&self.inner.edge, passphrase.read()?);
            settings::count_key_file_attempt(edge, &opening.folder)?;
            let ask = || Ok(Arc::clone(&given));
            let opened = open_workspace(&opening.folder, edge, &ask).await.map_err(told_apart);
            if !matches!(opened, Err(ConsoleError::WrongKeyFilePassphrase)) {
                self.forget_attempts();
            }
            let workspace = opened?;
            // Given up while the key was derived: it is closed again, unseen.
            if self.state().ask_after(turn, Asked::Nothing) {
                self.remember(&opening.folder);
                self.place(workspace).await;
                self.tell(DeskEvent::SessionChanged);
            }
            Ok(SigningView::Idle {})
        })
        .await
    }

    /// The file opened, or it was not the passphrase that failed. A count that stays only makes the
    /// next slip wait.
    fn forget_attempts(&self) {
        if let Err(error) = settings::forget_key_file_attempts(&self.inner.edge) {
            tracing::warn!(%error, "the attempts at the key file stay counted");
        }
    }

    /// Asks for the passphrase of the key file of the workspace in a folder.
    pub(super) async fn ask_for_key_file(&self, folder: PathBuf) -> Result<(), ConsoleError> {
        let workspace = peek(&folder).await?;
        let view = SigningView::OpenKeyFile {
            title: hidden::drawn(&workspace.title),
            path: hidden::drawn(&KeyFile::path(&folder).display().to_string()),
            demo: workspace.demo,
        };
        self.ask(Asked::OpenKeyFile(Arc::new(OpeningKeyFile { folder, view })));
        Ok(())
    }
}

/// A key file that did not come along with its workspace, and gets a passphrase anew.
pub(super) struct LostKeyFile {
    folder: PathBuf,
    title: String,
}

impl LostKeyFile {
    pub(super) fn view(&self) -> SigningView {
        SigningView::NewKeyFile { title: hidden::drawn(&self.title), lost: true }
    }
}

/// Whether a workspace keeps its keys in a file that does not lie beside it, as after the restore of
/// a backup.
pub(super) async fn has_lost_key_file(folder: &Path) -> Result<bool, ConsoleError> {
    Ok(!KeyFile::exists(folder)? && peek(folder).await?.keys == KeyStorage::KeyFile)
}

impl Desk {
    /// Makes an empty key file where the old one is lost, by `ENCRYPTION_KEY` at once; else its new
    /// passphrase is asked for, and nothing is made before. True when it was made.
    pub(super) async fn make_key_file_anew(&self, folder: &Path) -> Result<bool, ConsoleError> {
        if let Some(variable) = self.inner.edge.encryption_key.clone() {
            self.create_key_file(folder, variable).await?;
            return Ok(true);
        }
        let lost = LostKeyFile { folder: folder.to_owned(), title: peek(folder).await?.title };
        self.ask(Asked::LostKeyFile(Arc::new(lost)));
        Ok(false)
    }

    /// Its new passphrase: the workspace is opened with it, and none of its keys are there yet.
    pub(super) async fn open_with_new_key_file(
        &self,
        turn: u64,
        lost: &LostKeyFile,
        passphrase: &security::passphrase::Passphrase,
    ) -> Result<SigningView, ConsoleError> {
        passphrase.check_new()?;
        let secret = Arc::new(SecretText::new(passphrase.as_secret().expose().to_owned()));
        self.create_key_file(&lost.folder, Arc::clone(&secret)).await?;
        let given = security::passphrase::Passphrase::from_text(secret.expose())?;
        let given = Arc::new(given);
        let ask = || Ok(Arc::clone(&given));
        let workspace = open_workspace(&lost.folder, &self.inner.edge, &ask).await?;
        if self.state().ask_after(turn, Asked::Nothing) {
            self.remember(&lost.folder);
            self.place(workspace).await;
            self.tell(DeskEvent::SessionChanged);
        }
        Ok(SigningView::Idle {})
    }

    async fn create_key_file(
        &self,
        folder: &Path,
        secret: Arc<SecretText>,
    ) -> Result<(), ConsoleError> {
        let (place, entropy) = (folder.to_owned(), Arc::clone(&self.inner.edge.entropy));
        off_thread(move || KeyFile::create(&place, &secret, entropy.as_ref())).await??;
        Ok(())
    }
}

/// True where the passphrase that a demo shows opens its key file too. It was said nowhere when the
/// demo was made, so it is tried.
pub(super) async fn opens_key_file(
    workspace: &Workspace,
    demo_passphrase: Option<&str>,
) -> Result<bool, ConsoleError> {
    let in_a_file = workspace.key_storage() == KeyStorage::KeyFile;
    let Some(shown) = demo_passphrase.filter(|_| in_a_file) else { return Ok(false) };
    let (folder, secret) = (workspace.folder().to_owned(), SecretText::new(shown.to_owned()));
    Ok(off_thread(move || KeyFile::open(&folder, &secret)).await?.is_ok())
}

/// Another passphrase than the file was made with, apart from everything else that can fail.
fn told_apart(error: ConsoleError) -> ConsoleError {
    let is_other_key = matches!(
        error,
        ConsoleError::Keychain(KeychainError::Encryption(SecurityError::Encryption {
            fault: EncryptionFault::OtherKey { .. },
        }))
    );
    if is_other_key { ConsoleError::WrongKeyFilePassphrase } else { error }
}
