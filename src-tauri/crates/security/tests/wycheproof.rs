//! The primitives under seals and key derivation against Wycheproof: a library that computes them
//! wrongly must not go unseen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests read vector files, say what they ran, and fail loudly"
)]

use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

fn cases(file: &str) -> Vec<Value> {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors"),
        PathBuf::from,
    );
    let bytes = std::fs::read(folder.join("wycheproof").join(file)).expect("the vectors are there");
    let suite: Value = serde_json::from_slice(&bytes).unwrap();
    let groups = suite["testGroups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["tests"].as_array().unwrap().clone()).collect()
}

fn bytes(case: &Value, field: &str) -> Vec<u8> {
    hex::decode(case[field].as_str().unwrap()).unwrap()
}

fn is_valid(case: &Value) -> bool {
    case["result"] == "valid"
}

#[test]
fn hmac_sha256_is_that_of_wycheproof() {
    let cases = cases("hmac_sha256_test.json");
    let mut refused = 0;
    for case in &cases {
        let mut mac = Hmac::<Sha256>::new_from_slice(&bytes(case, "key")).unwrap();
        mac.update(&bytes(case, "msg"));
        // Some tags are cut; a seal is always whole.
        let holds = mac.verify_truncated_left(&bytes(case, "tag")).is_ok();
        assert_eq!(holds, is_valid(case), "case {}", case["tcId"]);
        refused += usize::from(!holds);
    }
    println!("HMAC: {} cases, {refused} of them refused", cases.len());
    assert!(cases.len() >= 100 && refused >= 20, "too few cases");
}

#[test]
fn pbkdf2_is_that_of_wycheproof() {
    let cases = cases("pbkdf2_hmacsha256_test.json");
    for case in &cases {
        let rounds = u32::try_from(case["iterationCount"].as_u64().unwrap()).unwrap();
        let mut derived = vec![0; usize::try_from(case["dkLen"].as_u64().unwrap()).unwrap()];
        let (password, salt) = (bytes(case, "password"), bytes(case, "salt"));
        pbkdf2::pbkdf2_hmac::<Sha256>(&password, &salt, rounds, &mut derived);
        assert_eq!(derived == bytes(case, "dk"), is_valid(case), "case {}", case["tcId"]);
    }
    println!("PBKDF2: {} cases", cases.len());
    assert!(cases.len() >= 30, "too few cases");
}
