//! JCS byte for byte, its numbers by the library, and the JSON test suite.

use ledger::LedgerError;
use ledger::json::{parse_canonical, parse_checked, to_canonical};
use serde_json::Value;

use crate::found::{carried, files_under, report, suite};

#[test]
fn jcs_is_byte_equal_inside_our_subset_and_numbers_outside_are_refused() {
    let folder = suite("jcs").expect("no vectors of jcs").join("testdata");
    let (mut ran, mut inside) = (0, 0);
    for input_path in files_under(&folder.join("input")) {
        let name = input_path.file_name().unwrap();
        let input = std::fs::read(&input_path).unwrap();
        let output = std::fs::read(folder.join("output").join(name)).unwrap();
        let hex_path = folder.join("outhex").join(name).with_extension("txt");
        let hex_text = std::fs::read_to_string(hex_path).unwrap();
        let expected = hex::decode(hex_text.split_whitespace().collect::<String>()).unwrap();
        assert_eq!(output, expected, "{}: the suite disagrees with itself", name.display());

        let lenient: Value = serde_json::from_slice(&input).unwrap();
        let by_library = serde_json_canonicalizer::to_vec(&lenient).unwrap();
        assert_eq!(by_library, expected, "{}", name.display());
        match parse_checked(&input) {
            Ok(value) => {
                assert_eq!(to_canonical(&value).unwrap(), expected, "{}", name.display());
                assert_eq!(parse_canonical(&expected).unwrap(), value, "{}", name.display());
                inside += 1;
            }
            Err(error) => assert_eq!(error, LedgerError::Number, "{}", name.display()),
        }
        assert_eq!(parse_canonical(&input), Err(not_canonical(&input)), "{}", name.display());
        ran += 1;
    }
    assert!(inside >= 3, "only {inside} files hold no fraction");
    report("jcs", ran, 5);
}

/// No input of the suite is canonical; those with fractions fail by that first.
fn not_canonical(input: &[u8]) -> LedgerError {
    parse_checked(input).err().unwrap_or(LedgerError::NotCanonical)
}

#[test]
fn the_library_writes_numbers_as_es6_does() {
    let file = carried("jcs/testdata", "es6_numbers_first10000.txt");
    let mut ran = 0;
    for line in std::str::from_utf8(&file).unwrap().lines() {
        let (bits, expected) = line.split_once(',').unwrap();
        let number = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        let written = serde_json_canonicalizer::to_string(&number).unwrap();
        assert_eq!(written, expected, "{line}");
        ran += 1;
    }
    // The file carried is a part of the ten thousand lines.
    report("es6 numbers", ran, 5_000);
}

#[test]
fn the_json_test_suite_is_decided_without_panic() {
    let Some(folder) = suite("json-test-suite") else {
        println!("json-test-suite: absent (set COUNTERSIGN_VECTORS); nothing was tested here");
        return;
    };
    let (mut accepted, mut outside, mut refused, mut free) = (0, 0, 0, 0);
    for path in files_under(&folder.join("test_parsing")) {
        let bytes = std::fs::read(&path).unwrap();
        let outcome = parse_checked(&bytes);
        let canonical = parse_canonical(&bytes);
        let name = path.file_name().unwrap().to_str().unwrap();
        match (&name[..2], outcome) {
            ("y_", Ok(_)) => accepted += 1,
            // Valid JSON, but not what anything of ours may hold: refused for that reason.
            (
                "y_",
                Err(
                    LedgerError::Number
                    | LedgerError::NulCharacter
                    | LedgerError::DuplicateKey { .. },
                ),
            ) => outside += 1,
            ("y_", Err(error)) => panic!("{name} was refused: {error}"),
            ("n_", Err(_)) => {
                assert!(canonical.is_err(), "{name}");
                refused += 1;
            }
            ("n_", Ok(value)) => panic!("{name} was accepted as {value}"),
            _ => free += 1,
        }
    }
    println!("  accepted {accepted}, outside our subset {outside}, refused {refused}, free {free}");
    assert!(accepted >= 50 && refused >= 100 && outside >= 10);
    // Readers of the world disagree on these; here they only must not panic.
    for path in files_under(&folder.join("test_transform")) {
        let _: Result<Value, LedgerError> = parse_canonical(&std::fs::read(path).unwrap());
        free += 1;
    }
    report("json-test-suite", accepted + outside + refused + free, 245);
}
