//! C2SP signed notes: a text, a blank line, and signature lines that name their keys.
//!
//! Invariant: [`Note::parse`] accepts exactly what [`Note::to_text`] writes. A note may carry
//! signatures of keys and types unknown to us; only Ed25519 (type 0x01) is verified here. How many
//! lines a file of ours has is `checkpoint`'s rule, not this one's.

use std::fmt;
use std::str::FromStr;

use crate::digest::{from_base64, to_base64};
use crate::{Digest, LedgerError, PublicKey, Signature};

/// The most signature lines a note may have, as in the reference implementation.
pub const MAX_SIGNATURES: usize = 100;

const ED25519: u8 = 0x01;
const SIGNATURE_MARK: &str = "\u{2014} ";

/// A key that signs notes: a name and an Ed25519 key. Its text is the vkey,
/// `<name>+<8 hex digits>+<base64(0x01 ‖ key)>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    public_key: PublicKey,
}

impl NoteKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for a name that is empty or holds white space, a control character
    /// or `+`.
    pub fn new(name: impl Into<String>, public_key: PublicKey) -> Result<Self, LedgerError> {
        let name = name.into();
        check_name(&name)?;
        Ok(Self { name, public_key })
    }

    /// The name that its signature lines carry.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The first 4 bytes of SHA-256(name ‖ `\n` ‖ 0x01 ‖ key): tells keys of one name apart.
    pub fn key_hash(&self) -> [u8; 4] {
        let key = self.public_key.as_bytes();
        let digest = Digest::of_parts(&[self.name.as_bytes(), b"\n", &[ED25519], key]);
        let [first, second, third, fourth, ..] = *digest.as_bytes();
        [first, second, third, fourth]
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[ED25519], self.public_key.as_bytes().as_slice()].concat();
        write!(formatter, "{}+{}+{}", self.name, hex::encode(self.key_hash()), to_base64(&typed))
    }
}

impl FromStr for NoteKey {
    type Err = LedgerError;

    fn from_str(vkey: &str) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::format("vkey", reason);
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse("not name+hash+key"));
        };
        let typed = from_base64(key)?;
        let Some((&ED25519, raw)) = typed.split_first() else {
            return Err(refuse("not an Ed25519 key"));
        };
        let raw = raw.try_into().map_err(|_| refuse("the key has not 32 bytes"))?;
        let key = Self::new(name, PublicKey::from_bytes(raw)?)?;
        // Catches a wrong hash and a second spelling of it.
        if key.to_string() != vkey {
            return Err(refuse("the hash is not that of name and key"));
        }
        Ok(key)
    }
}

/// One signature line of a note, of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_hash: [u8; 4],
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// The line of an Ed25519 signature on a note's text.
    pub fn ed25519(key: &NoteKey, signature: &Signature) -> Self {
        Self {
            name: key.name.clone(),
            key_hash: key.key_hash(),
            bytes: signature.as_bytes().to_vec(),
        }
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The hash of the key that is said to have signed.
    pub const fn key_hash(&self) -> [u8; 4] {
        self.key_hash
    }

    /// Whether name and hash are those of this key. It says nothing of the signature.
    pub fn is_of(&self, key: &NoteKey) -> bool {
        self.name == key.name && self.key_hash == key.key_hash()
    }

    /// Checks this signature on the text of its note.
    ///
    /// # Errors
    /// [`LedgerError::UnknownKey`] when the line is another key's, [`LedgerError::Signature`] when
    /// it does not hold.
    pub fn verify(&self, text: &str, key: &NoteKey) -> Result<Signature, LedgerError> {
        if !self.is_of(key) {
            return Err(LedgerError::UnknownKey);
        }
        let signature = Signature::from_slice(&self.bytes).map_err(|_| LedgerError::Signature)?;
        key.public_key.verify_strict(text.as_bytes(), &signature)?;
        Ok(signature)
    }

    fn parse(line: &str) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::format("signature line", reason);
        let line = line.strip_prefix(SIGNATURE_MARK).ok_or_else(|| refuse("no leading dash"))?;
        let (name, encoded) = line.split_once(' ').ok_or_else(|| refuse("no signature"))?;
        check_name(name)?;
        let decoded = from_base64(encoded)?;
        match decoded.split_first_chunk() {
            Some((key_hash, bytes)) if !bytes.is_empty() => {
                Ok(Self { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
            }
            Some(_) | None => Err(refuse("shorter than a key hash and a signature")),
        }
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = to_base64(&[self.key_hash.as_slice(), &self.bytes].concat());
        write!(formatter, "{SIGNATURE_MARK}{} {encoded}", self.name)
    }
}

/// A text and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note with its signature lines, which are not verified by this.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for a text that is empty, does not end with a newline or holds a
    /// control character, or for no signature or more than [`MAX_SIGNATURES`].
    pub fn new(
        text: impl Into<String>,
        signatures: Vec<NoteSignature>,
    ) -> Result<Self, LedgerError> {
        let text = text.into();
        check_note_text(&text)?;
        if signatures.is_empty() || signatures.len() > MAX_SIGNATURES {
            return Err(LedgerError::format("note", "no signature line, or too many"));
        }
        Ok(Self { text, signatures })
    }

    /// Reads a note: the text, one blank line, signature lines, each ended by a newline.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for anything that [`Note::to_text`] would not have written.
    pub fn parse(note: &str) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::format("note", reason);
        let split = note.rfind("\n\n").ok_or_else(|| refuse("no blank line before signatures"))?;
        let (text, rest) = note.split_at(split + 1);
        let lines = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n'));
        let lines = lines.ok_or_else(|| refuse("no final newline"))?;
        let signatures = lines
            .split('\n')
            .take(MAX_SIGNATURES + 1)
            .map(NoteSignature::parse)
            .collect::<Result<_, _>>()?;
        Self::new(text, signatures)
    }

    /// The text that was signed, with its final newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The note as it is stored and sent.
    pub fn to_text(&self) -> String {
        let lines = self.signatures.iter().map(|signature| format!("{signature}\n"));
        format!("{}\n{}", self.text, lines.collect::<String>())
    }

    /// Checks the lines of the keys given and returns those keys, in the order of the lines. Lines
    /// of other keys count for nothing.
    ///
    /// # Errors
    /// [`LedgerError::Signature`] when a line of a key given does not hold,
    /// [`LedgerError::UnknownKey`] when no line is of a key given.
    pub fn verify<'keys>(
        &self,
        keys: &'keys [NoteKey],
    ) -> Result<Vec<&'keys NoteKey>, LedgerError> {
        let mut verified: Vec<&NoteKey> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.is_of(key)) {
                signature.verify(&self.text, key)?;
                if !verified.contains(&key) {
                    verified.push(key);
                }
            }
        }
        if verified.is_empty() { Err(LedgerError::UnknownKey) } else { Ok(verified) }
    }
}

fn check_name(name: &str) -> Result<(), LedgerError> {
    let is_forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(is_forbidden) {
        return Err(LedgerError::format("key name", "empty, or white space or + in it"));
    }
    Ok(())
}

fn check_note_text(text: &str) -> Result<(), LedgerError> {
    if !text.ends_with('\n') {
        return Err(LedgerError::format("note", "the text does not end with a newline"));
    }
    if text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(LedgerError::format("note", "a control character in the text"));
    }
    Ok(())
}
