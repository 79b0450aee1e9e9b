//! Signing in and out, locking, and choosing the tenant in front.
//!
//! Invariant: a passphrase is checked by the core before anybody takes the chair; a locked chair
//! opens for its person alone.

use std::sync::Arc;

use ledger::{Action, Actor, TenantId};

use super::key_file::opens_key_file;
use super::signing::{Asked, SigningIn, demo_passphrase};
use super::state::Seat;
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::principals::reached;
use crate::session::{Entry, Session, Who};
use crate::views::{SessionView, SigningView};

impl Desk {
    /// Asks for the passphrase of a person in the signing window.
    pub async fn sign_in(&self, person_id: String) -> Answer<()> {
        self.answer(async {
            let person_id = Actor::parse(&person_id)?;
            let workspace = self.workspace()?;
            let entry = self.entry_of(&person_id)?;
            let people = workspace.store.people().await?;
            let person = people.into_iter().find(|person| person.id == person_id);
            let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
            if person.sign_ins.is_empty() {
                return Err(ConsoleError::NotEnrolled);
            }
            if !workspace.has_keys_here().await.unwrap_or(true) {
                return Err(ConsoleError::KeysElsewhere);
            }
            let demo_passphrase = demo_passphrase(&workspace).await?;
            let view = SigningView::SignIn {
                name: hidden::drawn(&person.title),
                unlock: entry == Entry::Unlock,
                opens_key_file: opens_key_file(&workspace, demo_passphrase.as_deref()).await?,
                demo_passphrase,
            };
            self.ask(Asked::SignIn(Arc::new(SigningIn { person: person_id, view })));
            Ok(())
        })
        .await
    }

    /// The passphrase for it.
    pub async fn answer_sign_in(&self, passphrase: Passphrase) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::SignIn(signing_in) = asked else { return Ok(asked.view()) };
            let workspace = self.workspace()?;
            let entry = self.entry_of(&signing_in.person)?;
            let given = passphrase.read()?;
            let who = Who::Id(&signing_in.person);
            let mut session = workspace.sign_in(who, &given, entry).await?;
            if let Some(place) = self.kept_place() {
                let log = workspace.log(&place).await?;
                if reached(&log.authority, &session.person, session.keyid).is_some() {
                    session.tenant_id = place;
                }
            }
            // Given up while it was derived, by hand or because the computer goes to sleep.
            if !self.take_seat_after(turn, &session) {
                let ended = match entry {
                    Entry::SignIn => Action::SessionSignOut,
                    Entry::Unlock => Action::SessionLock,
                };
                workspace.end_session(&session, ended).await?;
                return Ok(SigningView::Idle {});
            }
            let idle = self.finished(turn);
            self.tell(DeskEvent::SessionChanged);
            Ok(idle)
        })
        .await
    }

    /// Locks: keys are wiped, the place is kept.
    pub async fn lock(&self) -> Answer<SessionView> {
        self.answer(async {
            self.inner.lock().await;
            self.session_view().await
        })
        .await
    }

    /// Ends the session, also a locked one.
    pub async fn sign_out(&self) -> Answer<SessionView> {
        self.answer(async {
            self.leave_seat().await;
            self.tell(DeskEvent::SessionChanged);
            self.session_view().await
        })
        .await
    }

    /// Puts another tenant of the person in front.
    pub async fn choose_tenant(&self, tenant_id: String) -> Answer<SessionView> {
        self.answer(async {
            let tenant = TenantId::parse(&tenant_id)?;
            let at = self.at_work().await?;
            let entered = at.workspace.enter(&at.session, &tenant).await?;
            self.move_to(&at.session, entered).await;
            self.tell(DeskEvent::SigningFinished);
            self.session_view().await
        })
        .await
    }

    /// Empties the chair and records the end of the session, whether or not it can be recorded. What
    /// was asked is over before anything waits: the next person may be asked meanwhile.
    pub(super) async fn leave_seat(&self) {
        let (session, workspace) = {
            let mut state = self.state();
            let seat = std::mem::take(&mut state.seat);
            state.clear_table();
            state.reasons.clear();
            state.artefacts.clear();
            (person_of(seat), state.workspace.clone())
        };
        self.tell(DeskEvent::SigningFinished);
        if let (Some(session), Some(workspace)) = (session, workspace) {
            self.inner.write_reasons(&session).await;
            if let Err(error) = workspace.end_session(&session, Action::SessionSignOut).await {
                tracing::error!(%error, "signing out was not recorded");
            }
            self.inner.settle(&workspace).await;
        }
    }

    /// The chair stands in another tenant; what lay open was of the one before. Nothing moves where it
    /// was left, or moved elsewhere, meanwhile.
    pub(super) async fn move_to(&self, from: &Session, there: Session) {
        {
            let mut state = self.state();
            let is_there = matches!(&state.seat, Seat::Taken(here) if here == from);
            if !is_there || from.tenant_id == there.tenant_id {
                return;
            }
            state.seat = Seat::Taken(there);
            state.came_at = Some(self.inner.edge.clock.now());
            state.clear_table();
            state.reasons.clear();
        }
        self.inner.write_reasons(from).await;
    }

    /// What a passphrase of this person would do now.
    fn entry_of(&self, person: &Actor) -> Result<Entry, ConsoleError> {
        match &self.state().seat {
            Seat::Empty => Ok(Entry::SignIn),
            Seat::Locked(session) if session.person == *person => Ok(Entry::Unlock),
            Seat::Locked(_) => Err(ConsoleError::NotSignedIn),
            Seat::Taken(_) => Err(ConsoleError::Input {
                what: "person",
                reason: "somebody is signed in here: sign out first",
            }),
        }
    }

    /// The tenant that was in front when the chair was locked.
    fn kept_place(&self) -> Option<TenantId> {
        match &self.state().seat {
            Seat::Locked(session) => Some(session.tenant_id.clone()),
            Seat::Empty | Seat::Taken(_) => None,
        }
    }
}

fn person_of(seat: Seat) -> Option<Session> {
    match seat {
        Seat::Empty => None,
        Seat::Taken(session) | Seat::Locked(session) => Some(session),
    }
}
