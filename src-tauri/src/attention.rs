//! What asks for the person's attention beside the page: the number in the window's title and on its
//! badge, and a notification of the desktop.
//!
//! Invariant: a number and one fixed sentence, which the core makes; the desktop is told only while
//! none of the windows is in front.

use std::sync::Arc;

use console::Desk;
use console::notifying::{Attention, title};
use tauri::{AppHandle, Manager, Runtime};

use crate::windows;

/// Brings the number up to date. Few desktops of Linux show badges; the title says it everywhere.
pub(crate) fn count<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let waiting = app.state::<Desk>().waiting().await;
        let Some(window) = app.get_webview_window(windows::MAIN) else { return };
        let badge = (waiting > 0).then_some(i64::from(waiting));
        let shown = window.set_title(&title(waiting)).and_then(|()| window.set_badge_count(badge));
        if let Err(cause) = shown {
            tracing::warn!(%cause, "the window does not say how much waits");
        }
    });
}

/// Tells the desktop that something waits, unless the person is looking.
pub(crate) fn tell_desktop<R: Runtime>(app: &AppHandle<R>) {
    if !windows::is_in_front(app) {
        let attention = Arc::clone(&app.state::<Arc<Attention>>());
        tauri::async_runtime::spawn_blocking(move || attention.something_waits());
    }
}
