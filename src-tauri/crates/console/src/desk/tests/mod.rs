//! The desk as the windows use it: every step through the methods that a shell calls.

mod absent;
mod acts;
mod alarms;
mod backups;
mod checking;
#[cfg(target_os = "linux")]
mod computer;
mod demo;
mod diffs;
mod discussing;
mod drafts;
mod ending;
mod following;
mod inbox;
mod keeping;
mod key_file;
#[cfg(target_os = "linux")]
mod leaving;
mod lifecycle;
mod links;
mod lists;
mod main_path;
mod marked;
mod meanwhile;
#[cfg(target_os = "linux")]
mod notifying;
mod own;
mod people;
mod recovery;
mod recovery_stopped;
mod refusals;
mod relying;
mod rendering;
mod revealing;
mod rotating;
mod signatures;
mod sitting;
mod tenants;
mod timeline;
mod tokens;
mod typed_reasons;
mod withheld;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use ledger::{TenantId, Timestamp};
use security::secret::SecretText;

use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::edge::{Clock, Edge, SystemEntropy};
use crate::error::ErrorCode;
use crate::keychain::{Keychain, KeychainThread, MemoryKeychain};
use crate::login::{Login, Nobody};
use crate::views::{
    ActDraft, ConditionsDraft, DecisionDraft, InboxFilter, InboxTab, InboxView, KeyStorage,
    ModelDraft, PersonDraft, PromptDraft, RequestedView, ReviewPart, ReviewView, SessionView,
    SigningView, WorkspaceDraft,
};

const ADMIN: &str = "Ada Lovelace";
const TENANT: &str = "retail-eu";
const CARD: &str = r#"{"intended_use":"Probability of default","metrics":[
    {"name":"Gini","value":"0.640","threshold":{"min":"0.620"}}]}"#;

/// A clock that moves a millisecond at every look, and further by hand.
pub(super) struct HandClock {
    now: AtomicI64,
    /// What the clock on the wall did not show.
    asleep: AtomicI64,
}

impl HandClock {
    fn at(micros: i64) -> Self {
        Self { now: AtomicI64::new(micros), asleep: AtomicI64::new(0) }
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.fetch_add(1000, Ordering::Relaxed)).unwrap()
    }

    fn elapsed_micros(&self) -> i64 {
        self.now().as_micros() + self.asleep.load(Ordering::Relaxed)
    }
}

/// A desk in a folder of its own, and somebody's hands on it.
pub(super) struct Bench {
    pub(super) desk: Desk,
    pub(super) folder: tempfile::TempDir,
    keychain: Arc<dyn Keychain>,
    clock: Arc<HandClock>,
    events: Arc<Mutex<Vec<DeskEvent>>>,
    front: Mutex<String>,
    keys: AtomicI64,
}

/// No conditions.
pub(super) fn free() -> ConditionsDraft {
    ConditionsDraft::default()
}

/// Everybody has a passphrase of their own.
pub(super) fn typed(name: &str) -> Passphrase {
    Passphrase::new(format!("what {name} alone knows"))
}

impl Bench {
    /// Nothing open.
    pub(super) fn empty() -> Self {
        Self::with(Arc::new(MemoryKeychain::new()), None)
    }

    /// Nothing open, with this keychain and this `ENCRYPTION_KEY`.
    pub(super) fn with(keychain: Arc<dyn Keychain>, encryption_key: Option<&str>) -> Self {
        let start = Timestamp::parse("2026-11-22T18:35:02.000000Z").unwrap().as_micros();
        let clock = Arc::new(HandClock::at(start));
        let login = Arc::new(Nobody);
        Self::of(tempfile::tempdir().unwrap(), clock, (keychain, login), encryption_key)
    }

    /// The same computer after a restart of the program, in a session without a keychain.
    pub(super) fn restarted(self, encryption_key: Option<&str>) -> Self {
        let Self { folder, clock, keys, .. } = self;
        let edges = (Arc::new(MemoryKeychain::new()) as Arc<dyn Keychain>, Arc::new(Nobody) as _);
        Self { keys, ..Self::of(folder, clock, edges, encryption_key) }
    }

    /// A copy of the workspace's folder on another computer, with this keychain; gives where it
    /// lies. Nothing is open there.
    pub(super) fn copied_to(&self, keychain: Arc<dyn Keychain>) -> (Self, PathBuf) {
        let there = Self::with(keychain, None);
        there.pass(60 * 1_000_000);
        // The copy knows what was answered to the first ones.
        there.keys.store(1_000, Ordering::Relaxed);
        let to = there.folder.path().join("copy");
        crate::settings::make_private(&to).unwrap();
        for entry in std::fs::read_dir(self.folder.path().join("data/northmere-bank")).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        (there, to)
    }

    /// A second console of the same workspace, as another process has it; what it tells is heard by
    /// itself. Nobody sits there.
    pub(super) async fn beside(&self) -> Desk {
        let edge = self.desk.inner.edge.clone();
        let desk = Desk::new(edge, Arc::new(|_| ()));
        desk.open_last().await.unwrap();
        desk
    }

    /// Waits until this event was heard; what was heard before it is forgotten.
    pub(super) async fn hears(&self, event: DeskEvent) {
        let heard = async {
            while !self.heard().contains(&event) {
                tokio::task::yield_now().await;
            }
        };
        let long = std::time::Duration::from_secs(60);
        tokio::time::timeout(long, heard).await.expect("it was not told");
    }

    fn of(
        folder: tempfile::TempDir,
        clock: Arc<HandClock>,
        (keychain, login): (Arc<dyn Keychain>, Arc<dyn Login>),
        encryption_key: Option<&str>,
    ) -> Self {
        let edge = Edge {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
            keychain: KeychainThread::start(Arc::clone(&keychain)).unwrap(),
            login,
            encryption_key: encryption_key.map(|key| Arc::new(SecretText::new(key.to_owned()))),
            settings: Some(folder.path().join("settings")),
            data: Some(folder.path().join("data")),
        };
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        let listener = Arc::new(move |event| heard.lock().unwrap().push(event));
        let desk = Desk::new(edge, listener);
        let front = Mutex::new(ADMIN.to_owned());
        Self { desk, folder, keychain, clock, events, front, keys: AtomicI64::new(0) }
    }

    /// Nothing open, at a computer with this login manager.
    pub(super) fn at(login: Arc<dyn Login>) -> Self {
        let start = Timestamp::parse("2026-11-22T18:35:02.000000Z").unwrap().as_micros();
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(HandClock::at(start)));
        Self::of(folder, clock, (Arc::new(MemoryKeychain::new()), login), None)
    }

    /// A workspace with its first admin in the chair.
    pub(super) async fn founded() -> Self {
        let bench = Self::empty();
        bench.found().await;
        bench
    }

    /// The first admin makes a workspace and sits down.
    pub(super) async fn found(&self) {
        self.desk.create_workspace(draft()).await.unwrap();
        let kit = self.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
        assert!(matches!(kit, SigningView::Kit { saved: false, .. }), "{kit:?}");
        let done = self.desk.kit_saved().await.unwrap();
        assert!(matches!(done, SigningView::Idle {}), "{done:?}");
    }

    /// One with Bob and Eve, who approve, Ann, who writes, and Vic, who looks.
    pub(super) async fn staffed() -> Self {
        let bench = Self::founded().await;
        for (name, role) in
            [("Bob", "APPROVER"), ("Eve", "APPROVER"), ("Ann", "ANALYST"), ("Vic", "VIEWER")]
        {
            bench.join(name, role).await;
        }
        bench
    }

    pub(super) fn pass(&self, micros: i64) {
        self.clock.now.fetch_add(micros, Ordering::Relaxed);
    }

    /// The computer sleeps, and the clock on the wall stands still.
    pub(super) fn sleep(&self, micros: i64) {
        self.clock.asleep.fetch_add(micros, Ordering::Relaxed);
    }

    /// What was heard since the last look.
    pub(super) fn heard(&self) -> Vec<DeskEvent> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    pub(super) fn key(&self) -> String {
        format!("key-of-a-test-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn front(&self) -> String {
        self.front.lock().unwrap().clone()
    }

    /// The admin adds and enrols somebody.
    pub(super) async fn join(&self, name: &str, role: &str) {
        let draft = PersonDraft {
            name: name.to_owned(),
            role: role.to_owned(),
            reason: "joins the desk".to_owned(),
        };
        self.desk.add_person(draft).await.unwrap();
        let asked = self.desk.signing().await.unwrap();
        assert!(matches!(asked, SigningView::Enrol { .. }), "{asked:?}");
        let done = self.desk.answer_enrol(typed(name), typed(name), typed(&self.front())).await;
        assert!(matches!(done, Ok(SigningView::Idle {})), "{done:?}");
    }

    /// Asks for a role of somebody in the tenant in front.
    pub(super) async fn ask_for_role(&self, person_id: &str, role: &str) -> Answer<()> {
        let act = ActDraft::GrantRole {
            person_id: person_id.to_owned(),
            role: role.to_owned(),
            group: None,
        };
        self.desk.propose(act, "Covers a leave".to_owned()).await
    }

    /// Asks for an act, and signs it as the admin in the chair.
    pub(super) async fn act(&self, act: ActDraft) -> Answer<SigningView> {
        self.desk.propose(act, "as agreed".to_owned()).await?;
        self.desk.answer_change(typed(&self.front())).await
    }

    /// The id of somebody in the grid.
    pub(super) async fn id_of(&self, name: &str) -> String {
        let grid = self.desk.people().await.unwrap();
        grid.people.iter().find(|row| row.person.name == name).unwrap().person.id.clone()
    }

    /// Somebody else takes the chair.
    pub(super) async fn sit(&self, name: &str) -> SessionView {
        let session = self.desk.sign_out().await.unwrap();
        let id = person_id(&session, name);
        self.desk.sign_in(id).await.unwrap();
        self.desk.answer_sign_in(typed(name)).await.unwrap();
        *self.front.lock().unwrap() = name.to_owned();
        self.desk.session().await.unwrap()
    }

    /// A further tenant, founded by the admin in the chair and put in front of them.
    pub(super) async fn found_tenant(&self, id: &str) {
        let at = self.desk.at_work().await.unwrap();
        let given = typed(&self.front()).read().unwrap();
        let person = &at.session.person;
        let key = at.workspace.unlock(person, &TenantId::workspace(), &given).await.unwrap();
        let tenant = TenantId::parse(id).unwrap();
        at.workspace.create_tenant(&at.session, &key, &tenant, id, "opens").await.unwrap();
        self.desk.choose_tenant(id.to_owned()).await.unwrap();
    }

    /// An artefact of these bytes, hashed by the core.
    pub(super) async fn artefact(&self, bytes: &[u8]) -> String {
        let path: PathBuf = self.folder.path().join("artefact.bin");
        std::fs::write(&path, bytes).unwrap();
        self.desk.hash_artefact(path, Arc::new(|_| ())).await.unwrap().artefact_id
    }

    pub(super) async fn model(&self, name: &str, tier: &str) -> RequestedView {
        let draft = ModelDraft {
            name: name.to_owned(),
            version: "1".to_owned(),
            artefact_id: self.artefact(name.as_bytes()).await,
            card: CARD.to_owned(),
            tier: tier.to_owned(),
            reason: "Recalibrated".to_owned(),
        };
        self.desk.register_model(draft, self.key()).await.unwrap()
    }

    pub(super) async fn prompt(&self, name: &str, based_on: u32, text: &str) -> RequestedView {
        self.desk.save_prompt(prompt(name, based_on, text), self.key()).await.unwrap()
    }

    /// Opens a review and looks at it.
    pub(super) async fn open(&self, request_id: &str) -> ReviewView {
        let review = self.desk.open_review(request_id.to_owned()).await.unwrap();
        let id = review.review_id.clone();
        self.desk.open_part(id, ReviewPart::Overview).await.unwrap();
        review
    }

    /// Signs what the signing window asks.
    pub(super) async fn sign(&self) -> Answer<SigningView> {
        let reason = "Limits hold".to_owned();
        self.desk.answer_decision(reason, free(), typed(&self.front()), self.key()).await
    }

    /// Opens, asks for the window, and signs.
    pub(super) async fn decide(
        &self,
        request_id: &str,
        decision: DecisionDraft,
    ) -> Answer<SigningView> {
        let review = self.open(request_id).await;
        self.desk.decide(review.review_id, decision).await?;
        self.sign().await
    }

    pub(super) async fn inbox(&self, tab: InboxTab) -> InboxView {
        self.desk.inbox(tab, InboxFilter::default(), None).await.unwrap()
    }

    /// How often an action stands in the trail of the tenant in front.
    pub(super) async fn recorded(&self, action: &str) -> usize {
        let filter =
            crate::views::AuditFilter { action: Some(action.to_owned()), ..Default::default() };
        self.desk.audit(filter, None).await.unwrap().rows.len()
    }
}

pub(super) fn draft() -> WorkspaceDraft {
    WorkspaceDraft {
        title: "Northmere Bank".to_owned(),
        tenant_id: TENANT.to_owned(),
        admin: ADMIN.to_owned(),
        keys: KeyStorage::Keychain,
    }
}

pub(super) fn prompt(name: &str, based_on: u32, text: &str) -> PromptDraft {
    PromptDraft {
        name: name.to_owned(),
        based_on,
        text: text.to_owned(),
        tier: "medium".to_owned(),
        reason: "Asked for by compliance".to_owned(),
    }
}

pub(super) fn person_id(session: &SessionView, name: &str) -> String {
    let SessionView::SignedOut { people, .. } = session else { panic!("{session:?}") };
    people.iter().find(|person| person.name == name).unwrap().id.clone()
}

/// The code of a refusal.
pub(super) fn code<T: std::fmt::Debug>(answer: Answer<T>) -> ErrorCode {
    answer.unwrap_err().code
}
