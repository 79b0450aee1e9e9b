//! How every command runs: under one correlation id, answered in the closed set of codes, and
//! with the logs settled soon after.
//!
//! Invariant: at most one settling task is under way; it settles what was written until it ends.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use super::state::{Seat, State, Verified};
use super::{Answer, Desk, DeskEvent, Inner};
use crate::failure::ConsoleError;
use crate::ids;
use crate::workspace::{AnchorState, Workspace};

/// How long writing must rest before the logs are settled.
const REST: Duration = Duration::from_millis(50);

impl Desk {
    /// Carries out a command. It lies on the heap from here on: what a command holds while it waits is
    /// large, and whoever waits for several would hold the room of all of them on the stack.
    pub(super) fn answer<'a, View>(
        &'a self,
        command: impl Future<Output = Result<View, ConsoleError>> + Send + 'a,
    ) -> impl Future<Output = Answer<View>> + Send {
        let command = Box::pin(command);
        async move {
            let click = self.inner.ids.new_correlation();
            let before = self.alarms_raised();
            let outcome = ids::under(click.clone(), command).await;
            if self.alarms_raised() > before {
                self.tell(DeskEvent::SessionChanged);
            }
            self.settle_soon();
            outcome.map_err(|error| {
                tracing::warn!(incident = %click, %error, "a command was refused");
                error.view(click.as_str())
            })
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }

    /// An alarm that a command ran into is shown at once, whatever the command answers.
    fn alarms_raised(&self) -> usize {
        self.state().workspace.as_ref().map_or(0, |workspace| workspace.alarms_raised())
    }

    pub(super) fn tell(&self, event: DeskEvent) {
        if event == DeskEvent::RecordsChanged {
            self.state().own_wrote = true;
        }
        (self.inner.listener)(event);
    }

    /// Settles the logs when writing rests. Nothing waits for it.
    fn settle_soon(&self) {
        let Some(workspace) = self.state().workspace.clone() else { return };
        if workspace.is_unsettled() && !self.inner.settling.swap(true, Ordering::AcqRel) {
            let inner = Arc::clone(&self.inner);
            drop(tokio::spawn(async move {
                tokio::time::sleep(REST).await;
                inner.settling.store(false, Ordering::Release);
                inner.settle(&workspace).await;
            }));
        }
    }
}

impl Inner {
    /// The state. Each change of it is whole before the lock is let go.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what passed its time, signs checkpoints and moves anchors; what fails is tried again after the next command.
    pub(super) async fn settle(&self, workspace: &Workspace) {
        if let Err(error) = workspace.expire_requests().await {
            tracing::error!(%error, "requests that passed their time were not written down");
        }
        match workspace.settle().await {
            Ok(()) => self.note_anchors(workspace).await,
            Err(error) => tracing::error!(%error, "the logs were not settled"),
        }
        if !matches!(self.state().seat, Seat::Taken(_)) {
            workspace.forget_device();
        }
        (self.listener)(DeskEvent::SessionChanged);
    }

    /// Notes how far each log agrees with its anchor.
    pub(super) async fn note_anchors(&self, workspace: &Workspace) {
        let Ok(tenants) = workspace.log_ids().await else { return };
        for tenant in tenants {
            if let Ok(AnchorState::Holds(anchor)) = workspace.anchor_state(&tenant).await {
                let verified = Verified { size: anchor.size, at: self.edge.clock.now() };
                self.state().verified.insert(tenant, verified);
            }
        }
    }
}
