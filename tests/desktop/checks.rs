//! What only the real window can show: the checks share one demo workspace, and the last of them a
//! program that was started again over a log without its anchor.
//!
//! Invariant: every check says what it looked at; fewer checks than the floor is a failure, and a
//! check that must fail (the control) does.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::demo::Demo;
use crate::driver::{Driver, until};
use crate::key_file;
use crate::keys::{SigningWindow, screen, title_says_what_waits};
use crate::proof;
use crate::stage::Stage;
use crate::tour::{APPROVER, sign_in};
use crate::{Outcome, alarm, links, payloads, recovery, reviewer, work};

/// Fewer checks than this means that some were lost.
const FLOOR: usize = 25;

/// Counts what the packaged page was refused by its content security policy.
pub(crate) const WATCH: &str = "
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(event.violatedDirective + ' ' + event.blockedURI);
});";

/// Asks the core for a command the way a page would; gives what came back.
const INVOKE: &str = "
const [command, values] = arguments;
window.__answer = null;
window.__TAURI_INTERNALS__.invoke(command, values)
  .then((value) => { window.__answer = { done: JSON.stringify(value) }; })
  .catch((problem) => { window.__answer = { refused: typeof problem === 'string' ? problem : JSON.stringify(problem) }; });";

/// One thing that holds in the real window.
pub(crate) type Check = fn(&Scene) -> Outcome<()>;

/// One open window with somebody's passphrase.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) passphrase: String,
    pub(crate) folder: PathBuf,
}

const CHECKS: [(&str, Check); 19] = [
    ("a wrong passphrase is told in the signing window", wrong_passphrase),
    ("an approver finds what waits", inbox),
    ("a link leads to its review, and does no more", links::lead),
    ("proofs are saved, and stand alone", proof::saves),
    ("every screen obeys the content security policy", policy),
    ("the main window cannot sign", main_cannot_sign),
    ("Cancel signs nothing", cancel),
    ("locking asks for the passphrase again", lock),
    ("whoever requested it cannot approve it", requester),
    ("an analyst writes a new version", work::writes),
    ("an admin registers a model from a file", work::registers),
    ("a protected card is read once it is revealed", work::reveals),
    ("an admin adds a person, who enrols", work::enrols),
    ("an admin changes a policy, which waits for another", work::changes_policy),
    ("a reviewer goes all the way by keyboard alone", reviewer::by_keyboard),
    ("a reviewer goes all the way by mouse", reviewer::by_mouse),
    ("a new key file gets a passphrase of its own", key_file::makes),
    ("a key file opens with that passphrase alone", key_file::opens),
    ("a kit is saved, and tried before it is said to be", recovery::saves_kit),
];

/// On another computer, with a copy of that workspace and its kit.
const RECOVERY_CHECKS: [(&str, Check); 3] = [
    ("a copy without its keys asks for the kit", recovery::asks_for_kit),
    ("the kit brings an admin back", recovery::brings_back),
    ("the recovered workspace is written again", recovery::writes_again),
];

/// In a program that finds the anchor of a log gone.
const ALARM_CHECKS: [(&str, Check); 2] = [
    ("a log without its anchor is told to everybody", alarm::told),
    ("an admin sets the anchor anew", alarm::set_anew),
];

pub(crate) fn run() -> Outcome<()> {
    let stage = Stage::open(&tests::root().join("target/window-tests"))?;
    stage.driver.script(WATCH, &json!([]))?;
    stage.driver.find("button", "Create workspace")?;
    stage.driver.says("Keychain")?;
    let demo = Demo::explore(&stage)?;
    let folder = demo.folder.clone();
    let scene = Scene { stage, passphrase: demo.passphrase.clone(), folder };
    let mut failed = carry_out(&scene, &CHECKS);
    let scene = alarm::reopened(demo, scene.stage)?;
    failed.extend(carry_out(&scene, &ALARM_CHECKS));
    scene.stage.close()?;
    failed.extend(recovery::on_another_computer(&RECOVERY_CHECKS)?);
    failed.extend(payloads::in_a_house(&payloads::CHECKS)?);
    let most = [CHECKS.len(), ALARM_CHECKS.len(), RECOVERY_CHECKS.len(), payloads::CHECKS.len()];
    let all = most.iter().sum();
    if all < FLOOR {
        return Err(format!("{all} checks where at least {FLOOR} belong"));
    }
    told(all, &failed)
}

/// The checks with hostile texts alone.
pub(crate) fn run_payloads() -> Outcome<()> {
    told(payloads::CHECKS.len(), &payloads::in_a_house(&payloads::CHECKS)?)
}

fn told(all: usize, failed: &[&str]) -> Outcome<()> {
    println!("tests: {} passed, {} failed", all - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join("; "))) }
}

/// Carries out checks one after the other; gives those that failed.
pub(crate) fn carry_out(scene: &Scene, checks: &[(&'static str, Check)]) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for (name, check) in checks {
        match check(scene) {
            Ok(()) => println!("ok      {name}"),
            Err(problem) => {
                println!("FAILED  {name}: {problem}");
                let _ = screen(&scene.stage.next_picture("failed"));
                failed.push(*name);
            }
        }
    }
    failed
}

fn wrong_passphrase(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", APPROVER)?;
    driver.press("button", "Sign in")?;
    let signing = SigningWindow::wait("Sign in")?;
    signing.text("not the passphrase")?;
    signing.key("Return")?;
    let is_refused = signing.is_refused()?;
    signing.picture(&scene.stage.next_picture("wrong-passphrase"))?;
    if !is_refused {
        return Err("the signing window closed on a wrong passphrase".to_owned());
    }
    signing.dismiss()
}

fn inbox(scene: &Scene) -> Outcome<()> {
    sign_in(&scene.stage, APPROVER, &scene.passphrase)?;
    let driver = &scene.stage.driver;
    for tab in ["Needs me", "Waiting on others", "Decided", "All"] {
        driver.find("tab", tab)?;
    }
    driver.find("navigation", "Main")?;
    driver.find("row", "credit-pd")?;
    title_says_what_waits()
}

fn policy(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    let screens = [
        ("Models", "heading", "Models"),
        ("Prompts", "heading", "Prompts"),
        ("Audit", "heading", "Audit"),
        ("Inbox", "tab", "Needs me"),
    ];
    for (screen, role, name) in screens {
        driver.press("link", screen)?;
        driver.find(role, name)?;
        scene.stage.picture(&screen.to_lowercase())?;
    }
    // The inbox stands where it was left.
    driver.press("tab", "Needs me")?;
    driver.press("row", "kyc-summary")?;
    driver.press("tab", "Changes")?;
    driver.says("hidden character")?;
    let seen = driver.script("return window.__violations", &json!([]))?;
    if seen.as_array().is_none_or(|list| !list.is_empty()) {
        return Err(format!("the page was refused: {seen}"));
    }
    // The control: a style that the policy forbids must be noticed.
    driver.script("document.body.setAttribute('style', 'color: red')", &json!([]))?;
    until("the control is noticed", || {
        let seen = driver.script("return window.__violations.length", &json!([]))?;
        Ok((seen.as_u64() > Some(0)).then_some(()))
    })
}

fn main_cannot_sign(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    let forbidden = [
        ("signing", json!({})),
        ("answer_decision", json!({"reason": "x", "passphrase": "x", "idempotencyKey": "x"})),
        ("answer_sign_in", json!({"passphrase": "x"})),
        ("answer_alarm", json!({"reason": "x", "passphrase": "x"})),
        ("answer_key_file", json!({"passphrase": "x"})),
        ("answer_confirm", json!({"passphrase": "x"})),
        ("answer_token", json!({"reason": "x", "passphrase": "x"})),
        ("answer_rotation", json!({"reason": "x", "passphrase": "x"})),
        ("answer_reveal", json!({"reason": "x", "passphrase": "x"})),
        ("kit_saved", json!({})),
        ("print_kit", json!({})),
        ("keep_reason", json!({"reason": "x", "conditions": {"end": "", "environments": ""}})),
        ("answer_kit", json!({"secret": "x", "recovery": "x"})),
        (
            "answer_recovery",
            json!({"personId": "x", "reason": "x", "passphrase": "x", "repeat": "x"}),
        ),
    ];
    for (command, values) in forbidden {
        let answer = ask(driver, command, &values)?;
        let refused = answer["refused"].as_str().unwrap_or_default();
        if !refused.contains("not allowed") {
            return Err(format!("{command} was answered: {answer}"));
        }
    }
    // The control: a command of the main window is answered.
    let answer = ask(driver, "session", &json!({}))?;
    driver.find("navigation", "Main")?;
    if answer["done"].is_string() { Ok(()) } else { Err(format!("session: {answer}")) }
}

fn cancel(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("link", "Inbox")?;
    driver.press("tab", "Needs me")?;
    driver.press("row", "credit-pd")?;
    driver.press("button", "Approve…")?;
    let signing = SigningWindow::wait("Sign")?;
    signing.dismiss()?;
    driver.find("button", "Approve…").map(|_| ())
}

fn lock(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Lock")?;
    driver.press("button", "Unlock")?;
    let signing = SigningWindow::wait("Sign in")?;
    signing.answer(&[&scene.passphrase], &[&scene.passphrase])?;
    driver.find("link", "Inbox").map(|_| ())
}

fn requester(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    leave(scene)?;
    let requester = "Yusuf Demirel";
    sign_in(&scene.stage, requester, &scene.passphrase)?;
    driver.press("tab", "All")?;
    driver.press("row", "credit-pd")?;
    driver.says("You requested this")?;
    let approve = driver.look("button", "Approve…")?;
    let Some(approve) = approve else { return Ok(()) };
    match driver.attribute(&approve, "aria-disabled")?.as_deref() {
        Some("true") => Ok(()),
        state => Err(format!("Approve… is offered to the requester ({state:?})")),
    }
}

/// Locks and signs out; each page is waited for before the next button is pressed.
pub(crate) fn leave(scene: &Scene) -> Outcome<()> {
    let driver = &scene.stage.driver;
    driver.press("button", "Lock")?;
    driver.find("heading", "Locked")?;
    driver.press("button", "Sign out")?;
    driver.find("heading", "Who is signing in?").map(|_| ())
}

/// What the core answers to a command that the page asks: `done`, as text, or `refused`.
pub(crate) fn ask(driver: &Driver, command: &str, values: &Value) -> Outcome<Value> {
    driver.script(INVOKE, &json!([command, values]))?;
    until(&format!("an answer to {command}"), || {
        let answer = driver.script("return window.__answer", &json!([]))?;
        Ok((!answer.is_null()).then_some(answer))
    })
}
