//! Stands in for the shell's framework: the few types that the commands name.
//!
//! Invariant: nothing here decides; a command sees what it would see in the desktop program.

use std::marker::PhantomData;
use std::sync::Arc;

use console::Desk;

use crate::stage::Stage;

/// What kind of web view there is.
pub(crate) trait Runtime: Send {}

/// A browser that a test drives.
pub(crate) enum Chromium {}

impl Runtime for Chromium {}

/// The running program.
pub(crate) struct AppHandle<R> {
    stage: Arc<Stage>,
    view: PhantomData<R>,
}

impl<R> AppHandle<R> {
    /// The program on this stage.
    pub(crate) fn of(stage: &Arc<Stage>) -> Self {
        Self { stage: Arc::clone(stage), view: PhantomData }
    }

    pub(crate) fn stage(&self) -> &Arc<Stage> {
        &self.stage
    }

    pub(crate) fn desk(&self) -> &Desk {
        self.stage.desk()
    }

    /// The window in front.
    pub(crate) const fn window(&self) -> WebviewWindow<R> {
        WebviewWindow(PhantomData)
    }
}

impl<R> Clone for AppHandle<R> {
    fn clone(&self) -> Self {
        Self::of(&self.stage)
    }
}

/// The window whose page calls.
pub(crate) struct WebviewWindow<R>(PhantomData<R>);

impl<R> WebviewWindow<R> {
    /// Opens the dialog for printing, which a browser without a head does not have.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the shell's signature")]
    pub(crate) const fn print(&self) -> Result<(), std::convert::Infallible> {
        Ok(())
    }
}

/// Messages from a command to its page.
pub(crate) mod ipc {
    use std::marker::PhantomData;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use serde::Serialize;
    use serde_json::json;

    use crate::stage::{Stage, Window};

    /// What a page listens on while a command works.
    pub(crate) struct Channel<T> {
        stage: Arc<Stage>,
        window: Window,
        id: u64,
        sent: AtomicU64,
        message: PhantomData<fn(T)>,
    }

    impl<T> Channel<T> {
        pub(crate) fn new(stage: &Arc<Stage>, window: Window, id: u64) -> Self {
            let (stage, sent) = (Arc::clone(stage), AtomicU64::new(0));
            Self { stage, window, id, sent, message: PhantomData }
        }

        fn tell(&self, message: serde_json::Value) {
            self.stage.tell(self.window, json!({ "channel": self.id, "message": message }));
        }
    }

    impl<T: Serialize> Channel<T> {
        /// Sends one message; the page puts them in order by their index.
        pub(crate) fn send(&self, message: T) -> Result<(), serde_json::Error> {
            let message = serde_json::to_value(message)?;
            let index = self.sent.fetch_add(1, Ordering::SeqCst);
            self.tell(json!({ "message": message, "index": index }));
            Ok(())
        }
    }

    impl<T> Drop for Channel<T> {
        fn drop(&mut self) {
            self.tell(json!({ "end": true, "index": self.sent.load(Ordering::SeqCst) }));
        }
    }
}
