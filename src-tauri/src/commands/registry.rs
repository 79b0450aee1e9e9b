//! Commands of the registries of models and prompts.
//!
//! Invariant: a path chosen in a dialog reaches the core and no page; revealing what is protected
//! opens the signing window.

use console::views::{
    ArtefactView, DiffView, ModelCardView, ModelDraft, ProgressView, PromptDraft, PromptTextView,
    RegistryFilter, RegistryPage, RenderDraft, RenderedView, RequestedView, ReviewView,
    SectionView, SubjectPage, TimelineView, WhitespaceView,
};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{Answer, Core, told_to};
use crate::dialogs::{self, ArtefactChoice};

asks! {
    models(after: Option<String>, filter: Option<RegistryFilter>) -> RegistryPage;
    model(name: String) -> SubjectPage;
    model_diff(name: String, left: String, right: String, whitespace: WhitespaceView) -> DiffView;
    prompts(after: Option<String>, filter: Option<RegistryFilter>) -> RegistryPage;
    prompt(name: String) -> SubjectPage;
    model_card(name: String, version: String) -> ModelCardView;
    card_sections(card: String, tier: String) -> Vec<SectionView>;
    prompt_text(name: String, version: u32) -> PromptTextView;
    prompt_diff(name: String, left: u32, right: u32, whitespace: WhitespaceView) -> DiffView;
    prompt_draft_diff(name: String, text: String, whitespace: WhitespaceView) -> DiffView;
    render_prompt(draft: RenderDraft) -> RenderedView;
    timeline(kind: String, name: String) -> TimelineView;
    register_model(draft: ModelDraft, idempotency_key: String) -> RequestedView;
    save_prompt(draft: PromptDraft, idempotency_key: String) -> RequestedView;
}

asks_to_sign! {
    reveal(kind: String, name: String, version: String);
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
pub(crate) async fn check_artefact<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    review_id: String,
    choice: ArtefactChoice,
    progress: Channel<ProgressView>,
) -> Answer<Option<ReviewView>> {
    desk.check_artefact(review_id, dialogs::artefact(&app, choice).await, told_to(progress)).await
}
