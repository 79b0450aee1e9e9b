//! Signed notes of golang/mod, checkpoints of transparency-dev/formats, examples of C2SP, the DSSE
//! test vector.

use ed25519_dalek::{Signer, SigningKey};
use ledger::checkpoint::Checkpoint;
use ledger::digest::from_base64;
use ledger::dsse::{Envelope, pae};
use ledger::note::{Note, NoteKey, NoteSignature};
use ledger::{LedgerError, PublicKey, Signature};
use serde_json::Value;

use crate::found::{carried, cases, report, text};

fn decoded(case: &Value, member: &str) -> String {
    String::from_utf8(from_base64(text(case, member)).unwrap()).unwrap()
}

/// Signs as `PRIVATE+KEY+<name>+<hash>+<base64(0x01 ‖ seed)>` says.
fn signed(skey: &str, message: String) -> Result<Note, LedgerError> {
    let parts: Vec<&str> = skey.splitn(5, '+').collect();
    let ["PRIVATE", "KEY", name, hash, seed] = parts[..] else { panic!("{skey}") };
    let seed: [u8; 33] = from_base64(seed)?.try_into().unwrap();
    let signing = SigningKey::from_bytes(&seed[1..].try_into().unwrap());
    let public = PublicKey::from_bytes(signing.verifying_key().to_bytes())?;
    let key = NoteKey::new(name, public)?;
    assert_eq!(hex::encode(key.key_hash()), hash);
    let signature = Signature::from_bytes(signing.sign(message.as_bytes()).to_bytes());
    Note::new(message, vec![NoteSignature::ed25519(&key, &signature)])
}

/// Opens the note of a case; the names verified and not verified.
fn opened(case: &Value) -> Result<(Vec<String>, Vec<String>), LedgerError> {
    let vkeys = case["vkeys"].as_array().unwrap();
    let keys: Vec<NoteKey> =
        vkeys.iter().map(|vkey| vkey.as_str().unwrap().parse()).collect::<Result<_, _>>()?;
    for (key, vkey) in keys.iter().zip(vkeys) {
        assert_eq!(key.to_string(), vkey.as_str().unwrap());
    }
    let written = decoded(case, "note_b64");
    let note = Note::parse(&written)?;
    assert_eq!(note.to_text(), written);
    let verified = note.verify(&keys)?;
    let is_verified = |line: &&NoteSignature| verified.iter().any(|key| line.is_of(key));
    let unverified = note.signatures().iter().filter(|line| !is_verified(line));
    Ok((
        verified.iter().map(|key| key.name().to_owned()).collect(),
        unverified.map(|line| line.name().to_owned()).collect(),
    ))
}

fn check_refusal(case: &Value, found: &LedgerError) {
    let wanted = text(case, "want_error");
    let is_of_kind = if wanted.starts_with("invalid signature") {
        *found == LedgerError::Signature
    } else if wanted.contains("no verifiable signatures") {
        *found == LedgerError::UnknownKey
    } else {
        wanted.starts_with("malformed") && matches!(found, LedgerError::Format { .. })
    };
    assert!(is_of_kind, "{wanted:?} wanted, {found:?} found: {case}");
}

#[test]
fn notes_are_signed_and_opened_as_the_reference_does() {
    let all = cases("signed-note", "note_cases.json");
    let mut refused = 0;
    for case in &all {
        let refusal = match text(case, "op") {
            "sign" => signed(text(case, "skey"), decoded(case, "text_b64"))
                .map(|note| assert_eq!(note.to_text(), decoded(case, "want_b64"), "{case}"))
                .err(),
            "open" => opened(case)
                .map(|(verified, unverified)| {
                    assert_eq!(serde_json::json!(verified), case["verified"], "{case}");
                    assert_eq!(serde_json::json!(unverified), case["unverified"], "{case}");
                })
                .err(),
            other => panic!("unknown kind of case {other}"),
        };
        assert_eq!(refusal.is_some(), case.get("want_error").is_some(), "{case}");
        if let Some(error) = refusal {
            check_refusal(case, &error);
            refused += 1;
        }
    }
    assert!(refused >= 6, "only {refused} cases that must be refused");
    report("signed-note", all.len(), 10);
}

#[test]
fn malformed_checkpoints_are_refused_and_so_is_what_we_would_not_write() {
    let all = cases("tlog-checkpoint", "checkpoint_cases.json");
    for case in &all {
        let body = text(case, "checkpoint");
        // The valid ones of this suite carry roots that are no SHA-256 or extension lines; a log
        // of ours writes neither. With a root of 32 bytes put in, the three-line ones hold.
        assert!(Checkpoint::parse(body).is_err(), "{case}");
        let mut lines: Vec<&str> = body.split('\n').collect();
        if case["valid"] == true {
            lines[2] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
            let parsed = Checkpoint::parse(&lines.join("\n"));
            assert_eq!(parsed.is_ok(), lines.len() == 4, "{case}: {parsed:?}");
        }
    }
    report("tlog-checkpoint", all.len(), 8);
}

#[test]
fn a_checkpoint_has_one_spelling() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for size in ["0", "7", "9007199254740991"] {
        let body = format!("example.com/log\n{size}\n{root}\n");
        assert_eq!(Checkpoint::parse(&body).unwrap().body(), body);
    }
    let refused = [
        "00",
        "03",
        "+3",
        "-1",
        " 3",
        "3 ",
        "",
        "3.0",
        "0x3",
        "9007199254740992",
        "18446744073709551616",
        "３",
    ]
    .map(|size| format!("example.com/log\n{size}\n{root}\n"))
    .into_iter()
    .chain([
        format!("\n3\n{root}\n"),
        format!("example.com/log\n3\n{root}"),
        format!("example.com/log\n3\n{root}\n\n"),
        format!("example.com/log\n3\n{root}\nextension\n"),
        format!("example.com/log\r\n3\r\n{root}\r\n"),
        format!("example.com/log\n3\n{}\n", &root[..43]),
        String::new(),
        "\n".repeat(1_000_000),
    ]);
    let ran = refused
        .inspect(|body| assert!(Checkpoint::parse(body).is_err(), "accepted {body:?}"))
        .count();
    report("checkpoint spellings", ran, 20);
}

#[test]
fn the_examples_of_the_c2sp_pages_are_read() {
    let all = cases("tlog-checkpoint", "c2sp_examples.json");
    let (mut vkeys, mut notes) = (0, 0);
    for case in &all {
        let example = text(case, "example");
        if example.starts_with("example.com/foo+") {
            assert_eq!(example.parse::<NoteKey>().unwrap().to_string(), example);
            vkeys += 1;
        }
        // The body of a witness request: its note begins after the proof and an empty line.
        if example.contains("\u{2014} example.com/behind-the-sofa ") {
            let start = example.find("example.com/behind-the-sofa\n").unwrap();
            let note = Note::parse(&format!("{}\n", &example[start..])).unwrap();
            assert_eq!(
                Checkpoint::parse(note.text()).unwrap().origin,
                "example.com/behind-the-sofa"
            );
            notes += 1;
        }
    }
    assert_eq!((vkeys >= 1, notes >= 1), (true, true));
    report("c2sp examples", vkeys + notes, 2);
}

#[test]
fn the_dsse_vector_is_encoded_alike_and_a_foreign_envelope_refused() {
    let case: Value = serde_json::from_slice(&carried("dsse", "protocol_vector.json")).unwrap();
    let encoded = pae(text(&case, "payloadType"), text(&case, "payload").as_bytes());
    assert_eq!(String::from_utf8(encoded).unwrap(), text(&case, "pae"));
    let foreign = ledger::json::to_canonical(&case["envelope"]).unwrap();
    assert!(Envelope::parse(&foreign).is_err(), "ECDSA, without keyid, of another type");
    report("dsse", 1, 1);
}
