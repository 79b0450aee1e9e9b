//! What is believed about a token is its record: a hand on the table, or a record that does not hold,
//! opens nothing, and verification names it.

use console::artefact::Continue;
use console::verify::Verification;
use console::{ConsoleError, ErrorCode, SecretText, Workspace};
use ledger::Role;
use tests::house::{ADA, ANN, BOB, House, person};
use tests::logs::tenant;
use tests::tamper::Attacker;

use super::{HOME, begin, made, made_by};

async fn verified(workspace: &Workspace) -> Verification {
    workspace.verify_log(&tenant(HOME), None, &[], &mut |_| Continue::Yes).await.unwrap()
}

#[tokio::test]
async fn a_table_changed_by_hand_is_not_believed_and_verification_names_the_column() {
    let (owner, other) = (person(ADA).to_string(), person(ANN).to_string());
    let hash = "ab".repeat(32);
    let edits = [
        ("title", "SET title = 'other'".to_owned()),
        ("tenant", "SET tenant_id = 'markets'".to_owned()),
        ("role", "SET role = 'ADMIN'".to_owned()),
        ("owner", format!("SET owner = '{other}'")),
        ("hash", format!("SET token_sha256 = '{hash}'")),
        ("creation", "SET created_at = '2025-01-01T00:00:00.000000Z'".to_owned()),
        ("expiry", "SET expires_at = '2036-01-01T00:00:00.000000Z'".to_owned()),
        ("last use", "SET last_used_at = '2026-02-01T00:00:00.000000Z'".to_owned()),
        ("revocation", "SET revoked_at = '2026-02-01T00:00:00.000000Z'".to_owned()),
    ];
    let (mut named, count) = (0, edits.len());
    for (field, edit) in edits {
        let house = House::new().await;
        let token = made(&house, Role::Viewer).await;
        house.workspace.settle().await.unwrap();
        assert!(verified(&house.workspace).await.verified(), "the control");
        let attacker = Attacker::on(&house.database(), HOME);
        attacker.run(&format!("UPDATE service {edit}"));
        let workspace = house.open_again().await.unwrap();
        let found = verified(&workspace).await;
        let detail = format!("changed behind the log ({field})");
        assert!(found.findings.iter().any(|line| line.contains(&detail)), "{field}: {found:?}");
        named += 1;
        // It opens what its record says, and nothing else.
        let session = workspace.sign_in_by_token(&token.text()).await.unwrap();
        assert_eq!(session.tenant_id.as_str(), "credit");
        let role = workspace.role(&session.person, &session.tenant_id).await.unwrap();
        assert_eq!(role, Some(Role::Viewer), "{field}");
        assert_eq!(token.account.owner.to_string(), owner);
    }
    println!("tokens: {named} of {count} edits named");
    assert_eq!(named, count);
}

#[tokio::test]
async fn a_revocation_taken_back_by_hand_does_not_revive_a_token() {
    let house = House::new().await;
    let token = made(&house, Role::Viewer).await;
    let ada = house.session(ADA);
    house.workspace.revoke_token(&ada, &token.account.id, "leaked").await.unwrap();
    house.workspace.settle().await.unwrap();
    Attacker::on(&house.database(), HOME).run("UPDATE service SET revoked_at = NULL");
    let workspace = house.open_again().await.unwrap();
    let refused = workspace.sign_in_by_token(&token.text()).await.unwrap_err();
    assert_eq!(refused, ConsoleError::TokenRefused);
    assert!(!verified(&workspace).await.verified());
}

#[tokio::test]
async fn a_row_without_a_record_opens_nothing_and_a_record_without_a_row_is_named() {
    let house = House::new().await;
    let token = made(&house, Role::Viewer).await;
    house.workspace.settle().await.unwrap();
    let attacker = Attacker::on(&house.database(), HOME);
    let forged = "01930000-0000-7000-8000-000000000999";
    let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    // SHA-256 of the 32 bytes 0 to 31.
    let hash = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";
    attacker.run(&format!(
        "INSERT INTO service SELECT 'service/{forged}', kind, title, tenant_id, 'ADMIN', owner,
         '{hash}', created_at, expires_at, NULL, NULL FROM service"
    ));
    let workspace = house.open_again().await.unwrap();
    let given = SecretText::new(format!("cst_{forged}_{secret}"));
    let refused = workspace.sign_in_by_token(&given).await.unwrap_err();
    assert_eq!(refused, ConsoleError::TokenRefused);
    let found = verified(&workspace).await;
    let none = format!("The row of service/{forged} has no record that made it.");
    assert_eq!(found.findings, [none]);
    attacker.run("DELETE FROM service");
    let found = verified(&workspace).await;
    assert_eq!(found.findings, [format!("{} is on record and has no row.", token.account.id)]);
}

#[tokio::test]
async fn a_disabled_owner_takes_the_token_along() {
    let house = House::new().await;
    house.second_admin(BOB).await;
    let token = made_by(&house, BOB, Role::Viewer).await;
    begin(&house, &token).await;
    let bob = person(BOB);
    let attacker = Attacker::on(&house.database(), HOME);
    attacker.run(&format!("UPDATE person SET status = 'disabled' WHERE person_id = '{bob}'"));
    let refused = house.workspace.sign_in_by_token(&token.text()).await.unwrap_err();
    assert_eq!(refused, ConsoleError::TokenRefused);
}

#[tokio::test]
async fn a_record_of_a_token_changed_in_its_place_opens_nothing() {
    // The stored hashes are left as they are: the anchor still holds over them.
    let cases = [
        ("token.create", "\"role\":\"VIEWER\"", "\"role\":\"ADMIN\""),
        ("token.revoke", "\"action\":\"token.revoke\"", "\"action\":\"data.decrypt\""),
    ];
    let mut refused = 0;
    for (action, from, to) in cases {
        let house = House::new().await;
        let token = made(&house, Role::Viewer).await;
        if action == "token.revoke" {
            let ada = house.session(ADA);
            house.workspace.revoke_token(&ada, &token.account.id, "leaked").await.unwrap();
        }
        house.workspace.settle().await.unwrap();
        let attacker = Attacker::on(&house.database(), HOME);
        let seq = attacker.edit_leaf(action, from, to);
        let workspace = house.open_again().await.unwrap();
        let opened = workspace.sign_in_by_token(&token.text()).await;
        assert_eq!(opened.unwrap_err().code(), ErrorCode::VerificationFailed, "{action}");
        let found = verified(&workspace).await;
        assert_eq!((found.verified(), found.first_broken), (false, Some(seq)), "{action}");
        refused += 1;
    }
    println!("tokens: {refused} records changed in their place");
}
