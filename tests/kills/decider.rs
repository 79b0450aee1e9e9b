//! Decides until it is killed: an analyst's next prompt version, then an approver's signed decision
//! on it, through the console's own functions; after each it says so on standard output.
//!
//! Invariant: in its honest mode a line is written only after the decision was acknowledged. The
//! others are negative controls, which the parent must catch: `early` says so before it asks,
//! `state-first` uses a store that is not atomic. Passphrase and mode come by standard input.
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

use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{KeyFile, KeychainThread};
use console::login::Nobody;
use console::registering::PromptSubmission;
use console::reviewing::Verdict;
use console::session::{Session, UnlockedKey};
use console::{Edge, SecretText, Workspace};
use ledger::{Actor, Decision, Name, Part};
use security::passphrase::Passphrase;
use store::{SqliteStore, Store};
use tests::house::{ANN, BOB, CREDIT, PASSPHRASE};
use tests::logs::tenant;
use tests::state_first::StateFirst;

/// What the parent says in its three lines.
struct Told {
    folder: String,
    passphrase: String,
    mode: String,
}

fn main() {
    let mut lines = stdin().lines().map(Result::unwrap);
    let mut line = || lines.next().unwrap();
    let told = Told { folder: line(), passphrase: line(), mode: line() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(decide_on_and_on(&told));
}

async fn decide_on_and_on(told: &Told) {
    let folder = Path::new(&told.folder);
    let secret = SecretText::new(told.passphrase.clone());
    let keys = KeyFile::open(folder, &secret).unwrap();
    let keychain = KeychainThread::start(Arc::new(keys)).unwrap();
    let edge = Edge {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keychain: keychain.clone(),
        login: Arc::new(Nobody),
        encryption_key: None,
        settings: None,
        data: None,
    };
    let store: Arc<dyn Store> = match told.mode.as_str() {
        "state-first" => Arc::new(StateFirst::open(folder)),
        _ => Arc::new(SqliteStore::open(folder).unwrap()),
    };
    let people = store.people().await.unwrap();
    let session = |name: &str| Session {
        person: people.iter().find(|person| person.title == name).unwrap().id.clone(),
        name: name.to_owned(),
        tenant_id: tenant(CREDIT),
        keyid: None,
    };
    let (ann, bob) = (session(ANN), session(BOB));
    let prompt = Name::parse("kyc-summary").unwrap();
    let versions = store.prompt_versions(&tenant(CREDIT), &prompt).await.unwrap();
    let mut version = versions.first().map_or(0, |prompt| prompt.version);
    let workspace = Workspace::open_on(store, folder, keychain, edge).await.unwrap();
    let passphrase = Arc::new(Passphrase::from_text(PASSPHRASE).unwrap());
    let bobs = Actor::clone(&bob.person);
    let key = workspace.unlock(&bobs, &tenant(CREDIT), &passphrase).await.unwrap();
    let desk = Desk { workspace, ann, bob, key, early: told.mode == "early" };
    // The first sealing derives the workspace's key: it is no part of what is measured.
    desk.decide_once(&prompt, version).await;
    loop {
        version += 1;
        desk.decide_once(&prompt, version).await;
        if version % 8 == 0 {
            desk.workspace.settle().await.unwrap();
        }
    }
}

struct Desk {
    workspace: Workspace,
    ann: Session,
    bob: Session,
    key: UnlockedKey,
    early: bool,
}

impl Desk {
    async fn decide_once(&self, name: &Name, version: u32) {
        let submission = PromptSubmission {
            name: name.clone(),
            based_on: version,
            text: format!("Summarise the file in {} sentences.\n", version + 2),
            tier: None,
            reason: format!("Change number {version}"),
        };
        let id = self.workspace.correlation();
        let written = self.workspace.write_prompt(&self.ann, &submission, id.as_str()).await;
        let request = written.unwrap().request_id;
        let mut review = self.workspace.open_review(&self.bob, &request).await.unwrap();
        review.open_part(Part::Overview);
        // One of five is rejected, so that both ends are met.
        let decision = if version % 5 == 4 { Decision::Rejected } else { Decision::Approved };
        let verdict = Verdict { decision, reason: "read and compared", seconds: 12 };
        if self.early {
            acknowledge(&format!("{request} 0 {decision}"));
        }
        let id = self.workspace.correlation();
        let decided = self.workspace.decide(&self.bob, &self.key, &review, verdict, id.as_str());
        let receipt = decided.await.unwrap();
        if !self.early {
            acknowledge(&format!("{request} {} {}", receipt.seq, receipt.status));
        }
    }
}

fn acknowledge(what: &str) {
    let mut out = stdout().lock();
    writeln!(out, "ack {what}").unwrap();
    out.flush().unwrap();
}
