//! Plays the year act by act, each through the use case that a person would use.
//!
//! Invariant: an act that the content plans as refused is refused, and any other that fails ends
//! the making; nothing is skipped.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ledger::{Action, Actor, RecordId, RequestId, TenantId, Timestamp};
use security::passphrase::Passphrase;

use super::clock::SimulatedClock;
use super::content::{Catalogue, DemoAct, DemoEvent, DemoSubject};
use super::gate::Readings;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::{Session, UnlockedKey};
use crate::workspace::Workspace;

/// A person who was added and enrolled.
pub(super) struct Member {
    pub(super) id: Actor,
    pub(super) key: UnlockedKey,
}

/// The play, as far as it has come.
pub(super) struct Play<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) clock: &'a SimulatedClock,
    pub(super) catalogue: &'a Catalogue,
    pub(super) passphrase: Arc<Passphrase>,
    pub(super) staff: BTreeMap<&'static str, Member>,
    pub(super) requests: HashMap<DemoSubject, RequestId>,
    /// The last finding on each request.
    pub(super) findings: HashMap<DemoSubject, RecordId>,
    pub(super) readings: Readings,
    acts: u64,
}

impl<'a> Play<'a> {
    /// Begins with the founder, whose key is opened once.
    pub(super) async fn begin(
        workspace: &'a Workspace,
        clock: &'a SimulatedClock,
        catalogue: &'a Catalogue,
        passphrase: Arc<Passphrase>,
    ) -> Result<Self, ConsoleError> {
        let (tenant, founder) = (super::first(catalogue.tenants)?, super::first(catalogue.people)?);
        let accounts = workspace.store.people().await?;
        let account = accounts.into_iter().next().ok_or(ConsoleError::NotEnrolled)?;
        let tenant = TenantId::parse(tenant.id)?;
        let key = workspace.unlock(&account.id, &tenant, &passphrase).await?;
        let staff = BTreeMap::from([(founder.name, Member { id: account.id, key })]);
        Ok(Self {
            workspace,
            clock,
            catalogue,
            passphrase,
            staff,
            requests: HashMap::new(),
            findings: HashMap::new(),
            readings: Readings::new(),
            acts: 0,
        })
    }

    /// The keychain items of everybody's key.
    pub(super) fn person_keys(&self) -> impl Iterator<Item = ItemName> {
        let id = self.workspace.id().clone();
        self.staff.values().map(move |member| ItemName::person_key(&id, &member.key.keyid))
    }

    /// Plays one act, which ends at this time.
    pub(super) async fn play(
        &mut self,
        event: &DemoEvent,
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        self.acts += 1;
        match &event.act {
            DemoAct::SignIn { by } => {
                self.clock.move_to(at);
                self.workspace.sign_in_by_key(&self.member(by)?.key).await.map(|_| ())
            }
            DemoAct::SignInFails { by } => {
                self.clock.move_to(at);
                let id = self.workspace.ids.correlation();
                self.workspace.fail(&self.member(by)?.id, &id).await.map(|_| ())
            }
            DemoAct::SignOut { by } => {
                self.clock.move_to(at);
                let session = self.session(by, &TenantId::workspace())?;
                self.workspace.end_session(&session, Action::SessionSignOut).await
            }
            DemoAct::RegisterModel { by, subject } => {
                self.clock.move_to(at);
                self.register(by, *subject).await
            }
            DemoAct::PushPrompt { by, subject } => {
                self.clock.move_to(at);
                self.push(by, *subject).await
            }
            DemoAct::Vote { vote, subject, rejects } => {
                self.vote(vote, *subject, *rejects, at).await
            }
            DemoAct::Withdraw { by, subject, reason } => {
                self.clock.move_to(at);
                self.withdraw(by, *subject, reason).await
            }
            DemoAct::Remark { by, maker, subject, remark } => {
                self.clock.move_to(at);
                self.say(by, maker, *subject, remark).await
            }
            DemoAct::AskGate { subject, yes } => {
                self.clock.move_to(at);
                self.ask_gate(*subject, *yes).await
            }
            DemoAct::ChangeRole(change) => self.change_role(change, at).await,
            DemoAct::DeniedVote { by, subject } => self.denied_vote(by, *subject, at).await,
            DemoAct::DeniedRegister { by, subject } => {
                self.clock.move_to(at);
                self.denied_register(by, *subject).await
            }
            DemoAct::DeniedForeign { by, tenant, subject } => {
                self.clock.move_to(at);
                self.denied_foreign(by, tenant, *subject).await
            }
        }
    }

    pub(super) fn member(&self, name: &str) -> Result<&Member, ConsoleError> {
        self.staff.get(name).ok_or(ConsoleError::NotFound { what: "person of the demo" })
    }

    /// The person at work in a tenant.
    pub(super) fn session(&self, name: &str, tenant: &TenantId) -> Result<Session, ConsoleError> {
        let person = self.member(name)?.id.clone();
        Ok(Session { person, name: name.to_owned(), tenant_id: tenant.clone(), keyid: None })
    }

    /// The tenant of a subject.
    pub(super) fn tenant_of(&self, subject: DemoSubject) -> Result<TenantId, ConsoleError> {
        Ok(TenantId::parse(self.catalogue.tenant_of(subject).ok_or(MISSING)?)?)
    }

    /// Moves the clock to where this act began, but not before the one before it ended.
    pub(super) fn begin_before(&self, at: Timestamp, micros: i64) -> Result<(), ConsoleError> {
        self.clock.move_to(at.plus_micros(-micros)?);
        Ok(())
    }

    /// How long somebody reads before they sign, in microseconds: from half a minute to six.
    pub(super) fn reading_time(&self) -> i64 {
        let number = i64::try_from(self.acts).unwrap_or_default();
        (35 + number.wrapping_mul(97).rem_euclid(330)) * Timestamp::SECOND
    }

    /// The number of the act that is being played.
    pub(super) const fn act_number(&self) -> u64 {
        self.acts
    }

    /// A key for the next command; never the same twice.
    pub(super) fn command(&self) -> String {
        self.workspace.ids.new_correlation().to_string()
    }
}

/// A place in the catalogue that holds nothing.
pub(super) const MISSING: ConsoleError = ConsoleError::Damaged { what: "the demo's text" };
