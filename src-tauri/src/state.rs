//! The one state of the program: the desk, and what it says without being asked.
//!
//! Invariant: the desk is made once, after a second start has been turned away, with everything
//! from outside in its hands. Events carry nothing: the page asks again and gets what it may see.
//! What the window and the desktop are told is a number and one sentence.

use std::sync::Arc;

use console::notifying::Attention;
use console::{Desk, DeskEvent, Edge};
use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::{attention, windows};

/// Makes the desk and hands it to the commands.
pub(crate) fn manage<R: Runtime>(app: &AppHandle<R>, edge: Edge) {
    let listener = app.clone();
    app.manage(Arc::new(Attention::of_this_desktop()));
    app.manage(Desk::new(edge, Arc::new(move |event| tell(&listener, event))));
}

fn tell<R: Runtime>(app: &AppHandle<R>, event: DeskEvent) {
    attention::count(app);
    let told = match event {
        DeskEvent::SessionChanged => app.emit_to(windows::MAIN, "session-changed", ()),
        DeskEvent::RecordsChanged => app.emit_to(windows::MAIN, "records-changed", ()),
        DeskEvent::SigningFinished => windows::close_signing(app)
            .and_then(|()| app.emit_to(windows::MAIN, "signing-finished", ())),
        DeskEvent::LinkArrived => app.emit_to(windows::MAIN, "link-arrived", ()),
        DeskEvent::SomethingWaits => {
            attention::tell_desktop(app);
            Ok(())
        }
    };
    if let Err(cause) = told {
        tracing::warn!(%cause, ?event, "a window was not told");
    }
}
