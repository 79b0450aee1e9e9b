//! The worked examples of formats.md: tree, checkpoint, vkey and the vote's envelope, byte for
//! byte from their seeds.

use ed25519_dalek::{Signer, SigningKey};
use ledger::checkpoint::{Checkpoint, CheckpointSigner, Origin, SignedCheckpoint};
use ledger::dsse::{Envelope, PAYLOAD_TYPE, pae};
use ledger::json::parse_canonical;
use ledger::note::NoteKey;
use ledger::tree::{
    Frontier, empty_root, leaf_hash, root_of, verify_consistency, verify_inclusion,
};
use ledger::{Digest, LedgerError, PublicKey, Signature, TenantId, WorkspaceId};
use serde_json::Value;

use crate::found::{carried, report, text};

const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";
const OTHER_WORKSPACE: &str = "01930000-0000-7000-8000-00000000000b";

/// A signer from one of the seeds of the page.
pub(crate) struct Seed(SigningKey);

impl Seed {
    pub(crate) fn of(byte: u8) -> Self {
        Self(SigningKey::from_bytes(&[byte; 32]))
    }
}

impl CheckpointSigner for Seed {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes()).unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, LedgerError> {
        Ok(Signature::from_bytes(self.0.sign(message).to_bytes()))
    }
}

fn ours(file: &str) -> Vec<u8> {
    carried("countersign", file)
}

fn ours_as_text(file: &str) -> String {
    String::from_utf8(ours(file)).unwrap()
}

fn figures() -> Value {
    serde_json::from_slice(&ours("figures.json")).unwrap()
}

fn leaf_hashes() -> Vec<Digest> {
    (0..8).map(|index| leaf_hash(&ours(&format!("leaf-{index}.json")))).collect()
}

fn origin() -> Origin {
    origin_of(WORKSPACE, "credit")
}

fn origin_of(workspace: &str, tenant: &str) -> Origin {
    Origin::new(&WorkspaceId::parse(workspace).unwrap(), &TenantId::parse(tenant).unwrap())
}

fn device_keys() -> [PublicKey; 2] {
    [Seed::of(0x0a).public_key(), Seed::of(0x0d).public_key()]
}

#[test]
fn leaves_hash_to_the_roots_of_the_page() {
    let (figures, hashes) = (figures(), leaf_hashes());
    let first_three: Vec<String> = hashes[..3].iter().map(Digest::to_hex).collect();
    assert_eq!(serde_json::json!(first_three), figures["leaf hashes 0,1,2"]);
    assert_eq!(hashes[0].to_hex(), text(&figures, "genesis"));
    assert_eq!(hashes[6].to_hex(), text(&figures, "leaf hash 6"));
    assert_eq!(empty_root().to_hex(), text(&figures, "empty root"));
    let mut frontier = Frontier::new();
    for hash in &hashes {
        frontier.push(*hash).unwrap();
        if frontier.size() == 3 {
            assert_eq!(frontier.root().to_hex(), text(&figures, "root 3"));
        }
    }
    assert_eq!(frontier.root().to_hex(), text(&figures, "root 8"));
    assert_ne!(root_of(hashes.iter().rev().copied()), frontier.root(), "order must matter");
    report("worked leaves", hashes.len(), 8);
}

#[test]
fn the_device_signs_the_checkpoint_of_the_page() {
    let written = ours_as_text("checkpoint-3.txt");
    let root = root_of(leaf_hashes().into_iter().take(3));
    let checkpoint = Checkpoint { origin: origin().to_string(), size: 3, root };
    let signed = checkpoint.sign_with(&Seed::of(0x0d)).unwrap();
    assert_eq!(signed.text(), written);
    assert_eq!(
        SignedCheckpoint::parse_and_verify(&written, &origin(), &device_keys()),
        Ok(signed.clone())
    );
    let key = NoteKey::new(origin().as_str(), *signed.signer()).unwrap();
    assert_eq!(key.to_string(), text(&figures(), "device vkey"));
    assert_eq!(key.to_string().parse(), Ok(key));
}

#[test]
fn a_checkpoint_of_another_log_key_or_number_of_lines_is_refused() {
    let written = ours_as_text("checkpoint-3.txt");
    let verify = |text: &str, keys: &[PublicKey]| {
        SignedCheckpoint::parse_and_verify(text, &origin(), keys).map(|_| ())
    };
    let stranger = [Seed::of(0x0a).public_key()];
    assert_eq!(verify(&written, &stranger), Err(LedgerError::UnknownKey));
    assert_eq!(verify(&written, &[]), Err(LedgerError::UnknownKey));
    for other in [(OTHER_WORKSPACE, "credit"), (WORKSPACE, "fraud"), (WORKSPACE, "_workspace")] {
        let other = origin_of(other.0, other.1);
        let outcome = SignedCheckpoint::parse_and_verify(&written, &other, &device_keys());
        assert!(matches!(outcome, Err(LedgerError::Format { .. })), "{other}");
    }
    let line = written.lines().last().unwrap();
    let foreign = line.replace("/credit ", "/fraud ");
    for changed in [
        format!("{written}{line}\n"),
        format!("{written}{foreign}\n"),
        written.replace(line, &foreign),
        written.replace("\n\n", "\nextension\n\n"),
        written.replace("\n3\n", "\n4\n"),
        written.trim_end().to_owned(),
        written.replace('\n', "\r\n"),
        format!("\u{feff}{written}"),
    ] {
        assert!(verify(&changed, &device_keys()).is_err(), "accepted {changed}");
    }
}

#[test]
fn bob_signs_the_vote_of_the_page() {
    let (figures, bob) = (figures(), Seed::of(0x0b));
    let payload = ours("vote.payload.json");
    let encoded = pae(PAYLOAD_TYPE, &payload);
    assert_eq!(encoded, ours("vote.pae"));
    assert_eq!(figures["vote pae bytes"], encoded.len());
    assert_eq!(Digest::of(&encoded).to_hex(), text(&figures, "vote pae sha256"));

    let key = bob.public_key();
    let signature = bob.sign(&encoded).unwrap();
    let envelope = Envelope::new(payload.clone(), &key, signature).unwrap();
    assert_eq!(envelope.to_canonical().unwrap(), ours("vote.dsse.json"));
    assert_eq!(envelope.signature().to_base64(), text(&figures, "vote sig"));
    assert_eq!(envelope.keyid().to_hex(), text(&figures, "keyid Bob"));
    assert_eq!(envelope.payload_sha256().to_hex(), text(&figures, "vote payload sha256"));
    let read = Envelope::parse(&ours("vote.dsse.json")).unwrap();
    assert_eq!((read.payload(), read.verify(&key)), (payload.as_slice(), Ok(())));
    assert_eq!(read, envelope);
    let ada = Seed::of(0x0a).public_key();
    assert_eq!(ada.keyid().to_hex(), text(&figures, "keyid Ada"));
    assert_eq!(read.verify(&ada), Err(LedgerError::UnknownKey));
    assert_eq!(Envelope::new(payload, &ada, signature), Err(LedgerError::Signature));
}

#[test]
fn no_byte_of_an_envelope_or_checkpoint_can_change_unnoticed() {
    let (envelope, checkpoint) = (ours("vote.dsse.json"), ours("checkpoint-3.txt"));
    let bob = Seed::of(0x0b).public_key();
    let envelope_holds =
        |bytes: &[u8]| Envelope::parse(bytes).and_then(|read| read.verify(&bob)).is_ok();
    let checkpoint_holds = |bytes: &[u8]| {
        std::str::from_utf8(bytes).is_ok_and(|text| {
            SignedCheckpoint::parse_and_verify(text, &origin(), &device_keys()).is_ok()
        })
    };
    let ran = check_every_byte(&envelope, envelope_holds)
        + check_every_byte(&checkpoint, checkpoint_holds);
    report("changed bytes", ran, 4_000);
}

/// Flips a low and a high bit of each byte, removes it, and doubles it.
fn check_every_byte(original: &[u8], holds: impl Fn(&[u8]) -> bool) -> usize {
    assert!(holds(original), "the control must hold");
    let mut ran = 0;
    for index in 0..original.len() {
        let (before, after) = (&original[..index], &original[index + 1..]);
        let byte = original[index];
        for put in [&[byte ^ 0x01][..], &[byte ^ 0x20], &[], &[byte, byte]] {
            let changed = [before, put, after].concat();
            assert!(!holds(&changed), "byte {index} changed to {put:?} went unnoticed");
            ran += 1;
        }
    }
    ran
}

#[test]
fn other_forms_of_an_envelope_are_refused() {
    let written = ours_as_text("vote.dsse.json");
    let value: Value = serde_json::from_str(&written).unwrap();
    let signature = serde_json::to_string(&value["signatures"][0]).unwrap();
    for changed in [
        written.replace(&signature, ""),
        written.replace(&signature, &format!("{signature},{signature}")),
        written.replace("vnd.in-toto+json", "vnd.in-toto+json; v=2"),
        written.replace("\"keyid\":\"fdf7", "\"keyid\":\"FDF7"),
        written.replace("==\",\"payloadType\"", "\",\"payloadType\""),
        written.replacen('{', "{\"extra\":null,", 1),
        format!("{written}\n"),
        format!(" {written}"),
    ] {
        assert_ne!(changed, written);
        assert!(Envelope::parse(changed.as_bytes()).is_err(), "accepted {changed}");
    }
}

#[test]
fn the_proofs_of_the_page_hold() {
    let file = parse_canonical(&ours("consistency-3-8.json")).unwrap();
    let read = |member| {
        let note = text(&file, member);
        let signed = SignedCheckpoint::parse_and_verify(note, &origin(), &device_keys());
        signed.unwrap().checkpoint().clone()
    };
    let (first, second) = (read("first"), read("second"));
    let proof: Vec<Digest> = file["proof"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hash| Digest::from_base64(hash.as_str().unwrap()).unwrap())
        .collect();
    let check = |size| verify_consistency(size, second.size, &first.root, &second.root, &proof);
    assert_eq!(check(first.size), Ok(()));
    assert!(check(first.size + 1).is_err());

    // tlog-proof: three header lines, hashes, a blank line, the note.
    let record = ours_as_text("record-5.tlog-proof");
    let (head, note) = record.split_once("\n\n").unwrap();
    let hashes: Vec<Digest> =
        head.lines().skip(3).map(|line| Digest::from_base64(line).unwrap()).collect();
    let signed = SignedCheckpoint::parse_and_verify(note, &origin(), &device_keys()).unwrap();
    let Checkpoint { size, root, .. } = signed.checkpoint();
    assert_eq!(verify_inclusion(5, *size, &leaf_hashes()[5], &hashes, root), Ok(()));
    assert!(verify_inclusion(5, *size, &leaf_hashes()[4], &hashes, root).is_err());
}

#[test]
fn every_json_of_the_page_is_canonical() {
    let mut files: Vec<String> = (0..8).map(|index| format!("leaf-{index}.json")).collect();
    files.extend(
        ["vote.payload.json", "vote.dsse.json", "trust.json", "bundle.countersign.json"]
            .map(str::to_owned),
    );
    for file in &files {
        assert!(parse_canonical(&ours(file)).is_ok(), "{file}");
    }
    report("canonical files", files.len(), 12);
}
