//! The two windows: `main`, and `signing`, which only the core opens.
//!
//! Invariant (T5): a window shows its own page and nothing else: it navigates nowhere, opens no
//! other window and downloads nothing. The signing window has a web context of its own, so that it
//! shares neither storage, nor channels, nor process with the main one; closing it is a "no".

use std::fs;
use std::sync::Arc;

use console::notifying::Attention;
use console::settings::make_private;
use console::views::ErrorView;
use console::{Desk, ErrorCode};
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};

/// Label of the main window, which its capability names.
pub(crate) const MAIN: &str = "main";
/// Label of the signing window, which its capability names.
pub(crate) const SIGNING: &str = "signing";

/// Folders of the signing window's web context begin so; the process id follows.
const CONTEXT: &str = "signing-";

/// Opens the main window; it appears when its page is there.
pub(crate) fn open_main<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    make_private(&app.path().app_local_data_dir()?)?;
    let window = own_page(app, MAIN, "index.html")
        .title("Countersign")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 640.0)
        .build()?;
    let app = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::Focused(true) = event {
            app.state::<Arc<Attention>>().seen();
        }
        // Nothing may stay behind without the window that asked for it.
        if let WindowEvent::Destroyed = event {
            app.exit(0);
        }
    });
    Ok(())
}

/// Opens the signing window on what the core is about to ask, if anything, in front of the main one.
///
/// # Errors
/// `Unexpected` when the system opens no window; what was to be signed is then given up.
pub(crate) async fn open_signing<R: Runtime>(app: &AppHandle<R>) -> Result<(), ErrorView> {
    let opened = match app.get_webview_window(SIGNING) {
        _ if !app.state::<Desk>().asks() => Ok(()),
        // It shows an older question: its page asks the core again.
        Some(window) => window.reload().and_then(|()| window.set_focus()),
        None => new_signing(app),
    };
    let Err(cause) = opened else { return Ok(()) };
    app.state::<Desk>().cancel_signing().await?;
    tracing::error!(%cause, "a window did not open");
    Err(ErrorView {
        code: ErrorCode::Unexpected,
        message: "The window did not open.".to_owned(),
        hint: "Try again; if it happens again, restart the program.".to_owned(),
        incident: String::new(),
    })
}

/// Closes the signing window, if it is open and nothing was asked meanwhile, without cancelling
/// anything.
pub(crate) fn close_signing<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    if app.state::<Desk>().asks() {
        return Ok(());
    }
    let Some(window) = app.get_webview_window(SIGNING) else { return Ok(()) };
    window.destroy()?;
    app.get_webview_window(MAIN).map_or(Ok(()), |main| main.set_focus())
}

/// Brings the window in front that waits for the person.
pub(crate) fn focus_front<R: Runtime>(app: &AppHandle<R>) {
    let front = app.get_webview_window(SIGNING).or_else(|| app.get_webview_window(MAIN));
    if let Some(Err(cause)) = front.map(|window| window.unminimize().and(window.set_focus())) {
        tracing::warn!(%cause, "the window did not come to the front");
    }
}

/// Whether the person is looking at one of the windows.
pub(crate) fn is_in_front<R: Runtime>(app: &AppHandle<R>) -> bool {
    let mut windows = [MAIN, SIGNING].into_iter().filter_map(|label| app.get_webview_window(label));
    windows.any(|window| window.is_focused().unwrap_or(false))
}

/// Removes what signing windows left on the disk. It was nothing of value: their page stores
/// nothing, but a browser keeps cookies and caches for whom it likes.
pub(crate) fn remove_left_overs<R: Runtime>(app: &AppHandle<R>) {
    let entries = app.path().app_local_data_dir().map(fs::read_dir);
    for entry in entries.into_iter().flatten().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(CONTEXT) {
            // A leftover harms nobody, and the next start tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn new_signing<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let context = format!("{CONTEXT}{}", std::process::id());
    let context = app.path().app_local_data_dir()?.join(context);
    make_private(&context)?;
    let mut builder = own_page(app, SIGNING, "signing.html")
        .title("Countersign: opening")
        .inner_size(560.0, 720.0)
        .min_inner_size(560.0, 640.0)
        .center()
        .minimizable(false)
        // The page names what it asks once it can be typed into; it knows nothing but our own words.
        .on_document_title_changed(|window, title| {
            if let Err(cause) = window.set_title(&title) {
                tracing::warn!(%cause, "the signing window keeps its title");
            }
        })
        .data_directory(context);
    if let Some(main) = app.get_webview_window(MAIN) {
        builder = builder.parent(&main)?;
    }
    let window = builder.build()?;
    let app = app.clone();
    window.on_window_event(move |event| {
        // Asked for by the person only: `close_signing` destroys without asking.
        if let WindowEvent::CloseRequested { .. } = event {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                if let Err(cause) = app.state::<Desk>().cancel_signing().await {
                    tracing::warn!(code = ?cause.code, "the signing was not cancelled");
                }
            });
        }
    });
    Ok(())
}

/// A hidden window on one of our pages, which appears when the page is loaded.
fn own_page<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    label: &str,
    page: &'static str,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .visible(false)
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| is_own(url, page))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished
                && let Err(cause) = window.show().and_then(|()| window.set_focus())
            {
                tracing::error!(%cause, "the window did not appear");
            }
        })
}

/// Whether an address is the window's own page: Tauri's scheme, or what stands for it on Windows.
#[must_use]
pub fn is_own(url: &Url, page: &str) -> bool {
    let ours = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    let path = url.path().trim_start_matches('/');
    ours && (path == page || (path.is_empty() && page == "index.html"))
}
