//! Who is at work: the only place where a command learns in whose name it acts.
//!
//! Invariant: after ten minutes without an act of the person the next one finds the console locked,
//! whatever the clock on the wall says and however long the computer slept; a task locks it when
//! nobody comes, another when the computer goes to sleep or its screen is locked. Reading is no such
//! act: a page reads by itself when others write, and that keeps nobody's console open.

use std::sync::{Arc, Weak};
use std::time::Duration;

use ledger::Action;
use tokio::task::JoinHandle;

use super::disclosed::Disclosed;
use super::signing::Asked;
use super::state::{Seat, State};
use super::{Answer, Desk, DeskEvent, Inner};
use crate::failure::ConsoleError;
use crate::session::{Session, off_thread};
use crate::workspace::Workspace;

/// Longest rest of a session, in microseconds: ten minutes.
pub(super) const IDLE_MICROS: i64 = 10 * 60 * 1_000_000;

/// Longest time until the task looks at the clock again: its own timer stands still while the
/// computer sleeps.
const LOOK: Duration = Duration::from_secs(15);

/// A person at work in an open workspace.
#[derive(Clone)]
pub(super) struct AtWork {
    pub(super) workspace: Arc<Workspace>,
    pub(super) session: Session,
    /// What they have read of protected values since they sat down here.
    pub(super) disclosed: Disclosed,
}

impl Desk {
    /// The open workspace.
    pub(super) fn workspace(&self) -> Result<Arc<Workspace>, ConsoleError> {
        self.state().workspace.clone().ok_or(ConsoleError::NoWorkspace)
    }

    /// The person is there: they typed or pressed something, whatever it was.
    pub async fn attend(&self) -> Answer<()> {
        self.answer(async { self.at_work().await.map(drop) }).await
    }

    /// The person at work; an act of theirs begins.
    pub(super) async fn at_work(&self) -> Result<AtWork, ConsoleError> {
        let at = self.seated().await?;
        let now = self.inner.edge.clock.elapsed_micros();
        let mut state = self.state();
        demand_same(&state.seat, &at.session)?;
        state.last_command = now;
        drop(state);
        Ok(at)
    }

    /// The person at work, for a look that may not be theirs.
    pub(super) async fn seated(&self) -> Result<AtWork, ConsoleError> {
        self.inner.lock_if_idle().await;
        let workspace = self.workspace()?;
        let Seat::Taken(session) = self.state().seat.clone() else {
            return Err(ConsoleError::NotSignedIn);
        };
        // An account that was closed meanwhile ends here.
        if let Err(error) = workspace.account(&session.person).await {
            self.leave_seat().await;
            self.tell(DeskEvent::SessionChanged);
            return Err(error);
        }
        let disclosed = {
            let state = self.state();
            demand_same(&state.seat, &session)?;
            state.disclosed.clone()
        };
        Ok(AtWork { workspace, session, disclosed })
    }

    /// Takes the chair, and watches that it is not left open.
    pub(super) fn take_seat(&self, session: Session) {
        self.seat(&mut self.state(), session);
    }

    /// The same, unless what was asked in that turn was given up since.
    pub(super) fn take_seat_after(&self, turn: u64, session: &Session) -> bool {
        let mut state = self.state();
        let same = state.asked().0 == turn;
        if same {
            self.seat(&mut state, session.clone());
        }
        same
    }

    fn seat(&self, state: &mut State, session: Session) {
        state.seat = Seat::Taken(session);
        state.came_at = Some(self.inner.edge.clock.now());
        state.last_command = self.inner.edge.clock.elapsed_micros();
        let watch = tokio::spawn(watch(Arc::downgrade(&self.inner)));
        if let Some(earlier) = state.watch.replace(watch) {
            earlier.abort();
        }
        // A login manager that did not answer is tried again by the next to sit down.
        if state.heeding.as_ref().is_none_or(JoinHandle::is_finished) {
            state.heeding = Some(tokio::spawn(heed(Arc::downgrade(&self.inner))));
        }
    }
}

/// The chair may have been left meanwhile.
fn demand_same(seat: &Seat, session: &Session) -> Result<(), ConsoleError> {
    match seat {
        Seat::Taken(still) if still == session => Ok(()),
        Seat::Taken(_) | Seat::Empty | Seat::Locked(_) => Err(ConsoleError::NotSignedIn),
    }
}

impl Inner {
    /// Locks a session that rested too long.
    pub(super) async fn lock_if_idle(&self) {
        if self.rest_left_micros().is_some_and(|left| left <= 0) {
            self.lock().await;
        }
    }

    /// Wipes what is open and keeps the place. The console is locked whether or not it can be
    /// recorded.
    pub(super) async fn lock(&self) {
        let (session, workspace) = {
            let mut state = self.state();
            let Seat::Taken(session) = state.seat.clone() else { return };
            state.clear_table();
            state.seat = Seat::Locked(session.clone());
            (session, state.workspace.clone())
        };
        // Before anything waits: the person may be asked for the passphrase meanwhile.
        (self.listener)(DeskEvent::SigningFinished);
        if let Some(workspace) = workspace {
            if let Err(error) = workspace.end_session(&session, Action::SessionLock).await {
                tracing::error!(%error, "locking was not recorded");
            }
            self.settle(&workspace).await;
        }
        (self.listener)(DeskEvent::SessionChanged);
    }

    /// The person left: whoever is signing in gives up, whoever sits is locked out.
    async fn leave(&self) {
        let gives_up = {
            let mut state = self.state();
            let is_asked = matches!(state.asked().1, Asked::SignIn(_));
            if is_asked {
                state.ask(Asked::Nothing);
            }
            is_asked
        };
        if gives_up {
            (self.listener)(DeskEvent::SigningFinished);
        }
        self.lock().await;
    }

    /// Microseconds until the session has rested too long; none without one.
    fn rest_left_micros(&self) -> Option<i64> {
        let now = self.edge.clock.elapsed_micros();
        let state = self.state();
        match state.seat {
            Seat::Taken(_) => {
                Some(IDLE_MICROS.saturating_sub(now.saturating_sub(state.last_command)))
            }
            Seat::Empty | Seat::Locked(_) => None,
        }
    }
}

/// Locks the session when its rest is over; ends with the session or the desk.
async fn watch(desk: Weak<Inner>) {
    loop {
        let Some(left) = desk.upgrade().and_then(|inner| inner.rest_left_micros()) else { return };
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0).max(1_000));
        tokio::time::sleep(left.min(LOOK)).await;
        if let Some(inner) = desk.upgrade() {
            inner.lock_if_idle().await;
        }
    }
}

/// Locks whenever the login manager says that the person left; ends with it or the desk.
async fn heed(desk: Weak<Inner>) {
    let Some(login) = desk.upgrade().map(|inner| Arc::clone(&inner.edge.login)) else { return };
    let mut leaving = match off_thread(move || login.listen()).await {
        Ok(Ok(leaving)) => leaving,
        Ok(Err(error)) => {
            tracing::warn!(%error, "sleep and the lock of the screen do not lock the console");
            return;
        }
        Err(_) => return,
    };
    while let Some(left) = leaving.recv().await {
        let Some(inner) = desk.upgrade() else { return };
        inner.leave().await;
        // Locked: now the computer may sleep.
        drop(left);
    }
}
