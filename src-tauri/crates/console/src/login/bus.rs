//! The login manager on Linux: `org.freedesktop.login1` on the system bus.
//!
//! Invariant: it listens to three signals and asks for one thing, a delay before sleep that lasts
//! until the console is locked. It never changes a session of the computer.
//!
//! A desktop that locks its screen by itself sends no `Lock`; it sets `LockedHint` on its session.
//! Both are heard, of every session of the person who runs this program. Who may speak in the
//! login manager's name is the bus's to say; a liar could only lock.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::{Message, Type};
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Result as BusResult};

use super::{Left, Login, LoginError};

const LOGIN: &str = "org.freedesktop.login1";
const PLACE: &str = "/org/freedesktop/login1";
const SESSIONS: &str = "/org/freedesktop/login1/session";
const OF_COMPUTER: &str = "org.freedesktop.login1.Manager";
const OF_SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Longest wait for an answer: it is asked beside people's work, and by `doctor`.
const PATIENCE: Duration = Duration::from_secs(3);

/// The system bus: the one that the system's own address names, or one that was handed in.
#[derive(Debug, Clone, Default)]
pub struct SystemBus {
    address: Option<String>,
}

/// What a signal tells.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// The computer is about to sleep.
    Sleeps,
    /// It is awake again.
    Wakes,
    /// The screen of the session at this path was locked.
    Locked(String),
}

impl SystemBus {
    /// A bus at an address of D-Bus, as `unix:path=…`.
    #[must_use]
    pub fn at(address: String) -> Self {
        Self { address: Some(address) }
    }

    /// A connection to a bus on which the login manager answers.
    fn connect(&self) -> BusResult<Connection> {
        let builder = match &self.address {
            Some(address) => Builder::address(address.as_str())?,
            None => Builder::system()?,
        };
        let connection = builder.method_timeout(PATIENCE).build()?;
        let asked = (OF_COMPUTER, "PreparingForSleep");
        connection.call_method(Some(LOGIN), PLACE, Some(PROPERTIES), "Get", &asked)?;
        Ok(connection)
    }

    fn listening(&self) -> BusResult<(Connection, MessageIterator)> {
        let connection = self.connect()?;
        // Before the rules, so that nothing is missed between the two.
        let messages = MessageIterator::from(&connection);
        let bus = DBusProxy::new(&connection)?;
        for rule in rules()? {
            bus.add_match_rule(rule)?;
        }
        Ok((connection, messages))
    }
}

impl Login for SystemBus {
    fn listen(&self) -> Result<UnboundedReceiver<Left>, LoginError> {
        let (connection, messages) = self.listening().map_err(silent)?;
        let held = hold(&connection);
        let (sender, receiver) = unbounded_channel();
        std::thread::Builder::new()
            .name("login manager".to_owned())
            .spawn(move || hear(&connection, messages, held, &sender))
            .map_err(|cause| LoginError::Thread { detail: cause.to_string() })?;
        Ok(receiver)
    }

    fn probe(&self) -> Result<(), LoginError> {
        self.connect().map(|_| ()).map_err(silent)
    }
}

fn silent(cause: zbus::Error) -> LoginError {
    LoginError::Silent { detail: cause.to_string() }
}

/// Tells of every leaving until nobody listens or the bus is gone.
fn hear(
    connection: &Connection,
    messages: MessageIterator,
    mut held: Option<OwnedFd>,
    sender: &UnboundedSender<Left>,
) {
    for message in messages {
        let Ok(message) = message else { continue };
        let left = match said(&message) {
            None => continue,
            Some(Said::Wakes) => {
                held = hold(connection);
                continue;
            }
            Some(Said::Sleeps) => {
                Left::holding(held.take().map(|held| -> Box<dyn Send> { Box::new(held) }))
            }
            Some(Said::Locked(session)) if of_this_person(connection, &session) => {
                Left::holding(None)
            }
            Some(Said::Locked(_)) => continue,
        };
        if sender.send(left).is_err() {
            return;
        }
    }
    tracing::warn!("the system bus is gone: sleep and screen lock do not lock the console");
}

/// What to be told of.
fn rules() -> BusResult<[MatchRule<'static>; 3]> {
    let signal = || MatchRule::builder().msg_type(Type::Signal).sender(LOGIN);
    Ok([
        signal()?.interface(OF_COMPUTER)?.member("PrepareForSleep")?.path(PLACE)?.build(),
        signal()?.interface(OF_SESSION)?.member("Lock")?.path_namespace(SESSIONS)?.build(),
        signal()?
            .interface(PROPERTIES)?
            .member("PropertiesChanged")?
            .path_namespace(SESSIONS)?
            .build(),
    ])
}

/// What a message tells, if it is one of those.
fn said(message: &Message) -> Option<Said> {
    let header = message.header();
    if header.message_type() != Type::Signal {
        return None;
    }
    let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
    match (interface, member) {
        (OF_COMPUTER, "PrepareForSleep") => {
            let sleeps: bool = message.body().deserialize().ok()?;
            Some(if sleeps { Said::Sleeps } else { Said::Wakes })
        }
        (OF_SESSION, "Lock") => Some(Said::Locked(header.path()?.to_string())),
        (PROPERTIES, "PropertiesChanged") => {
            let body = message.body();
            let (of, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) =
                body.deserialize().ok()?;
            let locked = changed.get("LockedHint").and_then(|hint| bool::try_from(hint).ok());
            (of == OF_SESSION && locked == Some(true))
                .then(|| Some(Said::Locked(header.path()?.to_string())))?
        }
        _ => None,
    }
}

/// A delay before sleep, until it is dropped; without one the computer may sleep before the console
/// is locked, and locks it when it wakes.
fn hold(connection: &Connection) -> Option<OwnedFd> {
    let why = ("sleep", "Countersign", "The console is locked first", "delay");
    let answer = connection.call_method(Some(LOGIN), PLACE, Some(OF_COMPUTER), "Inhibit", &why);
    match answer.and_then(|answer| answer.body().deserialize::<OwnedFd>()) {
        Ok(held) => Some(held),
        Err(cause) => {
            tracing::warn!(%cause, "sleep will not wait for the console to be locked");
            None
        }
    }
}

/// Whether a session is of the person who runs this program; one that cannot be asked counts.
fn of_this_person(connection: &Connection, session: &str) -> bool {
    let user = || -> BusResult<u32> {
        let asked = (OF_SESSION, "User");
        let answer =
            connection.call_method(Some(LOGIN), session, Some(PROPERTIES), "Get", &asked)?;
        let value: OwnedValue = answer.body().deserialize()?;
        let (user, _): (u32, OwnedObjectPath) = value.try_into()?;
        Ok(user)
    };
    let own = std::fs::metadata("/proc/self").map(|own| own.uid());
    match (user(), own) {
        (Ok(user), Ok(own)) => user == own,
        (Err(_), _) | (_, Err(_)) => true,
    }
}
