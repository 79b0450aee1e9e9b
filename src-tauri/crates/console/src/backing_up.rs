//! A backup: one file with everything of one moment, checked before it stands under its name.
//!
//! Invariant: `backup.create` is on record, and signed over, before the copy is taken, so that the
//! copy holds its own making; a copy that does not hold is never named. It replaces no file. It
//! holds no key: values in it stay sealed, and whoever restores it elsewhere needs the recovery kit.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use governance::audit::RecordDraft;
use ledger::{Action, Actor, ResourceType, TenantId};
use serde_json::{Map, Value, json};
use store::{CopyProgress, CopyWatch, SqliteStore, Store, Unfinished, WorkspaceRow};
use tempfile::NamedTempFile;

use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::rereading::LogProgress;
use crate::session::{Session, off_thread};
use crate::workspace::Workspace;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Where it stands.
    pub path: PathBuf,
    /// The `backup.create` in the workspace's own log.
    pub seq: u64,
    /// Records that it holds, of all logs.
    pub records: u64,
}

/// What a backup is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupStep {
    /// Copying, in pages.
    Copying(CopyProgress),
    /// Reading the copy again from record 0.
    Verifying(LogProgress),
}

/// Whoever watches from any thread, and may stop it.
#[derive(Clone)]
pub struct BackupWatch {
    told: Arc<dyn Fn(BackupStep) + Send + Sync>,
    stop: Arc<AtomicBool>,
}

impl BackupWatch {
    /// Tells `told` how far it is, until `stop` is set.
    pub fn new(told: Arc<dyn Fn(BackupStep) + Send + Sync>, stop: Arc<AtomicBool>) -> Self {
        Self { told, stop }
    }

    fn copying(&self) -> CopyWatch {
        let watch = self.clone();
        Box::new(move |now| {
            (watch.told)(BackupStep::Copying(now));
            match watch.stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })
    }

    fn verifying(&self, now: LogProgress) -> Continue {
        (self.told)(BackupStep::Verifying(now));
        if self.stop.load(Ordering::Relaxed) { Continue::No } else { Continue::Yes }
    }
}

impl Workspace {
    /// Writes a backup to a new file, for an ADMIN of the workspace.
    ///
    /// # Errors
    /// [`ConsoleError::FileThere`]; [`ConsoleError::File`]; [`ConsoleError::WorkspaceAdminNeeded`],
    /// on record; [`ConsoleError::Alarm`] while the workspace's own log takes no record, or when
    /// the copy does not hold. Nothing stands under the name then.
    pub async fn back_up(
        &self,
        session: &Session,
        to: &Path,
        watch: &BackupWatch,
    ) -> Result<BackedUp, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Workspace, self.row.id.as_str());
        self.workspace_permit(session, asked, &correlation_id).await?;
        let to = std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
        let file = begin(&to)?;
        let mut logs = Map::new();
        for tenant in self.log_ids().await? {
            logs.insert(tenant.to_string(), json!(self.store.size(&tenant).await?));
        }
        let metadata = Map::from_iter([("logs".to_owned(), Value::Object(logs))]);
        let resource = (ResourceType::Workspace, self.row.id.to_string());
        let draft = RecordDraft::of(Action::BackupCreate, resource, "", &metadata)?;
        let own = TenantId::workspace();
        let written = self.log_alone(&own, &correlation_id, &session.person, &draft).await?;
        // The copy brings the checkpoint along that covers its making.
        self.settle().await?;
        self.store.copy_to(file.path().to_owned(), watch.copying()).await?;
        let records = self.demand_good_copy(file.path(), written.seq, watch).await?;
        off_thread(move || keep(file, &to)).await?.map(|path| BackedUp {
            path,
            seq: written.seq,
            records,
        })
    }

    /// Opens the copy to read it, and demands that it is this workspace up to where it was copied:
    /// its structure whole, every log replayed from record 0, its root the one here.
    async fn demand_good_copy(
        &self,
        file: &Path,
        made: u64,
        watch: &BackupWatch,
    ) -> Result<u64, ConsoleError> {
        let path = file.to_owned();
        let store: Arc<dyn Store> =
            Arc::new(off_thread(move || SqliteStore::open_copy(&path)).await??);
        store.check().await?;
        if store.workspace().await? != self.row {
            return Err(ConsoleError::Damaged { what: "the copy" });
        }
        let copy = self.beside(Arc::clone(&store));
        let mut records = 0;
        for tenant in self.log_ids().await? {
            let reading = copy.demand_whole(&tenant, &mut |now| watch.verifying(now)).await?;
            let least = if tenant.is_workspace() { made + 1 } else { 1 };
            let same = reading.size() >= least
                && self.stored_root(&tenant, reading.size()).await? == reading.root();
            if !same {
                return Err(ConsoleError::Damaged { what: "the copy" });
            }
            records += reading.size();
        }
        Ok(records)
    }

    /// Says that a workspace was restored from a backup, where no alarm makes an admin say so: it
    /// is as new as what this computer has seen. Gives whether it is on record.
    ///
    /// # Errors
    /// Those of store and keychain.
    pub async fn note_restored(&self) -> Result<bool, ConsoleError> {
        if self.alarms_raised() > 0 || !self.knows_own_key(&TenantId::workspace()).await? {
            return Ok(false);
        }
        let mut restored = Map::new();
        for tenant in self.log_ids().await? {
            restored.insert(tenant.to_string(), json!(self.store.size(&tenant).await?));
        }
        let metadata = Map::from_iter([
            ("given_up".to_owned(), Value::Null),
            ("restored".to_owned(), Value::Object(restored)),
        ]);
        let resource = (ResourceType::Workspace, self.row.id.to_string());
        let draft = RecordDraft::of(Action::BackupRestore, resource, "", &metadata)?;
        let own = TenantId::workspace();
        self.log_alone(&own, &self.ids.correlation(), &Actor::System, &draft).await?;
        Ok(true)
    }
}

/// A backup that is to become a workspace again: opened to read, its structure checked.
///
/// # Errors
/// Those of the store: no backup, damaged, newer, or open to others.
pub async fn examine_backup(file: &Path) -> Result<WorkspaceRow, ConsoleError> {
    let path = file.to_owned();
    let store = off_thread(move || SqliteStore::open_copy(&path)).await??;
    store.check().await?;
    Ok(store.workspace().await?)
}

/// Makes a workspace from a backup, in a new folder that nobody else can enter.
///
/// # Errors
/// Those of the store; nothing is left behind.
pub async fn restore_backup(
    (file, row): (&Path, &WorkspaceRow),
    folder: &Path,
    watch: &BackupWatch,
) -> Result<(), ConsoleError> {
    let (file, id) = (file.to_owned(), row.id.clone());
    let (folder, watch) = (folder.to_owned(), watch.copying());
    off_thread(move || {
        let unfinished = Unfinished::beside(&folder, &id)?;
        unfinished.fill_from(&file, watch)?;
        unfinished.finish()
    })
    .await??;
    Ok(())
}

/// A file beside its place, for its owner only, that goes away unless it is kept.
fn begin(to: &Path) -> Result<NamedTempFile, ConsoleError> {
    if to.symlink_metadata().is_ok() {
        return Err(ConsoleError::FileThere { path: to.display().to_string() });
    }
    let folder = to.parent().unwrap_or(Path::new("/"));
    let made = tempfile::Builder::new().prefix(".countersign-").tempfile_in(folder);
    made.map_err(|cause| failed(to, &cause))
}

fn keep(file: NamedTempFile, to: &Path) -> Result<PathBuf, ConsoleError> {
    file.as_file().sync_all().map_err(|cause| failed(to, &cause))?;
    match file.persist_noclobber(to) {
        Ok(_) => Ok(to.to_owned()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(ConsoleError::FileThere { path: to.display().to_string() })
        }
        Err(error) => Err(failed(to, &error.error)),
    }
}

fn failed(path: &Path, cause: &std::io::Error) -> ConsoleError {
    ConsoleError::File { path: path.display().to_string(), reason: cause.to_string() }
}
