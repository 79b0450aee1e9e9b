//! The error edge: what fails in the shell itself, in the words of the core's closed set of codes.
//!
//! Invariant: a page learns of every failure as an `ErrorView`, whoever failed.

use console::ErrorCode;
use console::views::ErrorView;

/// A window that cannot be opened, or a dialog that does not answer.
pub(crate) fn window(cause: &tauri::Error) -> ErrorView {
    tracing::error!(%cause, "a window did not open");
    ErrorView {
        code: ErrorCode::Unexpected,
        message: "The window did not open.".to_owned(),
        hint: "Try again; if it happens again, restart the program.".to_owned(),
        incident: String::new(),
    }
}
