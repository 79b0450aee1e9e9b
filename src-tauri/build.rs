//! Prepares the shell for Tauri: every command that is registered is listed, so that none is open to a
//! window whose capability does not allow it (unlisted ones would be open to all).

use std::error::Error;
use std::fs;

use tauri_build::{AppManifest, Attributes};

/// Where the commands are registered.
const COMMANDS: &str = "src/commands/mod.rs";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={COMMANDS}");
    // Tauri keeps the names for as long as the build script runs.
    let names: &'static str = registered(&fs::read_to_string(COMMANDS)?)?.leak();
    let names: &'static [&'static str] = names.lines().collect::<Vec<_>>().leak();
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(names));
    Ok(tauri_build::try_build(attributes)?)
}

/// The names of what `collect_commands!` is given, one a line: of `inbox::decide::<Runtime>`, `decide`.
fn registered(text: &str) -> Result<String, &'static str> {
    let (_, list) = text.split_once("collect_commands![").ok_or("no command is registered")?;
    let (list, _) = list.split_once("];").ok_or("the list of commands has no end")?;
    let paths = list.split(',').map(str::trim).filter(|path| !path.is_empty());
    let names = paths.map(|path| {
        let path = path.split("::<").next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default()
    });
    Ok(names.collect::<Vec<_>>().join("\n"))
}
