//! Prepares the shell for Tauri: every command is listed, so that none is open to a window whose
//! capability does not allow it (unlisted ones would be open to all).

use tauri_build::{AppManifest, Attributes};

#[path = "src/commands/names.rs"]
#[allow(unreachable_pub, reason = "the same file is public where the shell names it")]
mod names;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    // Tauri keeps the names for as long as the build script runs.
    let commands: &'static [&'static str] = [names::MAIN, names::SIGNING].concat().leak();
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(commands));
    Ok(tauri_build::try_build(attributes)?)
}
