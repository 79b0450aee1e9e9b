//! Who asks: passphrases from a file or typed without an echo, a token from the environment, and the
//! workspace they open.
//!
//! Invariant: a passphrase or token is read when it is needed, and kept nowhere.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::opening::AskForKeyFile;
use console::pipeline::{Asker, Front, Passphrase, Pipeline};
use console::{ConsoleError, Edge, SecretText, settings};

use crate::arguments::Global;
use crate::failure::Failure;

/// File with the passphrase of a key file.
const KEY_PASSPHRASE_FILE: &str = "COUNTERSIGN_KEY_PASSPHRASE_FILE";
/// The token of a pipeline's service account.
const TOKEN: &str = "COUNTERSIGN_TOKEN";
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

/// Opens the workspace for whoever asks: a person, a pipeline with its token, or nobody in
/// particular.
pub(crate) async fn open(global: &Global, edge: &Edge) -> Result<Pipeline, Failure> {
    tried(global, edge, front(global)).await.map(|(pipeline, _)| pipeline)
}

/// Opens the workspace for a person, or a pipeline in its own name: every command but a few wants
/// one.
pub(crate) async fn open_for_person(global: &Global, edge: &Edge) -> Result<Pipeline, Failure> {
    if global.user.is_none() && token().is_none() {
        return Err(ConsoleError::NotSignedIn.into());
    }
    open(global, edge).await
}

/// Opens it for a person, with the passphrase that let them in: it opens their key too.
pub(crate) async fn open_to_sign(
    global: &Global,
    edge: &Edge,
) -> Result<(Pipeline, Arc<Passphrase>), Failure> {
    let (pipeline, passphrase) = tried(for_person(global)?, edge, front(global)).await?;
    Ok((pipeline, passphrase.ok_or(ConsoleError::NotSignedIn)?))
}

/// The same for what concerns the whole workspace: no tenant has to be named.
pub(crate) async fn open_workspace_to_sign(
    global: &Global,
    edge: &Edge,
) -> Result<(Pipeline, Arc<Passphrase>), Failure> {
    let front = global.tenant.as_deref().map_or(Front::Home, Front::Named);
    let (pipeline, passphrase) = tried(for_person(global)?, edge, front).await?;
    Ok((pipeline, passphrase.ok_or(ConsoleError::NotSignedIn)?))
}

fn front(global: &Global) -> Front<'_> {
    global.tenant.as_deref().map_or(Front::Only, Front::Named)
}

fn for_person(global: &Global) -> Result<&Global, Failure> {
    // A token signs nothing, and opens nothing here.
    match global.user {
        Some(_) => Ok(global),
        None => Err(ConsoleError::NotSignedIn.into()),
    }
}

/// An open workspace, with the passphrase of the person who asks.
type Opened = (Pipeline, Option<Arc<Passphrase>>);

async fn tried(global: &Global, edge: &Edge, front: Front<'_>) -> Result<Opened, Failure> {
    let folder = folder(global, edge)?;
    for _ in 1..TRIES {
        match open_once(global, edge, &folder, front).await {
            Err(failure) if failure.is_wrong_passphrase() && is_typed(global) => {
                failure.tell(global.json);
            }
            opened => return opened,
        }
    }
    open_once(global, edge, &folder, front).await
}

async fn open_once(
    global: &Global,
    edge: &Edge,
    folder: &Path,
    front: Front<'_>,
) -> Result<Opened, Failure> {
    let (asker, passphrase) = match (&global.user, token()) {
        (None, None) => (Asker::Nobody, None),
        (None, Some(token)) => (Asker::Service { token }, None),
        (Some(name), None) => {
            let passphrase = own_passphrase(global.passphrase_file.as_deref(), name)?;
            let person = Asker::Person { name: name.clone(), passphrase: Arc::clone(&passphrase) };
            (person, Some(passphrase))
        }
        (Some(_), Some(_)) => {
            let message = format!("--user names a person, and {TOKEN} is set.");
            return Err(Failure::usage(message, "Leave out one of the two."));
        }
    };
    let pipeline = Pipeline::open(folder, edge, front, asker, &key_file_passphrase).await?;
    Ok((pipeline, passphrase))
}

/// The token, where one is set. What is no text is no token either, and is refused as one.
fn token() -> Option<SecretText> {
    let set = std::env::var_os(TOKEN)?;
    Some(SecretText::new(set.into_string().unwrap_or_default()))
}

/// A person's own passphrase, of a key that they have: from the file that was named, or typed.
pub(crate) fn own_passphrase(file: Option<&Path>, name: &str) -> Result<Arc<Passphrase>, Failure> {
    match file {
        Some(path) => Ok(Arc::new(of_file(path)?)),
        None => Ok(Arc::new(typed(&format!("Passphrase of {name}: "))?)),
    }
}

/// A new passphrase: from the file that was named, or typed twice.
pub(crate) fn new_passphrase(file: Option<&Path>, name: &str) -> Result<Arc<Passphrase>, Failure> {
    if let Some(path) = file {
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
