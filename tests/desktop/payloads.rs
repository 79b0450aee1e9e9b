//! Hostile texts in the real window: a sample of the lists, planted in a house through the core, and
//! looked at on its screens. All lists are looked at in Chromium (`ui/tests/browser`).
//!
//! Invariant: the signs of life are those of the checks in Chromium: a call of what payloads call, a
//! dialog, another page, markup that none of our components draws, a refusal by the policy. A sign
//! that is made by hand is found (the control).

use std::collections::BTreeSet;

use console::keychain::{Keychain, OsKeychain};
use console::{Edge, SecretText, settings};
use serde_json::{Value, json};
use tests::{house, plant};

use crate::Outcome;
use crate::checks::{Check, Scene, WATCH, carry_out};
use crate::driver::until;
use crate::stage::Stage;
use crate::tour::sign_in;

/// So many texts of each list; some stand in two.
const OF_EACH: usize = 18;
/// Fewer texts than this are no sample.
const SAMPLE: usize = 60;
/// The beds of the house that are planted, one after the other.
const BEDS: [&str; 3] = ["registry", "requests", "people"];
/// Screens that are looked at, at least.
const SCREENS: usize = 34;

/// What most payloads call to show that they ran.
const HOOKS: &str = "
window.__ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
  Object.defineProperty(window, name, { value: () => window.__ran.push(name), writable: false });
}";

/// Everything that would be a sign of life, and the page's text with what its fields hold.
const READ: &str = "
const signs = window.__ran.map((name) => name + ' was called');
for (const refused of window.__violations) signs.push('refused: ' + refused);
for (const element of document.body.querySelectorAll('*')) {
  const handler = element.getAttributeNames().find((name) => name.startsWith('on'));
  if (handler) signs.push(element.localName + ' has ' + handler);
  for (const to of [element.getAttribute('href'), element.getAttribute('src')]) {
    if (to && /^\\s*(javascript|data|vbscript):/i.test(to)) signs.push(element.localName + ' leads to ' + to.slice(0, 60));
  }
}
const strange = 'script, iframe, object, embed, img, video, audio, base, meta, link, style, marquee, form[action], math, template';
for (const element of document.body.querySelectorAll(strange)) signs.push('there is a ' + element.localName);
const held = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
const offered = [...document.querySelectorAll('option')].map((option) => option.text);
return { signs, text: [document.body.innerText, ...held, ...offered].join('\\n') };";

/// In a house in which hostile texts stand.
pub(crate) const CHECKS: [(&str, Check); 1] =
    [("nothing runs of hostile texts, in the real window", nothing_runs)];

/// Carries out the checks in a program of its own; gives those that failed.
pub(crate) fn in_a_house(checks: &[(&'static str, Check)]) -> Outcome<Vec<&'static str>> {
    let edge = Edge::system().map_err(|error| error.to_string())?;
    let data = edge.data.clone().ok_or("no folder for data")?;
    settings::make_private(&data).map_err(|error| error.to_string())?;
    let folder = data.join("house");
    let texts = plant::lists::of_each(OF_EACH)?;
    if texts.len() < SAMPLE {
        return Err(format!("{} hostile texts where at least {SAMPLE} belong", texts.len()));
    }
    for (account, value) in house::items() {
        let written = OsKeychain::new().write(&account, &SecretText::new(value));
        written.map_err(|error| error.to_string())?;
    }
    house::lay_out(&folder);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    for bed in BEDS {
        let told = runtime.block_on(plant::planted(&folder, &edge, bed, &texts))?;
        let places = told.as_object().map_or(0, serde_json::Map::len);
        println!("  {} hostile texts offered to {places} places of {bed}", texts.len());
    }
    drop(runtime);
    let stage = Stage::open(&tests::root().join("target/window-tests/payloads"))?;
    let scene = Scene { stage, passphrase: house::PASSPHRASE.to_owned(), folder };
    let failed = carry_out(&scene, checks);
    scene.stage.close()?;
    Ok(failed)
}

/// Somebody who looks at screens, and what they saw.
struct Looker<'a> {
    scene: &'a Scene,
    texts: Vec<(String, String)>,
    seen: BTreeSet<String>,
    screens: usize,
}

impl Looker<'_> {
    /// Looks at the page as it stands.
    fn look(&mut self) -> Outcome<()> {
        let driver = &self.scene.stage.driver;
        until("the page has its answers", || {
            let busy = "return document.querySelectorAll('main [role=progressbar]').length";
            Ok((driver.script(busy, &json!([]))?.as_u64() == Some(0)).then_some(()))
        })?;
        let (signs, text) = self.read()?;
        if let Some(sign) = signs.first() {
            return Err(format!("{} signs of life, the first: {sign}", signs.len()));
        }
        if let Some(said) = driver.alert()? {
            return Err(format!("a dialog stands open: {said}"));
        }
        if driver.pages()? != 1 {
            return Err("another page was opened".to_owned());
        }
        let text = bare(&text);
        for (whole, part) in &self.texts {
            if text.contains(part.as_str()) {
                self.seen.insert(whole.clone());
            }
        }
        self.screens += 1;
        Ok(())
    }

    fn read(&self) -> Outcome<(Vec<String>, String)> {
        let found = self.scene.stage.driver.script(READ, &json!([]))?;
        let signs = found["signs"].as_array().cloned().unwrap_or_default();
        let signs = signs.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok((signs, found["text"].as_str().unwrap_or_default().to_owned()))
    }

    /// Opens a place by its address, waits for this, and looks.
    fn at(&mut self, address: &str, (role, name): (&str, &str)) -> Outcome<()> {
        let driver = &self.scene.stage.driver;
        driver.script("location.hash = arguments[0]", &json!([address]))?;
        driver.find(role, name)?;
        self.look()
    }

    /// Opens a review from the inbox, and looks at each of its tabs.
    fn review(&mut self, name: &str) -> Outcome<()> {
        let driver = &self.scene.stage.driver;
        driver.press("link", "Inbox")?;
        driver.press("tab", "All")?;
        driver.clear("Search requests")?;
        driver.write("Search requests", name)?;
        // A row that moves under the pointer is not opened.
        until("the list is narrowed", || {
            let strange = "return [...document.querySelectorAll('[data-row]')]
                .filter((row) => !row.textContent.includes(arguments[0])).length";
            Ok((driver.script(strange, &json!([name]))?.as_u64() == Some(0)).then_some(()))
        })?;
        driver.press("row", name)?;
        driver.find("heading", name)?;
        for tab in ["Overview", "Changes", "Artefact", "History", "Discussion"] {
            driver.press("tab", tab)?;
            self.look()?;
        }
        Ok(())
    }
}

/// Reviews, registries, trail and people, and then the control.
fn nothing_runs(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    let texts = plant::lists::of_each(OF_EACH)?;
    let texts = texts.into_iter().map(|text| (text.clone(), bare(&text)));
    let texts: Vec<_> = texts.filter(|(_, part)| !part.is_empty()).collect();
    let mut looker = Looker { scene, texts, seen: BTreeSet::new(), screens: 0 };
    driver.press("button", "Open workspace")?;
    driver.find("list", "People")?;
    driver.script(WATCH, &json!([]))?;
    driver.script(HOOKS, &json!([]))?;
    looker.look()?;
    scene.stage.picture("people-to-sign-in")?;
    sign_in(&scene.stage, house::ADA, &scene.passphrase)?;
    for name in ["texts/", "cards/", "variables/", "ended/", "talks/"] {
        looker.review(name)?;
    }
    scene.stage.picture("hostile-discussion")?;
    for (screen, table) in [("models", "Models"), ("prompts", "Prompts"), ("audit", "Audit")] {
        looker.at(&format!("#/{screen}"), ("heading", table))?;
    }
    driver.press("row", "#")?;
    looker.look()?;
    for (tab, table) in [
        ("", "People and roles"),
        ("/policies", "Policies"),
        ("/keys", "Keys"),
        ("/tokens", "Tokens"),
        ("/tenants", "Tenants"),
    ] {
        looker.at(&format!("#/admin{tab}"), ("table", table))?;
    }
    scene.stage.picture("hostile-tenants")?;
    let (of, seen, screens) = (looker.texts.len(), looker.seen.len(), looker.screens);
    println!("  {seen} of {of} hostile texts seen to the letter on {screens} screens");
    if seen * 10 < of * 6 {
        return Err(format!("only {seen} of {of} hostile texts were seen"));
    }
    if screens < SCREENS {
        return Err(format!("only {screens} screens were looked at"));
    }
    control(&looker)
}

/// What is made by hand is found: a call, markup, and the policy's refusal of what it would do.
fn control(looker: &Looker<'_>) -> Outcome<()> {
    let by_hand = "
        const [image, link] = [document.createElement('img'), document.createElement('a')];
        image.setAttribute('onerror', 'alert(1)');
        image.setAttribute('src', 'x');
        link.setAttribute('href', 'javascript:alert(1)');
        document.querySelector('main').append(image, link);
        window.alert('by hand');";
    looker.scene.stage.driver.script(by_hand, &json!([]))?;
    let wanted =
        ["alert was called", "refused: ", "img has onerror", "a leads to", "there is a img"];
    until("the control is noticed", || {
        let (signs, _) = looker.read()?;
        let is_there = |sign: &&str| signs.iter().any(|found| found.starts_with(*sign));
        Ok(wanted.iter().all(is_there).then_some(()))
    })
}

/// What stays of a text however it is broken into lines.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect()
}
