//! Identifiers, each a type of its own, read strictly and compared whole (formats.md,
//! "Conventions").
//!
//! Invariant: a value of these types is well-formed. Nothing here makes an id: entropy and clock
//! belong to the edge.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::LedgerError;

/// Writes the reading, writing and comparing that every textual id shares.
macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, $what:literal, $check:path) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads the text strictly.
            ///
            /// # Errors
            /// [`LedgerError::Format`] when it is not of this form.
            pub fn parse(text: &str) -> Result<Self, LedgerError> {
                if $check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(LedgerError::format($what, "not of the form that formats.md gives"))
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        serde_by_text!($name);
    };
}

/// Ids that are a UUID can be made of one.
macro_rules! of_uuid {
    ($($name:ident),+) => {$(
        impl $name {
            /// The id of these 128 bits; version and variant are set to those of a UUID v7.
            pub fn of_uuid_v7(uuid: uuid::Uuid) -> Self {
                let uuid = uuid::Builder::from_bytes(uuid.into_bytes())
                    .with_variant(uuid::Variant::RFC4122)
                    .with_version(uuid::Version::SortRand)
                    .into_uuid();
                Self(uuid.hyphenated().to_string())
            }
        }
    )+};
}

/// Serialises by `Display` and reads by `parse`.
macro_rules! serde_by_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(D::Error::custom)
            }
        }
    };
}

pub(crate) use serde_by_text;

macro_rules! display_by_str {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    )+};
}

text_id!(
    /// A workspace: UUID v7, lower case.
    WorkspaceId, "workspace id", is_uuid_v7
);
text_id!(
    /// An audit record.
    RecordId, "record id", is_uuid_v7
);
text_id!(
    /// A request for approval.
    RequestId, "request id", is_uuid_v7
);
text_id!(
    /// An act of authority; applied once.
    ChangeId, "change id", is_uuid_v7
);
text_id!(
    /// Everything that one click caused.
    CorrelationId, "correlation id", is_uuid_v7
);
text_id!(
    /// An installation that writes and, if it has a log key, signs checkpoints.
    DeviceId, "device id", is_uuid_v7
);
text_id!(
    /// A person's or a service's own id, the part after the slash.
    PrincipalId, "principal id", is_uuid_v7
);
text_id!(
    /// A tenant, `[a-z0-9][a-z0-9-]{0,62}`, or the reserved `_workspace`.
    TenantId, "tenant id", is_tenant
);
text_id!(
    /// A name of a model or prompt: parts of `[A-Za-z0-9][A-Za-z0-9._-]*` joined by `/`,
    /// at most 128 bytes.
    Name, "name", is_name
);
text_id!(
    /// A version, `[A-Za-z0-9][A-Za-z0-9._+-]{0,63}`.
    Version, "version", is_version
);
display_by_str!(
    WorkspaceId,
    RecordId,
    RequestId,
    ChangeId,
    CorrelationId,
    DeviceId,
    PrincipalId,
    TenantId,
    Name,
    Version
);

of_uuid!(WorkspaceId, RecordId, RequestId, ChangeId, CorrelationId, DeviceId, PrincipalId);

impl TenantId {
    /// The reserved log of the workspace itself: accounts, sessions, tokens.
    pub fn workspace() -> Self {
        Self(RESERVED_TENANT.to_owned())
    }

    /// True for `_workspace`, which holds no models, prompts or requests for them.
    pub fn is_workspace(&self) -> bool {
        self.0 == RESERVED_TENANT
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person: the only kind that decides.
    Person(PrincipalId),
    /// A service account: creates and registers, never decides.
    Service(PrincipalId),
    /// The program itself, or whoever may read the files and gave no name.
    System,
}

impl Actor {
    /// Reads `person/<uuid>`, `service/<uuid>` or `system`.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for anything else.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        if text == "system" {
            return Ok(Self::System);
        }
        match text.split_once('/') {
            Some(("person", id)) => PrincipalId::parse(id).map(Self::Person),
            Some(("service", id)) => PrincipalId::parse(id).map(Self::Service),
            Some(_) | None => {
                Err(LedgerError::format("actor", "neither person, service nor system"))
            }
        }
    }

    /// True for a person.
    pub fn is_person(&self) -> bool {
        match self {
            Self::Person(_) => true,
            Self::Service(_) | Self::System => false,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(formatter, "person/{id}"),
            Self::Service(id) => write!(formatter, "service/{id}"),
            Self::System => formatter.write_str("system"),
        }
    }
}

serde_by_text!(Actor);

const RESERVED_TENANT: &str = "_workspace";

fn is_uuid_v7(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| {
        id.get_version_num() == 7
            && id.get_variant() == uuid::Variant::RFC4122
            && id.hyphenated().to_string() == text
    })
}

fn is_tenant(text: &str) -> bool {
    let mut bytes = text.bytes();
    text == RESERVED_TENANT
        || (text.len() <= 63
            && bytes
                .next()
                .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
}

fn is_name(text: &str) -> bool {
    text.len() <= 128 && text.split('/').all(|part| is_word(part, b"._-"))
}

fn is_version(text: &str) -> bool {
    text.len() <= 64 && is_word(text, b"._+-")
}

fn is_word(text: &str, also: &[u8]) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_strictly() {
        let uuid = "01930000-0000-7000-8000-00000000000a";
        assert!(WorkspaceId::parse(uuid).is_ok());
        let refused = [
            "",
            "01930000-0000-7000-8000-00000000000A",
            "01930000000070008000000000000000",
            "01930000-0000-4000-8000-00000000000a",
            "01930000-0000-7000-c000-00000000000a",
            " 01930000-0000-7000-8000-00000000000a",
            "{01930000-0000-7000-8000-00000000000a}",
        ];
        for text in refused {
            assert!(WorkspaceId::parse(text).is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn tenants_names_and_versions_keep_their_alphabets() {
        for text in ["credit", "retail-eu", "0", "_workspace"] {
            assert!(TenantId::parse(text).is_ok(), "refused {text:?}");
        }
        for text in ["", "-a", "Credit", "_other", "a_b", "a/b", &"a".repeat(64)] {
            assert!(TenantId::parse(text).is_err(), "accepted {text:?}");
        }
        for text in ["credit-pd", "a/b.c/0_1", &"n".repeat(128)] {
            assert!(Name::parse(text).is_ok(), "refused {text:?}");
        }
        for text in ["", "/a", "a/", "a//b", "-a", "a/-b", "a b", "é", "a\n", &"n".repeat(129)] {
            assert!(Name::parse(text).is_err(), "accepted {text:?}");
        }
        for text in ["1", "2026-Q3+fix.1", &"v".repeat(64)] {
            assert!(Version::parse(text).is_ok(), "refused {text:?}");
        }
        for text in ["", "+1", "1/2", "1@2", &"v".repeat(65)] {
            assert!(Version::parse(text).is_err(), "accepted {text:?}");
        }
    }

    #[test]
    fn actors_are_compared_whole() {
        let person = Actor::parse("person/01930000-0000-7000-8000-000000000ada").unwrap();
        assert!(person.is_person());
        assert_eq!(person.to_string(), "person/01930000-0000-7000-8000-000000000ada");
        assert_eq!(Actor::parse("system"), Ok(Actor::System));
        for text in
            ["", "person/", "person/ada", "user/01930000-0000-7000-8000-000000000ada", "System"]
        {
            assert!(Actor::parse(text).is_err(), "accepted {text:?}");
        }
    }
}
