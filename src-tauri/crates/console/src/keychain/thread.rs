//! A keychain on a thread of its own, so that one that waits for its owner stops nobody else.
//!
//! Invariant: calls happen one at a time, in the order they were made; a call that nobody waits
//! for any more is not begun; a caller waits no longer than the limit. It will not end a call that
//! was begun: the platform offers no way, so a write that timed out may still happen.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use security::secret::SecretText;
use tokio::sync::oneshot;

use super::{ItemName, Kept, Keychain, KeychainError};

/// How long a caller waits for the keychain.
pub const LIMIT: Duration = Duration::from_secs(10);

/// Calls that may wait in line behind the one that runs.
const QUEUE: usize = 16;

type Call = Box<dyn FnOnce(&dyn Keychain) + Send>;

/// A handle on the thread of one keychain; clones share the thread, which ends after the last.
#[derive(Clone)]
pub struct KeychainThread {
    calls: SyncSender<Call>,
    progress: Progress,
    limit: Duration,
    kept: Kept,
}

impl KeychainThread {
    /// Starts the thread, with the usual [`LIMIT`].
    ///
    /// # Errors
    /// [`KeychainError::Unavailable`] when the system starts no thread.
    pub fn start(keychain: Arc<dyn Keychain>) -> Result<Self, KeychainError> {
        Self::start_with_limit(keychain, LIMIT)
    }

    /// Starts the thread; callers wait for at most `limit`.
    ///
    /// # Errors
    /// As [`KeychainThread::start`].
    pub fn start_with_limit(
        keychain: Arc<dyn Keychain>,
        limit: Duration,
    ) -> Result<Self, KeychainError> {
        let kept = keychain.describe();
        let (calls, waiting) = sync_channel(QUEUE);
        let progress = Progress::default();
        let seen = progress.clone();
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || answer_calls(&*keychain, &waiting, &seen))
            .map_err(|cause| KeychainError::Unavailable { detail: cause.to_string() })?;
        Ok(Self { calls, progress, limit, kept })
    }

    /// The value of an item, `None` when there is no such item.
    ///
    /// # Errors
    /// Those of [`Keychain::read`] and [`KeychainThread::ask`].
    pub async fn read(&self, item: &ItemName) -> Result<Option<SecretText>, KeychainError> {
        let item = item.clone();
        self.ask(move |keychain| keychain.read(&item)).await
    }

    /// Writes an item.
    ///
    /// # Errors
    /// Those of [`Keychain::write`] and [`KeychainThread::ask`].
    pub async fn write(&self, item: &ItemName, value: SecretText) -> Result<(), KeychainError> {
        let item = item.clone();
        self.ask(move |keychain| keychain.write(&item, &value)).await
    }

    /// Deletes an item.
    ///
    /// # Errors
    /// Those of [`Keychain::delete`] and [`KeychainThread::ask`].
    pub async fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        let item = item.clone();
        self.ask(move |keychain| keychain.delete(&item)).await
    }

    /// Runs several calls as one, such as read, compare and write of an anchor under its lock. Needs
    /// a runtime with a clock.
    ///
    /// # Errors
    /// Those of `job`; [`KeychainError::TimedOut`] when it is not done within the limit,
    /// [`KeychainError::Busy`] when an earlier call is overdue or too many wait,
    /// [`KeychainError::Unavailable`] when the thread has ended.
    pub async fn ask<T, E>(
        &self,
        job: impl FnOnce(&dyn Keychain) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<KeychainError> + Send + 'static,
    {
        if self.waits_for_owner() {
            return Err(KeychainError::Busy.into());
        }
        let (answer, answered) = oneshot::channel();
        let call: Call = Box::new(move |keychain| {
            if !answer.is_closed() {
                // Whoever asked may have given up meanwhile; what was done stays done.
                let _ = answer.send(job(keychain));
            }
        });
        self.calls.try_send(call).map_err(|refused| match refused {
            TrySendError::Full(_) => KeychainError::Busy,
            TrySendError::Disconnected(_) => ended(),
        })?;
        match tokio::time::timeout(self.limit, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(ended().into()),
            Err(_) => {
                self.progress.mark_overdue();
                Err(KeychainError::TimedOut { after: self.limit }.into())
            }
        }
    }

    /// True while a call that timed out still runs: the keychain waits for its owner.
    #[must_use]
    pub fn waits_for_owner(&self) -> bool {
        *self.progress.state() == State::Overdue
    }

    /// Which kind of keychain it is.
    #[must_use]
    pub fn describe(&self) -> Kept {
        self.kept
    }
}

fn answer_calls(keychain: &dyn Keychain, waiting: &Receiver<Call>, progress: &Progress) {
    for call in waiting {
        let _running = progress.begin();
        call(keychain);
    }
}

fn ended() -> KeychainError {
    KeychainError::Unavailable { detail: "its thread has ended".to_owned() }
}

/// What the thread does right now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Running,
    /// Runs a call, and a caller has given up.
    Overdue,
}

/// The state, as thread and callers share it.
#[derive(Clone, Default)]
struct Progress(Arc<Mutex<State>>);

impl Progress {
    /// Running until the result is dropped, also by a panic of the platform's code.
    fn begin(&self) -> Running<'_> {
        *self.state() = State::Running;
        Running(self)
    }

    /// Marks the call that runs. If none does, it has just ended, and nothing is overdue.
    fn mark_overdue(&self) {
        let mut state = self.state();
        if *state == State::Running {
            *state = State::Overdue;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Running<'progress>(&'progress Progress);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *self.0.state() = State::Idle;
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
