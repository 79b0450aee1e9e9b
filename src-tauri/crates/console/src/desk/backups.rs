//! Backups: made by an admin of the workspace, and made a workspace again from the first page.
//!
//! Invariant: a path comes from the system's dialog and goes to no page. A backup replaces no file,
//! and is restored into a folder of its own: what was there stays. What the restored copy lacks is
//! told by the alarms of its logs, or by its having no keys here.

use std::path::PathBuf;
use std::sync::Arc;

use super::artefacts::per_mille;
use super::at_work::AtWork;
use super::creating::{free_place, slug};
use super::reading::count;
use super::{Answer, Desk, DeskEvent, Progress};
use crate::backing_up::{BackupStep, BackupWatch, examine_backup, restore_backup};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{BackupView, ProgressView, SessionView};
use crate::words::grouped;

impl Desk {
    /// A name for a backup made today. Refused to anybody but an ADMIN of the workspace, before
    /// they choose a place.
    pub async fn backup_name(&self) -> Answer<String> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let asked = (ledger::ResourceType::Workspace, workspace.id().as_str());
            let correlation_id = workspace.ids.correlation();
            workspace.workspace_permit(&session, asked, &correlation_id).await?;
            let today = self.inner.edge.clock.now().to_string();
            let day = today.get(..10).unwrap_or_default();
            Ok(format!("{}-{day}.countersign-backup", slug(&workspace.view().title)))
        })
        .await
    }

    /// Writes a backup to a new file; without a path the person turned back.
    pub async fn back_up(
        &self,
        path: Option<PathBuf>,
        progress: Progress,
    ) -> Answer<Option<BackupView>> {
        self.answer(async {
            let Some(path) = path else { return Ok(None) };
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let made = workspace.back_up(&session, &path, &self.watched(progress)).await;
            self.tell(DeskEvent::SessionChanged);
            self.tell(DeskEvent::RecordsChanged);
            let made = made?;
            let name = made.path.file_name().unwrap_or_default().to_string_lossy();
            Ok(Some(BackupView {
                name: hidden::drawn(&name),
                seq: count(made.seq),
                records: count(made.records),
            }))
        })
        .await
    }

    /// Makes a workspace from a backup in a new folder, and opens it; without a path the person
    /// turned back.
    pub async fn restore_backup(
        &self,
        path: Option<PathBuf>,
        progress: Progress,
    ) -> Answer<Option<SessionView>> {
        self.answer(async {
            let Some(path) = path else { return Ok(None) };
            if self.state().workspace.is_some() {
                return Err(ConsoleError::Input {
                    what: "workspace",
                    reason: "one is open: close it first",
                });
            }
            let row = examine_backup(&path).await?;
            let folder = free_place(&self.data_folder()?, &slug(&row.title));
            restore_backup((&path, &row), &folder, &self.watched(progress)).await?;
            self.open_at(folder).await?;
            let open = self.state().workspace.clone();
            if let Some(workspace) = open {
                workspace.note_restored().await?;
            }
            self.session_view().await.map(Some)
        })
        .await
    }

    /// Tells the page how far it is; the page may stop it.
    fn watched(&self, progress: Progress) -> BackupWatch {
        let stop = self.state().begin_work();
        let told = move |step| {
            let (done, total, text) = match step {
                BackupStep::Copying(now) => {
                    (u64::from(now.done), u64::from(now.total), "Copying".to_owned())
                }
                BackupStep::Verifying(now) => {
                    let (done, total) = (grouped(now.done), grouped(now.total));
                    (now.done, now.total, format!("Verifying: {done} of {total} records"))
                }
            };
            // Nothing is known yet of the whole.
            let per_mille = if total == 0 { 0 } else { per_mille(done, total) };
            progress(ProgressView { per_mille, text });
        };
        BackupWatch::new(Arc::new(told), stop)
    }
}
