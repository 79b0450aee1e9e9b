//! A desktop with a stand-in that shows notifications, on a private bus.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};

use zbus::blocking::connection::Builder;
use zbus::zvariant::OwnedValue;

use super::computer::Bus;
use crate::notifying::{HEAD, Notifier, NotifyError, SENTENCE, SessionBus};

/// Everything that crosses, as it came.
type Told = (String, u32, String, String, String, Vec<String>, Vec<String>, i32);

/// What shows notifications.
struct Desktop(Sender<Told>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "so it is specified")]
    fn notify(
        &self,
        program: String,
        replaces: u32,
        icon: String,
        head: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        lasts: i32,
    ) -> u32 {
        let hints = hints.into_keys().collect();
        self.0.send((program, replaces, icon, head, body, actions, hints, lasts)).unwrap();
        41
    }
}

#[test]
fn one_sentence_crosses_and_nothing_else() {
    let bus = Bus::start();
    let notifier = SessionBus::at(bus.address());
    let silent = notifier.something_waits();
    assert!(matches!(silent, Err(NotifyError::Silent { .. })), "nobody shows it: {silent:?}");
    let (sender, told) = channel();
    let _desktop = Builder::address(bus.address().as_str())
        .and_then(|builder| builder.serve_at("/org/freedesktop/Notifications", Desktop(sender)))
        .and_then(|builder| builder.name("org.freedesktop.Notifications"))
        .and_then(Builder::build)
        .unwrap();
    for replaces in [0, 41] {
        notifier.something_waits().unwrap();
        let none = Vec::<String>::new;
        let expected = (
            HEAD.to_owned(),
            replaces,
            String::new(),
            HEAD.to_owned(),
            SENTENCE.to_owned(),
            none(),
            none(),
            -1,
        );
        assert_eq!(told.recv().unwrap(), expected);
    }
}
