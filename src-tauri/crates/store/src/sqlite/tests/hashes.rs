//! Subtree hashes are read by key, one look-up each, and are those of the leaves.

use ledger::tree::{self, StoredHash};

use super::fixtures::*;
use crate::sqlite::connect;
use crate::sqlite::log::SUBTREE_HASH;
use crate::{Store, StoreError};

/// Records of the log under test.
const SIZE: u64 = 70;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.commit(records(&credit(), 1, SIZE - 1)).unwrap();
    desk
}

#[test]
fn every_stored_hash_is_the_root_of_its_leaves_in_the_order_asked_for() {
    let desk = desk();
    let leaves: Vec<_> = (0..SIZE).map(|seq| tree::leaf_hash(&row(&credit(), seq).leaf)).collect();
    let (mut places, mut expected) = (Vec::new(), Vec::new());
    for level in 0..7_u32 {
        for index in (0..leaves.len() >> level).rev() {
            places.push(StoredHash::of_subtree(level, index as u64));
            let under = &leaves[index << level..(index + 1) << level];
            expected.push(tree::root_of(under.iter().copied()));
        }
    }
    assert!(places.len() > 130, "{} places", places.len());
    assert_eq!(wait(desk.store.hashes(&credit(), &places)).unwrap(), expected);
    assert_eq!(wait(desk.store.hashes(&credit(), &[])).unwrap(), []);
}

#[test]
fn a_hash_that_is_not_there_is_damage_and_no_other_hash() {
    let desk = desk();
    let check = |tenant: &str, place: StoredHash| {
        let answer = wait(desk.store.hashes(&self::tenant(tenant), &[place]));
        assert!(matches!(answer, Err(StoreError::Damaged { .. })), "{place:?}: {answer:?}");
    };
    // Beyond the end, a subtree that its row does not complete, and a log that there is not.
    check("credit", StoredHash { row_index: SIZE, level: 0 });
    check("credit", StoredHash { row_index: u64::MAX, level: 0 });
    check("credit", StoredHash { row_index: 4, level: 1 });
    check("credit", StoredHash { row_index: 3, level: 60 });
    check("fraud", StoredHash { row_index: 0, level: 0 });
}

#[test]
fn a_hash_costs_one_search_by_key() {
    let desk = desk();
    let connection = connect::to_read(&desk.folder()).unwrap();
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {SUBTREE_HASH}")).unwrap();
    let steps: Vec<String> =
        plan.query_map([1, 1], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    assert_eq!(steps, ["SEARCH log USING INTEGER PRIMARY KEY (rowid=?)"]);
}
