//! `init` and `demo`: new workspaces.
//!
//! Invariant: the only secrets ever printed are the kit of `init` and the passphrases of `demo`,
//! each once, on standard output.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::pipeline::{Demo as DemoMade, Founded, NewWorkspaceTexts};
use console::views::{KeyStorage, ProgressView};
use console::{Edge, SecretText};
use serde_json::json;

use crate::arguments::{Demo, Global, Init};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;
use crate::progress;

/// `countersign init`
pub(crate) async fn init(
    init: &Init,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let hint = "Name the folder to make with --workspace PATH.";
    let folder = global.workspace.clone();
    let folder = folder.ok_or_else(|| Failure::usage("No folder is named.".to_owned(), hint))?;
    let folder = free(&folder)?;
    let titled = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let texts = NewWorkspaceTexts {
        title: init.name.clone().or(titled).unwrap_or_default(),
        tenant_id: global.tenant.clone().unwrap_or_else(|| "main".to_owned()),
        admin: init.admin.clone(),
        reason: init.reason.clone(),
        keys: keys(init.key_file, edge),
    };
    let passphrase = asking::new_passphrase(global.passphrase_file.as_deref(), &init.admin)?;
    let ask = &asking::key_file_passphrase;
    let founded = Founded::make(&folder, &texts, passphrase, edge, ask).await?;
    let secret = founded.kit.secret.as_ref().map(SecretText::expose);
    let answer = json!({
        "workspace": founded.workspace.display().to_string(),
        "workspace_id": founded.kit.workspace_id,
        "tenant_id": texts.tenant_id,
        "kit": {"secret": secret, "recovery": founded.kit.recovery.expose()},
    });
    output.document(&answer, |_| {
        let secret = secret.map_or_else(
            || "SECRET is not in the kit: it is ENCRYPTION_KEY, keep that.".to_owned(),
            |line| format!("SECRET   {line}"),
        );
        format!(
            "Made {} with tenant {}.\n\nRecovery kit of workspace {}. Write both lines down now; \
             they are never shown again.\n{secret}\nRECOVERY {}",
            founded.workspace.display(),
            texts.tenant_id,
            founded.kit.workspace_id,
            founded.kit.recovery.expose(),
        )
    })?;
    Ok(Status::Done)
}

/// `countersign demo`
pub(crate) async fn demo(demo: &Demo, edge: &Edge, output: &mut Output) -> Result<Status, Failure> {
    let folder = match &demo.into {
        Some(folder) => free(folder)?,
        None => own_place(edge)?,
    };
    let keys = keys(demo.key_file, edge);
    let secret = match keys {
        KeyStorage::KeyFile
            if edge.encryption_key.is_none() && asking::has_key_passphrase_file() =>
        {
            let passphrase = asking::key_file_passphrase()?;
            Some(Arc::new(SecretText::new(passphrase.as_secret().expose().to_owned())))
        }
        KeyStorage::KeyFile | KeyStorage::Keychain => None,
    };
    let watch = Arc::new(|view: ProgressView| {
        progress::show(u64::from(view.per_mille), 1000, &view.text);
    });
    let made = DemoMade::make(&folder, keys, secret, edge, watch).await;
    progress::clear();
    output.document(&made?, |made| {
        let mut text = format!("Made the demo at {}.\n", made.workspace);
        for person in &made.people {
            let roles = person.roles.iter();
            let roles: Vec<String> =
                roles.map(|role| format!("{} in {}", role.role, role.tenant_id)).collect();
            text.push_str(&format!(
                "\n{}\t{}\t{}",
                person.name,
                person.passphrase,
                roles.join(", ")
            ));
        }
        text
    })?;
    Ok(Status::Done)
}

/// Keys lie in a file when that was asked for, or when `ENCRYPTION_KEY` is set.
fn keys(key_file: bool, edge: &Edge) -> KeyStorage {
    if key_file || edge.encryption_key.is_some() {
        KeyStorage::KeyFile
    } else {
        KeyStorage::Keychain
    }
}

/// A folder that is absent or empty.
fn free(folder: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(folder).map_err(|cause| Failure::unexpected(&cause))?;
    let taken = std::fs::read_dir(&absolute).is_ok_and(|mut entries| entries.next().is_some());
    if taken || absolute.is_file() {
        let message = format!("{} is not an empty folder.", absolute.display());
        return Err(Failure::usage(message, "Name a folder that is absent or empty."));
    }
    Ok(absolute)
}

/// The first free place for a demo among this program's own.
fn own_place(edge: &Edge) -> Result<PathBuf, Failure> {
    let hint = "Name a folder with --into DIR.";
    let data = edge.data.as_ref();
    let data = data.ok_or_else(|| Failure::usage("There is no home folder.".to_owned(), hint))?;
    let names = std::iter::once("demo".to_owned()).chain((2..100).map(|n| format!("demo-{n}")));
    let mut places = names.map(|name| data.join(name)).filter(|place| !place.exists());
    places.next().ok_or_else(|| Failure::usage("There are too many demos.".to_owned(), hint))
}
