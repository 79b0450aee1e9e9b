//! Everything that this crate refuses, by cause.
//!
//! Invariant: no error carries a secret, a plaintext or a token; each says what is wrong, so that
//! the edge can say what to do next. It will not decide what a caller is told: that "foreign" and
//! "absent" look alike is the edge's business.

use thiserror::Error;

use crate::rbac::{Action, Role};

/// A refusal of this crate. The first three variants are what the specification calls
/// `AuthorizationError`, `TenantIsolationError` and `EncryptionError`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecurityError {
    /// The principal may not do this.
    #[error("not permitted: {denial}")]
    Authorization {
        /// Why not.
        denial: Denial,
    },
    /// The resource is not in the tenant of the request.
    #[error("tenants do not meet: {fault}")]
    TenantIsolation {
        /// What kept them apart.
        fault: TenantFault,
    },
    /// A value could not be encrypted or decrypted.
    #[error("encryption: {fault}")]
    Encryption {
        /// What is wrong with key, token or place.
        fault: EncryptionFault,
    },
    /// A passphrase is wrong, or cannot be accepted.
    #[error("passphrase: {fault}")]
    Passphrase {
        /// What is wrong with it.
        fault: PassphraseFault,
    },
    /// A stored or typed key is not in the form that this program writes.
    #[error("key format: {fault}")]
    KeyFormat {
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// The row was not written by the device that it names, or was changed since.
    #[error("the seal of record {seq} does not match")]
    Seal {
        /// Position of the record in its log.
        seq: u64,
    },
    /// Too many failed sign-ins: the next attempt must wait.
    #[error("too many failed attempts: wait until {until_us} µs after 1970")]
    Throttled {
        /// When the next attempt is allowed, in microseconds since 1970-01-01 UTC.
        until_us: i64,
    },
    /// An actor is not `person/<uuid>` or `service/<uuid>`.
    #[error("an actor must be `{expected}/` and a lower-case UUID")]
    Actor {
        /// `person` or `service`.
        expected: &'static str,
    },
    /// The source of randomness failed; nothing was made.
    #[error("the system delivers no random bytes")]
    Entropy,
}

/// Why a principal was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Denial {
    /// The action is none of the matrix.
    #[error("there is no action `{action}`")]
    UnknownAction {
        /// The action as asked for.
        action: String,
    },
    /// The role is none of the four.
    #[error("there is no role `{role}`")]
    UnknownRole {
        /// The role as asked for.
        role: String,
    },
    /// The matrix does not grant the action to the role.
    #[error("{} may not {}", role.as_str(), action.as_str())]
    RoleLacksAction {
        /// The role held.
        role: Role,
        /// The action asked for.
        action: Action,
    },
    /// The proof at hand is for another action.
    #[error("the permit is to {}, not to {}", permitted.as_str(), asked.as_str())]
    PermitForOtherAction {
        /// What the permit is for.
        permitted: Action,
        /// What it was held up for.
        asked: Action,
    },
    /// Services never decide, whatever their role.
    #[error("a service account can never approve")]
    ServiceCannotDecide,
    /// The system itself holds no role.
    #[error("the system holds no role")]
    SystemHasNoRole,
    /// Administration asks for a person.
    #[error("only a person administers")]
    AdministrationNeedsPerson,
    /// Administration asks for the role ADMIN.
    #[error("{} may not administer", role.as_str())]
    AdministrationNeedsAdmin {
        /// The role held.
        role: Role,
    },
}

/// Why two tenants were kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TenantFault {
    /// The resource names no tenant.
    #[error("the resource names no tenant")]
    ResourceTenantEmpty,
    /// The request names no tenant.
    #[error("the request names no tenant")]
    RequestTenantEmpty,
    /// Both name one, and not the same.
    #[error("the resource is of `{resource_tenant}`, the request of `{request_tenant}`")]
    Mismatch {
        /// Tenant that owns the resource.
        resource_tenant: String,
        /// Tenant of the session that asks.
        request_tenant: String,
    },
}

/// What is wrong with an encryption key, a token or its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncryptionFault {
    /// No key was given and `ENCRYPTION_KEY` is not set.
    #[error("no key is given and ENCRYPTION_KEY is not set")]
    KeyMissing,
    /// The key, or `ENCRYPTION_KEY`, is the empty text.
    #[error("the key is empty")]
    KeyEmpty,
    /// The salt is too short or too long.
    #[error("a salt has {min} to {max} bytes, this one {found}")]
    SaltLength {
        /// Bytes found.
        found: usize,
        /// Least bytes accepted.
        min: usize,
        /// Most bytes accepted.
        max: usize,
    },
    /// The number of rounds is outside of what is accepted.
    #[error("the key derivation takes {min} to {max} rounds, not {found}")]
    Rounds {
        /// Rounds found.
        found: u32,
        /// Fewest rounds accepted.
        min: u32,
        /// Most rounds accepted.
        max: u32,
    },
    /// The token was changed, was made with another key, is no token, or is stamped more than
    /// 60 s ahead of this machine's clock. Fernet does not tell these apart.
    #[error("the token was changed, is of another key, or is stamped ahead of this clock")]
    TokenRefused,
    /// The token is sound, but what it holds is not what this program writes.
    #[error("the token holds something else than expected")]
    ContentUnexpected,
    /// A stored value is not `<key id>:<token>`.
    #[error("a stored value must be `<key id>:<token>`")]
    StoredForm,
    /// The value was written with another key.
    #[error("the value was written with key {found}, this is key {expected}")]
    OtherKey {
        /// Id of the key in use.
        expected: String,
        /// Id of the key named by the value.
        found: String,
    },
    /// The value was taken from another place.
    #[error("the value does not belong to {expected}")]
    OtherPlace {
        /// The place that was read.
        expected: String,
    },
    /// A part of a place is empty or holds `/`.
    #[error("a place has no empty parts and no `/` within a part")]
    PlaceMalformed,
}

/// What is wrong with a passphrase or a sign-in string.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PassphraseFault {
    /// Nothing was typed.
    #[error("it is empty")]
    Empty,
    /// It has fewer characters than a new passphrase needs.
    #[error("it needs at least {min_characters} characters")]
    TooShort {
        /// Least number of characters.
        min_characters: usize,
    },
    /// It is longer than any passphrase needs to be.
    #[error("it has more than {max_characters} characters")]
    TooLong {
        /// Most characters accepted.
        max_characters: usize,
    },
    /// The file is not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotText,
    /// It is not the right one. (For a locked key: or the item was changed; Fernet does not tell.)
    #[error("it is wrong")]
    Wrong,
    /// The stored sign-in string is not one that this program writes.
    #[error("the stored sign-in string is malformed or too weak")]
    SignInMalformed,
}

/// What is wrong with a stored or typed key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// A locked key is not the canonical item that this program writes.
    #[error("the stored key item is malformed")]
    ItemMalformed,
    /// The item holds another key than the one it is stored under.
    #[error("the stored item does not hold key {keyid}")]
    OtherKey {
        /// Keyid that was asked for.
        keyid: String,
    },
    /// A seed is not base64 of 32 bytes.
    #[error("a seed must be base64 of 32 bytes")]
    SeedMalformed,
    /// A workspace secret is not 43 characters of base64url.
    #[error("a workspace secret is 43 characters of base64url")]
    WorkspaceSecretMalformed,
    /// A service token is not what this program makes.
    #[error("a service token is `cst_`, the id of its service, `_` and 43 characters")]
    TokenMalformed,
    /// A kit line has the wrong number of characters.
    #[error("a kit line has {expected} letters and digits, this one {found}")]
    KitLength {
        /// Characters that a line has, separators not counted.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A kit line holds a character that no kit line holds.
    #[error("a kit line holds A to Z and 2 to 7 only")]
    KitCharacter,
    /// The check digits do not match: a slip of the pen, the other line, or another workspace.
    #[error("the kit line is mistyped, is the other line, or is of another workspace")]
    KitChecksum,
}

impl From<Denial> for SecurityError {
    fn from(denial: Denial) -> Self {
        Self::Authorization { denial }
    }
}

impl From<TenantFault> for SecurityError {
    fn from(fault: TenantFault) -> Self {
        Self::TenantIsolation { fault }
    }
}

impl From<EncryptionFault> for SecurityError {
    fn from(fault: EncryptionFault) -> Self {
        Self::Encryption { fault }
    }
}

impl From<PassphraseFault> for SecurityError {
    fn from(fault: PassphraseFault) -> Self {
        Self::Passphrase { fault }
    }
}

impl From<KeyFault> for SecurityError {
    fn from(fault: KeyFault) -> Self {
        Self::KeyFormat { fault }
    }
}
