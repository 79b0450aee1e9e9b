//! The tour: a fresh demo workspace, and a complete sign-off in the real window.

use std::path::PathBuf;

use crate::Outcome;
use crate::demo::Demo;
use crate::keys::SigningWindow;
use crate::proof;
use crate::stage::{Stage, countersign};

/// Who signs in the tour: an approver of the demo's first tenant.
pub(crate) const APPROVER: &str = "Amara Okafor";

pub(crate) fn run() -> Outcome<()> {
    let folder = tests::root().join("target/tour");
    let _ = std::fs::remove_dir_all(&folder);
    println!("1. The console opens.");
    let stage = Stage::open(&folder)?;
    let driver = &stage.driver;
    driver.find("button", "Explore the demo")?;
    stage.picture("first-page")?;
    println!("2. A demo workspace is made.");
    let demo = Demo::explore(&stage)?;
    stage.picture("people")?;
    let (workspace, passphrase) = (demo.folder, demo.passphrase);
    println!("3. {APPROVER} signs in.");
    sign_in(&stage, APPROVER, &passphrase)?;
    driver.find("tab", "Needs me")?;
    driver.find("row", "credit-pd")?;
    stage.picture("inbox")?;
    println!("4. A model is reviewed and signed; until then the gate says no.");
    demand_gate(&workspace, "model", "credit-pd", "7", 4)?;
    let model = sign_first(&stage, "credit-pd", "Backtest reproduced; limits hold.", &passphrase)?;
    proof::evidence_stands_alone(&workspace, &model.evidence)?;
    println!("5. A prompt change is reviewed and signed.");
    driver.press("link", "Inbox")?;
    let prompt = sign_first(&stage, "dispute-reply", "Wording checked.", &passphrase)?;
    println!("6. The audit trail shows every step.");
    driver.press("link", "Audit")?;
    driver.says("approval.vote")?;
    stage.picture("audit")?;
    stage.close()?;
    println!("7. The gate and the verifier answer.");
    demand_gate(&workspace, "model", "credit-pd", &model.version, 0)?;
    demand_gate(&workspace, "prompt", "dispute-reply", &prompt.version, 0)?;
    demand_gate(&workspace, "model", "aml-triage", "4", 4)?;
    demand_gate(&workspace, "model", "churn-next", "8", 4)?;
    demand_gate(&workspace, "model", "no-such-model", "1", 4)?;
    let (status, printed) = countersign(&[
        "--workspace",
        &workspace.to_string_lossy(),
        "--tenant",
        "retail-eu",
        "audit",
        "verify",
    ])?;
    println!("   audit verify ended with {status}: {}", printed.trim());
    if status == 0 { Ok(()) } else { Err("the log does not verify".to_owned()) }
}

/// Signs a person in through the list and the signing window.
pub(crate) fn sign_in(stage: &Stage, name: &str, passphrase: &str) -> Outcome<()> {
    stage.driver.press("button", name)?;
    stage.driver.press("button", "Sign in")?;
    let signing = SigningWindow::wait("Sign in")?;
    let picture = stage.next_picture("sign-in");
    signing.picture(&picture)?;
    println!("  picture {}", picture.display());
    signing.answer(&[passphrase], &[passphrase])?;
    stage.driver.find("link", "Inbox").map(|_| ())
}

/// What was signed, and the evidence that was saved of it.
struct Signed {
    version: String,
    evidence: PathBuf,
}

/// Opens a waiting request, reads it, signs it and saves the evidence.
fn sign_first(stage: &Stage, name: &str, reason: &str, passphrase: &str) -> Outcome<Signed> {
    let driver = &stage.driver;
    driver.press("row", name)?;
    driver.find("button", "Approve…")?;
    stage.picture(&format!("review-{name}"))?;
    driver.press("tab", "Changes")?;
    driver.says("changes against")?;
    stage.picture(&format!("changes-{name}"))?;
    driver.press("tab", "Overview")?;
    let heading = driver.find("heading", name)?;
    let text =
        driver.script("return arguments[0].textContent", &serde_json::json!([heading.json()]))?;
    let version = text.as_str().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let version = version.trim().to_owned();
    driver.press("button", "Approve…")?;
    let signing = SigningWindow::wait("Sign")?;
    signing.text(reason)?;
    let picture: PathBuf = stage.next_picture(&format!("signing-{name}"));
    signing.picture(&picture)?;
    println!("  picture {}", picture.display());
    signing.answer(&["", passphrase], &[passphrase])?;
    let signing = SigningWindow::wait("Receipt")?;
    driver.says("This was approved")?;
    let evidence = proof::save_from_receipt(&signing)?;
    let receipt = stage.next_picture(&format!("receipt-{name}"));
    signing.picture(&receipt)?;
    println!("  picture {}", receipt.display());
    signing.dismiss()?;
    Ok(Signed { version, evidence })
}

fn demand_gate(
    workspace: &std::path::Path,
    kind: &str,
    name: &str,
    version: &str,
    expected: i32,
) -> Outcome<()> {
    let place = workspace.to_string_lossy();
    let asked = ["--workspace", &place, "--tenant", "retail-eu", "gate", kind, name, version];
    let (status, printed) = countersign(&asked)?;
    println!("   gate {kind} {name} {version} ended with {status}: {}", printed.trim());
    if status == expected {
        Ok(())
    } else {
        Err(format!("gate {kind} {name} {version} ended with {status}, not {expected}"))
    }
}
