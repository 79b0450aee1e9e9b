//! A rotation of the workspace secret that is killed at random loses no value (issue "People, roles,
//! tenants and keys", done when 3).
//!
//! Invariant: after every kill each value opens with the secrets that lie in the key file and is the
//! one on record; whoever comes next goes on, and at the end none is left under an old key. The
//! control removes the old secret before its values are sealed anew, and is seen to lose them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use console::artefact::Continue;
use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{KeyFile, Keychain as _, KeychainThread};
use console::registering::PromptSubmission;
use console::session::Session;
use console::workspace::Rotated;
use console::{Edge, SecretText, Workspace};
use ledger::Name;
use store::{SecretStanding, SqliteStore, Store as _};
use tests::chance::Chance;
use tests::house::{ADA, CREDIT, model, person, prompt};
use tests::logs::{Reader, tenant};
use tests::size::{VARIABLE, rounds};

use crate::kills::{KEY_FILE_PASSPHRASE, Place, spin};

/// Versions of one prompt, and models with a card each: some batches.
const TEXTS: u32 = 300;
const CARDS: usize = 50;
/// In how many of a hundred kills a rotation must have been under way.
const FLOOR_PERCENT: usize = 50;

/// A workspace whose secret rotators work on, one after the other.
struct Vault {
    place: Place,
    texts: BTreeMap<u32, String>,
    cards: Vec<String>,
}

impl Vault {
    async fn new() -> Self {
        let place = Place::new().await;
        let workspace = open(&place.path).await;
        let (ada, mut texts) = (ada(), BTreeMap::new());
        for based_on in 0..TEXTS {
            let text = format!("Summarise the file in {based_on} sentences.\n");
            let submission = PromptSubmission { text: text.clone(), ..prompt("vault", based_on) };
            let key = format!("text {based_on}");
            workspace.write_prompt(&ada, &submission, &key).await.unwrap();
            texts.insert(based_on + 1, text);
        }
        let mut cards = Vec::new();
        for number in 0..CARDS {
            let name = format!("vault-{number}");
            let mut submission = model(&name, ledger::Tier::Low);
            submission.card = format!(r#"{{"intended_use":"Use {number}"}}"#);
            let key = format!("card {number}");
            workspace.register_model(&ada, &submission, &key).await.unwrap();
            cards.push(name);
        }
        workspace.settle().await.unwrap();
        Self { place, texts, cards }
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.place.path).unwrap()
    }

    /// What is lost, contradicts the record, or lies under a key that is in no use.
    async fn losses(&self) -> Vec<String> {
        let (workspace, ada, store) = (open(&self.place.path).await, ada(), self.store());
        let mut losses = Vec::new();
        let name = Name::parse("vault").unwrap();
        for (version, text) in &self.texts {
            match workspace.prompt_version_text(&ada, &name, *version).await {
                Ok(found) if found == *text => {}
                Ok(_) => losses.push(format!("text {version} is another")),
                Err(error) => losses.push(format!("text {version}: {error}")),
            }
        }
        for name in &self.cards {
            let versions =
                store.model_versions(&tenant(CREDIT), &Name::parse(name).unwrap()).await.unwrap();
            if let Err(error) = workspace.model_card_text(&ada, &versions[0]).await {
                losses.push(format!("card of {name}: {error}"));
            }
        }
        let secrets = store.secrets().await.unwrap();
        let in_use = |key_id: &String| {
            let row = secrets.iter().find(|row| row.key_id == *key_id);
            secrets.is_empty() || row.is_some_and(|row| row.standing != SecretStanding::Retired)
        };
        let counts = store.sealed_counts().await.unwrap();
        losses.extend(
            counts.keys().filter(|key_id| !in_use(key_id)).map(|key_id| format!("under {key_id}")),
        );
        if let Err(error) = store.check().await {
            losses.push(error.to_string());
        }
        losses
    }

    async fn is_under_way(&self) -> bool {
        let secrets = self.store().secrets().await.unwrap();
        secrets.iter().any(|row| row.standing == SecretStanding::Reading)
    }

    /// Goes on to the end, as the next person would.
    async fn finish(&self) {
        if self.is_under_way().await {
            let workspace = open(&self.place.path).await;
            let rotated = workspace.continue_rotation(&ada(), &mut |_| Continue::Yes).await;
            assert_eq!(rotated.unwrap(), Rotated::Finished);
            workspace.settle().await.unwrap();
        }
    }

    /// Names of the items that hold a secret.
    fn secret_items(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.place.path.join("keys.json")).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        let items = file["items"].as_object().unwrap().keys();
        items.filter(|item| item.starts_with("workspace-secret/")).cloned().collect()
    }
}

/// A rotator at work.
struct Rotator {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Rotator {
    fn start(place: &Path, mode: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rotator"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = format!("{}\n{KEY_FILE_PASSPHRASE}\n{mode}\n", place.display());
        child.stdin.take().unwrap().write_all(told.as_bytes()).unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits until it says this; gives how often it had finished a rotation by then.
    fn wait_for(&mut self, word: &str) -> usize {
        let mut finished = 0;
        loop {
            let line = self.lines.next().expect("it rotates until it is killed").unwrap();
            finished += usize::from(line == "rotated");
            if line.starts_with(word) {
                return finished;
            }
        }
    }

    /// Kills it (SIGKILL); gives how many rotations it had still finished.
    fn kill(mut self) -> usize {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(!status.success(), "it ended by itself");
        self.lines.filter(|line| line.as_ref().unwrap() == "rotated").count()
    }
}

fn ada() -> Session {
    Session {
        person: person(ADA).clone(),
        name: ADA.to_owned(),
        tenant_id: tenant(CREDIT),
        keyid: None,
    }
}

/// The workspace as a program finds it that was just started.
async fn open(place: &Path) -> Workspace {
    let keys = KeyFile::open(place, &SecretText::new(KEY_FILE_PASSPHRASE.to_owned())).unwrap();
    let keychain = KeychainThread::start(Arc::new(keys)).unwrap();
    let edge = Edge {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keychain: keychain.clone(),
        encryption_key: None,
        settings: None,
        data: None,
        login: std::sync::Arc::new(console::login::Nobody),
    };
    Workspace::open(place, keychain, edge).await.unwrap()
}

/// When a rotator is killed: this long after it said this word so many times. Most moments are told
/// by batches, so that a slow computer meets as many of them as a fast one.
fn moment(chance: &mut Chance) -> (&'static str, usize, Duration) {
    let (word, times, longest_micros) = match chance.below(10) {
        // At any time from its start on: keys are derived, the new secret is written.
        0 => ("open", 1, 900_000),
        1 => ("made", 1, 60_000),
        // While values are sealed anew, the old secret removed, and the end recorded.
        2 => ("under-way", 1, 500_000),
        3..=7 => ("progress", 1 + chance.below(3), 6_000),
        8 => ("progress", 1, 400_000),
        _ => ("rotated", 1, 30_000),
    };
    (word, times, Duration::from_micros(chance.below(longest_micros) as u64))
}

#[tokio::test]
async fn a_rotation_that_is_killed_loses_no_value_and_leaves_none_behind() {
    let wanted = rounds(25, 500);
    let mut chance = Chance::of_seed(0x5eed_0043);
    let vault = Vault::new().await;
    assert_eq!(vault.losses().await, Vec::<String>::new(), "before the first kill");
    let (mut in_the_middle, mut partly, mut finished) = (0, 0, 0);
    let began = Instant::now();
    for kill in 1..=wanted {
        let (word, times, delay) = moment(&mut chance);
        let mut rotator = Rotator::start(&vault.place.path, "honest");
        for _ in 0..times {
            finished += rotator.wait_for(word);
        }
        spin(delay);
        finished += rotator.kill();
        let losses = vault.losses().await;
        assert_eq!(losses, Vec::<String>::new(), "after kill {kill} of {wanted}, at {word}");
        let keys = vault.store().sealed_counts().await.unwrap().len();
        in_the_middle += usize::from(vault.is_under_way().await);
        partly += usize::from(keys > 1);
        if kill % 25 == 0 {
            println!(
                "rotations: sample {kill} of {wanted}, {in_the_middle} in the middle, {partly} with \
                 values under both keys, {finished} finished"
            );
        }
    }
    vault.finish().await;
    demand_nothing_left(&vault).await;
    let values = TEXTS as usize + CARDS;
    println!(
        "rotations ({VARIABLE}): {wanted} kills, {in_the_middle} in the middle of a rotation, \
         {partly} with values under both keys, {finished} rotations finished, {values} values each \
         time, 0 lost, 0 left under an old key, {} s",
        began.elapsed().as_secs()
    );
    assert!(in_the_middle * 100 >= wanted * FLOOR_PERCENT, "{in_the_middle} of {wanted}");
    assert!(partly * 10 >= wanted, "only {partly} of {wanted} met values under both keys");
    assert!(finished * 10 >= wanted, "only {finished} rotations ended");
}

/// Everything is under the primary secret, which lies in its one place and opens it alone.
async fn demand_nothing_left(vault: &Vault) {
    let store = vault.store();
    let secrets = store.secrets().await.unwrap();
    let primary = secrets.iter().find(|row| row.standing == SecretStanding::Primary).unwrap();
    assert!(secrets.iter().all(|row| row.standing != SecretStanding::Reading), "{secrets:?}");
    let counts = store.sealed_counts().await.unwrap();
    assert_eq!(counts.keys().collect::<Vec<_>>(), [&primary.key_id]);
    // Kills between the keychain and the record leave secrets that never sealed anything.
    let id = store.workspace().await.unwrap().id;
    let own = format!("workspace-secret/{id}");
    let strays = vault.secret_items().into_iter().filter(|item| *item != own);
    let strays: Vec<String> = strays.collect();
    let known = |item: &String| secrets.iter().any(|row| item.ends_with(&row.key_id));
    assert!(!strays.iter().any(known), "a secret that was in use is still there: {strays:?}");
    println!("rotations: {} secrets that never sealed anything stayed behind", strays.len());
    let passphrase = SecretText::new(KEY_FILE_PASSPHRASE.to_owned());
    let keys = KeyFile::open(&vault.place.path, &passphrase).unwrap();
    for stray in strays {
        keys.delete(&stray).unwrap();
    }
    assert_eq!(vault.losses().await, Vec::<String>::new(), "with the primary secret alone");
    let mut own_log = Reader::new(&id, "_workspace");
    own_log.read_on(&store).await;
    assert_eq!(own_log.faults(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_rotation_that_removes_the_old_secret_first_is_seen_to_lose_values() {
    let vault = Vault::new().await;
    let mut rotator = Rotator::start(&vault.place.path, "removed-first");
    rotator.wait_for("under-way");
    // It may have noticed by itself that nothing opens any more.
    let _ = rotator.child.kill();
    rotator.child.wait().unwrap();
    let losses = vault.losses().await;
    println!("rotations: the control lost {} values: {}", losses.len(), losses[0]);
    assert!(losses.len() > TEXTS as usize / 2, "{losses:?}");
}
