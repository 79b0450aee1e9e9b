//! Who goes through the matrix: one person a role in `credit`, and one who is ADMIN of the workspace
//! too, each the author of things of their own in both tenants, beside somebody else's.
//!
//! Invariant: every role is held by a signed act, and every subject was made by its author's own
//! call; nothing is written behind the core.

use std::collections::BTreeMap;

use console::administering::{OwnKey, RoleWish};
use console::desk::{Answer, Desk};
use console::proposing::ChangeOutcome;
use console::registering::{ModelSubmission, PromptSubmission};
use console::reviewing::Verdict;
use console::session::{Session, UnlockedKey};
use console::tokens::TokenWish;
use console::views::SessionView;
use console::{Edge, Passphrase, SecretText, settings};
use ledger::{Actor, Decision, RequestId, Role, TenantId, Tier};
use security::passphrase::Passphrase as Secret;
use tests::dump;
use tests::house::{self, ADA, ANN, BOB, CREDIT, EVE, House, MARKETS, MAX, NEW, PASSPHRASE, VIC};
use tests::logs::tenant;

use super::table::Whose;

/// The four roles and who holds each in `credit`, for the whole test.
pub(crate) const STAFF: [(Role, &str); 4] =
    [(Role::Admin, EVE), (Role::Analyst, ANN), (Role::Approver, BOB), (Role::Viewer, VIC)];

/// ADMIN of the workspace and of `credit`, beside Ada.
pub(crate) const HEAD: &str = NEW;

/// The log of the workspace itself.
const HOME: &str = "_workspace";

/// Stands in every text that belongs to `markets` alone.
pub(crate) const CANARY: &str = "canary-of-markets";

/// What somebody made: a model, a prompt, and a prompt that was decided.
#[derive(Clone)]
pub(crate) struct Works {
    pub(crate) tenant: &'static str,
    pub(crate) model: String,
    pub(crate) prompt: String,
    /// Waits for a decision.
    pub(crate) request: RequestId,
    /// Was approved.
    pub(crate) decided: RequestId,
    /// Was approved, and may be used up.
    pub(crate) revocable: Vec<RequestId>,
    /// Waits, and may be used up.
    pub(crate) spare: Vec<RequestId>,
    /// The service account of a token.
    pub(crate) token: Actor,
    /// Another's, which the command line is asked about.
    pub(crate) piped: Actor,
}

/// The house with everybody in their place.
pub(crate) struct Cast {
    pub(crate) house: House,
    pub(crate) edge: Edge,
    pub(crate) folder: tempfile::TempDir,
    /// A token of each role, of which the person who holds that role is the owner.
    pub(crate) services: BTreeMap<Role, (Actor, SecretText)>,
    /// The key of [`HEAD`], once it is enrolled.
    head: Option<UnlockedKey>,
    works: BTreeMap<(&'static str, &'static str), Works>,
}

pub(crate) fn typed() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned())
}

impl Cast {
    pub(crate) async fn new() -> Self {
        let house = House::new().await;
        let folder = tempfile::tempdir().unwrap();
        let edge = Edge { settings: Some(folder.path().join("settings")), ..house.edge.clone() };
        settings::remember_workspace(&edge, &house.place).unwrap();
        std::fs::write(folder.path().join("artefact.bin"), b"weights").unwrap();
        let (works, services) = (BTreeMap::new(), BTreeMap::new());
        let mut cast = Self { house, edge, folder, services, head: None, works };
        cast.authors(ADA, CREDIT).await;
        cast.authors(ADA, MARKETS).await;
        for (role, who) in STAFF {
            cast.makes_works(who).await;
            let token = cast.token(who, CREDIT, role).await;
            cast.services.insert(role, token);
            cast.revoke(who, HOME).await;
            cast.grant(who, CREDIT, role).await;
        }
        cast.join_head().await;
        cast.makes_works(HEAD).await;
        cast.house.workspace.settle().await.unwrap();
        cast
    }

    /// Somebody is the author of things in both tenants. Whoever makes a token owns it: for that they
    /// are ADMIN there and of the workspace meanwhile.
    async fn makes_works(&mut self, who: &'static str) {
        self.enrol(who, HOME).await;
        self.enrol(who, MARKETS).await;
        self.authors(who, MARKETS).await;
        self.revoke(who, MARKETS).await;
        self.grant(who, CREDIT, Role::Admin).await;
        self.authors(who, CREDIT).await;
    }

    /// The second ADMIN of the workspace joins, with a key of their own.
    async fn join_head(&mut self) {
        let (ada, key) = (self.session(ADA, CREDIT), self.house.key(ADA));
        let person = house::person(HEAD);
        let wish = RoleWish { person, role: Role::Admin, group: None, reason: "shares the work" };
        let workspace = &self.house.workspace;
        let outcomes = workspace.enrol(&ada, key, self.house.new_key(), wish).await.unwrap();
        self.agree(CREDIT, HEAD, outcomes).await;
        let secret = std::sync::Arc::new(Secret::from_text(PASSPHRASE).unwrap());
        let own = self.house.workspace.unlock(person, &tenant(CREDIT), &secret).await;
        self.head = Some(own.unwrap());
    }

    /// What a person of this role is asked about: their own or another's, here or elsewhere.
    pub(crate) fn works(&self, who: &'static str, whose: Whose) -> &Works {
        let of = if whose.is_here() { CREDIT } else { MARKETS };
        let own = self.works.get(&(who, of)).filter(|_| whose.is_own());
        // Whoever never held a role made nothing.
        own.unwrap_or(&self.works[&(ADA, of)])
    }

    /// A request that may be used up.
    pub(crate) fn spare(&mut self, who: &'static str, whose: Whose) -> RequestId {
        let of = if whose.is_here() { CREDIT } else { MARKETS };
        let author = if whose.is_own() { who } else { ADA };
        let works = self.works.get_mut(&(author, of)).unwrap();
        works.spare.pop().unwrap()
    }

    /// An approval that may be used up.
    pub(crate) fn revocable(&mut self, who: &'static str, whose: Whose) -> RequestId {
        let of = if whose.is_here() { CREDIT } else { MARKETS };
        let author = if whose.is_own() { who } else { ADA };
        let works = self.works.get_mut(&(author, of)).unwrap();
        works.revocable.pop().unwrap()
    }

    /// A desk with the workspace open and nobody at it.
    pub(crate) async fn desk(&self) -> Desk {
        let desk = Desk::new(self.edge.clone(), std::sync::Arc::new(|_| ()));
        desk.open_last().await.unwrap();
        desk
    }

    /// Somebody takes the chair, in `credit`.
    pub(crate) async fn sit(&self, desk: &Desk, who: &str) -> Answer<SessionView> {
        desk.sign_out().await?;
        desk.sign_in(house::person(who).to_string()).await?;
        desk.answer_sign_in(typed()).await?;
        desk.session().await
    }

    pub(crate) fn session(&self, who: &str, of: &str) -> Session {
        self.house.session_in(who, of)
    }

    /// The state as its tables have it, without the logs.
    pub(crate) fn state(&self) -> Vec<String> {
        dump::state(&self.house.database())
    }

    /// Gives a role, with the second admin's signature where there is one.
    pub(crate) async fn grant(&self, who: &str, of: &str, role: Role) {
        if self.holds(who, of).await == Some(role) {
            return;
        }
        let wish =
            RoleWish { person: house::person(who), role, group: None, reason: "reviews models" };
        let (ada, key) = (self.session(ADA, of), self.house.key(ADA));
        let outcome = self.house.workspace.grant_role(&ada, key, wish).await.unwrap();
        self.agree(of, who, vec![outcome]).await;
    }

    /// Takes a role away, with the second admin's signature where there is one.
    pub(crate) async fn revoke(&self, who: &str, of: &str) {
        let (ada, key) = (self.session(ADA, of), self.house.key(ADA));
        let person = house::person(who);
        let outcome = self.house.workspace.revoke_role(&ada, key, person, "left").await.unwrap();
        self.agree(of, who, vec![outcome]).await;
    }

    /// Gives somebody from `credit` the role ADMIN elsewhere, with the same key.
    pub(crate) async fn enrol(&self, who: &str, of: &str) {
        let secret = std::sync::Arc::new(Secret::from_text(PASSPHRASE).unwrap());
        let (person, workspace) = (house::person(who), &self.house.workspace);
        let own = workspace.unlock(person, &tenant(CREDIT), &secret).await.unwrap();
        let wish = RoleWish { person, role: Role::Admin, group: None, reason: "reviews models" };
        let (ada, key) = (self.session(ADA, of), self.house.key(ADA));
        let own = OwnKey::of_unlocked(own);
        let outcomes = workspace.enrol(&ada, key, &own, wish).await.unwrap();
        self.agree(of, who, outcomes).await;
    }

    async fn agree(&self, of: &str, who: &str, outcomes: Vec<ChangeOutcome>) {
        for outcome in outcomes {
            let ChangeOutcome::Waiting { request_id } = outcome else { continue };
            let second = match of {
                MARKETS => MAX,
                HOME if self.is_admin(HEAD, of).await => HEAD,
                _ if self.is_admin(EVE, of).await => EVE,
                // Whoever gives Eve her role back, where she is the one who lost it.
                _ if self.is_admin(HEAD, of).await => HEAD,
                _ => who,
            };
            let session = self.session(second, of);
            let review = self.house.review(&session, &request_id).await.unwrap();
            let key = self.head.as_ref().filter(|_| second == HEAD);
            let key = key.unwrap_or_else(|| self.house.key(second));
            let verdict =
                Verdict { decision: Decision::Approved, reason: "as agreed", seconds: 74 };
            let (workspace, id) = (&self.house.workspace, request_id.as_str());
            workspace.decide(&session, key, &review, verdict, id).await.unwrap();
        }
    }

    /// A token in a tenant, which this person makes and owns.
    async fn token(&self, owner: &str, of: &str, role: Role) -> (Actor, SecretText) {
        let wish = TokenWish {
            title: "Nightly build",
            role,
            life_days: 90,
            reason: "registers what the nightly build made",
        };
        let owner = self.session(owner, of);
        let made = self.house.workspace.create_token(&owner, wish).await.unwrap();
        let text = made.text();
        (made.account.id, text)
    }

    async fn is_admin(&self, who: &str, of: &str) -> bool {
        self.holds(who, of).await == Some(Role::Admin)
    }

    async fn holds(&self, who: &str, of: &str) -> Option<Role> {
        let of = TenantId::parse(of).unwrap();
        self.house.workspace.role(house::person(who), &of).await.unwrap()
    }

    async fn authors(&mut self, who: &'static str, of: &'static str) {
        let short = who.split(' ').next().unwrap().to_lowercase();
        let session = self.session(who, of);
        let (model, prompt) = (format!("{of}/{short}-model"), format!("{of}/{short}-prompt"));
        let workspace = &self.house.workspace;
        // What stands in `markets` only is known by its words wherever it comes out.
        let mark = if of == MARKETS { CANARY } else { "plain" };
        let submission = ModelSubmission {
            card: format!(r#"{{"intended_use":"{mark} card"}}"#),
            reason: format!("{mark} reason"),
            ..house::model(&model, Tier::Medium)
        };
        workspace.register_model(&session, &submission, &model).await.unwrap();
        let mut requests = Vec::new();
        for name in
            ["", "-decided", "-new", "-protected", "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h"]
        {
            let tier = if name == "-protected" { Tier::High } else { Tier::Low };
            let name = format!("{prompt}{name}");
            let submission = PromptSubmission {
                tier: Some(tier),
                text: format!("{mark} text\n"),
                reason: format!("{mark} reason"),
                ..house::prompt(&name, 0)
            };
            let made = workspace.write_prompt(&session, &submission, &name).await.unwrap();
            requests.push(made.request_id);
        }
        let decided = requests.remove(1);
        self.approve(who, of, &decided).await;
        let request = requests.remove(0);
        // The versions of `-new` are written on and on: its requests are superseded. What is
        // protected wants two signatures.
        requests.drain(..2);
        let mut revocable = Vec::new();
        for (name, based_on) in [("-two", 0), ("-two", 1), ("-r", 0), ("-s", 0), ("-t", 0)] {
            let submission = PromptSubmission {
                tier: Some(Tier::Low),
                text: format!("{mark} text {based_on}\n"),
                reason: format!("{mark} reason"),
                ..house::prompt(&format!("{prompt}{name}"), based_on)
            };
            let key = format!("{prompt}{name}@{based_on}");
            let made = workspace.write_prompt(&session, &submission, &key).await.unwrap();
            self.approve(who, of, &made.request_id).await;
            revocable.push(made.request_id);
        }
        // Of the first two both are in force, and stay so.
        revocable.drain(..2);
        let (token, _) = self.token(who, of, Role::Viewer).await;
        let (piped, _) = self.token(who, of, Role::Viewer).await;
        let spare = requests;
        let works =
            Works { tenant: of, model, prompt, request, decided, revocable, spare, token, piped };
        self.works.insert((who, of), works);
    }

    /// Approved by an approver who did not make it.
    async fn approve(&self, author: &str, of: &str, request: &RequestId) {
        let second = match (of, author) {
            (MARKETS, _) => MAX,
            (_, ADA) => BOB,
            _ => ADA,
        };
        let session = self.session(second, of);
        let review = self.house.review(&session, request).await.unwrap();
        self.house.sign(second, &session, &review, Decision::Approved).await.unwrap();
    }
}
