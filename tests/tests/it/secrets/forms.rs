//! The forms in which a secret could lie somewhere, and the search for them.
//!
//! Invariant: a form is what is left of an encoding that begins at any place of a larger one; none
//! is so short that other things have it by chance.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;

/// Shorter forms would be found by chance.
const SHORTEST: usize = 8;

/// A secret, and how each of its forms is searched for.
pub(crate) struct Wanted {
    pub(crate) name: &'static str,
    forms: Vec<(&'static str, Finder<'static>)>,
}

impl Wanted {
    pub(crate) fn text(name: &'static str, text: &str) -> Self {
        Self::bytes(name, text.as_bytes())
    }

    pub(crate) fn bytes(name: &'static str, bytes: &[u8]) -> Self {
        let mut forms = vec![
            ("raw", bytes.to_vec()),
            ("hex", hex::encode(bytes).into_bytes()),
            ("HEX", hex::encode_upper(bytes).into_bytes()),
        ];
        let wide = |unit: u16| unit.to_le_bytes();
        if let Ok(text) = std::str::from_utf8(bytes) {
            forms.push(("UTF-16", text.encode_utf16().flat_map(wide).collect()));
            let escaped = serde_json::to_string(text).unwrap();
            let escaped = escaped.trim_matches('"').as_bytes().to_vec();
            if escaped != bytes {
                forms.push(("JSON", escaped));
            }
        }
        for before in 0..3 {
            forms.push(("base64", within(&STANDARD_NO_PAD, before, bytes)));
            forms.push(("base64url", within(&URL_SAFE_NO_PAD, before, bytes)));
        }
        forms.sort();
        forms.dedup_by(|one, other| one.1 == other.1);
        assert!(forms.iter().all(|(_, form)| form.len() >= SHORTEST), "{name} is too short");
        let finder = |(word, form): (_, Vec<u8>)| (word, Finder::new(&form).into_owned());
        Self { name, forms: forms.into_iter().map(finder).collect() }
    }

    /// The forms that stand in these bytes.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> Vec<&'static str> {
        let found = self.forms.iter().filter(|(_, finder)| finder.find(bytes).is_some());
        found.map(|(form, _)| *form).collect()
    }
}

/// What stands in base64 of something in which the bytes begin behind `before` others, without the
/// letters that its neighbours have a part in.
fn within(engine: &impl base64::Engine, before: usize, bytes: &[u8]) -> Vec<u8> {
    let whole = engine.encode([&vec![0; before], bytes].concat());
    let first = [0, 2, 3][before];
    let last = (before + bytes.len()) * 8 / 6;
    whole.as_bytes()[first..last].to_vec()
}

#[test]
fn a_secret_is_found_in_every_form_and_place() {
    let wanted = Wanted::text("one", "what nobody else knows");
    let text = "what nobody else knows";
    for before in 0..7 {
        let around = format!("{}{text} and on", "x".repeat(before));
        assert_eq!(wanted.found_in(around.as_bytes()), ["raw"]);
        for (engine, word) in [(STANDARD_NO_PAD, "base64"), (URL_SAFE_NO_PAD, "base64url")] {
            let found = wanted.found_in(engine.encode(&around).as_bytes());
            assert!(!found.is_empty(), "{word} behind {before}");
        }
        assert_eq!(wanted.found_in(hex::encode(&around).as_bytes()), ["hex"]);
        let wide: Vec<u8> = around.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(wanted.found_in(&wide), ["UTF-16"]);
    }
    assert!(wanted.found_in(b"what nobody else knew").is_empty());
}
