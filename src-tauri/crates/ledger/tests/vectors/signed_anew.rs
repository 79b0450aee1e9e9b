//! The worked example with one thing changed and signed anew by the same people: what they may not
//! do although every signature holds.
//!
//! Invariant: each case has its control, the example as it stands.

use std::collections::BTreeMap;

use ledger::checkpoint::CheckpointSigner as _;
use ledger::digest::to_base64;
use ledger::dsse::{Envelope, PAYLOAD_TYPE, pae};
use ledger::json::{parse_canonical, to_canonical};
use ledger::replay::{Authority, Meaning, Past, Refusal};
use ledger::tree::leaf_hash;
use ledger::{Digest, TenantId, WorkspaceId};
use serde_json::{Value, json};

use crate::found::carried;
use crate::worked_examples::Seed;

const ADA: u8 = 0x0a;
const BOB: u8 = 0x0b;

fn ours(file: &str) -> Value {
    parse_canonical(&carried("countersign", file)).unwrap()
}

fn leaf(index: usize) -> Value {
    ours(&format!("leaf-{index}.json"))
}

/// The example's envelope `index`, its payload changed and signed anew.
fn envelope(index: usize, seed: u8, change: impl Fn(&mut Value)) -> Envelope {
    let listed = &ours("bundle.countersign.json")["attestations"][index];
    let old = Envelope::parse(&to_canonical(listed).unwrap()).unwrap();
    let mut payload = parse_canonical(old.payload()).unwrap();
    change(&mut payload);
    let payload = to_canonical(&payload).unwrap();
    let signer = Seed::of(seed);
    let signature = signer.sign(&pae(PAYLOAD_TYPE, &payload)).unwrap();
    Envelope::new(payload, &signer.public_key(), signature).unwrap()
}

/// Reads leaves as the records of a bundle, with the logs that signers of the example saw.
fn read(leaves: &[Value], envelopes: &[Envelope]) -> Result<(), Refusal> {
    let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
    let tenant = TenantId::parse("credit").unwrap();
    let mut past = Past::default();
    for index in 0..8 {
        past.push(leaf_hash(&to_canonical(&leaf(index)).unwrap())).unwrap();
    }
    let bytes = |envelope: &Envelope| envelope.to_canonical().unwrap();
    let by_digest: BTreeMap<Digest, Vec<u8>> =
        envelopes.iter().map(|one| (one.payload_sha256(), bytes(one))).collect();
    let mut meaning = Meaning::new(Authority::of_excerpt(workspace, tenant));
    let mut records = (0..).zip(leaves);
    records.try_for_each(|(seq, leaf)| {
        meaning.read(seq, &to_canonical(leaf).unwrap(), &by_digest, &past)
    })
}

fn refused(leaves: &[Value], envelopes: &[Envelope]) -> &'static str {
    read(leaves, envelopes).unwrap_err().check.as_str()
}

fn same(_: &mut Value) {}

/// The example's statements in the order of its records: Ada's three, Bob's vote.
fn envelopes() -> Vec<Envelope> {
    let signers = [ADA, ADA, ADA, BOB];
    signers.into_iter().enumerate().map(|(index, seed)| envelope(index, seed, same)).collect()
}

#[test]
fn a_vote_after_the_one_that_ends_a_request_is_refused() {
    let before: Vec<Value> = (0..6).map(leaf).collect();
    assert_eq!(read(&before, &envelopes()), Ok(()), "the control: one vote is enough there");
    let again = envelope(3, BOB, |payload| {
        payload["predicate"]["nonce"] = "0".repeat(32).into();
        payload["predicate"]["decided_at"] = "2026-11-22T18:35:08.000000Z".into();
    });
    let mut late = leaf(5);
    late["id"] = leaf(6)["id"].clone();
    late["seq"] = 6.into();
    late["timestamp_utc"] = leaf(6)["timestamp_utc"].clone();
    late["metadata"]["attestation_sha256"] = again.payload_sha256().to_hex().into();
    let leaves = [&before[..], &[late]].concat();
    let envelopes = [envelopes(), vec![again]].concat();
    assert_eq!(refused(&leaves, &envelopes), "policy");
}

#[test]
fn one_admin_alone_founds_no_log_of_two() {
    let founded = |second: bool| {
        let mut genesis = leaf(0);
        let change = &mut genesis["metadata"]["change"];
        if second {
            let bob = Seed::of(BOB).public_key();
            let admin = json!({
                "keyid": bob.keyid().to_hex(),
                "name": "Bob Noyce",
                "person_id": leaf(5)["actor"],
                "public_key": to_base64(bob.as_bytes()),
            });
            change["body"]["admins"].as_array_mut().unwrap().push(admin);
        }
        let digest = Digest::of(&to_canonical(change).unwrap()).to_hex();
        let signed = envelope(0, ADA, |payload| {
            payload["subject"][0]["digest"]["sha256"] = digest.clone().into();
        });
        genesis["metadata"]["attestations"] = json!([signed.payload_sha256().to_hex()]);
        ([genesis], [signed])
    };
    let (alone, signed) = founded(false);
    assert_eq!(read(&alone, &signed), Ok(()), "the control: she is the only admin");
    let (two, signed) = founded(true);
    assert_eq!(refused(&two, &signed), "authority");
}
