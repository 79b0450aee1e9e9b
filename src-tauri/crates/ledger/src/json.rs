//! Canonical JSON: RFC 8785, narrowed to what a signed file of ours may hold.
//!
//! Invariant: [`parse_canonical`] accepts exactly the bytes that [`to_canonical`] writes. Values
//! are objects, arrays, strings without U+0000, booleans, null and integers with
//! |n| ≤ 2^53 − 1, nested at most [`MAX_NESTING`] deep. It will not read "nearly right" JSON, and
//! hostile nesting is refused before the parser descends.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize, de};
use serde_json::{Map, Value};

use crate::LedgerError;

/// The deepest nesting of arrays and objects; the outermost one is level 1.
pub const MAX_NESTING: usize = 16;

/// The largest magnitude of an integer, 2^53 − 1: what every JSON reader keeps exact.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Reads canonical JSON and refuses any other bytes.
///
/// # Errors
/// A variant per cause: not JSON ([`LedgerError::Json`]; a byte-order mark, invalid UTF-8 and lone
/// surrogates too), [`LedgerError::DuplicateKey`], [`LedgerError::Number`],
/// [`LedgerError::NulCharacter`], [`LedgerError::Depth`], and [`LedgerError::NotCanonical`] when
/// only the form is wrong.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, LedgerError> {
    let value = parse_checked(bytes)?;
    if write(&value)? != bytes {
        return Err(LedgerError::NotCanonical);
    }
    Ok(value)
}

/// Reads canonical JSON as a `T`, and demands that writing the `T` gives the same bytes: no key is
/// missing, none added, no default filled in.
///
/// # Errors
/// Those of [`parse_canonical`]; [`LedgerError::Json`] when the shape is not that of `T`.
pub fn parse_as<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, LedgerError> {
    let value = parse_canonical(bytes)?;
    let parsed: T = serde_json::from_value(value).map_err(not_json)?;
    if canonical_of(&parsed)? != bytes {
        return Err(LedgerError::NotCanonical);
    }
    Ok(parsed)
}

/// Writes a value in the one canonical form.
///
/// # Errors
/// [`LedgerError::Number`], [`LedgerError::NulCharacter`] or [`LedgerError::Depth`] for a value
/// that no reader of ours would take.
pub fn to_canonical(value: &Value) -> Result<Vec<u8>, LedgerError> {
    check_value(value, 0)?;
    write(value)
}

/// Writes anything serialisable in the one canonical form.
///
/// # Errors
/// Those of [`to_canonical`]; [`LedgerError::Json`] when it has no JSON form.
pub fn canonical_of<T: Serialize + ?Sized>(item: &T) -> Result<Vec<u8>, LedgerError> {
    to_canonical(&serde_json::to_value(item).map_err(not_json)?)
}

/// Reads JSON that may be written in any form (a file a person made) under the same rules on
/// values: for input that is stored only after being written canonically.
///
/// # Errors
/// Those of [`parse_canonical`] without [`LedgerError::NotCanonical`].
pub fn parse_checked(bytes: &[u8]) -> Result<Value, LedgerError> {
    check_nesting(bytes)?;
    let cause = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = Checked { cause: &cause }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| cause.take().unwrap_or_else(|| not_json(error)))
}

fn write(value: &Value) -> Result<Vec<u8>, LedgerError> {
    serde_json_canonicalizer::to_vec(value).map_err(not_json)
}

fn not_json(error: serde_json::Error) -> LedgerError {
    LedgerError::Json { reason: error.to_string() }
}

/// Counts brackets outside strings, so that no recursion is ever entered too deep. Malformed
/// strings make the count wrong only in text which the parser refuses anyway.
fn check_nesting(bytes: &[u8]) -> Result<(), LedgerError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'[' | b'{') => {
                depth += 1;
                check_depth(depth)?;
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            (true | false, _) => {}
        }
    }
    Ok(())
}

fn check_depth(depth: usize) -> Result<(), LedgerError> {
    if depth > MAX_NESTING { Err(LedgerError::Depth { limit: MAX_NESTING }) } else { Ok(()) }
}

fn check_value(value: &Value, outer_depth: usize) -> Result<(), LedgerError> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(positive), _) => check_magnitude(positive),
            (None, Some(negative)) => check_magnitude(negative.unsigned_abs()),
            (None, None) => Err(LedgerError::Number),
        },
        Value::String(text) => check_text(text),
        Value::Array(items) => {
            check_depth(outer_depth + 1)?;
            items.iter().try_for_each(|item| check_value(item, outer_depth + 1))
        }
        Value::Object(members) => {
            check_depth(outer_depth + 1)?;
            members.iter().try_for_each(|(key, member)| {
                check_text(key)?;
                check_value(member, outer_depth + 1)
            })
        }
    }
}

fn check_magnitude(magnitude: u64) -> Result<(), LedgerError> {
    if magnitude > MAX_INTEGER { Err(LedgerError::Number) } else { Ok(()) }
}

fn check_text(text: &str) -> Result<(), LedgerError> {
    if text.contains('\0') { Err(LedgerError::NulCharacter) } else { Ok(()) }
}

/// Builds a [`Value`] and refuses what `Value`'s own reader would let pass: a repeated key, a
/// number that is no safe integer, U+0000. The typed cause travels beside serde's error.
#[derive(Clone, Copy)]
struct Checked<'a> {
    cause: &'a RefCell<Option<LedgerError>>,
}

impl Checked<'_> {
    fn refuse<E: de::Error>(self, error: LedgerError) -> E {
        let message = error.to_string();
        self.cause.replace(Some(error));
        E::custom(message)
    }

    fn text<E: de::Error>(self, text: String) -> Result<String, E> {
        check_text(&text).map_err(|error| self.refuse(error))?;
        Ok(text)
    }
}

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        check_magnitude(value).map_err(|error| self.refuse(error))?;
        Ok(Value::from(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        check_magnitude(value.unsigned_abs()).map_err(|error| self.refuse(error))?;
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        Err(self.refuse(LedgerError::Number))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        self.text(value).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let key = self.text(key)?;
            if members.contains_key(&key) {
                return Err(self.refuse(LedgerError::DuplicateKey { key }));
            }
            let member = access.next_value_seed(self)?;
            members.insert(key, member);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    fn check(text: impl AsRef<[u8]>, expected: Result<(), LedgerError>) {
        let text = text.as_ref();
        let parsed = parse_canonical(text);
        match (&parsed, &expected) {
            // The parser's words are the library's: only the kind counts.
            (Err(LedgerError::Json { .. }), Err(LedgerError::Json { .. })) => {}
            (found, wanted) => {
                let found = found.as_ref().map(|_| ()).map_err(Clone::clone);
                assert_eq!(&found, wanted, "{:?}", String::from_utf8_lossy(text));
            }
        }
        if let Ok(value) = parsed {
            assert_eq!(to_canonical(&value).unwrap(), text);
        }
    }

    fn not_json() -> Result<(), LedgerError> {
        Err(LedgerError::Json { reason: String::new() })
    }

    fn nested(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn canonical_bytes_are_read_and_written_alike() {
        for text in [
            "null",
            "true",
            "[]",
            "{}",
            "0",
            "-1",
            "9007199254740991",
            "-9007199254740991",
            r#""""#,
            r#"{"":0,"a":[],"b":{"c":null}}"#,
            r#""\b\t\n\f\r\"\\/""#,
            "\"\\u0001\\u001f\u{7f}é€😀\u{2028}\u{feff}\"",
            // Keys are ordered by UTF-16 code units: the pair of U+1F600 (D83D…) before U+FB33.
            "{\"\u{1f600}\":1,\"\u{fb33}\":2}",
        ] {
            check(text, Ok(()));
        }
        check(nested(MAX_NESTING), Ok(()));
    }

    #[test]
    fn another_form_of_the_same_value_is_refused() {
        for text in [
            " null",
            "null\n",
            "[1, 2]",
            r#"{"b":1,"a":2}"#,
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u001F\"",
            "\"\\u000a\"",
            "\"\\ud83d\\ude00\"",
            "{\"\u{fb33}\":2,\"\u{1f600}\":1}",
        ] {
            check(text, Err(LedgerError::NotCanonical));
        }
    }

    #[test]
    fn what_is_outside_the_subset_is_refused_by_its_cause() {
        for text in [
            "1.5",
            "1.0",
            "1e3",
            "1E400",
            "-0",
            "-0.0",
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551616",
            "[-9223372036854775808]",
        ] {
            check(text, if text == "1E400" { not_json() } else { Err(LedgerError::Number) });
        }
        for text in ["\"\\u0000\"", "{\"\\u0000\":1}", "[{\"a\":\"x\\u0000\"}]"] {
            check(text, Err(LedgerError::NulCharacter));
        }
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"[{"a":{"a":1},"a":2}]"#] {
            check(text, Err(LedgerError::DuplicateKey { key: "a".to_owned() }));
        }
        for text in [
            "",
            "{",
            "[1,]",
            "nul",
            "01",
            "+1",
            "'a'",
            "{\"a\"}",
            "1 2",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\u{feff}null",
            "\"\n\"",
            "NaN",
            "// x\n1",
        ] {
            check(text, not_json());
        }
        check(b"\"\xff\"", not_json());
        check(b"\"\xed\xa0\x80\"", not_json());
    }

    #[test]
    fn hostile_nesting_ends_at_once_and_never_reaches_the_stack() {
        let too_deep = Err(LedgerError::Depth { limit: MAX_NESTING });
        check(nested(MAX_NESTING + 1), too_deep.clone());
        check("[".repeat(100_000_000), too_deep.clone());
        check("{\"a\":".repeat(1_000_000), too_deep.clone());
        // Brackets inside strings are text.
        check(format!("\"{}\"", "[{".repeat(100)), Ok(()));
        check(format!("[\"\\\"\",{}]", nested(MAX_NESTING)), too_deep.clone());
        let value = (0..MAX_NESTING).fold(json!([]), |inner, _| json!([inner]));
        assert_eq!(to_canonical(&value).map(|_| ()), too_deep);
    }

    #[test]
    fn a_value_no_reader_takes_is_not_written() {
        for (value, error) in [
            (json!(1.5), LedgerError::Number),
            (json!({"a": [9_007_199_254_740_992_u64]}), LedgerError::Number),
            (json!(i64::MIN), LedgerError::Number),
            (json!("a\0"), LedgerError::NulCharacter),
            (json!({"a\0": 1}), LedgerError::NulCharacter),
        ] {
            assert_eq!(to_canonical(&value), Err(error), "{value}");
        }
    }

    #[test]
    fn an_object_has_exactly_the_keys_named() {
        #[derive(Debug, Serialize, Deserialize)]
        struct Shape {
            a: u64,
            b: Option<String>,
        }
        assert_eq!(parse_as::<Shape>(br#"{"a":1,"b":null}"#).unwrap().a, 1);
        assert_eq!(parse_as::<Shape>(br#"{"a":1,"b":"x"}"#).unwrap().b.as_deref(), Some("x"));
        for text in [r#"{"a":1}"#, r#"{"a":1,"b":null,"c":2}"#, r#"{"b":null}"#, r#"[1,null]"#] {
            assert!(parse_as::<Shape>(text.as_bytes()).is_err(), "accepted {text}");
        }
    }
}
