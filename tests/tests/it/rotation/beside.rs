//! A rotation beside other processes, and who may begin one.
//!
//! Invariant: another process is another open workspace on the same folder and keychain; what it
//! keeps in memory is from before.

use std::sync::Arc;

use console::artefact::Continue;
use console::keychain::KeychainThread;
use console::workspace::Rotated;
use console::{ConsoleError, Edge, ErrorCode, SecretText, Workspace};
use ledger::{Action, Tier};
use security::kit;
use serde_json::Value;
use store::{SecretStanding, Store as _};
use tests::dump::change;
use tests::house::{ADA, ANN, BOB, House, VIC, model, prompt};
use tests::items::Items;
use tests::logs::records;

use super::{finish, furnished, keys, rotate, secret_items, unreadable};

#[tokio::test]
async fn another_process_reads_and_writes_on_under_the_new_secret() {
    let house = furnished().await;
    let (ada, other) = (house.session(ADA), house.open_again().await.unwrap());
    assert_eq!(unreadable(&house, &other).await, Vec::<String>::new(), "it knows the old secret");
    let new = house.workspace.new_secret(&ada).await.unwrap();
    house.workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
    // It still holds the old secret, and seals under the one on record.
    other.write_prompt(&ada, &prompt("kyc-summary", 3), "between").await.unwrap();
    let counts = house.store().sealed_counts().await.unwrap();
    assert_eq!((counts[&new.from], counts[&new.key_id]), (4, 1));
    assert_eq!(unreadable(&house, &other).await, Vec::<String>::new(), "in the middle");
    finish(&house.workspace, &ada).await.unwrap();
    assert_eq!(unreadable(&house, &other).await, Vec::<String>::new(), "afterwards");
    other.register_model(&ada, &model("later", Tier::Low), "later").await.unwrap();
    assert_eq!(keys(&house).await, [new.key_id]);
    // And the one after the next, of which it has seen nothing at all.
    rotate(&house.workspace, &ada).await.unwrap();
    assert_eq!(unreadable(&house, &other).await, Vec::<String>::new(), "after another");
}

#[tokio::test]
async fn a_paused_rotation_is_continued_by_another_process_under_one_correlation_id() {
    let house = furnished().await;
    let ada = house.session(ADA);
    let from = records(&house.store(), "_workspace", 0).await.len() as u64;
    let new = house.workspace.new_secret(&ada).await.unwrap();
    house.workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
    let mut looks = 0;
    let mut pause = |_| {
        looks += 1;
        if looks > 1 { Continue::No } else { Continue::Yes }
    };
    let paused = house.workspace.continue_rotation(&ada, &mut pause).await.unwrap();
    assert_eq!(paused, Rotated::Paused);
    let status = house.workspace.secret_status(&ada).await.unwrap();
    let (rotation, begun) = status.rotation.as_ref().unwrap();
    assert_eq!((&rotation.from, &rotation.to), (&new.from, &new.key_id));
    assert_eq!(begun.parts().reason, "as every quarter");
    assert_eq!((status.under(&new.from), status.under(&new.key_id)), (1, 3));
    let other = house.open_again().await.unwrap();
    finish(&other, &ada).await.unwrap();
    let made = records(&house.store(), "_workspace", from).await;
    let said = made.iter().map(|record| {
        let parts = record.parts();
        assert_eq!((parts.action, parts.resource_id.as_str()), (Action::KeyRotate, &*new.key_id));
        assert_eq!(parts.metadata["from"], Value::from(new.from.as_str()));
        (parts.metadata["stage"].as_str().unwrap(), parts.metadata["values"].as_u64().unwrap())
    });
    assert_eq!(said.collect::<Vec<_>>(), [("begin", 4), ("batch", 3), ("batch", 1), ("end", 4)]);
    let ids: std::collections::BTreeSet<String> =
        made.iter().map(|record| record.parts().correlation_id.to_string()).collect();
    assert_eq!(ids.len(), 1, "one correlation id, across processes");
    let secrets = house.store().secrets().await.unwrap();
    let standings: Vec<_> = secrets.iter().map(|secret| secret.standing).collect();
    assert_eq!(standings, [SecretStanding::Retired, SecretStanding::Primary]);
    assert!(house.workspace.secret_status(&ada).await.unwrap().rotation.is_none());
}

#[tokio::test]
async fn the_line_that_was_shown_opens_everything_on_a_new_computer() {
    let house = furnished().await;
    let ada = house.session(ADA);
    let new = house.workspace.new_secret(&ada).await.unwrap();
    house.workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
    finish(&house.workspace, &ada).await.unwrap();
    let id = house.workspace.id().as_str().to_owned();
    let secret = kit::read_secret_line(&id, new.line()).unwrap();
    let own = format!("workspace-secret/{id}");
    assert_eq!(secret_items(&house), std::slice::from_ref(&own));
    let mut items = house.items.all();
    items.insert(own, secret.text().expose().to_owned());
    let keychain = KeychainThread::start(Items::of(items)).unwrap();
    let edge = Edge { keychain: keychain.clone(), ..house.edge.clone() };
    let elsewhere = Workspace::open(&house.place, keychain, edge).await.unwrap();
    assert_eq!(unreadable(&house, &elsewhere).await, Vec::<String>::new());
}

#[tokio::test]
async fn only_an_admin_of_the_workspace_rotates_and_each_refusal_is_on_record() {
    let house = furnished().await;
    for name in [ANN, BOB, VIC] {
        let session = house.session(name);
        let refused = [
            house.workspace.new_secret(&session).await.map(drop).unwrap_err(),
            finish(&house.workspace, &session).await.unwrap_err(),
            house.workspace.secret_status(&session).await.map(drop).unwrap_err(),
        ];
        for refused in refused {
            assert_eq!(refused, ConsoleError::WorkspaceAdminNeeded, "{name}");
        }
    }
    let denials = records(&house.store(), "credit", 0).await;
    let denials = denials.iter().filter(|record| record.parts().action == Action::PermissionDeny);
    assert_eq!(denials.count(), 9);
}

#[tokio::test]
async fn a_rotation_that_cannot_be_is_refused_with_what_to_do() {
    let house = furnished().await;
    let ada = house.session(ADA);
    assert_eq!(finish(&house.workspace, &ada).await, Err(ConsoleError::NoRotation));
    let variable = Arc::new(SecretText::new("somebody sets this".to_owned()));
    let edge = Edge { encryption_key: Some(variable), ..house.edge.clone() };
    let keys = edge.keychain.clone();
    let with_variable = Workspace::open(&house.place, keys, edge).await.unwrap();
    let refused = with_variable.new_secret(&ada).await.map(drop).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Encryption);
    assert!(refused.view("").message.contains("with the variable unset"), "{refused}");

    let (one, two) = (
        house.workspace.new_secret(&ada).await.unwrap(),
        house.workspace.new_secret(&ada).await.unwrap(),
    );
    house.workspace.begin_rotation(&ada, &one, "as every quarter").await.unwrap();
    let again = house.workspace.begin_rotation(&ada, &two, "twice").await;
    assert_eq!(again, Err(ConsoleError::RotationUnderWay));
    let next = house.workspace.new_secret(&ada).await.map(drop);
    assert_eq!(next, Err(ConsoleError::RotationUnderWay));
    finish(&house.workspace, &ada).await.unwrap();
    let late = house.workspace.begin_rotation(&ada, &two, "shown before").await;
    assert_eq!(late, Err(ConsoleError::SecretMoved));
}

#[tokio::test]
async fn a_value_that_does_not_open_keeps_the_old_secret_and_nothing_else_back() {
    let house = furnished().await;
    let ada = house.session(ADA);
    change(
        &house.database(),
        "UPDATE model_version SET card = card || 'x' WHERE name = 'credit-pd'",
    );
    let refused = rotate(&house.workspace, &ada).await;
    assert_eq!(refused, Err(ConsoleError::SealedUnreadable { values: 1 }));
    assert_eq!(secret_items(&house).len(), 2, "both secrets are kept");
    let other = house.open_again().await.unwrap();
    assert_eq!(unreadable(&house, &other).await.len(), 1, "the one that was spoilt");
}

#[tokio::test]
async fn a_table_that_says_something_else_than_the_record_rotates_nothing() {
    let house: House = furnished().await;
    let ada = house.session(ADA);
    let new = house.workspace.new_secret(&ada).await.unwrap();
    house.workspace.begin_rotation(&ada, &new, "as every quarter").await.unwrap();
    change(&house.database(), "UPDATE secret SET begun_seq = 0 WHERE standing = 'primary'");
    let refused = finish(&house.workspace, &ada).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::VerificationFailed, "{refused}");
}

#[tokio::test]
async fn every_edit_of_the_table_of_secrets_is_found_by_verification() {
    let house = furnished().await;
    rotate(&house.workspace, &house.session(ADA)).await.unwrap();
    house.workspace.settle().await.unwrap();
    let other = "0123456789abcdef";
    for (statement, is_found) in [
        (String::new(), false),
        (format!("UPDATE secret SET key_id = '{other}' WHERE standing = 'primary'"), true),
        (format!("UPDATE secret SET key_id = '{other}' WHERE standing = 'retired'"), true),
        ("UPDATE secret SET standing = 'reading' WHERE standing = 'retired'".to_owned(), true),
        ("UPDATE secret SET since = '2026-01-05T08:00:00.000000Z'".to_owned(), true),
        ("UPDATE secret SET begun_seq = begun_seq + 1".to_owned(), true),
        ("UPDATE secret SET ended_at = since".to_owned(), true),
        ("DELETE FROM secret WHERE standing = 'retired'".to_owned(), true),
        ("DELETE FROM secret".to_owned(), true),
        (
            format!(
                "INSERT INTO secret VALUES ('{other}', 'reading', '2026-01-05T08:00:00.000000Z', NULL, NULL)"
            ),
            true,
        ),
    ] {
        change(&house.database(), "CREATE TABLE kept AS SELECT * FROM secret");
        change(&house.database(), &statement);
        let workspace = house.open_again().await.unwrap();
        let own = tests::logs::tenant("_workspace");
        let found = workspace.verify_log(&own, None, &[], &mut |_| Continue::Yes).await.unwrap();
        assert_eq!(!found.verified(), is_found, "{statement}: {:?}", found.findings);
        let back = "DELETE FROM secret; INSERT INTO secret SELECT * FROM kept; DROP TABLE kept";
        change(&house.database(), back);
    }
}
