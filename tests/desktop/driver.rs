//! A WebDriver client, as much of it as these tests need, and finding things by role and name.
//!
//! Invariant: nothing sleeps for a fixed time: a condition is asked for until it holds or its time
//! is over, and the refusal says what was there instead.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;

/// How long a condition may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// The key of an element in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Finds elements by role and accessible name, as assistive technology would name them.
const FIND: &str = r#"
const [role, name, within] = arguments;
const own = { button: 'button,[role=button]', link: 'a[href],[role=link]', tab: '[role=tab]',
  textbox: 'input:not([type=checkbox]):not([type=radio]),textarea,[role=textbox]',
  checkbox: 'input[type=checkbox],[role=checkbox]', combobox: 'select,[role=combobox]',
  grid: '[role=grid]', table: 'table,[role=table]', row: 'tr,[role=row]', list: 'ul,ol,[role=list]',
  navigation: 'nav,[role=navigation]', main: 'main,[role=main]', status: 'output,[role=status]',
  heading: 'h1,h2,h3,h4,[role=heading]', dialog: 'dialog,[role=dialog]', alert: '[role=alert]' };
const text = (node) => node.textContent.replace(/\s+/g, ' ').trim();
const named = (node) => {
  const by = node.getAttribute('aria-labelledby');
  if (by) return by.split(' ').map((id) => document.getElementById(id)).filter(Boolean).map(text).join(' ');
  const label = node.getAttribute('aria-label');
  if (label) return label;
  if (node.labels && node.labels.length) return text(node.labels[0]);
  return text(node);
};
const shown = (node) => node.getClientRects().length > 0;
const root = within ? document.querySelector(within) : document;
if (!root) return null;
const all = [...root.querySelectorAll(own[role] || `[role=${role}]`)].filter(shown);
const found = all.find((node) => named(node) === name) || all.find((node) => named(node).startsWith(name)) || null;
// WebKit's driver presses no table row itself, but its cells.
return found && found.cells ? found.cells[0] : found;
"#;

/// One session with the main window.
pub(crate) struct Driver {
    agent: ureq::Agent,
    session: String,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub(crate) struct Element(String);

impl Element {
    /// As a script's argument.
    pub(crate) fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

impl Driver {
    /// Starts the program through the bridge.
    pub(crate) fn start(port: u16, program: &str) -> Outcome<Self> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::new_with_config(config);
        // WebKitWebDriver wants no browserName.
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"tauri:options": {"application": program}}}});
        let base = format!("http://127.0.0.1:{port}");
        let answer = until("the bridge answers", || {
            post(&agent, &format!("{base}/session"), &wanted).map(Some)
        })?;
        let id = answer["sessionId"].as_str().ok_or(format!("no session: {answer}"))?;
        Ok(Self { agent, session: format!("{base}/session/{id}") })
    }

    /// Ends the program.
    pub(crate) fn quit(&self) -> Outcome<()> {
        let answer = self.agent.delete(&self.session).call().map_err(|error| error.to_string())?;
        drop(answer);
        Ok(())
    }

    /// Runs a script in the page.
    pub(crate) fn script(&self, script: &str, arguments: &Value) -> Outcome<Value> {
        let body = json!({"script": script, "args": arguments});
        post(&self.agent, &format!("{}/execute/sync", self.session), &body)
    }

    /// The element of this role and name, as soon as it is there.
    pub(crate) fn find(&self, role: &str, name: &str) -> Outcome<Element> {
        until(&format!("{role} \"{name}\""), || self.look(role, name)).map_err(|problem| {
            format!("{problem}; the page says: {}", self.text().unwrap_or_default())
        })
    }

    /// The element of this role and name, if it is there now.
    pub(crate) fn look(&self, role: &str, name: &str) -> Outcome<Option<Element>> {
        let found = self.script(FIND, &json!([role, name, Value::Null]))?;
        Ok(found[ELEMENT].as_str().map(|id| Element(id.to_owned())))
    }

    /// Presses the element of this role and name, as soon as it is there.
    pub(crate) fn press(&self, role: &str, name: &str) -> Outcome<()> {
        until(&format!("{role} \"{name}\" can be pressed"), || {
            let Some(element) = self.look(role, name)? else { return Ok(None) };
            Ok(self.click(&element).ok())
        })
        .map_err(|problem| format!("{problem}; the page says: {}", self.text().unwrap_or_default()))
    }

    fn click(&self, element: &Element) -> Outcome<()> {
        let url = format!("{}/element/{}/click", self.session, element.0);
        post(&self.agent, &url, &json!({})).map(|_| ())
    }

    /// Types into the field of this name, after what stands there.
    pub(crate) fn write(&self, name: &str, text: &str) -> Outcome<()> {
        let field = self.find("textbox", name)?;
        let url = format!("{}/element/{}/value", self.session, field.0);
        post(&self.agent, &url, &json!({"text": text})).map(|_| ())
    }

    /// Takes away what stands in the field of this name.
    pub(crate) fn clear(&self, name: &str) -> Outcome<()> {
        let field = self.find("textbox", name)?;
        let url = format!("{}/element/{}/clear", self.session, field.0);
        post(&self.agent, &url, &json!({})).map(|_| ())
    }

    /// What a dialog of the page says, if one stands open.
    pub(crate) fn alert(&self) -> Outcome<Option<String>> {
        match get(&self.agent, &format!("{}/alert/text", self.session)) {
            Ok(text) => Ok(Some(text.as_str().unwrap_or_default().to_owned())),
            Err(problem) if problem.starts_with("no such alert") => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// How many pages there are that this reaches.
    pub(crate) fn pages(&self) -> Outcome<usize> {
        let handles = get(&self.agent, &format!("{}/window/handles", self.session))?;
        Ok(handles.as_array().map_or(0, Vec::len))
    }

    /// Chooses an option of the list of this name by its words.
    pub(crate) fn choose(&self, name: &str, option: &str) -> Outcome<()> {
        let list = self.find("combobox", name)?;
        let script = "
            const [list, words] = arguments;
            const option = [...list.options].find((one) => one.text.trim() === words);
            if (!option) return false;
            list.value = option.value;
            list.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        let chosen = self.script(script, &json!([list.json(), option]))?;
        if chosen.as_bool() == Some(true) {
            Ok(())
        } else {
            Err(format!("{name} has no option {option}"))
        }
    }

    /// An attribute of an element.
    pub(crate) fn attribute(&self, element: &Element, name: &str) -> Outcome<Option<String>> {
        let script = "return arguments[0].getAttribute(arguments[1])";
        let value = self.script(script, &json!([element.json(), name]))?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// All text of the page.
    pub(crate) fn text(&self) -> Outcome<String> {
        let text = self.script("return document.body.innerText", &json!([]))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says this.
    pub(crate) fn says(&self, words: &str) -> Outcome<()> {
        until(&format!("the page says \"{words}\""), || {
            Ok(self.text()?.contains(words).then_some(()))
        })
        .map_err(|problem| format!("{problem}; it says: {}", self.text().unwrap_or_default()))
    }
}

/// Asks until there is an answer or the time is over; an error on the way is remembered.
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    until_within(PATIENCE, what, look)
}

/// As [`until`], with a time of its own for long work.
pub(crate) fn until_within<T>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    let end = Instant::now() + patience;
    let mut last = String::new();
    while Instant::now() < end {
        match look() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(problem) => last = problem,
        }
        std::thread::sleep(PAUSE);
    }
    Err(format!("not within {} s: {what} {last}", patience.as_secs()))
}

fn post(agent: &ureq::Agent, url: &str, body: &Value) -> Outcome<Value> {
    read(agent.post(url).send_json(body).map_err(|error| error.to_string())?)
}

fn get(agent: &ureq::Agent, url: &str) -> Outcome<Value> {
    read(agent.get(url).call().map_err(|error| error.to_string())?)
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Outcome<Value> {
    let content: Value = answer.body_mut().read_json().map_err(|error| error.to_string())?;
    let value = content["value"].clone();
    match value["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
        None => Ok(value),
    }
}
