//! The worked example, replayed; and every way to spoil it that an insider with the log key has
//! at hand in so small a log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test may read its vectors, fail loudly and say what it ran"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use ledger::dsse::Envelope;
use ledger::replay::Replay;
use ledger::terms::Effect;
use ledger::{Actor, Digest, Status, Subject, TenantId, Timestamp, WorkspaceId};

fn vector(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors"),
        PathBuf::from,
    );
    std::fs::read(folder.join("countersign").join(name)).expect("the vectors lie in tests/vectors")
}

fn leaves() -> Vec<Vec<u8>> {
    (0..8).map(|index| vector(&format!("leaf-{index}.json"))).collect()
}

fn attestations() -> BTreeMap<Digest, Vec<u8>> {
    let bundle: serde_json::Value =
        serde_json::from_slice(&vector("bundle.countersign.json")).unwrap();
    let envelopes = bundle["attestations"].as_array().unwrap();
    let found: BTreeMap<Digest, Vec<u8>> = envelopes
        .iter()
        .map(|envelope| {
            let bytes = ledger::json::to_canonical(envelope).unwrap();
            (Envelope::parse(&bytes).unwrap().payload_sha256(), bytes)
        })
        .collect();
    assert_eq!(found.len(), 4);
    found
}

fn replay(leaves: &[Vec<u8>], attestations: &BTreeMap<Digest, Vec<u8>>) -> Replay {
    let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
    let mut replay = Replay::new(workspace, TenantId::parse("credit").unwrap());
    for leaf in leaves {
        replay.read(leaf, attestations).unwrap();
    }
    replay
}

fn subject() -> Subject {
    serde_json::from_str(
        r#"{"digest":{"sha256":"5a3949ca84f738f57e5005ddb999bd80bbcded1eef362fcf31a8ff6e21a63915"},"name":"model/credit-pd@3"}"#,
    )
    .unwrap()
}

#[test]
fn the_worked_example_holds_and_its_model_is_in_force() {
    let replay = replay(&leaves(), &attestations());
    assert_eq!(replay.findings(), &[]);
    assert_eq!(
        replay.past().root().to_hex(),
        "deb82ae0b3bf5a50f4951cf3384f42ae8b29f89809a576cf9f34fef7d90c8532"
    );
    let (_, request) = replay.requests().all().next().unwrap();
    assert_eq!(request.status, Status::Approved);
    let bob = Actor::parse("person/01930000-0000-7000-8000-000000000b0b").unwrap();
    assert_eq!(request.votes[0].person, bob);
    let now = Timestamp::parse("2026-11-22T19:00:00.000000Z").unwrap();
    let effect = replay.effect(&subject(), now, Some("production"));
    assert_eq!((effect.effect, effect.in_scope), (Effect::InForce, true));
    let mut other = subject();
    other.digest = ledger::SubjectDigest::Sha256(Digest::of(b"another file"));
    assert_eq!(replay.effect(&other, now, None).effect, Effect::None);
    let ledger::SubjectDigest::Sha256(digest) = subject().digest else { panic!("a file") };
    other.digest = ledger::SubjectDigest::DirHash1(digest);
    assert_eq!(replay.effect(&other, now, None).effect, Effect::None, "a folder is no file");
}

/// Replays the example with one text replaced in one leaf; names the first finding.
fn check(index: usize, from: &str, to: &str, expected: &str) {
    let mut leaves = leaves();
    let text = String::from_utf8(leaves[index].clone()).unwrap();
    assert!(text.contains(from), "leaf {index} does not hold {from}");
    leaves[index] = text.replace(from, to).into_bytes();
    let replay = replay(&leaves, &attestations());
    let first = replay.findings().first().unwrap_or_else(|| panic!("{from} -> {to} was believed"));
    assert_eq!((first.seq, first.check.as_str()), (index as u64, expected), "{first}");
}

#[test]
fn a_record_that_says_more_than_was_signed_is_refused() {
    let ada = "person/01930000-0000-7000-8000-000000000ada";
    let bob = "person/01930000-0000-7000-8000-000000000b0b";
    check(0, "\"approvals\":1", "\"approvals\":2", "binding");
    check(0, "\"control\":\"single\"", "\"control\":\"dual\"", "authority");
    check(0, "\"control\":\"single\"", "\"control\":\"recovery\"", "authority");
    check(0, "first tenant", "other tenant", "binding");
    check(1, "joins the desk", "joins the bank", "binding");
    check(1, "\"name\":\"Bob Noyce\"", "\"name\":\"Eve Noyce\"", "binding");
    check(2, "\"role\":\"APPROVER\"", "\"role\":\"ADMIN\"", "binding");
    check(2, "\"control\":\"single\"", "\"control\":\"dual\"", "authority");
    check(2, "18:35:04", "18:45:04", "binding");
    check(3, &format!("\"makers\":[\"{ada}\"]"), "\"makers\":[]", "binding");
    check(4, "f7b84ecd", "f7b84ece", "policy");
    check(4, "\"tier\":\"low\"", "\"tier\":\"high\"", "binding");
    check(5, "\"decision\":\"APPROVED\"", "\"decision\":\"REJECTED\"", "binding");
    check(5, bob, ada, "binding");
    check(5, "limits hold", "limits held", "binding");
    check(5, "18:35:07", "18:35:05", "binding");
    check(5, "18:35:07", "18:41:07", "binding");
    check(5, "0000000000c1", "0000000000c9", "binding");
    check(6, bob, ada, "binding");
    check(6, "\"approval.approve\"", "\"approval.reject\"", "policy");
    check(6, "c0bf54c6", "c0bf54c7", "binding");
}

#[test]
fn a_log_without_its_grants_gives_nobody_a_say() {
    for left_out in [1, 2] {
        let mut leaves = leaves();
        leaves.remove(left_out);
        let replay = replay(&leaves, &attestations());
        let now = Timestamp::parse("2026-11-22T19:00:00.000000Z").unwrap();
        assert!(!replay.findings().is_empty());
        assert_eq!(replay.effect(&subject(), now, None).effect, Effect::None);
    }
}

#[test]
fn a_statement_that_is_missing_or_another_one_is_refused() {
    let all = attestations();
    for digest in all.keys() {
        let mut without = all.clone();
        without.remove(digest);
        assert!(!replay(&leaves(), &without).findings().is_empty(), "{digest} was not missed");
        let mut swapped = all.clone();
        let other = all.iter().find(|(key, _)| *key != digest).unwrap().1.clone();
        swapped.insert(*digest, other);
        assert!(!replay(&leaves(), &swapped).findings().is_empty(), "{digest} was not missed");
    }
}

#[test]
fn a_record_read_twice_is_bound_once() {
    let mut leaves = leaves();
    let again = String::from_utf8(leaves[2].clone()).unwrap().replace("\"seq\":2", "\"seq\":8");
    leaves.push(again.into_bytes());
    let replay = replay(&leaves, &attestations());
    assert_eq!(replay.findings().len(), 1);
    assert_eq!(replay.findings()[0].check.as_str(), "binding");
}
