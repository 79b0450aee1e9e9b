//! Proofs that are saved from the real window, and checked as by somebody who has nothing else.
//!
//! Invariant: what checks a file runs with a home of its own, without workspace, keychain, display or
//! session bus.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::checks::Scene;
use crate::driver::until_within;
use crate::file_dialog::FileDialog;
use crate::keys::SigningWindow;
use crate::stage::{built, countersign};

/// Writing evidence reads the whole log again; here others may be at work too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of lower-case letters and digits: each is one key.
fn folder() -> Outcome<PathBuf> {
    let folder = std::env::temp_dir().join(format!("countersignproofs{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

/// Presses **Save evidence** on the receipt and answers the system's dialog.
pub(crate) fn save_from_receipt(signing: &SigningWindow) -> Outcome<PathBuf> {
    let number = std::fs::read_dir(folder()?).map_err(|error| error.to_string())?.count();
    let path = folder()?.join(format!("evidence{number}.json"));
    // The focus stands on Close, and Print comes next.
    signing.key("Tab")?;
    signing.key("Tab")?;
    saved("Save the evidence", &path, &|| signing.key("space"))?;
    Ok(path)
}

/// Answers the dialog with the path and waits for the file.
fn saved(title: &str, path: &Path, open: &dyn Fn() -> Outcome<()>) -> Outcome<()> {
    FileDialog { title, open }.answer(path, || {
        until_within(PATIENCE, "the file is saved", || Ok(path.exists().then_some(())))
    })
}

/// The evidence verifies for somebody who has the trust file and nothing else, and no longer once a
/// byte of it has changed.
pub(crate) fn evidence_stands_alone(workspace: &Path, evidence: &Path) -> Outcome<()> {
    let trust = folder()?.join("trust.json");
    let place = workspace.to_string_lossy();
    let written = trust.to_string_lossy();
    let export =
        ["--workspace", &place, "--tenant", "retail-eu", "trust", "export", "-o", &written];
    let (status, printed) = countersign(&export)?;
    if status != 0 {
        return Err(format!("trust export ended with {status}: {printed}"));
    }
    demand_verdict(evidence, &trust, 0)?;
    let mut bytes = std::fs::read(evidence).map_err(|error| error.to_string())?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let edited = folder()?.join("edited.json");
    std::fs::write(&edited, bytes).map_err(|error| error.to_string())?;
    demand_verdict(&edited, &trust, 5)?;
    std::fs::remove_dir_all(folder()?).map_err(|error| error.to_string())
}

fn demand_verdict(evidence: &Path, trust: &Path, expected: i32) -> Outcome<()> {
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let output = Command::new(built("countersign"))
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .args(["evidence", "verify"])
        .arg(evidence)
        .arg("--trust")
        .arg(trust)
        .output()
        .map_err(|error| error.to_string())?;
    let (status, said) = (output.status.code(), String::from_utf8_lossy(&output.stdout));
    println!(
        "   evidence verify ended with {status:?}: {}",
        said.lines().next().unwrap_or_default()
    );
    if status == Some(expected) {
        Ok(())
    } else {
        Err(format!("evidence verify ended with {status:?}, not {expected}: {said}"))
    }
}

/// The audit page gives a record's proof, the whole log and the trust file; a decided review gives its
/// evidence and the report.
pub(crate) fn saves(scene: &Scene) -> Outcome<()> {
    let (driver, place) = (&scene.stage.driver, folder()?);
    let save = |button: &str, path: &Path| {
        saved("Save the proof", path, &|| driver.press("button", button))
    };
    driver.press("link", "Audit")?;
    // Rows are named by number and action; any will do.
    driver.press("row", "#2,")?;
    save("Save proof", &place.join("one.tlog"))?;
    driver.find("status", "Saved file")?;
    scene.stage.picture("record-proof")?;
    driver.press("button", "Export")?;
    save("Save whole log", &place.join("log.jsonl"))?;
    save("Save trust file", &place.join("trust.json"))?;
    driver.says("trust.json")?;
    scene.stage.picture("export")?;
    driver.press("button", "Close")?;
    driver.press("link", "Inbox")?;
    driver.press("tab", "Decided")?;
    driver.press("row", "credit-pd")?;
    save("Save report", &place.join("report.html"))?;
    driver.find("status", "Saved file")?;
    scene.stage.picture("decided-review")?;
    let evidence = place.join("evidence.json");
    save("Save evidence", &evidence)?;
    demand_verdict(&evidence, &place.join("trust.json"), 0)?;
    let page = std::fs::read_to_string(place.join("report.html")).map_err(|e| e.to_string())?;
    if !page.contains("does not prove") {
        return Err("the report does not say what it does not prove".to_owned());
    }
    std::fs::remove_dir_all(place).map_err(|error| error.to_string())
}
