//! A backup holds everything of one moment and its own making; restoring one is told by the alarm
//! of the log that it is behind, or is on record at once where it is not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ledger::{Action, TenantId};
use security::secret::SecretText;

use super::{ADMIN, Bench, TENANT, code, draft, person_id, typed};
use crate::desk::Passphrase;
use crate::error::ErrorCode;
use crate::keychain::MemoryKeychain;
use crate::login::Nobody;
use crate::views::{AlarmRemedy, BackupView, SessionView, SigningView};

async fn back_up(bench: &Bench, path: &Path) -> BackupView {
    let made = bench.desk.back_up(Some(path.to_owned()), Arc::new(|_| ())).await;
    made.unwrap().unwrap()
}

async fn actions(bench: &Bench) -> Vec<(Action, String)> {
    let workspace = bench.desk.workspace().unwrap();
    let rows = workspace.store.rows(&TenantId::workspace(), 0, 1000).await.unwrap();
    let parsed = rows.iter().map(|row| ledger::AuditRecord::parse(&row.leaf).unwrap());
    parsed.map(|record| (record.parts().action, record.parts().actor.to_string())).collect()
}

#[tokio::test]
async fn a_backup_is_private_holds_its_own_making_and_replaces_nothing() {
    let bench = Bench::founded().await;
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    let name = bench.desk.backup_name().await.unwrap();
    assert_eq!(name, "northmere-bank-2026-11-22.countersign-backup");
    let path = bench.folder.path().join(&name);
    let made = back_up(&bench, &path).await;
    assert_eq!(made.name, name);
    assert_eq!(actions(&bench).await[made.seq as usize].0, Action::BackupCreate);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let bytes = fs::read(&path).unwrap();
    let again = bench.desk.back_up(Some(path.clone()), Arc::new(|_| ())).await;
    assert_eq!(code(again), ErrorCode::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let nowhere = bench.folder.path().join("no/such/folder/b");
    let refused = bench.desk.back_up(Some(nowhere), Arc::new(|_| ())).await;
    assert_eq!(code(refused), ErrorCode::File);
    assert!(bench.desk.back_up(None, Arc::new(|_| ())).await.unwrap().is_none());
    let copy = crate::backing_up::examine_backup(&path).await.unwrap();
    assert_eq!(copy.title, "Northmere Bank");
    let store = store::SqliteStore::open_copy(&path).unwrap();
    let store: &dyn store::Store = &store;
    let own = TenantId::workspace();
    let last = store.row(&own, u64::from(made.seq)).await.unwrap().unwrap();
    let record = ledger::AuditRecord::parse(&last.leaf).unwrap();
    assert_eq!(record.parts().action, Action::BackupCreate);
    let signed = store.checkpoint(&own).await.unwrap().unwrap();
    assert_eq!(signed.size, u64::from(made.seq) + 1, "a checkpoint covers it");
}

#[tokio::test]
async fn only_an_admin_of_the_workspace_makes_one_and_the_refusal_is_on_record() {
    let bench = Bench::staffed().await;
    bench.sit("Bob").await;
    assert_eq!(code(bench.desk.backup_name().await), ErrorCode::NotAllowed);
    let path = bench.folder.path().join("b");
    let refused = bench.desk.back_up(Some(path.clone()), Arc::new(|_| ())).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    assert!(!path.exists());
    assert_eq!(bench.recorded("permission.deny").await, 2);
    bench.desk.sign_out().await.unwrap();
    let nobody = bench.desk.back_up(Some(path), Arc::new(|_| ())).await;
    assert_eq!(code(nobody), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_backup_that_was_stopped_leaves_no_file() {
    let bench = Bench::founded().await;
    let folder = bench.folder.path().join("backups");
    crate::settings::make_private(&folder).unwrap();
    let desk = &bench.desk;
    // Stopped by the page at the first thing it is told.
    let stop = Arc::clone(&bench.desk.inner);
    let progress = Arc::new(move |_| stop.state().stop_works());
    let stopped = desk.back_up(Some(folder.join("b")), progress).await;
    assert_eq!(code(stopped), ErrorCode::Unexpected);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test]
async fn a_restored_backup_is_behind_until_an_admin_accepts_it() {
    let bench = Bench::founded().await;
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    let path = bench.folder.path().join("b");
    back_up(&bench, &path).await;
    bench.prompt("kyc-summary", 1, "Given up by the restore.\n").await;
    let open = bench.desk.restore_backup(Some(path.clone()), Arc::new(|_| ())).await;
    assert_eq!(code(open), ErrorCode::InvalidInput, "one is open");
    bench.desk.close_workspace().await.unwrap();
    let session = bench.desk.restore_backup(Some(path), Arc::new(|_| ())).await.unwrap().unwrap();
    let SessionView::SignedOut { workspace, keys_here: true, .. } = &session else {
        panic!("{session:?}")
    };
    assert!(workspace.path.ends_with("northmere-bank-2"), "{}", workspace.path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&workspace.path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
    }
    bench.desk.sign_in(person_id(&session, ADMIN)).await.unwrap();
    bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
    let SessionView::Open { alarms, .. } = bench.desk.session().await.unwrap() else { panic!() };
    let remedies: Vec<_> =
        alarms.iter().map(|alarm| (alarm.tenant_id.as_str(), alarm.remedy)).collect();
    assert_eq!(
        remedies,
        [("_workspace", AlarmRemedy::AcceptRestore), (TENANT, AlarmRemedy::AcceptRestore)]
    );
    for tenant in ["_workspace", TENANT] {
        bench.desk.end_alarm(tenant.to_owned()).await.unwrap();
        let done = bench.desk.answer_alarm("the disk failed".to_owned(), typed(ADMIN)).await;
        assert!(matches!(done, Ok(SigningView::AlarmEnded(_))), "{done:?}");
    }
    let found = actions(&bench).await;
    assert!(found.iter().any(|(action, _)| *action == Action::BackupRestore), "{found:?}");
    let next = bench.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
    assert!(next.subject.ends_with("kyc-summary@2"), "{}", next.subject);
}

#[tokio::test]
async fn a_backup_as_new_as_what_this_computer_has_seen_is_on_record_when_restored() {
    let bench = Bench::founded().await;
    let path = bench.folder.path().join("b");
    back_up(&bench, &path).await;
    // Nothing was written since: the first folder is taken away as it is.
    let Bench { folder, keychain, clock, desk, .. } = bench;
    drop(desk);
    let first = folder.path().join("data/northmere-bank");
    fs::rename(&first, folder.path().join("gone")).unwrap();
    let again = Bench::of(folder, clock, (keychain, Arc::new(Nobody)), None);
    let session = again.desk.restore_backup(Some(path), Arc::new(|_| ())).await.unwrap().unwrap();
    assert!(matches!(session, SessionView::SignedOut { keys_here: true, .. }), "{session:?}");
    let found = actions(&again).await;
    assert_eq!(found.last(), Some(&(Action::BackupRestore, "system".to_owned())));
}

#[tokio::test]
async fn on_another_computer_a_backup_is_recovered_by_the_kit() {
    let bench = Bench::empty();
    bench.desk.create_workspace(draft()).await.unwrap();
    let shown = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::Kit { secret: Some(secret), recovery, .. } = shown else { panic!() };
    bench.desk.kit_saved().await.unwrap();
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    let path = bench.folder.path().join("b");
    back_up(&bench, &path).await;
    let there = Bench::with(Arc::new(MemoryKeychain::new()), None);
    there.pass(60 * 1_000_000);
    let session = there.desk.restore_backup(Some(path), Arc::new(|_| ())).await.unwrap().unwrap();
    assert!(matches!(session, SessionView::SignedOut { keys_here: false, .. }), "{session:?}");
    assert!(actions(&there).await.iter().all(|(action, _)| *action != Action::BackupRestore));
    there.desk.recover().await.unwrap();
    let lines = (SecretText::new(secret), SecretText::new(recovery));
    let SigningView::Recover(view) = there.desk.answer_kit(lines.0, lines.1).await.unwrap() else {
        panic!()
    };
    let new = || Passphrase::new("a passphrase for the new computer".to_owned());
    let id = view.admins[0].id.clone();
    there.desk.answer_recovery(id, "the old one burned".to_owned(), new(), new()).await.unwrap();
    assert!(actions(&there).await.iter().any(|(action, _)| *action == Action::BackupRestore));
    let read = there.desk.prompt_text("kyc-summary".to_owned(), 1).await.unwrap();
    assert_eq!(read.text, "Summarise the file.\n");
}

#[tokio::test]
async fn a_file_that_is_no_backup_is_refused_by_its_cause_and_makes_nothing() {
    let bench = Bench::founded().await;
    let path = bench.folder.path().join("b");
    back_up(&bench, &path).await;
    bench.desk.close_workspace().await.unwrap();
    let data = bench.folder.path().join("data");
    let before = fs::read_dir(&data).unwrap().count();
    let good = fs::read(&path).unwrap();
    let mut changed = good.clone();
    // Half of it: a single page may be a free one, which holds nothing.
    let (from, to) = (changed.len() / 4, changed.len() / 4 * 3);
    changed[from..to].fill(0x5a);
    for (what, bytes, refused) in [
        ("a text", b"Dear diary\n".repeat(100), ErrorCode::NoWorkspace),
        ("empty", Vec::new(), ErrorCode::NoWorkspace),
        ("cut", good[..good.len() / 2].to_vec(), ErrorCode::NoWorkspace),
        ("changed", changed, ErrorCode::NoWorkspace),
    ] {
        fs::write(&path, bytes).unwrap();
        let answer = bench.desk.restore_backup(Some(path.clone()), Arc::new(|_| ())).await;
        assert_eq!(code(answer), refused, "{what}");
    }
    fs::write(&path, &good).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let loose = bench.desk.restore_backup(Some(path.clone()), Arc::new(|_| ())).await;
        let loose = loose.unwrap_err();
        assert_eq!(loose.code, ErrorCode::LoosePermissions);
        assert!(loose.message.contains("chmod -R go-rwx '"), "{}", loose.message);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(fs::read_dir(&data).unwrap().count(), before, "nothing is left behind");
    let good = bench.desk.restore_backup(Some(path), Arc::new(|_| ())).await;
    assert!(matches!(good, Ok(Some(SessionView::SignedOut { .. }))), "{good:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn settings_that_others_could_change_are_refused_with_the_command_that_mends_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::founded().await;
    bench.desk.close_workspace().await.unwrap();
    let folder = bench.folder.path().join("settings");
    for (path, loose, tight) in
        [(folder.clone(), 0o750, 0o700), (folder.join("settings.json"), 0o604, 0o600)]
    {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, tight);
        fs::set_permissions(&path, fs::Permissions::from_mode(loose)).unwrap();
        let refused = bench.desk.open_last().await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::LoosePermissions);
        let mend = format!("chmod -R go-rwx '{}'", path.display());
        assert!(refused.message.contains(&mend), "{}", refused.message);
        fs::set_permissions(&path, fs::Permissions::from_mode(tight)).unwrap();
        bench.desk.open_last().await.unwrap();
        bench.desk.close_workspace().await.unwrap();
    }
}
