//! Commands of the workspace secret: what it is, and its rotation.
//!
//! Invariant: a rotation begins in the signing window; the page only carries it on.

use console::views::{KeyStatusView, ProgressView};
use tauri::ipc::Channel;

use super::{Answer, Core, told_to};

asks! {
    key_status() -> KeyStatusView;
}

asks_to_sign! {
    rotate_secret();
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_rotation(
    desk: Core<'_>,
    progress: Channel<ProgressView>,
) -> Answer<KeyStatusView> {
    desk.continue_rotation(told_to(progress)).await
}
