//! Rotates the workspace secret until it is killed: goes on with the rotation that it finds, or
//! begins one; after each it says so on standard output, and begins the next.
//!
//! Invariant: what it does is what `key rotate` does, through the console's own functions. In the
//! mode `removed-first`, the negative control, its keychain gives the old secret up as soon as the
//! new one is written; the parent must find values lost. Passphrase and mode come by standard input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program of the tests: whatever fails here fails the test that started it"
)]

use std::io::{Write as _, stdin, stdout};
use std::path::Path;
use std::sync::Arc;

use console::artefact::Continue;
use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{Kept, KeyFile, Keychain, KeychainError, KeychainThread};
use console::session::Session;
use console::workspace::Rotated;
use console::{ConsoleError, Edge, SecretText, Workspace};
use store::{SqliteStore, Store as _};
use tests::house::{ADA, CREDIT};
use tests::logs::tenant;

fn main() {
    let mut lines = stdin().lines().map(Result::unwrap);
    let mut line = || lines.next().unwrap();
    let (folder, passphrase, mode) = (line(), line(), line());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(rotate_on_and_on(&folder, passphrase, &mode));
}

async fn rotate_on_and_on(folder: &str, passphrase: String, mode: &str) {
    let folder = Path::new(folder);
    let file = KeyFile::open(folder, &SecretText::new(passphrase)).unwrap();
    let keys: Arc<dyn Keychain> = match mode {
        "removed-first" => Arc::new(RemovedFirst(file)),
        _ => Arc::new(file),
    };
    let keychain = KeychainThread::start(keys).unwrap();
    let edge = Edge {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keychain: keychain.clone(),
        encryption_key: None,
        settings: None,
        data: None,
        login: std::sync::Arc::new(console::login::Nobody),
    };
    let store = Arc::new(SqliteStore::open(folder).unwrap());
    let people = store.people().await.unwrap();
    let ada = Session {
        person: people.iter().find(|person| person.title == ADA).unwrap().id.clone(),
        name: ADA.to_owned(),
        tenant_id: tenant(CREDIT),
        keyid: None,
    };
    let workspace = Workspace::open_on(store, folder, keychain, edge).await.unwrap();
    say("open");
    loop {
        match workspace.new_secret(&ada).await {
            Ok(new) => {
                say("made");
                workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
            }
            Err(ConsoleError::RotationUnderWay) => {}
            Err(error) => panic!("{error}"),
        }
        say("under-way");
        let mut watch = |now: console::workspace::RotationProgress| {
            say(&format!("progress {} {}", now.done, now.total));
            Continue::Yes
        };
        let rotated = workspace.continue_rotation(&ada, &mut watch).await.unwrap();
        assert_eq!(rotated, Rotated::Finished);
        say("rotated");
        workspace.settle().await.unwrap();
    }
}

/// A keychain in which the new secret takes the place of the old one at once.
struct RemovedFirst(KeyFile);

impl Keychain for RemovedFirst {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.0.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        let parts: Vec<&str> = account.split('/').collect();
        if let ["workspace-secret", workspace, _] = parts.as_slice() {
            self.0.write(&format!("workspace-secret/{workspace}"), value)?;
        }
        self.0.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.0.delete(account)
    }

    fn describe(&self) -> Kept {
        self.0.describe()
    }
}

fn say(what: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{what}").unwrap();
    out.flush().unwrap();
}
