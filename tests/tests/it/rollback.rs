//! Twelve ways to take a log back or to give it a second history: each is found, the log is read
//! and not written, and the gate says no.
//!
//! Invariant: each case has the same house as its control, which opens without an alarm and whose
//! gate says yes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use console::artefact::Continue;
use console::edge::SystemEntropy;
use console::keychain::{KeyFile, Keychain as _, KeychainThread};
use console::past::GivenPast;
use console::verify::Verification;
use console::workspace::{AlarmCause, Founding, Remedy};
use console::{ErrorCode, SecretText, Workspace};
use ledger::{Action, Decision, DeviceId, PublicKey, SubjectKind, Tier};
use security::passphrase::Passphrase;
use security::signing::SigningKey;
use store::Store as _;
use tempfile::TempDir;
use tests::dump::change;
use tests::house::{self, ADA, BOB, CREDIT, House};
use tests::items::Items;
use tests::logs::{question, records, size, tenant};
use tests::tamper::Attacker;

use crate::kills::{Decider, KEY_FILE_PASSPHRASE, Mode, Place};

/// The workspace as it lay on a disk, and the keychain beside it.
struct Copy {
    folder: TempDir,
    items: Arc<Items>,
}

impl Copy {
    fn of(house: &House) -> Self {
        Self::of_place(&house.place, house.items.all())
    }

    fn of_place(place: &Path, items: BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        {
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(folder.path(), private).unwrap();
        }
        for entry in fs::read_dir(place).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self { folder, items: Items::of(items) }
    }

    /// Opens these files with a keychain.
    async fn open_with(&self, items: &Arc<Items>) -> Workspace {
        let edge = house::edge(items, "2026-03-03T08:00:00.000000Z");
        Workspace::open(self.folder.path(), edge.keychain.clone(), edge).await.unwrap()
    }

    async fn open(&self) -> Workspace {
        self.open_with(&self.items).await
    }

    fn attacker(&self) -> Attacker {
        Attacker::on(&self.folder.path().join("workspace.db"), CREDIT)
    }
}

/// `signed` is approved and settled.
async fn signed_house() -> House {
    let house = House::new().await;
    let request = house.register("signed", Tier::Medium).await.request_id;
    house.decide(BOB, &request, Decision::Approved).await.unwrap();
    house.workspace.settle().await.unwrap();
    house
}

/// More work, settled.
async fn work(workspace: &Workspace, name: &str) {
    let ada = house_session(ADA);
    workspace.register_model(&ada, &house::model(name, Tier::Low), name).await.unwrap();
    workspace.settle().await.unwrap();
}

fn house_session(name: &str) -> console::session::Session {
    let person = house::person(name).clone();
    console::session::Session {
        person,
        name: name.to_owned(),
        tenant_id: tenant(CREDIT),
        keyid: None,
    }
}

fn anchor_of(workspace: &Workspace) -> String {
    format!("anchor/{}/{CREDIT}", workspace.id())
}

async fn gate_says_yes(workspace: &Workspace) -> bool {
    let question = question(CREDIT, SubjectKind::Model, "signed", "1");
    workspace.gate(&question, None).await.is_yes()
}

/// The control: no alarm, work goes on, the gate says yes.
async fn is_fine(workspace: &Workspace) {
    assert_eq!(workspace.alarm(&tenant(CREDIT)), None);
    assert!(gate_says_yes(workspace).await, "the control");
    work(workspace, "control").await;
}

/// Alarm, read-only, and a gate that says no.
async fn is_found(workspace: &Workspace, cause: AlarmCause, says: &str) {
    let alarm = workspace.alarm(&tenant(CREDIT)).expect("an alarm");
    assert_eq!(alarm.cause, cause, "{}", alarm.detail);
    assert!(alarm.detail.contains(says), "{}", alarm.detail);
    assert!(!workspace.tenant_ids().await.unwrap().is_empty(), "it can be read");
    let ada = house_session(ADA);
    let model = house::model("refused", Tier::Low);
    let refused = workspace.register_model(&ada, &model, "refused").await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::VerificationFailed, "{refused}");
    assert!(!gate_says_yes(workspace).await, "the gate");
    assert!(!verify(workspace, &[]).await.verified());
}

async fn verify(workspace: &Workspace, against: &[GivenPast]) -> Verification {
    let watch = &mut |_| Continue::Yes;
    workspace.verify_log(&tenant(CREDIT), None, against, watch).await.unwrap()
}

async fn note(workspace: &Workspace, name: &str) -> GivenPast {
    let store = store::SqliteStore::open(workspace.folder()).unwrap();
    let kept = store.checkpoint(&tenant(CREDIT)).await.unwrap().unwrap();
    GivenPast { name: name.to_owned(), bytes: kept.note.into_bytes() }
}

#[tokio::test]
async fn case_01_an_older_copy_of_the_database_is_found() {
    let house = signed_house().await;
    let older = Copy::of(&house);
    is_fine(&older.open().await).await;
    let older = Copy::of(&house);
    work(&house.workspace, "later").await;
    let workspace = older.open_with(&house.items).await;
    is_found(&workspace, AlarmCause::Behind, "are missing").await;
}

#[tokio::test]
async fn case_02_a_wal_deleted_after_a_kill_is_found() {
    let place = Place::new().await;
    let mut decider = Decider::start(&place.path, Mode::Honest);
    // After ten decisions the eighth was settled: its commits are older than the anchor.
    decider.wait_for(12);
    decider.kill();
    let secret = SecretText::new(KEY_FILE_PASSPHRASE.to_owned());
    let open = async |place: &Path| {
        let keys = KeychainThread::start(Arc::new(KeyFile::open(place, &secret).unwrap())).unwrap();
        let edge = house::edge(&Items::of(BTreeMap::new()), "2026-03-03T08:00:00.000000Z");
        Workspace::open(place, keys, edge).await.unwrap()
    };
    let copy = Copy::of_place(&place.path, BTreeMap::new());
    let control = open(copy.folder.path()).await;
    assert_eq!(control.alarm(&tenant(CREDIT)), None, "the control: killed, and nothing deleted");
    drop(control);
    fs::remove_file(place.path.join("workspace.db-wal")).unwrap();
    is_found(&open(&place.path).await, AlarmCause::Behind, "are missing").await;
}

#[tokio::test]
async fn case_03_a_tail_that_was_cut_off_is_found() {
    let house = signed_house().await;
    is_fine(&Copy::of(&house).open().await).await;
    let cut = Copy::of(&house);
    let attacker = cut.attacker();
    let position = attacker.leaves().pop().unwrap().0;
    attacker
        .run(&format!("PRAGMA foreign_keys = OFF; DELETE FROM log WHERE position = {position}"));
    drop(attacker);
    let workspace = cut.open().await;
    is_found(&workspace, AlarmCause::Behind, "is missing").await;
}

/// Two copies of one house that go on separately, with the same keys.
async fn forked(first: usize, second: usize) -> (Copy, Copy) {
    let house = signed_house().await;
    let (left, right) = (Copy::of(&house), Copy::of(&house));
    for (copy, word, number) in [(&left, "left", first), (&right, "right", second)] {
        let workspace = copy.open().await;
        is_fine(&workspace).await;
        for index in 0..number {
            work(&workspace, &format!("{word}-{index}")).await;
        }
    }
    (left, right)
}

#[tokio::test]
async fn case_04_a_fork_of_equal_size_is_found() {
    let (left, right) = forked(1, 1).await;
    is_found(&right.open_with(&left.items).await, AlarmCause::Forked, "another history").await;
}

#[tokio::test]
async fn case_05_a_longer_fork_is_found() {
    let (left, right) = forked(1, 3).await;
    is_found(&right.open_with(&left.items).await, AlarmCause::Forked, "another history").await;
}

#[tokio::test]
async fn case_06_database_and_keychain_taken_back_together_are_found_by_a_note() {
    let house = signed_house().await;
    let older = Copy::of(&house);
    let early = note(&house.workspace, "early.note").await;
    work(&house.workspace, "later").await;
    let late = note(&house.workspace, "late.note").await;
    assert!(verify(&house.workspace, &[early.clone(), late.clone()]).await.verified());
    let workspace = older.open().await;
    assert_eq!(workspace.alarm(&tenant(CREDIT)), None, "nothing on this computer can tell");
    assert!(verify(&workspace, std::slice::from_ref(&early)).await.verified(), "the control");
    let found = verify(&workspace, &[early, late]).await;
    assert!(!found.verified());
    assert!(found.findings[0].starts_with("late.note covers"), "{:?}", found.findings);
}

#[tokio::test]
async fn case_07_an_anchor_taken_out_of_the_keychain_is_found_and_set_anew_by_an_admin() {
    let house = signed_house().await;
    let copy = Copy::of(&house);
    copy.items.delete(&anchor_of(&house.workspace)).unwrap();
    let workspace = copy.open().await;
    is_found(&workspace, AlarmCause::AnchorGone, "no anchor").await;
    assert!(!copy.items.all().contains_key(&anchor_of(&workspace)), "made anew in silence");
    let (ada, bob, log) = (house_session(ADA), house_session(BOB), tenant(CREDIT));
    assert!(workspace.ending(&bob, &log).await.is_err(), "only an admin");
    let ending = workspace.ending(&ada, &log).await.unwrap();
    assert_eq!((ending.alarm.cause.remedy(), ending.old), (Remedy::ReAnchor, None));
    workspace.end_alarm(&ada, house.key(ADA), &ending, "the keychain is new").await.unwrap();
    is_fine(&workspace).await;
    let made = records(&house_store(&copy), CREDIT, 0).await;
    let act = made.iter().find(|record| record.parts().action == Action::AnchorReset).unwrap();
    assert_eq!(act.parts().metadata["cause"], "anchor_gone");
    assert!(workspace.ending(&ada, &log).await.is_err(), "nothing is wrong any more");
}

#[tokio::test]
async fn case_08_another_workspace_under_this_ones_id_is_found() {
    let house = signed_house().await;
    is_fine(&Copy::of(&house).open().await).await;
    let other = Copy::of_place(&house.place, BTreeMap::new());
    let edge = house::edge(&other.items, "2026-03-03T08:00:00.000000Z");
    let passphrase = Passphrase::from_text(house::PASSPHRASE).unwrap();
    let founding = Founding::prepare(house::wanted(), &passphrase, &edge).unwrap();
    let place = other.folder.path().join("other");
    drop(founding.commit(&place, edge.keychain.clone()).await.unwrap());
    let id = house.workspace.id();
    change(&place.join("workspace.db"), &format!("UPDATE workspace SET id = '{id}'"));
    let under = Copy::of_place(&place, BTreeMap::new());
    let workspace = under.open_with(&house.items).await;
    is_found(&workspace, AlarmCause::Broken, "Record 0 does not hold").await;
}

/// A second installation: its id, its key, and the keychain item of both.
fn second_device() -> (DeviceId, PublicKey, String) {
    let key = SigningKey::generate(&SystemEntropy).unwrap();
    let id = DeviceId::parse("01930000-0000-7000-8000-000000000de5").unwrap();
    let public = PublicKey::from_bytes(key.public_key()).unwrap();
    let seed = key.seed_text();
    let item = format!(r#"{{"device_id":"{id}","seed":"{}","v":1}}"#, seed.expose());
    (id, public, item)
}

#[tokio::test]
async fn case_09_two_devices_with_two_histories_are_found() {
    let house = signed_house().await;
    let ada = house_session(ADA);
    let (id, key, item) = second_device();
    let device = (id, key);
    house.workspace.enrol_device(&ada, house.key(ADA), device, "a laptop").await.unwrap();
    house.workspace.settle().await.unwrap();
    let (first, second) = (Copy::of(&house), Copy::of(&house));
    let log_key = format!("log-key/{}", house.workspace.id());
    second.items.write(&log_key, &SecretText::new(item)).unwrap();
    let theirs = second.open().await;
    is_fine(&theirs).await;
    let their_note = note(&theirs, "their.note").await;
    let ours = first.open().await;
    work(&ours, "ours").await;
    work(&ours, "ours-too").await;
    let found = verify(&ours, &[their_note]).await;
    assert!(found.findings[0].starts_with("their.note has another root"), "{:?}", found.findings);
    for name in ["theirs", "theirs-too"] {
        work(&theirs, name).await;
    }
    drop(theirs);
    is_found(&second.open_with(&first.items).await, AlarmCause::Forked, "another history").await;
}

#[tokio::test]
async fn case_10_a_backup_put_back_without_its_record_is_found_until_an_admin_accepts_it() {
    let house = signed_house().await;
    let backup = Copy::of(&house);
    work(&house.workspace, "later").await;
    let lost = note(&house.workspace, "lost.note").await;
    let workspace = backup.open_with(&house.items).await;
    is_found(&workspace, AlarmCause::Behind, "missing").await;
    let (ada, log) = (house_session(ADA), tenant(CREDIT));
    let ending = workspace.ending(&ada, &log).await.unwrap();
    assert_eq!(ending.alarm.cause.remedy(), Remedy::AcceptRestore, "it is no other act");
    let restored = size(&house_store(&backup), CREDIT).await;
    workspace.end_alarm(&ada, house.key(ADA), &ending, "the disk was lost").await.unwrap();
    is_fine(&workspace).await;
    let own = records(&house_store(&backup), "_workspace", 0).await;
    let act = own.iter().find(|record| record.parts().action == Action::BackupRestore).unwrap();
    assert_eq!(act.parts().metadata["restored"]["size"], restored);
    assert!(act.parts().metadata["given_up"]["size"].as_u64().unwrap() > restored);
    let found = verify(&workspace, &[lost]).await;
    assert!(!found.verified(), "what was given up stays to be seen");
}

#[tokio::test]
async fn case_11_a_checkpoint_by_a_retired_log_key_does_not_count() {
    let house = signed_house().await;
    let ada = house_session(ADA);
    let items = house.items.all();
    let own = serde_json::from_str(&items[&format!("log-key/{}", house.workspace.id())]);
    let own: serde_json::Value = own.unwrap();
    is_fine(&Copy::of(&house).open().await).await;
    let id = DeviceId::parse(own["device_id"].as_str().unwrap()).unwrap();
    house.workspace.retire_device(&ada, house.key(ADA), id, "it is sold").await.unwrap();
    let refused = house.workspace.settle().await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::VerificationFailed, "{refused}");
    is_found(&house.workspace, AlarmCause::KeyRetired, "retired").await;
    // One that signs all the same: a note over the whole log, by that key.
    let store = house.store();
    let head = store.head(&tenant(CREDIT)).await.unwrap();
    let late = signed_note(&house, &own, head.size, head.root);
    house.items.write(&anchor_of(&house.workspace), &SecretText::new(late)).unwrap();
    let again = house.open_again().await.unwrap();
    is_found(&again, AlarmCause::AnchorRefused, "log key that was not good").await;
}

fn signed_note(house: &House, item: &serde_json::Value, size: u64, root: ledger::Digest) -> String {
    struct Signer(SigningKey);
    impl ledger::checkpoint::CheckpointSigner for Signer {
        fn public_key(&self) -> PublicKey {
            PublicKey::from_bytes(self.0.public_key()).unwrap()
        }
        fn sign(&self, message: &[u8]) -> Result<ledger::Signature, ledger::LedgerError> {
            Ok(ledger::Signature::from_bytes(self.0.sign(message)))
        }
    }
    let seed = SecretText::new(item["seed"].as_str().unwrap().to_owned());
    let key = SigningKey::from_seed_text(&seed).unwrap();
    let origin = format!("countersign.local/{}/{CREDIT}", house.workspace.id());
    let checkpoint = ledger::checkpoint::Checkpoint { origin, size, root };
    checkpoint.sign_with(&Signer(key)).unwrap().text().to_owned()
}

#[tokio::test]
async fn case_12_a_log_key_copied_to_a_second_installation_is_found() {
    let (left, right) = forked(1, 2).await;
    let (ours, theirs) = (left.open().await, right.open().await);
    let (own, other) = (note(&ours, "ours.note").await, note(&theirs, "theirs.note").await);
    assert!(verify(&ours, std::slice::from_ref(&own)).await.verified(), "the control");
    let found = verify(&ours, &[own, other]).await;
    assert!(found.findings[0].starts_with("theirs.note "), "{:?}", found.findings);
    drop(theirs);
    is_found(&right.open_with(&left.items).await, AlarmCause::Forked, "another history").await;
}

#[tokio::test]
async fn records_ahead_are_taken_over_only_when_somebody_vouches_for_them() {
    let house = signed_house().await;
    house.register("unsettled", Tier::Low).await;
    let ahead = Copy::of(&house);
    let workspace = ahead.open().await;
    assert_eq!(workspace.alarm(&tenant(CREDIT)), None);
    workspace.settle().await.unwrap();
    let last = records(&house_store(&ahead), CREDIT, 0).await.pop().unwrap();
    assert_eq!(last.parts().action, Action::AnchorAdvance);
    drop(workspace);
    is_fine(&ahead.open().await).await;
    ahead.attacker().append(|leaf| {
        leaf["device_id"] = serde_json::Value::Null;
        leaf["action"] = "comment.add".into();
    });
    is_found(&ahead.open().await, AlarmCause::Unvouched, "names no installation").await;
    let forged = Copy::of(&house);
    forged.attacker().append(|leaf| leaf["reason"] = "not mine".into());
    is_found(&forged.open().await, AlarmCause::Broken, "not written by it").await;
}

fn house_store(copy: &Copy) -> store::SqliteStore {
    store::SqliteStore::open(copy.folder.path()).unwrap()
}
