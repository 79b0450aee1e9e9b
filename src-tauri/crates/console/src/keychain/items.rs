//! The items that a keychain keeps: their names, their length, and their place in a key file.
//!
//! Invariant: the names are these and no others, each made from checked ids, so that no two things
//! share an item. What a value means is not its business.

use std::fmt;
use std::ops::Deref;

use ledger::digest::Digest;
use ledger::ids::{TenantId, WorkspaceId};
use security::place::Place;

use super::KeychainError;

/// The service under which the keychain of the operating system lists every item.
pub const SERVICE: &str = "countersign";
/// Most characters of a value, in UTF-16 code units: what Windows accepts (formats.md, "Anchor").
pub const MAX_CHARACTERS: usize = 1_200;

/// Third part of the place of an item whose name has two parts; no item is called so.
const NAMELESS: &str = "_";

/// The name ("account") of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemName(String);

impl ItemName {
    /// `anchor/<workspace>/<tenant>`: the newest verified note of the tenant's log, verbatim; not
    /// secret.
    #[must_use]
    pub fn anchor(workspace: &WorkspaceId, tenant: &TenantId) -> Self {
        Self(format!("anchor/{workspace}/{tenant}"))
    }

    /// `person-key/<workspace>/<keyid>`: the content of a [`security::locked_key::LockedKey`].
    #[must_use]
    pub fn person_key(workspace: &WorkspaceId, keyid: &Digest) -> Self {
        Self(format!("person-key/{workspace}/{keyid}"))
    }

    /// This installation's id and log key for a workspace, canonical JSON. One item: the
    /// installation learns its id from it.
    #[must_use]
    pub fn log_key(workspace: &WorkspaceId) -> Self {
        Self(format!("log-key/{workspace}"))
    }

    /// `workspace-secret/<workspace>`: the text S of the workspace secret.
    #[must_use]
    pub fn workspace_secret(workspace: &WorkspaceId) -> Self {
        Self(format!("workspace-secret/{workspace}"))
    }

    /// `workspace-secret/<workspace>/<key id>`: a new secret while it is rotated in. At the end it
    /// takes the place of the old one in `workspace-secret/<workspace>`, and this item is deleted.
    #[must_use]
    pub fn rotated_secret(workspace: &WorkspaceId, key_id: &str) -> Self {
        Self(format!("workspace-secret/{workspace}/{key_id}"))
    }

    /// `demo/<workspace>`: the passphrase of the people of a demo.
    #[must_use]
    pub fn demo(workspace: &WorkspaceId) -> Self {
        Self(format!("demo/{workspace}"))
    }

    /// `probe/<process>`: written, read and deleted again to see whether a keychain works.
    #[must_use]
    pub fn probe(process: u32) -> Self {
        Self(format!("probe/{process}"))
    }

    /// The name as text, as [`super::Keychain`] takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for ItemName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The place to which a key file binds the value of `account`: the name itself, with `/_` behind
/// it if it has two parts.
///
/// # Errors
/// [`KeychainError::Name`] for a name that has neither two nor three non-empty parts.
pub(super) fn place_of(account: &str) -> Result<Place, KeychainError> {
    let malformed = || KeychainError::Name { account: account.to_owned() };
    let parts: Vec<&str> = account.split('/').collect();
    match parts.as_slice() {
        [kind, workspace] => Place::item(kind, workspace, NAMELESS).map_err(|_| malformed()),
        [kind, workspace, name] if *name != NAMELESS => {
            Place::item(kind, workspace, name).map_err(|_| malformed())
        }
        [..] => Err(malformed()),
    }
}

/// Refuses a value that some platform could not keep.
///
/// # Errors
/// [`KeychainError::TooLong`].
pub(super) fn check_length(account: &str, value: &str) -> Result<(), KeychainError> {
    let found = value.encode_utf16().count();
    if found > MAX_CHARACTERS {
        return Err(KeychainError::TooLong {
            account: account.to_owned(),
            found,
            max: MAX_CHARACTERS,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ledger::digest::Digest;
    use ledger::ids::{TenantId, WorkspaceId};
    use security::locked_key::LockedKey;

    use super::{ItemName, check_length, place_of};
    use crate::keychain::KeychainError;

    const WORKSPACE: &str = "01930000-0000-7000-8000-00000000000a";

    #[test]
    fn names_are_those_of_the_format() {
        let workspace = WorkspaceId::parse(WORKSPACE).unwrap();
        let keyid = Digest::from_hex(&"ab".repeat(32)).unwrap();
        let check = |name: ItemName, expected: &str, place: &str| {
            assert_eq!(name.as_str(), expected);
            assert_eq!(place_of(&name).unwrap().as_str(), place);
        };
        let anchor = format!("anchor/{WORKSPACE}/credit");
        check(ItemName::anchor(&workspace, &TenantId::parse("credit").unwrap()), &anchor, &anchor);
        let own = format!("anchor/{WORKSPACE}/_workspace");
        check(ItemName::anchor(&workspace, &TenantId::workspace()), &own, &own);
        let key = LockedKey::item_name(WORKSPACE, &keyid.to_string()).unwrap();
        check(ItemName::person_key(&workspace, &keyid), &key, &key);
        let log = format!("log-key/{WORKSPACE}");
        check(ItemName::log_key(&workspace), &log, &format!("{log}/_"));
        let secret = format!("workspace-secret/{WORKSPACE}");
        check(ItemName::workspace_secret(&workspace), &secret, &format!("{secret}/_"));
        let next = format!("{secret}/2ebb74e4ab6867b8");
        check(ItemName::rotated_secret(&workspace, "2ebb74e4ab6867b8"), &next, &next);
        let demo = format!("demo/{WORKSPACE}");
        check(ItemName::demo(&workspace), &demo, &format!("{demo}/_"));
        check(ItemName::probe(7), "probe/7", "probe/7/_");
    }

    #[test]
    fn a_name_that_could_be_read_two_ways_is_refused() {
        for account in ["", "demo", "demo/", "/w", "demo/w/", "demo//x", "demo/w/_", "a/b/c/d"] {
            let refused = KeychainError::Name { account: account.to_owned() };
            assert_eq!(place_of(account).err(), Some(refused));
        }
    }

    #[test]
    fn a_value_has_at_most_1200_characters() {
        let cases = [
            (String::new(), None),
            ("a".repeat(1_200), None),
            ("ü".repeat(1_200), None),
            ("🗝".repeat(600), None),
            ("a".repeat(1_201), Some(1_201)),
            ("🗝".repeat(601), Some(1_202)),
        ];
        for (value, refused) in cases {
            let found = match check_length("demo/w", &value) {
                Err(KeychainError::TooLong { found, .. }) => Some(found),
                Ok(()) | Err(_) => None,
            };
            assert_eq!(found, refused, "{} bytes", value.len());
        }
    }
}
