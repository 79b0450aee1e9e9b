//! The computer goes to sleep or its screen is locked: the console is locked first.

use std::sync::Arc;
use std::time::Duration;

use super::computer::{Bus, Computer, FOREIGN, OWN, UNKNOWN, ended};
use super::{ADMIN, Bench, code, person_id, typed};
use crate::desk::DeskEvent;
use crate::error::ErrorCode;
use crate::login::{Login, Nobody, SystemBus};
use crate::views::{HealthState, SessionView, SigningView};

/// Long enough for anything that happens at all.
const LONG: Duration = Duration::from_secs(60);

async fn is_locked(bench: &Bench) -> bool {
    matches!(bench.desk.session().await, Ok(SessionView::Locked { .. }))
}

/// Waits until the console is locked.
async fn locked(bench: &Bench) {
    let until = async {
        while !is_locked(bench).await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, until).await.expect("nothing locked the console");
}

async fn unlock(bench: &Bench) {
    let SessionView::Locked { person, .. } = bench.desk.session().await.unwrap() else {
        panic!("it is not locked");
    };
    bench.desk.sign_in(person.id).await.unwrap();
    bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
}

#[tokio::test]
async fn the_computer_does_not_sleep_before_the_console_is_locked() {
    let mut computer = Computer::start();
    let bench = Bench::at(computer.bus.login());
    bench.found().await;
    for _ in 0..2 {
        let delay = computer.asked_for_a_delay().await;
        assert!(!is_locked(&bench).await, "nobody left yet");
        bench.heard();
        computer.says_it_sleeps();
        tokio::time::timeout(LONG, ended(delay)).await.expect("the delay lasts for ever");
        assert!(is_locked(&bench).await);
        assert!(matches!(bench.desk.signing().await, Ok(SigningView::Idle {})));
        assert_eq!(code(bench.desk.models(None, None).await), ErrorCode::NotSignedIn);
        assert!(bench.heard().contains(&DeskEvent::SessionChanged), "the page is told");
        computer.says_it_wakes();
        unlock(&bench).await;
    }
}

#[tokio::test]
async fn the_lock_of_ones_own_screen_locks_and_nothing_else_said_does() {
    let mut computer = Computer::start();
    let bench = Bench::at(computer.bus.login());
    bench.found().await;
    let _held = computer.asked_for_a_delay().await;
    type Act = fn(&Computer);
    let quiet: [Act; 3] = [
        |computer| computer.locks(FOREIGN),
        |computer| computer.hints(FOREIGN, true),
        |computer| computer.hints(OWN, false),
    ];
    for (index, act) in quiet.iter().enumerate() {
        act(&computer);
        // Asked for again after waking: what was said before was heard.
        computer.says_it_wakes();
        let _held = computer.asked_for_a_delay().await;
        assert!(!is_locked(&bench).await, "case {index}");
    }
    let loud: [Act; 3] = [
        |computer| computer.locks(OWN),
        |computer| computer.hints(OWN, true),
        |computer| computer.locks(UNKNOWN),
    ];
    for act in loud {
        act(&computer);
        locked(&bench).await;
        unlock(&bench).await;
    }
    println!("leaving: {} signals that lock, {} that do not", loud.len(), quiet.len());
}

#[tokio::test]
async fn who_tells_of_leaving_only_later_is_heard_by_the_next_to_sit_down() {
    let bus = Bus::start();
    let bench = Bench::at(bus.login());
    bench.found().await;
    bench.pass(11 * 60_000_000);
    assert!(is_locked(&bench).await, "rest locks all the same");
    let is_asking = || bench.desk.state().heeding.as_ref().is_some_and(|task| !task.is_finished());
    while is_asking() {
        tokio::task::yield_now().await;
    }
    let mut computer = Computer::on(bus);
    unlock(&bench).await;
    let delay = tokio::time::timeout(LONG, computer.asked_for_a_delay()).await;
    computer.says_it_sleeps();
    let slept = tokio::time::timeout(LONG, ended(delay.expect("nobody listens"))).await;
    slept.expect("the delay lasts for ever");
    assert!(is_locked(&bench).await);
}

/// Whoever goes while their passphrase is tried must not find the console open on their return.
#[tokio::test]
async fn whoever_leaves_while_their_passphrase_is_tried_stays_outside() {
    let mut computer = Computer::start();
    let bench = Bench::at(computer.bus.login());
    bench.found().await;
    for unlocks in [false, true] {
        let delay = computer.asked_for_a_delay().await;
        let left = if unlocks { bench.desk.lock().await } else { bench.desk.sign_out().await };
        let id = match left.unwrap() {
            SessionView::Locked { person, .. } => person.id,
            signed_out @ (SessionView::SignedOut { .. }
            | SessionView::Closed {}
            | SessionView::Open { .. }) => person_id(&signed_out, ADMIN),
        };
        bench.desk.sign_in(id.clone()).await.unwrap();
        let trying = bench.desk.answer_sign_in(typed(ADMIN));
        let mut trying = std::pin::pin!(trying);
        tokio::select! {
            biased;
            answer = &mut trying => panic!("nothing was tried: {answer:?}"),
            () = std::future::ready(()) => {}
        }
        computer.says_it_sleeps();
        tokio::time::timeout(LONG, ended(delay)).await.expect("the delay lasts for ever");
        assert!(matches!(trying.await, Ok(SigningView::Idle {})), "unlocks: {unlocks}");
        assert_eq!(code(bench.desk.models(None, None).await), ErrorCode::NotSignedIn);
        assert_eq!(is_locked(&bench).await, unlocks, "it is as it was");
        computer.says_it_wakes();
        bench.desk.sign_in(id).await.unwrap();
        bench.desk.answer_sign_in(typed(ADMIN)).await.unwrap();
    }
}

#[tokio::test]
async fn doctor_says_whether_leaving_is_heard_of() {
    let computer = Computer::start();
    let without = Bus::start();
    let folder = tempfile::tempdir().unwrap();
    let absent = format!("unix:path={}", folder.path().join("bus").display());
    let cases: [(Arc<dyn Login>, HealthState, &str); 4] = [
        (computer.bus.login(), HealthState::Ready, "lock the console"),
        (without.login(), HealthState::Limited, "does not answer"),
        (Arc::new(SystemBus::at(absent)), HealthState::Limited, "does not answer"),
        (Arc::new(Nobody), HealthState::Limited, "no login manager"),
    ];
    for (login, state, words) in cases {
        let lines = Bench::at(login).desk.first_page().await.unwrap().health;
        let line = lines.iter().find(|line| line.name == "Leaving").unwrap();
        assert_eq!(line.state, state, "{}", line.detail);
        assert!(line.detail.contains(words), "{}", line.detail);
        assert_eq!(line.next.is_empty(), state == HealthState::Ready, "{}", line.next);
    }
}
