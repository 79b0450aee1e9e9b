//! Rotating the workspace secret as the windows do it.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};

use super::{ADMIN, Bench, code, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::keychain::{ItemName, Keychain as _, MemoryKeychain};
use crate::views::{ProgressView, RotateSecretView, SecretWord, SigningView};

const REASON: &str = "As every quarter";

/// A workspace with one text, and its keychain.
async fn bench() -> (Bench, Arc<MemoryKeychain>) {
    let keychain = Arc::new(MemoryKeychain::new());
    let bench = Bench::with(Arc::clone(&keychain) as Arc<_>, None);
    bench.desk.create_workspace(super::draft()).await.unwrap();
    bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    bench.desk.kit_saved().await.unwrap();
    bench.prompt("first", 0, "Summarise the file.\n").await;
    (bench, keychain)
}

async fn asked(bench: &Bench) -> RotateSecretView {
    bench.desk.rotate_secret().await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::RotateSecret(view) = asked else { panic!("{asked:?}") };
    *view
}

#[tokio::test]
async fn a_rotation_is_asked_for_signed_kept_and_carried_to_its_end() {
    let (bench, keychain) = bench().await;
    let desk = &bench.desk;
    let before = desk.key_status().await.unwrap();
    assert_eq!((before.secrets.len(), before.secrets[0].values), (1, 1));
    let asked = asked(&bench).await;
    assert_eq!((asked.values, asked.name.as_str()), (1, ADMIN));
    assert_eq!(asked.from, before.secrets[0].key_id);
    let wrong = desk.answer_rotation(REASON.to_owned(), typed("Bob")).await;
    assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    assert_eq!(
        code(desk.answer_rotation(" ".to_owned(), typed(ADMIN)).await),
        ErrorCode::InvalidInput
    );
    let shown = desk.answer_rotation(REASON.to_owned(), typed(ADMIN)).await.unwrap();
    let SigningView::NewSecret { key_id, secret, saved: false, .. } = shown else {
        panic!("{shown:?}")
    };
    assert_eq!(key_id, asked.to);
    assert!(desk.key_status().await.unwrap().rotation.is_none(), "nothing has begun");

    let path = bench.folder.path().join("new-secret.txt");
    let kept = desk.save_new_secret(path.clone()).await.unwrap();
    assert!(matches!(kept, SigningView::NewSecret { saved: true, .. }), "{kept:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(&format!("SECRET: {secret}\nRECOVERY: unchanged")), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let over = desk.save_new_secret(path).await;
    assert_eq!(code(over), ErrorCode::AlreadyExists, "an older kit may lie there");

    bench.heard();
    let done = desk.new_secret_saved().await.unwrap();
    assert!(matches!(done, SigningView::Idle {}), "{done:?}");
    let heard = bench.heard();
    assert!(heard.contains(&DeskEvent::SigningFinished), "{heard:?}");
    assert!(heard.contains(&DeskEvent::RecordsChanged), "{heard:?}");
    let rotation = desk.key_status().await.unwrap().rotation.unwrap();
    assert_eq!((rotation.done, rotation.total), (0, 1));
    assert_eq!((rotation.by.name.as_str(), rotation.reason.as_str()), (ADMIN, REASON));
    assert_eq!(code(desk.rotate_secret().await), ErrorCode::InvalidState);

    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let progress = Arc::new(move |now: ProgressView| hear.lock().unwrap().push(now.per_mille));
    let after = desk.continue_rotation(progress).await.unwrap();
    assert_eq!(after.rotation, None);
    let standings: Vec<_> =
        after.secrets.iter().map(|secret| (secret.standing, secret.values)).collect();
    assert_eq!(standings, [(SecretWord::Primary, 1), (SecretWord::Retired, 0)]);
    assert_eq!(told.lock().unwrap().last(), Some(&1000));
    let read = desk.prompt_text("first".to_owned(), 1).await.unwrap();
    assert!(format!("{read:?}").contains("Summarise the file."), "{read:?}");
    let id = desk.workspace().unwrap().id().clone();
    let next = ItemName::rotated_secret(&id, &asked.to);
    assert!(keychain.read(&next).unwrap().is_none(), "it lies in its one place");
}

#[tokio::test]
async fn stopping_the_work_pauses_a_rotation_and_it_can_be_continued() {
    let (bench, _) = bench().await;
    let desk = &bench.desk;
    asked(&bench).await;
    desk.answer_rotation(REASON.to_owned(), typed(ADMIN)).await.unwrap();
    desk.new_secret_saved().await.unwrap();
    // Stopped while its first progress is told.
    let inner = Arc::clone(&desk.inner);
    let stop = Arc::new(move |_| inner.state().stop_works());
    let paused = desk.continue_rotation(stop).await.unwrap();
    assert!(paused.rotation.is_some(), "{paused:?}");
    let finished = desk.continue_rotation(Arc::new(|_| ())).await.unwrap();
    assert!(finished.rotation.is_none(), "{finished:?}");
    assert_eq!(code(desk.continue_rotation(Arc::new(|_| ())).await), ErrorCode::InvalidState);
}

#[tokio::test]
async fn giving_up_before_the_line_is_kept_leaves_nothing() {
    let (bench, _) = bench().await;
    let desk = &bench.desk;
    let before = desk.key_status().await.unwrap();
    asked(&bench).await;
    desk.cancel_signing().await.unwrap();
    asked(&bench).await;
    desk.answer_rotation(REASON.to_owned(), typed(ADMIN)).await.unwrap();
    desk.lock().await.unwrap();
    assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})), "locking forgets the line");
    bench.sit(ADMIN).await;
    assert!(matches!(desk.new_secret_saved().await, Ok(SigningView::Idle {})));
    assert_eq!(desk.key_status().await.unwrap(), before);
}

#[tokio::test]
async fn others_are_told_nothing_and_asked_for_nothing() {
    let (bench, _) = bench().await;
    bench.join("Bob", "APPROVER").await;
    bench.sit("Bob").await;
    let desk = &bench.desk;
    assert_eq!(code(desk.key_status().await), ErrorCode::NotAllowed);
    assert_eq!(code(desk.rotate_secret().await), ErrorCode::NotAllowed);
    assert_eq!(code(desk.continue_rotation(Arc::new(|_| ())).await), ErrorCode::NotAllowed);
    assert!(matches!(desk.signing().await, Ok(SigningView::Idle {})));
    desk.sign_out().await.unwrap();
    assert_eq!(code(desk.key_status().await), ErrorCode::NotSignedIn);
}
