//! Commands of the registries of models and prompts.
//!
//! Invariant: a path chosen in a dialog reaches the core and no page.

use console::views::{
    ArtefactView, DiffView, ModelDraft, ProgressView, PromptDraft, PromptTextView, RegistryPage,
    RequestedView, SubjectPage,
};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::dialogs::{self, ArtefactChoice};

#[tauri::command]
#[specta::specta]
pub(crate) async fn models(
    desk: Core<'_>,
    after: Option<String>,
    search: Option<String>,
) -> Answer<RegistryPage> {
    desk.models(after, search).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn model(desk: Core<'_>, name: String) -> Answer<SubjectPage> {
    desk.model(name).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn prompts(
    desk: Core<'_>,
    after: Option<String>,
    search: Option<String>,
) -> Answer<RegistryPage> {
    desk.prompts(after, search).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn prompt(desk: Core<'_>, name: String) -> Answer<SubjectPage> {
    desk.prompt(name).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn prompt_text(
    desk: Core<'_>,
    name: String,
    version: u32,
) -> Answer<PromptTextView> {
    desk.prompt_text(name, version).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn prompt_diff(
    desk: Core<'_>,
    name: String,
    left: u32,
    right: u32,
) -> Answer<DiffView> {
    desk.prompt_diff(name, left, right).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn prompt_draft_diff(
    desk: Core<'_>,
    name: String,
    text: String,
) -> Answer<DiffView> {
    desk.prompt_draft_diff(name, text).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_artefact<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    choice: ArtefactChoice,
    progress: Channel<ProgressView>,
) -> Answer<Option<ArtefactView>> {
    match dialogs::artefact(&app, choice).await {
        Some(path) => desk.hash_artefact(path, told_to(progress)).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn register_model(
    desk: Core<'_>,
    draft: ModelDraft,
    idempotency_key: String,
) -> Answer<RequestedView> {
    desk.register_model(draft, idempotency_key).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_prompt(
    desk: Core<'_>,
    draft: PromptDraft,
    idempotency_key: String,
) -> Answer<RequestedView> {
    desk.save_prompt(draft, idempotency_key).await
}
