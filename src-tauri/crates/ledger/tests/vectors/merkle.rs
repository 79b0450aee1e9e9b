//! RFC 6962 inclusion and consistency proofs of transparency-dev/merkle.

use ledger::tree::{verify_consistency, verify_inclusion};
use ledger::{Digest, LedgerError};
use serde_json::Value;

use crate::found::{files_under, report, suite};

fn digest(case: &Value, member: &str) -> Result<Digest, LedgerError> {
    Digest::from_base64(case[member].as_str().unwrap_or_default())
}

fn proof(case: &Value) -> Result<Vec<Digest>, LedgerError> {
    let hashes = case["proof"].as_array().cloned().unwrap_or_default();
    hashes.iter().map(|hash| Digest::from_base64(hash.as_str().unwrap_or_default())).collect()
}

fn number(case: &Value, member: &str) -> u64 {
    case[member].as_u64().unwrap()
}

fn inclusion(case: &Value) -> Result<(), LedgerError> {
    let (index, size) = (number(case, "leafIdx"), number(case, "treeSize"));
    let (leaf, root) = (digest(case, "leafHash")?, digest(case, "root")?);
    verify_inclusion(index, size, &leaf, &proof(case)?, &root)
}

fn consistency(case: &Value) -> Result<(), LedgerError> {
    let (first, second) = (number(case, "size1"), number(case, "size2"));
    let roots = (digest(case, "root1")?, digest(case, "root2")?);
    verify_consistency(first, second, &roots.0, &roots.1, &proof(case)?)
}

fn run(folder: &str, check: fn(&Value) -> Result<(), LedgerError>, floor: usize) {
    let folder = suite("merkle").expect("no vectors of merkle").join("testdata").join(folder);
    let (mut ran, mut held) = (0, 0);
    for path in files_under(&folder) {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let outcome = check(&case);
        let wants_error = case["wantErr"].as_bool().unwrap();
        assert_eq!(outcome.is_err(), wants_error, "{}: {outcome:?}", path.display());
        ran += 1;
        held += usize::from(outcome.is_ok());
    }
    assert!(held >= 3 && ran - held >= 40, "{held} of {ran} hold: the suite says little");
    report(&format!("merkle {}", folder.file_name().unwrap().display()), ran, floor);
}

#[test]
fn every_inclusion_case_is_decided_as_the_suite_says() {
    run("inclusion", inclusion, 67);
}

#[test]
fn every_consistency_case_is_decided_as_the_suite_says() {
    run("consistency", consistency, 63);
}
