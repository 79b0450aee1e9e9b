//! A key file with a passphrase of its own: chosen when the workspace is made, asked for at every
//! start.

use std::sync::Arc;

use security::secret::SecretText;

use super::{ADMIN, Bench, TENANT, code, draft, person_id, typed};
use crate::desk::{DeskEvent, Passphrase};
use crate::error::ErrorCode;
use crate::keychain::KeyFile;
use crate::views::{KeyStorage, SessionView, SigningView, WorkspaceDraft};

const SECOND: i64 = 1_000_000;

/// What opens the key file.
fn own() -> Passphrase {
    Passphrase::new("what the key file alone knows".to_owned())
}

/// A workspace with one prompt, made without `ENCRYPTION_KEY`.
async fn made() -> Bench {
    let bench = Bench::empty();
    let in_a_file = WorkspaceDraft { keys: KeyStorage::KeyFile, ..draft() };
    bench.desk.create_workspace(in_a_file).await.unwrap();
    let next = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    assert!(matches!(next, SigningView::NewKeyFile { .. }), "{next:?}");
    bench.desk.answer_new_key_file(own(), own()).await.unwrap();
    bench.desk.kit_saved().await.unwrap();
    bench.prompt("kyc-summary", 0, "Summarise the file.\n").await;
    bench
}

async fn is_closed(bench: &Bench) -> bool {
    matches!(bench.desk.session().await, Ok(SessionView::Closed {}))
}

#[tokio::test]
async fn a_new_key_file_is_given_a_passphrase_of_its_own_before_the_kit_is_shown() {
    let bench = Bench::empty();
    let in_a_file = WorkspaceDraft { keys: KeyStorage::KeyFile, ..draft() };
    bench.desk.create_workspace(in_a_file).await.unwrap();
    let asked = bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    let SigningView::NewKeyFile { title, lost: false } = &asked else { panic!("{asked:?}") };
    assert_eq!(title, "Northmere Bank");
    let short = || Passphrase::new("short".to_owned());
    for (first, second, refused) in [
        (own(), typed(ADMIN), ErrorCode::InvalidInput),
        (short(), short(), ErrorCode::WeakPassphrase),
    ] {
        assert_eq!(code(bench.desk.answer_new_key_file(first, second).await), refused);
        let still = bench.desk.signing().await.unwrap();
        assert!(matches!(still, SigningView::NewKeyFile { .. }), "{still:?}");
    }
    let kit = bench.desk.answer_new_key_file(own(), own()).await.unwrap();
    assert!(matches!(kit, SigningView::Kit { secret: Some(_), .. }), "{kit:?}");
    let data = bench.folder.path().join("data");
    assert!(!data.exists(), "nothing is written before the kit is kept");
    bench.desk.kit_saved().await.unwrap();
    let session = bench.desk.session().await.unwrap();
    let SessionView::Open { workspace, .. } = session else { panic!("{session:?}") };
    assert_eq!(workspace.keys, KeyStorage::KeyFile);
    let opens = |text: &str| {
        let secret = SecretText::new(text.to_owned());
        KeyFile::open(&data.join("northmere-bank"), &secret).is_ok()
    };
    assert!(opens("what the key file alone knows"));
    assert!(!opens(&format!("what {ADMIN} alone knows")), "nobody's own passphrase");
}

#[tokio::test]
async fn a_new_key_file_that_is_given_up_leaves_nothing() {
    let bench = Bench::empty();
    let in_a_file = WorkspaceDraft { keys: KeyStorage::KeyFile, ..draft() };
    bench.desk.create_workspace(in_a_file).await.unwrap();
    bench.desk.answer_create(typed(ADMIN), typed(ADMIN)).await.unwrap();
    bench.desk.cancel_signing().await.unwrap();
    let late = bench.desk.answer_new_key_file(own(), own()).await.unwrap();
    assert!(matches!(late, SigningView::Idle {}), "{late:?}");
    assert!(!bench.folder.path().join("data").exists());
    assert!(is_closed(&bench).await);
}

#[tokio::test]
async fn after_a_restart_the_key_file_is_asked_for_and_opens_with_its_passphrase_alone() {
    let bench = made().await.restarted(None);
    assert!(matches!(bench.desk.open_last().await, Ok(SessionView::Closed {})));
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::OpenKeyFile { title, path, demo } = &asked else { panic!("{asked:?}") };
    assert_eq!((title.as_str(), *demo), ("Northmere Bank", false));
    assert!(path.ends_with("northmere-bank/keys.json"), "{path}");
    bench.heard();

    let refused = bench.desk.answer_key_file(typed(ADMIN)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongPassphrase);
    assert_eq!(refused.message, "This passphrase does not open the key file.");
    let nothing = bench.desk.answer_key_file(Passphrase::new(String::new())).await;
    assert_eq!(code(nothing), ErrorCode::WeakPassphrase, "an empty one is no attempt");
    let still = bench.desk.signing().await.unwrap();
    assert_eq!(format!("{still:?}"), format!("{asked:?}"));
    assert!(is_closed(&bench).await && bench.heard().is_empty(), "nothing is half open");

    let done = bench.desk.answer_key_file(own()).await.unwrap();
    assert!(matches!(done, SigningView::Idle {}), "{done:?}");
    let heard = bench.heard();
    assert!(heard.contains(&DeskEvent::SigningFinished), "{heard:?}");
    assert!(heard.contains(&DeskEvent::SessionChanged), "{heard:?}");
    let session = bench.desk.session().await.unwrap();
    bench.desk.sign_in(person_id(&session, ADMIN)).await.unwrap();
    bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
    let text = bench.desk.prompt_text("kyc-summary".to_owned(), 1).await.unwrap();
    assert_eq!(text.text, "Summarise the file.\n");
    let next = bench.prompt("kyc-summary", 1, "Summarise the whole file.\n").await;
    assert!(
        next.subject.ends_with("kyc-summary@2"),
        "{}: the log of {TENANT} is whole",
        next.subject
    );
}

#[tokio::test]
async fn giving_up_a_key_file_goes_back_to_the_first_page_and_a_late_answer_opens_nothing() {
    let bench = made().await.restarted(None);
    bench.desk.open_last().await.unwrap();
    bench.heard();
    bench.desk.cancel_signing().await.unwrap();
    assert_eq!(bench.heard(), [DeskEvent::SigningFinished]);
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
    let late = bench.desk.answer_key_file(own()).await.unwrap();
    assert!(matches!(late, SigningView::Idle {}), "{late:?}");
    assert!(is_closed(&bench).await);

    // Given up while the key is derived.
    bench.desk.open_last().await.unwrap();
    let (answered, given_up) =
        tokio::join!(bench.desk.answer_key_file(own()), bench.desk.cancel_signing());
    assert!(matches!(answered, Ok(SigningView::Idle {})), "{answered:?}");
    given_up.unwrap();
    assert!(is_closed(&bench).await, "what was given up stays closed");
    bench.desk.open_last().await.unwrap();
    bench.desk.answer_key_file(own()).await.unwrap();
    assert!(!is_closed(&bench).await, "and opens later");
}

#[tokio::test]
async fn wrong_passphrases_of_a_key_file_wait_longer_each_time_also_after_a_restart() {
    let bench = made().await.restarted(None);
    bench.desk.open_last().await.unwrap();
    for _ in 0..3 {
        let wrong = bench.desk.answer_key_file(typed("Eve")).await;
        assert_eq!(code(wrong), ErrorCode::WrongPassphrase);
    }
    let waits = bench.desk.answer_key_file(own()).await.unwrap_err();
    assert_eq!(waits.code, ErrorCode::Throttled, "the right one waits too");
    let clock = waits.message.strip_prefix("After wrong passphrases the next attempt waits until ");
    assert!(clock.is_some_and(|rest| rest.starts_with("18:35:0")), "{}", waits.message);

    let bench = bench.restarted(None);
    bench.desk.open_last().await.unwrap();
    assert_eq!(code(bench.desk.answer_key_file(own()).await), ErrorCode::Throttled);
    bench.pass(2 * SECOND);
    let fourth = bench.desk.answer_key_file(typed("Eve")).await;
    assert_eq!(code(fourth), ErrorCode::WrongPassphrase);
    bench.pass(2 * SECOND);
    let sooner = bench.desk.answer_key_file(own()).await;
    assert_eq!(code(sooner), ErrorCode::Throttled, "twice as long as before");
    bench.pass(2 * SECOND);
    bench.desk.answer_key_file(own()).await.unwrap();
    assert!(!is_closed(&bench).await);

    bench.desk.close_workspace().await.unwrap();
    bench.desk.open_last().await.unwrap();
    let anew = bench.desk.answer_key_file(typed("Eve")).await;
    assert_eq!(code(anew), ErrorCode::WrongPassphrase, "counted from nothing again");
}

#[tokio::test]
async fn encryption_key_set_later_does_not_open_a_key_file_with_a_passphrase() {
    let bench = made().await.restarted(Some("set after the workspace was made"));
    assert!(matches!(bench.desk.open_last().await, Ok(SessionView::Closed {})));
    bench.desk.answer_key_file(own()).await.unwrap();
    assert!(matches!(bench.desk.session().await, Ok(SessionView::SignedOut { .. })));
}

#[tokio::test]
async fn a_key_file_that_no_passphrase_opens_is_refused_before_one_is_typed() {
    let bench = made().await.restarted(None);
    let file = KeyFile::path(&bench.folder.path().join("data/northmere-bank"));
    std::fs::write(file, b"{}").unwrap();
    assert_eq!(code(bench.desk.open_last().await), ErrorCode::Encryption);
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
}

#[tokio::test]
async fn a_demo_in_a_key_file_shows_the_passphrase_that_opens_it_after_a_restart() {
    let bench = Bench::empty();
    let session = bench.desk.open_demo(KeyStorage::KeyFile, Arc::new(|_| ())).await.unwrap();
    let shown = async |bench: &Bench, session: &SessionView| {
        bench.desk.sign_in(person_id(session, "Amara Okafor")).await.unwrap();
        let asked = bench.desk.signing().await.unwrap();
        let SigningView::SignIn { demo_passphrase: Some(text), opens_key_file, .. } = asked else {
            panic!("{asked:?}")
        };
        (text, opens_key_file)
    };
    let (passphrase, opens_key_file) = shown(&bench, &session).await;
    assert!(opens_key_file, "whoever sees it is told to keep it");

    let bench = bench.restarted(None);
    assert!(matches!(bench.desk.open_last().await, Ok(SessionView::Closed {})));
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(asked, SigningView::OpenKeyFile { demo: true, .. }), "{asked:?}");
    bench.desk.answer_key_file(Passphrase::new(passphrase.clone())).await.unwrap();
    let session = bench.desk.session().await.unwrap();
    assert_eq!(shown(&bench, &session).await, (passphrase, true));
}
