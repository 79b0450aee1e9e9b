//! What a recovery refuses: a copy whose log does not hold, however its hashes were made to fit.
//!
//! Invariant: each case has its control, the same copy untouched, which is recovered by the same
//! kit into another keychain.

use std::path::Path;
use std::sync::Arc;

use console::workspace::{Founding, RecoveryWish};
use console::{ConsoleError, ErrorCode, SecretText, Workspace};
use ledger::TenantId;
use security::passphrase::Passphrase;
use store::Store as _;
use tests::house;
use tests::items::Items;
use tests::tamper::Attacker;

/// The lines of a kit.
struct Kit {
    secret: SecretText,
    recovery: SecretText,
}

/// A workspace with its first admin, closed and settled, and its kit.
async fn founded(place: &Path) -> Kit {
    let items = Items::of(std::collections::BTreeMap::new());
    let edge = house::edge(&items, "2026-03-01T08:00:00.000000Z");
    let passphrase = Passphrase::from_text(house::PASSPHRASE).unwrap();
    let founding = Founding::prepare(house::wanted(), &passphrase, &edge).unwrap();
    let kit = founding.kit();
    let workspace = founding.commit(place, edge.keychain.clone()).await.unwrap();
    workspace.settle().await.unwrap();
    Kit { secret: kit.secret.unwrap(), recovery: kit.recovery }
}

/// Another computer comes upon the folder.
async fn recover(place: &Path, kit: &Kit) -> (Arc<Items>, Result<Workspace, ConsoleError>) {
    let items = Items::of(std::collections::BTreeMap::new());
    let edge = house::edge(&items, "2026-03-03T08:00:00.000000Z");
    let copy = Workspace::open(place, edge.keychain.clone(), edge).await.unwrap();
    assert!(!copy.has_keys_here().await.unwrap());
    let opened = copy.open_kit(&kit.secret, &kit.recovery).await;
    let ada = store::SqliteStore::open(place).unwrap().people().await.unwrap()[0].id.clone();
    let passphrase = Arc::new(Passphrase::from_text("for the new computer").unwrap());
    let wish = RecoveryWish { person: &ada, reason: "the old computer is gone" };
    let recovered = match opened {
        Ok(kit) => copy.recover(&kit, wish, &passphrase).await.map(|(anew, _)| anew),
        Err(error) => Err(error),
    };
    (items, recovered)
}

#[tokio::test]
async fn a_log_that_does_not_hold_is_not_recovered_and_no_key_is_kept() {
    type Tamper = fn(&Attacker);
    let cases: [(&str, &str, Tamper); 3] = [
        ("an edited record", "_workspace", |attacker| {
            attacker.edit_leaf("user.create", "user.create", "user.disable");
        }),
        ("the same, hashed anew", "_workspace", |attacker| {
            attacker.edit_leaf("user.create", "user.create", "user.disable");
            attacker.rehash();
        }),
        ("another signature", "credit", |attacker| {
            attacker.edit_signature("tenant.create");
        }),
    ];
    for (what, tenant, tamper) in cases {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bank");
        let kit = founded(&place).await;
        tamper(&Attacker::on(&place.join("workspace.db"), tenant));
        let (items, refused) = recover(&place, &kit).await;
        assert!(
            refused.is_err_and(|error| {
                matches!(error.code(), ErrorCode::VerificationFailed | ErrorCode::InvalidInput)
            }),
            "{what} was recovered"
        );
        assert!(items.all().is_empty(), "{what}: {:?}", items.all().keys());
    }
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("bank");
    let kit = founded(&place).await;
    let (items, recovered) = recover(&place, &kit).await;
    let anew = recovered.expect("the control: the same copy, untouched");
    let alarm = anew.alarm(&TenantId::workspace()).expect("it has no anchor");
    assert_eq!(alarm.cause, console::workspace::AlarmCause::AnchorGone);
    assert_eq!(items.all().len(), 3, "secret, the admin's key, the log key");
}
