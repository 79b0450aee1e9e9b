//! What is decided on: a model version, a prompt version or a change, by name and digest.
//!
//! Invariant: a file, a folder and a text never match each other, whatever their digests are.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::LedgerError;
use crate::digest::Digest;
use crate::ids::{ChangeId, Name, Version, serde_by_text};
use crate::terms::SubjectKind;

/// `model/<name>@<version>`, `prompt/<name>@<version>` or `change/<uuid>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectName {
    /// A model version.
    Model(Name, Version),
    /// A prompt version: 1, 2, 3…
    Prompt(Name, u32),
    /// An act of authority that waits for its second admin.
    Change(ChangeId),
}

impl SubjectName {
    /// Reads the whole name.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when it is none of the three forms.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let refuse = || LedgerError::format("subject", "not model/…@…, prompt/…@… or change/…");
        let (kind, rest) = text.split_once('/').ok_or_else(refuse)?;
        Self::from_parts(kind, rest)
    }

    /// Reads `resource_type` and `resource_id` of a record.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when they name no subject.
    pub fn from_parts(kind: &str, rest: &str) -> Result<Self, LedgerError> {
        let refuse = || LedgerError::format("subject", "not model/…@…, prompt/…@… or change/…");
        if kind == "change" {
            return ChangeId::parse(rest).map(Self::Change);
        }
        let (name, version) = rest.split_once('@').ok_or_else(refuse)?;
        let name = Name::parse(name)?;
        match SubjectKind::parse(kind)? {
            SubjectKind::Model => Ok(Self::Model(name, Version::parse(version)?)),
            SubjectKind::Prompt => Ok(Self::Prompt(name, prompt_version(version)?)),
        }
    }

    /// `model`, `prompt` or `change`: the record's `resource_type`.
    pub const fn resource_type(&self) -> &'static str {
        match self {
            Self::Model(..) => "model",
            Self::Prompt(..) => "prompt",
            Self::Change(_) => "change",
        }
    }

    /// The rest of the name: the record's `resource_id`.
    pub fn resource_id(&self) -> String {
        match self {
            Self::Model(name, version) => format!("{name}@{version}"),
            Self::Prompt(name, version) => format!("{name}@{version}"),
            Self::Change(id) => id.to_string(),
        }
    }

    /// The kind that policies speak of; none for a change.
    pub const fn kind(&self) -> Option<SubjectKind> {
        match self {
            Self::Model(..) => Some(SubjectKind::Model),
            Self::Prompt(..) => Some(SubjectKind::Prompt),
            Self::Change(_) => None,
        }
    }

    /// Whether both are versions of one model or prompt; a change has no versions.
    pub fn is_version_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Model(one, _), Self::Model(another, _))
            | (Self::Prompt(one, _), Self::Prompt(another, _)) => one == another,
            (Self::Model(..) | Self::Prompt(..) | Self::Change(_), _) => false,
        }
    }
}

impl fmt::Display for SubjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.resource_type(), self.resource_id())
    }
}

serde_by_text!(SubjectName);

/// A digest that says what it was taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SubjectDigest {
    /// A file, a prompt's text or a canonical change.
    #[serde(rename = "sha256")]
    Sha256(Digest),
    /// A folder (in-toto `dirHash1`).
    #[serde(rename = "dirHash1")]
    DirHash1(Digest),
}

impl SubjectDigest {
    /// `sha256` or `dirHash1`.
    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "sha256",
            Self::DirHash1(_) => "dirHash1",
        }
    }

    /// The 32 bytes.
    pub const fn digest(&self) -> &Digest {
        match self {
            Self::Sha256(digest) | Self::DirHash1(digest) => digest,
        }
    }

    /// Reads `sha256:HEX` or `dirHash1:HEX`; without a prefix it is `sha256`.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for another algorithm or spelling.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        match text.split_once(':') {
            None => Digest::from_hex(text).map(Self::Sha256),
            Some(("sha256", hex)) => Digest::from_hex(hex).map(Self::Sha256),
            Some(("dirHash1", hex)) => Digest::from_hex(hex).map(Self::DirHash1),
            Some(_) => Err(LedgerError::format("checksum", "neither sha256 nor dirHash1")),
        }
    }
}

impl fmt::Display for SubjectDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.algorithm(), self.digest())
    }
}

/// A subject: what, and exactly which bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Subject {
    /// Digest of the bytes.
    pub digest: SubjectDigest,
    /// Full name.
    pub name: SubjectName,
}

/// A subject as JSON has it: only a model can be a folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    digest: SubjectDigest,
    name: SubjectName,
}

impl TryFrom<Written> for Subject {
    type Error = LedgerError;

    fn try_from(Written { digest, name }: Written) -> Result<Self, LedgerError> {
        match (&name, &digest) {
            (SubjectName::Model(..), _) | (_, SubjectDigest::Sha256(_)) => {
                Ok(Self { digest, name })
            }
            (SubjectName::Prompt(..) | SubjectName::Change(_), SubjectDigest::DirHash1(_)) => {
                Err(LedgerError::format("subject", "only a model can be a folder"))
            }
        }
    }
}

fn prompt_version(text: &str) -> Result<u32, LedgerError> {
    match text.parse::<u32>() {
        Ok(number) if number > 0 && number.to_string() == text => Ok(number),
        Ok(_) | Err(_) => Err(LedgerError::format("version", "prompt versions are 1, 2, 3…")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_model_is_a_folder() {
        let read = |name: &str, kind: &str| {
            let digest = "0".repeat(64);
            let text = format!(r#"{{"digest":{{"{kind}":"{digest}"}},"name":"{name}"}}"#);
            serde_json::from_str::<Subject>(&text)
        };
        let change = "change/01930000-0000-7000-8000-000000000201";
        for name in ["model/a@1", "prompt/a@1", change] {
            assert!(read(name, "sha256").is_ok(), "{name}");
            assert_eq!(read(name, "dirHash1").is_ok(), name.starts_with("model/"), "{name}");
        }
    }

    #[test]
    fn subjects_are_read_whole() {
        for text in [
            "model/credit-pd@3",
            "model/a/b@2026.1+x",
            "prompt/kyc@12",
            "change/01930000-0000-7000-8000-000000000201",
        ] {
            assert_eq!(SubjectName::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "model",
            "model/a",
            "model/a@",
            "model/@1",
            "prompt/a@0",
            "prompt/a@01",
            "prompt/a@1.0",
            "prompt/a@+1",
            "change/x",
            "policy/a@1",
            "model/a@1@2",
        ] {
            assert!(SubjectName::parse(text).is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn a_folder_is_no_file() {
        let digest = Digest::of(b"x");
        assert_ne!(SubjectDigest::Sha256(digest), SubjectDigest::DirHash1(digest));
        let json = serde_json::to_string(&SubjectDigest::DirHash1(digest)).unwrap();
        assert_eq!(json, format!("{{\"dirHash1\":\"{digest}\"}}"));
        assert!(serde_json::from_str::<SubjectDigest>("{}").is_err());
    }
}
