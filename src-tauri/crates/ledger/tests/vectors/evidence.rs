//! The worked examples of formats.md, second half: bundle, trust file, range, consistency file,
//! record proof and leaf 7, byte for byte from the first seven leaves, the statements and the
//! seeds.

use std::collections::{BTreeMap, BTreeSet};

use ledger::checkpoint::{Checkpoint, Origin, SignedCheckpoint};
use ledger::dsse::Envelope;
use ledger::json::{parse_canonical, to_canonical};
use ledger::metadata::{ExportMetadata, to_object};
use ledger::offline::{
    Asked, Bundle, BundleKey, BundleParts, BundleRecord, ConsistencyFile, RangeHeader, RangeReader,
    RecordProof, Trust,
};
use ledger::proof::{Beside, Plan};
use ledger::replay::{Authority, Meaning, Past, Replay};
use ledger::{
    Action, AuditRecord, Digest, Effect, RecordParts, RequestId, ResourceType, Status, TenantId,
    Timestamp, WorkspaceId,
};

use crate::found::{carried, report};
use crate::worked_examples::Seed;

const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";
const REQUEST: &str = "01930000-0000-7000-8000-000000000300";

fn ours(file: &str) -> Vec<u8> {
    carried("countersign", file)
}

fn leaves() -> Vec<Vec<u8>> {
    (0..8).map(|index| ours(&format!("leaf-{index}.json"))).collect()
}

fn log_of_the_page() -> (WorkspaceId, TenantId) {
    (WorkspaceId::parse(WORKSPACE).unwrap(), TenantId::parse("credit").unwrap())
}

/// The statements in the order of the bundle, which is that of the records.
fn envelopes() -> Vec<Envelope> {
    let bundle = parse_canonical(&ours("bundle.countersign.json")).unwrap();
    let listed = bundle["attestations"].as_array().unwrap();
    listed.iter().map(|one| Envelope::parse(&to_canonical(one).unwrap()).unwrap()).collect()
}

fn by_digest(envelopes: &[Envelope]) -> BTreeMap<Digest, Vec<u8>> {
    let bytes = |envelope: &Envelope| envelope.to_canonical().unwrap();
    envelopes.iter().map(|envelope| (envelope.payload_sha256(), bytes(envelope))).collect()
}

fn replay(leaves: &[Vec<u8>]) -> Replay {
    let (workspace, tenant) = log_of_the_page();
    let (mut replay, attestations) = (Replay::new(workspace, tenant), by_digest(&envelopes()));
    for leaf in leaves {
        replay.read(leaf, &attestations).unwrap();
    }
    assert_eq!(replay.findings(), &[]);
    replay
}

fn signed(past: &Past, size: u64) -> SignedCheckpoint {
    let (workspace, tenant) = log_of_the_page();
    let origin = Origin::new(&workspace, &tenant).to_string();
    let root = past.root_at(size).unwrap();
    Checkpoint { origin, size, root }.sign_with(&Seed::of(0x0d)).unwrap()
}

fn trust() -> Trust {
    Trust::parse(&ours("trust.json")).unwrap()
}

fn asked(now: &str) -> Asked<'static> {
    let now = Timestamp::parse(now).unwrap();
    Asked { now, artefact: None, environment: None, max_age_micros: None }
}

/// Leaf 7: the record of the export, from what stands before it.
fn export(replay: &Replay, attestations: &[Envelope]) -> Vec<u8> {
    let request = RequestId::parse(REQUEST).unwrap();
    let state = replay.requests().request(&request).unwrap();
    let last = AuditRecord::parse(&ours("leaf-6.json")).unwrap();
    let digests: BTreeSet<Digest> = attestations.iter().map(Envelope::payload_sha256).collect();
    let stamp = Timestamp::parse("2026-11-22T18:35:09.000000Z").unwrap();
    let metadata = ExportMetadata {
        attestations: digests.into_iter().collect(),
        effect: replay.meaning().effect_of(state, stamp, None).effect,
        outcome: state.status,
        records: replay.meaning().records_of(state).unwrap().into_iter().collect(),
        request_id: request,
    };
    let id = |text: &str| format!("01930000-0000-7000-8000-0000000000{text}");
    let parts = RecordParts {
        action: Action::EvidenceExport,
        correlation_id: ledger::CorrelationId::parse(&id("c2")).unwrap(),
        id: ledger::RecordId::parse("01930000-0000-7000-8000-000000000107").unwrap(),
        metadata: to_object(&metadata).unwrap(),
        reason: String::new(),
        resource_id: REQUEST.to_owned(),
        resource_type: ResourceType::Request,
        seq: 7,
        timestamp_utc: stamp,
        ..last.parts().clone()
    };
    AuditRecord::new(parts).unwrap().to_leaf().unwrap()
}

#[test]
fn leaf_7_is_the_record_of_the_page() {
    let replay = replay(&leaves()[..7]);
    assert_eq!(export(&replay, &envelopes()), ours("leaf-7.json"));
}

#[test]
fn the_bundle_of_the_page_is_made_again_byte_for_byte() {
    let (leaves, attestations) = (leaves(), envelopes());
    let replay = replay(&leaves);
    let request = RequestId::parse(REQUEST).unwrap();
    let state = replay.requests().request(&request).unwrap();
    let mut indices = replay.meaning().records_of(state).unwrap();
    assert_eq!(indices, (0..7).collect());
    indices.insert(7);
    let record = |index: u64| BundleRecord {
        index,
        leaf: leaves[usize::try_from(index).unwrap()].clone(),
        proof: replay.past().prove(&Plan::inclusion(index, 8).unwrap()).unwrap(),
    };
    let key = |byte: u8| {
        let public_key = ledger::checkpoint::CheckpointSigner::public_key(&Seed::of(byte));
        let keyid = public_key.keyid();
        let owner = replay.authority().key(&keyid).unwrap().owner.clone();
        BundleKey { keyid, owner, public_key }
    };
    let proof = |size: u64| replay.past().prove(&Plan::consistency(size, 8).unwrap()).unwrap();
    let parts = BundleParts {
        attestations,
        checkpoint: signed(replay.past(), 8).text().to_owned(),
        consistency: [1, 2, 5].map(|size| (size, proof(size))).into(),
        keys: vec![key(0x0b), key(0x0a)],
        policy: state.policy.clone().unwrap(),
        records: indices.into_iter().map(record).collect(),
        subject: state.metadata.subject.clone(),
    };
    let (workspace, tenant) = log_of_the_page();
    let made = Bundle::new(workspace, tenant, parts).to_canonical().unwrap();
    assert_eq!(String::from_utf8(made).unwrap().as_bytes(), ours("bundle.countersign.json"));
}

#[test]
fn the_bundle_of_the_page_holds_and_says_what_it_proves() {
    let bundle = Bundle::parse(&ours("bundle.countersign.json")).unwrap();
    let evidence = bundle.verify(&trust(), &asked("2026-11-22T19:00:00.000000Z")).unwrap();
    assert_eq!((evidence.outcome, evidence.effect.effect), (Status::Approved, Effect::InForce));
    assert!(evidence.allows());
    assert_eq!(evidence.checkpoint.size, 8);
    let single: Vec<u64> = evidence.control.iter().map(|act| act.seq).collect();
    assert_eq!(single, [0, 1, 2], "every act of the page is under single control");
}

#[test]
fn the_statements_of_a_bundle_stand_in_the_order_of_its_records() {
    let bundle = Bundle::parse(&ours("bundle.countersign.json")).unwrap();
    for swapped in 1..bundle.attestations.len() {
        let mut other = bundle.clone();
        other.attestations.swap(swapped - 1, swapped);
        let refused = other.verify(&trust(), &asked("2026-11-22T19:00:00.000000Z")).unwrap_err();
        assert_eq!(refused.check.as_str(), "binding", "{swapped}: {refused}");
    }
}

/// 53 hashes are the most; a longer list is no proof, whatever it leads to.
#[test]
fn a_proof_longer_than_any_can_be_is_refused_for_its_shape() {
    let hashes = |count: usize| vec![Digest::of(b"a hash"); count];
    let bundle = Bundle::parse(&ours("bundle.countersign.json")).unwrap();
    let record = RecordProof::parse(&ours("record-5.tlog-proof")).unwrap();
    for (count, is_read) in [(53, true), (54, false), (55, false), (1_000, false)] {
        let mut bundle = bundle.clone();
        bundle.records[1].proof = hashes(count);
        let read = Bundle::parse(&bundle.to_canonical().unwrap());
        assert_eq!(read.is_ok(), is_read, "a bundle with {count}");
        let record = RecordProof { proof: hashes(count), ..record.clone() };
        let read = RecordProof::parse(record.to_text().as_bytes());
        assert_eq!(read.is_ok(), is_read, "a record with {count}");
    }
}

#[test]
fn the_log_keys_of_a_trust_file_stand_in_order_each_once() {
    let log_keys = |text: &str| format!("\"log_keys\":[{text}]");
    let text = String::from_utf8(ours("trust.json")).unwrap();
    let from = text.find("{\"from\"").unwrap();
    let first = &text[from..text.find("]").unwrap()];
    let later = first.replace("\"from\":0", "\"from\":4");
    let with = |keys: &str| text.replace(&log_keys(first), &log_keys(keys));
    assert!(Trust::parse(with(&format!("{first},{later}")).as_bytes()).is_ok(), "the control");
    for keys in [format!("{later},{first}"), format!("{first},{first}")] {
        assert!(Trust::parse(with(&keys).as_bytes()).is_err(), "accepted {keys}");
    }
}

#[test]
fn replaying_the_selected_records_alone_means_the_same() {
    let (leaves, replay) = (leaves(), replay(&leaves()));
    let (workspace, tenant) = log_of_the_page();
    let mut excerpt = Meaning::new(Authority::of_excerpt(workspace, tenant));
    for (seq, leaf) in (0..).zip(&leaves) {
        excerpt.read(seq, leaf, &by_digest(&envelopes()), replay.past()).unwrap();
    }
    let request = RequestId::parse(REQUEST).unwrap();
    let state = excerpt.requests().request(&request).unwrap();
    assert_eq!(excerpt.records_of(state), Some((0..7).collect()));
}

#[test]
fn the_trust_file_of_the_page_is_made_again_byte_for_byte() {
    let replay = replay(&leaves());
    let genesis = replay.past().leaf_hash(0).unwrap();
    let made = Trust::of(replay.authority(), genesis).unwrap();
    assert_eq!(made.to_canonical().unwrap(), ours("trust.json"));
    assert_eq!(made, trust());
}

#[test]
fn the_range_of_the_page_is_made_again_byte_for_byte_and_holds() {
    let (leaves, replay) = (leaves(), replay(&leaves()));
    let beside = Beside::range(1, 3, 5).unwrap();
    let found = |places: &[ledger::tree::StoredHash]| -> Vec<Digest> {
        places.iter().map(|place| replay.past().hash(*place).unwrap()).collect()
    };
    let hashes = (found(&beside.left), found(&beside.right));
    let header = RangeHeader::new(&signed(replay.past(), 5), (1, 3), hashes);
    let mut made = header.to_line().unwrap();
    for leaf in &leaves[1..3] {
        made.extend_from_slice(leaf);
        made.push(b'\n');
    }
    assert_eq!(made, ours("range.jsonl"));

    let text = String::from_utf8(made).unwrap();
    let mut lines = text.lines();
    let mut reader = RangeReader::begin(lines.next().unwrap().as_bytes(), &trust()).unwrap();
    let mut short = reader.clone();
    short.leaf(&leaves[1]).unwrap();
    assert_eq!(short.finish().unwrap_err().check.as_str(), "shape");
    for line in lines {
        reader.leaf(line.as_bytes()).unwrap();
    }
    let range = reader.finish().unwrap();
    assert_eq!((range.start, range.end, range.checkpoint.size), (1, 3, 5));
}

/// The hash beside a range that begins with record 1 is that of record 0.
#[test]
fn a_range_from_record_1_on_shows_the_genesis_of_the_trust_file() {
    let file = ours("range.jsonl");
    let header = file.split(|byte| *byte == b'\n').next().unwrap();
    assert!(RangeReader::begin(header, &trust()).is_ok());
    let mut other = trust();
    other.genesis = Digest::of(b"another record 0");
    let refused = RangeReader::begin(header, &other).unwrap_err();
    assert_eq!(refused.check.as_str(), "genesis");
}

#[test]
fn consistency_file_and_record_proof_of_the_page_are_made_again_byte_for_byte() {
    let (leaves, replay) = (leaves(), replay(&leaves()));
    let [first, second] = [3, 8].map(|size| signed(replay.past(), size));
    let proof = replay.past().prove(&Plan::consistency(3, 8).unwrap()).unwrap();
    let made = ConsistencyFile::new(&first, &second, proof);
    assert_eq!(made.to_canonical().unwrap(), ours("consistency-3-8.json"));
    let read = ConsistencyFile::parse(&ours("consistency-3-8.json")).unwrap();
    let (first, second) = read.verify(&trust()).unwrap();
    assert_eq!((first.size, second.size), (3, 8));

    let made = RecordProof {
        leaf: leaves[5].clone(),
        index: 5,
        proof: replay.past().prove(&Plan::inclusion(5, 8).unwrap()).unwrap(),
        checkpoint: signed(replay.past(), 8).text().to_owned(),
    };
    assert_eq!(made.to_text().into_bytes(), ours("record-5.tlog-proof"));
    let read = RecordProof::parse(&ours("record-5.tlog-proof")).unwrap();
    assert_eq!(read.verify(&trust()).unwrap().parts().seq, 5);
}

/// Every bit of the small files; those of the bundle are in `tests`, in two sizes.
#[test]
fn no_bit_of_a_small_file_can_change_unnoticed() {
    let trust = trust();
    let range = |bytes: &[u8]| {
        let Some(text) = bytes.strip_suffix(b"\n") else { return false };
        let mut lines = text.split(|byte| *byte == b'\n');
        let begun = RangeReader::begin(lines.next().unwrap_or_default(), &trust);
        let Ok(mut reader) = begun else { return false };
        lines.all(|line| reader.leaf(line).is_ok()) && reader.finish().is_ok()
    };
    let consistency =
        |bytes: &[u8]| ConsistencyFile::parse(bytes).is_ok_and(|file| file.verify(&trust).is_ok());
    let record =
        |bytes: &[u8]| RecordProof::parse(bytes).is_ok_and(|proof| proof.verify(&trust).is_ok());
    let ran = flip_every_bit(&ours("range.jsonl"), range)
        + flip_every_bit(&ours("consistency-3-8.json"), consistency)
        + flip_every_bit(&ours("record-5.tlog-proof"), record);
    report("flipped bits of range, consistency and record", ran, 30_000);
}

fn flip_every_bit(original: &[u8], holds: impl Fn(&[u8]) -> bool) -> usize {
    assert!(holds(original), "the control must hold");
    let mut changed = original.to_vec();
    for bit in 0..original.len() * 8 {
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!holds(&changed), "bit {bit} went unnoticed");
        changed[bit / 8] = original[bit / 8];
    }
    original.len() * 8
}
