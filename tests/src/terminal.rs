//! A terminal: the built `countersign`, a workspace that it made with its keys in a file, and a
//! test-only signer for what the command line cannot do.
//!
//! Invariant: the program is run as it is built, with an environment of its own; people are
//! enrolled and decide through the core, as in the signing window.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use console::administering::RoleWish;
use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{KeyFile, Keychain as _, KeychainThread, MemoryKeychain};
use console::login::Nobody;
use console::opening::open_workspace;
use console::proposing::ChangeOutcome;
use console::reviewing::{EndedReceipt, Ending, Receipt, Verdict};
use console::session::{Entry, Session, Who};
use console::{Edge, SecretText, Workspace};
use ledger::statement::Conditions;
use ledger::{Decision, Part, RequestId, Role};
use security::passphrase::Passphrase;
use serde_json::Value;
use tempfile::TempDir;

/// What `ENCRYPTION_KEY` is.
const KEY: &str = "only for this test";
/// The passphrase of everybody.
const PASSPHRASE: &str = "correct horse battery staple";
/// The first admin.
pub const ADA: &str = "Ada Lovelace";

/// A run that ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Its one document.
    ///
    /// # Panics
    /// When it printed none.
    #[must_use]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Its lines.
    ///
    /// # Panics
    /// When one is no JSON.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        let line = |line: &str| serde_json::from_str(line);
        self.out.lines().map(|text| line(text).unwrap_or_else(|_| panic!("{self:?}"))).collect()
    }
}

/// A home, a workspace and the program.
pub struct Terminal {
    home: TempDir,
}

impl Terminal {
    /// An empty home.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn bare() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        Self { home }
    }

    /// A home with a workspace in which Ada is the admin.
    ///
    /// # Panics
    /// When `init` fails.
    #[must_use]
    pub fn with_workspace() -> Self {
        let terminal = Self::bare();
        let made =
            terminal.run_as(None, &["init", "--admin", ADA, "--passphrase-file", "passphrase"]);
        assert_eq!(made.status, 0, "{made:?}");
        terminal
    }

    /// The folder in which commands run.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The workspace's folder.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.home().join("bank")
    }

    /// Writes a file into the home.
    ///
    /// # Panics
    /// When it cannot.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.home().join(name), bytes).unwrap();
    }

    /// The program with its environment, not started.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.home()).env_clear().env("HOME", self.home());
        command.env("ENCRYPTION_KEY", KEY).env("COUNTERSIGN_WORKSPACE", self.workspace());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it for somebody, or for nobody in particular.
    ///
    /// # Panics
    /// When it cannot be started, or was killed.
    #[must_use]
    pub fn run_as(&self, who: Option<&str>, words: &[&str]) -> Ran {
        let mut command = self.command();
        if let Some(who) = who {
            command.args(["--user", who, "--passphrase-file", "passphrase"]);
        }
        ran(&command.args(words).output().unwrap())
    }

    /// Runs it with `--json` for a pipeline with this token.
    ///
    /// # Panics
    /// When it cannot be started, or was killed.
    #[must_use]
    pub fn pipeline(&self, token: &str, words: &[&str]) -> Ran {
        let mut command = self.command();
        command.env("COUNTERSIGN_TOKEN", token).arg("--json").args(words);
        ran(&command.output().unwrap())
    }

    /// Runs lines of a document in a shell that stops at the first failure and finds the program.
    ///
    /// # Panics
    /// When the shell cannot be started, or was killed.
    #[must_use]
    pub fn shell(&self, lines: &str, sets: &[(&str, &str)]) -> Ran {
        let own = self.command();
        let folder = Path::new(own.get_program()).parent().unwrap().to_owned();
        let system = std::env::var_os("PATH").unwrap();
        let path = [folder].into_iter().chain(std::env::split_paths(&system));
        let mut command = Command::new("sh");
        command.args(["-e", "-c", lines]).current_dir(self.home()).env_clear();
        command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("PATH", std::env::join_paths(path).unwrap()).envs(sets.iter().copied());
        ran(&command.stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it with `--json` for Ada.
    #[must_use]
    pub fn ada(&self, words: &[&str]) -> Ran {
        let mut all = vec!["--json"];
        all.extend(words);
        self.run_as(Some(ADA), &all)
    }

    /// Runs it with `--json` for nobody in particular.
    #[must_use]
    pub fn nobody(&self, words: &[&str]) -> Ran {
        let mut all = vec!["--json"];
        all.extend(words);
        self.run_as(None, &all)
    }

    /// Ada adds and enrols somebody, in the signing window's place; gives the requests that wait for
    /// a second admin, where there is one.
    ///
    /// # Panics
    /// When the core refuses.
    pub async fn hire(&self, name: &str, role: Role) -> Vec<String> {
        let workspace = self.open().await;
        let ada = sign_in(&workspace, ADA).await;
        let key = workspace.unlock(&ada.person, &ada.tenant_id, &passphrase()).await.unwrap();
        let person = workspace.add_person(&ada, name, "joins the desk").await.unwrap();
        let own = workspace.make_key(&passphrase()).await.unwrap();
        let wish = RoleWish { person: &person, role, group: None, reason: "joins the desk" };
        let outcomes = workspace.enrol(&ada, &key, &own, wish).await.unwrap();
        workspace.settle().await.unwrap();
        let waiting = outcomes.into_iter().filter_map(|outcome| match outcome {
            ChangeOutcome::Applied { .. } => None,
            ChangeOutcome::Waiting { request_id } => Some(request_id.to_string()),
        });
        waiting.collect()
    }

    /// Somebody reviews and decides, in the signing window's place.
    ///
    /// # Panics
    /// When the core refuses.
    pub async fn decide(&self, name: &str, request: &str, decision: Decision) -> Receipt {
        self.decide_under(name, request, (decision, &Conditions::default())).await
    }

    /// The same under conditions.
    ///
    /// # Panics
    /// When the core refuses.
    pub async fn decide_under(
        &self,
        name: &str,
        request: &str,
        (decision, conditions): (Decision, &Conditions),
    ) -> Receipt {
        let workspace = self.open().await;
        let session = sign_in(&workspace, name).await;
        let key = workspace.unlock(&session.person, &session.tenant_id, &passphrase()).await;
        let request = RequestId::parse(request).unwrap();
        let mut review = workspace.open_review(&session, &request).await.unwrap();
        review.open_part(Part::Overview);
        let verdict = Verdict { decision, reason: "limits hold", seconds: 74 };
        let id = workspace.correlation();
        let word = (verdict, conditions);
        let key = key.unwrap();
        let signed = workspace.decide_under(&session, &key, &review, word, id.as_str()).await;
        workspace.settle().await.unwrap();
        signed.unwrap()
    }

    /// Somebody ends the approval of a request, in the signing window's place.
    ///
    /// # Panics
    /// When the core refuses.
    pub async fn revoke(&self, name: &str, request: &str) -> EndedReceipt {
        let workspace = self.open().await;
        let session = sign_in(&workspace, name).await;
        let key = workspace.unlock(&session.person, &session.tenant_id, &passphrase()).await;
        let request = RequestId::parse(request).unwrap();
        let review = workspace.open_review(&session, &request).await.unwrap();
        let ending = Ending { reviews: vec![review], back_to: None };
        let (key, id) = (key.unwrap(), workspace.correlation());
        let signed = workspace.revoke(&session, &key, &ending, ("it drifts", 9), id.as_str()).await;
        workspace.settle().await.unwrap();
        signed.unwrap()
    }

    /// Takes the anchor of a tenant's log out of the workspace's keys.
    ///
    /// # Panics
    /// When it is not there.
    pub async fn lose_anchor(&self, tenant: &str) {
        self.lose(&format!("anchor/{}/{tenant}", self.open().await.id()));
    }

    /// Takes this installation's log key out of the workspace's keys.
    ///
    /// # Panics
    /// When it is not there.
    pub async fn lose_log_key(&self) {
        self.lose(&format!("log-key/{}", self.open().await.id()));
    }

    fn lose(&self, item: &str) {
        let secret = SecretText::new(KEY.to_owned());
        let keys = KeyFile::open(&self.workspace(), &secret).unwrap();
        assert!(keys.read(item).unwrap().is_some(), "{item}");
        keys.delete(item).unwrap();
    }

    async fn open(&self) -> Workspace {
        let edge = Edge {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keychain: KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap(),
            login: Arc::new(Nobody),
            encryption_key: Some(Arc::new(SecretText::new(KEY.to_owned()))),
            settings: None,
            data: None,
        };
        open_workspace(&self.workspace(), &edge, &|| panic!("ENCRYPTION_KEY opens it"))
            .await
            .unwrap()
    }
}

fn ran(output: &std::process::Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let status = output.status.code().unwrap();
    Ran { status, out: text(&output.stdout), err: text(&output.stderr) }
}

async fn sign_in(workspace: &Workspace, name: &str) -> Session {
    workspace.sign_in(Who::Name(name), &passphrase(), Entry::SignIn).await.unwrap()
}

fn passphrase() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(PASSPHRASE).unwrap())
}

/// The built program, beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join(format!("countersign{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "build it first: cargo build -p cli");
    program
}
