//! A house: a workspace of two tenants with people of every kind, founded once and copied for each
//! test.
//!
//! Invariant: it is made through the core alone; every test has a folder, a keychain and a clock of
//! its own, so that no order matters. Keys are unlocked once for all copies: they are the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use console::administering::{OwnKey, RoleWish};
use console::edge::SystemEntropy;
use console::keychain::KeychainThread;
use console::login::Nobody;
use console::proposing::ChangeOutcome;
use console::registering::{ModelSubmission, PromptSubmission, Submitted};
use console::reviewing::{OpenReview, Receipt, Verdict};
use console::session::{Session, UnlockedKey};
use console::{Clock, ConsoleError, Edge, Workspace};
use ledger::{
    Actor, Decision, Digest, Name, Part, RequestId, Role, SubjectDigest, TenantId, Tier, Timestamp,
    Version,
};
use security::passphrase::Passphrase;
use store::SqliteStore;
use tempfile::TempDir;

use crate::founding;
pub use crate::founding::wanted;
use crate::items::Items;

/// The passphrase of everybody.
pub const PASSPHRASE: &str = "correct horse battery staple";
/// ADMIN of both tenants and of the workspace.
pub const ADA: &str = "Ada Lovelace";
/// APPROVER in `credit`.
pub const BOB: &str = "Bob Noyce";
/// APPROVER in `credit`.
pub const EVE: &str = "Eve Moore";
/// ANALYST in `credit`.
pub const ANN: &str = "Ann Lyst";
/// VIEWER in `credit`.
pub const VIC: &str = "Vic Iewer";
/// Was APPROVER in `credit`; enrolled, without a role.
pub const REX: &str = "Rex Evoked";
/// APPROVER in `markets` only.
pub const MIA: &str = "Mia Arkets";
/// ADMIN in `markets`, beside Ada.
pub const MAX: &str = "Max Dmin";
/// Added and not enrolled.
pub const NED: &str = "Ned Otyet";
/// Added and not enrolled; [`House::new_key`] is theirs to enrol.
pub const NEW: &str = "New Comer";

/// The tenant in which most happens.
pub const CREDIT: &str = "credit";
/// The other tenant; it has two admins, so that acts of authority wait there.
pub const MARKETS: &str = "markets";

/// A clock that moves a millisecond at every look.
pub struct StepClock(AtomicI64);

impl StepClock {
    /// Starts at this time, `2026-01-05T08:00:00.000000Z`.
    #[must_use]
    pub fn at(text: &str) -> Self {
        Self(AtomicI64::new(Timestamp::parse(text).unwrap().as_micros()))
    }
}

impl Clock for StepClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1_000, Ordering::Relaxed)).unwrap()
    }
}

/// What all houses are copied from.
pub(crate) struct Template {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) items: BTreeMap<String, String>,
    pub(crate) people: BTreeMap<&'static str, Actor>,
    pub(crate) keys: BTreeMap<&'static str, UnlockedKey>,
    pub(crate) new_key: OwnKey,
}

/// A copy of the template, open.
pub struct House {
    /// The workspace.
    pub workspace: Workspace,
    /// Its keychain.
    pub items: Arc<Items>,
    /// Its folder.
    pub place: PathBuf,
    /// What it was opened with.
    pub edge: Edge,
    _folder: TempDir,
}

impl House {
    /// A house of one's own.
    pub async fn new() -> Self {
        let template = template();
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bank");
        lay_out(&place);
        let items = Items::of(template.items.clone());
        let edge = edge(&items, "2026-03-02T08:00:00.000000Z");
        let keys = edge.keychain.clone();
        let workspace = Workspace::open(&place, keys, edge.clone()).await.unwrap();
        Self { workspace, items, place, edge, _folder: folder }
    }

    /// The same workspace, opened again beside the first as another process would.
    ///
    /// # Errors
    /// Those of [`Workspace::open`].
    pub async fn open_again(&self) -> Result<Workspace, ConsoleError> {
        Workspace::open(&self.place, self.edge.keychain.clone(), self.edge.clone()).await
    }

    /// The same workspace on another store.
    pub async fn on(&self, store: Arc<dyn store::Store>) -> Workspace {
        let (keys, edge) = (self.edge.keychain.clone(), self.edge.clone());
        Workspace::open_on(store, &self.place, keys, edge).await.unwrap()
    }

    /// The data as they lie there, through a connection of its own.
    #[must_use]
    pub fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.place).unwrap()
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.place.join("workspace.db")
    }

    /// A person's session in `credit`, whether or not they hold a role there.
    #[must_use]
    pub fn session(&self, name: &str) -> Session {
        self.session_in(name, CREDIT)
    }

    /// A person's session in a tenant, whether or not they hold a role there.
    #[must_use]
    pub fn session_in(&self, name: &str, tenant: &str) -> Session {
        Session {
            person: person(name).clone(),
            name: name.to_owned(),
            tenant_id: TenantId::parse(tenant).unwrap(),
            keyid: None,
        }
    }

    /// A person's key: everybody's who is enrolled.
    #[must_use]
    pub fn key(&self, name: &str) -> &'static UnlockedKey {
        &template().keys[name]
    }

    /// Makes somebody from `credit` the second ADMIN there and of the workspace, with the same key.
    pub async fn second_admin(&self, name: &str) {
        let wish = || RoleWish {
            person: person(name),
            role: Role::Admin,
            group: None,
            reason: "shares the work",
        };
        let (credit, key) = (self.session(ADA), self.key(ADA));
        let granted = self.workspace.grant_role(&credit, key, wish()).await.unwrap();
        assert!(matches!(granted, ChangeOutcome::Applied { .. }));
        let secret = Arc::new(Passphrase::from_text(PASSPHRASE).unwrap());
        let own = self.workspace.unlock(person(name), &credit.tenant_id, &secret).await.unwrap();
        let home = self.session_in(ADA, "_workspace");
        let own = OwnKey::of_unlocked(own);
        self.workspace.enrol(&home, key, &own, wish()).await.unwrap();
    }

    /// A key that nobody has enrolled yet.
    #[must_use]
    pub fn new_key(&self) -> &'static OwnKey {
        &template().new_key
    }

    /// Ada registers version 1 of a model in `credit`.
    pub async fn register(&self, name: &str, tier: Tier) -> Submitted {
        let ada = self.session(ADA);
        let key = format!("register {name}");
        self.workspace.register_model(&ada, &model(name, tier), &key).await.unwrap()
    }

    /// Ann writes a version of a prompt in `credit`.
    pub async fn write(&self, name: &str, based_on: u32, tier: Option<Tier>) -> Submitted {
        let ann = self.session(ANN);
        let key = format!("write {name} {based_on}");
        let prompt = PromptSubmission { tier, ..prompt(name, based_on) };
        self.workspace.write_prompt(&ann, &prompt, &key).await.unwrap()
    }

    /// A review of which everything was opened.
    ///
    /// # Errors
    /// Those of [`Workspace::open_review`].
    pub async fn review(
        &self,
        session: &Session,
        request: &RequestId,
    ) -> Result<OpenReview, ConsoleError> {
        review_whole(&self.workspace, session, request).await
    }

    /// Reviews and decides in one go, in `credit`.
    ///
    /// # Errors
    /// Those of [`Workspace::open_review`] and [`Workspace::decide`].
    pub async fn decide(
        &self,
        name: &str,
        request: &RequestId,
        decision: Decision,
    ) -> Result<Receipt, ConsoleError> {
        let session = self.session(name);
        let review = self.review(&session, request).await?;
        self.sign(name, &session, &review, decision).await
    }

    /// Decides on an opened review.
    ///
    /// # Errors
    /// Those of [`Workspace::decide`].
    pub async fn sign(
        &self,
        name: &str,
        session: &Session,
        review: &OpenReview,
        decision: Decision,
    ) -> Result<Receipt, ConsoleError> {
        let verdict = Verdict { decision, reason: "limits hold", seconds: 74 };
        let id = self.workspace.correlation();
        self.workspace.decide(session, self.key(name), review, verdict, id.as_str()).await
    }
}

/// Lays the files of the template out in a folder of their own.
pub fn lay_out(place: &Path) {
    lay_out_files(place, &template().files);
}

/// Writes files, by name, into a private folder of their own.
pub(crate) fn lay_out_files(place: &Path, files: &BTreeMap<String, Vec<u8>>) {
    make_private(place);
    for (name, bytes) in files {
        write_private(&place.join(name), bytes);
    }
}

/// The items that belong to the files of [`lay_out`].
#[must_use]
pub fn items() -> BTreeMap<String, String> {
    template().items.clone()
}

/// A person of the house.
#[must_use]
pub fn person(name: &str) -> &'static Actor {
    &template().people[name]
}

/// A model as somebody hands it in.
#[must_use]
pub fn model(name: &str, tier: Tier) -> ModelSubmission {
    ModelSubmission {
        name: Name::parse(name).unwrap(),
        version: Version::parse("1").unwrap(),
        checksum: SubjectDigest::Sha256(Digest::of(name.as_bytes())),
        tier,
        card: r#"{"intended_use":"Probability of default","limits":"None"}"#.to_owned(),
        reason: "Recalibrated on the last quarter".to_owned(),
    }
}

/// A prompt as somebody hands it in.
#[must_use]
pub fn prompt(name: &str, based_on: u32) -> PromptSubmission {
    PromptSubmission {
        name: Name::parse(name).unwrap(),
        based_on,
        text: format!("Summarise the file.\nCite {} documents.\n", based_on.saturating_add(1)),
        tier: None,
        reason: format!("Change number {}", based_on.saturating_add(1)),
    }
}

/// An edge with this keychain and a clock that starts at this time.
#[must_use]
pub fn edge(items: &Arc<Items>, start: &str) -> Edge {
    Edge {
        clock: Arc::new(StepClock::at(start)),
        entropy: Arc::new(SystemEntropy),
        keychain: KeychainThread::start(Arc::clone(items) as Arc<_>).unwrap(),
        login: Arc::new(Nobody),
        encryption_key: None,
        settings: None,
        data: None,
    }
}

/// Opens everything of a request, and acknowledges what is hidden.
pub(crate) async fn review_whole(
    workspace: &Workspace,
    session: &Session,
    request: &RequestId,
) -> Result<OpenReview, ConsoleError> {
    let mut review = workspace.open_review(session, request).await?;
    review.open_part(Part::Overview);
    review.open_part(Part::Changes);
    review.acknowledge();
    Ok(review)
}

fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    // On a thread of its own: whoever asks first runs on an executor already.
    TEMPLATE.get_or_init(|| std::thread::spawn(founding::found).join().unwrap())
}

fn make_private(folder: &Path) {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).unwrap();
}

fn write_private(path: &Path, bytes: &[u8]) {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(path).unwrap(), bytes).unwrap();
}
