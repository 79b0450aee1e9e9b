//! The demo as the first page opens it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Bench, person_id};
use crate::desk::Passphrase;
use crate::views::{InboxTab, KeyStorage, SessionView, SigningView};

#[tokio::test]
async fn a_demo_is_made_opened_and_entered_with_the_passphrase_it_shows() {
    let bench = Bench::empty();
    let furthest = Arc::new(AtomicU32::new(0));
    let heard = Arc::clone(&furthest);
    let progress = Arc::new(move |now: crate::views::ProgressView| {
        heard.fetch_max(now.per_mille, Ordering::Relaxed);
    });
    let session = bench.desk.open_demo(KeyStorage::Keychain, progress).await.unwrap();
    assert_eq!(furthest.load(Ordering::Relaxed), 1000);
    let SessionView::SignedOut { workspace, people, .. } = &session else { panic!("{session:?}") };
    assert!(workspace.demo && workspace.path.contains("demo-2026-11-22"), "{}", workspace.path);
    let approver = people.iter().find(|person| person.roles.starts_with("Approver")).unwrap();
    bench.desk.sign_in(person_id(&session, &approver.name)).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::SignIn { demo_passphrase: Some(shown), .. } = asked else {
        panic!("{asked:?}")
    };
    bench.desk.answer_sign_in(Passphrase::new(shown)).await.unwrap();
    let session = bench.desk.session().await.unwrap();
    let SessionView::Open { waiting, .. } = session else { panic!("{session:?}") };
    let inbox = bench.inbox(InboxTab::NeedsMe).await;
    assert_eq!(inbox.needs_me, waiting);
    assert!(!inbox.rows.is_empty(), "the demo leaves something to decide");
    let decided = bench.inbox(InboxTab::Decided).await;
    println!("{} wait, {} decided on the first page", waiting, decided.rows.len());
    assert_eq!(decided.rows.len(), 100);
    for row in inbox.rows.iter().chain(&decided.rows) {
        let review = bench.open(&row.id).await;
        let diff = bench.changes(&review.review_id, None).await.unwrap();
        assert_eq!(diff.all_changes, review.changes, "{}", row.name);
        let history = bench.desk.review_history(review.review_id).await.unwrap();
        assert_eq!(history.len(), review.history as usize, "{}", row.name);
    }
    let models = bench.desk.models(None, None).await.unwrap();
    assert!(models.total > 50, "{} models", models.total);
    let again = bench.desk.re_reviews().await.unwrap();
    let told = |row: &crate::views::ReReviewView| format!("{}: {:?}", row.subject, row.changed);
    println!("to be reviewed again: {:?}", again.iter().map(told).collect::<Vec<_>>());
    assert!(!again.is_empty(), "something that an approval rests on has changed");
}
