//! What an alarm says, on the command line and to the gate, and which acts end one.
//!
//! Invariant: an act that is refused leaves log, keychain and alarm as they were.

use console::keychain::Keychain as _;
use console::session::Session;
use console::workspace::Ending;
use console::{ConsoleError, ErrorCode, SecretText, Workspace};
use ledger::{Action, DeviceId, PublicKey, Tier};
use security::signing::SigningKey;
use serde_json::Value;
use tests::house::{ADA, BOB, CREDIT, House};
use tests::logs::{records, size, tenant};
use tests::terminal::{ADA as ADMIN, Terminal};

/// A house whose log of `credit` has lost its anchor, opened again.
async fn without_anchor() -> (House, Workspace) {
    let house = House::new().await;
    house.register("signed", Tier::Low).await;
    house.workspace.settle().await.unwrap();
    house.items.delete(&anchor(&house)).unwrap();
    let workspace = house.open_again().await.unwrap();
    (house, workspace)
}

fn anchor(house: &House) -> String {
    format!("anchor/{}/{CREDIT}", house.workspace.id())
}

async fn shown(workspace: &Workspace, ada: &Session) -> Ending {
    workspace.ending(ada, &tenant(CREDIT)).await.unwrap()
}

#[tokio::test]
async fn only_the_admins_own_opened_key_ends_an_alarm() {
    let (house, workspace) = without_anchor().await;
    let (ada, bob) = (house.session(ADA), house.session(BOB));
    let before = size(&house.store(), CREDIT).await;
    assert!(workspace.ending(&bob, &tenant(CREDIT)).await.is_err());
    let ending = shown(&workspace, &ada).await;
    assert_eq!((ending.old, ending.new.size), (None, before));
    let others = workspace.end_alarm(&ada, house.key(BOB), &ending, "moved").await;
    assert_eq!(others, Err(ConsoleError::NotSignedIn));
    let not_admin = workspace.end_alarm(&bob, house.key(BOB), &ending, "moved").await;
    assert_eq!(not_admin.unwrap_err().code(), ErrorCode::VerificationFailed);
    let silent = workspace.end_alarm(&ada, house.key(ADA), &ending, "  ").await;
    assert_eq!(silent.unwrap_err().code(), ErrorCode::InvalidInput);
    assert_eq!(size(&house.store(), CREDIT).await, before, "something was recorded");
    assert!(!house.items.all().contains_key(&anchor(&house)), "an anchor was made");
    let ended = workspace.end_alarm(&ada, house.key(ADA), &ending, "moved").await.unwrap();
    assert_eq!((ended.reset_seq, ended.restore_seq), (before, None));
    let act = records(&house.store(), CREDIT, before).await.remove(0);
    assert_eq!(act.parts().action, Action::AnchorReset);
    assert_eq!(act.parts().metadata["new"]["size"], before);
    assert_eq!(act.parts().reason, "moved");
    assert_eq!(workspace.alarm(&tenant(CREDIT)), None);
}

#[tokio::test]
async fn what_was_shown_is_recorded_or_nothing_is() {
    let (house, workspace) = without_anchor().await;
    let ada = house.session(ADA);
    let ending = shown(&workspace, &ada).await;
    // Somebody else puts another anchor there while it is being read.
    let store = house.store();
    let note = store::Store::checkpoint(&store, &tenant(CREDIT)).await.unwrap().unwrap().note;
    house.items.write(&anchor(&house), &SecretText::new(note)).unwrap();
    let before = size(&store, CREDIT).await;
    let moved = workspace.end_alarm(&ada, house.key(ADA), &ending, "moved").await;
    assert_eq!(moved, Err(ConsoleError::EndingMoved));
    assert_eq!(size(&store, CREDIT).await, before);
    let again = workspace.ending(&ada, &tenant(CREDIT)).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::InvalidInput, "looked at again, it agrees: {again}");
    assert_eq!(workspace.alarm(&tenant(CREDIT)), None);
}

#[tokio::test]
async fn a_copy_that_knows_no_log_key_of_this_computer_is_not_accepted_and_not_written() {
    let house = House::new().await;
    house.workspace.settle().await.unwrap();
    let (older, ada) = (copied(&house), house.session(ADA));
    let key = SigningKey::generate(&console::edge::SystemEntropy).unwrap();
    let id = DeviceId::parse("01930000-0000-7000-8000-000000000de5").unwrap();
    let public = PublicKey::from_bytes(key.public_key()).unwrap();
    house.workspace.enrol_device(&ada, house.key(ADA), (id.clone(), public), "new").await.unwrap();
    house.workspace.settle().await.unwrap();
    let seed = key.seed_text();
    let item = format!(r#"{{"device_id":"{id}","seed":"{}","v":1}}"#, seed.expose());
    let log_key = format!("log-key/{}", house.workspace.id());
    house.items.write(&log_key, &SecretText::new(item)).unwrap();
    let edge = tests::house::edge(&house.items, "2026-03-03T08:00:00.000000Z");
    let restored = Workspace::open(older.path(), edge.keychain.clone(), edge).await.unwrap();
    let store = store::SqliteStore::open(older.path()).unwrap();
    let before = size(&store, CREDIT).await;
    let refused = restored.ending(&ada, &tenant(CREDIT)).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::VerificationFailed, "{refused}");
    assert!(restored.alarm(&tenant(CREDIT)).is_some());
    assert_eq!(size(&store, CREDIT).await, before, "an act that cannot be vouched for");
}

/// The files of a house as they lie there now.
fn copied(house: &House) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(folder.path(), private).unwrap();
    }
    for entry in std::fs::read_dir(&house.place).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

#[tokio::test]
async fn the_command_line_names_each_alarm_its_cause_and_the_way_to_the_console() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    let words = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason", "new"];
    assert_eq!(terminal.ada(&words).status, 0);
    let healthy = terminal.nobody(&["doctor"]);
    assert_eq!(healthy.status, 0, "the control: {healthy:?}");
    assert!(healthy.out.contains("Every log agrees"), "{healthy:?}");
    terminal.lose_anchor("main").await;

    let found = terminal.nobody(&["audit", "verify"]);
    assert_eq!(found.status, 5, "{found:?}");
    let alarm = found.document()["alarms"][0].clone();
    names_the_alarm(&alarm);
    let said = terminal.run_as(None, &["audit", "verify"]);
    assert!(said.out.contains("Alarm in main: The anchor of the log is gone."), "{said:?}");

    let listed = terminal.ada(&["audit", "list"]);
    assert_eq!(listed.status, 0, "reading goes on: {listed:?}");
    assert!(listed.lines().len() > 1);
    let warning: Value = serde_json::from_str(&listed.err).unwrap();
    names_the_alarm(&warning["warning"]);
    let warned = terminal.run_as(Some(ADMIN), &["audit", "list"]).err;
    assert!(warned.starts_with("Alarm in main: ") && warned.contains("console"), "{warned}");

    let doctor = terminal.nobody(&["doctor"]);
    assert_eq!(doctor.status, 5, "{doctor:?}");
    let line = doctor.lines().pop().unwrap();
    assert_eq!((&line["name"], &line["state"]), (&"Log of main".into(), &"failed".into()));
    assert!(line["next"].as_str().unwrap().contains("console"), "{line}");

    let gate = terminal.nobody(&["gate", "model", "m", "1"]);
    assert_eq!(gate.status, 5, "{gate:?}");
    let reason = gate.document()["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("no anchor") && reason.contains("console"), "{reason}");

    let words = ["model", "register", "m", "2", "--artifact", "weights.bin", "--reason", "new"];
    let refused = terminal.ada(&words);
    assert_eq!(refused.status, 5, "{refused:?}");
    let error: Value = serde_json::from_str(&refused.err).unwrap();
    assert!(error["error"]["hint"].as_str().unwrap().contains("console"), "{error}");
}

fn names_the_alarm(alarm: &Value) {
    assert_eq!((&alarm["tenant_id"], &alarm["cause"]), (&"main".into(), &"anchor_gone".into()));
    assert!(alarm["message"].as_str().unwrap().contains("no anchor"), "{alarm}");
    assert!(alarm["hint"].as_str().unwrap().contains("console"), "{alarm}");
}
