//! Strict Ed25519: Wycheproof exactly, the CCTV edge points as strict verification takes them, and
//! what OpenSSL made.

use ed25519_dalek::{Signer, SigningKey};
use ledger::{PublicKey, Signature};
use serde_json::Value;

use crate::found::{carried, cases, hex_bytes, report, text};

fn is_accepted(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = <[u8; 32]>::try_from(key) else { return false };
    PublicKey::from_bytes(key)
        .and_then(|key| key.verify_strict(message, &Signature::from_slice(signature)?))
        .is_ok()
}

#[test]
fn wycheproof_is_followed_exactly() {
    let file: Value = serde_json::from_slice(&carried("wycheproof", "ed25519_test.json")).unwrap();
    let (mut ran, mut refused) = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let key = hex_bytes(&group["publicKey"], "pk");
        for case in group["tests"].as_array().unwrap() {
            let accepted = is_accepted(&key, &hex_bytes(case, "msg"), &hex_bytes(case, "sig"));
            assert_eq!(accepted, text(case, "result") == "valid", "{case}");
            ran += 1;
            refused += usize::from(!accepted);
        }
    }
    assert!(refused >= 40, "only {refused} cases that must be refused");
    report("wycheproof ed25519", ran, 108);
}

#[test]
fn of_the_cctv_edge_points_only_what_strict_verification_accepts() {
    let all = cases("cctv-ed25519", "ed25519vectors.json");
    let mut accepted_count = 0;
    for case in &all {
        let flags = case["flags"].as_array().cloned().unwrap_or_default();
        // The suite's README: verify_strict lets pass only points with a low-order component that
        // cancels out.
        let expected = flags
            .iter()
            .all(|flag| flag == "low_order_component_A" || flag == "low_order_component_R");
        let message = text(case, "msg").as_bytes();
        let accepted = is_accepted(&hex_bytes(case, "key"), message, &hex_bytes(case, "sig"));
        assert_eq!(accepted, expected, "{case}");
        accepted_count += usize::from(accepted);
    }
    assert!((32..=43).contains(&accepted_count), "strict accepts 43 of the full 914");
    report("cctv ed25519", all.len(), 590);
}

#[test]
fn what_openssl_signed_holds_and_is_signed_alike() {
    let all = cases("generated-pyca", "ed25519_openssl.json");
    for case in &all {
        let (key, message, signature) =
            (hex_bytes(case, "pk"), hex_bytes(case, "msg"), hex_bytes(case, "sig"));
        assert!(is_accepted(&key, &message, &signature), "{case}");
        let seed: [u8; 32] = hex_bytes(case, "seed").try_into().unwrap();
        assert_eq!(SigningKey::from_bytes(&seed).sign(&message).to_bytes().as_slice(), signature);
        for index in [0, 31, 32, 63] {
            let mut changed = signature.clone();
            changed[index] ^= 1;
            assert!(!is_accepted(&key, &message, &changed), "byte {index} of {case}");
        }
        assert!(!is_accepted(&key, &[&message[..], b"x"].concat(), &signature), "{case}");
    }
    report("openssl ed25519", all.len(), 100);
}
