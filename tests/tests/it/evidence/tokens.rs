//! A sealed value that is moved to any other place is refused (threats T9): another row, column,
//! table, tenant, workspace, or the keychain.
//!
//! Invariant: one key seals everything here, so that only the place can tell. The tables and
//! columns are those of the store's own list.

use std::collections::BTreeSet;

use security::encryption::EncryptionService;
use security::error::{EncryptionFault, SecurityError};
use security::kdf::{DEFAULT_ROUNDS, Kdf};
use security::place::Place;
use security::secret::SecretText;
use store::SealedColumn;
use tests::paper::{OTHER_TENANT, OTHER_WORKSPACE, TENANT, WORKSPACE, uuid};

const TABLES: [&str; 4] = ["prompt_version", "model_version", "comment", "draft"];
const COLUMNS: [&str; 2] = ["text", "card"];

/// Each combination of workspace, tenant, table, row and column, and two items of the keychain.
fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for workspace in [WORKSPACE, OTHER_WORKSPACE] {
        places.push(Place::item("person-key", workspace, "keyid").unwrap());
        for tenant in [TENANT, OTHER_TENANT] {
            for table in TABLES {
                for row in [uuid(1), uuid(2)] {
                    for column in COLUMNS {
                        let place = Place::row(workspace, tenant, table, &row, column);
                        places.push(place.unwrap());
                    }
                }
            }
        }
    }
    places
}

#[test]
fn a_token_opens_in_its_own_place_and_in_no_other() {
    let secret = SecretText::new("only for this test".to_owned());
    let kdf = Kdf::new(&[7; 16], DEFAULT_ROUNDS).unwrap();
    let service = EncryptionService::new(Some(&secret), None, &kdf).unwrap();
    let places = places();
    let (mut opened, mut refused) = (0, 0);
    for from in &places {
        let token = service.seal_value(from, "limits hold").unwrap();
        for to in &places {
            let answer = service.open_value(to, &token);
            if from == to {
                assert_eq!(answer, Ok("limits hold".to_owned()), "{}", from.as_str());
                opened += 1;
                continue;
            }
            let expected = to.as_str().to_owned();
            let fault = EncryptionFault::OtherPlace { expected };
            let what = format!("from {} to {}", from.as_str(), to.as_str());
            assert_eq!(answer, Err(SecurityError::Encryption { fault }), "{what}");
            refused += 1;
        }
    }
    println!("evidence: {opened} tokens opened in place, {refused} refused out of place");
    assert!(opened >= 66 && refused == opened * (opened - 1));
}

#[test]
fn the_places_are_those_of_the_console() {
    let sealed = SealedColumn::ALL.map(|column| (column.table(), column.column()));
    assert_eq!(sealed.map(|(table, _)| table), TABLES, "the store seals other tables than it did");
    let columns: BTreeSet<&str> = sealed.into_iter().map(|(_, column)| column).collect();
    assert_eq!(columns, COLUMNS.into(), "the store seals other columns than it did");
}
