//! The signing window: found by its title, driven by pressed keys, photographed from the screen.
//!
//! WebDriver does not reach it, which is as it should be. This is the one place that types into it.
//! `xdotool type` loses text, so keys are pressed one at a time.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::driver::until;

/// How the titles of the signing window begin. What follows is what it asks, once it can be typed
/// into.
const TITLE: &str = "Countersign: ";
/// How its title ends after a refusal.
const REFUSED: &str = ", refused";
/// What it may ask next in answer to something else.
const NEXT: [&str; 3] = ["Receipt", "New key file", "Recovery kit"];
/// How often a passphrase is typed: a busy machine may still lose a key.
const TRIES: usize = 3;

/// The signing window, when it is open.
pub(crate) struct SigningWindow {
    id: String,
    asks: &'static str,
}

impl SigningWindow {
    /// Waits until it asks this and can be typed into, and brings it in front.
    pub(crate) fn wait(asks: &'static str) -> Outcome<Self> {
        let id = until(&format!("the signing window asks: {asks}"), || Ok(titled(asks)))?;
        let window = Self { id, asks };
        window.demand_keys()?;
        Ok(window)
    }

    /// Whether it is open, whatever it asks.
    pub(crate) fn is_open() -> bool {
        open().is_some()
    }

    /// Presses Escape until it is closed: while a key is being opened, Escape does nothing.
    pub(crate) fn dismiss(&self) -> Outcome<()> {
        until("the signing window closes on Escape", || {
            if open().is_some() {
                // The window may close between the look and the key.
                let _ = self.key("Escape");
                return Ok(None);
            }
            Ok(Some(()))
        })
    }

    /// Presses one key, by its X name: `Tab`, `Return`, `a`.
    pub(crate) fn key(&self, name: &str) -> Outcome<()> {
        self.demand_keys()?;
        press(name)
    }

    /// Presses the keys of a text.
    pub(crate) fn text(&self, text: &str) -> Outcome<()> {
        for letter in text.chars() {
            self.key(&key_of(letter)?)?;
        }
        Ok(())
    }

    /// Fills the fields, which Tab leads through, and presses Return until it asks no more. After a
    /// refusal the passphrases are empty and typed again; `again` is what is typed then.
    pub(crate) fn answer(&self, fields: &[&str], again: &[&str]) -> Outcome<()> {
        let mut typed = fields;
        for _ in 0..TRIES {
            for (at, text) in typed.iter().enumerate() {
                if at > 0 {
                    self.key("Tab")?;
                }
                self.text(text)?;
            }
            self.key("Return")?;
            if !self.is_refused()? {
                return Ok(());
            }
            typed = again;
        }
        Err(format!("{TRIES} times refused: {}", self.asks))
    }

    /// Waits for the answer: true when it was refused.
    pub(crate) fn is_refused(&self) -> Outcome<bool> {
        let refused = format!("{}{REFUSED}", self.asks);
        until("the signing window answers", || {
            if titled(&refused).is_some() {
                return Ok(Some(true));
            }
            let mut next = NEXT.iter().filter(|next| **next != self.asks);
            let is_done = open().is_none() || next.any(|next| titled(next).is_some());
            Ok(is_done.then_some(false))
        })
    }

    /// A picture of the window as it stands on the screen.
    pub(crate) fn picture(&self, path: &Path) -> Outcome<()> {
        photograph(&self.id, path)
    }

    /// Keys go to the window that is active, whichever it is.
    fn demand_keys(&self) -> Outcome<()> {
        demand_active(&self.id)
    }
}

/// The main window, driven by pressed keys.
pub(crate) struct MainKeys(String);

impl MainKeys {
    /// Brings it in front.
    pub(crate) fn in_front() -> Outcome<Self> {
        let window = main_window()?;
        demand_active(&window)?;
        Ok(Self(window))
    }

    /// Presses one key, by its X name.
    pub(crate) fn key(&self, name: &str) -> Outcome<()> {
        demand_active(&self.0)?;
        press(name)
    }

    /// Presses the keys of a text.
    pub(crate) fn text(&self, text: &str) -> Outcome<()> {
        text.chars().try_for_each(|letter| self.key(&key_of(letter)?))
    }
}

/// Types a path into the system's file dialog of this title and presses Return. A path that begins
/// with a slash opens its location line.
pub(crate) fn type_path(title: &str, path: &Path) -> Outcome<()> {
    let dialog = until("the file dialog opens", || Ok(search(title)))?;
    demand_active(&dialog)?;
    press("ctrl+a")?;
    for letter in path.to_string_lossy().chars() {
        press(&key_of(letter)?)?;
    }
    press("Return")
}

/// Presses Escape in whatever stands in front, unless that is a window of the program itself.
pub(crate) fn escape_from_dialog() -> Outcome<()> {
    let active = xdotool(&["getactivewindow"])?;
    let title = xdotool(&["getwindowname", &active])?;
    if title.starts_with("Countersign") { Ok(()) } else { press("Escape") }
}

fn demand_active(window: &str) -> Outcome<()> {
    until("the window is in front", || {
        if xdotool(&["getactivewindow"]).is_ok_and(|active| active == window) {
            return Ok(Some(()));
        }
        xdotool(&["windowactivate", "--sync", window]).map(|_| None)
    })
}

fn press(name: &str) -> Outcome<()> {
    xdotool(&["key", "--clearmodifiers", name]).map(|_| ())
}

fn key_of(letter: char) -> Outcome<String> {
    Ok(match letter {
        ' ' => "space".to_owned(),
        '-' => "minus".to_owned(),
        '.' => "period".to_owned(),
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '/' => "slash".to_owned(),
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        letter => return Err(format!("no key is known for {letter:?}")),
    })
}

/// A picture of the whole screen.
pub(crate) fn screen(path: &Path) -> Outcome<()> {
    photograph("root", path)
}

/// The main window's frame, whatever number waits.
pub(crate) fn main_window() -> Outcome<String> {
    until("the main window opens", || Ok(search(r"^Countersign( \([0-9]+\))?$")))
}

/// Waits until the title of the main window says that something waits for the person at work.
pub(crate) fn title_says_what_waits() -> Outcome<()> {
    until("a number in the title", || Ok(search(r"^Countersign \([0-9]+\)$"))).map(|_| ())
}

/// A picture of one window.
pub(crate) fn photograph(window: &str, path: &Path) -> Outcome<()> {
    let path = path.to_string_lossy();
    run("import", &["-silent", "-window", window, &path]).map(|_| ())
}

/// The signing window, whatever it asks.
fn open() -> Option<String> {
    search(&format!("^{TITLE}"))
}

/// The signing window, if this is what it asks now.
fn titled(asks: &str) -> Option<String> {
    search(&format!("^{TITLE}{asks}$"))
}

/// The newest visible window whose title matches.
pub(crate) fn search(title: &str) -> Option<String> {
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
