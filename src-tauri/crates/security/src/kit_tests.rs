//! Kit lines as people copy them, and the slips that must be caught.

use proptest::prelude::*;

use super::{read_recovery_line, read_secret_line, recovery_line, secret_line};
use crate::SecurityError;
use crate::error::KeyFault::{self, KitCharacter, KitChecksum, KitLength};
use crate::secret::{SecretBytes, SecretText};
use crate::signing::SigningKey;
use crate::workspace_secret::WorkspaceSecret;

const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";
const LINE: &str = "AAAQE-AYEAU-DAOCA-JBIFQ-YDIOB-4IBCE-QTCQK-RMFYY-DENBW-HA5DY-P6ZSA";

fn read(workspace: &str, line: &str) -> Result<String, KeyFault> {
    match read_secret_line(workspace, &SecretText::new(line.to_owned())) {
        Ok(secret) => Ok(secret.text().expose().to_owned()),
        Err(SecurityError::KeyFormat { fault }) => Err(fault),
        Err(other) => panic!("unexpected: {other}"),
    }
}

#[test]
fn a_line_is_read_however_it_is_spaced_or_cased() {
    let expected = read(WORKSPACE, LINE);
    assert!(expected.is_ok());
    let typed = [
        LINE.to_lowercase(),
        LINE.replace('-', ""),
        LINE.replace('-', " "),
        LINE.replace('-', " - "),
        format!(" {LINE}\n"),
    ];
    for line in typed {
        assert_eq!(read(WORKSPACE, &line), expected, "{line:?}");
    }
}

#[test]
fn a_slip_of_the_pen_is_named() {
    let length = |found| Err(KitLength { expected: 55, found });
    let cases = [
        (String::new(), length(0)),
        (LINE[..LINE.len() - 1].to_owned(), length(54)),
        (format!("{LINE}A"), length(56)),
        (LINE.replacen('A', "0", 1), Err(KitCharacter)),
        (LINE.replacen('A', "1", 1), Err(KitCharacter)),
        (LINE.replacen('A', "ä", 1), Err(KitCharacter)),
        (LINE.replacen('A', "ſ", 1), Err(KitCharacter)),
        // Unused bits set: the same bytes to a lenient reader.
        (LINE.replace("P6ZSA", "P6ZSB"), Err(KitCharacter)),
        (LINE.replacen('A', "B", 1), Err(KitChecksum)),
        (LINE.replace("AAAQE-AYEAU", "AYEAU-AAAQE"), Err(KitChecksum)),
    ];
    for (line, expected) in cases {
        assert_eq!(read(WORKSPACE, &line), expected, "{line:?}");
    }
}

#[test]
fn a_line_is_of_its_workspace_and_of_its_kind() {
    assert_eq!(read("01930000-0000-7000-8000-00000000000b", LINE), Err(KitChecksum));
    let as_recovery = read_recovery_line(WORKSPACE, &SecretText::new(LINE.to_owned()));
    assert_eq!(as_recovery.err(), Some(KitChecksum.into()));
}

#[test]
fn nearly_every_single_wrong_character_is_caught() {
    // 16 check bits: 1 slip in 65 536 goes through by design; these 55 × 31 must hold.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut tried, mut caught) = (0, 0);
    for (index, right) in LINE.char_indices().filter(|(_, c)| *c != '-') {
        for wrong in alphabet.chars().filter(|wrong| *wrong != right) {
            let mut line = LINE.to_owned();
            line.replace_range(index..=index, &wrong.to_string());
            tried += 1;
            caught += usize::from(read(WORKSPACE, &line).is_err());
        }
    }
    println!("kit line: {caught} of {tried} single wrong characters caught");
    assert_eq!(tried, 55 * 31);
    assert_eq!(caught, tried);
}

proptest! {
    #[test]
    fn any_secret_and_seed_come_back(bytes: [u8; 32]) {
        let secret = WorkspaceSecret::from_bytes(SecretBytes::copy_of(&bytes));
        let line = secret_line("w", &secret);
        prop_assert_eq!(line.expose().len(), LINE.len());
        let again = read_secret_line("w", &line).unwrap();
        prop_assert_eq!(again.text().expose(), secret.text().expose());

        let key = SigningKey::from_seed(&SecretBytes::copy_of(&bytes));
        let again = read_recovery_line("w", &recovery_line("w", &key)).unwrap();
        prop_assert_eq!(again.public_key(), key.public_key());
    }

    #[test]
    fn no_line_makes_it_panic(line: String) {
        let _ = read("w", &line);
    }
}
