//! The first paint of the diff of a prompt of ten thousand lines in the real window (performance.md,
//! row 12): from the click on a version until its rows are painted. A figure, and no test.

use std::fmt::Write as _;

use serde_json::json;

use crate::Outcome;
use crate::checks::ask;
use crate::demo::Demo;
use crate::driver::{Driver, until};
use crate::stage::Stage;
use crate::tour::sign_in;

/// Who writes prompts in the demo.
const ANALYST: &str = "Kenji Morimoto";
const PROMPT: &str = "long-prompt";
const LINES: usize = 10_000;
/// How often each is measured, and a tenth of that unmeasured before: often enough that a percentile is
/// more than the one that took longest.
const TIMES: usize = 200;
const REACH_MS: f64 = 100.0;
/// Rows that are drawn then; fewer are no diff that somebody can read.
const ROWS: u64 = 10;

/// Clicks on a version, and leaves how long it took until rows of its diff are painted.
const PAINTED: &str = r#"
const drawn = (what) => document.querySelectorAll(`[aria-label="Diff"] ${what}`).length;
window.__painted = null;
const began = performance.now();
const look = new MutationObserver(() => {
  if (drawn('ins') + drawn('del') === 0) return;
  look.disconnect();
  // What is sent in a frame is answered when that was painted.
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.__painted = { ms: performance.now() - began, rows: drawn('tr') }; };
    port2.postMessage(null);
  });
});
look.observe(document.body, { childList: true, subtree: true });
document.querySelector(`[aria-label="Versions"] [aria-label="${arguments[0]}"]`).click();"#;

pub(crate) fn run() -> Outcome<()> {
    let stage = Stage::open(&tests::root().join("target/painted"))?;
    let demo = Demo::explore(&stage)?;
    sign_in(&stage, ANALYST, &demo.passphrase)?;
    let driver = &stage.driver;
    for (at, text) in texts().iter().enumerate() {
        let draft = json!({"name": PROMPT, "based_on": at, "text": text, "tier": "low", "reason": "To compare."});
        let given = json!({"draft": draft, "idempotencyKey": format!("long-prompt-version-{at}")});
        let answer = ask(driver, "save_prompt", &given)?;
        if !answer["done"].is_string() {
            return Err(format!("the prompt was not saved: {answer}"));
        }
    }
    driver.script("location.hash = arguments[0]", &json!([format!("#/prompts/{PROMPT}")]))?;
    driver.find("row", "@3")?;
    driver.press("tab", "Compare")?;
    driver.find("region", "Diff")?;
    let mut reached = true;
    for (version, what) in [("@2", "few"), ("@3", "many")] {
        let mut taken = Vec::new();
        for turn in 0..TIMES + TIMES / 10 {
            once(driver, "@1")?;
            let ms = once(driver, version)?;
            if turn >= TIMES / 10 {
                taken.push(ms);
            }
        }
        reached &= told(what, taken)?;
    }
    stage.picture("diff")?;
    stage.close()?;
    if reached { Ok(()) } else { Err("a figure is not reached".to_owned()) }
}

/// A prompt, the same with few lines changed, and with every third.
fn texts() -> [String; 3] {
    let line = |at: usize, than: &str, with: &str| {
        format!("Quote amounts {than} {at} with their {{{{currency}}}}, as {with} has them.\n")
    };
    let text = |line: &dyn Fn(usize) -> String| (0..LINES).map(line).collect::<String>();
    [
        text(&|at| line(at, "of more than", "the document")),
        text(&|at| {
            line(at, if at % 1000 == 7 { "of at least" } else { "of more than" }, "the document")
        }),
        text(&|at| match at % 3 {
            0 => line(at, "of more than", &format!("document {at}")),
            _ => line(at, "of more than", "the document"),
        }),
    ]
}

/// Milliseconds until a version is painted.
fn once(driver: &Driver, version: &str) -> Outcome<f64> {
    driver.script(PAINTED, &json!([version]))?;
    let painted = until(&format!("{version} is painted"), || {
        let painted = driver.script("return window.__painted", &json!([]))?;
        Ok((!painted.is_null()).then_some(painted))
    })?;
    match (painted["ms"].as_f64(), painted["rows"].as_u64()) {
        (Some(ms), Some(rows)) if rows >= ROWS => Ok(ms),
        _ => Err(format!("{version} is no diff that somebody can read: {painted}")),
    }
}

fn told(what: &str, mut taken: Vec<f64>) -> Outcome<bool> {
    taken.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let at = (taken.len() * percent / 100).min(taken.len().saturating_sub(1));
        taken.get(at).copied().ok_or("nothing was measured")
    };
    let mut figures = String::new();
    for percent in [50, 95, 99] {
        let _ = write!(figures, "p{percent} {:.1} ms, ", at(percent)?);
    }
    let reached = at(99)? < REACH_MS;
    let word = if reached { "reached" } else { "MISSED" };
    println!(
        "first paint of {LINES} lines with {what} changes, {TIMES} times: {figures}p99 < {REACH_MS} ms: {word}"
    );
    Ok(reached)
}
