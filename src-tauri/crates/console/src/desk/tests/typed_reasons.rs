//! A reason that was typed and not signed: there again after a lock and after a restart, for
//! whoever typed it, and for nobody else.

use std::fs;
use std::path::Path;

use super::{ADMIN, Bench, person_id, typed};
use crate::session::Session;
use crate::views::{
    ConditionsDraft, DecisionDraft, RequestedView, ReviewPart, SessionView, SigningView, TokenDraft,
};

const TYPED: &str = "Reproduced Gini on the hold-out of the third quarter";

/// A request that waits, and Bob, who may decide on it.
async fn bench() -> (Bench, RequestedView) {
    let bench = Bench::staffed().await;
    let made = bench.model("alpha", "medium").await;
    bench.sit("Bob").await;
    (bench, made)
}

/// Asks in the signing window for a decision; gives the reason that its sheet begins with.
async fn begins_with(bench: &Bench, request: &str, decision: DecisionDraft) -> String {
    let review = bench.open(request).await;
    bench.desk.decide(review.review_id, decision).await.unwrap();
    reason_shown(bench).await
}

async fn reason_shown(bench: &Bench) -> String {
    let mut shown = bench.desk.signing().await.unwrap();
    shown.reason_field().unwrap_or_else(|| panic!("no sheet asks for a reason")).clone()
}

async fn keep(bench: &Bench, reason: &str) {
    bench.desk.keep_reason(reason.to_owned(), ConditionsDraft::default()).await.unwrap();
}

async fn lock_and_unlock(bench: &Bench) {
    let locked = bench.desk.lock().await.unwrap();
    let SessionView::Locked { person, .. } = locked else { panic!("{locked:?}") };
    assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
    // Nobody sits here, and nothing asks: what is sent now is nobody's.
    keep(bench, "typed at a locked console").await;
    bench.desk.sign_in(person.id).await.unwrap();
    keep(bench, "typed while the passphrase was asked").await;
    bench.desk.answer_sign_in(typed(&bench.front())).await.unwrap();
}

#[tokio::test]
async fn a_lock_does_not_take_it_away_and_it_belongs_to_its_sheet() {
    let (bench, alpha) = bench().await;
    bench.sit(ADMIN).await;
    let beta = bench.model("beta", "medium").await;
    bench.sit("Bob").await;
    let (alpha, beta) = (&*alpha.request_id, &*beta.request_id);
    assert_eq!(begins_with(&bench, alpha, DecisionDraft::Approve).await, "");
    keep(&bench, "Repro").await;
    keep(&bench, TYPED).await;
    assert_eq!(reason_shown(&bench).await, TYPED, "the page was loaded anew");
    for _ in 0..2 {
        lock_and_unlock(&bench).await;
        assert_eq!(begins_with(&bench, alpha, DecisionDraft::Reject).await, "");
        assert_eq!(begins_with(&bench, beta, DecisionDraft::Approve).await, "");
        assert_eq!(begins_with(&bench, alpha, DecisionDraft::Approve).await, TYPED);
    }
    let receipt = bench.sign().await.unwrap();
    assert!(matches!(receipt, SigningView::Receipt(_)), "{receipt:?}");
    assert!(bench.desk.state().reasons.is_empty(), "it was signed");
}

#[tokio::test]
async fn conditions_come_back_with_it_on_their_sheet_alone() {
    let (bench, alpha) = bench().await;
    let alpha = &*alpha.request_id;
    let limits = ConditionsDraft {
        end: "2031-03-31 17:00".to_owned(),
        environments: "staging, uat".to_owned(),
    };
    for reason in ["", TYPED] {
        begins_with(&bench, alpha, DecisionDraft::Approve).await;
        bench.desk.keep_reason(reason.to_owned(), limits.clone()).await.unwrap();
        lock_and_unlock(&bench).await;
        for (decision, expected) in [
            (DecisionDraft::Reject, ConditionsDraft::default()),
            (DecisionDraft::Approve, limits.clone()),
        ] {
            begins_with(&bench, alpha, decision).await;
            let mut shown = bench.desk.signing().await.unwrap();
            assert_eq!(*shown.conditions_field().unwrap(), expected, "{decision:?}");
        }
        assert_eq!(reason_shown(&bench).await, reason);
    }
    bench.desk.cancel_signing().await.unwrap();
    assert!(bench.desk.state().reasons.is_empty(), "it was given up");
}

/// What somebody finds typed for the approval of a request, in a console that was just started.
async fn found_after_a_restart(
    bench: &Bench,
    name: &str,
    request: &str,
) -> (String, ConditionsDraft) {
    let again = bench.beside().await;
    let session = again.session().await.unwrap();
    again.sign_in(person_id(&session, name)).await.unwrap();
    again.answer_sign_in(typed(name)).await.unwrap();
    let review = again.open_review(request.to_owned()).await.unwrap();
    let id = review.review_id.clone();
    again.open_part(id, ReviewPart::Overview).await.unwrap();
    again.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let mut shown = again.signing().await.unwrap();
    (shown.reason_field().unwrap().clone(), shown.conditions_field().unwrap().clone())
}

#[tokio::test]
async fn a_restart_does_not_take_it_away_either() {
    let (bench, alpha) = bench().await;
    let alpha = &*alpha.request_id;
    let limits = ConditionsDraft { end: "2031-03-31 17:00".to_owned(), ..Default::default() };
    begins_with(&bench, alpha, DecisionDraft::Approve).await;
    bench.desk.keep_reason(TYPED.to_owned(), limits.clone()).await.unwrap();
    let nothing = (String::new(), ConditionsDraft::default());
    assert_eq!(found_after_a_restart(&bench, "Eve", alpha).await, nothing, "it is not hers");
    for _ in 0..2 {
        let found = found_after_a_restart(&bench, "Bob", alpha).await;
        assert_eq!(found, (TYPED.to_owned(), limits.clone()));
    }
    // Given up here, it is there no more.
    bench.desk.cancel_signing().await.unwrap();
    let gone = async { while found_after_a_restart(&bench, "Bob", alpha).await != nothing {} };
    tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.unwrap();
}

#[derive(Debug, Clone, Copy)]
enum Forgets {
    GivingUp,
    Emptying,
    SigningOut,
    SigningOutLocked,
    AnotherPerson,
    AnotherTenant,
    Closing,
}

#[tokio::test]
async fn whoever_gives_up_or_leaves_takes_it_along() {
    let bench = Bench::staffed().await;
    bench.found_tenant("retail-uk").await;
    bench.desk.choose_tenant(super::TENANT.to_owned()).await.unwrap();
    let ways = [
        Forgets::GivingUp,
        Forgets::Emptying,
        Forgets::AnotherTenant,
        Forgets::AnotherPerson,
        Forgets::SigningOut,
        Forgets::SigningOutLocked,
        Forgets::Closing,
    ];
    for way in ways {
        bench.desk.create_token(token()).await.unwrap();
        keep(&bench, TYPED).await;
        assert_eq!(reason_shown(&bench).await, TYPED, "{way:?}");
        let Session { person, tenant_id, .. } = bench.desk.seated().await.unwrap().session;
        let kept = async || {
            let store = &bench.desk.workspace().unwrap().store;
            store.draft(&tenant_id, &person, "signing").await.unwrap().is_some()
        };
        assert!(kept().await, "{way:?}");
        match way {
            Forgets::GivingUp => bench.desk.cancel_signing().await.unwrap(),
            Forgets::Emptying => keep(&bench, " ").await,
            Forgets::AnotherTenant => {
                bench.desk.choose_tenant("retail-uk".to_owned()).await.unwrap();
                bench.desk.choose_tenant(super::TENANT.to_owned()).await.unwrap();
            }
            Forgets::AnotherPerson => drop(bench.sit("Bob").await),
            Forgets::SigningOut => drop(bench.desk.sign_out().await.unwrap()),
            Forgets::SigningOutLocked => {
                bench.desk.lock().await.unwrap();
                bench.desk.sign_out().await.unwrap();
            }
            Forgets::Closing => {
                bench.desk.close_workspace().await.unwrap();
                bench.desk.open_last().await.unwrap();
            }
        }
        assert!(bench.desk.state().reasons.is_empty(), "{way:?}");
        // Whoever gives up does not wait for it.
        let gone = async { while kept().await {} };
        tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.unwrap();
        bench.sit(ADMIN).await;
        bench.desk.create_token(token()).await.unwrap();
        assert_eq!(reason_shown(&bench).await, "", "{way:?}");
        bench.desk.cancel_signing().await.unwrap();
    }
}

fn token() -> TokenDraft {
    TokenDraft { title: "nightly build".to_owned(), role: "ANALYST".to_owned(), life_days: 90 }
}

#[tokio::test]
async fn each_sheet_that_asks_for_a_reason_gives_it_back() {
    let bench = Bench::staffed().await;
    bench.model("credit-pd", "high").await;
    let [kind, name, version] = ["model", "credit-pd", "1"].map(str::to_owned);
    for sheet in ["rotate", "create", "reveal"] {
        for expected in ["", TYPED] {
            match sheet {
                "rotate" => bench.desk.rotate_secret().await.unwrap(),
                "create" => bench.desk.create_token(token()).await.unwrap(),
                _ => {
                    let asked = (kind.clone(), name.clone(), version.clone());
                    bench.desk.reveal(asked.0, asked.1, asked.2).await.unwrap();
                }
            }
            assert_eq!(reason_shown(&bench).await, expected, "{sheet}");
            keep(&bench, TYPED).await;
            lock_and_unlock(&bench).await;
        }
    }
}

#[tokio::test]
async fn nothing_of_it_can_be_read_on_the_disk() {
    let (bench, alpha) = bench().await;
    begins_with(&bench, &alpha.request_id, DecisionDraft::Approve).await;
    keep(&bench, TYPED).await;
    lock_and_unlock(&bench).await;
    bench.desk.lock().await.unwrap();
    let read = holding(bench.folder.path(), TYPED);
    assert!(read.0 >= 2, "nothing was read");
    assert_eq!(read.1, 0, "it was written as it was typed");
    // The control: a reason that was signed is on record.
    bench.desk.sign_out().await.unwrap();
    let session = bench.desk.session().await.unwrap();
    bench.desk.sign_in(person_id(&session, "Bob")).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    begins_with(&bench, &alpha.request_id, DecisionDraft::Approve).await;
    let passphrase = typed("Bob");
    let free = ConditionsDraft::default();
    bench.desk.answer_decision(TYPED.to_owned(), free, passphrase, bench.key()).await.unwrap();
    assert!(holding(bench.folder.path(), TYPED).1 > 0, "this search finds nothing");
}

/// How many files lie below, and how many of them hold a text.
fn holding(folder: &Path, text: &str) -> (usize, usize) {
    let (mut files, mut found) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = holding(&path, text);
            (files, found) = (files + below.0, found + below.1);
        } else {
            let bytes = fs::read(&path).unwrap();
            files += 1;
            found += usize::from(bytes.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }
    (files, found)
}
