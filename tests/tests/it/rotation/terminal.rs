//! `countersign key …`: lists, the state of the workspace secret, and its rotation from a terminal.
//!
//! Invariant: the workspace's keys lie in a key file with a passphrase of its own, so that the secret
//! is one that the program made and can rotate.

use std::process::Command;
use std::sync::Arc;

use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{KeyFile, KeychainThread};
use console::session::{Entry, Who};
use console::{Edge, SecretText, Workspace};
use security::kit;
use security::passphrase::Passphrase;
use serde_json::Value;
use tests::terminal::{ADA, Terminal};

const KEY_PASSPHRASE: &str = "what opens this key file";

/// A terminal with a workspace whose secret lies in a key file, and one prompt in it.
struct Desk(Terminal);

impl Desk {
    fn new() -> Self {
        let terminal = Terminal::bare();
        terminal.write("key-passphrase", format!("{KEY_PASSPHRASE}\n").as_bytes());
        terminal.write("text", b"Summarise the file.\n");
        let desk = Self(terminal);
        let init = ["init", "--key-file", "--admin", ADA, "--passphrase-file", "passphrase"];
        assert!(desk.command().args(init).output().unwrap().status.success());
        for version in 1..=3 {
            let reason = format!("Version {version}");
            desk.0.write("text", format!("Summarise the file in {version}.\n").as_bytes());
            let push = ["prompt", "push", "kyc-summary", "--file", "text", "--reason", &reason];
            assert_eq!(desk.ada(&push).0, 0);
        }
        desk
    }

    fn command(&self) -> Command {
        let mut command = self.0.command();
        command
            .env_remove("ENCRYPTION_KEY")
            .env("COUNTERSIGN_KEY_PASSPHRASE_FILE", "key-passphrase");
        command
    }

    /// Exit status and lines of `--json`; of a failure its error.
    fn ada(&self, words: &[&str]) -> (i32, Vec<Value>) {
        let mut command = self.command();
        command.args(["--json", "--user", ADA, "--passphrase-file", "passphrase"]);
        let output = command.args(words).output().unwrap();
        let text = if output.status.success() { output.stdout } else { output.stderr };
        let text = String::from_utf8(text).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code().unwrap(), lines)
    }

    async fn open(&self) -> Workspace {
        let secret = SecretText::new(KEY_PASSPHRASE.to_owned());
        let keys = KeyFile::open(&self.0.workspace(), &secret).unwrap();
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
        Workspace::open(&self.0.workspace(), keychain, edge).await.unwrap()
    }
}

#[tokio::test]
async fn key_rotate_prints_the_new_line_once_and_everything_opens_under_it() {
    let desk = Desk::new();
    let (_, before) = desk.ada(&["key", "status"]);
    let (status, lines) = desk.ada(&["key", "rotate", "--reason", "As every quarter"]);
    let [begin, end] = &lines[..] else { panic!("{status} {lines:?}") };
    assert_eq!((status, &begin["stage"], &end["stage"]), (0, &"begin".into(), &"end".into()));
    assert_eq!((&begin["values"], &end["values"]), (&3.into(), &3.into()));
    assert_eq!(begin["from"], before[0]["secrets"][0]["key_id"]);
    assert_eq!(begin["to"], end["key_id"]);
    let id = desk.open().await.id().as_str().to_owned();
    let line = SecretText::new(begin["secret"].as_str().unwrap().to_owned());
    assert!(kit::read_secret_line(&id, &line).is_ok(), "it is a line of this workspace's kit");

    let (status, text) = desk.ada(&["prompt", "get", "kyc-summary"]);
    assert_eq!(status, 0, "{text:?}");
    assert!(text[0].to_string().contains("Summarise the file in 3."), "{text:?}");
    let (_, after) = desk.ada(&["key", "status"]);
    let secrets = after[0]["secrets"].as_array().unwrap();
    let said = |number: usize, key: &str| secrets[number][key].clone();
    assert_eq!((said(0, "standing"), said(0, "values")), ("primary".into(), 3.into()));
    assert_eq!((said(1, "standing"), said(1, "values")), ("retired".into(), 0.into()));
    assert_eq!((&after[0]["rotation"], said(0, "age_days")), (&Value::Null, 0.into()));
    assert!(!after[0].to_string().contains(line.expose()), "it is never shown again");
}

#[tokio::test]
async fn key_rotate_goes_on_with_a_rotation_that_was_stopped() {
    let desk = Desk::new();
    let workspace = desk.open().await;
    let passphrase = Arc::new(Passphrase::from_text("correct horse battery staple").unwrap());
    let ada = workspace.sign_in(Who::Name(ADA), &passphrase, Entry::SignIn).await.unwrap();
    let new = workspace.new_secret(&ada).await.unwrap();
    workspace.begin_rotation(&ada, &new, "As every quarter").await.unwrap();
    workspace.settle().await.unwrap();
    let (_, status) = desk.ada(&["key", "status"]);
    assert_eq!(status[0]["rotation"]["left"], 3, "{status:?}");
    let (status, lines) = desk.ada(&["key", "rotate", "--reason", "To go on"]);
    assert_eq!((status, lines.len()), (0, 1), "{lines:?}");
    assert_eq!((&lines[0]["stage"], &lines[0]["key_id"]), (&"end".into(), &new.key_id.into()));
}

#[test]
fn key_list_names_people_and_computers() {
    let desk = Desk::new();
    let (status, keys) = desk.ada(&["key", "list"]);
    assert_eq!((status, keys.len()), (0, 2), "{keys:?}");
    let kinds: Vec<&str> = keys.iter().map(|key| key["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["device", "person"]);
    assert_eq!((&keys[1]["name"], &keys[1]["ended_at"]), (&ADA.into(), &Value::Null));
    assert_eq!(keys[1]["keyid"].as_str().unwrap().len(), 64);
}

#[test]
fn a_rotation_that_cannot_be_ends_with_its_cause_and_prints_no_secret() {
    let desk = Desk::new();
    let (status, error) = desk.ada(&["key", "rotate", "--reason", " "]);
    assert_eq!(status, 2, "{error:?}");
    let with_variable = Terminal::with_workspace();
    let refused = with_variable.ada(&["key", "rotate", "--reason", "As every quarter"]);
    assert_eq!((refused.status, refused.out.as_str()), (7, ""), "{refused:?}");
    assert!(refused.err.contains("ENCRYPTION_KEY"), "{refused:?}");
    let nobody = with_variable.nobody(&["key", "status"]);
    assert_eq!(nobody.status, 3, "{nobody:?}");
}
