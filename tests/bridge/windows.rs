//! Stands in for the two windows: the test opens and closes the signing page as it is told here.
//!
//! Invariant: the signing window opens and closes exactly when the shell's would.

use console::views::ErrorView;

use crate::standin::AppHandle;

/// Label of the main window.
pub(crate) const MAIN: &str = "main";
/// Label of the signing window.
pub(crate) const SIGNING: &str = "signing";

/// Opens the signing window on what the core is about to ask, if anything.
pub(crate) async fn open_signing<R>(app: &AppHandle<R>) -> Result<(), ErrorView> {
    if app.desk().asks() {
        app.stage().open_signing();
    }
    Ok(())
}
