//! What others computed, and this crate must compute too: the Fernet specification's cases, the
//! outputs of Python's `cryptography`, and the worked examples of formats.md.
//!
//! Invariant: each suite prints how many cases it ran and fails below the number that is known to
//! lie there; an absent folder is a failure. Not tested here: generating the Fernet specification's
//! token (its IV and time cannot be chosen without a feature of the `fernet` crate that is named
//! dangerous, which stays off): that token is decrypted instead.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use crate::encryption::EncryptionService;
use crate::error::EncryptionFault::TokenRefused;
use crate::kdf::Kdf;
use crate::kit::{read_recovery_line, read_secret_line, recovery_line, secret_line};
use crate::passphrase::{Passphrase, SignInHash};
use crate::place::Place;
use crate::seal::SealKey;
use crate::secret::{SecretBytes, SecretText};
use crate::signing::SigningKey;
use crate::workspace_secret::WorkspaceSecret;

const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";

/// A file of the vectors: under `COUNTERSIGN_VECTORS`, else in the repository.
fn file(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors"),
        PathBuf::from,
    );
    let path = folder.join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&file(name)).unwrap()
}

fn cases(name: &str, at_least: usize) -> Vec<Value> {
    let cases = json(name).as_array().unwrap().clone();
    println!("{name}: {} cases", cases.len());
    assert!(cases.len() >= at_least, "{name} has lost cases");
    cases
}

fn text<'case>(case: &'case Value, key: &str) -> &'case str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} is missing in {case}"))
}

fn bytes32(hex_text: &str) -> [u8; 32] {
    hex::decode(hex_text).unwrap().try_into().unwrap()
}

/// The service for a Fernet key as others write it.
fn of_fernet_key(key: &str) -> EncryptionService {
    let bytes: [u8; 32] = URL_SAFE.decode(key).unwrap().try_into().unwrap();
    EncryptionService::from_derived(&SecretBytes::copy_of(&bytes)).unwrap()
}

#[test]
fn the_fernet_specifications_tokens_open() {
    for name in ["fernet/verify.json", "fernet/generate.json"] {
        for case in cases(name, 1) {
            let opened = of_fernet_key(text(&case, "secret")).decrypt(text(&case, "token"));
            assert_eq!(opened.as_deref(), Ok(text(&case, "src")), "{name}");
        }
    }
}

#[test]
fn the_fernet_specifications_invalid_tokens_are_refused() {
    for case in cases("fernet/invalid.json", 5) {
        let (secret, token) = (text(&case, "secret"), text(&case, "token"));
        let opened = of_fernet_key(secret).decrypt(token);
        if text(&case, "desc") == "expired TTL" {
            // Values at rest do not expire: the service opens this sound token of 1985 (of the
            // empty text). With a time to live, the library under it refuses, as demanded.
            assert_eq!(opened.as_deref(), Ok(""));
            let library = fernet::Fernet::new(secret).unwrap();
            let ttl_s = case["ttl_sec"].as_u64().unwrap();
            assert!(library.decrypt_with_ttl(token, ttl_s).is_err());
        } else {
            assert_eq!(opened, Err(TokenRefused.into()), "{}", text(&case, "desc"));
        }
    }
}

#[test]
fn tokens_of_pythons_cryptography_open() {
    for case in cases("generated-pyca/fernet_valid.json", 50) {
        let service = of_fernet_key(text(&case, "key"));
        let plaintext = service.decrypt_bytes(text(&case, "token")).unwrap();
        assert_eq!(STANDARD.encode(&*plaintext), text(&case, "plaintext_b64"), "{}", case["id"]);
    }
}

#[test]
fn every_single_changed_bit_of_a_token_is_refused() {
    let case = json("generated-pyca/fernet_bitflip.json");
    let (service, token) = (of_fernet_key(text(&case, "key")), text(&case, "token"));
    assert!(service.decrypt(token).is_ok(), "the control opens");
    let raw = URL_SAFE.decode(token).unwrap();
    assert_eq!(u64::try_from(raw.len()).ok(), case["raw_len"].as_u64());
    for bit in 0..raw.len() * 8 {
        let mut changed = raw.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = service.decrypt(&URL_SAFE.encode(changed));
        assert_eq!(refused, Err(TokenRefused.into()), "raw bit {bit}");
    }
    for bit in 0..token.len() * 8 {
        let mut changed = token.as_bytes().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        // The top bit of a byte leaves UTF-8; such a text cannot even be asked for.
        if let Ok(changed) = String::from_utf8(changed) {
            assert_eq!(service.decrypt(&changed), Err(TokenRefused.into()), "text bit {bit}");
        }
    }
    println!("bit flips: {} of the token, {} of its text", raw.len() * 8, token.len() * 8);
}

#[test]
fn keys_are_derived_as_python_derives_them() {
    for case in cases("generated-pyca/pbkdf2_fernet.json", 3) {
        let password =
            String::from_utf8(hex::decode(text(&case, "password_hex")).unwrap()).unwrap();
        let salt = hex::decode(text(&case, "salt_hex")).unwrap();
        let rounds = u32::try_from(case["iterations"].as_u64().unwrap()).unwrap();
        let kdf = Kdf::new(&salt, rounds).unwrap();
        let derived = kdf.derive(&password);
        assert_eq!(URL_SAFE.encode(derived.expose()), text(&case, "fernet_key"));
        let service = EncryptionService::new(Some(&SecretText::new(password)), None, &kdf).unwrap();
        assert_eq!(service.decrypt(text(&case, "token")).as_deref(), Ok(text(&case, "plaintext")));
    }
}

#[test]
fn signatures_are_those_of_openssl() {
    for case in cases("generated-pyca/ed25519_openssl.json", 100) {
        let key = SigningKey::from_seed(&SecretBytes::copy_of(&bytes32(text(&case, "seed"))));
        assert_eq!(hex::encode(key.public_key()), text(&case, "pk"));
        let message = hex::decode(text(&case, "msg")).unwrap();
        assert_eq!(hex::encode(key.sign(&message)), text(&case, "sig"));
    }
}

#[test]
fn the_worked_examples_of_encryption_at_rest_hold() {
    let figures = json("countersign/figures.json");
    let secret =
        WorkspaceSecret::parse(&SecretText::new(text(&figures, "workspace secret").to_owned()));
    let secret = secret.unwrap();
    let salt: Vec<u8> = (0..16).collect();
    let kdf = Kdf::new(&salt, 600_000).unwrap();
    let key = kdf.derive(secret.text().expose());
    assert_eq!(URL_SAFE.encode(key.expose()), text(&figures, "fernet key"));

    let service = EncryptionService::new(Some(secret.text()), None, &kdf).unwrap();
    assert_eq!(service.key_id(), text(&figures, "key_id"));
    let stored = text(&figures, "stored");
    let row = "01930000-0000-7000-8000-000000000400";
    let place = Place::row(WORKSPACE, "credit", "prompt_version", row, "text").unwrap();
    assert_eq!(service.open_value(&place, stored).as_deref(), Ok("Summarise the file."));
    let token = stored.split_once(':').unwrap().1;
    assert_eq!(service.decrypt(token).as_deref(), Ok(text(&figures, "fernet plaintext")));

    // The other direction, as far as the IV allows: the same plaintext under the same key id.
    let sealed = service.seal_value(&place, "Summarise the file.").unwrap();
    let (key_id, token) = sealed.split_once(':').unwrap();
    assert_eq!(key_id, text(&figures, "key_id"));
    assert_eq!(service.decrypt(token).as_deref(), Ok(text(&figures, "fernet plaintext")));
    assert_eq!(sealed.len(), stored.len());
}

#[test]
fn the_worked_examples_of_sign_in_and_kit_hold() {
    let figures = json("countersign/figures.json");
    let passphrase = Passphrase::from_text("correct horse battery staple").unwrap();
    let salt: Vec<u8> = (0..16).collect();
    let made = SignInHash::with_kdf(&passphrase, Kdf::new(&salt, 600_000).unwrap());
    assert_eq!(made.to_text(), text(&figures, "phc"));

    let secret =
        WorkspaceSecret::parse(&SecretText::new(text(&figures, "workspace secret").to_owned()));
    let recovery = SigningKey::from_seed(&SecretBytes::copy_of(&[0x0e; 32]));
    let lines = (secret_line(WORKSPACE, &secret.unwrap()), recovery_line(WORKSPACE, &recovery));
    assert_eq!(lines.0.expose(), text(&figures, "kit secret"));
    assert_eq!(lines.1.expose(), text(&figures, "kit recovery"));
    let read = read_secret_line(WORKSPACE, &lines.0).unwrap();
    assert_eq!(read.text().expose(), text(&figures, "workspace secret"));
    let read = read_recovery_line(WORKSPACE, &lines.1).unwrap();
    assert_eq!(read.public_key(), recovery.public_key());
}

#[test]
fn the_worked_examples_of_keys_votes_and_seals_hold() {
    let figures = json("countersign/figures.json");
    let key = |byte: u8| SigningKey::from_seed(&SecretBytes::copy_of(&[byte; 32]));
    assert_eq!(key(0x0a).keyid(), text(&figures, "keyid Ada"));
    assert_eq!(key(0x0b).keyid(), text(&figures, "keyid Bob"));
    let signature = key(0x0b).sign(&file("countersign/vote.pae"));
    assert_eq!(STANDARD.encode(signature), text(&figures, "vote sig"));

    let origin = format!("countersign.local/{WORKSPACE}/credit");
    let vkey = text(&figures, "device vkey").rsplit('+').next().unwrap();
    let mut typed_key = vec![0x01];
    typed_key.extend_from_slice(&key(0x0d).public_key());
    assert_eq!(STANDARD.encode(typed_key), vkey);

    let seal_key = SealKey::derive(&key(0x0d));
    let leaf_hash = bytes32(text(&figures, "leaf hash 6"));
    let seal = seal_key.seal(&origin, 6, &leaf_hash);
    assert_eq!(hex::encode(seal), text(&figures, "seal 6"));
    assert_eq!(seal_key.verify(&origin, 6, &leaf_hash, &seal), Ok(()));
}
