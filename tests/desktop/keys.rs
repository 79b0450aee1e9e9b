//! The signing window: found by its title, driven by pressed keys, photographed from the screen.
//!
//! WebDriver does not reach it, which is as it should be. This is the one place that types into it.
//! `xdotool type` loses text, so keys are pressed one at a time.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::driver::{until, until_within};

/// Title of the signing window's native frame.
const TITLE: &str = "Countersign: sign";

/// The signing window, when it is open.
pub(crate) struct SigningWindow {
    id: String,
}

impl SigningWindow {
    /// Waits for it and brings it in front.
    pub(crate) fn wait() -> Outcome<Self> {
        let id = until("the signing window opens", || Ok(find()))?;
        let window = Self { id };
        window.activate()?;
        Ok(window)
    }

    /// True while one is open.
    pub(crate) fn is_open() -> bool {
        find().is_some()
    }

    /// Presses Escape until it is closed: while a key is being opened, Escape does nothing.
    pub(crate) fn dismiss(&self) -> Outcome<()> {
        until("the signing window closes on Escape", || {
            if find().is_some() {
                // The window may close between the look and the key.
                let _ = self.key("Escape");
                return Ok(None);
            }
            Ok(Some(()))
        })
    }

    fn activate(&self) -> Outcome<()> {
        xdotool(&["windowactivate", "--sync", &self.id]).map(|_| ())
    }

    /// Presses one key, by its X name: `Tab`, `Return`, `a`.
    pub(crate) fn key(&self, name: &str) -> Outcome<()> {
        xdotool(&["key", "--clearmodifiers", name]).map(|_| ())
    }

    /// Presses the keys of a text.
    pub(crate) fn text(&self, text: &str) -> Outcome<()> {
        for letter in text.chars() {
            let name = match letter {
                ' ' => "space".to_owned(),
                '-' => "minus".to_owned(),
                '.' => "period".to_owned(),
                ',' => "comma".to_owned(),
                ';' => "semicolon".to_owned(),
                letter if letter.is_ascii_alphanumeric() => letter.to_string(),
                letter => return Err(format!("no key is known for {letter:?}")),
            };
            self.key(&name)?;
        }
        Ok(())
    }

    /// Types a passphrase and presses Return until the window is done with it. Keys pressed before
    /// the page has the focus are lost: the field is then cleared and asks again.
    pub(crate) fn enter(&self, passphrase: &str) -> Outcome<()> {
        for _ in 0..4 {
            let _ = self.key("ctrl+a");
            self.text(passphrase)?;
            self.key("Return")?;
            let gone = || Ok(find().is_none().then_some(()));
            if until_within(Duration::from_secs(5), "it closes", gone).is_ok() {
                return Ok(());
            }
        }
        Err("the signing window does not take the passphrase".to_owned())
    }

    /// A picture of the window as it stands on the screen.
    pub(crate) fn picture(&self, path: &Path) -> Outcome<()> {
        photograph(&self.id, path)
    }
}

/// A picture of the whole screen.
pub(crate) fn screen(path: &Path) -> Outcome<()> {
    photograph("root", path)
}

/// The main window's frame.
pub(crate) fn main_window() -> Outcome<String> {
    until("the main window opens", || Ok(search("^Countersign$")))
}

/// A picture of one window.
pub(crate) fn photograph(window: &str, path: &Path) -> Outcome<()> {
    let path = path.to_string_lossy();
    run("import", &["-silent", "-window", window, &path]).map(|_| ())
}

fn find() -> Option<String> {
    search(&format!("^{TITLE}"))
}

fn search(title: &str) -> Option<String> {
    let found = xdotool(&["search", "--onlyvisible", "--name", title]).ok()?;
    found.lines().last().map(str::to_owned)
}

fn xdotool(arguments: &[&str]) -> Outcome<String> {
    run("xdotool", arguments)
}

fn run(program: &str, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!(
            "{program} {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}
