//! A copy on a computer that has no keys of it, brought back by the recovery kit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::{Action, Control, TenantId};
use security::secret::SecretText;

use super::{ADMIN, Bench, TENANT, code, draft, free, person_id, typed};
use crate::desk::{Answer, Passphrase};
use crate::error::ErrorCode;
use crate::keychain::MemoryKeychain;
use crate::views::{AlarmRemedy, KitSecret, LogBadge, SessionView, SigningView};
use crate::workspace::Workspace;

const REASON: &str = "The old computer is gone";

/// The lines of a kit as they were shown.
#[derive(Clone)]
pub(super) struct Lines {
    workspace: String,
    secret: String,
    recovery: String,
}

pub(super) fn text(line: &str) -> SecretText {
    SecretText::new(line.to_owned())
}

fn new() -> Passphrase {
    Passphrase::new("a passphrase for the new computer".to_owned())
}

/// A workspace with a prompt, closed, and its kit.
pub(super) async fn founded() -> (Bench, Lines) {
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

pub(super) async fn copied() -> (Bench, PathBuf, Lines) {
    let (bench, lines) = founded().await;
    bench.desk.close_workspace().await.unwrap();
    let (there, copy) = bench.copied_to(Arc::new(MemoryKeychain::new()));
    (there, copy, lines)
}

pub(super) async fn keys_here(bench: &Bench) -> bool {
    let session = bench.desk.session().await.unwrap();
    let SessionView::SignedOut { keys_here, .. } = session else { panic!("{session:?}") };
    keys_here
}

/// Opens the copy and gives the kit's lines; the sheet that asks who comes back.
pub(super) async fn with_kit(there: &Bench, copy: &Path, lines: &Lines) -> Answer<SigningView> {
    there.desk.open_folder(Some(copy.to_owned())).await?;
    there.desk.recover().await?;
    there.desk.answer_kit(text(&lines.secret), text(&lines.recovery)).await
}

pub(super) async fn come_back(there: &Bench) -> Answer<SigningView> {
    let SigningView::Recover(view) = there.desk.signing().await.unwrap() else { panic!() };
    let id = view.admins[0].id.clone();
    there.desk.answer_recovery(id, REASON.to_owned(), new(), new()).await
}

/// Ends the alarm of a log as the admin in the chair.
pub(super) async fn set_anchor(there: &Bench, tenant: &str) {
    there.desk.end_alarm(tenant.to_owned()).await.unwrap();
    let reason = "compared with the evidence of last week".to_owned();
    let done = there.desk.answer_alarm(reason, new()).await.unwrap();
    assert!(matches!(done, SigningView::AlarmEnded(_)), "{done:?}");
}

#[tokio::test]
async fn a_copy_without_its_keys_is_recovered_by_the_kit_and_is_written_again() {
    let (there, copy, lines) = copied().await;
    let session = there.desk.open_folder(Some(copy.clone())).await.unwrap().unwrap();
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
    assert!(matches!(session, Some(SessionView::Closed {})), "{session:?}");
    assert!(bench.desk.open_folder(None).await.unwrap().is_none(), "they turned back");
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
    let signed =
        there.desk.answer_decision("It is here".to_owned(), free(), new(), there.key()).await;
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
