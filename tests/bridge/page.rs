//! ui's built page, the packaged content security policy, and what each window may call: all read
//! from the files that are packaged.
//!
//! Invariant: the policy is passed on to the letter.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::stage::Window;

/// The files of `ui/dist` by their address.
pub(crate) struct Page {
    pub(crate) policy: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Page {
    /// Reads all of it: it is small, and no address leads out of it.
    pub(crate) fn load() -> Outcome<Self> {
        let configuration = json("tauri.conf.json")?;
        let policy = configuration["app"]["security"]["csp"].as_str().ok_or("no policy")?;
        let mut files = BTreeMap::new();
        let folder = tests::root().join("ui/dist");
        gather(&folder, "", &mut files)
            .map_err(|cause| format!("{}: {cause} (build the page first)", folder.display()))?;
        Ok(Self { policy: policy.to_owned(), files })
    }

    /// The type and the bytes of a file.
    pub(crate) fn file(&self, address: &str) -> Option<(&'static str, &[u8])> {
        let bytes = self.files.get(address)?;
        let kind = match address.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript",
            "css" => "text/css",
            "woff2" => "font/woff2",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Some((kind, bytes))
    }
}

/// The commands that a window's capability lists.
pub(crate) fn allowed(window: Window) -> Outcome<BTreeSet<String>> {
    let capability = json(&format!("capabilities/{}.json", window.label()))?;
    let permissions = capability["permissions"].as_array().ok_or("no permissions")?;
    let names = permissions.iter().filter_map(Value::as_str);
    let commands = names.filter_map(|name| name.strip_prefix("allow-"));
    Ok(commands.map(|name| name.replace('-', "_")).collect())
}

fn json(path: &str) -> Outcome<Value> {
    let path = tests::root().join("src-tauri").join(path);
    let bytes = fs::read(&path).map_err(|cause| format!("{}: {cause}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|cause| format!("{}: {cause}", path.display()))
}

fn gather(
    folder: &Path,
    before: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let address = format!("{before}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &address, files)?;
        } else {
            files.insert(address, fs::read(entry.path())?);
        }
    }
    Ok(())
}
