//! Writes the shell's commands anew for the bridge before it is compiled; see `source.rs`.

#[allow(unreachable_pub, reason = "the same file is a module of the bridge's own tests")]
mod source;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// Where the shell's commands stand, seen from this crate.
const COMMANDS: &str = "../src-tauri/src/commands";
/// What stands there and is no list of commands.
const OTHER: [&str; 1] = ["mod"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={COMMANDS}");
    println!("cargo:rerun-if-changed=bridge/source.rs");
    let mut sources = Vec::new();
    for entry in fs::read_dir(COMMANDS)? {
        let path = entry?.path();
        let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !OTHER.contains(&module.as_str()) {
            sources.push(source::Source { module, text: fs::read_to_string(&path)? });
        }
    }
    sources.sort_by(|one, other| one.module.cmp(&other.module));
    let macros = source::macros(&fs::read_to_string(Path::new(COMMANDS).join("mod.rs"))?)?;
    let folder = env::var_os("OUT_DIR").ok_or("cargo says no folder")?;
    fs::write(Path::new(&folder).join("commands.rs"), source::written(&macros, &sources)?)?;
    Ok(())
}
