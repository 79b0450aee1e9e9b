//! A keychain that is locked, gone or waits for its owner, and a secret that does not fit.

use std::sync::Arc;
use std::time::Duration;

use console::keychain::KeychainThread;
use console::{ErrorCode, SecretText, Workspace};
use ledger::{Decision, Tier};
use security::passphrase::Passphrase;
use tests::dump::dump;
use tests::house::{ADA, ANN, BOB, House, PASSPHRASE, model, prompt};
use tests::items::Mood;

use super::refused;

#[tokio::test]
async fn without_the_keychain_nothing_is_written_and_afterwards_everything_is() {
    for (what, mood) in [("it is locked", Mood::Locked), ("none answers", Mood::Gone)] {
        let house = House::new().await;
        let before = dump(&house.database());
        house.items.set(mood);
        let ada = house.session(ADA);
        let submission = model("credit-pd", Tier::Low);
        let answer = house.workspace.register_model(&ada, &submission, "one").await;
        refused(&house, &before, answer, (what, ErrorCode::Keychain, &["keychain"]));
        let passphrase = Arc::new(Passphrase::from_text(PASSPHRASE).unwrap());
        let answer = house.workspace.unlock(&ada.person, &ada.tenant_id, &passphrase).await;
        refused(&house, &before, answer, (what, ErrorCode::Keychain, &["keychain"]));
        house.items.set(Mood::Willing);
        let made = house.workspace.register_model(&ada, &submission, "one").await.unwrap();
        // Locked again, between two acts: the checkpoint waits, the decision does not.
        house.items.set(Mood::Locked);
        house.decide(BOB, &made.request_id, Decision::Approved).await.unwrap();
        assert_eq!(house.workspace.settle().await.unwrap_err().code(), ErrorCode::Keychain);
        house.items.set(Mood::Willing);
        house.workspace.settle().await.unwrap();
    }
}

#[tokio::test]
async fn a_keychain_that_waits_for_its_owner_stops_nobody_for_ever() {
    let house = House::new().await;
    let limit = Duration::from_millis(30);
    let items: Arc<dyn console::keychain::Keychain> = Arc::clone(&house.items) as Arc<_>;
    let keys = KeychainThread::start_with_limit(items, limit).unwrap();
    let edge = console::Edge { keychain: keys.clone(), ..house.edge.clone() };
    let workspace = Workspace::open(&house.place, keys.clone(), edge).await.unwrap();
    let before = dump(&house.database());
    let owner = house.items.wait_for_owner();
    let (ada, submission) = (house.session(ADA), model("credit-pd", Tier::Low));
    for (what, word) in [("it waits", "did not answer"), ("it waits still", "busy")] {
        let answer = workspace.register_model(&ada, &submission, "one").await;
        refused(&house, &before, answer, (what, ErrorCode::Keychain, &[word]));
    }
    drop(owner);
    while keys.waits_for_owner() {
        tokio::task::yield_now().await;
    }
    workspace.register_model(&ada, &submission, "one").await.unwrap();
}

#[tokio::test]
async fn a_secret_that_does_not_fit_opens_nothing_and_seals_nothing() {
    let house = House::new().await;
    let request = house.write("kyc-summary", 0, None).await.request_id;
    let other = Some(Arc::new(SecretText::new("not the secret of this workspace".to_owned())));
    let edge = console::Edge { encryption_key: other, ..house.edge.clone() };
    let keys = house.edge.keychain.clone();
    let workspace = Workspace::open(&house.place, keys, edge).await.unwrap();
    let before = dump(&house.database());
    let answer = workspace.open_review(&house.session(BOB), &request).await;
    refused(&house, &before, answer, ("to read", ErrorCode::Encryption, &[]));
    let answer = workspace.write_prompt(&house.session(ANN), &prompt("new", 0), "one").await;
    refused(&house, &before, answer, ("to write", ErrorCode::Encryption, &[]));
    house.decide(BOB, &request, Decision::Approved).await.unwrap();
}
