//! A new workspace: the first admin's passphrase, that of the key file if there is to be one, the
//! recovery kit, and only then the founding.
//!
//! Invariant: nothing is written, in keychain or on disk, before the person said that the kit is
//! saved; giving up earlier leaves nothing. The kit's lines are put together each time they are
//! shown and kept nowhere.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use governance::{Reason, Title};
use ledger::{TenantId, Timestamp};
use security::secret::SecretText;
use store::WorkspaceKind;

use super::opening::no_passphrase;
use super::signing::Asked;
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::keychain_check::check_keychain;
use crate::opening::commit_founding;
use crate::session::off_thread;
use crate::settings;
use crate::views::{
    KeyStorage, KeychainView, KitLinesView, KitSecret, SigningView, WorkspaceDraft,
};
use crate::workspace::{Founding, NewWorkspace};

/// Why the first records are written.
const FOUNDED: &str = "Workspace created";

/// A workspace that waits for the passphrase of its first admin.
pub(super) struct Creating {
    title: Title,
    tenant_id: TenantId,
    admin: Title,
    keys: KeyStorage,
    /// What trying the keychain found; none where the keys will not lie there.
    keychain: Option<KeychainView>,
}

/// A workspace whose keys are made and lie nowhere yet.
struct Prepared {
    founding: Founding,
    title: String,
    keys: KeyStorage,
    made_at: Timestamp,
}

/// A workspace that waits for the passphrase of its key file.
pub(super) struct NewKeyFile(Arc<Prepared>);

/// A workspace that waits for its kit to be kept.
pub(super) struct Kit {
    prepared: Arc<Prepared>,
    /// Of the key file; none where the keys need no passphrase.
    key_file_passphrase: Option<Arc<security::passphrase::Passphrase>>,
    saved: AtomicBool,
    printed: AtomicBool,
    tried: AtomicBool,
}

impl Creating {
    pub(super) fn view(&self) -> SigningView {
        SigningView::Create {
            title: self.title.as_str().to_owned(),
            tenant_id: self.tenant_id.to_string(),
            admin: self.admin.as_str().to_owned(),
            keys: self.keys,
            keychain: self.keychain.clone(),
        }
    }

    fn new_workspace(&self) -> Result<NewWorkspace, ConsoleError> {
        Ok(NewWorkspace {
            title: self.title.clone(),
            tenant_id: self.tenant_id.clone(),
            // The first tenant is called as it is written until somebody gives it a title.
            tenant_title: Title::parse(self.tenant_id.as_str())?,
            admin: self.admin.clone(),
            reason: Reason::parse(FOUNDED)?,
            kind: WorkspaceKind::Own,
            keys: self.keys,
        })
    }
}

impl NewKeyFile {
    pub(super) fn view(&self) -> SigningView {
        SigningView::NewKeyFile { title: self.0.title.clone(), lost: false }
    }
}

impl Kit {
    pub(super) fn view(&self) -> SigningView {
        let kit = self.prepared.founding.kit();
        SigningView::Kit {
            title: hidden::drawn(&self.prepared.title),
            made_at: self.prepared.made_at.to_string(),
            workspace_id: kit.workspace_id,
            secret: kit.secret.map(|line| line.expose().to_owned()),
            recovery: kit.recovery.expose().to_owned(),
            saved: self.saved.load(Ordering::Relaxed),
            printed: self.printed.load(Ordering::Relaxed),
            tried: self.tried.load(Ordering::Relaxed),
        }
    }

    fn asked(
        prepared: Arc<Prepared>,
        key_file_passphrase: Option<Arc<security::passphrase::Passphrase>>,
    ) -> Asked {
        Asked::Kit(Arc::new(Self {
            prepared,
            key_file_passphrase,
            saved: AtomicBool::new(false),
            printed: AtomicBool::new(false),
            tried: AtomicBool::new(false),
        }))
    }

    /// What asks for its lines in trial.
    pub(super) fn trial_view(&self) -> KitLinesView {
        let kit = self.prepared.founding.kit();
        KitLinesView {
            title: hidden::drawn(&self.prepared.title),
            workspace_id: kit.workspace_id,
            secret: match kit.secret {
                Some(_) => KitSecret::Needed,
                None => KitSecret::LeftOut,
            },
            trial: true,
        }
    }

    /// A restore in trial.
    pub(super) fn hold_against(
        &self,
        secret: &SecretText,
        recovery: &SecretText,
    ) -> Result<(), ConsoleError> {
        self.prepared.founding.try_kit(secret, recovery)?;
        self.tried.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Desk {
    /// Asks for the first admin's passphrase in the signing window.
    pub async fn create_workspace(&self, draft: WorkspaceDraft) -> Answer<()> {
        self.answer(async {
            if self.state().workspace.is_some() {
                return Err(ConsoleError::Input {
                    what: "workspace",
                    reason: "one is open: close it first",
                });
            }
            let tenant_id = TenantId::parse(&draft.tenant_id)?;
            if tenant_id.is_workspace() {
                return Err(ConsoleError::ReservedTenant);
            }
            let (title, admin) = (Title::parse(&draft.title)?, Title::parse(&draft.admin)?);
            // Where it will lie must be known before a passphrase is asked for.
            self.data_folder()?;
            let keychain = match draft.keys {
                // What it found is shown and keeps nobody: it may be unlocked by the time it is used.
                KeyStorage::Keychain => Some(check_keychain(&self.inner.edge).await),
                KeyStorage::KeyFile => None,
            };
            let creating = Creating { title, tenant_id, admin, keys: draft.keys, keychain };
            self.ask(Asked::Create(Arc::new(creating)));
            Ok(())
        })
        .await
    }

    /// The first admin's passphrase twice: makes the keys. Next comes the passphrase of the key file,
    /// if that is what will open it, else the kit.
    pub async fn answer_create(
        &self,
        passphrase: Passphrase,
        repeat: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::Create(creating) = asked else { return Ok(asked.view()) };
            let passphrase = passphrase.repeated(&repeat)?;
            let (new, edge) = (creating.new_workspace()?, self.inner.edge.clone());
            let founding = off_thread(move || Founding::prepare(new, &passphrase, &edge)).await??;
            let title = creating.title.as_str().to_owned();
            let made_at = self.inner.edge.clock.now();
            let prepared = Arc::new(Prepared { founding, title, keys: creating.keys, made_at });
            let has_variable = self.inner.edge.encryption_key.is_some();
            let next = match creating.keys {
                KeyStorage::KeyFile if !has_variable => {
                    Asked::NewKeyFile(Arc::new(NewKeyFile(prepared)))
                }
                KeyStorage::KeyFile | KeyStorage::Keychain => Kit::asked(prepared, None),
            };
            Ok(self.ask_next(turn, next))
        })
        .await
    }

    /// The new passphrase of the key file twice: shows the kit, or opens the workspace whose key file
    /// was lost.
    pub async fn answer_new_key_file(
        &self,
        passphrase: Passphrase,
        repeat: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            if let Asked::LostKeyFile(lost) = asked {
                let passphrase = passphrase.repeated(&repeat)?;
                return self.open_with_new_key_file(turn, &lost, &passphrase).await;
            }
            let Asked::NewKeyFile(new) = asked else { return Ok(asked.view()) };
            let passphrase = passphrase.repeated(&repeat)?;
            passphrase.check_new()?;
            Ok(self.ask_next(turn, Kit::asked(Arc::clone(&new.0), Some(passphrase))))
        })
        .await
    }

    /// Writes the kit to a file of its owner's choice.
    pub async fn save_kit(&self, path: PathBuf) -> Answer<SigningView> {
        self.answer(async {
            let (_, asked) = self.state().asked();
            let Asked::Kit(kit) = &asked else { return Ok(asked.view()) };
            let kept = Arc::clone(kit);
            off_thread(move || write_kit(&path, &kept)).await??;
            kit.saved.store(true, Ordering::Relaxed);
            Ok(kit.view())
        })
        .await
    }

    /// Hands the sheet of the kit to `print`, which opens the system's own dialog. Whether it came out
    /// on paper only the person sees; nothing of it is written to the disk here.
    pub async fn print_kit(
        &self,
        print: impl FnOnce() -> Result<(), String> + Send,
    ) -> Answer<SigningView> {
        self.answer(async {
            let (_, asked) = self.state().asked();
            let Asked::Kit(kit) = &asked else { return Ok(asked.view()) };
            print().map_err(|reason| ConsoleError::NotPrinted { reason })?;
            kit.printed.store(true, Ordering::Relaxed);
            Ok(kit.view())
        })
        .await
    }

    /// The kit is kept: founds the workspace, and its first admin takes the chair. What fails can
    /// be tried again with the same kit.
    pub async fn kit_saved(&self) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (_, asked) = self.state().asked();
            let Asked::Kit(kit) = asked else { return Ok(asked.view()) };
            let Prepared { founding, title, keys, .. } = &*kit.prepared;
            let folder = free_place(&self.data_folder()?, &slug(title));
            let ask = || kit.key_file_passphrase.clone().map_or_else(no_passphrase, Ok);
            let workspace =
                commit_founding(founding, &folder, &self.inner.edge, *keys, &ask).await?;
            self.remember(&folder);
            let workspace = self.place(workspace).await;
            // Whoever made the first key sits here; signing in again would tell nothing new.
            let signed_in =
                workspace.sign_in_known(founding.admin(), Some(founding.first_key()?)).await;
            let signed_in = signed_in.map(|session| self.take_seat(session));
            self.tell(DeskEvent::SessionChanged);
            signed_in.map(|()| SigningView::Idle {})
        })
        .await
    }

    /// The next step of what was answered, unless it was given up meanwhile.
    pub(super) fn ask_next(&self, turn: u64, next: Asked) -> SigningView {
        let view = next.view();
        if self.state().ask_after(turn, next) { view } else { SigningView::Idle {} }
    }

    /// The folder in which workspaces are made.
    pub(super) fn data_folder(&self) -> Result<PathBuf, ConsoleError> {
        self.inner.edge.data.clone().ok_or_else(|| ConsoleError::File {
            path: "HOME".to_owned(),
            reason: "it is not set, so there is no place for a workspace".to_owned(),
        })
    }

    /// Remembers the workspace for the next start; forgetting it loses nothing else.
    pub(super) fn remember(&self, folder: &Path) {
        if let Err(error) = settings::remember_workspace(&self.inner.edge, folder) {
            tracing::warn!(%error, "the workspace is not remembered");
        }
    }
}

/// The first of `name`, `name-2`, `name-3`… that is not there.
pub(super) fn free_place(data: &Path, name: &str) -> PathBuf {
    let first = data.join(name);
    if !first.exists() {
        return first;
    }
    (2_u32..)
        .map(|number| data.join(format!("{name}-{number}")))
        .find(|place| !place.exists())
        .unwrap_or(first)
}

/// A title as the name of a folder: "Northmere Bank" as "northmere-bank".
pub(super) fn slug(title: &str) -> String {
    let word = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { ' ' };
    let spaced: String = title.chars().map(word).collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_ascii_lowercase).collect();
    let mut slug = words.join("-");
    slug.truncate(48);
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "workspace".to_owned() } else { slug.to_owned() }
}

/// A file for its owner only; one that is there already is not written over.
fn write_kit(path: &Path, kit: &Kit) -> Result<(), ConsoleError> {
    let failed = |cause: std::io::Error| ConsoleError::File {
        path: path.display().to_string(),
        reason: cause.to_string(),
    };
    let lines = kit.prepared.founding.kit();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Ok(file) => file,
        // The dialog asked whether to replace it.
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(path).map_err(failed)?;
            options.open(path).map_err(failed)?
        }
        Err(cause) => return Err(failed(cause)),
    };
    let mut line = |label: &str, text: &str| {
        file.write_all(format!("{label}: {text}\n").as_bytes()).map_err(failed)
    };
    line("Countersign recovery kit of", &kit.prepared.title)?;
    line("Workspace", &lines.workspace_id)?;
    if let Some(secret) = &lines.secret {
        line("SECRET", secret.expose())?;
    }
    line("RECOVERY", lines.recovery.expose())?;
    file.sync_all().map_err(failed)
}
