//! Commands of the inbox and of a review.
//!
//! Invariant: deciding opens the signing window, which alone can sign.

use console::views::{
    DecisionDraft, DiffView, HistoryView, InboxFilter, InboxTab, InboxView, ReviewPart, ReviewView,
};
use tauri::{AppHandle, Runtime};

use super::{Answer, Core};
use crate::windows;

#[tauri::command]
#[specta::specta]
pub(crate) async fn inbox(
    desk: Core<'_>,
    tab: InboxTab,
    filter: InboxFilter,
    after: Option<String>,
) -> Answer<InboxView> {
    desk.inbox(tab, filter, after).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_review(desk: Core<'_>, request_id: String) -> Answer<ReviewView> {
    desk.open_review(request_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_part(desk: Core<'_>, review_id: String, part: ReviewPart) -> Answer<()> {
    desk.open_part(review_id, part).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn review_changes(
    desk: Core<'_>,
    review_id: String,
    base: Option<String>,
) -> Answer<DiffView> {
    desk.review_changes(review_id, base).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn review_history(desk: Core<'_>, review_id: String) -> Answer<Vec<HistoryView>> {
    desk.review_history(review_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn acknowledge_hidden(desk: Core<'_>, review_id: String) -> Answer<ReviewView> {
    desk.acknowledge_hidden(review_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn decide<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
    review_id: String,
    decision: DecisionDraft,
) -> Answer<()> {
    desk.decide(review_id, decision).await?;
    windows::open_signing(&app).await
}
