//! Commands that let a proof be taken away as a file; `None` when the person turned back.
//!
//! Invariant: the place comes from the system's dialog and the name from the core; a page gets
//! neither.

use console::views::{ProofDraft, SavedFileView};
use tauri::{AppHandle, Runtime};

use super::{Answer, Core};
use crate::{dialogs, windows};

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_proof<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    draft: ProofDraft,
) -> Answer<Option<SavedFileView>> {
    let name = desk.proof_name(draft.clone()).await?;
    let path = dialogs::save(&app, windows::MAIN, ("Save the proof", &name)).await;
    desk.save_proof(draft, path).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_receipt<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
) -> Answer<Option<SavedFileView>> {
    let draft = desk.receipt_proof().await?;
    let name = desk.proof_name(draft.clone()).await?;
    let path = dialogs::save(&app, windows::SIGNING, ("Save the evidence", &name)).await;
    desk.save_proof(draft, path).await
}
