//! A copy on a computer that has no keys of it, brought back by the recovery kit.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ledger::{Action, Control, TenantId};
use security::secret::SecretText;

use super::{ADMIN, Bench, TENANT, code, draft, person_id, typed};
use crate::desk::{Answer, Passphrase};
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Kept, Keychain, KeychainError, MemoryKeychain};
use crate::views::{AlarmRemedy, KitSecret, LogBadge, SessionView, SigningView};
use crate::workspace::Workspace;

const REASON: &str = "The old computer is gone";

/// The lines of a kit as they were shown.
#[derive(Clone)]
struct Lines {
    workspace: String,
    secret: String,
    recovery: String,
}

fn text(line: &str) -> SecretText {
    SecretText::new(line.to_owned())
}

fn new() -> Passphrase {
    Passphrase::new("a passphrase for the new computer".to_owned())
}

/// A workspace with a prompt, closed, and its kit.
async fn founded() -> (Bench, Lines) {
    let bench = Bench::empty();
    bench.desk.create_workspace(draft()).await.unwrap();
    let shown = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::Kit { workspace_id, secret: Some(secret), recovery, .. } = shown else {
        panic!("{shown:?}")
    };
    bench.desk.kit_saved().await.unwrap();
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    (bench, Lines { workspace: workspace_id, secret, recovery })
}

async fn copied() -> (Bench, PathBuf, Lines) {
    let (bench, lines) = founded().await;
    bench.desk.close_workspace().await.unwrap();
    let (there, copy) = bench.copied_to(Arc::new(MemoryKeychain::new()));
    (there, copy, lines)
}

async fn keys_here(bench: &Bench) -> bool {
    match bench.desk.session().await.unwrap() {
        SessionView::SignedOut { keys_here, .. } => keys_here,
        other => panic!("{other:?}"),
    }
}

/// Opens the copy and gives the kit's lines; the sheet that asks who comes back.
async fn with_kit(there: &Bench, copy: &PathBuf, lines: &Lines) -> Answer<SigningView> {
    there.desk.open_folder(Some(copy.clone())).await?;
    there.desk.recover().await?;
    there.desk.answer_kit(text(&lines.secret), text(&lines.recovery)).await
}

async fn come_back(there: &Bench) -> Answer<SigningView> {
    let SigningView::Recover(view) = there.desk.signing().await.unwrap() else { panic!() };
    let id = view.admins[0].id.clone();
    there.desk.answer_recovery(id, REASON.to_owned(), new(), new()).await
}

/// Ends the alarm of a log as the admin in the chair.
async fn set_anchor(there: &Bench, tenant: &str) {
    there.desk.end_alarm(tenant.to_owned()).await.unwrap();
    let reason = "compared with the evidence of last week".to_owned();
    let done = there.desk.answer_alarm(reason, new()).await.unwrap();
    assert!(matches!(done, SigningView::AlarmEnded(_)), "{done:?}");
}

#[tokio::test]
async fn a_copy_without_its_keys_is_recovered_by_the_kit_and_is_written_again() {
    let (there, copy, lines) = copied().await;
    let session = there.desk.open_folder(Some(copy.clone())).await.unwrap();
    assert!(!keys_here(&there).await);
    let refused = there.desk.sign_in(person_id(&session, ADMIN)).await.unwrap_err();
    assert_eq!(refused.message, "No keys of this workspace lie on this computer.");
    assert!(refused.hint.contains("kit"), "{}", refused.hint);

    there.desk.recover().await.unwrap();
    let SigningView::KitLines(asked) = there.desk.signing().await.unwrap() else { panic!() };
    assert_eq!((asked.secret, asked.trial), (KitSecret::Needed, false));
    assert_eq!((asked.title.as_str(), &asked.workspace_id), ("Northmere Bank", &lines.workspace));
    let next = there.desk.answer_kit(text(&lines.secret), text(&lines.recovery)).await.unwrap();
    let SigningView::Recover(view) = next else { panic!("{next:?}") };
    assert!(view.elsewhere);
    assert_eq!(view.admins.len(), 1);
    assert_eq!(view.admins[0].name, ADMIN);
    assert_eq!(view.admins[0].logs, "the workspace’s own log and retail-eu");
    let done = come_back(&there).await.unwrap();
    let SigningView::Recovered(done) = done else { panic!("{done:?}") };
    let what: Vec<&str> = done.records.iter().map(|record| record.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "key.enroll (recovery) in the workspace’s own log",
            "device.enroll (single) in the workspace’s own log",
            "key.enroll (recovery) in retail-eu",
            "device.enroll (single) in retail-eu",
        ]
    );

    // The log says what it is; an anchor is set by nobody but an admin, in an act of its own.
    let SessionView::Open { alarms, log, .. } = there.desk.session().await.unwrap() else {
        panic!()
    };
    assert!(matches!(log, LogBadge::Broken { .. }), "{log:?}");
    assert_eq!(alarms.len(), 2);
    assert!(alarms.iter().all(|alarm| alarm.remedy == AlarmRemedy::ReAnchor), "{alarms:?}");
    let early = there.desk.save_prompt(super::prompt("kyc-summary", 1, "More.\n"), there.key());
    assert_eq!(code(early.await), ErrorCode::VerificationFailed);
    set_anchor(&there, "_workspace").await;
    set_anchor(&there, TENANT).await;

    let read = there.desk.prompt_text("kyc-summary".to_owned(), 1).await.unwrap();
    assert_eq!(read.text, "Summarise the file.\n", "SECRET opens what was stored");
    let next = there.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
    assert!(next.subject.ends_with("kyc-summary@2"), "{}", next.subject);
    let found = there.desk.verify_log(Arc::new(|_| ())).await.unwrap();
    assert_eq!(found.findings, Vec::<String>::new());
    assert!(there.recorded("key.enroll").await >= 1);

    // After a restart it is a computer like any other, and the old passphrase is no one's.
    there.desk.close_workspace().await.unwrap();
    let session = there.desk.open_last().await.unwrap();
    assert!(keys_here(&there).await);
    there.desk.sign_in(person_id(&session, ADMIN)).await.unwrap();
    assert_eq!(code(there.desk.answer_sign_in(typed(ADMIN)).await), ErrorCode::WrongPassphrase);
    there.desk.answer_sign_in(new()).await.unwrap();
    let SessionView::Open { alarms, .. } = there.desk.session().await.unwrap() else { panic!() };
    assert!(alarms.is_empty(), "{alarms:?}");
}

#[tokio::test]
async fn every_log_says_recovery_for_ever() {
    let (there, copy, lines) = copied().await;
    with_kit(&there, &copy, &lines).await.unwrap();
    come_back(&there).await.unwrap();
    let workspace = there.desk.workspace().unwrap();
    for tenant in [TenantId::workspace(), TenantId::parse(TENANT).unwrap()] {
        let mut found = Vec::new();
        for row in workspace.store.rows(&tenant, 0, 1000).await.unwrap() {
            let record = ledger::AuditRecord::parse(&row.leaf).unwrap();
            let parts = record.parts();
            if let Ok(act) = record.metadata_as::<ledger::metadata::AuthorityMetadata>() {
                found.push((parts.action, act.control, parts.actor.to_string()));
            }
        }
        let ada = found.last().unwrap().2.clone();
        let acts = &found[found.len() - 2..];
        assert_eq!(acts[0], (Action::KeyEnroll, Control::Recovery, "system".to_owned()));
        assert_eq!(acts[1], (Action::DeviceEnroll, Control::Single, ada));
    }
    let own = TenantId::workspace();
    let rows = workspace.store.rows(&own, 0, 1000).await.unwrap();
    let restored = rows.iter().filter(|row| {
        let record = ledger::AuditRecord::parse(&row.leaf).unwrap();
        record.parts().action == Action::BackupRestore && record.parts().reason == REASON
    });
    assert_eq!(restored.count(), 2, "which copy was taken over, of each log");
}

#[tokio::test]
async fn a_kit_that_does_not_fit_is_refused_with_what_to_do_and_nothing_is_written() {
    let (there, copy, lines) = copied().await;
    let (_, others) = founded().await;
    there.desk.open_folder(Some(copy.clone())).await.unwrap();
    there.desk.recover().await.unwrap();
    let slip = |line: &str| {
        let other = if line.starts_with('A') { "B" } else { "A" };
        format!("{other}{}", &line[1..])
    };
    let cases = [
        ("", "", "RECOVERY", "letter by letter"),
        (&lines.secret, "ABC", "55 letters and digits", "letter by letter"),
        (&lines.secret, &slip(&lines.recovery), "mistyped", "letter by letter"),
        (&lines.secret, &lines.secret, "the other line", "letter by letter"),
        (&lines.secret, &others.recovery, "another workspace", "letter by letter"),
        (&slip(&lines.secret), &lines.recovery, "The line SECRET", "letter by letter"),
        ("", &lines.recovery, "SECRET is missing", "ENCRYPTION_KEY"),
    ];
    for (secret, recovery, message, next) in cases {
        let refused = there.desk.answer_kit(text(secret), text(recovery)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
        assert!(refused.message.contains(message), "{}: {message}", refused.message);
        assert!(refused.hint.contains(next), "{}: {next}", refused.hint);
        let told = format!("{refused:?}");
        assert!(!told.contains(&lines.secret[..11]) && !told.contains(&lines.recovery[..11]));
        let still = there.desk.signing().await.unwrap();
        assert!(matches!(still, SigningView::KitLines(_)), "{still:?}");
    }
    assert!(!keys_here(&there).await);
    // The control: small letters, spaces and hyphens are forgiven.
    let loosely = |line: &str| line.to_lowercase().replace('-', " ");
    let fits =
        there.desk.answer_kit(text(&loosely(&lines.secret)), text(&loosely(&lines.recovery))).await;
    assert!(matches!(fits, Ok(SigningView::Recover(_))), "{fits:?}");
    there.desk.cancel_signing().await.unwrap();
    let late = there.desk.answer_recovery(String::new(), REASON.to_owned(), new(), new()).await;
    assert!(matches!(late, Ok(SigningView::Idle {})), "{late:?}");
    assert!(!keys_here(&there).await);
}

#[tokio::test]
async fn who_comes_back_is_an_admin_with_a_reason_and_a_good_passphrase_typed_twice() {
    let (bench, lines) = founded().await;
    bench.join("Bob", "APPROVER").await;
    bench.desk.close_workspace().await.unwrap();
    let (there, copy) = bench.copied_to(Arc::new(MemoryKeychain::new()));
    with_kit(&there, &copy, &lines).await.unwrap();
    let SigningView::Recover(view) = there.desk.signing().await.unwrap() else { panic!() };
    assert_eq!(view.admins.iter().map(|admin| admin.name.as_str()).collect::<Vec<_>>(), [ADMIN]);
    let ada = view.admins[0].id.clone();
    let bob = person_id(&there.desk.session().await.unwrap(), "Bob");
    let short = || Passphrase::new("short".to_owned());
    let nobody = "person/01930000-0000-7000-8000-0000000000ff".to_owned();
    let cases = [
        (bob, REASON, new(), new(), ErrorCode::InvalidInput),
        (nobody, REASON, new(), new(), ErrorCode::NotFound),
        (ada.clone(), "  ", new(), new(), ErrorCode::InvalidInput),
        (ada.clone(), REASON, new(), typed(ADMIN), ErrorCode::InvalidInput),
        (ada.clone(), REASON, short(), short(), ErrorCode::WeakPassphrase),
    ];
    for (person, reason, first, second, refused) in cases {
        let answer = there.desk.answer_recovery(person, reason.to_owned(), first, second).await;
        assert_eq!(code(answer), refused);
        assert!(!keys_here(&there).await, "nothing is written before all is checked");
    }
    let done = there.desk.answer_recovery(ada, REASON.to_owned(), new(), new()).await;
    assert!(matches!(done, Ok(SigningView::Recovered(_))), "{done:?}");
}

#[tokio::test]
async fn the_kits_file_is_read_by_the_core_and_told_apart_from_others() {
    let (there, copy, lines) = copied().await;
    let (_, others) = founded().await;
    there.desk.open_folder(Some(copy)).await.unwrap();
    there.desk.recover().await.unwrap();
    let path = there.folder.path().join("kit.txt");
    let written = |kit: &Lines| {
        let Lines { workspace, secret, recovery } = kit;
        format!(
            "Countersign recovery kit of: Northmere\nWorkspace: {workspace}\nSECRET: {secret}\n\
             RECOVERY: {recovery}\n"
        )
    };
    for (content, message) in [
        (b"Dear diary\n".to_vec(), "no recovery kit"),
        (vec![0xff, 0xfe, 0], "no recovery kit"),
        (written(&others).into_bytes(), &*format!("kit of workspace {}", others.workspace)),
    ] {
        std::fs::write(&path, content).unwrap();
        let refused = there.desk.load_kit(path.clone()).await.unwrap_err();
        assert!(refused.message.contains(message), "{}", refused.message);
    }
    let gone = there.desk.load_kit(there.folder.path().join("nowhere.txt")).await;
    assert_eq!(code(gone), ErrorCode::File);
    std::fs::write(&path, written(&lines)).unwrap();
    let fits = there.desk.load_kit(path).await.unwrap();
    assert!(matches!(fits, SigningView::Recover(_)), "{fits:?}");
}

/// A keychain that stops writing after so many items, as a computer that loses power does.
struct StoppingKeychain {
    inner: Arc<MemoryKeychain>,
    left: AtomicUsize,
}

impl Keychain for StoppingKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.inner.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(KeychainError::Unavailable { detail: "it stopped".to_owned() });
        }
        self.left.store(left - 1, Ordering::Relaxed);
        self.inner.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        match self.left.load(Ordering::Relaxed) {
            0 => Err(KeychainError::Unavailable { detail: "it stopped".to_owned() }),
            _ => self.inner.delete(account),
        }
    }

    fn describe(&self) -> Kept {
        self.inner.describe()
    }
}

#[tokio::test]
async fn stopped_anywhere_it_is_done_again_from_the_beginning() {
    // Items are written in this order: secret, the person's key, the log key. Then comes the commit.
    for writes in 0..3 {
        let (bench, lines) = founded().await;
        bench.desk.close_workspace().await.unwrap();
        let inner = Arc::new(MemoryKeychain::new());
        let stopping =
            StoppingKeychain { inner: Arc::clone(&inner), left: AtomicUsize::new(writes) };
        let (there, copy) = bench.copied_to(Arc::new(stopping));
        with_kit(&there, &copy, &lines).await.unwrap();
        let before = size_of(&there).await;
        let stopped = come_back(&there).await;
        assert_eq!(code(stopped), ErrorCode::Keychain, "after {writes} items");
        assert_eq!(size_of(&there).await, before, "nothing is on record");
        again(there, copy, &lines, inner).await;
    }
}

#[tokio::test]
async fn keys_that_were_kept_and_never_enrolled_do_not_pass_for_the_workspaces_own() {
    // Stopped between the keychain and the commit: all items are there, no record is.
    let (there, copy, lines) = copied().await;
    let keychain = Arc::new(MemoryKeychain::new());
    let (bench, recovered_copy) = there_with(&copy, Arc::clone(&keychain));
    with_kit(&bench, &recovered_copy, &lines).await.unwrap();
    come_back(&bench).await.unwrap();
    let log_key = ItemName::log_key(bench.desk.workspace().unwrap().id());
    let kept = keychain.read(&log_key).unwrap().unwrap();
    bench.desk.close_workspace().await.unwrap();
    // The same items over the copy as it was before.
    let (again_there, again_copy) = there_with(&copy, Arc::clone(&keychain));
    again_there.desk.open_folder(Some(again_copy.clone())).await.unwrap();
    assert!(!keys_here(&again_there).await);
    again(again_there, again_copy, &lines, Arc::clone(&keychain)).await;
    assert!(keychain.read(&log_key).unwrap().unwrap().expose() == kept.expose(), "one device");
    drop(there);
}

fn there_with(copy: &PathBuf, keychain: Arc<MemoryKeychain>) -> (Bench, PathBuf) {
    let there = Bench::with(keychain, None);
    there.pass(120 * 1_000_000);
    there.keys.store(2_000, Ordering::Relaxed);
    let to = there.folder.path().join("copy");
    crate::settings::make_private(&to).unwrap();
    for entry in std::fs::read_dir(copy).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    (there, to)
}

async fn size_of(bench: &Bench) -> u64 {
    let workspace = bench.desk.workspace().unwrap();
    workspace.store.head(&TenantId::workspace()).await.unwrap().size
}

/// A new start of the program with the keychain as it was left.
async fn again(bench: Bench, copy: PathBuf, lines: &Lines, keychain: Arc<MemoryKeychain>) {
    bench.desk.close_workspace().await.unwrap();
    let Bench { folder, clock, .. } = bench;
    let again = Bench::of(folder, clock, keychain, None);
    again.keys.store(3_000, Ordering::Relaxed);
    let asked = with_kit(&again, &copy, lines).await.unwrap();
    assert!(matches!(asked, SigningView::Recover(_)), "{asked:?}");
    let done = come_back(&again).await.unwrap();
    assert!(matches!(done, SigningView::Recovered(_)), "{done:?}");
    set_anchor(&again, "_workspace").await;
    set_anchor(&again, TENANT).await;
    again.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
}

#[tokio::test]
async fn the_kit_also_helps_where_only_the_passphrase_is_lost() {
    let (bench, lines) = founded().await;
    assert_eq!(code(bench.desk.recover().await), ErrorCode::InvalidInput, "somebody sits here");
    bench.desk.sign_out().await.unwrap();
    bench.desk.recover().await.unwrap();
    let SigningView::KitLines(asked) = bench.desk.signing().await.unwrap() else { panic!() };
    assert_eq!(asked.secret, KitSecret::Optional);
    let next = bench.desk.answer_kit(text(""), text(&lines.recovery)).await.unwrap();
    let SigningView::Recover(view) = next else { panic!("{next:?}") };
    assert!(!view.elsewhere);
    let SigningView::Recovered(done) = come_back(&bench).await.unwrap() else { panic!() };
    assert_eq!(done.records.len(), 2, "this computer's log key is enrolled already");
    let SessionView::Open { alarms, .. } = bench.desk.session().await.unwrap() else { panic!() };
    assert!(alarms.is_empty(), "{alarms:?}");
    bench.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
    let at = bench.desk.at_work().await.unwrap();
    let given = new().read().unwrap();
    let tenant = TenantId::parse(TENANT).unwrap();
    at.workspace.unlock(&at.session.person, &tenant, &given).await.unwrap();
}

#[tokio::test]
async fn a_key_file_that_did_not_come_along_is_made_anew_before_the_kit_is_asked_for() {
    let (bench, copy, lines) = {
        let bench = Bench::empty();
        let in_a_file =
            crate::views::WorkspaceDraft { keys: crate::views::KeyStorage::KeyFile, ..draft() };
        bench.desk.create_workspace(in_a_file).await.unwrap();
        bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
        let shown = bench.desk.answer_new_key_file(typed("file"), typed("file")).await.unwrap();
        let SigningView::Kit { workspace_id, secret: Some(secret), recovery, .. } = shown else {
            panic!("{shown:?}")
        };
        bench.desk.kit_saved().await.unwrap();
        bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
        bench.desk.close_workspace().await.unwrap();
        let (there, copy) = bench.copied_to(Arc::new(MemoryKeychain::new()));
        for file in ["keys.json", "keys.lock"] {
            let _ = std::fs::remove_file(copy.join(file));
        }
        (there, copy, Lines { workspace: workspace_id, secret, recovery })
    };
    let session = bench.desk.open_folder(Some(copy.clone())).await.unwrap();
    assert!(matches!(session, SessionView::Closed {}), "{session:?}");
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(asked, SigningView::NewKeyFile { lost: true, .. }), "{asked:?}");
    bench.desk.answer_new_key_file(typed("new file"), typed("new file")).await.unwrap();
    assert!(!keys_here(&bench).await);
    bench.desk.recover().await.unwrap();
    bench.desk.answer_kit(text(&lines.secret), text(&lines.recovery)).await.unwrap();
    come_back(&bench).await.unwrap();
    set_anchor(&bench, "_workspace").await;
    set_anchor(&bench, TENANT).await;
    bench.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
    bench.desk.close_workspace().await.unwrap();
    bench.desk.open_folder(Some(copy)).await.unwrap();
    bench.desk.answer_key_file(typed("new file")).await.unwrap();
    assert!(keys_here(&bench).await);
}

#[tokio::test]
async fn with_a_second_admin_the_computer_joins_when_they_sign() {
    let (bench, lines) = founded().await;
    bench.join("Dan", "ADMIN").await;
    bench.desk.close_workspace().await.unwrap();
    let (there, copy) = bench.copied_to(Arc::new(MemoryKeychain::new()));
    with_kit(&there, &copy, &lines).await.unwrap();
    let SigningView::Recover(view) = there.desk.signing().await.unwrap() else { panic!() };
    let id = |name: &str| view.admins.iter().find(|admin| admin.name == name).unwrap().id.clone();
    let back = async |name: &str| {
        let done = there.desk.answer_recovery(id(name), REASON.to_owned(), new(), new()).await;
        let SigningView::Recovered(done) = done.unwrap() else { panic!() };
        done
    };
    let done = back(ADMIN).await;
    assert!(done.left[0].contains("A second admin signs"), "{:?}", done.left);
    there.desk.sign_out().await.unwrap();
    // The second admin comes back the same way; one proposal is enough.
    there.desk.recover().await.unwrap();
    there.desk.answer_kit(text(""), text(&lines.recovery)).await.unwrap();
    let done = back("Dan").await;
    assert_eq!(done.records.len(), 1, "{:?}", done.records);
    let inbox = there.inbox(crate::views::InboxTab::NeedsMe).await;
    let waiting: Vec<_> = inbox.rows.iter().filter(|row| row.kind == "change").collect();
    assert_eq!(waiting.len(), 1, "{:?}", inbox.rows);
    let review = there.open(&waiting[0].id).await;
    let approve = crate::views::DecisionDraft::Approve;
    there.desk.decide(review.review_id, approve).await.unwrap();
    let signed = there.desk.answer_decision("It is here".to_owned(), new(), there.key()).await;
    assert!(matches!(signed, Ok(SigningView::Receipt(_))), "{signed:?}");
    there.desk.close_workspace().await.unwrap();
    let session = there.desk.open_last().await.unwrap();
    there.desk.sign_in(person_id(&session, ADMIN)).await.unwrap();
    there.desk.answer_sign_in(new()).await.unwrap();
    let SessionView::Open { alarms, .. } = there.desk.session().await.unwrap() else { panic!() };
    let raised: Vec<_> = alarms.iter().map(|alarm| alarm.tenant_id.as_str()).collect();
    assert_eq!(raised, ["_workspace", TENANT]);
    set_anchor(&there, "_workspace").await;
    set_anchor(&there, TENANT).await;
    there.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
}

#[tokio::test]
async fn the_kit_is_tried_before_it_is_said_to_be_saved() {
    let bench = Bench::empty();
    bench.desk.create_workspace(draft()).await.unwrap();
    let shown = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::Kit { secret: Some(secret), recovery, tried: false, .. } = shown else {
        panic!("{shown:?}")
    };
    let asked = bench.desk.try_kit().await.unwrap();
    let SigningView::KitLines(view) = &asked else { panic!("{asked:?}") };
    assert_eq!((view.secret, view.trial), (KitSecret::Needed, true));
    assert!(!format!("{asked:?}").contains(&recovery), "the lines are out of sight");
    for (first, second, message) in [
        ("", recovery.as_str(), "The line SECRET"),
        (&secret, "", "The line RECOVERY"),
        (&recovery, &secret, "the other line"),
    ] {
        let refused = bench.desk.answer_kit(text(first), text(second)).await.unwrap_err();
        assert!(refused.message.contains(message), "{}", refused.message);
    }
    let back = bench.desk.leave_trial().await.unwrap();
    assert!(matches!(back, SigningView::Kit { tried: false, .. }), "{back:?}");
    bench.desk.try_kit().await.unwrap();
    let path = bench.folder.path().join("kit.txt");
    let saved = format!("SECRET: {secret}\nRECOVERY: {recovery}\n");
    std::fs::write(&path, saved).unwrap();
    let fits = bench.desk.load_kit(path).await.unwrap();
    assert!(matches!(fits, SigningView::Kit { tried: true, .. }), "{fits:?}");
    assert!(!bench.folder.path().join("data").exists(), "nothing is made by a trial");
    bench.desk.kit_saved().await.unwrap();
}

#[tokio::test]
async fn a_secret_that_opens_nothing_here_is_not_kept() {
    let (there, copy, lines) = copied().await;
    there.desk.open_folder(Some(copy)).await.unwrap();
    let open: Arc<Workspace> = there.desk.workspace().unwrap();
    // Of this workspace by its check letters, and another secret.
    let other =
        security::workspace_secret::WorkspaceSecret::generate(&crate::edge::SystemEntropy).unwrap();
    let other = security::kit::secret_line(&lines.workspace, &other);
    let refused = open.open_kit(&other, &text(&lines.recovery)).await.err().unwrap();
    assert!(refused.to_string().contains("does not open"), "{refused}");
    let key = security::signing::SigningKey::generate(&crate::edge::SystemEntropy).unwrap();
    let other = security::kit::recovery_line(&lines.workspace, &key);
    let refused = open.open_kit(&text(&lines.secret), &other).await.err().unwrap();
    assert!(refused.to_string().contains("the first record"), "{refused}");
    assert!(!open.has_fitting_secret().await.unwrap());
}
