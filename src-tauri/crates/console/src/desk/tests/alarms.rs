//! Alarms as the windows show them, and the act of an admin that ends one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::{TenantId, WorkspaceId};
use security::secret::SecretText;
use tempfile::TempDir;

use super::{ADMIN, Bench, TENANT, code, draft, prompt, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Keychain, MemoryKeychain};
use crate::views::{
    AlarmEndedView, AlarmRemedy, AlarmView, EndAlarmView, LogBadge, SessionView, SigningView,
};

const REASON: &str = "The keychain was made anew";

/// A workspace whose keychain and files somebody else gets at while it is closed.
struct Scene {
    bench: Bench,
    keychain: Arc<MemoryKeychain>,
    id: WorkspaceId,
}

impl Scene {
    /// Bob approves; a prompt stands in the log.
    async fn new() -> Self {
        let keychain = Arc::new(MemoryKeychain::new());
        let bench = Bench::with(Arc::clone(&keychain) as Arc<dyn Keychain>, None);
        bench.desk.create_workspace(draft()).await.unwrap();
        bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
        bench.desk.kit_saved().await.unwrap();
        bench.join("Bob", "APPROVER").await;
        bench.prompt("first", 0, "Summarise the file.\n").await;
        let id = bench.desk.workspace().unwrap().id().clone();
        Self { bench, keychain, id }
    }

    /// Opens it again after somebody was there; `who` takes the chair.
    async fn opened_again(&self, who: &str) -> (LogBadge, Vec<AlarmView>) {
        self.bench.desk.open_last().await.unwrap();
        self.sit(who).await
    }

    async fn sit(&self, who: &str) -> (LogBadge, Vec<AlarmView>) {
        seen(self.bench.sit(who).await)
    }

    async fn close(&self) {
        self.bench.desk.close_workspace().await.unwrap();
    }

    async fn lose_anchor(&self) {
        self.close().await;
        self.keychain.delete(&self.anchor(TENANT)).unwrap();
    }

    fn anchor(&self, tenant: &str) -> ItemName {
        ItemName::anchor(&self.id, &TenantId::parse(tenant).unwrap())
    }

    fn anchor_text(&self, tenant: &str) -> SecretText {
        self.keychain.read(&self.anchor(tenant)).unwrap().unwrap()
    }

    fn files(&self) -> PathBuf {
        self.bench.folder.path().join("data/northmere-bank")
    }

    /// The files as they lie there, closed.
    fn copied(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_files(&self.files(), copy.path());
        copy
    }

    /// Puts older files in the place of the newer ones.
    fn put_back(&self, copy: &TempDir) {
        for entry in fs::read_dir(self.files()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        copy_files(copy.path(), &self.files());
    }

    async fn asked(&self) -> EndAlarmView {
        self.bench.desk.end_alarm(TENANT.to_owned()).await.unwrap();
        let asked = self.bench.desk.signing().await.unwrap();
        let SigningView::EndAlarm(view) = asked else { panic!("{asked:?}") };
        *view
    }

    async fn ended(&self) -> AlarmEndedView {
        let answer = self.bench.desk.answer_alarm(REASON.to_owned(), typed(ADMIN)).await.unwrap();
        let SigningView::AlarmEnded(view) = answer else { panic!("{answer:?}") };
        *view
    }

    /// What a record says.
    async fn leaf(&self, seq: u32) -> serde_json::Value {
        serde_json::from_str(&self.bench.desk.record(seq).await.unwrap().leaf).unwrap()
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn seen(session: SessionView) -> (LogBadge, Vec<AlarmView>) {
    let SessionView::Open { log, alarms, .. } = session else { panic!("{session:?}") };
    (log, alarms)
}

#[tokio::test]
async fn everybody_is_told_what_is_wrong_and_only_an_admin_is_asked_for_the_act() {
    let scene = Scene::new().await;
    let desk = &scene.bench.desk;
    assert_eq!(scene.sit("Bob").await.1, [], "the control");
    scene.lose_anchor().await;
    let (badge, alarms) = scene.opened_again("Bob").await;
    assert!(matches!(badge, LogBadge::Broken { words } if words == "Log has lost its anchor"));
    let [alarm] = &alarms[..] else { panic!("{alarms:?}") };
    assert_eq!((alarm.tenant_id.as_str(), alarm.remedy), (TENANT, AlarmRemedy::ReAnchor));
    assert_eq!((alarm.may_end, &alarm.admins[..]), (false, &[ADMIN.to_owned()][..]));
    assert_eq!((&alarm.anchor, alarm.missing, alarm.seq), (&None, None, None));
    assert!(alarm.log.size >= 5 && alarm.log.root.len() == 64, "{alarm:?}");
    assert!(alarm.detail.contains("no anchor") && alarm.next.contains("admin"), "{alarm:?}");
    assert!(desk.end_alarm(TENANT.to_owned()).await.is_err());
    assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})), "nothing is asked of Bob");
    assert!(scene.sit(ADMIN).await.1[0].may_end);
    let refused = desk.save_prompt(prompt("second", 0, "Text"), scene.bench.key()).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::VerificationFailed);
    assert_eq!(refused.hint, alarm.next, "the refusal says the next step of this alarm");
}

#[tokio::test]
async fn an_admin_sets_the_anchor_anew_with_reason_and_passphrase_and_it_is_on_record() {
    let scene = Scene::new().await;
    let desk = &scene.bench.desk;
    scene.lose_anchor().await;
    scene.opened_again(ADMIN).await;
    let asked = scene.asked().await;
    assert_eq!((asked.remedy, &asked.old), (AlarmRemedy::ReAnchor, &None));
    assert_eq!(asked.records, ["anchor.reset in retail-eu"]);
    assert_eq!(asked.name, ADMIN);
    let size = asked.new.size;
    let wrong = desk.answer_alarm(REASON.to_owned(), typed("Bob")).await;
    assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    assert_eq!(
        code(desk.answer_alarm(" ".to_owned(), typed(ADMIN)).await),
        ErrorCode::InvalidInput
    );
    let session = desk.session().await.unwrap();
    assert_eq!(seen(session).1[0].log.size, size, "nothing was written by a refusal");
    assert!(scene.keychain.read(&scene.anchor(TENANT)).unwrap().is_none());

    scene.bench.heard();
    let ended = scene.ended().await;
    let [reset] = &ended.records[..] else { panic!("{ended:?}") };
    assert_eq!((reset.seq, reset.what.as_str()), (size, "anchor.reset in retail-eu"));
    let heard = scene.bench.heard();
    for event in [DeskEvent::SessionChanged, DeskEvent::RecordsChanged] {
        assert!(heard.contains(&event), "{heard:?}");
    }
    let (badge, alarms) = seen(desk.session().await.unwrap());
    assert!(matches!(badge, LogBadge::Verified { seq, .. } if seq == size), "{badge:?}");
    assert_eq!(alarms, []);
    let leaf = scene.leaf(reset.seq).await;
    assert_eq!((&leaf["action"], &leaf["reason"]), (&"anchor.reset".into(), &REASON.into()));
    assert_eq!(leaf["metadata"]["new"]["root"], asked.new.root, "as it was shown");
    assert!(leaf["metadata"]["old"].is_null());
    scene.bench.prompt("second", 0, "Work goes on.\n").await;
    let again = desk.answer_alarm(REASON.to_owned(), typed(ADMIN)).await.unwrap();
    assert!(matches!(again, SigningView::AlarmEnded(_)), "sent twice, done once");
    assert_eq!(scene.bench.recorded("anchor.reset").await, 1);
    let found = desk.verify_log(Arc::new(|_| ())).await.unwrap();
    assert!(found.verified, "{found:?}");
}

#[tokio::test]
async fn a_restored_copy_says_how_much_is_missing_and_is_accepted_on_record() {
    let scene = Scene::new().await;
    let desk = &scene.bench.desk;
    scene.close().await;
    let older = scene.copied();
    desk.open_last().await.unwrap();
    scene.sit(ADMIN).await;
    scene.bench.prompt("second", 0, "Given up.\n").await;
    scene.close().await;
    // The workspace's own log is as new as its anchor: only the tenant's was put back.
    let own = scene.anchor("_workspace");
    scene.put_back(&older);
    let (_, first) = scene.opened_again(ADMIN).await;
    assert_eq!(first.len(), 2, "{first:?}");
    assert_eq!(first[0].tenant_id, "_workspace");
    assert!(first[0].may_end && !first[1].may_end, "the workspace's own log comes first");
    assert!(first[1].next.contains("comes first"), "{first:?}");
    assert!(desk.end_alarm(TENANT.to_owned()).await.unwrap_err().message.contains("comes first"));
    desk.end_alarm("_workspace".to_owned()).await.unwrap();
    let both = scene.ended().await.records;
    assert_eq!(both.len(), 2, "both in the workspace's own log");
    assert!(scene.keychain.read(&own).unwrap().is_some());

    let (badge, alarms) = seen(desk.session().await.unwrap());
    assert!(matches!(badge, LogBadge::Broken { words } if words == "Log is behind this computer"));
    let alarm = &alarms[0];
    let seen = alarm.anchor.as_ref().unwrap().size;
    assert_eq!(alarm.missing, Some(seen - alarm.log.size));
    assert_eq!((alarm.seq, alarm.remedy), (Some(alarm.log.size), AlarmRemedy::AcceptRestore));
    let asked = scene.asked().await;
    assert_eq!((asked.old, asked.new.size), (alarm.anchor.clone(), alarm.log.size));
    let said = ["anchor.reset in retail-eu", "backup.restore in the workspace’s own log"];
    assert_eq!(asked.records, said);
    let ended = scene.ended().await;
    let done: Vec<&str> = ended.records.iter().map(|record| record.what.as_str()).collect();
    assert_eq!(done, said);
    let leaf = scene.leaf(ended.records[0].seq).await;
    assert_eq!(
        (&leaf["action"], &leaf["metadata"]["cause"]),
        (&"anchor.reset".into(), &"behind".into())
    );
    assert_eq!(leaf["metadata"]["old"]["size"], seen, "what is given up stays to be seen");
    assert!(desk.verify_log(Arc::new(|_| ())).await.unwrap().verified);
}

#[tokio::test]
async fn a_fork_is_told_and_no_act_ends_it() {
    let scene = Scene::new().await;
    let desk = &scene.bench.desk;
    scene.close().await;
    let before = scene.copied();
    let logs = ["_workspace", TENANT];
    let fork = logs.map(|tenant| scene.anchor_text(tenant));
    desk.open_last().await.unwrap();
    scene.sit(ADMIN).await;
    scene.bench.prompt("ours", 0, "One history.\n").await;
    scene.close().await;
    let ours = logs.map(|tenant| scene.anchor_text(tenant));
    scene.put_back(&before);
    for (tenant, note) in logs.iter().zip(&fork) {
        scene.keychain.write(&scene.anchor(tenant), note).unwrap();
    }
    desk.open_last().await.unwrap();
    assert_eq!(scene.sit(ADMIN).await.1, [], "nothing on this computer can tell");
    scene.bench.prompt("theirs", 0, "Another history.\n").await;
    scene.bench.prompt("theirs-too", 0, "Another history.\n").await;
    scene.close().await;
    for (tenant, note) in logs.iter().zip(&ours) {
        scene.keychain.write(&scene.anchor(tenant), note).unwrap();
    }
    let (_, alarms) = scene.opened_again(ADMIN).await;
    let alarm = alarms.iter().find(|alarm| alarm.tenant_id == TENANT).unwrap();
    assert_eq!((alarm.remedy, alarm.may_end), (AlarmRemedy::PutRight, false));
    assert_eq!(alarm.admins, [] as [String; 0]);
    assert!(alarm.detail.contains("another history"), "{alarm:?}");
    let refused = desk.end_alarm(TENANT.to_owned()).await;
    assert_eq!(code(refused), ErrorCode::VerificationFailed);
    assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})));
}

#[tokio::test]
async fn an_alarm_of_a_running_console_is_told_at_once_and_looked_at_again_when_asked() {
    let scene = Scene::new().await;
    let desk = &scene.bench.desk;
    let note = scene.anchor_text(TENANT);
    scene.lose_anchor().await;
    scene.bench.heard();
    desk.open_last().await.unwrap();
    assert!(scene.bench.heard().contains(&DeskEvent::SessionChanged));
    scene.sit(ADMIN).await;
    scene.asked().await;
    scene.keychain.write(&scene.anchor(TENANT), &note).unwrap();
    let moved = desk.answer_alarm(REASON.to_owned(), typed(ADMIN)).await;
    assert_eq!(code(moved), ErrorCode::StaleReview, "what was shown is not what stands");
    desk.cancel_signing().await.unwrap();
    assert_eq!(code(desk.end_alarm(TENANT.to_owned()).await), ErrorCode::InvalidInput);
    assert_eq!(seen(desk.session().await.unwrap()).1, [], "the anchor is back");
}
