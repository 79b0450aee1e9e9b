//! The keychain of the operating system: Secret Service, Keychain Services or the Credential
//! Manager.
//!
//! Invariant: every read, write and delete goes through `keyring::Entry`, under the service
//! `countersign`. It will not choose another store, and it makes no copies of what it reads.
//!
//! `keyring` connects once per process and remembers when that failed, so a start without a
//! session bus lasts until the program restarts.

use keyring::Entry;
use security::secret::SecretText;

use super::items::{SERVICE, check_length, place_of};
use super::{Kept, Keychain, KeychainError};

/// The keychain of the person who runs the program.
#[derive(Default)]
pub struct OsKeychain;

impl OsKeychain {
    /// The keychain; nothing is asked of it yet.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Keychain for OsKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        match entry(account)?.get_password() {
            Ok(value) => Ok(Some(SecretText::new(value))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(cause(account, error)),
        }
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        check_length(account, value.expose())?;
        entry(account)?.set_password(value.expose()).map_err(|error| cause(account, error))
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        match entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(cause(account, error)),
        }
    }

    fn describe(&self) -> Kept {
        Kept::Os
    }
}

fn entry(account: &str) -> Result<Entry, KeychainError> {
    place_of(account)?;
    Entry::new(SERVICE, account).map_err(|error| cause(account, error))
}

/// What a failure of `keyring` means here. `BadEncoding` and `BadDataFormat` carry the bytes that
/// were kept: they are dropped, never shown.
fn cause(account: &str, error: keyring::Error) -> KeychainError {
    use keyring::Error;
    let account = account.to_owned();
    match error {
        Error::NoStorageAccess(cause) => KeychainError::Locked { detail: cause.to_string() },
        Error::PlatformFailure(cause) => KeychainError::Unavailable { detail: cause.to_string() },
        Error::NoDefaultStore => KeychainError::Unavailable { detail: why_no_store() },
        Error::Ambiguous(entries) => KeychainError::Ambiguous { account, found: entries.len() },
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeychainError::NotText { account },
        Error::TooLong(_, max) => KeychainError::TooLong {
            found: account.encode_utf16().count(),
            max: usize::try_from(max).unwrap_or(usize::MAX),
            account,
        },
        Error::Invalid(..) => KeychainError::Name { account },
        // The enum of `keyring` may grow; whatever else it says, no item came of it.
        other @ (Error::NoEntry | Error::BadStoreFormat(_) | Error::NotSupportedByStore(_) | _) => {
            KeychainError::Unavailable { detail: other.to_string() }
        }
    }
}

/// Why the connection failed when it was first tried.
fn why_no_store() -> String {
    match Entry::store_status() {
        Ok(()) => "no store is set".to_owned(),
        Err(keyring::Error::PlatformFailure(cause) | keyring::Error::NoStorageAccess(cause)) => {
            cause.to_string()
        }
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use keyring::Error;

    use super::cause;
    use crate::keychain::KeychainError;

    #[test]
    fn every_failure_of_the_platform_has_its_cause() {
        let said = || Box::new(std::io::Error::other("said"));
        let (account, detail) = ("demo/w".to_owned(), "said".to_owned());
        let cases = [
            (Error::NoStorageAccess(said()), KeychainError::Locked { detail: detail.clone() }),
            (Error::PlatformFailure(said()), KeychainError::Unavailable { detail }),
            (
                Error::Ambiguous(vec![]),
                KeychainError::Ambiguous { account: account.clone(), found: 0 },
            ),
            (Error::BadEncoding(vec![0xff]), KeychainError::NotText { account: account.clone() }),
            (
                Error::BadDataFormat(b"kept".to_vec(), said()),
                KeychainError::NotText { account: account.clone() },
            ),
            (Error::Invalid("user".into(), "no".into()), KeychainError::Name { account }),
            (
                Error::NotSupportedByStore("at all".into()),
                KeychainError::Unavailable { detail: "Unsupported: at all".to_owned() },
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(cause("demo/w", error), expected);
        }
    }
}
