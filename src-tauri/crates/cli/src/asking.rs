//! Who asks: passphrases from a file or typed without an echo, and the workspace they open.
//!
//! Invariant: a passphrase is read when it is needed, and kept nowhere.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::opening::AskForKeyFile;
use console::pipeline::{Asker, Passphrase, Pipeline};
use console::{ConsoleError, Edge, settings};

use crate::arguments::Global;
use crate::failure::Failure;

/// File with the passphrase of a key file.
const KEY_PASSPHRASE_FILE: &str = "COUNTERSIGN_KEY_PASSPHRASE_FILE";
/// How often a person may mistype before the program gives up.
const TRIES: usize = 3;

/// The folder asked for, else the workspace that the console opened last.
pub(crate) fn folder(global: &Global, edge: &Edge) -> Result<PathBuf, Failure> {
    let named = match &global.workspace {
        Some(named) => Some(named.clone()),
        None => settings::last_workspace(edge)?,
    };
    named.ok_or_else(|| {
        Failure::usage("No workspace is named.".to_owned(), "Name one with --workspace PATH.")
    })
}

/// Opens the workspace for whoever asks: a person, or nobody in particular.
pub(crate) async fn open(global: &Global, edge: &Edge) -> Result<Pipeline, Failure> {
    let folder = folder(global, edge)?;
    for _ in 1..TRIES {
        match open_once(global, edge, &folder).await {
            Err(failure) if failure.is_wrong_passphrase() && is_typed(global) => {
                failure.tell(global.json);
            }
            opened => return opened,
        }
    }
    open_once(global, edge, &folder).await
}

async fn open_once(global: &Global, edge: &Edge, folder: &Path) -> Result<Pipeline, Failure> {
    let asker = match &global.user {
        None => Asker::Nobody,
        Some(name) => Asker::Person { name: name.clone(), passphrase: passphrase(global, name)? },
    };
    let tenant = global.tenant.as_deref();
    Ok(Pipeline::open(folder, edge, tenant, asker, &key_file_passphrase).await?)
}

/// Opens the workspace for a person: every command but a few wants one.
pub(crate) async fn open_for_person(global: &Global, edge: &Edge) -> Result<Pipeline, Failure> {
    if global.user.is_none() {
        return Err(ConsoleError::NotSignedIn.into());
    }
    open(global, edge).await
}

/// A passphrase that is there already.
fn passphrase(global: &Global, name: &str) -> Result<Arc<Passphrase>, Failure> {
    match &global.passphrase_file {
        Some(path) => Ok(Arc::new(of_file(path)?)),
        None => Ok(Arc::new(typed(&format!("Passphrase of {name}: "))?)),
    }
}

/// A new passphrase: typed twice.
pub(crate) fn new_passphrase(global: &Global, name: &str) -> Result<Arc<Passphrase>, Failure> {
    if let Some(path) = &global.passphrase_file {
        return Ok(Arc::new(of_file(path)?));
    }
    let first = typed(&format!("New passphrase of {name}: "))?;
    let second = typed("The same again: ")?;
    if first.as_secret().expose() != second.as_secret().expose() {
        return Err(ConsoleError::PassphrasesDiffer.into());
    }
    Ok(Arc::new(first))
}

/// What opens a key file that `ENCRYPTION_KEY` does not open.
pub(crate) fn key_file_passphrase() -> Result<Arc<Passphrase>, ConsoleError> {
    let passphrase = match std::env::var_os(KEY_PASSPHRASE_FILE) {
        Some(path) => of_file(Path::new(&path)),
        None => typed("Passphrase of the key file: "),
    };
    passphrase.map(Arc::new)
}

/// True when a file names the passphrase of the key file.
pub(crate) fn has_key_passphrase_file() -> bool {
    std::env::var_os(KEY_PASSPHRASE_FILE).is_some()
}

/// The same where a file names it, for a command that asks nobody.
pub(crate) fn given_key_file_passphrase() -> Option<AskForKeyFile<'static>> {
    has_key_passphrase_file().then_some(&key_file_passphrase)
}

fn of_file(path: &Path) -> Result<Passphrase, ConsoleError> {
    let bytes = fs::read(path).map_err(|cause| ConsoleError::File {
        path: path.display().to_string(),
        reason: cause.to_string(),
    })?;
    Ok(Passphrase::from_file(&bytes)?)
}

fn typed(prompt: &str) -> Result<Passphrase, ConsoleError> {
    let answer = rpassword::prompt_password(prompt);
    let text = answer.map_err(|_| ConsoleError::NotSignedIn)?;
    Ok(Passphrase::from_text(&text)?)
}

fn is_typed(global: &Global) -> bool {
    global.passphrase_file.is_none() && io::stdin().is_terminal()
}

/// The whole text of a file that was named.
pub(crate) fn text_of(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|cause| {
        Failure::usage(
            format!("{shown} cannot be read: {cause}."),
            "Name a file that you may read.",
        )
    })?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::usage(format!("{shown} is not UTF-8 text."), "Save it as UTF-8 and try again.")
    })
}
