//! The secrets that are planted, and the process that works with them.
//!
//! Invariant: what the process made itself (seeds, the workspace secret, the kit) is read from its
//! key file and kit, as their owner could.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use console::SecretText;
use console::keychain::{KeyFile, Keychain as _};
use ledger::Digest;
use security::kit;
use security::locked_key::LockedKey;
use security::passphrase::Passphrase;

use super::forms::Wanted;

pub(crate) const ADMIN: &str = "Ada's own passphrase: lantern-ochre-39";
pub(crate) const APPROVER: &str = "Bob's own passphrase: \u{e9}clair-quartz-71";
pub(crate) const KEY_FILE: &str = "the key file's passphrase: umbra-tundra-55";
pub(crate) const ENCRYPTION_KEY: &str = "the variable's value: cobalt-meadow-18";
pub(crate) const PROMPT: &str = "Text of the prompt: the marmot whistles at noon.";
pub(crate) const CARD: &str = "Words of the card: the heron waits for the tide.";
pub(crate) const IN_VAIN: &str = "a passphrase typed in vain: granite-thistle-64";

/// Where the keys come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    ByPassphrase,
    ByVariable,
}

impl Opened {
    pub(crate) const fn secret(self) -> &'static str {
        match self {
            Self::ByPassphrase => KEY_FILE,
            Self::ByVariable => ENCRYPTION_KEY,
        }
    }
}

/// The process, stopped at one of its stops.
pub(crate) struct Holder {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) place: PathBuf,
    _folder: tempfile::TempDir,
}

impl Holder {
    /// Starts it; it holds the secrets and has done nothing.
    pub(crate) fn start(mode: &str, opened: Opened) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_owned();
        let mut child = Command::new(env!("CARGO_BIN_EXE_holder"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .env_clear()
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let variable = if opened == Opened::ByVariable { ENCRYPTION_KEY } else { "" };
        let told = [mode, place.to_str().unwrap(), ADMIN, APPROVER, KEY_FILE, variable];
        for line in told.into_iter().chain([PROMPT, CARD, IN_VAIN]) {
            writeln!(input, "{line}").unwrap();
        }
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut holder = Self { child, input, lines, place, _folder: folder };
        holder.wait_until("holding");
        holder
    }

    fn wait_until(&mut self, stop: &str) {
        let line = self.lines.next().expect("it ended before its next stop").unwrap();
        assert_eq!(line, stop);
    }

    /// Lets it go on to its next stop.
    pub(crate) fn go_on_to(&mut self, stop: &str) {
        writeln!(self.input, "on").unwrap();
        self.wait_until(stop);
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// The workspace that it founded.
    pub(crate) fn workspace(&self) -> PathBuf {
        let mut there = std::fs::read_dir(self.place.join("data")).unwrap();
        there.next().unwrap().unwrap().path()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it made itself.
pub(crate) struct Made {
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) kit: Vec<Wanted>,
}

impl Made {
    /// Reads key file and kit of a workspace.
    pub(crate) fn of(holder: &Holder, opened: Opened) -> Self {
        let workspace = holder.workspace();
        let keys = KeyFile::open(&workspace, &SecretText::new(opened.secret().to_owned())).unwrap();
        let (mut wanted, mut lines) = (Vec::new(), Vec::new());
        for account in accounts(&workspace) {
            let value = keys.read(&account).unwrap().unwrap();
            let parts: Vec<&str> = account.split('/').collect();
            match parts.as_slice() {
                ["workspace-secret", _] => {
                    wanted.push(Wanted::text("workspace secret", value.expose()));
                }
                ["log-key", _] => {
                    let item: serde_json::Value = serde_json::from_str(value.expose()).unwrap();
                    wanted.extend(seed("log key seed", item["seed"].as_str().unwrap()));
                }
                ["person-key", id, keyid] => {
                    let locked = LockedKey::stored(id, keyid, value.expose()).unwrap();
                    let own = [("Ada's seed", ADMIN), ("Bob's seed", APPROVER)];
                    for (name, passphrase) in own {
                        let passphrase = Passphrase::from_text(passphrase).unwrap();
                        if let Ok(key) = locked.unlock(&passphrase) {
                            wanted.extend(seed(name, key.seed_text().expose()));
                        }
                    }
                }
                _ => {}
            }
        }
        let id = workspace_id(&workspace);
        for line in std::fs::read_to_string(holder.place.join("kit.txt")).unwrap().lines() {
            let Some((word, line)) = line.rsplit_once(' ') else { continue };
            let text = SecretText::new(line.to_owned());
            if let Ok(key) = kit::read_recovery_line(&id, &text) {
                lines.push(Wanted::text("the kit's line RECOVERY", line));
                wanted.extend(seed("recovery seed", key.seed_text().expose()));
            } else if kit::read_secret_line(&id, &text).is_ok() {
                lines.push(Wanted::text("the kit's line SECRET", line));
            }
            assert!(!word.is_empty());
        }
        Self { wanted, kit: lines }
    }
}

/// A seed as text and as its bytes.
fn seed(name: &'static str, text: &str) -> [Wanted; 1] {
    let bytes = ledger::digest::from_base64(text).unwrap();
    assert_ne!(Digest::of(&bytes), Digest::of(b""));
    [Wanted::bytes(name, &bytes)]
}

fn accounts(workspace: &Path) -> Vec<String> {
    let content = std::fs::read(workspace.join("keys.json")).unwrap();
    let content: serde_json::Value = serde_json::from_slice(&content).unwrap();
    content["items"].as_object().unwrap().keys().cloned().collect()
}

fn workspace_id(workspace: &Path) -> String {
    let account = accounts(workspace).into_iter().find(|name| name.starts_with("log-key/"));
    account.unwrap().trim_start_matches("log-key/").to_owned()
}
