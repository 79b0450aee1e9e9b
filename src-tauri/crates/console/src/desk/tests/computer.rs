//! A computer with a login manager of its own: a stand-in on a private bus.
//!
//! Invariant: the bus is a process that the test started and ends by its id; nothing of the
//! computer that the test runs on is asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, PipeReader, Read as _, pipe};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, Value};

use crate::login::{Login, SystemBus};
use crate::session::off_thread;

/// The session of the person who runs the tests.
pub(super) const OWN: &str = "/org/freedesktop/login1/session/_31";
/// Somebody else's.
pub(super) const FOREIGN: &str = "/org/freedesktop/login1/session/c2";
/// One that the login manager knows nothing of.
pub(super) const UNKNOWN: &str = "/org/freedesktop/login1/session/_39";
const PLACE: &str = "/org/freedesktop/login1";

/// A private bus without a login manager.
pub(super) struct Bus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Bus {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = format!("--address=unix:dir={}", folder.path().display());
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1", &place])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }

    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    pub(super) fn login(&self) -> Arc<dyn Login> {
        Arc::new(SystemBus::at(self.address.clone()))
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // Gone already: nothing is left to end.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The stand-in on its bus.
pub(super) struct Computer {
    pub(super) bus: Bus,
    login: Connection,
    delays: UnboundedReceiver<PipeReader>,
}

/// What it answers of the computer.
struct OfComputer(UnboundedSender<PipeReader>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl OfComputer {
    /// Keeps the end of a pipe that ends when the delay is given up.
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (reader, writer) = pipe().unwrap();
        self.0.send(reader).unwrap();
        std::os::fd::OwnedFd::from(writer).into()
    }

    #[zbus(property)]
    fn preparing_for_sleep(&self) -> bool {
        false
    }
}

/// What it answers of a session: the user it is of.
struct OfSession(u32);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl OfSession {
    #[zbus(property)]
    fn user(&self) -> (u32, OwnedObjectPath) {
        let user = format!("/org/freedesktop/login1/user/_{}", self.0);
        (self.0, OwnedObjectPath::try_from(user).unwrap())
    }
}

impl Computer {
    pub(super) fn start() -> Self {
        Self::on(Bus::start())
    }

    /// The login manager begins on a bus that is there.
    pub(super) fn on(bus: Bus) -> Self {
        let own = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap());
        let (sender, delays) = unbounded_channel();
        let login = Builder::address(bus.address.as_str())
            .and_then(|builder| builder.serve_at(PLACE, OfComputer(sender)))
            .and_then(|builder| builder.serve_at(OWN, OfSession(own)))
            .and_then(|builder| builder.serve_at(FOREIGN, OfSession(own + 1)))
            .and_then(|builder| builder.name("org.freedesktop.login1"))
            .and_then(Builder::build)
            .unwrap();
        Self { bus, login, delays }
    }

    /// The console asked for a delay: from here on it hears everything, and has done what it heard
    /// before.
    pub(super) async fn asked_for_a_delay(&mut self) -> PipeReader {
        self.delays.recv().await.unwrap()
    }

    pub(super) fn says_it_sleeps(&self) {
        self.signal(PLACE, "org.freedesktop.login1.Manager", "PrepareForSleep", &true);
    }

    pub(super) fn says_it_wakes(&self) {
        self.signal(PLACE, "org.freedesktop.login1.Manager", "PrepareForSleep", &false);
    }

    /// As `loginctl lock-session` does.
    pub(super) fn locks(&self, session: &str) {
        self.signal(session, "org.freedesktop.login1.Session", "Lock", &());
    }

    /// As a desktop does that locks and unlocks by itself.
    pub(super) fn hints(&self, session: &str, locked: bool) {
        let changed = HashMap::from([("LockedHint", Value::from(locked))]);
        let body = ("org.freedesktop.login1.Session", changed, Vec::<String>::new());
        self.signal(session, "org.freedesktop.DBus.Properties", "PropertiesChanged", &body);
    }

    fn signal<B: serde::Serialize + zbus::zvariant::DynamicType>(
        &self,
        place: &str,
        of: &str,
        name: &str,
        body: &B,
    ) {
        self.login.emit_signal(None::<&str>, place, of, name, body).unwrap();
    }
}

/// Waits until a delay is given up.
pub(super) async fn ended(mut delay: PipeReader) {
    let rest = off_thread(move || {
        let mut rest = Vec::new();
        delay.read_to_end(&mut rest).map(|_| rest)
    });
    assert!(rest.await.unwrap().unwrap().is_empty());
}
