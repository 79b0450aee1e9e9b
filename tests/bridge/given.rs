//! What a page gives to a command and gets back, as the framework would hand it over.
//!
//! Invariant: arguments are read by serde into the command's own types; one that is missing counts
//! as null. A refusal of the core is an object with a code, any other a bare text.

use console::views::ErrorView;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::stage::Window;
use crate::standin::AppHandle;
use crate::standin::ipc::Channel;

/// The arguments of one call.
pub(crate) struct Given {
    pub(crate) window: Window,
    pub(crate) values: Map<String, Value>,
}

/// What the page gets: the view, or the refusal.
pub(crate) type Answered = Result<Value, Value>;

impl Given {
    /// One argument, by the name that the page uses.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Value> {
        let value = self.values.remove(name).unwrap_or_default();
        serde_json::from_value(value)
            .map_err(|cause| Value::from(format!("invalid args `{name}`: {cause}")))
    }

    /// A channel to the page, which writes it as `__CHANNEL__:<number>`.
    pub(crate) fn channel<R, T>(
        &mut self,
        app: &AppHandle<R>,
        name: &str,
    ) -> Result<Channel<T>, Value> {
        let text: String = self.take(name)?;
        let id = text.strip_prefix("__CHANNEL__:").and_then(|number| number.parse().ok());
        id.map(|id| Channel::new(app.stage(), self.window, id))
            .ok_or_else(|| Value::from(format!("invalid args `{name}`: {text} is no channel")))
    }
}

/// The view as JSON, or the refusal.
pub(crate) fn told<View: Serialize>(answer: Result<View, ErrorView>) -> Answered {
    let json = |value: Result<Value, serde_json::Error>| {
        value.unwrap_or_else(|cause| Value::from(cause.to_string()))
    };
    answer
        .map(|view| json(serde_json::to_value(view)))
        .map_err(|refused| json(serde_json::to_value(refused)))
}

/// The refusal of a command that nobody has.
pub(crate) fn unknown(command: &str) -> Value {
    Value::from(format!("Command {command} not found"))
}
