//! The card of a model: what its makers say about it.
//!
//! Invariant: a card is one JSON object that every reader reads alike: no key stands twice in an
//! object, no text holds U+0000. It may hold fractions, unlike what is signed: a card is stored and
//! hashed as the bytes given, never written anew.

use std::collections::BTreeSet;
use std::fmt;

use ledger::Digest;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::GovernanceError;
use crate::text::refuse_larger;

/// Most bytes of a card: 256 KiB.
pub const CARD_LIMIT: usize = 256 * 1024;

/// A card as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    text: String,
    content: Map<String, Value>,
}

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// [`GovernanceError::Limit`] over 256 KiB; [`GovernanceError::Text`] when it is no JSON
    /// object, names a key twice or holds U+0000.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        refuse_larger("card", text, CARD_LIMIT)?;
        let refuse = |reason| GovernanceError::Text { what: "card", reason };
        let mut reader = serde_json::Deserializer::from_str(text);
        let value =
            Once.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(
                |_| refuse("it is not JSON in which each key stands once and no text holds U+0000"),
            )?;
        match value {
            Value::Object(content) => Ok(Self { text: text.to_owned(), content }),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(refuse("it is not a JSON object")),
        }
    }

    /// The card as given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub const fn content(&self) -> &Map<String, Value> {
        &self.content
    }

    /// SHA-256 of its UTF-8 bytes: the document `card` that a reviewer signs.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

/// Reads a value in which each key of an object stands once.
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        without_nul(value)?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let (mut object, mut keys) = (Map::new(), BTreeSet::new());
        while let Some(key) = entries.next_key::<String>()? {
            without_nul(&key)?;
            if !keys.insert(key.clone()) {
                return Err(A::Error::custom("a key stands twice"));
            }
            let value = entries.next_value_seed(Self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn without_nul<E: serde::de::Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom("a text holds U+0000")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_one_json_object_that_reads_one_way() {
        for text in [
            "{}",
            r#"{"auc": 0.8125, "n": 12000, "drift": -1e-3, "notes": [null, true, "β"]}"#,
            " {\"a\":{\"b\":1},\"c\":{\"b\":2}}\n",
        ] {
            let card = Card::parse(text).unwrap();
            assert_eq!(card.as_str(), text);
            assert_eq!(card.digest(), Digest::of(text.as_bytes()));
            let read: Value = serde_json::from_str(text).unwrap();
            assert_eq!(Value::Object(card.content().clone()), read);
        }
        for text in [
            "",
            "[]",
            "1",
            "\"{}\"",
            "{",
            "{} {}",
            "{'a':1}",
            r#"{"a":1,"a":2}"#,
            r#"{"a":[{"b":1,"b":1}]}"#,
            r#"{"a":"\u0000"}"#,
            r#"{"\u0000":1}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":NaN}"#,
        ] {
            assert!(matches!(Card::parse(text), Err(GovernanceError::Text { .. })), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Card::parse(&deep).is_err(), "nesting ends in an error, not in a crash");
    }

    #[test]
    fn a_card_has_up_to_256_kibibytes() {
        let of_size = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        assert_eq!(of_size(20).len(), 20);
        assert!(Card::parse(&of_size(262_144)).is_ok());
        assert_eq!(
            Card::parse(&of_size(262_145)),
            Err(GovernanceError::Limit {
                what: "card",
                limit: 262_144,
                unit: crate::error::Unit::Bytes
            })
        );
    }
}
